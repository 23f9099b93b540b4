"""Strengths, weaknesses, opportunities and threats: each entry by a rule that can be named.

Strengths and weaknesses are about questions and their targets, opportunities about steps of the roadmap,
threats about what could hurt while the plan looks at gaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.levels import Number
from scoring.priorities import Quadrant

MAKES_WAY_FOR = 2
"""So many steps must wait for another to make it an opportunity."""


class Rule(StrEnum):
    """Why something is in the list."""

    AT_TARGET = "at_target"
    BELOW_TARGET = "below_target"
    QUICK_WIN = "quick_win"
    MAKES_WAY = "makes_way"
    NOTHING_IN_REGULATED = "nothing_in_regulated"
    NOBODY_KNOWS = "nobody_knows"
    CLAIMED_ABOVE_EVIDENCE = "claimed_above_evidence"
    CONTESTED_GATE = "contested_gate"
    ONE_ANSWER_AWAY = "one_answer_away"


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it stands. `level` is None if it is not scored, `target` is its aspect's.

    `evidenced` is the level that accepted evidence supports once somebody has reviewed it, None before;
    `regulated` says that its criterion is and that there are rules to meet, `gate` that it holds one.
    `priority` is the highest of its steps, 0 without.
    """

    id: str
    level: int | None
    target: int | None = None
    evidenced: int | None = None
    contested: bool = False
    nobody_knows: bool = False
    regulated: bool = False
    gate: bool = False
    priority: Number = 0

    @property
    def gap(self) -> int:
        """In levels; 0 where one does not know of any."""
        return 0 if self.level is None or self.target is None else max(0, self.target - self.level)


@dataclass(frozen=True, slots=True)
class Move:
    """A step of the roadmap, how many steps it waits for, and how many wait for it."""

    id: str
    quadrant: Quadrant
    waits_for: int = 0
    unblocks: int = 0
    priority: Number = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """The id of a question, a step or an aspect, with all rules by which it is here."""

    id: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Swot:
    strengths: tuple[Entry, ...]
    weaknesses: tuple[Entry, ...]
    opportunities: tuple[Entry, ...]
    threats: tuple[Entry, ...]


def swot(items: Iterable[Item], moves: Iterable[Move], fragile: Iterable[str]) -> Swot:
    """`fragile` are the aspects that are one answer away from another level."""
    items = tuple(items)
    return Swot(strengths(items), weaknesses(items), opportunities(moves), threats(items, fragile))


def strengths(items: Iterable[Item]) -> tuple[Entry, ...]:
    """Undisputed, above level 0, and at or above the target; the best first.

    Best is the highest level, then the furthest above its target.
    """
    best: list[tuple[int, int, str]] = []
    for item in items:
        if item.level and item.target is not None and item.level >= item.target and not item.contested:
            best.append((-item.level, item.target, item.id))
    return tuple(Entry(key, (Rule.AT_TARGET,)) for *_, key in sorted(best))


def weaknesses(items: Iterable[Item]) -> tuple[Entry, ...]:
    """Below the target: the gap analysis, biggest gap first, then highest priority."""
    gaps = sorted((-item.gap, -item.priority, item.id) for item in items if item.gap)
    return tuple(Entry(key, (Rule.BELOW_TARGET,)) for *_, key in gaps)


def opportunities(moves: Iterable[Move]) -> tuple[Entry, ...]:
    """Steps that can start now and are quick wins or make way for at least two others; most urgent first.

    Of equal priority the one that makes way for more goes first.
    """
    free = sorted(
        (move for move in moves if not move.waits_for),
        key=lambda move: (-move.priority, -move.unblocks, move.id),
    )
    found = (
        Entry(
            move.id,
            _that_hold(
                {
                    Rule.QUICK_WIN: move.quadrant is Quadrant.QUICK_WIN,
                    Rule.MAKES_WAY: move.unblocks >= MAKES_WAY_FOR,
                }
            ),
        )
        for move in free
    )
    return tuple(entry for entry in found if entry.rules)


def threats(items: Iterable[Item], fragile: Iterable[str]) -> tuple[Entry, ...]:
    """What could hurt, by the first of its rules in this order, then by id.

    Level 0 in a regulated criterion; nobody knows; claimed above what reviewed evidence supports; a gate that
    people disagree on; an aspect one answer away from another level.
    """
    found = [Entry(item.id, _that_hold(_threatens(item))) for item in items]
    found += [Entry(aspect, (Rule.ONE_ANSWER_AWAY,)) for aspect in fragile]
    order = list(Rule)
    return tuple(
        sorted(
            (entry for entry in found if entry.rules),
            key=lambda entry: (order.index(entry.rules[0]), entry.id),
        )
    )


def _threatens(item: Item) -> dict[Rule, bool]:
    return {
        Rule.NOTHING_IN_REGULATED: item.regulated and item.level == 0,
        Rule.NOBODY_KNOWS: item.nobody_knows,
        Rule.CLAIMED_ABOVE_EVIDENCE: item.evidenced is not None and (item.level or 0) > item.evidenced,
        Rule.CONTESTED_GATE: item.gate and item.contested,
    }


def _that_hold(rules: Mapping[Rule, bool]) -> tuple[Rule, ...]:
    return tuple(rule for rule, holds in rules.items() if holds)
