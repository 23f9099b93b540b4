"""Ack, then draw: what a gesture starts waits until its ack has left. Otherwise a form could be filled before
Slack hears that it is to show it empty, and stay empty.

Where more is asked than there is time for, acks go first: who waits for one is told by Slack after three
seconds that we do not answer, and who waits for a card is not.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice

from storage.errors import Unavailable

#: Seconds that somebody who waits for an ack is let wait for the database. Slack waits for three, and says
#: then that we do not answer.
PATIENCE = 2.6
#: Seconds after which an ack is late enough for drawing to give way, and for how long it does.
LATE, GIVING_WAY = 0.1, 0.02
#: So many wait, and the first of them for so many seconds: who comes now would hear nothing in time. Of the
#: first, a few do not count: they may wait for Slack, and hold up nobody.
TOO_MANY, TOO_LATE, A_FEW = 100, 1.5, 8


class Overrun(Unavailable):
    """More is asked than there is time for. It was not begun."""


@dataclass(frozen=True, eq=False)
class _Ack:
    latest: float
    left: asyncio.Event = field(default_factory=asyncio.Event)


_ack: ContextVar[_Ack | None] = ContextVar("ack", default=None)
#: Those that have not left, the oldest first.
_under_way: dict[_Ack, None] = {}


@contextmanager
def acking() -> Iterator[None]:
    """Around what reads a request and sends its ack."""
    ack = _Ack(latest=asyncio.get_running_loop().time() + PATIENCE)
    before = _ack.set(ack)
    _under_way[ack] = None
    try:
        yield
    finally:
        del _under_way[ack]
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


def take_on() -> None:
    """Raises: Overrun, at once, if this could not be done before Slack gives up."""
    if len(_under_way) > TOO_MANY and _longest_wait(besides=A_FEW) > TOO_LATE:
        raise Overrun(f"{len(_under_way)} wait")


def are_late() -> bool:
    """Whether somebody waits for an ack for longer than they should."""
    return _longest_wait() > LATE


async def give_way() -> None:
    """What can wait a little does while acks are late; not for long, or it would never be done."""
    if are_late():
        await asyncio.sleep(GIVING_WAY)


def _longest_wait(*, besides: int = 0) -> float:
    """Seconds that somebody has waited for an ack by now, `besides` the first ones."""
    oldest = next(islice(_under_way, besides, None), None)
    return asyncio.get_running_loop().time() - oldest.latest + PATIENCE if oldest else 0.0
