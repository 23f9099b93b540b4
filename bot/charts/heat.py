"""The level of each aspect by criterion."""

from collections.abc import Sequence

from bot.charts.chart import MARGIN, RIGHT, Chart, head
from bot.charts.lettering import fitted, width, wrapped
from bot.charts.marks import Mark, Rect, Text
from bot.charts.palette import shade
from bot.render import words

_LABELS, _ROW, _GAP, _TURN = 128, 44, 4, -38
_LONGEST = 150


def heat(
    columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int | None]]], levels: Sequence[str]
) -> Chart:
    said = words("charts", columns=columns, rows=[*rows], top=len(levels) - 1)
    title = said.plain("heat_title")
    top = head(title, said.plain("heat_hint"))
    left = MARGIN + _LABELS
    turned = any(width(name, "small") > (RIGHT - left) / len(columns) - 4 for name in columns)
    overhang = 56 if turned else 0
    cell = (RIGHT - left - overhang) / len(columns)
    y = top.below + (78 if turned else 14)
    marks = [*top.marks, *_heads(columns, left, cell, y - 8, turned=turned)]
    for name, cells in rows:
        lines = wrapped(name, "label", _LABELS - 8, 2)
        middle = y + _ROW / 2 + 5 - 9 * (len(lines) - 1)
        marks += [Text(MARGIN, middle + 18 * number, line) for number, line in enumerate(lines)]
        for number, level in enumerate(cells):
            marks += _cell(left + cell * number, y, cell, level, len(levels) - 1)
        y += _ROW
    return Chart("aspects-by-criterion", title, said.plain("heat_alt"), y + MARGIN - _GAP, tuple(marks))


def _heads(columns: Sequence[str], left: float, cell: float, y: float, *, turned: bool) -> list[Mark]:
    centres = [left + cell * (number + 0.5) for number in range(len(columns))]
    if turned:
        room = 88
        return [
            Text(x - 4, y, fitted(name, "small", room), "small", "start", turn=_TURN)
            for x, name in zip(centres, columns, strict=True)
        ]
    return [Text(x, y, name, "small", "middle") for x, name in zip(centres, columns, strict=True)]


def _cell(x: float, y: float, wide: float, level: int | None, top: int) -> list[Mark]:
    box = (x + _GAP / 2, y, wide - _GAP, _ROW - _GAP)
    middle = (x + wide / 2, y + (_ROW - _GAP) / 2 + 5)
    if level is None:
        return [Rect(*box, "empty"), Text(*middle, "–", "small", "middle")]
    number = shade(level, top)
    return [
        Rect(*box, f"shade-{number}"),
        Text(*middle, str(level), "strong", "middle", f"on-shade-{number}"),
    ]
