"""Numbers of what we do, for whoever reads the log: one for each request of Slack's and each beat, in every
line that it causes, in other tasks and threads too."""

from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any

import structlog


class Numbers:
    """No two alike in one process; `process` keeps those of several apart."""

    def __init__(self, process: str) -> None:
        self._process, self._next = process[:6], count(1)

    def __call__(self) -> str:
        return f"{self._process}-{next(self._next)}"

    def each(self, beat: str, do: Callable[[], Awaitable[None]]) -> Callable[[], Coroutine[Any, Any, None]]:
        """The same work, under a new number each time."""

        async def numbered() -> None:
            with structlog.contextvars.bound_contextvars(request=self(), beat=beat):
                await do()

        return numbered


def number() -> str:
    """Of the request in whose course this is asked; empty outside of any."""
    return str(structlog.contextvars.get_contextvars().get("request", ""))
