from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.explain import because
from scoring.levels import (
    Answer,
    Gate,
    Question,
    QuestionResult,
    Tally,
    aspect_result,
    question_result,
)
from tests.scoring.cases import scored


def supported(results: dict[str, QuestionResult], *keys: str) -> dict[str, QuestionResult]:
    """These have all but half behind the next level."""
    near = {
        key: replace(results[key], support=dict.fromkeys(range(1, 4), results[key].support or 0.5))
        for key in keys
    }
    return {**{k: replace(r, support=dict.fromkeys(range(1, 4), 0)) for k, r in results.items()}, **near}


DEPLOYMENT = scored(**{f"DEP-{n:02}": level for n, level in enumerate([2] * 4 + [1] * 6 + [0])})


@pytest.mark.parametrize(
    ("results", "weights", "gates", "expect"),
    [
        (
            supported(DEPLOYMENT, "DEP-05", "DEP-09"),
            {},
            (),
            "Level 1. 10 of 11 questions are at 1 or better (needs more than 9.35, i.e. 10). "
            "4 of 11 are at 2 or better; level 2 needs 6. Closest: DEP-05, DEP-09.",
        ),
        (scored(a=3, b=3), {}, (), "Level 3."),
        (
            scored(a=1, b=0),
            {"a": 3, "b": 1},
            (),
            "Level 1. 3 of 4 points of weight are at 1 or better; level 2 needs more than 3.4, i.e. 4. "
            "0 of 4 are at 2 or better; level 2 needs 3. Closest: b, a.",
        ),
        (
            scored(a=2, b=2, c=1),
            {},
            (Gate("c", 2),),
            "Level 1. 3 of 3 questions are at 1 or better (needs more than 2.55, i.e. 3). "
            "2 of 3 are at 2 or better, enough: level 2 needs 2. It would be level 2, but for c.",
        ),
        (
            scored(a=2),
            {"b": 2},
            (),
            "Level 2, provisional. 1 of 1 questions are at 1 or better (needs more than 0.85, i.e. 1). "
            "1 of 1 are at 2 or better (needs more than 0.85, i.e. 1). "
            "0 of 1 are at 3 or better; level 3 needs 1. Closest: a.",
        ),
        (scored(a=2), {"b": 3}, (), "No level yet: 1 of 2 questions could be scored, and it takes a third."),
        ({}, {}, (), "Does not apply: no question here does."),
    ],
)
def test_why_an_aspect_stands_where_it_does(results, weights, gates, expect: str) -> None:
    asked = [Question(key, weight=weights.get(key, 1), top=3) for key in {**results, **weights}]

    found = aspect_result(asked, results, gates)

    assert " ".join(because(found, asked, results)) == expect


def test_of_many_closest_questions_the_first_three_are_named() -> None:
    questions = [Question(f"q{number}", ("a",), top=3) for number in range(9)]
    results = {
        question.id: question_result(question, Tally.of(question, [Answer("ann", "a", question.id, 1)]))
        for question in questions
    }

    said = because(aspect_result(questions, results), questions, results)

    assert said[-1] == "Closest: q0, q1, q2 and 2 more."
