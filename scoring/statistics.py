"""What the answers look like: a question described, what stands out, what roles, stages and criteria show.

All of it is for reading; no level comes from here. A count by role in a small team is a person: what may be
shown is decided by `anonymity`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TypeVar

from scoring.levels import Counts, Number, Question, QuestionResult, QuestionStatus, Tally, cell_level

OUTLYING_FROM = 5
"""Fewer questions have no outlier: the quartiles of four are not yet a rule to depart from."""
WHISKER = Fraction(3, 2)
"""Outside is what lies 1.5 box lengths beyond the box (J. W. Tukey, "Exploratory Data Analysis", 1977)."""
FAR = 2
"""An answer so many levels from its question's is far. On a scale of two levels none can be."""
NAMED_FROM = Fraction(1, 2)
"""Judgement: half a level is the least difference of means that is worth a word."""
COMMON = 5
"""Judgement: on fewer common questions, how a role answers is chance."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Description:
    """The answers to a question, each person once.

    `quartiles` are levels that were given: the lower quartile, the lower median, the upper quartile. `mean`
    and `deviation` (standard deviation of those who answered, not an estimate for others) treat the levels as
    numbers, which they are not: to be read, not to be decided by. None where nobody gave a level.
    """

    n: int
    dont_know: int
    not_applicable: int
    distribution: tuple[int, ...]
    quartiles: tuple[int, int, int] | None = None
    modes: tuple[int, ...] = ()
    mean: Fraction | None = None
    deviation: float | None = None

    @property
    def median(self) -> int | None:
        return None if self.quartiles is None else self.quartiles[1]


def describe(people: Counts) -> Description:
    """From a question's answers counted by level."""
    given, n = people.levels, people.valid
    if not n:
        return Description(0, people.dk, people.na, given)
    mean = Fraction(sum(level * count for level, count in enumerate(given)), n)
    square = Fraction(sum(level * level * count for level, count in enumerate(given)), n)
    return Description(
        n,
        people.dk,
        people.na,
        given,
        quartiles(given),
        tuple(level for level, count in enumerate(given) if count == max(given)),
        mean,
        sqrt(square - mean * mean),
    )


def quartiles(distribution: Sequence[int]) -> tuple[int, int, int]:
    """The lowest levels that at least a quarter, half and three quarters of the counted do not exceed.

    The inverse of the distribution function (definition 1 of R. J. Hyndman, Y. Fan, "Sample quantiles in
    statistical packages", 1996): the only one that never makes up a level between two. Raises ValueError if
    nothing is counted.
    """
    if not sum(distribution):
        raise ValueError("nothing has no quartiles")
    lower, median, upper = (_quantile(distribution, quarters) for quarters in (1, 2, 3))
    return lower, median, upper


def _quantile(distribution: Sequence[int], quarters: int) -> int:
    levels = range(len(distribution))
    return next(lv for lv in levels if 4 * sum(distribution[: lv + 1]) >= quarters * sum(distribution))


@dataclass(frozen=True, slots=True)
class OutlyingQuestion:
    """Its mean is outside the fences (the lowest and highest mean that would not stand out)."""

    id: str
    mean: Fraction
    fences: tuple[Fraction, Fraction]

    @property
    def high(self) -> bool:
        return self.mean > self.fences[1]


def outlying_questions(
    questions: Iterable[Question], results: Mapping[str, QuestionResult]
) -> tuple[OutlyingQuestion, ...]:
    """The scored questions of an aspect that stand far from the others, lowest first.

    Far is outside Tukey's fences, and at least half a level from the aspect's median: where nearly all means
    are the same, the fences lie on it, and any difference would be outside.
    """
    means = _means(questions, results)
    if len(means) < OUTLYING_FROM:
        return ()
    around, middle = fences(means.values()), _median(sorted(means.values()))
    return tuple(
        OutlyingQuestion(key, mean, around)
        for key, mean in sorted(means.items(), key=lambda entry: (entry[1], entry[0]))
        if not around[0] <= mean <= around[1] and abs(mean - middle) >= NAMED_FROM
    )


