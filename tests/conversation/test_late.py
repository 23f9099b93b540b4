"""Answers after closing. Ana bakes: she is asked FLOUR, YEAST and HEAT."""

import pytest

from conversation import interview, late, results
from conversation.errors import AssessmentIsClosed, NotFacilitator, NotLate, TooLateToAdd
from conversation.interview import SKIPPED
from conversation.scope import Privacy
from storage.records import Assessment, Said
from tests.conversation.desk import Bench, answers, owed

LEE = "U-LEE"


@pytest.fixture
def closed(bench: Bench) -> Assessment:
    opened = bench.opened({"U-ANA": ["BAKER"], "U-BEN": ["BAKER"]})
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 0)
    bench.answers_all("U-BEN", 3)
    results.close(bench.desk, LEE, assessment=opened.id)
    return opened


def click(bench: Bench, question: str, value: int) -> list[str]:
    bench.clock.passes(minutes=1)
    spoken = interview.answer(
        bench.desk,
        "U-ANA",
        seat=bench.seat("U-ANA"),
        question=question,
        revision=0,
        choice=interview.option(value),
    )
    return owed(bench.drawn(spoken))


def drafted(bench: Bench) -> late.Sitting:
    return interview.read_again(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="FLOUR")


def test_what_comes_late_is_a_draft_and_counts_nothing(bench: Bench, closed: Assessment) -> None:
    with bench.store.transaction("T1") as tx:
        before = tx.answers.counts(closed.id)

    assert owed(bench.types("U-ANA", "B: since May")) == ["reply late YEAST"]
    assert click(bench, "HEAT", 2) == ["reply late HEAT"]
    assert click(bench, "HEAT", 2) == []
    assert click(bench, "HEAT", 3) == ["reply late HEAT"]

    assert drafted(bench).interview.late.answers == {"YEAST": 1, "HEAT": 3}
    assert drafted(bench).interview.late.comments == {"YEAST": "since May"}
    with bench.store.transaction("T1") as tx:
        assert tx.answers.counts(closed.id) == before


def test_the_facilitator_is_asked_once_and_adds_it_to_a_new_revision(
    bench: Bench, closed: Assessment
) -> None:
    seat = bench.seat("U-ANA")
    bench.types("U-ANA", "dk: ask Ben")
    click(bench, "HEAT", 0)

    assert owed(late.ask(bench.desk, "U-ANA", seat=seat)) == ["reply late_asked", "late"]
    assert owed(late.ask(bench.desk, "U-ANA", seat=seat)) == []
    with pytest.raises(NotFacilitator):
        late.accept(bench.desk, "U-ANA", seat=seat)
    assert owed(late.accept(bench.desk, LEE, seat=seat)) == ["reply late_taken"]

    now = drafted(bench)
    assert answers(now) == {"FLOUR": "0", "YEAST": "dont_know", "HEAT": "0"}
    assert now.interview.comments == {"YEAST": "ask Ben"}
    assert now.interview.added == {"YEAST", "HEAT"}
    with bench.store.transaction("T1") as tx:
        result = tx.results.latest(closed.id)
        deeds = [deed.what for deed in tx.deeds.of(closed.id)]
    assert result
    assert result.revision == 2
    assert deeds[-2:] == ["added_late", "worked_out_again"]
    with pytest.raises(NotLate):
        late.accept(bench.desk, LEE, seat=seat)


def test_not_this_time_and_thinking_better_of_it(bench: Bench, closed: Assessment) -> None:
    seat = bench.seat("U-ANA")
    click(bench, "HEAT", 0)
    late.ask(bench.desk, "U-ANA", seat=seat)

    assert owed(late.refuse(bench.desk, LEE, seat=seat)) == ["reply late_refused"]
    assert drafted(bench).interview.late.questions == ()
    click(bench, "HEAT", 1)
    late.ask(bench.desk, "U-ANA", seat=seat)
    late.drop(bench.desk, "U-ANA", seat=seat)

    with pytest.raises(NotLate):
        late.accept(bench.desk, LEE, seat=seat)
    with pytest.raises(NotLate):
        late.ask(bench.desk, "U-ANA", seat=seat)
    assert answers(drafted(bench)) == {"FLOUR": "0"}


def test_nothing_can_be_skipped_late(bench: Bench, closed: Assessment) -> None:
    with pytest.raises(AssessmentIsClosed):
        interview.answer(
            bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="HEAT", revision=0, choice=SKIPPED
        )

    assert drafted(bench).interview.late.answers == {}


def test_a_sentence_is_a_late_comment_and_a_command_is_none(bench: Bench, closed: Assessment) -> None:
    assert owed(bench.types("U-ANA", "We feed it daily.")) == ["reply late YEAST"]
    for line in ("skip", "send", "not mine"):
        with pytest.raises(AssessmentIsClosed):
            bench.types("U-ANA", line)

    seat = bench.seat("U-ANA")
    with bench.store.transaction("T1") as tx:
        kinds = [fact.kind for fact in tx.answers.of(seat)]
    assert kinds == [Said.STARTED, Said.ANSWERED, Said.LATE]


def test_a_message_that_comes_twice_is_one(bench: Bench, closed: Assessment) -> None:
    assert [owed(bench.writes("U-ANA", "B", ts="17.1")) for _ in range(2)] == [["reply late YEAST"], []]


def test_where_answers_are_hidden_none_is_added_late(bench: Bench) -> None:
    people = {f"U-{n}": ["BAKER"] for n in range(5)} | {"U-ANA": ["BAKER"]}
    opened = bench.opened(people, privacy=Privacy.CONFIDENTIAL)
    bench.starts("U-ANA")
    results.close(bench.desk, LEE, assessment=opened.id)

    with pytest.raises(TooLateToAdd):
        bench.types("U-ANA", "B")
    with pytest.raises(TooLateToAdd):
        click(bench, "FLOUR", 1)
