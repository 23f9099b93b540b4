"""Description, outliers and patterns. None of it decides a level."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.levels import Counts, Question, QuestionResult, QuestionStatus, Tally
from scoring.statistics import (
    Description,
    GroupResult,
    OutlyingAnswers,
    RolePattern,
    by_group,
    describe,
    fences,
    outlying_answers,
    outlying_questions,
    quartiles,
    role_patterns,
)
from tests.scoring.cases import scored

TOP = 3


def test_a_question_described() -> None:
    """Six people: 0, 1, 1, 1, 3, 3. The second of them is the lower quartile, the third the lower median, the
    fifth the upper quartile; mean 9/6, mean square 21/6."""
    found = describe(Counts((1, 3, 0, 2), dk=4, na=1))

    assert found == Description(
        n=6,
        dont_know=4,
        not_applicable=1,
        distribution=(1, 3, 0, 2),
        quartiles=(1, 1, 3),
        modes=(1,),
        mean=Fraction(3, 2),
        deviation=pytest.approx(1.25**0.5),
    )
    assert found.median == 1


def test_of_equally_frequent_levels_each_is_a_mode() -> None:
    assert describe(Counts((2, 0, 2))).modes == (0, 2)


def test_where_nobody_gave_a_level_there_is_nothing_to_describe() -> None:
    found = describe(Counts((0, 0), dk=2))

    assert found == Description(0, 2, 0, (0, 0))
    assert (found.median, found.mean) == (None, None)


@given(st.lists(st.integers(0, 5), min_size=1))
def test_a_quartile_is_the_level_of_somebody(levels: list[int]) -> None:
    """Of the ordered levels the first that has the share at or before it."""
    ordered = sorted(levels)
    expect = tuple(ordered[ceil(Fraction(share, 4) * len(ordered)) - 1] for share in (1, 2, 3))

    assert quartiles([levels.count(level) for level in range(6)]) == expect


def test_nothing_has_neither_quartiles_nor_fences() -> None:
    with pytest.raises(ValueError, match="nothing has no quartiles"):
        quartiles((0, 0))
    with pytest.raises(ValueError, match="nothing has no fences"):
        fences(())


@pytest.mark.parametrize(
    ("values", "expect"),
    [
        # The example of R's boxplot.stats: hinges 26 and 76, and 1000 is outside.
        ([*range(1, 101), 1000], (-49, 151)),
        ([1, 2, 3, 4], (Fraction(3, 2) - 3, Fraction(7, 2) + 3)),
        ([1, 1, 1], (1, 1)),
    ],
)
def test_fences(values: list[int], expect: tuple[int, int]) -> None:
    assert fences(values) == expect


def asked(*means: str) -> tuple[list[Question], dict[str, QuestionResult]]:
    results = {
        f"q{n}": QuestionResult(f"q{n}", QuestionStatus.SCORED, int(Fraction(mean)), mean=Fraction(mean))
        for n, mean in enumerate(means)
    }
    return [Question(key, top=TOP) for key in (*results, "unanswered")], results


@pytest.mark.parametrize(
    ("means", "expect"),
    [
        (["1", "1.2", "1.4", "1.6", "3"], [("q4", True)]),
        (["2", "2.2", "0", "2.4", "2.6", "3"], [("q2", False)]),
        (["1", "1.2", "1.4", "3"], []),
        (["1", "1", "1", "1", "1.4"], []),
        (["1", "1", "1", "1", "1.5", "0"], [("q5", False), ("q4", True)]),
        (["0", "1", "1.5", "2", "3"], []),
    ],
    ids=["high", "low", "four are too few", "too near", "both, lowest first", "evenly spread"],
)
def test_questions_far_from_the_others_of_their_aspect(means: list[str], expect: object) -> None:
    assert [(found.id, found.high) for found in outlying_questions(*asked(*means))] == expect


def test_an_agreed_level_stands_for_the_mean_and_what_is_not_scored_for_none() -> None:
    questions, results = asked("1", "1", "1", "1")
    insufficient = QuestionResult("unanswered", QuestionStatus.INSUFFICIENT, None, mean=Fraction(3))

    assert outlying_questions(questions, results | {"unanswered": insufficient}) == ()
    assert [q.id for q in outlying_questions(questions, results | scored(unanswered=3))] == ["unanswered"]


def test_answers_two_levels_from_the_question_by_role_and_never_by_person() -> None:
    question = Question("Q", ("OPS",), ("DS",), top=TOP)
    given = {("OPS", 0): 2, ("OPS", 2): 5, ("DS", 0): 1, ("DS", 3): 1, ("DS", "dk"): 1}
    tally = Tally.of_counts(question, {frozenset([said]): number for said, number in given.items()})

    found = outlying_answers(scored(Q=2)["Q"], tally)

    assert found == (OutlyingAnswers("DS", 0, 1), OutlyingAnswers("OPS", 0, 2))
    assert outlying_answers(QuestionResult("Q", QuestionStatus.INSUFFICIENT, None), tally) == ()


def tallies(*said: dict[str, list[int]]) -> list[Tally]:
    question = Question("Q", ("OPS",), ("DS", "PM"), top=TOP)
    return [
        Tally.of_counts(
            question, {frozenset([(role, v)]): vs.count(v) for role, vs in one.items() for v in vs}
        )
        for one in said
    ]


def test_how_a_role_answers_beside_the_others() -> None:
    """First question: OPS 0, DS 2 (of 1 and 3), PM 1; second: OPS 1, DS 1; on the third OPS is alone.

    OPS is 3/2 and 0 below the others, DS 3/2 and 0 above them, PM at their mean.
    """
    found = role_patterns(
        tallies({"OPS": [0], "DS": [1, 3], "PM": [1]}, {"OPS": [1], "DS": [1]}, {"OPS": [3]})
    )

    assert found == (
        RolePattern("DS", Fraction(3, 4), 2),
        RolePattern("OPS", Fraction(-3, 4), 2),
        RolePattern("PM", Fraction(0), 1),
    )


@pytest.mark.parametrize(
    ("questions", "named"),
    [
        ([{"OPS": [0], "DS": [1]}] * 4, False),
        ([{"OPS": [0], "DS": [1]}] * 5, True),
        ([{"OPS": [0, 1], "DS": [1]}] * 5, True),
        ([{"OPS": [0, 1, 1], "DS": [1]}] * 5, False),
    ],
    ids=["on four", "on five", "by half a level", "by a third"],
)
def test_a_pattern_is_named_from_half_a_level_and_five_questions_on(
    questions: list[dict], named: bool
) -> None:
    assert {pattern.named for pattern in role_patterns(tallies(*questions))} == {named}


def test_levels_by_stage_with_what_is_behind_them() -> None:
    questions = [
        Question("a", top=TOP),
        Question("b", weight=2, top=TOP),
        *(Question(q, top=TOP) for q in "cde"),
    ]
    results = scored(a=2, b=1) | {
        "c": QuestionResult("c", QuestionStatus.NOT_APPLICABLE, None),
        "d": QuestionResult("d", QuestionStatus.UNKNOWN, None),
    }
    stages = {"a": ("testing", "release"), "b": ("testing",), "c": ("testing",), "d": ("testing", "data")}

    found = by_group(questions, stages, results)

    assert found == {
        "testing": GroupResult(level=1, mean=Fraction(4, 3), n_scored=2, n_applicable=3),
        "release": GroupResult(level=2, mean=Fraction(2), n_scored=1, n_applicable=1),
        "data": GroupResult(level=None, mean=None, n_scored=0, n_applicable=1),
    }


def test_a_cell_is_a_group_of_two_names() -> None:
    questions = [Question(key, top=TOP) for key in "ab"]
    cells = {"a": [("monitoring", "speed")], "b": [("monitoring", "quality")]}

    found = by_group(questions, cells, scored(a=3, b=0))

    assert {cell: group.level for cell, group in found.items()} == {
        ("monitoring", "speed"): 3,
        ("monitoring", "quality"): 0,
    }
