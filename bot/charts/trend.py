"""Every aspect over the rounds, each in a panel of its own: lines of levels lie on top of each other where
they are equal, and then only a panel says which is which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.charts.chart import INNER, MARGIN, Chart, head, widest
from bot.charts.lettering import fitted
from bot.charts.marks import Dot, Line, Mark, Text
from bot.language import decimal
from bot.render import label, words

_BETWEEN, _PANEL, _PLOT, _AXIS = 28, 142, 72, 16
_WIDE = (INNER - _BETWEEN) / 2
#: What is written at the first point keeps clear of the numbers of the axis.
_INSET = 30


@dataclass(frozen=True)
class Course:
    """One aspect (or the whole) over the rounds; None where a round has no value."""

    name: str
    values: tuple[float | None, ...]


def trend(title: str, rounds: Sequence[int], courses: Sequence[Course], *, top: int, places: int) -> Chart:
    """On a scale from 0 to `top`, with so many places behind the point."""
    told = [
        (each.name, [None if value is None else decimal(value, places) for value in each.values])
        for each in courses
    ]
    gaps = any(None in each.values for each in courses)
    said = words("charts", title=title, rounds=rounds, rows=told, gaps=gaps)
    above = head(title, said.plain("trend_hint"))
    marks: list[Mark] = [*above.marks]
    for number, course in enumerate(courses):
        x = MARGIN + (number % 2) * (_WIDE + _BETWEEN)
        y = above.below + (number // 2) * _PANEL
        marks += _panel(course, rounds, x, y, top, places)
    return Chart(
        "trend",
        title,
        said.plain("trend_alt"),
        above.below + (len(courses) + 1) // 2 * _PANEL + 4,
        tuple(marks),
    )


def _panel(
    course: Course, rounds: Sequence[int], x: float, y: float, top: int, places: int
) -> Iterator[Mark]:
    left, right, ground = x + _AXIS + _INSET, x + _WIDE - 14, y + 40 + _PLOT
    step = (right - left) / max(len(rounds) - 1, 1)

    def at(number: int, value: float) -> tuple[float, float]:
        return left + step * number, ground - _PLOT * value / top

    yield Text(x, y + 16, fitted(course.name, "strong", _WIDE), "strong")
    for level in range(top + 1):
        height = ground - _PLOT * level / top
        yield Line(((x + _AXIS, height), (x + _WIDE, height)), "grid")
        if top <= 3 or level in (0, top):
            yield Text(x + _AXIS - 6, height + 4, str(level), "small", "end")
    names = [label("round", number=each) for each in rounds]
    if widest(names, "small") > step - 8:
        names = [str(each) for each in rounds]
    for number, name in enumerate(names):
        yield Text(left + step * number, ground + 18, name, "small", "middle")
    points = [
        (number, None if value is None else at(number, value)) for number, value in enumerate(course.values)
    ]
    for there, some in groupby(points, key=lambda point: point[1] is not None):
        run = [place for _, place in some if place]
        if there and len(run) > 1:
            yield Line(tuple(run), "curve")
    for (number, place), value in zip(points, course.values, strict=True):
        if place is None or value is None:
            yield Text(left + step * number, ground - 4, "–", "small", "middle")
        else:
            yield Dot(*place, 5, "dot")
            yield Text(place[0], place[1] - 10, decimal(value, places), "number", "middle")
