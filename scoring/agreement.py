"""How much people agree on a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import fsum, log2

CONTESTED_BELOW = 0.65
"""Judgement: of four levels, a split over two adjacent ones is at worst 0.737, an even and wider one at best
0.610. Consensus is relative to the width of the scale, so the same number serves every scale."""
CONTESTED_ROLE_GAP = 2


def consensus(freq: Sequence[int]) -> float | None:
    """Tastle and Wierman's consensus of an ordinal distribution: 1 unanimous, 0 split between the ends.

    Cns = 1 + sum of p_i * log2(1 - |X_i - mean| / d), with d the width of the scale (W. J. Tastle, M. J.
    Wierman, "Consensus and dissention", 2007). None below two answers. Given to six decimals, the
    precision of the published values: what decides is what people can read, on every machine.
    """
    n = sum(freq)
    if n < 2:
        return None
    mean = Fraction(sum(level * count for level, count in enumerate(freq)), n)
    width = len(freq) - 1
    terms = (count / n * log2(1 - abs(level - mean) / width) for level, count in enumerate(freq) if count)
    return round(1 + fsum(terms), 6)


def contested(cns: float | None, role_levels: Iterable[int], top: int) -> bool:
    """People disagree: little consensus, or the lower medians of two roles two levels apart.

    The method speaks of four levels. On a scale of two, the whole of it apart is enough.
    """
    levels = tuple(role_levels)
    apart = bool(levels) and max(levels) - min(levels) >= min(CONTESTED_ROLE_GAP, top)
    return apart or (cns is not None and cns < CONTESTED_BELOW)
