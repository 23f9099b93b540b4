"""What a chart is made of. `look` is a class of the palette; places are in units of the drawing."""

from dataclasses import dataclass
from math import cos, radians, sin

from bot.charts.lettering import STYLES, width

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Text:
    """`style` gives size and weight, `look` another colour; turned around its place by so many degrees."""

    x: float
    y: float
    words: str
    style: str = "label"
    anchor: str = "start"
    look: str = ""
    turn: int = 0

    @property
    def box(self) -> Box:
        wide, size = width(self.words, self.style), STYLES[self.style][0]
        left = {"start": 0.0, "middle": -wide / 2, "end": -wide}[self.anchor]
        across, up = cos(radians(self.turn)), sin(radians(self.turn))
        corners = [
            (self.x + x * across - y * up, self.y + x * up + y * across)
            for x in (left, left + wide)
            for y in (-0.78 * size, 0.22 * size)
        ]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    look: str
    round: float = 3

    @property
    def box(self) -> Box:
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    look: str

    @property
    def box(self) -> Box:
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


@dataclass(frozen=True)
class Line:
    """From point to point."""

    points: tuple[tuple[float, float], ...]
    look: str

    @property
    def box(self) -> Box:
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


Mark = Text | Rect | Dot | Line
