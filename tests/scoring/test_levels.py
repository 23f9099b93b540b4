"""Edge cases of the method that have no worked vector."""

from __future__ import annotations

from fractions import Fraction

import pytest

from scoring.levels import (
    ALL,
    ISO33020,
    MAJORITY,
    Answer,
    AspectResult,
    AspectStatus,
    Counts,
    Gate,
    Overall,
    Question,
    QuestionResult,
    QuestionStatus,
    Strictness,
    Tally,
    Value,
    aspect_result,
    cell_level,
    overall,
    question_result,
)
from tests.scoring.cases import scored

Q = Question("Q", ("MLE", "OPS"), ("DS",), top=3)


def said(*answers: tuple[str, Value] | tuple[str, Value, str]) -> list[Answer]:
    """Answers by role and value, each by somebody else unless a name is given."""
    return [
        Answer(rest[0] if rest else f"p{n}", role, "Q", value)
        for n, (role, value, *rest) in enumerate(answers)
    ]


def stands(*answers: tuple[str, Value] | tuple[str, Value, str]) -> tuple[str, int | None, list[str]]:
    found = question_result(Q, Tally.of(Q, said(*answers)))
    return found.status.value, found.level, [flag.value for flag in found.flags]


MLE5 = [("MLE", 3)] * 5


@pytest.mark.parametrize(
    ("answers", "expect"),
    [
        ([], ("unanswered", None, [])),
        (
            [("MLE", 2), ("MLE", "dk"), ("OPS", "dk")],
            ("insufficient", None, ["primary_roles_mostly_dont_know"]),
        ),
        (
            [("MLE", 2), ("MLE", "dk"), ("OPS", "dk"), ("OPS", "na")],
            ("scored", 2, ["applicability_contested"]),
        ),
        ([("MLE", 0), ("OPS", 3)], ("scored", 0, ["contested"])),
        ([*MLE5, ("OPS", 1), ("DS", 2)], ("scored", 2, ["contested"])),
        ([("MLE", "na"), ("DS", 2)], ("not_applicable", None, [])),
        ([("MLE", "na"), ("OPS", "dk")], ("not_applicable", None, [])),
        ([("DS", 0), ("DS", 3)], ("insufficient", None, ["contested", "primary_role_missing"])),
    ],
)
def test_the_state_of_a_question(answers, expect) -> None:
    assert stands(*answers) == expect


def test_the_last_answer_of_a_person_in_a_role_counts() -> None:
    assert stands(("MLE", 0, "ann"), ("MLE", 2, "ann")) == ("scored", 2, [])


def test_a_person_with_two_roles_speaks_for_both_and_is_counted_once() -> None:
    answers = said(("MLE", 2, "ann"), ("DS", 2, "ann"), ("OPS", 1, "bob"), ("DS", 1, "eve"))

    found = question_result(Q, Tally.of(Q, answers))

    assert (found.n_valid, found.freq, found.level) == (3, (0, 2, 1, 0), 1)
    assert found.support == {1: 1, 2: Fraction(2 + Fraction(1, 2), 5), 3: 0}


def test_who_was_not_meant_to_judge_is_counted_and_changes_no_level() -> None:
    assert stands(("MLE", 2), ("PM", 0), ("PM", 0)) == ("scored", 2, ["contested"])
    assert stands(("MLE", 2), ("PM", "na"), ("PM", "na")) == ("scored", 2, ["applicability_contested"])
    assert stands(("PM", 1)) == ("insufficient", None, ["primary_role_missing"])


def test_a_person_who_differs_by_role_counts_by_their_lowest_level() -> None:
    tally = Tally.of(Q, said(("MLE", "dk", "ann"), ("OPS", 3, "ann"), ("DS", 1, "ann")))

    assert tally.people == Counts((0, 1, 0, 0))
    assert tally.primary == Counts((0, 0, 0, 1))


TEN = [Question(f"q{n}", top=3) for n in range(10)]


def ten(*levels: int | None) -> dict[str, QuestionResult]:
    return scored(**{f"q{n}": level for n, level in enumerate(levels) if level is not None})


@pytest.mark.parametrize(
    ("levels", "strictness", "expect"),
    [
        ([2] * 6 + [1] * 3 + [0], ISO33020, 2),
        ([2] * 5 + [1] * 4 + [0], ISO33020, 1),
        ([2] * 6 + [1] * 3 + [0], ALL, 0),
        ([2] * 9 + [1], ALL, 1),
        ([3] * 10, ALL, 3),
        ([3] * 6 + [0] * 4, MAJORITY, 3),
        ([3] * 6 + [0] * 4, ISO33020, 1),
    ],
)
def test_strictness(levels: list[int], strictness: Strictness, expect: int) -> None:
    assert aspect_result(TEN, ten(*levels), strictness=strictness).level == expect


def test_all_means_the_lightest_question_too() -> None:
    asked = [Question("a", weight=9, top=3), Question("b", weight=Fraction(1, 1000), top=3)]

    assert aspect_result(asked, scored(a=2, b=1), strictness=ALL).level == 1


