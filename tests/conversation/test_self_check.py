"""A first look at one's own work: by the same cards and words, and nobody else's business."""

import pytest

from conversation import correcting, delegation, home, interview, plans, reports, rounds, self_check
from conversation.errors import (
    Forgotten,
    NoSelfCheck,
    NoSuchAssessment,
    NothingToAnswer,
    NotYourSeat,
    Refused,
    StaleCard,
)
from conversation.sitting import Choice, Spoken
from storage.records import AssessmentState, Person, Said, SeatState
from tests.conversation.desk import Bench, answers, owed

ANA, OMAR = "U-ANA", "U-OMAR"


def takes(bench: Bench, user: str = ANA) -> Spoken:
    bench.clock.passes(minutes=1)
    return bench.drawn(self_check.take(bench.desk, user))


def done(bench: Bench, *choices: Choice | int, user: str = ANA) -> Spoken:
    spoken = takes(bench, user)
    for choice in choices:
        spoken = bench.clicks(user, choice)
    return spoken


def looks(spoken: Spoken) -> list[tuple[str, int | None, int | None]]:
    found = self_check.outcome(spoken.sitting)
    return [(look.aspect, look.level, look.next_level) for look in found.looks]


def test_the_last_answer_brings_the_result_and_nothing_has_to_be_sent(bench: Bench) -> None:
    questions = len(takes(bench).sitting.interview.items)

    spoken = done(bench, *[1] * questions)

    assert owed(spoken) == ["review"]
    assert not spoken.sitting.interview.sent
    assert bench.look(ANA).seat.state is SeatState.SENT
    assert self_check.outcome(spoken.sitting).level == 1


@pytest.mark.parametrize(
    ("choices", "level"),
    [
        ((0, 2), 0),
        ((2, 1), 1),
        ((3, 3), 3),
        ((interview.DONT_KNOW, 2), 2),
        ((interview.SKIPPED, interview.NOT_MINE), None),
        ((interview.does_not_apply("No ovens."), interview.DONT_KNOW), None),
    ],
)
def test_the_whole_is_where_the_aspect_furthest_behind_is(
    bench: Bench, choices: tuple[Choice | int, ...], level: int | None
) -> None:
    spoken = done(bench, *choices)

    assert self_check.outcome(spoken.sitting).level == level


def test_each_aspect_says_what_comes_next_until_there_is_nothing(bench: Bench) -> None:
    one, other = (aspect.title for aspect in bench.pack.aspects)

    assert looks(done(bench, 1, 3)) == [(one, 1, 2), (other, 3, None)]


def test_nobody_else_finds_it_and_nothing_comes_of_it_by_itself(bench: Bench) -> None:
    seat = done(bench, 1, 1).sitting.seat.id
    bench.opened({OMAR: ["BAKER"]}, subject="Bread")

    for user in (ANA, "U-LEE", OMAR):
        for look in (reports.status, reports.verdict, plans.board, rounds.compare):
            with pytest.raises(Refused):
                look(bench.desk, user, name="self_check")
    with pytest.raises(NotYourSeat):
        interview.look(bench.desk, OMAR, seat=seat)
    with pytest.raises(NoSelfCheck):
        self_check.delete(bench.desk, OMAR, seat=seat)
    assert home.home(bench.desk, OMAR).check is None
    assert home.home(bench.desk, ANA).assessments == ()
    bench.clock.passes(days=400)
    assert not [each for each in bench.beat() if getattr(each, "sitting", None) and each.sitting.alone]  # type: ignore[union-attr]


def test_nothing_of_it_is_passed_on_or_answered_in_another_role(bench: Bench) -> None:
    sitting = takes(bench).sitting
    seat, (question, *_) = sitting.seat.id, sitting.interview.items
    omar = Person(user_id=OMAR, name="Omar")

    for attempt in (
        lambda: delegation.consider(bench.desk, ANA, seat=seat, question=None),
        lambda: delegation.pass_on(
            bench.desk, ANA, seat=seat, question=question.id, to=omar, note="", key="V1"
        ),
        lambda: correcting.correct(bench.desk, ANA, seat=seat, roles=["SELLER"], key="V1"),
    ):
        with pytest.raises(StaleCard):
            attempt()

    assert bench.look(ANA).interview.items == sitting.interview.items
    with bench.store.transaction(bench.team) as tx:
        assert tx.seats.held_by(OMAR) == []


