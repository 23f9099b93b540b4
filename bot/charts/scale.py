"""The levels as an axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.lettering import fitted
from bot.charts.marks import Line, Mark, Text


@dataclass(frozen=True)
class Scale:
    """From `left` to `right`, with the names of the levels from 0 on."""

    left: float
    right: float
    levels: tuple[str, ...]

    @property
    def top(self) -> int:
        return len(self.levels) - 1

    def x(self, value: float) -> float:
        return self.left + (self.right - self.left) * value / self.top

    def names(self, y: float) -> list[Mark]:
        """Each above its place; the first and the last within the frame."""
        room = (self.right - self.left) / self.top - 8
        anchors = ["start", *["middle"] * (self.top - 1), "end"]
        return [
            Text(self.x(level), y, fitted(f"{level} {name}", "small", room), "small", anchor)
            for level, (name, anchor) in enumerate(zip(self.levels, anchors, strict=True))
        ]

    def grid(self, top: float, bottom: float) -> list[Mark]:
        return [
            Line(((self.x(level), top), (self.x(level), bottom)), "grid") for level in range(len(self.levels))
        ]


def scale(left: float, right: float, levels: Sequence[str]) -> Scale:
    return Scale(left, right, tuple(levels))
