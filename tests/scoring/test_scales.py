"""A case on five levels, worked by hand: nothing in scoring depends on there being four."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from scoring.explain import because
from scoring.gaps import default_target
from scoring.levels import (
    AspectStatus,
    Counts,
    Flag,
    Need,
    Question,
    QuestionResult,
    Tally,
    aspect_result,
    cell_level,
    question_result,
)
from scoring.priorities import Factors, priority
from scoring.roadmap import Capability, Step, path

TOP = 4
OPS, DS = "OPS", "DS"
QUESTIONS = tuple(Question(key, (OPS,), (DS,), top=TOP) for key in ("a", "b", "c", "d"))
SAID = {
    "a": [(OPS, 4), (OPS, 4), (DS, 3)],
    "b": [(OPS, 4), (OPS, 2), (DS, 0)],
    "c": [(OPS, 4)],
    "d": [(OPS, 3), (DS, 4)],
}


def found(question: Question, said: list[tuple[str, int]]) -> QuestionResult:
    counts = Counter(frozenset([each]) for each in said)
    return question_result(question, Tally.of_counts(question, counts))


RESULTS = {question.id: found(question, SAID[question.id]) for question in QUESTIONS}


def test_a_question() -> None:
    """Operations weighs 2 of 3. All of it is at 1 and 2, half at 3 and 4; the data scientist stays at 0.

    The three people are at 0, 2 and 4, mean 2: 1 + 2/3 * log2(1 - 2/4) = 1/3.
    """
    b = RESULTS["b"]

    assert b.support == {1: Fraction(2, 3), 2: Fraction(2, 3), 3: Fraction(1, 3), 4: Fraction(1, 3)}
    assert (b.level, b.mean, b.freq) == (2, 2, (1, 0, 1, 0, 1))
    assert (b.cns, b.role_levels, b.flags) == (0.333333, {DS: 0, OPS: 2}, (Flag.CONTESTED,))


def test_an_aspect() -> None:
    """Levels 4, 2, 4, 3. More than 85 % of four is all of them, more than half is three. All are at 2, three
    at 3, two at 4. What lacks is b: it is below 3, and as near to 4 as d is (a third).
    """
    aspect = aspect_result(QUESTIONS, RESULTS)

    assert [result.level for result in RESULTS.values()] == [4, 2, 4, 3]
    assert (aspect.status, aspect.level, aspect.bounds) == (AspectStatus.OFFICIAL, 3, (3, 3))
    assert aspect.achievement == {1: 1, 2: 1, 3: Fraction(3, 4), 4: Fraction(1, 2)}
    assert aspect.blockers == ("b", "d")
    assert aspect.needs == (
        *(Need(level, have, Fraction(17, 5), of=4, enough=4) for level, have in ((1, 4), (2, 4), (3, 3))),
        Need(4, 2, Fraction(2), of=4, enough=3),
    )
    assert because(aspect, QUESTIONS, RESULTS)[-1] == "Closest: b."
    assert cell_level(QUESTIONS[2:], RESULTS) == 3


def test_unscored_questions_may_be_anywhere_up_to_the_top() -> None:
    """Of four, three at 4 and one unknown: at 0 it holds the aspect at 1, at 4 nothing does."""
    results = {key: RESULTS[key] for key in "ac"} | {"d": found(QUESTIONS[3], [(OPS, 4)])}

    assert aspect_result(QUESTIONS, results).bounds == (1, 4)


def test_steps_gaps_and_priorities() -> None:
    way = path([Capability("b", (1, 2, 3, 5), {})], {"b": 2}, {"b": TOP})

    assert way.steps == (Step("b", 3, 3, 2), Step("b", 4, 5, 2, ("b@3",)))
    assert [default_target(level, TOP) for level in (0, 3, 4)] == [1, 4, 4]
    assert priority(Factors(1, 1, 1, 1, gap=2, cost=5), top=TOP).score == Fraction(100 * 2, 12) / 2


@pytest.mark.parametrize("top", range(1, 6))
def test_counts_have_an_entry_for_each_level(top: int) -> None:
    assert Counts.of({top: 3, "na": 1}, top) == Counts((*[0] * top, 3), na=1)