def test_nothing_is_in_the_way_of_the_highest_level() -> None:
    found = aspect_result(TEN, ten(*[3] * 9, 2))

    assert (found.level, found.blockers, found.needs) == (3, (), ())


@pytest.mark.parametrize(
    ("scored_weight", "expect"),
    [(6, ("insufficient", None)), (7, ("provisional", 1)), (13, ("provisional", 1)), (14, ("official", 1))],
)
def test_coverage_goes_by_weight(scored_weight: int, expect: tuple[str, int | None]) -> None:
    asked = [Question("a", weight=scored_weight, top=3), Question("b", weight=21 - scored_weight, top=3)]

    found = aspect_result(asked, scored(a=1))

    assert (found.status.value, found.level) == expect


@pytest.mark.parametrize(
    ("gate_item", "expect"),
    [
        (QuestionResult("q9", QuestionStatus.UNKNOWN, None), (1, ("q9",), (1, 2))),
        (QuestionResult("q9", QuestionStatus.NOT_APPLICABLE, None), (2, (), (2, 2))),
        (QuestionResult("q9", QuestionStatus.SCORED, 2), (2, (), (2, 2))),
    ],
)
def test_a_gate_stays_shut_until_its_item_is_known_to_be_there(
    gate_item: QuestionResult, expect: object
) -> None:
    results = ten(*[2] * 9) | {"q9": gate_item}

    found = aspect_result(TEN, results, [Gate("q9", 2), Gate("elsewhere", 1), Gate("q0", 3)])

    assert (found.level, found.gates, found.bounds) == expect


AWAY = QuestionResult("key", QuestionStatus.NOT_APPLICABLE, None)
UNKNOWN = QuestionResult("key", QuestionStatus.UNKNOWN, None)


@pytest.mark.parametrize(
    ("results", "expect"),
    [
        ({"key": AWAY} | scored(spare=1), (1, ("spare",), (1, 1))),
        ({"key": AWAY} | scored(spare=2), (2, (), (2, 2))),
        ({"key": AWAY, "spare": UNKNOWN}, (1, ("spare",), (1, 2))),
        ({"key": AWAY, "spare": AWAY}, (2, (), (2, 2))),
        ({"key": AWAY}, (2, (), (2, 2))),
        (scored(spare=1), (1, ("spare",), (1, 1))),
        (scored(key=2, spare=1), (2, (), (2, 2))),
        ({"key": UNKNOWN} | scored(spare=2), (1, ("key",), (1, 2))),
    ],
    ids=str,
)
def test_another_item_holds_the_gate_of_one_that_does_not_apply_or_was_not_asked(
    results: dict[str, QuestionResult], expect: object
) -> None:
    """Both are of another aspect: their levels hold the gate, and nothing else here."""
    found = aspect_result(TEN, ten(*[2] * 10) | results, [Gate("key", 2, otherwise="spare")])

    assert (found.level, found.gates, found.bounds) == expect


def test_of_two_gates_of_an_item_the_lower_one_holds() -> None:
    found = aspect_result(TEN, ten(*[3] * 9, 0), [Gate("q9", 1), Gate("q9", 3)])

    assert (found.level_before_gates, found.level, found.gates) == (3, 0, ("q9",))


def test_a_whole_of_which_nothing_applies() -> None:
    assert overall({"a": AspectResult(AspectStatus.NOT_APPLICABLE, None)}) == Overall(
        None, AspectStatus.NOT_APPLICABLE
    )


def test_an_aspect_without_a_level_makes_the_whole_provisional() -> None:
    aspects = {
        "a": AspectResult(AspectStatus.OFFICIAL, 1),
        "b": AspectResult(AspectStatus.INSUFFICIENT, None),
    }

    assert overall(aspects) == Overall(1, AspectStatus.PROVISIONAL, ("b",), ("a",))


@pytest.mark.parametrize(
    ("levels", "expect"), [([], None), ([2], 2), ([1, 2], 1), ([0, 1, 2], 1), ([0, 0, 3, 3, 3], 3)]
)
def test_a_cell_of_the_heatmap(levels: list[int], expect: int | None) -> None:
    assert cell_level(TEN, ten(*levels)) == expect


@pytest.mark.parametrize(
    ("wrong", "expect"),
    [
        ({"weight": 0, "top": 3}, "question Q must weigh more than nothing, not 0"),
        ({"top": 0}, "question Q must have a level above 0, not 0 as its highest"),
    ],
)
def test_a_question_weighs_something_and_can_be_climbed(wrong: dict[str, int], expect: str) -> None:
    with pytest.raises(ValueError, match=expect):
        Question("Q", **wrong)


def test_an_answer_outside_the_scale_is_no_answer_that_gets_lost() -> None:
    with pytest.raises(ValueError, match="4 is no level from 0 to 3"):
        Tally.of(Q, said(("MLE", 4)))


def test_questions_on_different_scales_make_no_aspect() -> None:
    with pytest.raises(ValueError, match=r"share a scale, and these end at \[2, 3\]"):
        aspect_result([Question("a", top=2), Question("b", top=3)], scored(a=1, b=1))
