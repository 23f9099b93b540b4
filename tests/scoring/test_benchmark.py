"""Among other teams."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.benchmark import Benchmark, benchmark


@pytest.mark.parametrize(
    ("level", "others", "expect"),
    [
        (1, [0, 1, 1, 2], None),
        (1, [0, 1, 1, 2, 3], Benchmark(5, 1, 1, 2, below=1, equal=2, above=2)),
        (0, [2] * 8, Benchmark(8, 2, 2, 2, below=0, equal=0, above=8)),
        (4, [3, 0, 3, 0, 1, 2], Benchmark(6, 0, 1, 3, below=6, equal=0, above=0)),
        (2, [0, 0, 1, 1, 2, 2, 3, 3], Benchmark(8, 0, 1, 2, below=4, equal=2, above=2)),
    ],
    ids=["four are too few", "five", "all alike", "above all", "a quarter exactly is enough"],
)
def test_where_one_stands(level: int, others: list[int], expect: Benchmark | None) -> None:
    assert benchmark(level, others) == expect


@given(st.integers(0, 5), st.lists(st.integers(0, 5), min_size=5))
def test_a_quartile_is_the_lowest_level_that_its_share_does_not_exceed(level: int, others: list[int]) -> None:
    found = benchmark(level, others)

    assert found is not None
    assert found.below + found.equal + found.above == found.teams == len(others)
    for share, quartile in ((1, found.lower), (2, found.median), (3, found.upper)):
        enough = Fraction(share * len(others), 4)
        assert quartile in others
        assert (
            sum(other <= quartile for other in others) >= enough > sum(other < quartile for other in others)
        )
