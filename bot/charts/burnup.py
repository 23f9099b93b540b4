"""How a plan burns up: what was agreed, what is done, and what should be by then."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.charts.chart import MARGIN, RIGHT, Chart, head, spread, widest
from bot.charts.lettering import width
from bot.charts.marks import Dot, Line, Mark, Text
from bot.render import date_words, words
from scoring.burnup import BurnUp, Day

_PLOT, _LABEL = 190, 18
_INKS = {"agreed": "", "due": "of-target", "done": "of-bar"}


def burn_up(found: BurnUp) -> Chart:
    now, last = found.now, found.days[-1]
    title = words("charts").plain("burn_up_title")
    said = words("charts", days=found.days, now=now, start=found.start, end=found.end, last=last)
    above = head(title, said.plain("burn_up_hint"))
    names = {name: said.plain(f"burn_up_{name}") for name in ("agreed", "done", "due")}
    frame = _Frame(found, above.below + 22, RIGHT - widest(names.values(), "number") - 12)
    marks = [*above.marks, *frame.axes(), *frame.curves(), *frame.names(names), *frame.today_line()]
    return Chart("plan", title, said.plain("burn_up_alt"), frame.ground + 34, tuple(marks))


class _Frame:
    def __init__(self, found: BurnUp, top: float, right: float) -> None:
        self._found, self._top, self._right = found, top, right
        self._most = max(day.agreed for day in found.days) or 1
        self._left = MARGIN + widest((str(self._most),), "small") + 10
        self.ground = top + _PLOT

    def axes(self) -> Iterator[Mark]:
        for number in range(0, self._most + 1, _step(self._most)):
            y = self._y(number)
            yield Line(((self._left, y), (self._right, y)), "grid")
            yield Text(self._left - 8, y + 4, str(number), "small", "end")
        yield Text(self._left, self.ground + 20, date_words(self._found.start), "small")
        if self._found.end > self._found.start:
            yield Text(self._right, self.ground + 20, date_words(self._found.end), "small", "end")

    def curves(self) -> Iterator[Mark]:
        days = self._found.days
        past = [day for day in days if day.day <= self._found.today]
        done = self._steps(past, [day.done for day in past])
        yield Line((*done, (self._x(self._found.today), self.ground)), "area")
        yield Line(self._steps(days, [day.agreed for day in days]), "scope")
        yield Line(self._steps(days, [day.due for day in days]), "due")
        yield Line(done, "curve")
        yield Dot(self._x(self._found.today), self._y(self._found.now.done), 5, "dot")

    def names(self, names: dict[str, str]) -> Iterator[Mark]:
        """At the right end of each curve, the lowest last; a mark before each says which it is."""
        last = self._found.days[-1]
        ends = {"agreed": last.agreed, "due": last.due, "done": self._found.now.done}
        places = spread([self._y(value) + 4 for value in ends.values()], _LABEL, self._top, self.ground + 4)
        for (name, value), y in zip(ends.items(), places, strict=True):
            yield Text(self._right + 10, y, names[name], "number", look=_INKS[name])
            if name == "done" and self._found.today < self._found.end:
                end = (self._right + 6, self._y(value))
                yield Line(((self._x(self._found.today) + 8, self._y(value)), end), "today")

    def today_line(self) -> Iterator[Mark]:
        x = self._x(self._found.today)
        told = words("charts").plain("today")
        half = width(told, "small") / 2
        yield Line(((x, self._top - 4), (x, self.ground)), "today")
        yield Text(min(max(x, self._left + half), RIGHT - half), self._top - 9, told, "small", "middle")

    def _steps(self, days: Sequence[Day], values: Sequence[int]) -> tuple[tuple[float, float], ...]:
        points: list[tuple[float, float]] = [(self._x(days[0].day), self._y(0))]
        for day, value in zip(days, values, strict=True):
            points += [(self._x(day.day), points[-1][1]), (self._x(day.day), self._y(value))]
        return tuple(points)

    def _x(self, day: date) -> float:
        whole = (self._found.end - self._found.start).days
        share = (day - self._found.start).days / whole if whole else 1.0
        return self._left + (self._right - self._left) * share

    def _y(self, number: float) -> float:
        return self.ground - _PLOT * number / self._most


def _step(most: int) -> int:
    """From one line of the grid to the next, so that there are no more than six: 1, 2, 5, 10, 20 …"""
    power = 1
    while most / power > 25:
        power *= 10
    return next(power * digit for digit in (1, 2, 5) if most / (power * digit) <= 5)
