"""What to do first: a weighted sum whose every contribution can be seen, or one of two well-known ratios.

Factors are 1 to 5 (low 1, medium 3, high 5), the gap is in levels, at most those of the scale. Each becomes a
value between 0 and 1, where more speaks for doing it; the priority is their weighted mean, in hundredths.

WSJF and RICE divide what a step is worth by its effort, so they put small steps first. They start from the
same factors. Their scores say which of two steps comes first, and nothing by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType

from scoring.levels import Number
from scoring.robustness import Confidence
from scoring.rounding import rounded


class Choice(IntEnum):
    """What people choose, on the scale of the factors."""

    LOW = 1
    MEDIUM = 3
    HIGH = 5


@dataclass(frozen=True, slots=True)
class Factors:
    """`risk` is the risk of not acting; `benefit` counts only if it is given a weight."""

    impact: int
    urgency: int
    feasibility: int
    risk: int
    gap: int
    cost: int
    benefit: int = Choice.LOW


@dataclass(frozen=True, slots=True)
class Weights:
    """Benefit weighs nothing unless chosen, so that impact does not count twice."""

    impact: Number = 3
    urgency: Number = 2
    feasibility: Number = 2
    risk: Number = 2
    gap: Number = 2
    cost: Number = 1
    benefit: Number = 0


@dataclass(frozen=True, slots=True)
class Priority:
    """`contributions` of the factors that weigh something add up to the score, 0 to 100."""

    score: Fraction
    contributions: Mapping[str, Fraction]


def priority(factors: Factors, weights: Weights | None = None, *, top: int) -> Priority:
    """100 * sum of weight * value / sum of weights; value (x-1)/4, of the cost (5-x)/4, of the gap x/top.

    `top` is the highest level, so the widest gap.
    """
    values = {
        "impact": Fraction(factors.impact - 1, 4),
        "urgency": Fraction(factors.urgency - 1, 4),
        "feasibility": Fraction(factors.feasibility - 1, 4),
        "risk": Fraction(factors.risk - 1, 4),
        "gap": Fraction(factors.gap, top),
        "cost": Fraction(5 - factors.cost, 4),
        "benefit": Fraction(factors.benefit - 1, 4),
    }
    weigh = weights or Weights()
    heavy: dict[str, Number] = {name: weight for name in values if (weight := getattr(weigh, name))}
    total = Fraction(sum(heavy.values()))
    contributions = {name: 100 * weight * values[name] / total for name, weight in heavy.items()}
    return Priority(sum(contributions.values(), Fraction()), contributions)


def to_one_decimal(contributions: Mapping[str, float], score: float) -> dict[str, float]:
    """So that what is written adds up to the score as that is written: rounded down, and a tenth more for
    those of which most was cut off (the method of largest remainders)."""
    tenths = {name: int(10 * share) for name, share in contributions.items()}
    missing = max(round(10 * rounded(score, 1)) - sum(tenths.values()), 0)
    cut_off = sorted(contributions, key=lambda name: tenths[name] - 10 * contributions[name])
    return {name: (tenths[name] + (name in cut_off[:missing])) / 10 for name in contributions}


USUAL_WEIGHT = 2
"""An aspect may matter little (1), as usual, or much (3)."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about a step when nobody has chosen its factors yet.

    A goal of the scope names the item (`matches_goal`), or a pain does (`hurts`); it is a compliance or
    security item in a regulated scope (`regulated`); it is contested, unknown or claimed above its evidence
    (`in_doubt`); so many prerequisites are not met (`unmet`).
    """

    impact: int
    effort: int
    gap: int
    matches_goal: bool = False
    hurts: bool = False
    regulated: bool = False
    in_doubt: bool = False
    unmet: int = 0
    aspect_weight: int = USUAL_WEIGHT


def default_factors(step: Circumstances) -> Factors:
    """Medium, moved by the facts and kept within 1 to 5, so that nobody starts from an empty form.

    Impact is the item's, one more if a goal or a pain names it (once for both), one more in an aspect that
    matters much, one less in one that matters little. Urgency is one more for a pain, one more in doubt. Risk
    is one more in a regulated scope, feasibility one less for each unmet prerequisite.
    """
    impact = step.impact + (step.matches_goal or step.hurts) + step.aspect_weight - USUAL_WEIGHT
    return Factors(
        impact=max(Choice.LOW, min(impact, Choice.HIGH)),
        urgency=Choice.MEDIUM + step.hurts + step.in_doubt,
        feasibility=max(Choice.MEDIUM - step.unmet, Choice.LOW),
        risk=Choice.MEDIUM + step.regulated,
        gap=step.gap,
        cost=cost(step.effort),
    )


def cost(effort: int) -> int:
    """Effort points on the scale of the factors: 1, 2 and 3 as they are, up to 5 is 4, more is 5."""
    return next((factor for points, factor in ((1, 1), (2, 2), (3, 3), (5, 4)) if effort <= points), 5)


class Quadrant(StrEnum):
    QUICK_WIN = "quick_win"
    MAJOR_PROJECT = "major_project"
    FILL_IN = "fill_in"
    RECONSIDER = "reconsider"


def quadrant(impact: int, effort: int) -> Quadrant:
    """Impact from 3 is high; effort up to 3 is low, in points or as the cost factor alike."""
    if impact >= 3:
        return Quadrant.QUICK_WIN if effort <= 3 else Quadrant.MAJOR_PROJECT
    return Quadrant.FILL_IN if effort <= 3 else Quadrant.RECONSIDER


@dataclass(frozen=True, slots=True)
class Wsjf:
    """Weighted shortest job first: what waiting costs, by the size of the job (SAFe; after D. Reinertsen).

    Raises ValueError for a job without a size.
    """

    business_value: Number
    time_criticality: Number
    risk_reduction: Number
    job_size: Number

    def __post_init__(self) -> None:
        _takes_effort(self.job_size)

    @staticmethod
    def of(factors: Factors, effort: int) -> Wsjf:
        """Value is the impact, criticality the urgency, risk reduction the risk of not acting, size the
        effort points."""
        return Wsjf(factors.impact, factors.urgency, factors.risk, effort)

    @property
    def cost_of_delay(self) -> Number:
        return self.business_value + self.time_criticality + self.risk_reduction

    @property
    def score(self) -> Fraction:
        return Fraction(self.cost_of_delay) / self.job_size


RICE_IMPACT: Mapping[int, Fraction] = MappingProxyType(
    {1: Fraction(1, 4), 2: Fraction(1, 2), 3: Fraction(1), 4: Fraction(2), 5: Fraction(3)}
)
"""RICE's own five impacts (minimal to massive), in place of ours from 1 to 5."""
RICE_CONFIDENCE: Mapping[Confidence, Fraction] = MappingProxyType(
    {Confidence.HIGH: Fraction(1), Confidence.MEDIUM: Fraction(8, 10), Confidence.LOW: Fraction(5, 10)}
)


@dataclass(frozen=True, slots=True)
class Rice:
    """Reach times impact times confidence, by effort (S. McBride, Intercom).

    Raises ValueError for a step without effort.
    """

    reach: Number
    impact: Number
    confidence: Number
    effort: Number

    def __post_init__(self) -> None:
        _takes_effort(self.effort)

    @staticmethod
    def of(factors: Factors, effort: int, *, reach: int, confidence: Confidence) -> Rice:
        """Reach is the people in the roles that the question names, confidence that of its aspect, effort in
        points."""
        return Rice(reach, RICE_IMPACT[factors.impact], RICE_CONFIDENCE[confidence], effort)

    @property
    def score(self) -> Fraction:
        return Fraction(self.reach) * self.impact * self.confidence / self.effort


def _takes_effort(effort: Number) -> None:
    if effort <= 0:
        raise ValueError(f"what is divided by effort must take some, not {effort}")
