"""Gaps, priorities and the order of work, where no vector says it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.gaps import Gap, gaps, percent_to_target
from scoring.priorities import (
    Circumstances,
    Factors,
    Weights,
    default_factors,
    priority,
    quadrant,
    to_one_decimal,
)
from scoring.roadmap import Capability, Cycle, Requirement, Task, path, roadmap
from scoring.rounding import rounded

AD_HOC, BASIC, INTERMEDIATE, ADVANCED = range(4)


def test_the_default_target_is_one_level_up() -> None:
    current = {"dev": BASIC, "dep": ADVANCED, "mon": None, "gov": INTERMEDIATE}

    found = gaps(current, {"gov": BASIC}, top=ADVANCED)

    assert found == (
        Gap("dev", BASIC, INTERMEDIATE),
        Gap("dep", ADVANCED, ADVANCED),
        Gap("mon", None, None),
        Gap("gov", INTERMEDIATE, BASIC),
    )
    assert [gap.size for gap in found] == [1, 0, None, 0]


def test_going_beyond_one_target_does_not_pay_for_another() -> None:
    assert percent_to_target([3, 0], [1, 1]) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("weights", "expect"),
    [(None, Fraction(2, 3)), ([1, 1, 1], Fraction(2, 3)), ([3, 2, 1], Fraction(7, 12)), ([0, 0, 1], 1)],
)
def test_the_way_to_the_target_counts_more_where_it_matters_more(
    weights: list[int] | None, expect: Fraction
) -> None:
    """Of 2, 2 and 2 there are 1, 1 and 2: with weights 3, 2 and 1 5 of 12 are lacking."""
    assert percent_to_target([1, 1, 2], [2, 2, 2], weights) == expect


@pytest.mark.parametrize(
    ("step", "expect"),
    [
        (Circumstances(impact=4, effort=5, gap=1), Factors(4, 3, 3, 3, 1, 4)),
        (Circumstances(4, 8, 2, matches_goal=True, regulated=True, in_doubt=True), Factors(5, 4, 3, 4, 2, 5)),
        (Circumstances(5, 1, 1, matches_goal=True, unmet=1), Factors(5, 3, 2, 3, 1, 1)),
        (Circumstances(1, 13, 3, unmet=4), Factors(1, 3, 1, 3, 3, 5)),
        (Circumstances(3, 1, 1, hurts=True), Factors(4, 4, 3, 3, 1, 1)),
        (Circumstances(3, 1, 1, matches_goal=True, hurts=True, in_doubt=True), Factors(4, 5, 3, 3, 1, 1)),
        (Circumstances(3, 1, 1, aspect_weight=3), Factors(4, 3, 3, 3, 1, 1)),
        (Circumstances(1, 1, 1, aspect_weight=1), Factors(1, 3, 3, 3, 1, 1)),
        (Circumstances(5, 1, 1, hurts=True, aspect_weight=1), Factors(5, 4, 3, 3, 1, 1)),
        (Circumstances(5, 1, 1, hurts=True, aspect_weight=3), Factors(5, 4, 3, 3, 1, 1)),
    ],
)
def test_default_factors(step: Circumstances, expect: Factors) -> None:
    assert default_factors(step) == expect


def test_all_in_the_middle_is_a_little_more_than_half() -> None:
    assert round(float(priority(Factors(3, 3, 3, 3, gap=2, cost=3), top=3).score), 4) == 52.7778


def test_benefit_counts_once_it_is_given_a_weight() -> None:
    factors = Factors(3, 3, 3, 3, 2, 3, benefit=5)

    assert priority(factors, top=3).score == Fraction(100 * 19, 36)
    assert priority(factors, Weights(benefit=12), top=3).contributions["benefit"] == 50


@given(st.builds(Factors, *[st.integers(1, 5)] * 4, gap=st.integers(0, 3), cost=st.integers(1, 5)))
@example(Factors(3, 3, 3, 3, gap=2, cost=3))
def test_what_is_written_of_a_priority_adds_up(factors: Factors) -> None:
    exact = priority(factors, top=3)
    written = to_one_decimal(
        {name: float(share) for name, share in exact.contributions.items()}, float(exact.score)
    )

    assert f"{sum(written.values()):.1f}" == f"{rounded(float(exact.score), 1):.1f}"
    assert all(abs(written[name] - share) < 0.1 for name, share in exact.contributions.items())


@pytest.mark.parametrize(
    ("impact", "effort", "expect"),
    [(3, 3, "quick_win"), (3, 5, "major_project"), (2, 3, "fill_in"), (2, 5, "reconsider")],
)
def test_quadrants(impact: int, effort: int, expect: str) -> None:
    assert quadrant(impact, effort) == expect


def capability(key: str, **requires: tuple[str, int]) -> Capability:
    return Capability(
        key, (1, 2, 3), {int(level[1:]): (Requirement(*need),) for level, need in requires.items()}
    )


def test_a_path_takes_in_what_it_needs_and_leaves_out_what_is_there() -> None:
    items = [
        capability("a", L2=("b", 2), L3=("c", 1)),
        capability("b", L1=("d", 1)),
        capability("c"),
        capability("d"),
    ]
    levels = {"a": BASIC, "b": AD_HOC, "c": BASIC, "d": None}

    way = path(items, levels, {"a": 3}, not_applicable={"d"})

    assert {step.id: (step.depends, step.gap, step.effort) for step in way.steps} == {
        "a@2": (("b@2",), 2, 2),
        "a@3": (("a@2",), 2, 3),
        "b@1": ((), 2, 1),
        "b@2": (("b@1",), 2, 2),
    }
    assert way.find_out == ()


def test_ties_go_to_the_smaller_effort_then_to_the_id() -> None:
    found = roadmap([Task("c", 50, 2), Task("b", 50, 2), Task("a", 50, 3), Task("d", 50, 1)], 5)

    assert found.order == ("d", "b", "c", "a")


def test_what_is_larger_than_the_capacity_has_a_phase_of_its_own() -> None:
    tasks = [Task("big", 90, 9), Task("after", 80, 1, ("big",)), Task("small", 10, 1)]

    found = roadmap(tasks, 5)

    assert (found.phase, found.load) == ({"big": 1, "after": 2, "small": 2}, (9, 2))


def test_an_earlier_phase_with_room_is_no_place_for_what_waits() -> None:
    tasks = [Task("a", 90, 4), Task("b", 80, 4, ("a",)), Task("c", 70, 1, ("b",)), Task("d", 60, 1)]

    assert roadmap(tasks, 5).phase == {"a": 1, "b": 2, "c": 2, "d": 1}


def test_a_cycle_names_its_path_and_not_what_leads_to_it() -> None:
    waits = {"a": ("c",), "b": ("d",), "c": ("b",), "d": ("c", "x"), "x": (), "y": ("b",)}

    with pytest.raises(Cycle, match=r"^cycle: b -> d -> c -> b$"):
        roadmap([Task(key, 1, 1, depends) for key, depends in waits.items()], 5)
