"""Socket Mode: up to ten connections of the app, and each envelope over one of them."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from workspace.letters import LATE, LOST, NOBODY, Letters
from workspace.letters import Envelope as Envelope
from workspace.state import Ack, Json
from workspace.team import Team

MOST_CONNECTIONS = 10
PING_EVERY = 30.0
LONG = 24 * 3600.0


@dataclass(eq=False)
class Connection:
    """`unanswered` are the ids of the envelopes that went out here. A retiring one was asked to make room."""

    socket: web.WebSocketResponse
    retiring: bool = False
    unanswered: set[str] = field(default_factory=set)


class Sockets:
    def __init__(self, team: Team, letters: Letters, *, ack_seconds: float = 3.0) -> None:
        self._letters = letters
        self._team = team
        self._ack_seconds = ack_seconds
        self._connections: list[Connection] = []
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._tickets: set[str] = set()
        self._turn = 0

    def ticket(self) -> str:
        """The right to connect once."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        return ticket

    @property
    def log(self) -> deque[Envelope]:
        return self._letters.log

    @property
    def sent(self) -> int:
        return self._letters.sent

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from hello to its end."""
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPUnauthorized(text="unknown ticket")
        self._tickets.remove(request.query["ticket"])
        socket = web.WebSocketResponse(compress=False, max_msg_size=0, timeout=1.0, heartbeat=PING_EVERY)
        await socket.prepare(request)
        refused = self._refused()
        if refused:
            await socket.send_json(refused)
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

    async def warn(self) -> None:
        """Say that a refresh is near."""
        for connection in list(self._connections):
            await connection.socket.send_json(self._disconnect("warning"))

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

    async def carry(self, letter: Envelope, *, accepts_response: bool) -> Ack:
        connection = self._next_connection()
        if connection is None:
            return Ack(error=NOBODY)
        ack = await self._send(connection, letter, accepts_response)
        if self._team.weather.drops_the_socket():
            self._forget(connection)
            await connection.socket.close()
        return ack

    async def wait_for_the_app(self, *, before: float) -> None:
        """Somebody is there, or it is too late. Both a connection and a moved clock wake us."""
        if not self._connections:
            alarm = self._team.clock.at(before, self._team.pulse.nudge)
            await self._team.pulse.until(lambda: self._there(before), LONG)
            alarm.cancel()

    async def _send(self, connection: Connection, letter: Envelope, accepts_response: bool) -> Ack:
        frame: Json = {
            "envelope_id": letter.id,
            "type": letter.kind,
            "payload": letter.payload,
            "accepts_response_payload": accepts_response,
        }
        if letter.kind == "events_api":
            frame |= {"retry_attempt": letter.attempt, "retry_reason": letter.reason}
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

    def _there(self, before: float) -> bool | None:
        return True if self._connections or self._team.clock.now() >= before else None

    def _refused(self) -> Json | None:
        """Why there is no room for one more connection."""
        if self._team.app.http:
            return self._disconnect("link_disabled")
        if len(self._connections) >= MOST_CONNECTIONS:
            return self._disconnect("too_many_websockets") | {
                "num_connections": len(self._connections),
                "connection_info": {"app_id": self._team.app.id},
            }
        return None

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._team.app.id},
        }

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
