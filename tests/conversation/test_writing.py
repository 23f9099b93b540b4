"""The interview by typed words. Ana bakes: she is asked FLOUR, YEAST and HEAT."""

from dataclasses import replace

import pytest

from conversation import interview, reports, results, writing
from conversation.contents import Reply
from conversation.errors import AssessmentIsClosed, NothingToAnswer, NotTakingPart
from conversation.pack import Length
from storage.records import Assessment, Said, SeatState
from tests.conversation.desk import BAKERY, Bench, answers, owed

FLOUR, YEAST = BAKERY.item("FLOUR"), BAKERY.item("YEAST")


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened({"U-ANA": ["BAKER"]})


@pytest.fixture
def ana(bench: Bench, opened: Assessment) -> str:
    bench.starts("U-ANA")
    return bench.seat("U-ANA")


def test_the_whole_questionnaire_by_keyboard(bench: Bench, opened: Assessment) -> None:
    lines = ["hello", "B", "c: we feed it", "back", "d", "dk", "send"]

    heard = [owed(bench.types("U-ANA", line)) for line in lines]

    assert heard == [
        ["card FLOUR"],
        ["card YEAST"],
        ["card HEAT"],
        ["card YEAST"],
        ["card HEAT"],
        ["review"],
        ["reply sent", "finished"],
    ]
    sitting = bench.look("U-ANA")
    assert answers(sitting) == {"FLOUR": "1", "YEAST": "3", "HEAT": "dont_know"}
    assert sitting.interview.comments == {"YEAST": "we feed it"}
    assert sitting.seat.state is SeatState.SENT


@pytest.mark.parametrize(
    ("text", "heard", "replied", "comment"),
    [
        ("B", "card YEAST", "1", None),
        ("B: we script it", "card YEAST", "1", "we script it"),
        ("what is there", "card YEAST", "0", None),
        ("don't know", "card YEAST", "dont_know", None),
        ("dk: ask Ben", "card YEAST", "dont_know", "ask Ben"),
        ("not my area", "card YEAST", "not_mine", None),
        ("n/a because we buy bread", "card YEAST", "does_not_apply", None),
        ("skip", "card YEAST", "skipped", None),
        ("n/a", "reply reason_please FLOUR", None, None),
        ("We buy it.", "reply kept FLOUR", None, "We buy it."),
        ("https://mill.example/rye", "reply shown FLOUR", None, None),
        ("What counts as flour?", "reply why FLOUR", None, None),
        ("why", "reply why FLOUR", None, None),
        ("2", "reply digit FLOUR", None, None),
        (":bread:", "reply no_words FLOUR", None, None),
        ("", "reply no_words FLOUR", None, None),
        ("help", "reply help", None, None),
        ("pause", "reply pause", None, None),
        ("send", "reply not_yet", None, None),
        ("continue", "card FLOUR", None, None),
        ("review", "reply review", None, None),
        ("7", "reply no_option FLOUR", None, None),
        ("E", "reply no_option FLOUR", None, None),
        ("back", "card FLOUR", None, None),
        ("edit 1", "card FLOUR", None, None),
        ("edit 3", "card HEAT", None, None),
        ("edit 4", "reply no_such_number", None, None),
        ("edit 0", "reply no_such_number", None, None),
    ],
)
def test_each_meaning_of_a_line(
    bench: Bench, ana: str, text: str, heard: str, replied: str | None, comment: str | None
) -> None:
    spoken = bench.types("U-ANA", text)

    assert owed(spoken) == [heard]
    sitting = bench.look("U-ANA")
    assert answers(sitting).get("FLOUR") == replied
    assert sitting.interview.comments.get("FLOUR") == comment
    assert spoken.card == (FLOUR if replied or text == "edit 3" else None)


@pytest.mark.parametrize("text", ["B: rye", "We buy it.", "n/a", "edit 3", "back", "help", "hello", "2", ""])
def test_a_message_that_comes_twice_is_one(bench: Bench, ana: str, text: str) -> None:
    first = bench.writes("U-ANA", text, ts="17.1")
    second = bench.writes("U-ANA", text, ts="17.1")

    assert (len(first.owed), second.owed) == (1, ())
    assert second.sitting.interview == first.sitting.interview or not second.card


@pytest.mark.parametrize("text", ["B", "We buy it.", "hello", "skip", "why", "edit 9", ":bread:"])
def test_the_first_line_begins_if_nothing_was_asked_yet(bench: Bench, opened: Assessment, text: str) -> None:
    """Nobody answers a question that they have not seen."""
    heard = owed(bench.types("U-ANA", text))

    assert heard == (["card FLOUR"] if text != "edit 9" else ["reply no_such_number"])
    assert answers(bench.look("U-ANA")) == {}


