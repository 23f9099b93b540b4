"""A chart: marks below a title, and the two skins in which they are drawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.charts import palette
from bot.charts.lettering import FONT, STYLES, width, wrapped
from bot.charts.marks import Mark, Text
from bot.drawn import drawn
from bot.pictures import Picture

#: The ground: so wide is every chart, in units of which Slack shows about one for each pixel.
WIDTH, MARGIN = 560, 20
INNER = WIDTH - 2 * MARGIN
RIGHT = WIDTH - MARGIN


@dataclass(frozen=True)
class Chart:
    """`name` is that of its file; `alt` has its figures in words."""

    name: str
    title: str
    alt: str
    height: float
    marks: tuple[Mark, ...]

    @cached_property
    def inline(self) -> str:
        """For a page that has the palette: it is light or dark as the page is."""
        return self._drawn(style="")

    @cached_property
    def picture(self) -> Picture:
        """On a light ground of its own, so that it reads on a dark one too."""
        return Picture(f"{self.name}.png", self.title, self.alt, self.alone())

    def alone(self, theme: Mapping[str, str] = palette.LIGHT) -> str:
        return self._drawn(style=palette.settled(theme))

    def _drawn(self, style: str) -> str:
        return drawn(
            "chart.svg",
            marks=self.marks,
            kind_of=lambda mark: type(mark).__name__,
            width=WIDTH,
            height=round(self.height),
            alt=self.alt,
            style=style,
            font=FONT,
        )


@dataclass(frozen=True)
class Head:
    """The title, and below it how to read the chart; what is drawn begins at `below`."""

    marks: tuple[Mark, ...]
    below: float


def head(title: str, hint: str = "") -> Head:
    y, marks = float(MARGIN), list[Mark]()
    for style, words, most in (("title", title, 2), ("small", hint, 3)):
        size = STYLES[style][0]
        for line in wrapped(words, style, INNER, most):
            y += size * 1.25
            marks.append(Text(MARGIN, y, line, style))
        y += 4
    return Head(tuple(marks), y + 8)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to these (which go up) as they can be with so much between them, within the bounds as
    far as there is room."""
    placed: list[float] = []
    for place in wanted:
        placed.append(max(place, low, placed[-1] + gap) if placed else max(place, low))
    limit = high
    for number in range(len(placed) - 1, -1, -1):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - gap
    return placed


def widest(words: Iterable[str], style: str) -> float:
    return max((width(each, style) for each in words), default=0.0)
