"""Signs of life, for whoever watches this process and starts it again when it gives none: systemd, and a
probe that looks how old a file is. They are given while the event loop runs, the threads take work, and Slack
can reach us or we are trying. A database or a Slack that is away does not keep them back: a new process would
not have it either.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from bot import clock
from bot.entrance import Entrance
from bot.gate import Gate

log = structlog.get_logger()

#: Seconds from one sign to the next; less where systemd waits for less than three times as long.
EVERY = 10.0


class Watchdog:
    def __init__(self, entrance: Entrance, act: Gate, file: Path | None) -> None:
        self._entrance, self._act, self._file = entrance, act, file

    async def look(self) -> None:
        """Threads that hang are waited for without an end, and nothing is said: that is the sign."""
        await self._act.take_work()
        if not await self._entrance.is_alive():
            log.error("slack_cannot_reach_us")
            return
        tell_systemd("WATCHDOG=1")
        if self._file:
            try:
                self._file.touch()
            except OSError as error:
                log.error("alive_file_not_written", file=str(self._file), error=error.strerror)


@asynccontextmanager
async def watched(entrance: Entrance, act: Gate, file: Path | None) -> AsyncIterator[None]:
    """From when we answer until we are told to stop; `file` is touched with every sign."""
    tell_systemd("READY=1")
    looks = None
    if file or "WATCHDOG_USEC" in os.environ:
        look = Watchdog(entrance, act, file).look
        looks = asyncio.create_task(clock.beat(look, every=_every(), until=asyncio.Event()))
    try:
        yield
    finally:
        tell_systemd("STOPPING=1")
        if looks:
            looks.cancel()


def tell_systemd(what: str) -> None:
    """As sd_notify(3) does, if it was systemd that started us, and waits for it."""
    if not (there := os.environ.get("NOTIFY_SOCKET")):
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(what.encode(), f"\0{there[1:]}" if there.startswith("@") else there)
    except OSError as error:
        log.warning("systemd_not_told", what=what, error=error.strerror)


def _every() -> float:
    waits = os.environ.get("WATCHDOG_USEC", "")
    return min(EVERY, int(waits) / 3e6) if waits.isdecimal() else EVERY