def fences(values: Iterable[Number]) -> tuple[Fraction, Fraction]:
    """Tukey's: the hinges, and 1.5 times their distance beyond them. Raises ValueError without values.

    A hinge is the median of the lower or upper half; of an odd number the middle one belongs to both.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing has no fences")
    half = (len(ordered) + 1) // 2
    lower, upper = _median(ordered[:half]), _median(ordered[-half:])
    whisker = WHISKER * (upper - lower)
    return lower - whisker, upper + whisker


def _median(ordered: Sequence[Number]) -> Fraction:
    n = len(ordered)
    return Fraction(ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def _means(questions: Iterable[Question], results: Mapping[str, QuestionResult]) -> dict[str, Fraction]:
    """Of the scored ones; a level that was agreed on without answers stands for their mean."""
    scored = (results[question.id] for question in questions if question.id in results)
    return {
        result.id: Fraction(result.level) if result.mean is None else result.mean
        for result in scored
        if result.level is not None
    }


@dataclass(frozen=True, slots=True)
class OutlyingAnswers:
    """So many people in a role gave a level far from their question's."""

    role: str
    level: int
    count: int


def outlying_answers(result: QuestionResult, tally: Tally) -> tuple[OutlyingAnswers, ...]:
    """The answers two or more levels away from the question's level, by role and level; never by person."""
    if result.level is None:
        return ()
    return tuple(
        OutlyingAnswers(role, level, count)
        for role, counts in sorted(tally.roles.items())
        for level, count in enumerate(counts.levels)
        if count and abs(level - result.level) >= FAR
    )


@dataclass(frozen=True, slots=True)
class RolePattern:
    """How much higher (or, below 0, lower) a role answers than the others do, in levels, on `n` questions."""

    role: str
    difference: Fraction
    n: int

    @property
    def named(self) -> bool:
        """Large enough, and on enough questions, to be told."""
        return self.n >= COMMON and abs(self.difference) >= NAMED_FROM


def role_patterns(tallies: Iterable[Tally]) -> tuple[RolePattern, ...]:
    """Each role against the others, on the questions that it and at least one other gave levels to.

    On each of these questions the role's mean is compared with the mean of the other roles' means, so that no
    role outvotes another there either; primary or not makes no difference, because this is about how a role
    sees things and not about who should know. Every question counts the same.
    """
    differences: dict[str, list[Fraction]] = {}
    for tally in tallies:
        means = {role: _mean(counts) for role, counts in tally.roles.items() if counts.valid}
        if len(means) < 2:
            continue
        for role, mean in means.items():
            others = (sum(means.values(), Fraction()) - mean) / (len(means) - 1)
            differences.setdefault(role, []).append(mean - others)
    return tuple(
        RolePattern(role, sum(by, Fraction()) / len(by), len(by)) for role, by in sorted(differences.items())
    )


def _mean(counts: Counts) -> Fraction:
    return Fraction(sum(level * count for level, count in enumerate(counts.levels)), counts.valid)


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A stage, a criterion, or a cell of the heatmap.

    `level` is by the rule of the cells, a strict majority; `mean`, by the questions' weights, orders groups
    of the same level. None where nothing is scored, which is not 0.
    """

    level: int | None
    mean: Fraction | None
    n_scored: int
    n_applicable: int


def by_group(
    questions: Iterable[Question], groups: Mapping[str, Iterable[K]], results: Mapping[str, QuestionResult]
) -> dict[K, GroupResult]:
    """Every group that a question belongs to, in the order of the questions.

    `groups` says by question which ones: its stages, its criterion, or its (aspect, criterion).
    """
    members: dict[K, list[Question]] = {}
    for question in questions:
        for group in groups.get(question.id, ()):
            members.setdefault(group, []).append(question)
    return {group: _group(inside, results) for group, inside in members.items()}


def _group(questions: Sequence[Question], results: Mapping[str, QuestionResult]) -> GroupResult:
    means = _means(questions, results)
    weights = {question.id: Fraction(question.weight) for question in questions if question.id in means}
    mean = None
    if means:
        mean = sum((weights[key] * means[key] for key in means), Fraction()) / sum(weights.values())
    away = [q for q in questions if q.id in results and results[q.id].status is QuestionStatus.NOT_APPLICABLE]
    return GroupResult(cell_level(questions, results), mean, len(means), len(questions) - len(away))