def test_edit_may_come_first(bench: Bench, opened: Assessment) -> None:
    assert owed(bench.types("U-ANA", "edit 2")) == ["card YEAST"]
    assert owed(bench.types("U-ANA", "b")) == ["card FLOUR"]
    assert bench.look("U-ANA").seat.state is SeatState.STARTED


def test_whoever_writes_gets_an_answer_however_soon(bench: Bench, ana: str) -> None:
    assert [owed(bench.writes("U-ANA", "continue", ts=f"17.{n}")) for n in range(2)] == [["card FLOUR"]] * 2


def test_a_sentence_becomes_the_comment_and_the_next_is_added(bench: Bench, ana: str) -> None:
    bench.types("U-ANA", "We buy rye.")
    bench.types("U-ANA", "And spelt,\nsometimes.")
    bench.types("U-ANA", "b: most days")

    assert bench.look("U-ANA").interview.comments == {
        "FLOUR": "We buy rye.\nAnd spelt,\nsometimes.\nmost days"
    }


def test_a_long_message_is_kept_whole(bench: Bench, ana: str) -> None:
    story = "long " * 7_999 + "story"

    bench.types("U-ANA", story)

    assert bench.look("U-ANA").interview.comments["FLOUR"] == story


def test_a_line_in_the_thread_of_a_card_answers_that_question(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)
    thread = bench.ts_of_card("FLOUR")

    spoken = bench.types("U-ANA", "D: since today", thread=thread)

    assert owed(spoken) == ["card YEAST"]
    assert answers(spoken.sitting) == {"FLOUR": "3"}
    assert spoken.sitting.interview.comments == {"FLOUR": "since today"}
    assert spoken.card == FLOUR
    assert spoken.last_card
    assert spoken.last_card.ts == thread


def test_a_line_in_another_thread_leaves_the_question_that_one_went_to(bench: Bench, ana: str) -> None:
    bench.answers_all("U-ANA")
    interview.change(bench.desk, "U-ANA", seat=ana, question="YEAST")

    spoken = bench.types("U-ANA", "a", thread=bench.ts_of_card("FLOUR"))

    assert spoken.sitting.interview.asking == YEAST
    assert answers(spoken.sitting)["FLOUR"] == "0"


def test_a_sentence_in_a_thread_comments_on_that_question(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)

    spoken = bench.types("U-ANA", "Rye, mostly.", thread=bench.ts_of_card("FLOUR"))
    asked_back = bench.found(spoken.owed[0].key)
    bench.types("U-ANA", "C", thread=asked_back.ts)

    assert owed(spoken) == ["reply kept FLOUR"]
    assert answers(bench.look("U-ANA")) == {"FLOUR": "2"}
    assert bench.look("U-ANA").interview.comments == {"FLOUR": "Rye, mostly."}


def test_a_thread_that_is_not_ours_is_about_the_question_of_now(bench: Bench, ana: str) -> None:
    assert answers(bench.types("U-ANA", "b", thread="17.99").sitting) == {"FLOUR": "1"}


def test_at_the_review_and_after_sending(bench: Bench, ana: str) -> None:
    bench.answers_all("U-ANA")

    lines = ["B", "back", "B", "send", "send", "A", "review", "edit 1", "A: at last"]
    heard = [owed(bench.types("U-ANA", line)) for line in lines]

    assert heard == [
        ["reply nothing_asked"],
        ["card HEAT"],
        ["review"],
        ["reply sent", "finished"],
        ["reply sent"],
        ["reply nothing_asked"],
        ["review"],
        ["card FLOUR"],
        ["reply changed"],
    ]
    sitting = bench.look("U-ANA")
    assert (answers(sitting)["FLOUR"], sitting.seat.state) == ("0", SeatState.SENT)


def test_what_was_written_beside_an_answer_stays_when_the_answer_changes(bench: Bench, ana: str) -> None:
    for line in ["B: rye", "edit 1", "C"]:
        bench.types("U-ANA", line)

    sitting = bench.look("U-ANA")
    assert (answers(sitting), sitting.interview.comments) == ({"FLOUR": "2"}, {"FLOUR": "rye"})


