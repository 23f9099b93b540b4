"""Where one stands among other teams.

Levels are ordinal, so there is no average team: only how many are below, equal or above, and the levels that
a quarter, half and three quarters of them do not exceed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.statistics import quartiles

TEAMS = 5
"""Of fewer teams nothing is shown: quartiles of four are single teams, and somebody would know which."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`lower`, `median` and `upper` are levels that some team has; `below`, `equal`, `above` count teams."""

    teams: int
    lower: int
    median: int
    upper: int
    below: int
    equal: int
    above: int


def benchmark(level: int, others: Sequence[int]) -> Benchmark | None:
    """A level among those of the other teams; None if these are fewer than five.

    The quartiles are the lowest levels that at least a quarter, half and three quarters of the other teams do
    not exceed.
    """
    if len(others) < TEAMS:
        return None
    teams = Counter(others)
    distribution = [teams[each] for each in range(max(others) + 1)]
    below = sum(count for each, count in teams.items() if each < level)
    return Benchmark(
        len(others),
        *quartiles(distribution),
        below=below,
        equal=teams[level],
        above=len(others) - below - teams[level],
    )
