"""How far roles are apart in each aspect: a dot for each role, with its name where there is room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.charts.chart import INNER, MARGIN, RIGHT, Chart, head
from bot.charts.lettering import fitted, width, wrapped
from bot.charts.marks import Dot, Line, Mark, Text
from bot.charts.scale import Scale
from bot.language import decimal
from bot.render import words
from scoring.rounding import rounded

_LINE, _ROW = 17, 70
#: Less than what is told with one decimal is no distance.
ALIKE = 0.05
#: Of fewer people a role's dot is hollow.
FEW = 3
#: Lines of names below the dots. The names at the ends lead away from what is between them.
_LINES, _BESIDE = 3, 14


@dataclass(frozen=True)
class Role:
    name: str
    mean: float
    people: int


@dataclass(frozen=True)
class Roles:
    """One aspect with its roles, from the lowest to the highest."""

    aspect: str
    roles: tuple[Role, ...]
    questions: int

    @property
    def by(self) -> float:
        return self.roles[-1].mean - self.roles[0].mean


def roles(levels: Sequence[str], rows: Sequence[Roles]) -> Chart:
    title = words("charts", top=len(levels) - 1).plain("roles_title")
    few = any(role.people < FEW for row in rows for role in row.roles)
    said = words("charts", title=title, rows=rows, few=few, fewest=FEW)
    top = head(title, said.plain("roles_hint"))
    scale = Scale(MARGIN + 8, RIGHT - 8, tuple(levels))
    y = top.below + 20
    marks: list[Mark] = [*top.marks, *scale.names(top.below + 10)]
    for row in rows:
        drawn, lines = _row(row, scale, y)
        marks += drawn
        y += _ROW + lines * _LINE
    return Chart("roles", title, said.plain("roles_alt"), y, tuple(marks))


def _row(row: Roles, scale: Scale, y: float) -> tuple[list[Mark], int]:
    """And how many lines of names it has."""
    beside = words("charts", by=decimal(row.by, 1), alike=row.by < ALIKE, questions=row.questions).plain(
        "apart"
    )
    name = fitted(row.aspect, "strong", INNER - width(beside, "small") - 16)
    at = y + 38
    named = [*_names(row, scale, at + 24)]
    places = [scale.x(role.mean) for role in row.roles]
    dots = [
        Dot(x, at, 7, "few" if role.people < FEW else "dot")
        for x, role in zip(places, row.roles, strict=True)
    ]
    marks: list[Mark] = [
        Text(MARGIN, y + 18, name, "strong"),
        Text(RIGHT, y + 18, beside, "small", "end"),
        Line(((scale.left, at), (scale.right, at)), "grid"),
        *scale.grid(at - 5, at + 5),
        Line(((places[0], at), (places[-1], at)), "range"),
        *dots,
        *named,
    ]
    return marks, len({mark.y for mark in named}) - 1


def _names(row: Roles, scale: Scale, y: float) -> Iterator[Text]:
    """First of the two that are furthest apart, then of the others as long as there is room."""
    taken: list[tuple[int, float, float]] = []
    groups = _together(row.roles)
    ordered = [groups[0], *([groups[-1]] if len(groups) > 1 else []), *groups[1:-1]]
    for mean, names in ordered:
        told = wrapped(f"{', '.join(names)} {decimal(mean, 1)}", "small", 0.94 * INNER, 2)
        half = max(width(each, "small") for each in told) / 2
        aside = {groups[0][0]: _BESIDE - half, groups[-1][0]: half - _BESIDE} if len(groups) > 1 else {}
        x = min(max(scale.x(mean) + aside.get(mean, 0.0), MARGIN + half), RIGHT - half)
        for first in range(_LINES - len(told) + 1):
            lines = range(first, first + len(told))
            if all(x + half + 8 <= left or x - half - 8 >= right for on, left, right in taken if on in lines):
                taken += [(line, x - half, x + half) for line in lines]
                yield from (
                    Text(x, y + line * _LINE, words, "small", "middle")
                    for line, words in zip(lines, told, strict=True)
                )
                break


def _together(found: Sequence[Role]) -> list[tuple[float, list[str]]]:
    """Roles that stand at the same place are named together."""
    groups: list[tuple[float, list[str]]] = []
    for role in found:
        if groups and rounded(groups[-1][0], 1) == rounded(role.mean, 1):
            groups[-1][1].append(role.name)
        else:
            groups.append((role.mean, [role.name]))
    return groups
