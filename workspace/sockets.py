"""Socket Mode: envelopes to the app, each over one connection, and what happens when nobody acknowledges.

Events are delivered again, with the same event_id: at once, after a minute and after five. While no
connection is there the first retry waits for one. Commands and clicks are never repeated: the person sees
that they failed.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from workspace.state import Ack, Json
from workspace.team import Team

MOST_CONNECTIONS = 10
LONG = 24 * 3600.0
RETRY_AFTER = (0.0, 60.0, 300.0)
LONGEST_LOG = 20_000
LOST = "connection_lost"
NOBODY = "dispatch_failed"
LATE = "operation_timeout"


@dataclass
class Envelope:
    """One envelope on its way, as the log keeps it. `ack` stays None while nothing came back."""

    id: str
    kind: str
    payload: Json
    attempt: int
    at: float
    ack: Ack | None = None


@dataclass(eq=False)
class Connection:
    """`unanswered` are the ids of the envelopes that went out here. A retiring one was asked to make room."""

    socket: web.WebSocketResponse
    retiring: bool = False
    unanswered: set[str] = field(default_factory=set)


class Sockets:
    def __init__(self, team: Team, *, ack_seconds: float = 3.0) -> None:
        self.log: deque[Envelope] = deque(maxlen=LONGEST_LOG)
        self.sent = 0
        self.busy = 0
        self._team = team
        self._ack_seconds = ack_seconds
        self._connections: list[Connection] = []
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._tickets: set[str] = set()
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def ticket(self) -> str:
        """The right to connect once."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        return ticket

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    def tell(self, payload: Json) -> None:
        self.busy += 1
        task = asyncio.get_running_loop().create_task(self._deliver(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self, kind: str, payload: Json, *, accepts_response: bool) -> Ack:
        self.busy += 1
        try:
            return await self._attempt(kind, payload, accepts_response=accepts_response)
        finally:
            self._rest()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from hello to its end."""
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPUnauthorized(text="unknown ticket")
        self._tickets.remove(request.query["ticket"])
        socket = web.WebSocketResponse(compress=False, max_msg_size=0, timeout=1.0)
        await socket.prepare(request)
        if len(self._connections) >= MOST_CONNECTIONS:
            await socket.send_json(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        connection = Connection(socket)
        await socket.send_json(self._hello())
        self._connections.append(connection)
        self._team.pulse.nudge()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._hear(json.loads(frame.data))
        finally:
            self._forget(connection)
            self._team.pulse.nudge()
        return socket

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every client to connect anew, as Slack does every few hours."""
        for connection in list(self._connections):
            connection.retiring = True
            await connection.socket.send_json(self._disconnect(reason))

    async def drop(self) -> None:
        """Close every connection without a word before."""
        gone = list(self._connections)
        for connection in gone:
            self._forget(connection)
        await asyncio.gather(*(connection.socket.close() for connection in gone))

    def redeliver(self, count: int = 1) -> list[str]:
        """Send the last acknowledged events once more, with the ids that they had."""
        acked = [
            letter for letter in self.log if letter.kind == "events_api" and letter.ack and letter.ack.acked
        ]
        again = acked[-count:] if count else []
        for letter in again:
            self.tell(letter.payload)
        return [letter.payload["event_id"] for letter in again]

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.drop()

    async def _deliver(self, payload: Json) -> None:
        began = self._team.clock.now()
        ack = await self._attempt("events_api", payload, accepts_response=False, attempt=0)
        self._rest()
        for number, after in enumerate(RETRY_AFTER, start=1):
            if ack.acked:
                return
            await self._until(began + after)
            if number == 1:
                await self._connected(before=began + RETRY_AFTER[1])
            self.busy += 1
            ack = await self._attempt("events_api", payload, accepts_response=False, attempt=number)
            self._rest()

    async def _attempt(
        self, kind: str, payload: Json, *, accepts_response: bool, attempt: int | None = None
    ) -> Ack:
        letter = Envelope(str(uuid.uuid4()), kind, payload, attempt or 0, self._team.clock.now())
        self.log.append(letter)
        self.sent += 1
        connection = self._next_connection()
        letter.ack = (
            await self._send(connection, letter, accepts_response) if connection else Ack(error=NOBODY)
        )
        return letter.ack

    async def _send(self, connection: Connection, letter: Envelope, accepts_response: bool) -> Ack:
        frame: Json = {
            "envelope_id": letter.id,
            "type": letter.kind,
            "payload": letter.payload,
            "accepts_response_payload": accepts_response,
        }
        if letter.kind == "events_api":
            frame |= {"retry_attempt": letter.attempt, "retry_reason": "timeout" if letter.attempt else ""}
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[letter.id] = answer
        connection.unanswered.add(letter.id)
        try:
            async with asyncio.timeout(self._ack_seconds):
                await connection.socket.send_json(frame)
                return await answer
        except TimeoutError:
            return Ack(error=LATE)
        except ConnectionError:
            return Ack(error=LOST)
        finally:
            self._waiting.pop(letter.id, None)
            connection.unanswered.discard(letter.id)

    def _hear(self, frame: Any) -> None:
        """An ack, over whichever connection its client has by now. A late one finds nobody waiting."""
        waiting = self._waiting.get(frame.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(Ack(payload=frame.get("payload")))

    def _next_connection(self) -> Connection | None:
        fresh = [connection for connection in self._connections if not connection.retiring]
        choice = fresh or self._connections
        self._turn += 1
        return choice[self._turn % len(choice)] if choice else None

    def _forget(self, connection: Connection) -> None:
        """What a lost connection left open has failed; a client that was asked to move acks elsewhere."""
        if connection in self._connections:
            self._connections.remove(connection)
        for letter in () if connection.retiring else list(connection.unanswered):
            if not self._waiting[letter].done():
                self._waiting[letter].set_result(Ack(error=LOST))

    def _rest(self) -> None:
        self.busy -= 1
        self._team.pulse.nudge()

    async def _until(self, when: float) -> None:
        if when > self._team.clock.now():
            rung = asyncio.Event()
            self._team.clock.at(when, rung.set)
            await rung.wait()

    async def _connected(self, *, before: float) -> None:
        """Somebody is there, or it is too late. Both a connection and a moved clock wake us."""
        if not self._connections:
            alarm = self._team.clock.at(before, self._team.pulse.nudge)
            await self._team.pulse.until(lambda: self._there(before), LONG)
            alarm.cancel()

    def _there(self, before: float) -> bool | None:
        return True if self._connections or self._team.clock.now() >= before else None

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._team.app.id},
        }

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
