"""What Slack has is written down in the ledger for several messages at once: a transaction costs hardly more
for many of them than for one. A message waits for those that are on their way to Slack, for a moment at most;
when none is, nothing is waited for.

Until it is written the claim stands, so that a crash in between has it looked up, as it always would have.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context

from bot.gate import Gate
from bot.writer import Outcome
from conversation import ledger
from conversation.desk import Desk
from conversation.ledger import Arrived
from storage.errors import Unavailable

#: Seconds.
MOMENT = 0.02

_Waiting = tuple[Arrived, "asyncio.Future[bool]"]


class Settling:
    def __init__(self, desk: Desk, act: Gate) -> None:
        self._desk, self._act = desk, act
        self._on_their_way = 0
        self._arrived: list[_Waiting] = []
        self._writing: set[asyncio.Task[None]] = set()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Around what brings a message to Slack."""
        self._on_their_way += 1
        try:
            yield
        finally:
            self._on_their_way -= 1
            if not self._on_their_way and self._arrived:
                # Whoever was sent says so first.
                asyncio.get_running_loop().call_soon(self._write, context=Context())

    async def settled(self, arrived: Arrived) -> bool:
        """Once it is written down. False if somebody else had the claim by then.

        Raises: Unavailable.
        """
        loop = asyncio.get_running_loop()
        waits: asyncio.Future[bool] = loop.create_future()
        self._arrived.append((arrived, waits))
        if not self._on_their_way:
            self._write()
        elif len(self._arrived) == 1:
            loop.call_later(MOMENT, self._write, context=Context())
        return await waits

    def _write(self) -> None:
        if not self._arrived:
            return
        these, self._arrived = self._arrived, []
        task = asyncio.create_task(self._written(these), context=Context())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _written(self, these: list[_Waiting]) -> None:
        try:
            settled = await self._act(ledger.sent, self._desk, [arrived for arrived, _ in these])
            outcomes = [Outcome(each) for each in settled]
        except Exception as error:
            if len(these) > 1 and not isinstance(error, Unavailable):  # it may be about one of them alone
                for one in these:
                    await self._written([one])
                return
            outcomes = [Outcome(error=error)] * len(these)
        for (_, waits), outcome in zip(these, outcomes, strict=True):
            outcome.tell(waits)
