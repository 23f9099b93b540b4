"""Numbers as they are written, for people to read: nothing is worked out with them any more."""

from decimal import ROUND_HALF_UP, Decimal

from scoring.levels import Number

#: Beyond these places a float says nothing: 1.3 less 0.05 is meant as 1.25.
_EXACT = 9


def rounded(number: float, places: int) -> float:
    """With a half rounded up, away from zero, as people do it: 1.25 is 1.3, where Python's round says 1.2."""
    meant = Decimal(f"{number:.{_EXACT}f}")
    return float(meant.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def written(number: float, places: int) -> str:
    """With all of these places: 1.3, 2.0."""
    return f"{rounded(number, places):.{places}f}"


def percent(share: Number | float) -> int:
    """Of a share from 0 to 1, as it is written: 0.125 is 13."""
    return int(rounded(100 * float(share), 0))
