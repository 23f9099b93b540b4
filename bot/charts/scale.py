"""The levels as an axis."""

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
        unit = (self.right - self.left) / self.top
        edge, middle = (0.6 * unit, 0.72 * unit) if self.top > 1 else (unit / 2 - 4, 0.0)
        anchors = ["start", *["middle"] * (self.top - 1), "end"]
        return [
            Text(
                self.x(level),
                y,
                fitted(f"{level} {name}", "small", middle if anchor == "middle" else edge),
                "small",
                anchor,
            )
            for level, (name, anchor) in enumerate(zip(self.levels, anchors, strict=True))
        ]

    def grid(self, top: float, bottom: float) -> list[Mark]:
        return [
            Line(((self.x(level), top), (self.x(level), bottom)), "grid") for level in range(len(self.levels))
        ]
