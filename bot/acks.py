"""Ack, then draw: what a gesture starts waits until its ack has left. Otherwise a form could be filled before
Slack hears that it is to show it empty, and stay empty."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_left: ContextVar[asyncio.Event | None] = ContextVar("left", default=None)


@contextmanager
def acking() -> Iterator[None]:
    """Around what reads a request and sends its ack."""
    left = asyncio.Event()
    before = _left.set(left)
    try:
        yield
    finally:
        left.set()
        _left.reset(before)


async def acked() -> None:
    """Wait for the ack of the request in whose course this was started, if it was one."""
    if left := _left.get():
        await left.wait()
