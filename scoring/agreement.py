"""How much people agree: on a question, and on the questions of an aspect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, combinations
from math import fsum, log2

CONTESTED_BELOW = 0.65
"""Judgement: of four levels, a split over two adjacent ones is at worst 0.737, an even and wider one at best
0.610. Consensus is relative to the width of the scale, so the same number serves every scale."""
CONTESTED_ROLE_GAP = 2

ENOUGH_QUESTIONS = 5
RELIABLE_FROM = 0.800
TENTATIVE_FROM = 0.667
"""Krippendorff's own bounds ("Content Analysis"): rely on .800, conclude tentatively from .667."""


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


class Reading(StrEnum):
    """What an alpha says, or why there is none."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    WEAK = "weak"
    TOO_LITTLE_OVERLAP = "too_little_overlap"
    ALL_IDENTICAL = "all_identical"


@dataclass(frozen=True, slots=True)
class Agreement:
    """`alpha` is 1 when people agree, 0 when they agree as by chance, and can be below."""

    alpha: float | None
    reading: Reading


def agreement(freqs: Iterable[Sequence[int]]) -> Agreement:
    """Krippendorff's ordinal alpha of an aspect, from how many people are at each level of each question.

    Alpha takes any number of people with gaps (K. Krippendorff, "Computing Krippendorff's
    Alpha-Reliability", 2011). It needs questions on which people overlap. The method wants two raters or
    more on five questions or more; we take that as at least five questions, each answered with a level by
    at least two people, not always the same two. Where all that overlaps is identical, chance has nothing to
    be compared with, and alpha is not defined. Given to six decimals, like the consensus.
    """
    overlapping = [tuple(freq) for freq in freqs if sum(freq) > 1]
    if len(overlapping) < ENOUGH_QUESTIONS:
        return Agreement(None, Reading.TOO_LITTLE_OVERLAP)
    if sum(map(bool, map(sum, zip(*overlapping, strict=True)))) == 1:
        return Agreement(None, Reading.ALL_IDENTICAL)
    found = round(float(_ordinal_alpha(overlapping)), 6)
    return Agreement(found, _reading(found))


def _ordinal_alpha(freqs: Sequence[Sequence[int]]) -> Fraction:
    """1 - observed / expected disagreement, of pairs of people on one question and of any two people.

    How far apart two levels are is how many statements lie between them, the half of both ends included
    (K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, part C and the ordinal metric).
    """
    totals = [sum(column) for column in zip(*freqs, strict=True)]
    below = list(accumulate(totals, initial=0))
    between = {
        (a, b): Fraction(below[b] - below[a] + below[b + 1] - below[a + 1], 2)
        for a, b in combinations(range(len(totals)), 2)
    }
    pairs = [(a, b, far * far) for (a, b), far in between.items()]
    observed: Fraction = sum(
        (Fraction(freq[a] * freq[b], sum(freq) - 1) * apart for freq in freqs for a, b, apart in pairs),
        Fraction(0),
    )
    expected: Fraction = sum((totals[a] * totals[b] * apart for a, b, apart in pairs), Fraction(0))
    return 1 - (Fraction(sum(totals) - 1) * observed / expected)


def _reading(alpha: float) -> Reading:
    if alpha >= RELIABLE_FROM:
        return Reading.RELIABLE
    return Reading.TENTATIVE if alpha >= TENTATIVE_FROM else Reading.WEAK
