"""WSJF and RICE: published numbers, and what they start from here."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.levels import Number
from scoring.priorities import Factors, Rice, Wsjf
from scoring.robustness import Confidence


@pytest.mark.parametrize(
    ("parts", "expect"),
    [
        ((7, 9, 5, 2), 10.5),
        ((8, 3, 4, 8), 1.875),
        # beginpm.com, "What is WSJF in agile"
        ((100, 50, 20, 10), 17),
        ((80, 30, 10, 5), 24),
        ((30, 20, 10, 5), 12),
        # novacalculator.com, cost of delay and WSJF: dashboard, security patch, API refactoring, mobile
        ((8, 4, 3, 5), 3.0),
        ((5, 9, 8, 2), 11.0),
        ((4, 3, 7, 8), 1.75),
        ((9, 5, 4, 8), 2.25),
    ],
)
def test_published_wsjf(parts: tuple[int, int, int, int], expect: float) -> None:
    assert Wsjf(*parts).score == expect


@pytest.mark.parametrize(
    ("parts", "expect"),
    [
        ((200, 4, "1", 5), 160),
        ((2000, 2, "0.8", 4), 800),
        # beginpm.com, "What is the RICE scoring model"
        ((1000, 2, "0.8", 5), 320),
        ((500, 1, "0.9", 2), 225),
        ((2000, 1, "0.7", 8), 175),
        # cadenly.io
        ((5000, 2, "0.8", 2), 4000),
        ((3000, 1, "1", "1.5"), 2000),
        ((8000, "0.5", "1", 3), 1333),
    ],
)
def test_published_rice(parts: tuple[int | str, ...], expect: int) -> None:
    assert round(Rice(*map(Fraction, parts)).score) == expect


def earned(order: tuple[tuple[int, int], ...], horizon: int) -> int:
    """Jobs of (months, worth of a month), one after the other: each is worth something once it is done."""
    total = clock = 0
    for months, worth in order:
        clock += months
        total += worth * (horizon - clock)
    return total


def by_wsjf(job: tuple[int, int]) -> Fraction:
    return -Wsjf(job[1], 0, 0, job[0]).score


def test_published_cost_of_delay() -> None:
    """Four months: A takes one and is worth 2k a month, B takes two and is worth 3k."""
    a, b = (1, 2000), (2, 3000)

    assert (earned((a, b), 4), earned((b, a), 4)) == (9000, 8000)
    assert sorted([b, a], key=by_wsjf) == [a, b]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=5))
def test_no_order_earns_more_than_by_wsjf(jobs: list[tuple[int, int]]) -> None:
    horizon = sum(months for months, _ in jobs)
    best = max(earned(order, horizon) for order in permutations(jobs))

    assert earned(tuple(sorted(jobs, key=by_wsjf)), horizon) == best


FACTORS = Factors(impact=5, urgency=4, feasibility=3, risk=3, gap=2, cost=4)


def test_wsjf_starts_from_impact_urgency_risk_and_effort() -> None:
    found = Wsjf.of(FACTORS, effort=8)

    assert (found, found.cost_of_delay) == (Wsjf(5, 4, 3, 8), 12)


@pytest.mark.parametrize(
    ("impact", "confidence", "expect"),
    [
        (1, Confidence.HIGH, (Fraction(1, 4), 1)),
        (2, Confidence.MEDIUM, (Fraction(1, 2), Fraction(4, 5))),
        (3, Confidence.LOW, (1, Fraction(1, 2))),
        (4, Confidence.HIGH, (2, 1)),
        (5, Confidence.HIGH, (3, 1)),
    ],
)
def test_rice_starts_from_people_impact_confidence_and_effort(
    impact: int, confidence: Confidence, expect: tuple[Number, Number]
) -> None:
    factors = Factors(impact, 3, 3, 3, 1, 3)

    assert Rice.of(factors, 5, reach=7, confidence=confidence) == Rice(7, *expect, 5)


@pytest.mark.parametrize("ratio", [Wsjf, Rice])
def test_nothing_is_done_without_effort(ratio: type[Wsjf] | type[Rice]) -> None:
    with pytest.raises(ValueError, match="must take some, not 0"):
        ratio(1, 1, 1, 0)
