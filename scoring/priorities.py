"""What to do first: a weighted sum whose every contribution can be seen.

Factors are 1 to 5 (low 1, medium 3, high 5), the gap is in levels, at most those of the scale. Each becomes a
value between 0 and 1, where more speaks for doing it; the priority is their weighted mean, in hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction

from scoring.levels import Number


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


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about a step when nobody has chosen its factors yet."""

    impact: int
    effort: int
    gap: int
    matches_goal: bool = False
    regulated: bool = False
    in_doubt: bool = False
    unmet: int = 0


def default_factors(step: Circumstances) -> Factors:
    """Medium, moved by the facts, so that nobody starts from an empty form.

    One more impact if a goal or pain of the sponsor matches (`matches_goal`), one more risk for a
    compliance or security item in a regulated scope (`regulated`), one more urgency if the item is
    contested, unknown or claimed above its evidence (`in_doubt`), one less feasibility for each unmet
    prerequisite (`unmet`).
    """
    return Factors(
        impact=min(step.impact + step.matches_goal, Choice.HIGH),
        urgency=Choice.MEDIUM + step.in_doubt,
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