def test_what_is_typed_afterwards_is_not_about_it_unless_one_looks_back(bench: Bench) -> None:
    done(bench, 1, 1)

    with pytest.raises(NothingToAnswer):
        bench.types(ANA, "thanks")
    with pytest.raises(NothingToAnswer):
        bench.types(ANA, "c")
    assert owed(bench.types(ANA, "review")) == ["review"]

    bench.types(ANA, "edit 2")
    assert [look.level for look in self_check.outcome(bench.types(ANA, "c").sitting).looks] == [1, 2]


def test_a_line_that_comes_again_after_the_last_answer_changes_nothing(bench: Bench) -> None:
    bench.types(ANA, "self-check")
    bench.types(ANA, "b")
    bench.drawn(bench.writes(ANA, "c", ts="last"))

    again = bench.writes(ANA, "c", ts="last")

    assert again.owed == ()
    assert list(answers(again.sitting).values()) == ["1", "2"]


def test_it_is_begun_once_however_often_it_is_asked_for(bench: Bench) -> None:
    first = takes(bench).sitting
    bench.writes(ANA, "self-check", ts="same")
    bench.writes(ANA, "self-check", ts="same")

    assert takes(bench).sitting.assessment == first.assessment
    with bench.store.transaction(bench.team) as tx:
        assert len(tx.assessments.in_states([AssessmentState.SELF_CHECK])) == 1


def test_deleted_means_that_no_row_is_left(bench: Bench) -> None:
    seat = done(bench, 1, 1).sitting.seat.id
    bench.types(ANA, "edit 1")

    deleted = self_check.delete(bench.desk, ANA, seat=seat)

    assert {posting.subject_id for posting in deleted.posted} == {seat}
    assert {posting.kind for posting in deleted.posted} == {"card"}
    with bench.store.transaction(bench.team) as tx:
        assert tx.assessments.in_states(list(AssessmentState)) == []
        assert tx.seats.held_by(ANA) == []
        assert tx.answers.of(seat) == []
        assert tx.postings.about([seat], kind="card") == []
    with pytest.raises(NoSelfCheck):
        self_check.delete(bench.desk, ANA, seat=seat)
    with pytest.raises(Forgotten):
        interview.look(bench.desk, ANA, seat=seat)


def test_done_again_it_begins_with_nothing(bench: Bench) -> None:
    seat = done(bench, 1, 1).sitting.seat.id

    again = self_check.again(bench.desk, ANA, seat=seat)

    assert again.spoken is not None
    assert answers(again.spoken.sitting) == {}
    assert again.spoken.sitting.seat.id != seat
    with pytest.raises(NoSelfCheck):
        self_check.again(bench.desk, ANA, seat=seat)


def test_an_assessment_is_not_deleted_by_this_way(bench: Bench) -> None:
    bench.opened({ANA: ["BAKER"]})

    with pytest.raises(NoSelfCheck):
        self_check.delete(bench.desk, ANA, seat=bench.seat(ANA))

    assert bench.look(ANA).assessment.state is AssessmentState.OPEN


def test_the_questionnaire_comes_back_once_the_self_check_is_through(bench: Bench) -> None:
    bench.opened({ANA: ["BAKER"]})
    asked = bench.starts(ANA).sitting.interview.asking
    bench.types(ANA, "self-check")
    bench.types(ANA, "b")
    bench.types(ANA, "b")

    spoken = bench.types(ANA, "c")

    assert asked is not None
    assert not spoken.sitting.alone
    assert answers(spoken.sitting) == {asked.id: "2"}


def test_links_and_sentences_are_kept_as_comments_and_files_are_not(bench: Bench) -> None:
    bench.types(ANA, "self-check")

    spoken = bench.types(ANA, "<https://wiki.example/oven>")

    (comment,) = spoken.sitting.interview.comments.values()
    assert comment == "https://wiki.example/oven"
    assert Said.SHOWED not in {fact.kind for fact in spoken.sitting.said}


def test_it_is_no_round_and_no_name_for_anything(bench: Bench) -> None:
    done(bench, 1, 1)

    opened = bench.opened({OMAR: ["BAKER"]}, subject="self_check")

    assert opened.round == 1
    with pytest.raises(NoSuchAssessment):
        reports.status(bench.desk, ANA)
