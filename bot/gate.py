"""Where async ends: use cases are plain functions and run on threads, one for SQLite (which lets one
transaction write at a time); for PostgreSQL one for what is short and several for the rest. Nothing below
ever blocks the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, Self, TypeVar
from weakref import WeakValueDictionary

from bot import tracing
from bot.acks import latest
from bot.told import told
from bot.writer import Writer
from conversation.desk import is_short
from storage.errors import Unavailable, Uncertain
from storage.store import Store

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 8


class Gate:
    """`await act(interview.answer, desk, …)` runs the use case and carries the log context over. What comes
    out of it is told in the language that is spoken where it was called. Whoever waits for an ack waits no
    longer than Slack does."""

    def __init__(self, store: Store, *, threads: int = THREADS) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="desk")  # begun when there is work
        self._one_writer = store.one_writer
        self._writer = Writer(store, None if self._one_writer else self._threads)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, use_case: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Raises: Unavailable, if there was no time to begin it; Uncertain, if it takes too long."""
        with tracing.span(tracing.name_of(use_case)) if tracing.is_on() else tracing.NOTHING:
            work = partial(copy_context().run, use_case, *args, **kwargs)
            short = is_short(use_case)
            if short or self._one_writer:
                return told(await self._writer.do(work, short=short, until=latest()))
            return told(await self._in_time(work))

    async def _in_time(self, work: Callable[[], T]) -> T:
        job = self._threads.submit(work)
        waits = asyncio.wrap_future(job)
        waits.add_done_callback(_heard)
        try:
            async with asyncio.timeout_at(latest()):
                return await asyncio.shield(waits)
        except TimeoutError:
            if job.done():
                return told(job.result())  # it came at the last moment
            raise (Unavailable if job.cancel() else Uncertain)("no answer in time") from None

    async def take_work(self) -> None:
        """Comes back when a thread of each kind has taken something up, whatever became of it."""
        works: list[Awaitable[None]] = [self._writer.do(_nothing, short=True)]
        if not self._one_writer:
            works.append(asyncio.wrap_future(self._threads.submit(_nothing)))
        await asyncio.gather(*works, return_exceptions=True)

    def turn(self, key: str) -> asyncio.Lock:
        """Those who wait for the same turn come in the order in which they came: two lines that one
        person typed are understood one after the other."""
        return self._turns.setdefault(key, asyncio.Lock())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """What was begun is done first. Without it the process would not end."""
        self._writer.close()
        self._threads.shutdown()


def _heard(waits: asyncio.Future[Any]) -> None:
    """Where nobody waits any more, asyncio would write a refusal into the log, and people's words with it."""
    if not waits.cancelled():
        waits.exception()


def _nothing() -> None:
    return None
