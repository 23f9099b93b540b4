"""How Slack reaches us: we connect to it (`bot/socket.py`), or it sends requests to us (`bot/service.py`)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
#: Answers the requests of one path, as an ASGI application does.
Endpoint = Callable[[Scope, Receive, Send], Awaitable[None]]


class CannotListen(Exception):
    """Nobody can reach us at this host and port; says why, and what to do."""


class CannotListenYet(CannotListen):
    """It may be possible a little later: somebody else listens there, or this machine has no such address
    yet."""


class Entrance(Protocol):
    async def open(self) -> None:
        """Raises: CannotListen."""

    async def is_alive(self) -> bool:
        """Whether Slack can reach us, or we are seeing to it that it can."""

    async def stop(self) -> None:
        """Take nothing more; what was taken on is acked."""


class Several:
    """One beside the other."""

    def __init__(self, *entrances: Entrance) -> None:
        self._entrances = entrances

    async def open(self) -> None:
        """Raises: CannotListen."""
        for each in self._entrances:
            await each.open()

    async def is_alive(self) -> bool:
        return all([await each.is_alive() for each in self._entrances])

    async def stop(self) -> None:
        await asyncio.gather(*(each.stop() for each in self._entrances))
