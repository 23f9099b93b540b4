"""How many chose which answer to each question, beside those who don't know and those to whom it does not
apply."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.chart import INNER, MARGIN, RIGHT, Chart, head
from bot.charts.lettering import fitted, width
from bot.charts.marks import Mark, Rect, Text
from bot.charts.palette import shade
from bot.render import words
from conversation.typed import LETTERS

_ROW, _BAR, _GAP = 45, 20, 3
#: More questions than this one chart does not hold; the table has them all.
DRAWN = 20


@dataclass(frozen=True)
class Answered:
    """`levels` counts the answers at each level from 0 on."""

    title: str
    levels: tuple[int, ...]
    dont_know: int
    does_not_apply: int

    @property
    def given(self) -> list[tuple[str, int]]:
        """The answers that somebody chose, by their letters."""
        return [(LETTERS[level], n) for level, n in enumerate(self.levels) if n]

    @property
    def people(self) -> int:
        return sum(self.levels) + self.dont_know + self.does_not_apply


def answers(aspect: str, levels: Sequence[str], questions: Sequence[Answered]) -> Chart:
    """Only of questions that somebody answered, and that may be shown so."""
    shown = questions[:DRAWN]
    title = words("charts", aspect=aspect).plain("answers_title")
    rows = [(each.title, each.given, each.dont_know, each.does_not_apply) for each in shown]
    said = words("charts", title=title, rows=rows, shown=len(shown), of=len(questions))
    top = head(title, said.plain("answers_hint"))
    key, y = _key(levels, shown, top.below + 2)
    marks: list[Mark] = [*top.marks, *key]
    for question in shown:
        marks += _row(question, len(levels) - 1, y)
        y += _ROW
    return Chart("answers", title, said.plain("answers_alt"), y + 14, tuple(marks))


def _key(levels: Sequence[str], questions: Sequence[Answered], y: float) -> tuple[list[Mark], float]:
    """What the parts of a bar are, in their order; and where it ends."""
    parts = [
        (f"shade-{shade(level, len(levels) - 1)}", f"{LETTERS[level]} {name}")
        for level, name in enumerate(levels)
    ]
    if any(question.dont_know for question in questions):
        parts.append(("aside", words("charts").plain("dont_know")))
    if any(question.does_not_apply for question in questions):
        parts.append(("empty", words("charts").plain("does_not_apply")))
    marks: list[Mark] = []
    x = float(MARGIN)
    for look, name in parts:
        name = fitted(name, "small", INNER - 24)
        wide = 20 + width(name, "small")
        if x > MARGIN and x + wide > RIGHT:
            x, y = float(MARGIN), y + 20
        marks += [Rect(x, y, 14, 14, look), Text(x + 20, y + 12, name, "small")]
        x += wide + 16
    return marks, y + 22


def _row(question: Answered, top: int, y: float) -> list[Mark]:
    beside = words("charts", people=question.people).plain("people")
    name = fitted(question.title, "label", INNER - width(beside, "small") - 16)
    marks: list[Mark] = [
        Text(MARGIN, y + 14, name),
        Text(RIGHT, y + 14, beside, "small", "end"),
    ]
    parts = [
        (f"shade-{shade(level, top)}", f"on-shade-{shade(level, top)}", LETTERS[level], n)
        for level, n in enumerate(question.levels)
    ]
    parts += [("aside", "", "?", question.dont_know), ("empty", "", "–", question.does_not_apply)]
    drawn = [part for part in parts if part[-1]]
    room = INNER - _GAP * (len(drawn) - 1)
    x = float(MARGIN)
    for look, ink, mark, n in drawn:
        wide = room * n / question.people
        marks.append(Rect(x, y + 20, wide, _BAR, look))
        told = next((each for each in (f"{mark} {n}", str(n)) if width(each, "number") <= wide - 4), None)
        if told:
            marks.append(Text(x + wide / 2, y + 20 + _BAR / 2 + 5, told, "number", "middle", ink))
        x += wide + _GAP
    return marks
