"""What accepted evidence leaves of a claimed level.

The ladder is climbed twice, with the claimed and with the evidenced levels of the questions. Scores are
never multiplied by evidence weights: nobody could explain the sum.
"""

from __future__ import annotations

from collections.abc import Iterable

from scoring.levels import Level


def evidenced(level: Level, accepted: Iterable[int]) -> Level:
    """The claimed level, at most the highest level that accepted evidence supports; level 0 needs none."""
    return Level(min(level, max(accepted, default=Level.AD_HOC)))
