"""How far it is to the target, and how much of the way is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.levels import Number


@dataclass(frozen=True, slots=True)
class Gap:
    """Without a current level neither a default target nor the size of the gap is known."""

    subject: str
    current: int | None
    target: int | None

    @property
    def size(self) -> int | None:
        if self.current is None or self.target is None:
            return None
        return max(0, self.target - self.current)


def default_target(current: int, top: int) -> int:
    """One level up, at most the top of the scale."""
    return min(current + 1, top)


def gaps(
    current: Mapping[str, int | None], targets: Mapping[str, int] | None = None, *, top: int
) -> tuple[Gap, ...]:
    """The gap of every aspect (or item), against the chosen target, else against the default.

    A target at or below the current level is "good enough": a gap of 0.
    """
    chosen = targets or {}
    return tuple(
        Gap(subject, level, chosen.get(subject, None if level is None else default_target(level, top)))
        for subject, level in current.items()
    )


def percent_to_target(
    current: Sequence[Number], target: Sequence[Number], weights: Sequence[Number] | None = None
) -> Fraction:
    """1 - sum of w * max(0, target - current) / sum of w * target (OWASP SAMM toolbox, there without
    weights).

    1 if nothing is aimed at. What exceeds its target does not make up for what falls short. Without weights
    all count the same.
    """
    weigh = [1] * len(target) if weights is None else weights
    aimed = sum(w * t for t, w in zip(target, weigh, strict=True))
    if not aimed:
        return Fraction(1)
    short = sum(w * max(0, t - c) for c, t, w in zip(current, target, weigh, strict=True))
    return 1 - Fraction(short) / aimed


def progress_to_date(baseline: Number, current: Number, target: Number) -> Fraction:
    """(current - baseline) / (target - baseline), 1 if there was no way to go.

    Below 0 after a step back, above 1 beyond the target.
    """
    if target == baseline:
        return Fraction(1)
    return Fraction(current - baseline) / (target - baseline)
