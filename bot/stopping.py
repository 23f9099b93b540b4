"""Being told to stop, and how long stopping may take."""

import asyncio
from collections.abc import Awaitable
from typing import Any


class Stop:
    """Asked for once. From then on there are so many `seconds` for all that is to be finished."""

    def __init__(self, seconds: float = 20.0) -> None:
        self._seconds = seconds
        self._deadline: float | None = None
        #: Whoever asked wants it now, and not when others have noticed.
        self.at_once = False
        self.asked = asyncio.Event()

    def ask(self, *, at_once: bool = False) -> None:
        self.at_once = self.at_once or at_once
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._seconds
        self.asked.set()

    async def in_time(self, work: Awaitable[Any]) -> bool:
        """Wait for it as long as there is time; False if that was not enough, and it was cancelled."""
        try:
            async with asyncio.timeout_at(self._deadline):
                await work
        except TimeoutError:
            return False
        return True
