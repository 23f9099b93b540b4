"""From most to least mature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.levels import Number


@dataclass(frozen=True, slots=True)
class Place:
    """Who shares it: the same level and the same mean. After two in place 1 comes place 3."""

    place: int
    ids: tuple[str, ...]
    level: int
    mean: Number


def ranking(levels: Mapping[str, int | None], means: Mapping[str, Number | None]) -> tuple[Place, ...]:
    """Aspects, criteria or stages, by level and then by mean; the mean never lifts one above a higher level.

    What has no level has no place.
    """
    tied: dict[tuple[int, Number], list[str]] = {}
    for key, level in levels.items():
        mean = means.get(key)
        if level is not None and mean is not None:
            tied.setdefault((level, mean), []).append(key)
    places: list[Place] = []
    for level, mean in sorted(tied, reverse=True):
        before = sum(len(place.ids) for place in places)
        places.append(Place(before + 1, tuple(sorted(tied[level, mean])), level, mean))
    return tuple(places)
