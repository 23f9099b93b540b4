"""An order in which some things were put elsewhere by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def placed(
    order: Sequence[str], depends: Mapping[str, Sequence[str]], wanted: Sequence[tuple[str, int]]
) -> tuple[str, ...]:
    """`order`, with the keys in `wanted` at those places (from 1; the last one in the list was put last), as
    far as what they wait for and what waits for them allows. All others keep their order.

    `order` has everything after what it depends on, and so has what is returned. Of two that were put to
    one place the one that was put there last has it, and the other comes next.
    """
    before = _all_before(order, depends)
    recency = {key: number for number, (key, _) in enumerate(wanted)}
    places = {key: place for key, place in wanted if key in before}
    found = [key for key in order if key not in places]
    last = 0
    for key in sorted(places, key=lambda key: (places[key], -recency[key])):
        last = max(places[key], last + 1)
        earliest = max((at + 1 for at, other in enumerate(found) if other in before[key]), default=0)
        latest = next((at for at, other in enumerate(found) if key in before[other]), len(found))
        found.insert(min(max(last - 1, earliest), latest), key)
    return tuple(found)


def circle(depends: Mapping[str, Sequence[str]], key: str, need: str) -> tuple[str, ...]:
    """The circle that would be closed if `key` came after `need`: from `key` to `key`, each coming after the
    next one. Nothing, if there would be none."""
    trails: list[tuple[str, ...]] = [(key, need)]
    seen = {need}
    for trail in trails:
        if trail[-1] == key:
            return trail
        for other in depends.get(trail[-1], ()):
            if other not in seen:
                seen.add(other)
                trails.append((*trail, other))
    return ()


def _all_before(order: Sequence[str], depends: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """By key everything that comes first, at whatever distance."""
    before: dict[str, set[str]] = {}
    for key in order:
        needs = [need for need in depends.get(key, ()) if need in before]
        before[key] = {*needs}.union(*(before[need] for need in needs))
    return before
