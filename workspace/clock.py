"""The workspace's own clock: it can be set, moved, and made to stand still.

Timestamps and the life of triggers and response URLs follow it, so a test can live through a week.
Timestamps are ids too: they grow and never repeat, whatever the clock does.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(order=True)
class Alarm:
    """Something to do at a time of this clock."""

    when: float
    number: int
    ring: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    def __init__(self, start: datetime | None = None, *, runs: bool = True) -> None:
        self._base = start.timestamp() if start else time.time()
        self._origin = time.monotonic()
        self._runs = runs
        self._last_micros = 0
        self._alarms: list[Alarm] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def now(self) -> float:
        return self._base + (time.monotonic() - self._origin if self._runs else 0.0)

    def today(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def stamp(self) -> str:
        """A Slack timestamp, later than every one before it, even when the clock was set back."""
        self._last_micros = max(round(self.now() * 1_000_000), self._last_micros + 1)
        seconds, micros = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{micros:06d}"

    def set(self, when: float) -> None:
        self._base, self._origin = when, time.monotonic()
        self._ring_what_is_due()

    def move(self, seconds: float) -> None:
        self.set(self.now() + seconds)

    def at(self, when: float, ring: Callable[[], None]) -> Alarm:
        alarm = Alarm(when, next(self._numbers), ring)
        heapq.heappush(self._alarms, alarm)
        self._wind()
        return alarm

    def close(self) -> None:
        self._alarms.clear()
        self._wind()

    def _ring_what_is_due(self) -> None:
        while self._alarms and self._alarms[0].when <= self.now():
            alarm = heapq.heappop(self._alarms)
            if not alarm.cancelled:
                alarm.ring()
        self._wind()

    def _wind(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._alarms and self._alarms[0].cancelled:
            heapq.heappop(self._alarms)
        if self._alarms and self._runs:
            wait = max(0.0, self._alarms[0].when - self.now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._ring_what_is_due)
