"""How a plan burns up: of what was agreed, how much is done, and how much should be done by then.

A step function over days. What was dropped is out of scope from that day on, with what was to be done by its
due date; until then it was agreed like the rest.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Task:
    """`done` and `dropped` are the days on which it was, if it was."""

    agreed: date
    due: date
    done: date | None = None
    dropped: date | None = None


@dataclass(frozen=True)
class Day:
    """How many tasks are agreed at the end of this day, how many of them done, and how many due by then."""

    day: date
    agreed: int
    done: int
    due: int


@dataclass(frozen=True)
class BurnUp:
    """`days` are those on which something changes, with the first, today, and the last: the day on which all
    is due, or today. What lies after `today` holds if nothing else is agreed, done or dropped."""

    days: tuple[Day, ...]
    today: date

    @property
    def now(self) -> Day:
        return self.on(self.today)

    @property
    def start(self) -> date:
        return self.days[0].day

    @property
    def end(self) -> date:
        return self.days[-1].day

    def on(self, day: date) -> Day:
        """As it stands at the end of this day; before the first one there is nothing."""
        last = next((each for each in reversed(self.days) if each.day <= day), Day(day, 0, 0, 0))
        return Day(day, last.agreed, last.done, last.due)


def burn_up(tasks: Collection[Task], start: date, today: date) -> BurnUp | None:
    """From `start`, or from when the first of them was agreed if that was earlier; None without any task."""
    if not tasks:
        return None
    first = min(start, today, *(task.agreed for task in tasks))
    known = {first, today}
    for task in tasks:
        due = max(task.due, task.agreed)
        known.update(filter(None, (task.agreed, task.done, task.dropped)))
        known.update([] if _by(task.dropped, due) else [due])
    return BurnUp(tuple(_on(day, tasks) for day in sorted(known)), today)


def _on(day: date, tasks: Collection[Task]) -> Day:
    there = [task for task in tasks if task.agreed <= day and not _by(task.dropped, day)]
    return Day(
        day,
        len(there),
        sum(_by(task.done, day) for task in there),
        sum(task.due <= day for task in there),
    )


def _by(moment: date | None, day: date) -> bool:
    return moment is not None and moment <= day
