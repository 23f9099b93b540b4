"""Rows of measurements with their ratio to the bare one of the same run."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """`bare` is what this is compared with, measured in turns with it."""

    title: str
    unit: str
    measured: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        """Of each turn; then the middle one, so that a noisy minute counts little."""
        return median(ours / theirs for ours, theirs in zip(self.measured, self.bare, strict=True))


def printed(title: str, rows: Iterable[Row]) -> str:
    lines = [f"{title}", f"{'':60}{'median':>12}{'min':>10}{'max':>10}{'n':>5}{'ratio':>8}"]
    return "\n".join([*lines, *map(_line, rows), ""])


def _line(row: Row) -> str:
    middle = median(row.measured)
    ratio = f"{row.ratio:.2f}" if all(row.bare) else ""
    figures = f"{_short(middle)} {row.unit:>2}"
    return (
        f"  {row.title:58}{figures:>12}{_short(min(row.measured)):>10}{_short(max(row.measured)):>10}"
        f"{len(row.measured):>5}{ratio:>8}"
    )


def _short(number: float) -> str:
    return f"{number:.3g}" if number < 100 else f"{number:.0f}"
