"""How numbers are written."""

import pytest

from scoring.rounding import percent, rounded


@pytest.mark.parametrize(
    ("number", "places", "written"),
    [
        (1.25, 1, 1.3),
        (1.45, 1, 1.5),  # the float is a little less
        (1.3 - 0.05, 1, 1.3),
        (1.249, 1, 1.2),
        (-0.25, 1, -0.3),
        (2.5, 0, 3.0),
    ],
)
def test_a_half_goes_away_from_zero(number: float, places: int, written: float) -> None:
    assert rounded(number, places) == written


@pytest.mark.parametrize(
    ("share", "written"), [(0.125, 13), (0.005, 1), (0.285, 29), (1 / 3, 33), (1.0, 100)]
)
def test_a_share_in_percent(share: float, written: int) -> None:
    assert percent(share) == written
