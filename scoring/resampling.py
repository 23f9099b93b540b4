"""Many replicates of an aspect at once, in numpy: an entry for each replicate, and integers throughout.

The rules are those of `levels`, which says why. The steps from the tally to the level are written a second
time, because one by one two thousand replicates would take minutes; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm, prod
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.levels import PROVISIONAL_FROM, Counts, Gate, Question, Sheet, Statement, Tally, voice_weight
from scoring.robustness import Aspect

Integers = NDArray[Any]
"""int64, or Python's own integers where a product could outgrow them."""
Booleans = NDArray[np.bool_]

NO_LEVEL = -1


def drawn(strata: Sequence[Hashable], seed: int, replicates: int) -> Integers:
    """How often each respondent (a row) is in each replicate (a column), drawn within their stratum.

    PCG64's raw stream is the same in every version of numpy. To take a remainder of its 64 bits favours
    nobody by more than 1 in 10^16.
    """
    stream = np.random.PCG64(seed)
    times = np.zeros((len(strata), replicates), dtype=np.int64)
    columns = np.arange(replicates)
    for stratum in dict.fromkeys(strata):
        members = np.array([row for row, other in enumerate(strata) if other == stratum])
        for _ in members:
            times[members[stream.random_raw(replicates) % len(members)], columns] += 1
    return times


def levels(aspect: Aspect, sheets: Sequence[Sheet], times: Integers) -> list[int | None]:
    """The aspect's level in each replicate, where each respondent counts so many times."""
    stands = {question.id: _standing(question, sheets, times) for question in aspect.asked}
    found = _level(aspect, stands)
    return [None if level == NO_LEVEL else level for level in found.tolist()]


@dataclass(frozen=True, slots=True)
class _Standings:
    """How a question stands in each replicate; `level` is NO_LEVEL where it is not scored."""

    applies: Booleans
    level: Integers


def _standing(question: Question, sheets: Sequence[Sheet], times: Integers) -> _Standings:
    tally = _tally(question, sheets, times)
    people, primary = tally.people, tally.primary
    voices = [(voice_weight(question, role), counts) for role, counts in tally.roles.items()]
    replicates = times.shape[1]

    away = _more_than_half([(w, counts.na, counts.na + counts.valid) for w, counts in voices], replicates)
    missing = (primary.valid == 0) & (primary.dk == 0)
    dont_know = (primary.dk > 0) & ((primary.valid == 0) | (2 * primary.dk > primary.all))
    scored = ~away & (people.valid > 0) & ~missing & ~dont_know
    level = np.zeros(replicates, dtype=np.int64)
    for step in question.steps:
        # Who is at a level is at those below, so the steps that are reached have no gaps.
        level += _more_than_half([(w, c.at_least(step), c.valid) for w, c in voices], replicates)
    return _Standings(~away, np.where(scored, level, NO_LEVEL))


def _tally(question: Question, sheets: Sequence[Sheet], times: Integers) -> Any:
    """A tally whose every number is one for each replicate: arrays add up as numbers do."""
    rows: dict[Statement, list[int]] = {}
    for row, sheet in enumerate(sheets):
        if question.id in sheet:
            rows.setdefault(sheet[question.id], []).append(row)
    counts: dict[Statement, Any] = {said: times[chosen].sum(axis=0) for said, chosen in rows.items()}
    tally = Tally.of_counts(question, counts)
    nobody = np.zeros(times.shape[1], dtype=np.int64)
    return Tally(
        {role: _spread(each, nobody) for role, each in tally.roles.items()},
        _spread(tally.people, nobody),
        _spread(tally.primary, nobody),
    )


def _spread(counts: Counts, nobody: Any) -> Counts:
    return Counts(tuple(count + nobody for count in counts.levels), counts.dk + nobody, counts.na + nobody)


def _more_than_half(shares: Sequence[tuple[int, Integers, Integers]], replicates: int) -> Booleans:
    """Whether the sum of weight * part / whole exceeds half of the weight, of what there is any whole of."""
    if not shares:
        return np.zeros(replicates, dtype=np.bool_)
    there = [whole > 0 for _, _, whole in shares]
    total = 2 * sum(weight for weight, _, _ in shares)
    exact = _integers(total * prod(max(int(whole.max()), 1) for _, _, whole in shares))
    wholes: list[Integers] = [np.maximum(whole, 1).astype(exact) for _, _, whole in shares]
    common = reduce(mul, wholes)
    have = sum(w * part * (common // whole) for (w, part, _), whole in zip(shares, wholes, strict=True))
    weight = sum(w * present for (w, _, _), present in zip(shares, there, strict=True))
    return np.asarray(2 * have > common * weight, dtype=np.bool_)


def _integers(most: int) -> type:
    """What holds integers up to this one exactly."""
    return np.int64 if most <= np.iinfo(np.int64).max else object


def _level(aspect: Aspect, stands: Mapping[str, _Standings]) -> Integers:
    weights = _whole_weights(aspect)
    here = [(weights[question.id], stands[question.id]) for question in aspect.questions]
    applicable = sum(weight * question.applies for weight, question in here)
    scored = sum(weight * (question.level != NO_LEVEL) for weight, question in here)

    reached = np.zeros_like(scored)
    passed = scored > 0
    for step in range(1, aspect.top + 1):
        have = sum(weight * (question.level >= step) for weight, question in here)
        reached[passed & _exceeds(have, scored, aspect.strictness.here)] = step
        passed = _exceeds(have, scored, aspect.strictness.below)  # and so at all steps below
    for gate in aspect.gates:
        shut = _shut(gate, stands, reached)
        reached[shut] = np.minimum(reached, gate.level - 1)[shut]
    share = PROVISIONAL_FROM
    enough = (applicable > 0) & (scored * share.denominator >= applicable * share.numerator)
    return np.where(enough, reached, NO_LEVEL)


def _whole_weights(aspect: Aspect) -> dict[str, Any]:
    """The weights in their common unit, of a type that the comparisons with shares cannot outgrow."""
    weights = {question.id: Fraction(question.weight) for question in aspect.questions}
    unit = lcm(*(weight.denominator for weight in weights.values()))
    whole = {key: int(weight * unit) for key, weight in weights.items()}
    shares = (PROVISIONAL_FROM, aspect.strictness.here, aspect.strictness.below)
    exact = _integers(sum(whole.values()) * max(share.denominator for share in shares if share))
    return {key: np.array(weight, dtype=exact) for key, weight in whole.items()}


def _exceeds(have: Integers, of: Integers, share: Fraction | None) -> Booleans:
    """All of it, if no share is named."""
    if share is None:
        return np.asarray(have == of, dtype=np.bool_)
    return np.asarray(have * share.denominator > of * share.numerator, dtype=np.bool_)


def _shut(gate: Gate, stands: Mapping[str, _Standings], reached: Integers) -> Booleans:
    """Where the gate is in the way of what is reached."""
    shut = np.zeros(len(reached), dtype=np.bool_)
    item = stands.get(gate.item)
    spare = stands.get(gate.otherwise) if gate.otherwise else None
    if spare is not None:
        shut = spare.applies & (spare.level < gate.level)
    if item is not None:
        shut = np.where(item.applies, item.level < gate.level, shut)
    return np.asarray(shut & (reached >= gate.level), dtype=np.bool_)