@pytest.mark.parametrize("given", ["C", "dk", "not mine", "n/a: we buy it"])
@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("threaded", [False, True])
def test_who_skips_while_changing_an_answer_keeps_it(
    bench: Bench, ana: str, given: str, sent: bool, threaded: bool
) -> None:
    for line in [given, "b", "b", *(["send"] if sent else [])]:
        bench.types("U-ANA", line)
    before = bench.look("U-ANA").interview.replies["FLOUR"]
    thread = bench.ts_of_card("FLOUR") if threaded else None
    if not threaded:
        bench.types("U-ANA", "edit 1")

    heard = owed(bench.types("U-ANA", "skip", thread=thread))

    after = bench.look("U-ANA").interview
    assert (after.replies["FLOUR"], after.asking) == (replace(before, revision=2), None)
    assert heard == (["reply unchanged"] if sent else ["review"])


@pytest.mark.parametrize(
    ("word", "given", "sent"),
    [
        ("keep", "C", False),
        ("keep", "dk", True),
        ("Keep it.", "not mine", False),
        ("no change", "n/a: we buy it", True),
        ("leave it as it is", "C", True),
        ("dejar", "n/a: we buy it", False),
        ("Déjala así", "dk", False),
        ("sin cambios", "not mine", True),
    ],
)
def test_who_types_keep_while_changing_an_answer_keeps_it(
    bench: Bench, ana: str, word: str, given: str, sent: bool
) -> None:
    for line in [given, "b", "b", *(["send"] if sent else []), "edit 1"]:
        bench.types("U-ANA", line)
    before = bench.look("U-ANA").interview

    heard = owed(writing.write(bench.desk, "U-ANA", text=word, channel="D", ts="k", language="es"))

    after = bench.look("U-ANA").interview
    assert heard == (["reply unchanged"] if sent else ["review"])
    assert (after.replies["FLOUR"], after.asking) == (replace(before.replies["FLOUR"], revision=2), None)
    assert after.comments == before.comments


@pytest.mark.parametrize("lines", [[], ["skip", "edit 1"]], ids=["asked", "skipped"])
def test_where_there_is_nothing_to_keep_keep_is_a_comment(bench: Bench, ana: str, lines: list[str]) -> None:
    for line in lines:
        bench.types("U-ANA", line)

    assert owed(bench.types("U-ANA", "keep")) == ["reply kept FLOUR"]
    assert bench.look("U-ANA").interview.comments == {"FLOUR": "keep"}


def test_in_the_thread_of_what_is_answered_keep_is_a_comment(bench: Bench, ana: str) -> None:
    bench.types("U-ANA", "b")

    bench.types("U-ANA", "keep", thread=bench.ts_of_card("FLOUR"))

    assert bench.look("U-ANA").interview.comments == {"FLOUR": "keep"}


def test_skip_by_button_keeps_an_answer_too(bench: Bench, ana: str) -> None:
    bench.types("U-ANA", "n/a: we buy it")
    interview.change(bench.desk, "U-ANA", seat=ana, question="FLOUR")

    bench.clicks("U-ANA", interview.SKIPPED)
    again = interview.answer(
        bench.desk, "U-ANA", seat=ana, question="FLOUR", revision=1, choice=interview.SKIPPED
    )

    assert again.before
    assert answers(bench.look("U-ANA")) == {"FLOUR": "does_not_apply"}


@pytest.mark.parametrize(
    ("lines", "reason", "comment"),
    [
        (["n/a", "because it is bought in"], "it is bought in", None),
        (["n/a", "We have no oven."], "We have no oven.", None),
        (["n/a", "does not apply because we buy it"], "we buy it", None),
        (["n/a because", "Because, frankly: we buy it"], "frankly: we buy it", None),
        (["n/a", "why", "We buy it"], None, "We buy it"),
        (["n/a", "What do you mean?", "We buy it"], None, "We buy it"),
        (["n/a", "continue", "We buy it"], None, "We buy it"),
        (["n/a", "b", "edit 1", "We buy it"], None, "We buy it"),
    ],
)
def test_the_sentence_after_a_bare_na_is_its_reason(
    bench: Bench, ana: str, lines: list[str], reason: str | None, comment: str | None
) -> None:
    for line in lines:
        bench.types("U-ANA", line)

    now = bench.look("U-ANA").interview
    reply = now.replies.get("FLOUR")
    assert (reply and reply.reason, now.comments.get("FLOUR")) == (reason, comment)


def test_a_click_in_between_is_no_reason(bench: Bench, ana: str) -> None:
    bench.types("U-ANA", "n/a")
    bench.clicks("U-ANA", 1)

    bench.types("U-ANA", "We feed it")

    assert bench.look("U-ANA").interview.comments == {"YEAST": "We feed it"}


