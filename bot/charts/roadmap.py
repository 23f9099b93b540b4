"""What to do in which phase: the roadmap as a Gantt chart, steps one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.chart import MARGIN, RIGHT, Chart, head
from bot.charts.lettering import fitted, width
from bot.charts.marks import Line, Mark, Rect, Text
from bot.render import words

_LABELS, _ROW, _BAR = 236, 30, 22
#: More steps than this are not drawn; the table has them all.
DRAWN = 18


@dataclass(frozen=True)
class Step:
    """`after` are the ids of those that come first; one that does not fit into the phases that there are has
    a dashed edge."""

    title: str
    level: int
    phase: int
    id: str = ""
    after: tuple[str, ...] = ()
    fits: bool = True


def roadmap(steps: Sequence[Step]) -> Chart:
    """`steps` are in the order in which they can be done; at least one."""
    shown = sorted(steps[:DRAWN], key=lambda step: step.phase)
    last = max(step.phase for step in shown)
    there = {step.id for step in shown if step.id}
    linked = any(need in there for step in shown for need in step.after)
    said = words("charts", rows=shown, shown=len(shown), of=len(steps), linked=linked)
    title = said.plain("roadmap_title")
    above = head(title, said.plain("roadmap_hint"))
    left, y = MARGIN + _LABELS, above.below + 20
    unit = (RIGHT - left) / last
    bottom = y + _ROW * len(shown)
    marks: list[Mark] = [*above.marks, *_phases(left, unit, last, y, bottom)]
    marks += _links(shown, left, unit, y)
    for step in shown:
        marks += _row(step, left + unit * (step.phase - 1), unit, y)
        y += _ROW
    return Chart("roadmap", title, said.plain("roadmap_alt"), bottom + MARGIN, tuple(marks))


def _phases(left: float, unit: float, last: int, y: float, bottom: float) -> list[Mark]:
    marks: list[Mark] = []
    named = [words("charts", phase=phase).plain("phase") for phase in range(1, last + 1)]
    short = any(width(name, "small") > unit - 8 for name in named)
    for number, name in enumerate(named):
        x = left + unit * number
        marks += [
            Line(((x, y - 4), (x, bottom)), "grid"),
            Text(x + 4, y - 8, str(number + 1) if short else name, "small"),
        ]
    return marks


def _links(steps: Sequence[Step], left: float, unit: float, y: float) -> list[Mark]:
    """From what comes first down to what comes after it."""
    row = {step.id: at for at, step in enumerate(steps) if step.id}
    marks: list[Mark] = []
    for at, step in enumerate(steps):
        x = left + unit * (step.phase - 1)
        for need in step.after:
            if need not in row:
                continue
            first = steps[row[need]]
            down = x if first.phase < step.phase else x - 3
            begins = left + unit * first.phase - 3 if first.phase < step.phase else x + 3
            above, below = (y + _ROW * place + _BAR / 2 for place in (row[need], at))
            marks.append(Line(((begins, above), (down, above), (down, below), (x + 3, below)), "link"))
    return marks


def _row(step: Step, x: float, unit: float, y: float) -> list[Mark]:
    told = words("charts", before=step.level - 1, level=step.level).plain("step")
    short = f"{step.level - 1}–{step.level}"
    fits = next((each for each in (told, short) if width(each, "small") <= unit - 14), None)
    marks: list[Mark] = [
        Text(MARGIN, y + 16, fitted(step.title, "small", _LABELS - 12), "small", look="plain"),
        Rect(x + 3, y + 1, max(unit - 6, 2), _BAR, "bar" if step.fits else "empty"),
    ]
    if fits:
        marks.append(Text(x + 9, y + 16, fits, "small", look="on-bar" if step.fits else "plain"))
    return marks
