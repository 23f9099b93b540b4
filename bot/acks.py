"""Ack, then draw: what a gesture starts waits until its ack has left. Otherwise a form could be filled before
Slack hears that it is to show it empty, and stay empty."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

#: Seconds that somebody who waits for an ack is let wait for the database. Slack waits for three, and says
#: then that we do not answer.
PATIENCE = 2.6


@dataclass(frozen=True)
class _Ack:
    latest: float
    left: asyncio.Event = field(default_factory=asyncio.Event)


_ack: ContextVar[_Ack | None] = ContextVar("ack", default=None)


@contextmanager
def acking() -> Iterator[None]:
    """Around what reads a request and sends its ack."""
    ack = _Ack(latest=asyncio.get_running_loop().time() + PATIENCE)
    before = _ack.set(ack)
    try:
        yield
    finally:
        ack.left.set()
        _ack.reset(before)


async def acked() -> None:
    """Wait for the ack of the request in whose course this was started, if it was one."""
    if ack := _ack.get():
        await ack.left.wait()


def latest() -> float | None:
    """Until when, by the loop's time, somebody can be told in their ack; None if nobody waits for one."""
    ack = _ack.get()
    return None if ack is None or ack.left.is_set() else ack.latest
