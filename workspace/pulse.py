"""Waiting without polling: whoever changes the workspace says so, and those who wait look again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Pulse:
    def __init__(self) -> None:
        self.count = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._coming: set[asyncio.TimerHandle] = set()
        self.closed = False

    def beat(self) -> int:
        """Something changed. Returns the number of this change."""
        self.count += 1
        self._wake()
        return self.count

    def nudge(self) -> None:
        """Nothing that a person sees changed, but look again."""
        self._wake()

    def soon(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something in a moment. Until it is done it is not quiet."""

        def now() -> None:
            self._coming.discard(handle)
            do()
            self._wake()

        handle = asyncio.get_running_loop().call_later(seconds, now)
        self._coming.add(handle)

    @property
    def coming(self) -> int:
        return len(self._coming)

    def close(self) -> None:
        self.closed = True
        for handle in self._coming:
            handle.cancel()
        self._wake()

    async def until(self, look: Callable[[], T | None], within: float) -> T | None:
        """What `look` finds, as soon as it finds something; None when the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while (found := look()) is None and not self.closed:
            waiting: asyncio.Future[None] = loop.create_future()
            self._waiting.add(waiting)
            try:
                async with asyncio.timeout_at(deadline):
                    await waiting
            except TimeoutError:
                return look()
            finally:
                self._waiting.discard(waiting)
        return found

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
