"""How a plan burns up: of what was agreed, how much is done, and how much should be done by then.

A step function over days. What was dropped is out of scope from that day on, with what was to be done by its
due date; until then it was agreed like the rest.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate


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
    first = min(start, today, *map(_agreed, tasks))
    known = {first, today}
    for task in tasks:
        known.update(filter(None, (task.agreed, task.done, task.dropped)))
        known.update([] if _by(task.dropped, _due(task)) else [_due(task)])
    days = sorted(known)
    curves = (_curve(days, tasks, since) for since in (_agreed, _done, _due))
    return BurnUp(tuple(map(Day, days, *curves)), today)


def _curve(
    days: Sequence[date], tasks: Collection[Task], since: Callable[[Task], date | None]
) -> Iterator[int]:
    """How many tasks count at the end of each day. Each does from a day of its own until it is dropped."""
    change: Counter[date] = Counter()
    for task in tasks:
        begins = since(task)
        if begins and not _by(task.dropped, begins):
            change[begins] += 1
            if task.dropped:
                change[task.dropped] -= 1
    return accumulate(change[day] for day in days)


def _agreed(task: Task) -> date:
    return task.agreed


def _done(task: Task) -> date | None:
    return task.done and max(task.done, task.agreed)


def _due(task: Task) -> date:
    return max(task.due, task.agreed)


def _by(moment: date | None, day: date) -> bool:
    return moment is not None and moment <= day
