"""Where each aspect is, beside where it should be and where it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.chart import INNER, MARGIN, RIGHT, WIDTH, Chart, head
from bot.charts.lettering import fitted, width
from bot.charts.marks import Dot, Line, Mark, Rect, Text
from bot.charts.scale import Scale
from bot.language import decimal
from bot.render import words

_ROW, _BAR = 58, 18


@dataclass(frozen=True)
class Standing:
    """One aspect: its level or average now (None without one), in words, its target, and the same measure in
    the round before."""

    name: str
    value: float | None
    said: str
    target: int | None = None
    target_said: str | None = None
    before: float | None = None


def profile(title: str, levels: Sequence[str], rows: Sequence[Standing], before: int | None = None) -> Chart:
    """`before` is the number of the round before."""
    said = words(
        "charts",
        title=title,
        rows=rows,
        round=before,
        aimed=any(row.target is not None for row in rows),
        was=any(row.before is not None for row in rows),
    )
    top = head(title, said.plain("profile_hint"))
    scale = Scale(MARGIN, RIGHT, tuple(levels))
    y = top.below + 16
    marks: list[Mark] = [*top.marks, *scale.names(top.below + 8)]
    for row in rows:
        marks += _row(row, scale, y)
        y += _ROW
    return Chart("levels", title, said.plain("profile_alt"), y + 10, tuple(marks))


def _row(row: Standing, scale: Scale, y: float) -> list[Mark]:
    bar = y + 26
    beside = fitted(_beside(row), "small", INNER * 0.5)
    name = fitted(row.name, "strong", INNER - width(beside, "small") - 16)
    marks: list[Mark] = [
        Text(MARGIN, y + 18, name, "strong"),
        Text(RIGHT, y + 18, beside, "small", "end"),
        Rect(MARGIN, bar, WIDTH - 2 * MARGIN, _BAR, "track", 3),
        *scale.grid(bar - 3, bar + _BAR + 3),
    ]
    if row.value is not None:
        marks.append(Rect(MARGIN, bar, max(scale.x(row.value) - MARGIN, 4), _BAR, "bar", 3))
    if row.target is not None:
        x = min(max(scale.x(row.target), MARGIN + 2), RIGHT - 2)
        marks.append(Line(((x, bar - 5), (x, bar + _BAR + 5)), "target"))
    if row.before is not None:
        x = min(max(scale.x(row.before), MARGIN + 6), RIGHT - 6)
        marks.append(Dot(x, bar + _BAR / 2, 6, "before"))
    return marks


def _beside(row: Standing) -> str:
    """With what has changed since the round before, by the measure that is drawn."""
    if row.value is None or row.before is None:
        return row.said
    by = row.value - row.before
    places = 0 if row.value.is_integer() and row.before.is_integer() else 1
    told = decimal(abs(by), places)
    same = told == decimal(0, places)
    return words("charts", said=row.said, by=told, same=same, up=by > 0).plain("profile_beside")
