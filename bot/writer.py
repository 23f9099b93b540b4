"""The thread of what is short; on SQLite, which lets one transaction write at a time, of everything. What
takes long in a short transaction is the commit.

Short use cases that wait while it works are done together then, and committed once; none is told of before
the commit. Where the database refuses something, or a use case refuses after it has changed something,
nothing of that is kept, and each is done again for itself: on PostgreSQL by other threads, because it may
have to wait for what somebody else holds.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from storage.errors import Unavailable, Uncertain
from storage.store import Store

T = TypeVar("T")
#: More than ever wait, unless something is wrong; then their acks wait no longer for the last of them.
MOST_TOGETHER = 32
#: Seconds before somebody is told that it took too long, in which it is not begun any more: who hears that it
#: was not kept presses again, and who hears that nobody knows does not know what to do.
LAST_MOMENT = 0.5


@dataclass(frozen=True)
class Call:
    """Work with the task that waits for it, `until` some time of its loop. Whoever takes its turn first, the
    thread to begin it or the task to give it up, has it."""

    work: Callable[[], Any]
    short: bool
    waits: asyncio.Future[Any]
    until: float | None
    _turn: list[None] = field(default_factory=lambda: [None])

    def take(self) -> bool:
        try:
            self._turn.pop()
        except IndexError:
            return False
        return True

    def begin(self) -> bool:
        """False if it was given up, or is going to be before it could be done."""
        is_late = self.until is not None and self.waits.get_loop().time() > self.until - LAST_MOMENT
        return not is_late and self.take()


@dataclass(frozen=True)
class Outcome:
    value: Any = None
    error: BaseException | None = None

    def tell(self, waits: asyncio.Future[Any]) -> None:
        if waits.done():
            return  # who waited was cancelled
        if self.error:
            waits.set_exception(self.error)
        else:
            waits.set_result(self.value)


class _Late:
    """Tells whoever waits too long. One timer does for all, because nearly nobody does."""

    def __init__(self) -> None:
        self._watched: list[tuple[float, int, Call]] = []
        self._numbers = count()
        self._rings_at = inf

    def watch(self, call: Call, until: float) -> None:
        while self._watched and self._watched[0][-1].waits.done():
            heappop(self._watched)
        heappush(self._watched, (until, next(self._numbers), call))
        self._set(call.waits.get_loop())

    def _set(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._watched and self._watched[0][0] < self._rings_at:
            self._rings_at = self._watched[0][0]
            loop.call_at(self._rings_at, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._rings_at = inf
        while self._watched and (self._watched[0][-1].waits.done() or self._watched[0][0] <= loop.time()):
            *_, call = heappop(self._watched)
            if not call.waits.done():
                call.waits.set_exception((Unavailable if call.take() else Uncertain)("no answer in time"))
        self._set(loop)


class Writer:
    def __init__(self, store: Store, others: Executor | None) -> None:
        """`others` do what is to be done by itself; without them, it does that too."""
        self._store, self._others = store, others
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._late = _Late()
        self._thread = threading.Thread(target=self._run, name="desk")
        self._thread.start()

    async def do(self, work: Callable[[], T], *, short: bool, until: float | None = None) -> T:
        """`until` is by the loop's time.

        Raises: Unavailable, if it was not begun until then, and is not done any more; Uncertain, if it was.
        """
        waits: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        call = Call(work, short, waits, until)
        self._calls.put(call)
        if until is not None:
            self._late.watch(call, until)
        return await waits

    def close(self) -> None:
        """What was asked for is done first."""
        self._calls.put(None)
        self._thread.join()

    def _run(self) -> None:
        """Of what takes long one at a time, between those that are short: who waits for an ack does not wait
        for all that others look up."""
        short, long, is_open = deque[Call](), deque[Call](), True
        while is_open or short or long:
            is_open = self._hear(short, long, is_open)
            self._do([short.popleft() for _ in range(min(len(short), MOST_TOGETHER))])
            if long:
                self._do([long.popleft()])

    def _hear(self, short: deque[Call], long: deque[Call], is_open: bool) -> bool:
        """What was asked for by now, in its order; waits for something, where there is nothing to do. Whether
        more may come."""
        while is_open:
            try:
                call = self._calls.get(block=not (short or long))
            except Empty:
                break
            if call is None:
                return False
            (short if call.short else long).append(call)
        return is_open

    def _do(self, asked: list[Call]) -> None:
        batch = [each for each in asked if each.begin()]
        if outcomes := self._together(batch):
            _tell(batch, outcomes)
        elif self._others:
            for each in batch:
                self._others.submit(_alone, each)
        else:
            _tell(batch, [_outcome(each) for each in batch])

    def _together(self, batch: list[Call]) -> list[Outcome] | None:
        """None if nothing of it was kept."""
        if not batch or (len(batch) == 1 and not self._others):
            return None
        try:
            with self._store.together():
                return [_outcome(call) for call in batch]
        except Uncertain as error:
            return [Outcome(error=error)] * len(batch)
        except Exception:
            return None


def _outcome(call: Call) -> Outcome:
    try:
        return Outcome(call.work())
    except StopIteration as error:
        return Outcome(error=RuntimeError(f"stopped: {error}"))  # asyncio takes no such exception
    except BaseException as error:
        return Outcome(error=error)


def _alone(call: Call) -> None:
    _tell([call], [_outcome(call)])


def _tell(batch: list[Call], outcomes: list[Outcome]) -> None:
    """To the tasks that wait, in their thread."""
    if batch:
        told = [*zip(batch, outcomes, strict=True)]
        batch[0].waits.get_loop().call_soon_threadsafe(_tell_all, told)


def _tell_all(told: list[tuple[Call, Outcome]]) -> None:
    for call, outcome in told:
        outcome.tell(call.waits)