def test_the_reason_is_for_the_question_that_was_asked_after(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)

    bench.types("U-ANA", "n/a", thread=bench.ts_of_card("FLOUR"))
    bench.types("U-ANA", "we buy it")

    assert answers(bench.look("U-ANA")) == {"FLOUR": "does_not_apply"}
    assert bench.look("U-ANA").interview.asking == YEAST


def test_the_review_comes_whenever_it_is_asked_for(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 2)

    (posting,) = bench.types("U-ANA", "review").owed

    shown = reports.contents(bench.desk, posting)
    assert isinstance(shown, Reply)
    assert answers(shown.sitting) == {"FLOUR": "2"}
    assert bench.clicks("U-ANA", 1).card == YEAST


def test_without_a_questionnaire_there_is_nothing_to_answer(bench: Bench, ana: str) -> None:
    with pytest.raises(NothingToAnswer):
        bench.types("U-ZOE", "hello")


def test_who_asks_for_help_when_it_is_closed_has_nothing_to_answer(
    bench: Bench, opened: Assessment, ana: str
) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(NothingToAnswer):
        bench.types("U-ANA", "help")


def test_who_declined_is_brought_back_by_asking_for_it_and_by_nothing_else(bench: Bench, ana: str) -> None:
    interview.decline(bench.desk, "U-ANA", seat=ana)
    for line in ["OK, thank you", "B", "skip", "edit 1", "send"]:
        with pytest.raises(NotTakingPart):
            bench.types("U-ANA", line)

    bench.types("U-ANA", "start")

    sitting = bench.look("U-ANA")
    assert (sitting.seat.state, answers(sitting)) == (SeatState.STARTED, {})


def test_what_is_open_comes_before_what_was_declined(bench: Bench, ana: str) -> None:
    bench.starts("U-ANA")
    bench.opened({"U-ANA": ["SELLER"]}, subject="The shop")
    interview.decline(bench.desk, "U-ANA", seat=bench.seat("U-ANA"))

    assert bench.types("U-ANA", "c").sitting.seat.id == ana


def test_of_two_questionnaires_the_one_touched_last_is_meant(bench: Bench, ana: str) -> None:
    bench.opened({"U-ANA": ["SELLER"]}, subject="The shop", length=Length.LONG)
    first, second = ana, bench.seat("U-ANA")

    before_the_second_is_started = bench.types("U-ANA", "b").sitting.seat.id
    bench.starts("U-ANA")
    meant = bench.types("U-ANA", "c").sitting.seat.id

    assert (before_the_second_is_started, meant) == (first, second)
    assert answers(interview.look(bench.desk, "U-ANA", seat=first)) == {"FLOUR": "1"}


def test_an_unfinished_questionnaire_comes_before_one_that_was_sent(bench: Bench, ana: str) -> None:
    bench.opened({"U-ANA": ["SELLER"]}, subject="The shop")
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")

    assert bench.types("U-ANA", "b").sitting.seat.id == ana


def test_a_line_that_comes_again_is_not_about_another_questionnaire(bench: Bench, ana: str) -> None:
    bench.opened({"U-ANA": ["SELLER"]}, subject="The shop")
    second = bench.seat("U-ANA")
    interview.start(bench.desk, "U-ANA", seat=ana)
    while interview.look(bench.desk, "U-ANA", seat=ana).interview.asking:
        bench.types("U-ANA", "b")

    spoken = [bench.writes("U-ANA", "send", ts="1.0") for _ in range(2)]

    assert [each.sitting.seat.id for each in spoken] == [ana, ana]
    assert spoken[1].owed == ()
    assert bench.writes("U-ANA", "start", ts="2.0").sitting.seat.id == second


def test_a_thread_keeps_to_its_own_questionnaire(bench: Bench, ana: str) -> None:
    """Both ask FLOUR; the line belongs to the assessment in whose card's thread it stands."""
    thread = bench.ts_of_card("FLOUR")
    bench.opened({"U-ANA": ["SELLER"]}, subject="The shop", length=Length.LONG)
    bench.starts("U-ANA")

    spoken = bench.types("U-ANA", "c", thread=thread)

    assert (spoken.sitting.seat.id, answers(spoken.sitting)) == (ana, {"FLOUR": "2"})
    assert answers(bench.look("U-ANA")) == {}


def test_after_closing_a_line_is_not_kept(bench: Bench, opened: Assessment, ana: str) -> None:
    thread = bench.ts_of_card("FLOUR")
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    for place in (None, thread):
        with pytest.raises(AssessmentIsClosed):
            bench.types("U-ANA", "skip", thread=place)

    with bench.store.transaction("T1") as tx:
        assert [fact.kind for fact in tx.answers.of(ana)] == [Said.STARTED]
