"""How an action goes, by typed words."""

from datetime import date

import pytest

from conversation import acting, agreeing, hearing, results
from conversation.actions import More
from conversation.actionwords import SaidOfAction, read
from storage.records import ActionState, Assessment, Person
from tests.conversation.desk import Bench

ZOE = Person(user_id="U-ZOE", name="Zoe", tz="UTC")
ON_TRACK, AT_RISK, BLOCKED, DONE, _ = ActionState


@pytest.mark.parametrize(
    ("line", "language", "said"),
    [
        ("done", "en", SaidOfAction(DONE)),
        ("Done!", "en", SaidOfAction(DONE)),
        ("done: <https://example.com/x>", "en", SaidOfAction(DONE, "https://example.com/x")),
        ("It's done, see the wiki", "en", SaidOfAction(DONE, "see the wiki")),
        ("on track", "en", SaidOfAction(ON_TRACK)),
        ("At risk - Ana is away", "en", SaidOfAction(AT_RISK, "Ana is away")),
        ("blocked: waiting for access", "en", SaidOfAction(BLOCKED, "waiting for access")),
        ("blocked because Ana is away", "en", SaidOfAction(BLOCKED, "because Ana is away")),
        ("I accept", "en", SaidOfAction("accept")),
        ("hecho", "es", SaidOfAction(DONE)),
        ("Está bloqueada: sin acceso", "es", SaidOfAction(BLOCKED, "sin acceso")),
        ("en riesgo", "es", SaidOfAction(AT_RISK)),
        ("acepto", "es", SaidOfAction("accept")),
        ("done", "es", SaidOfAction(DONE)),
        ("hecho", "en", None),
        ("done deals are checked", "en", None),
        ("blocked ports are listed", "en", None),
        ("on track for what?", "en", None),
        ("acceptance tests run", "en", None),
        ("B", "en", None),
    ],
)
def test_what_a_line_says_of_an_action(line: str, language: str, said: SaidOfAction | None) -> None:
    assert read(line, language) == said


@pytest.fixture
def closed(bench: Bench) -> Assessment:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def added(bench: Bench, assessment: Assessment, id: str = "V1") -> None:
    made = agreeing.add(
        bench.desk,
        "U-LEE",
        assessment=assessment.id,
        objective="Thermometers",
        measure="3 of 3",
        owner=ZOE,
        due=date(2026, 12, 10),
        id=id,
        more=More(),
    )
    bench.post(made.owed)


def says(bench: Bench, text: str, *, ts: str = "1", thread: str | None = None) -> list[str] | None:
    bench.clock.passes(minutes=1)
    said = hearing.heard(bench.desk, "U-ZOE", text=text, channel="D-U-ZOE", ts=ts, thread=thread)
    if said is None:
        return None
    bench.post(said.owed)
    return [each.contents["word"] for each in said.owed if each.kind == "heard"]


def state(bench: Bench, action: str = "V1") -> tuple[ActionState, str | None]:
    with bench.store.transaction("T1") as tx:
        found = tx.actions.find(action)
        notes = [note for note in tx.actions.notes("T1-1") if note.action_id == action]
    assert found is not None
    return found.state, (notes[-1].link or notes[-1].text) if notes else None


def test_an_owner_says_how_it_goes(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)

    words = [says(bench, "accept", ts="1"), says(bench, "blocked", ts="2"), says(bench, "done", ts="3")]
    before = state(bench)
    words += [says(bench, "done: https://example.com/x", ts="4"), says(bench, "on track", ts="5")]

    assert words == [["accepted"], ["what_blocks"], ["what_shows"], ["done"], ["over"]]
    assert before == (BLOCKED, None)
    assert state(bench) == (DONE, "https://example.com/x")


def test_what_follows_our_question_answers_it_also_outside_its_thread(
    bench: Bench, closed: Assessment
) -> None:
    added(bench, closed)

    words = [says(bench, "blocked", ts="1"), says(bench, "we wait for access", ts="2")]
    reason = state(bench)
    words += [says(bench, "and why is that?", ts="3"), says(bench, "thank you", ts="4")]
    words += [
        says(bench, "done", ts="5"),
        says(bench, "help", ts="6"),
        says(bench, "it is in the wiki", ts="7"),
    ]

    assert words == [["what_blocks"], ["saved"], None, None, ["what_shows"], None, ["done"]]
    assert reason == (BLOCKED, "we wait for access")
    assert state(bench) == (DONE, "it is in the wiki")


def test_our_question_is_not_answered_by_what_is_said_much_later(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    says(bench, "blocked", ts="1")

    bench.clock.passes(hours=1)

    assert says(bench, "good morning", ts="2") is None
    assert state(bench) == (BLOCKED, None)


def test_our_question_is_not_answered_by_what_is_said_after_a_form_was(
    bench: Bench, closed: Assessment
) -> None:
    added(bench, closed)
    says(bench, "blocked", ts="1")
    bench.clock.passes(minutes=1)
    acting.mark(bench.desk, "U-ZOE", action="V1", state=AT_RISK)

    assert says(bench, "thank you", ts="2") is None
    assert state(bench) == (AT_RISK, None)


def test_whoever_has_a_questionnaire_open_comments_on_its_question(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    says(bench, "blocked", ts="1")
    bench.opened({"U-ZOE": ["BAKER"]}, subject="Another team")

    assert says(bench, "we wait for access", ts="2") is None


def test_the_same_line_twice_is_one(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)

    answers = [says(bench, "at risk: rain", ts="1") for _ in range(2)]

    assert answers == [["saved"], []]
    assert state(bench) == (AT_RISK, "rain")


def test_of_several_actions_it_is_asked_which_but_in_a_thread(bench: Bench, closed: Assessment) -> None:
    added(bench, closed, "V1")
    added(bench, closed, "V2")
    thread = bench.found("agreed/V2").ts

    which = says(bench, "at risk", ts="1")
    before = state(bench, "V1"), state(bench, "V2")
    saved = says(bench, "at risk", ts="2", thread=thread)

    assert (which, saved) == (["which"], ["saved"])
    assert before == ((ON_TRACK, None), (ON_TRACK, None))
    assert (state(bench, "V1")[0], state(bench, "V2")[0]) == (ON_TRACK, AT_RISK)
    acting.finish(bench.desk, "U-ZOE", action="V2", text="Seen.")
    assert says(bench, "at risk", ts="3", thread=thread) == ["over"]


def test_who_answers_a_questionnaire_is_not_misunderstood(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    thread = bench.found("agreed/V1").ts
    bench.opened({"U-ZOE": ["BAKER"]}, subject="Another")

    assert says(bench, "done: all of it", ts="1") is None
    assert says(bench, "done: all of it", ts="2", thread=thread) == ["done"]
