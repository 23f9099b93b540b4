"""What holds whatever people answer, on every scale of two to six levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import resampling
from scoring.levels import (
    ALL,
    ISO33020,
    MAJORITY,
    Answer,
    AspectResult,
    Gate,
    Overall,
    Question,
    QuestionResult,
    Strictness,
    Tally,
    aspect_result,
    overall,
    question_result,
    sheets,
    tallies,
)
from scoring.robustness import Aspect
from tests.conftest import few
from tests.scoring.cases import without_each

ROLES = ("DS", "MLE", "OPS")
GATES = {"development": (Gate("D3", 1, otherwise="M2"),), "monitoring": (Gate("M1", 2),)}


@dataclass(frozen=True)
class Round:
    """What was said on a scale that ends at `top`."""

    top: int
    said: tuple[Answer, ...]

    @property
    def aspects(self) -> dict[str, tuple[Question, ...]]:
        top = self.top
        return {
            "development": (
                Question("D1", ("DS",), ("MLE",), top=top),
                Question("D2", ("DS", "MLE"), weight=3, top=top),
                Question("D3", ("MLE",), top=top),
            ),
            "monitoring": (
                Question("M1", ("OPS",), ("DS", "MLE"), top=top),
                Question("M2", ("OPS", "MLE"), ("DS",), top=top),
            ),
        }

    def aspect(self, key: str, strictness: Strictness) -> Aspect:
        named = {name for gate in GATES[key] for name in (gate.item, gate.otherwise)}
        elsewhere = [q for q in self.questions if q.id in named and q not in self.aspects[key]]
        return Aspect(self.aspects[key], GATES[key], tuple(elsewhere), strictness)

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for aspect in self.aspects.values() for question in aspect)

    def but(self, said: Iterable[Answer]) -> Round:
        return replace(self, said=tuple(said))


places = st.tuples(
    st.sampled_from([f"p{n}" for n in range(5)]),
    st.sampled_from(ROLES),
    st.sampled_from([question.id for question in Round(1, ()).questions]),
)


@st.composite
def rounds(draw: st.DrawFn, least: int = 1) -> Round:
    top = draw(st.integers(least, 5))
    levels = range(top + 1)
    values = st.sampled_from([*levels, *levels, "dk", "na"])
    said = draw(st.dictionaries(places, values, max_size=40))
    return Round(top, tuple(Answer(*place, value) for place, value in said.items()))


strictnesses = st.sampled_from((ISO33020, ALL, MAJORITY))
lawful = few(40)


def scored(
    around: Round, strictness=ISO33020
) -> tuple[dict[str, QuestionResult], dict[str, AspectResult], Overall]:
    said = tallies(around.questions, around.said)
    results = {question.id: question_result(question, said[question.id]) for question in around.questions}
    aspects = {
        key: aspect_result(questions, results, GATES[key], strictness)
        for key, questions in around.aspects.items()
    }
    return results, aspects, overall(aspects)


def levels(around: Round, strictness=ISO33020) -> list[int | None]:
    results, aspects, whole = scored(around, strictness)
    return [part.level for part in (*results.values(), *aspects.values(), whole)]


@lawful
@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(around: Round, chance) -> None:
    shuffled = around.but(chance.sample(around.said, len(around.said)))

    assert scored(around) == scored(shuffled)


@lawful
@given(rounds(), strictnesses, st.data())
def test_raising_an_answer_lowers_nothing(around: Round, strictness, data) -> None:
    low = [n for n, answer in enumerate(around.said) if answer.value in range(around.top)]
    if not low:
        return
    n = data.draw(st.sampled_from(low))
    higher = data.draw(st.integers(around.said[n].value + 1, around.top))
    raised = around.but([*around.said[:n], replace(around.said[n], value=higher), *around.said[n + 1 :]])

    before, after = levels(around, strictness), levels(raised, strictness)

    assert [level is None for level in before] == [level is None for level in after]
    assert all(b <= a for b, a in zip(before, after, strict=True) if b is not None and a is not None)


@lawful
@given(rounds())
def test_saying_everything_twice_changes_no_level(around: Round) -> None:
    doubles = [replace(answer, respondent=f"{answer.respondent}'") for answer in around.said]

    assert levels(around.but([*around.said, *doubles])) == levels(around)


@lawful
@given(rounds(), st.sampled_from(ROLES))
def test_a_role_weighs_the_same_however_many_of_its_people_answer(around: Round, role: str) -> None:
    crowd = [
        replace(answer, respondent=f"{answer.respondent}'") for answer in around.said if answer.role == role
    ]

    before, after = scored(around)[0], scored(around.but([*around.said, *crowd]))[0]

    for question in around.questions:
        assert after[question.id].support == before[question.id].support
        assert after[question.id].mean == before[question.id].mean


@lawful
@given(rounds(), strictnesses)
def test_the_level_lies_within_its_bounds(around: Round, strictness) -> None:
    for aspect in scored(around, strictness)[1].values():
        if aspect.bounds is not None and aspect.level is not None:
            assert 0 <= aspect.bounds[0] <= aspect.level <= aspect.bounds[1] <= around.top


@lawful
@given(rounds(least=2), strictnesses, st.data())
def test_without_its_highest_levels_a_scale_gives_the_same_levels_below(around: Round, strictness, data):
    top = data.draw(st.integers(1, around.top - 1))
    cut = [
        replace(answer, value=min(answer.value, top)) if isinstance(answer.value, int) else answer
        for answer in around.said
    ]

    shorter = levels(Round(top, tuple(cut)), strictness)

    assert shorter == [level if level is None else min(level, top) for level in levels(around, strictness)]


@lawful
@given(rounds(), st.sampled_from([f"p{n}" for n in range(5)]))
def test_a_tally_without_somebody_is_the_tally_of_the_others(around: Round, person: str) -> None:
    sheet = sheets(around.questions, around.said).get(person, {})
    others = tallies(around.questions, [answer for answer in around.said if answer.respondent != person])

    for question in around.questions:
        tally = Tally.of(question, around.said)
        if question.id in sheet:
            tally = tally.without(question, sheet[question.id])
        heard = {role: counts for role, counts in tally.roles.items() if counts.all}
        assert replace(tally, roles=heard) == others[question.id]


@lawful
@given(rounds(), strictnesses, st.sampled_from(sorted(GATES)))
def test_leaving_one_out_is_scoring_without_them(around: Round, strictness, key: str) -> None:
    aspect = around.aspect(key, strictness)
    here = {question.id for question in aspect.asked}
    without = {
        scored(around.but([answer for answer in around.said if answer.respondent != person]), strictness)[1][
            key
        ].level
        for person in {answer.respondent for answer in around.said if answer.question in here}
    }

    found = without_each(aspect, around.said)

    assert found.level == scored(around, strictness)[1][key].level
    assert set(found.without_one) == without
    assert len(found.without_one) == len(without)


@lawful
@given(rounds(), strictnesses, st.sampled_from(sorted(GATES)), st.data())
def test_a_replicate_has_the_level_of_its_people(around: Round, strictness, key: str, data) -> None:
    aspect = around.aspect(key, strictness)
    by_person = sheets(aspect.asked, around.said)
    times = {person: data.draw(st.lists(st.integers(0, 3), min_size=4, max_size=4)) for person in by_person}
    crowds = [
        around.but(
            replace(answer, respondent=f"{answer.respondent}/{copy}")
            for answer in around.said
            for copy in range(times.get(answer.respondent, [0] * 4)[replicate])
        )
        for replicate in range(4)
    ]

    found = resampling.levels(
        aspect, [*by_person.values()], np.array([*times.values()], dtype=np.int64).reshape(-1, 4)
    )

    assert found == [scored(crowd, strictness)[1][key].level for crowd in crowds]


def test_an_exact_tie_stays_a_tie() -> None:
    question = Question("Q", ("OPS",), ("DS",), top=3)
    operators = [Answer(f"o{n}", "OPS", "Q", value) for n, value in enumerate((2, 1, 1, 1))]
    scientists = [Answer(f"d{n}", "DS", "Q", 2) for n in range(9)]

    found = question_result(question, Tally.of(question, operators + scientists))

    assert found.support is not None
    assert (found.support[2], found.level) == (Fraction(1, 2), 1)
