"""How Slack reaches us: we connect to it (`bot/socket.py`), or it sends requests to us (`bot/service.py`)."""

from typing import Protocol


class CannotListen(Exception):
    """Nobody can reach us at this host and port; says why, and what to do."""


class Entrance(Protocol):
    async def open(self) -> None:
        """Raises: CannotListen."""

    async def stop(self) -> None:
        """Take nothing more; what was taken on is acked."""
