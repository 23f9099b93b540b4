"""What holds whatever people answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.levels import (
    ALL,
    ISO33020,
    MAJORITY,
    Answer,
    AspectResult,
    Gate,
    Level,
    Overall,
    Question,
    QuestionResult,
    Tally,
    aspect_result,
    overall,
    question_result,
    tallies,
)
from scoring.robustness import leave_one_out

ROLES = ("DS", "MLE", "OPS")
ASPECTS = {
    "development": (
        Question("D1", ("DS",), ("MLE",)),
        Question("D2", ("DS", "MLE"), weight=3),
        Question("D3", ("MLE",)),
    ),
    "monitoring": (Question("M1", ("OPS",), ("DS", "MLE")), Question("M2", ("OPS", "MLE"), ("DS",))),
}
QUESTIONS = tuple(question for aspect in ASPECTS.values() for question in aspect)
GATES = {"development": (), "monitoring": (Gate("M1", 2),)}

values = st.sampled_from((0, 1, 2, 3, 0, 1, 2, 3, "dk", "na"))
places = st.tuples(
    st.sampled_from([f"p{n}" for n in range(5)]),
    st.sampled_from(ROLES),
    st.sampled_from([q.id for q in QUESTIONS]),
)
sheets = st.dictionaries(places, values, max_size=40).map(
    lambda said: [Answer(*place, value) for place, value in said.items()]
)
strictnesses = st.sampled_from((ISO33020, ALL, MAJORITY))
lawful = settings(max_examples=150, deadline=None)


def scored(
    answers: Sequence[Answer], strictness=ISO33020
) -> tuple[dict[str, QuestionResult], dict[str, AspectResult], Overall]:
    said = tallies(QUESTIONS, answers)
    results = {question.id: question_result(question, said[question.id]) for question in QUESTIONS}
    aspects = {
        key: aspect_result(questions, results, GATES[key], strictness) for key, questions in ASPECTS.items()
    }
    return results, aspects, overall(aspects)


def levels(answers: Sequence[Answer], strictness=ISO33020) -> list[Level | None]:
    results, aspects, whole = scored(answers, strictness)
    return [part.level for part in (*results.values(), *aspects.values(), whole)]


@lawful
@given(sheets.flatmap(lambda said: st.tuples(st.just(said), st.permutations(said))))
def test_the_order_of_answers_does_not_matter(both: tuple[list[Answer], list[Answer]]) -> None:
    said, shuffled = both

    assert scored(said) == scored(shuffled)


@lawful
@given(sheets, strictnesses, st.data())
def test_raising_an_answer_lowers_nothing(said: list[Answer], strictness, data) -> None:
    low = [n for n, answer in enumerate(said) if answer.value in (0, 1, 2)]
    if not low:
        return
    n = data.draw(st.sampled_from(low))
    raised = [*said[:n], replace(said[n], value=data.draw(st.integers(said[n].value + 1, 3))), *said[n + 1 :]]

    before, after = levels(said, strictness), levels(raised, strictness)

    assert [level is None for level in before] == [level is None for level in after]
    assert all(b <= a for b, a in zip(before, after, strict=True) if b is not None and a is not None)


@lawful
@given(sheets)
def test_saying_everything_twice_changes_no_level(said: list[Answer]) -> None:
    doubles = [replace(answer, respondent=f"{answer.respondent}'") for answer in said]

    assert levels([*said, *doubles]) == levels(said)


@lawful
@given(sheets, st.sampled_from(ROLES))
def test_a_role_weighs_the_same_however_many_of_its_people_answer(said: list[Answer], role: str) -> None:
    crowd = [replace(answer, respondent=f"{answer.respondent}'") for answer in said if answer.role == role]

    before, after = scored(said)[0], scored([*said, *crowd])[0]

    for question in QUESTIONS:
        assert after[question.id].support == before[question.id].support
        assert after[question.id].mean == before[question.id].mean


@lawful
@given(sheets, strictnesses)
def test_the_level_lies_within_its_bounds(said: list[Answer], strictness) -> None:
    for aspect in scored(said, strictness)[1].values():
        if aspect.bounds is not None and aspect.level is not None:
            assert aspect.bounds[0] <= aspect.level <= aspect.bounds[1]


@lawful
@given(sheets)
def test_counts_from_a_database_score_like_the_answers(said: list[Answer]) -> None:
    alone = [replace(answer, respondent=f"{answer.respondent}/{answer.role}") for answer in said]

    for question in QUESTIONS:
        here = [answer for answer in alone if answer.question == question.id]
        grouped = Counter((answer.role, answer.value) for answer in here)
        assert Tally.of_counts(question, grouped) == Tally.of(question, alone)


@lawful
@given(sheets)
def test_leaving_one_out_is_scoring_without_them(said: list[Answer]) -> None:
    here = {question.id for question in ASPECTS["monitoring"]}
    people = {answer.respondent for answer in said if answer.question in here}
    without = {
        scored([answer for answer in said if answer.respondent != person])[1]["monitoring"].level
        for person in people
    }

    found = leave_one_out(ASPECTS["monitoring"], said, GATES["monitoring"])

    assert found.level == scored(said)[1]["monitoring"].level
    assert set(found.without_one) == without


def test_an_exact_tie_stays_a_tie() -> None:
    question = Question("Q", ("OPS",), ("DS",))
    operators = [Answer(f"o{n}", "OPS", "Q", value) for n, value in enumerate((2, 1, 1, 1))]
    scientists = [Answer(f"d{n}", "DS", "Q", 2) for n in range(9)]

    found = question_result(question, Tally.of(question, operators + scientists))

    assert found.support is not None
    assert (found.support[Level.INTERMEDIATE], found.level) == (Fraction(1, 2), Level.BASIC)
