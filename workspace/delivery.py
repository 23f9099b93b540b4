"""The way to the app: envelopes over its sockets or to its URLs, and again when nobody acknowledges.

Events are delivered again, with the same event_id: at once, after a minute and after five. Over sockets the
first retry waits while no connection is there. Commands and clicks are never repeated: the person sees that
they failed.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Protocol

from workspace.letters import Envelope, Letters
from workspace.requests import Requests
from workspace.sockets import Sockets
from workspace.state import Ack, Json
from workspace.team import Team

RETRY_AFTER = (0.0, 60.0, 300.0)


class Carrier(Protocol):
    async def carry(self, letter: Envelope, *, accepts_response: bool) -> Ack: ...

    async def wait_for_the_app(self, *, before: float) -> None: ...


class Delivery:
    def __init__(self, team: Team, *, ack_seconds: float = 3.0, sockets: Sockets | None = None) -> None:
        """`sockets`: those of the app, where it is installed in another team too."""
        self.letters = Letters()
        self.sockets = sockets or Sockets(team, self.letters, ack_seconds=ack_seconds)
        self.requests = Requests(team, ack_seconds=ack_seconds)
        self._team = team
        self._tasks: set[asyncio.Task[None]] = set()

    def ticket(self) -> str:
        return self.sockets.ticket()

    def tell(self, payload: Json) -> None:
        """Deliver an event; in bad weather late, or twice."""
        for wait in self._team.weather.deliveries():
            self._begin(payload, wait)

    async def ask(self, kind: str, payload: Json, *, accepts_response: bool) -> Ack:
        letter = self._letter(kind, payload)
        return await self._attempt(letter, accepts_response=accepts_response)

    def redeliver(self, count: int = 1) -> list[str]:
        """Send the last acknowledged events once more, with the ids that they had."""
        again = self.letters.last_acked(count)
        for letter in again:
            self._begin(letter.payload, 0.0)
        return [letter.payload["event_id"] for letter in again]

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.drop()
        await self.requests.close()

    @property
    def _carrier(self) -> Carrier:
        return self.requests if self._team.app.http else self.sockets

    def _begin(self, payload: Json, wait: float) -> None:
        self.letters.busy += 1
        task = asyncio.get_running_loop().create_task(self._deliver(payload, wait))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, payload: Json, wait: float) -> None:
        if wait:
            await asyncio.sleep(wait)
        began = self._team.clock.now()
        self.letters.busy -= 1
        ack = await self._attempt(self._letter("events_api", payload), accepts_response=False)
        for number, after in enumerate(RETRY_AFTER, start=1):
            if ack.acked or ack.final:
                return
            await self._until(began + after)
            if number == 1:
                await self._carrier.wait_for_the_app(before=began + RETRY_AFTER[1])
            letter = self._letter("events_api", payload, attempt=number, reason=ack.reason)
            ack = await self._attempt(letter, accepts_response=False)

    async def _attempt(self, letter: Envelope, *, accepts_response: bool) -> Ack:
        self.letters.write(letter)
        self.letters.busy += 1
        began = time.perf_counter()
        try:
            letter.ack = await self._carrier.carry(letter, accepts_response=accepts_response)
            letter.took = time.perf_counter() - began
            return letter.ack
        finally:
            self.letters.busy -= 1
            self._team.pulse.nudge()

    def _letter(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Envelope:
        return Envelope(str(uuid.uuid4()), kind, payload, attempt, self._team.clock.now(), reason)

    async def _until(self, when: float) -> None:
        if when > self._team.clock.now():
            rung = asyncio.Event()
            self._team.clock.at(when, rung.set)
            await rung.wait()
