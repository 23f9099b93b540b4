"""What accepted evidence leaves of a claimed level.

The ladder is climbed twice, with the claimed and with the evidenced levels of the questions. Scores are
never multiplied by evidence weights: nobody could explain the sum.
"""

from __future__ import annotations

from collections.abc import Iterable


def evidenced(level: int, accepted: Iterable[int]) -> int:
    """The claimed level, at most the highest level that accepted evidence supports; level 0 needs none."""
    return min(level, max(accepted, default=0))
