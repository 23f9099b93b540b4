"""The next round: when it is proposed, what it begins with, and what people answered last time."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from conversation import (
    acting,
    again,
    agreeing,
    correcting,
    delegation,
    evidence,
    form,
    interview,
    opening,
    plans,
    results,
    rounds,
    sharing,
    withdrawal,
    writing,
)
from conversation.again import Again
from conversation.comparison import Measured, Outcome
from conversation.contents import Contents, Digest, SinceReply, Verdict
from conversation.earlier import Comparison
from conversation.errors import AlreadyOpen, NotFacilitator, StaleCard
from conversation.evidence import Shown
from conversation.form import Entered
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from storage.records import Action, ActionState, Assessment, EvidenceForm, Person, Said
from tests.conversation.desk import BAKERY, LEE, Bench, answers

BAKERS = {"U-ANA": ["BAKER"], "U-BEN": ["BAKER"], "U-CLEO": ["BAKER"]}


def closed(bench: Bench, value: int = 1, **decided: object) -> Assessment:
    """A round in which Ana says this of everything."""
    opened = bench.opened(BAKERS, **decided)  # type: ignore[arg-type]
    bench.answers_all("U-ANA", value)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def launched(bench: Bench, last: Assessment) -> Assessment:
    """The next round, as it was proposed."""
    bench.clock.passes(minutes=1)
    draft = again.begin(bench.desk, "U-LEE", assessment=last.id)
    people = {user: Person(user_id=user, name=user) for user in draft.scope.people}
    roles = {user: draft.drafted.roles.get(user, ("BAKER",)) for user in people}
    found = opening.launch(
        bench.desk, "U-LEE", assessment=draft.assessment.id, roles=roles, people=people
    ).assessment
    bench.beat()
    return found


def actions(bench: Bench, assessment: Assessment, number: int) -> list[str]:
    steps = ["FLOUR@2", "YEAST@2", "HEAT@2", "FLOUR@2"][:number]
    for place, step in enumerate(steps):
        agreeing.agree(
            bench.desk,
            "U-LEE",
            assessment=assessment.id,
            step=step,
            objective=f"Action {place}",
            measure="3 of 3",
            owner=LEE,
            due=date(2027, 6, 1),
            id=f"V{place}",
        )
    return [f"V{place}" for place in range(number)]


def proposals(said: list[Contents]) -> list[Again]:
    return [each for each in said if isinstance(each, Again)]


def test_it_is_proposed_ninety_days_after_closing_and_once(bench: Bench) -> None:
    closed(bench)
    bench.clock.passes(days=89)
    early = proposals(bench.beat())
    bench.clock.at = datetime(2027, 2, 22, 10, tzinfo=UTC)  # a Monday: the ninetieth day is a Sunday
    on_the_day = proposals(bench.beat())
    bench.clock.passes(days=60)

    assert (early, [(each.number, each.months) for each in on_the_day]) == ([], [(1, 3)])
    assert proposals(bench.beat()) == []


def test_it_is_proposed_when_three_quarters_of_the_actions_are_final_and_not_again_after(
    bench: Bench,
) -> None:
    last = closed(bench)
    first, second, third, fourth = actions(bench, last, 4)
    said = []
    for action in (first, second, third, fourth):
        acting.finish(bench.desk, "U-LEE", action=action, text="Seen.")
        said.append([(each.done, each.actions) for each in proposals(bench.beat())])
    bench.clock.passes(days=120)

    assert said == [[], [], [(3, 4)], []]
    assert proposals(bench.beat()) == []


def test_it_is_asked_in_a_month_or_never_or_not_when_it_was_begun(bench: Bench) -> None:
    last = closed(bench)
    bench.clock.at = datetime(2027, 2, 22, 10, tzinfo=UTC)
    bench.beat()
    twice = [again.later(bench.desk, "U-LEE", assessment=last.id, number=1).next_on for _ in range(2)]
    bench.clock.at = datetime(2027, 3, 24, 10, tzinfo=UTC)
    asked = proposals(bench.beat())
    again.later(bench.desk, "U-LEE", assessment=last.id, number=2)
    again.never(bench.desk, "U-LEE", assessment=last.id, number=2)
    bench.clock.passes(days=90)

    assert twice == [date(2027, 3, 24)] * 2
    assert [each.number for each in asked] == [2]
    assert proposals(bench.beat()) == []

    other = closed(bench, subject="Other", closes_on=date(2027, 7, 2))
    again.begin(bench.desk, "U-LEE", assessment=other.id)
    bench.clock.passes(days=91)
    assert proposals(bench.beat()) == []


def test_the_next_round_begins_with_what_was_decided_for_the_last(bench: Bench) -> None:
    """Cleo has left, Ben is a seller now, and the round was open for eight working days."""
    opened = bench.opened(
        {**BAKERS, "U-DAN": ["BAKER"]}, privacy=Privacy.CONFIDENTIAL, group=3, reviewers=("U-CLEO", "U-ANA")
    )
    bench.starts("U-BEN")
    correcting.correct(bench.desk, "U-BEN", seat=bench.seat("U-BEN"), roles=["SELLER"], key="k")
    delegation.pass_on(
        bench.desk,
        "U-DAN",
        seat=bench.seat("U-DAN"),
        question=None,
        to=Person(user_id="U-EVE", name="Eve"),
        note="",
        key="p",
    )
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    with bench.desk.transaction() as tx:
        tx.people.remember(Person(user_id="U-CLEO", name="Cleo", gone=True))
    bench.clock.at = datetime(2027, 2, 22, 10, tzinfo=UTC)

    draft = again.begin(bench.desk, "U-LEE", assessment=opened.id)

    assert draft.scope.people == ("U-ANA", "U-BEN", "U-EVE")
    assert draft.drafted.roles == {"U-ANA": ("BAKER",), "U-BEN": ("SELLER",), "U-EVE": ("BAKER",)}
    assert (draft.scope.privacy, draft.scope.group, draft.scope.reviewers) == (
        Privacy.CONFIDENTIAL,
        3,
        ("U-ANA",),
    )
    assert (draft.assessment.round, draft.assessment.channel) == (2, "C-ML")
    assert draft.assessment.closes_at == datetime(2027, 3, 5, 17, tzinfo=UTC)
    assert again.begin(bench.desk, "U-LEE", assessment=opened.id).assessment.id == draft.assessment.id


def test_whoever_helps_can_begin_it_and_then_owns_it(bench: Bench) -> None:
    last = closed(bench, facilitators=("U-MIA",))

    draft = again.begin(bench.desk, "U-MIA", assessment=last.id)

    assert (draft.assessment.facilitator, draft.scope.facilitators) == ("U-MIA", ("U-LEE",))
    assert again.begin(bench.desk, "U-LEE", assessment=last.id).assessment.id == draft.assessment.id
    with pytest.raises(NotFacilitator):
        again.begin_named(bench.desk, "U-ANA", name="abc", channel=None)


def test_a_round_that_is_open_is_not_begun_again(bench: Bench) -> None:
    last = closed(bench)
    launched(bench, last)
    for begin in (
        lambda: again.begin(bench.desk, "U-LEE", assessment=last.id),
        lambda: again.begin_named(bench.desk, "U-LEE", name="abc", channel=None),
    ):
        with pytest.raises(AlreadyOpen):
            begin()


def test_a_newer_version_of_the_questions_is_asked_and_says_what_is_the_same(bench: Bench) -> None:
    last = closed(bench)
    bench.desk = replace(bench.desk, pack=_revised("HEAT"))

    draft = again.begin(bench.desk, "U-LEE", assessment=last.id)

    with bench.desk.transaction() as tx:
        found = again.same_as_before(bench.desk, tx, draft)
    questions = len(Scope.of(last).items(BAKERY))
    assert found == again.Same(1, questions - 1, questions)


def _revised(question: str) -> Pack:
    facts = json.loads(BAKERY.snapshot())
    item = next(item for item in facts["items"] if item["id"] == question)
    item["revision"] = 2
    return Pack.model_validate({**facts, "version": BAKERY.version + 1})


def test_a_card_asks_whether_the_last_answer_still_is_so(bench: Bench) -> None:
    launched(bench, closed(bench, 2))
    bench.starts("U-ANA")
    now = bench.look("U-ANA").interview
    asked = now.asking
    assert asked is not None
    reply = now.still(asked.id)
    assert reply is not None
    assert (reply.kind, reply.value) == (Said.ANSWERED, 2)

    spoken = bench.drawn(
        interview.still(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question=asked.id, revision=0)
    )
    twice = interview.still(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question=asked.id, revision=0)

    assert answers(spoken.sitting) == {asked.id: "2"} == answers(twice.sitting)
    assert twice.before
    assert spoken.sitting.interview.still(asked.id) is None


@pytest.mark.parametrize(
    "word",
    ["still", "Same.", "yes", "no change", "STILL SO", "still c", "sigue igual", "sí", "keep", "Dejar: C"],
)
def test_it_can_be_typed(bench: Bench, word: str) -> None:
    launched(bench, closed(bench, 2))
    bench.starts("U-ANA")
    asked = bench.look("U-ANA").interview.asking
    assert asked is not None

    bench.clock.passes(minutes=1)

    spoken = writing.write(bench.desk, "U-ANA", text=word, channel="D", ts="1", language="es")

    assert answers(spoken.sitting) == {asked.id: "2"}


def test_in_a_first_round_same_is_a_comment(bench: Bench) -> None:
    bench.opened(BAKERS)
    bench.starts("U-ANA")
    asked = bench.look("U-ANA").interview.asking
    assert asked is not None

    assert bench.types("U-ANA", "same").sitting.interview.comments == {asked.id: "same"}


def test_what_was_not_an_option_still_holds_with_its_reason(bench: Bench) -> None:
    opened = bench.opened(BAKERS)
    bench.starts("U-ANA")
    bench.clicks("U-ANA", interview.does_not_apply("we buy bread"))
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    launched(bench, opened)
    bench.starts("U-ANA")

    said = bench.types("U-ANA", "same").sitting.interview

    assert [(each.kind, each.reason) for each in said.replies.values()] == [
        (Said.DOES_NOT_APPLY, "we buy bread")
    ]


def test_nobody_is_shown_what_is_another_question_now_or_what_another_answered(bench: Bench) -> None:
    last = closed(bench, 2)
    bench.desk = replace(bench.desk, pack=_revised("FLOUR"))
    launched(bench, last)

    mine, other = (bench.look(user).interview for user in ("U-ANA", "U-BEN"))

    assert "FLOUR" not in mine.last.replies
    assert "YEAST" in mine.last.replies
    assert other.last.replies == {}
    assert mine.minutes_left < other.minutes_left
    with pytest.raises(StaleCard):
        interview.still(bench.desk, "U-BEN", seat=bench.seat("U-BEN"), question="YEAST", revision=0)


def test_where_it_is_erased_who_answered_what_there_is_no_last_answer(bench: Bench) -> None:
    launched(bench, closed(bench, 2, privacy=Privacy.ANONYMOUS, group=3))

    assert bench.look("U-ANA").interview.last.replies == {}


def test_what_was_deleted_is_asked_no_more(bench: Bench) -> None:
    last = closed(bench, 2)
    old = bench.seat("U-ANA")
    launched(bench, last)
    withdrawal.withdraw(bench.desk, "U-ANA", seat=old)

    assert bench.look("U-ANA").interview.last.replies == {}


def test_in_the_form_the_last_answer_counts_when_the_page_is_handed_in(bench: Bench) -> None:
    launched(bench, closed(bench, 2))
    entered = [Entered("FLOUR", 0, interview.option(2)), Entered("YEAST", 0, interview.option(1))]

    filled = form.fill(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), entered=entered, view="V", key="1")

    assert answers(filled.sitting) == {"FLOUR": "2", "YEAST": "1"}
    assert filled.sitting.interview.still("HEAT") is not None


def test_evidence_of_last_time_is_shown_again_only_by_a_click(bench: Bench) -> None:
    opened = bench.opened(BAKERS)
    bench.starts("U-ANA")
    for text in ("https://oven.example", "We weigh it."):
        shown = [Shown(EvidenceForm.TEXT, level=1, text=text)]
        evidence.show(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="FLOUR", shown=shown, key=text)
    seat = bench.seat("U-ANA")
    with bench.desk.transaction() as tx:
        returned = tx.evidence.of_seat(seat)[0].id
    evidence.send_back(bench.desk, "U-LEE", evidence=returned, reason="It is down.")
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    launched(bench, opened)
    before = bench.look("U-ANA").interview

    for _ in range(2):
        evidence.show_again(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="FLOUR")

    seat = bench.seat("U-ANA")
    with bench.desk.transaction() as tx:
        now = [(each.text, each.level, str(each.state)) for each in tx.evidence.of_seat(seat)]
    assert (before.last.shown, before.evidence) == ({"FLOUR": 1}, {})
    assert now == [("We weigh it.", 1, "waiting")]
    with pytest.raises(StaleCard):
        evidence.show_again(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="YEAST")


# What came of the last round.


def agreed(bench: Bench, assessment: Assessment, step: str, id: str) -> None:
    agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=assessment.id,
        step=step,
        objective=id,
        measure="3 of 3",
        owner=LEE,
        due=date(2027, 6, 1),
        id=id,
    )
    bench.clock.passes(minutes=1)


def played(bench: Bench, assessment: Assessment, **levels: int) -> Comparison:
    """Ana says this of the questions, and the round closes and is shared."""
    bench.starts("U-ANA")
    while asked := bench.look("U-ANA").interview.asking:
        bench.clicks("U-ANA", levels.get(asked.id, 1))
    bench.clock.passes(minutes=1)
    bench.post(results.close(bench.desk, "U-LEE", assessment=assessment.id).owed)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=assessment.id).owed)
    return rounds.compare(bench.desk, "U-LEE")


def test_each_action_of_the_last_round_stands_beside_the_question_that_moved_or_did_not(bench: Bench) -> None:
    last = closed(bench)
    for step, id in (("FLOUR@2", "rose"), ("YEAST@2", "stayed"), ("HEAT@2", "open")):
        agreed(bench, last, step, id)
    for id in ("rose", "stayed"):
        acting.finish(bench.desk, "U-LEE", action=id, text="Seen.")

    found = played(bench, launched(bench, last), FLOUR=2, HEAT=0)

    said = [(each.action.id, each.before, each.now, each.rose, each.reached) for each in found.outcomes]
    assert said == [("rose", 1, 2, True, True), ("stayed", 1, 1, False, False), ("open", 1, 0, False, False)]
    assert [each.action.id for each in found.finished] == ["rose", "stayed"]


def test_what_came_of_the_last_round_stands_in_the_thread_and_in_what_people_get(bench: Bench) -> None:
    last = closed(bench)
    agreed(bench, last, "FLOUR@2", "rose")
    acting.finish(bench.desk, "U-LEE", action="rose", text="Seen.")
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=last.id).owed)
    first = [each for each in bench.beat() if isinstance(each, SinceReply)]
    now = launched(bench, last)
    played(bench, now, FLOUR=2)

    thread = [each for each in bench.beat() if isinstance(each, SinceReply)]
    sharing.send_to_participants(bench.desk, "U-LEE", assessment=now.id)
    received = [each for each in bench.beat() if isinstance(each, Verdict) and each.mine]

    assert first == []
    assert [[each.action.id for each in one.comparison.finished] for one in thread] == [["rose"]]
    assert [each.beside is not None and len(each.beside.finished) for each in received] == [1] * len(BAKERS)


@pytest.mark.parametrize(
    ("baseline", "target", "current", "measured"),
    [
        (0, 3, 3, Measured.REACHED),
        (0, 3, 4, Measured.REACHED),
        (0, 3, 1, Measured.MOVED),
        (1, 3, 0, Measured.STAYED),
        (1, 3, 1, Measured.STAYED),
        (9, 2, 2, Measured.REACHED),
        (9, 2, 5, Measured.MOVED),
        (9, 2, 9, Measured.STAYED),
        (None, 3, 3, None),
        (0, 3, None, None),
    ],
)
def test_a_measure_moves_towards_its_target_up_or_down(
    baseline: int | None, target: int, current: int | None, measured: Measured | None
) -> None:
    numbers = {
        name: None if value is None else Decimal(value)
        for name, value in (("baseline", baseline), ("target", target), ("current", current))
    }
    action = Action(
        id="V",
        assessment_id="A",
        question=None,
        level=None,
        objective="O",
        measure="M",
        owner=None,
        due=date(2027, 1, 1),
        state=ActionState.DONE,
        agreed_by="U",
        agreed_at=datetime(2026, 1, 1, tzinfo=UTC),
        changed_at=datetime(2026, 1, 1, tzinfo=UTC),
        **numbers,
    )

    assert Outcome(action, 1).measured is measured


def test_what_is_still_open_joins_the_plan_of_the_next_round_until_it_is_over(bench: Bench) -> None:
    last = closed(bench)
    for step, id in (("FLOUR@2", "open"), ("YEAST@2", "done")):
        agreed(bench, last, step, id)
    acting.finish(bench.desk, "U-LEE", action="done", text="Seen.")
    with bench.desk.transaction() as tx:
        reminders = len(tx.followups.about("open"))
    now = launched(bench, last)
    played(bench, now)

    board = plans.board_of(bench.desk, "U-LEE", assessment=now.id)
    old = plans.board_of(bench.desk, "U-LEE", assessment=last.id)

    assert [(each.number, each.action.id) for each in board.carried] == [(1, "open")]
    assert ("FLOUR", 2) not in {(gap.question, gap.level) for gap in board.open_gaps}
    assert ([each.id for each in old.actions], old.carried) == (["open", "done"], ())
    with bench.desk.transaction() as tx:
        assert len(tx.followups.about("open")) == reminders
    bench.clock.passes(minutes=1)
    acting.mark(bench.desk, "U-LEE", action="open", state=ActionState.AT_RISK)
    bench.clock.at = datetime(2026, 11, 30, 10, tzinfo=UTC)
    said = [each for each in bench.beat() if isinstance(each, Digest)]
    assert [[action.id for action in each.actions] for each in said] == [["open"]]
    acting.finish(bench.desk, "U-LEE", action="open", text="Seen.")
    assert plans.board_of(bench.desk, "U-LEE", assessment=now.id).carried == ()


def test_who_only_answers_begins_no_next_round_of_one_that_still_runs(bench: Bench) -> None:
    bench.opened(BAKERS)

    with pytest.raises(NotFacilitator):
        again.begin_named(bench.desk, "U-ANA", name="", channel=None)
