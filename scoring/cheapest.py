"""The cheapest set of steps that supplies what a ladder lacks: an exact search over bitmasks.

Ladder by ladder it is decided how far to climb. Ways that leave the same to be done are one, the cheapest of
them, and a way is given up when what it still lacks costs, at the very least, more than a way already known
(dynamic programming with bounds).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property


@dataclass(frozen=True, slots=True)
class Rung:
    """The step at this place, which adds its weight at this level (counted from 0)."""

    place: int
    level: int
    weight: int


@dataclass(frozen=True)
class Problem:
    """What is lacking at each level, and what supplies it.

    A step is a place in a mask; it has a cost, above 0, and brings along a mask of steps, itself included. A
    ladder has its rungs from the lowest up, one for each level from where it starts to the last, and each
    brings along those below it. `base` are steps that every way has; what they supply is lacking no more.
    """

    costs: tuple[int, ...]
    brings: tuple[int, ...]
    ladders: tuple[tuple[Rung, ...], ...]
    lacks: tuple[int, ...]
    base: int = 0

    def with_base(self, mask: int) -> Problem:
        return replace(self, base=self.base | mask, lacks=self.lacking(mask & ~self.base))

    def narrowed(self) -> Problem:
        """With all steps in the base without which there is no way."""
        forced = 0
        for n, brings in enumerate(self.brings):
            others = mask_of(place for place in self.rungs if not self.brings[place] >> n & 1)
            if any(self.lacking(others & ~self.base)):
                forced |= brings
        return self.with_base(forced)

    @cached_property
    def rungs(self) -> dict[int, Rung]:
        return {rung.place: rung for ladder in self.ladders for rung in ladder}

    def lacking(self, mask: int) -> tuple[int, ...]:
        """What is lacking still after these steps, none of them in the base."""
        return _less(self.lacks, self.gains(mask))

    def gains(self, mask: int) -> tuple[int, ...]:
        gains = [0] * len(self.lacks)
        for place in places(mask):
            rung = self.rungs.get(place)
            if rung is not None:
                gains[rung.level] += rung.weight
        return tuple(gains)

    def cost(self, mask: int) -> int:
        return sum(self.costs[place] for place in places(mask))


def places(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def mask_of(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)


def _less(lacks: Iterable[int], gains: Iterable[int]) -> tuple[int, ...]:
    return tuple(max(0, lack - gain) for lack, gain in zip(lacks, gains, strict=True))


def cheapest(problem: Problem, nodes: int) -> tuple[int, bool]:
    """The cheapest set of steps (the base included), and whether it is known to be.

    After so many `nodes` the best set so far is returned. It is at most as dear as always taking what gains
    most for its cost, and nothing can be left out of it. Raises ValueError if there is no way.
    """
    if any(problem.lacking(mask_of(problem.rungs) & ~problem.base)):
        raise ValueError("all steps together do not supply what is lacking")
    problem = problem.narrowed()
    if not any(problem.lacks):
        return problem.base, True
    best = _greedy(problem)
    least = problem.cost(best)
    ladders = _in_order(problem)
    bound = _Bound(problem, ladders)
    effect = cache(lambda mask: (problem.cost(mask), problem.gains(mask)))
    seen = decided = 0
    ways = {(problem.lacks, 0): (0, 0)}
    for k, ladder in enumerate(ladders):
        further: dict[tuple[tuple[int, ...], int], tuple[int, int]] = {}
        for (lacks, _), (spent, mask) in ways.items():
            for new in _choices(problem, ladder, mask, decided):
                seen += 1
                if seen > nodes:
                    return problem.base | _pruned(problem, best), False
                cost, gains = effect(new)
                cost, left, after = spent + cost, _less(lacks, gains), mask | new
                if cost >= least:
                    break
                if not any(left):
                    best, least = after, cost
                    break
                if cost + bound(k + 1, left, after) < least:
                    same = left, after & bound.live[k + 1]
                    if same not in further or cost < further[same][0]:
                        further[same] = cost, after
        decided |= mask_of(rung.place for rung in ladder)
        ways = further
    return problem.base | best, True


def _choices(problem: Problem, ladder: Sequence[Rung], taken: int, decided: int) -> Iterator[int]:
    """What to add: nothing, or what a rung brings along, unless a ladder decided before had to climb on."""
    yield 0
    for rung in ladder:
        new = problem.brings[rung.place] & ~taken & ~problem.base
        if new & decided:
            return
        if new:
            yield new


def _in_order(problem: Problem) -> tuple[tuple[Rung, ...], ...]:
    """The heaviest first; of equal ones that which shares most with those before, so that less stays open."""

    def brings(ladder: Sequence[Rung]) -> int:
        return problem.brings[ladder[-1].place] & ~problem.base

    ordered: list[tuple[Rung, ...]] = []
    left, known = list(problem.ladders), 0
    while left:
        ladder = max(
            left,
            key=lambda ladder: (
                ladder[-1].weight,
                (brings(ladder) & (known or -1)).bit_count(),
                -ladder[-1].place,
            ),
        )
        left.remove(ladder)
        ordered.append(ladder)
        known |= brings(ladder)
    return tuple(ordered)


def _greedy(problem: Problem) -> int:
    """Always the rung that gains most for what it costs, with all that it brings along; then pruned."""
    taken, lacks = 0, problem.lacks
    while any(lacks):
        offers = (problem.brings[place] & ~problem.base & ~taken for place in problem.rungs)
        gain = {new: sum(lacks) - sum(_less(lacks, problem.gains(new))) for new in offers}
        taken |= max(gain, key=lambda new: Fraction(gain[new], problem.cost(new) or 1))
        lacks = problem.lacking(taken)
    return _pruned(problem, taken)


def _pruned(problem: Problem, mask: int) -> int:
    """Without what can be left out, the dearest first, each with all steps that bring it along."""
    for n in sorted(places(mask), key=lambda place: -problem.costs[place]):
        fewer = mask & ~mask_of(place for place in places(mask) if problem.brings[place] >> n & 1)
        if not any(problem.lacking(fewer)):
            mask = fewer
    return mask


class _Bound:
    """What must still be spent, at the very least, when the ladders from the k-th on are to be decided.

    The levels are cut into spans. In each the cheapest ladders that supply what is lacking at its top pay for
    all their rungs in it, and for what these bring along; spans have nothing to do with each other. What
    several ladders bring along is split evenly between them, so that no choice of them pays more than it
    costs. What a way has already paid for among all this is taken off. That holds for every cut, so the
    dearest of some counts: each level alone, all below the highest together, all together.

    `live[k]` are the steps that can still make a difference there.
    """

    def __init__(self, problem: Problem, ladders: Sequence[Sequence[Rung]]) -> None:
        self._problem = problem
        self._ladder = {rung.place: k for k, ladder in enumerate(ladders) for rung in ladder}
        self._brings = [problem.brings[ladder[-1].place] & ~problem.base for ladder in ladders]
        self._shares = [
            cost // max(1, sum(brings >> place & 1 for brings in self._brings))
            for place, cost in enumerate(problem.costs)
        ]
        top = len(problem.lacks)
        self._cuts = {
            tuple((level, level + 1) for level in range(top)),
            tuple(span for span in ((0, top - 1), (top - 1, top)) if span[0] < span[1]),
            ((0, top),),
        }
        spans = {span for cut in self._cuts for span in cut}
        self._offers = {span: [self._offer(ladder, *span) for ladder in ladders] for span in spans}
        self._unpayable = sum(problem.costs) + 1
        self._least = cache(self._uncached_least)
        self._paid = cache(self._uncached_paid)
        self.live = [0]
        for brings in reversed(self._brings):
            self.live.insert(0, self.live[0] | brings)

    def __call__(self, k: int, lacks: Sequence[int], mask: int) -> int:
        needed = max(
            sum(self._least(k, start, end, lacks[end - 1]) for start, end in cut) for cut in self._cuts
        )
        return needed - self._paid(k, mask & self.live[k])

    def _offer(self, ladder: Sequence[Rung], start: int, end: int) -> tuple[int, int]:
        """What the ladder costs in this span, and the weight that it adds at the top of it."""
        rungs = [r for r in ladder if start <= r.level < end and not self._problem.base >> r.place & 1]
        if not rungs:
            return 0, 0
        below = [self._problem.brings[rung.place] for rung in ladder if rung.level < rungs[0].level]
        along = self._problem.brings[rungs[-1].place] & ~self._problem.base & ~(below[-1] if below else 0)
        shares = sum(self._shares[place] for place in places(along) if place not in self._ladder)
        return shares + sum(self._problem.costs[rung.place] for rung in rungs), rungs[-1].weight

    def _uncached_least(self, k: int, start: int, end: int, lack: int) -> int:
        if lack <= 0:
            return 0
        if k == len(self._brings):
            return self._unpayable
        cost, weight = self._offers[start, end][k]
        without = self._least(k + 1, start, end, lack)
        return min(without, cost + self._least(k + 1, start, end, lack - weight)) if weight else without

    def _uncached_paid(self, k: int, mask: int) -> int:
        return sum(
            self._problem.costs[place] * (self._ladder[place] >= k)
            if place in self._ladder
            else self._shares[place] * sum(brings >> place & 1 for brings in self._brings[k:])
            for place in places(mask)
        )
