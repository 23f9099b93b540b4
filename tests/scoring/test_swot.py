"""Strengths, weaknesses, opportunities, threats, and who is ahead: each by its rule."""

from __future__ import annotations

from fractions import Fraction

import pytest

from scoring.priorities import Quadrant
from scoring.ranking import Place, ranking
from scoring.swot import Entry, Item, Move, Rule, opportunities, strengths, swot, threats, weaknesses


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.id for entry in entries]


def test_strengths_are_undisputed_and_at_their_target_the_best_first() -> None:
    items = [
        Item("at_2_of_2", 2, target=2),
        Item("below", 2, target=3),
        Item("contested", 3, target=2, contested=True),
        Item("at_3_of_3", 3, target=3),
        Item("at_0_of_0", 0, target=0),
        Item("at_2_of_1", 2, target=1),
        Item("unknown", None, target=1),
        Item("aimless", 3),
    ]

    found = strengths(items)

    assert ids(found) == ["at_3_of_3", "at_2_of_1", "at_2_of_2"]
    assert {entry.rules for entry in found} == {(Rule.AT_TARGET,)}


def test_weaknesses_are_below_their_target_the_biggest_gap_first_then_the_most_urgent() -> None:
    items = [
        Item("b", 1, target=2, priority=50),
        Item("a", 1, target=2, priority=50),
        Item("urgent", 1, target=2, priority=Fraction(101, 2)),
        Item("wide", 0, target=2, priority=1, contested=True),
        Item("there", 2, target=2),
        Item("unknown", None, target=2),
        Item("aimless", 0),
    ]

    assert ids(weaknesses(items)) == ["wide", "urgent", "a", "b"]


def test_opportunities_can_start_now_and_pay_off() -> None:
    moves = [
        Move("waits", Quadrant.QUICK_WIN, waits_for=1, priority=99),
        Move("small", Quadrant.QUICK_WIN, priority=60),
        Move("door", Quadrant.MAJOR_PROJECT, unblocks=2, priority=70),
        Move("both", Quadrant.QUICK_WIN, unblocks=3, priority=60),
        Move("narrow_door", Quadrant.MAJOR_PROJECT, unblocks=1, priority=90),
        Move("filler", Quadrant.FILL_IN, priority=90),
    ]

    assert opportunities(moves) == (
        Entry("door", (Rule.MAKES_WAY,)),
        Entry("both", (Rule.QUICK_WIN, Rule.MAKES_WAY)),
        Entry("small", (Rule.QUICK_WIN,)),
    )


@pytest.mark.parametrize(
    ("item", "expect"),
    [
        (Item("q", 0, regulated=True), (Rule.NOTHING_IN_REGULATED,)),
        (Item("q", 1, regulated=True), None),
        (Item("q", None, regulated=True), None),
        (Item("q", 0), None),
        (Item("q", None, nobody_knows=True), (Rule.NOBODY_KNOWS,)),
        (Item("q", 2, evidenced=1), (Rule.CLAIMED_ABOVE_EVIDENCE,)),
        (Item("q", 2, evidenced=2), None),
        (Item("q", 2, evidenced=None), None),
        (Item("q", None, evidenced=0), None),
        (Item("q", 1, gate=True, contested=True), (Rule.CONTESTED_GATE,)),
        (Item("q", 1, gate=True), None),
        (Item("q", 1, contested=True), None),
        (
            Item("q", 0, gate=True, contested=True, regulated=True),
            (Rule.NOTHING_IN_REGULATED, Rule.CONTESTED_GATE),
        ),
    ],
)
def test_what_threatens(item: Item, expect: tuple[Rule, ...] | None) -> None:
    assert threats([item], ()) == (() if expect is None else (Entry("q", expect),))


def test_threats_are_in_the_order_of_their_rules() -> None:
    items = [
        Item("gate", 1, gate=True, contested=True),
        Item("unproven", 3, evidenced=0),
        Item("z_law", 0, regulated=True),
        Item("a_law", 0, regulated=True),
        Item("dark", None, nobody_knows=True),
    ]

    found = threats(items, ["monitoring"])

    assert ids(found) == ["a_law", "z_law", "dark", "unproven", "gate", "monitoring"]
    assert found[-1].rules == (Rule.ONE_ANSWER_AWAY,)


def test_all_four_of_them() -> None:
    """What is contested is no strength and no weakness either when it is at its target."""
    items = [
        Item("good", 2, target=2),
        Item("bad", 0, target=1, regulated=True),
        Item("so", 1, 1, contested=True),
    ]

    found = swot(items, [Move("bad@1", Quadrant.QUICK_WIN)], fragile=["monitoring"])

    assert (ids(found.strengths), ids(found.weaknesses)) == (["good"], ["bad"])
    assert (ids(found.opportunities), ids(found.threats)) == (["bad@1"], ["bad", "monitoring"])


def test_the_level_ranks_before_the_mean_and_ties_share_a_place() -> None:
    levels = {"dev": 1, "dep": 2, "mon": 1, "gov": 1, "ops": None}
    means = {
        "dev": Fraction(9, 5),
        "dep": Fraction(6, 5),
        "mon": Fraction(3, 2),
        "gov": Fraction(9, 5),
        "ops": None,
    }

    assert ranking(levels, means) == (
        Place(1, ("dep",), 2, Fraction(6, 5)),
        Place(2, ("dev", "gov"), 1, Fraction(9, 5)),
        Place(4, ("mon",), 1, Fraction(3, 2)),
    )
