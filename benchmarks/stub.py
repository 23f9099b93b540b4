"""As much of Slack as a bot needs that is clicked: a socket, and methods that answer at once or later; over
TLS, as Slack has it.

It draws nothing and checks nothing, so that it can click faster than any bot answers; the local workspace
(`workspace/`), which does both, needs more time for a click than the bot.
"""

import asyncio
import json
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import trustme
from aiohttp import web

from bot.scopes import NEEDED

Json = dict[str, Any]


@dataclass
class Stub:
    """`delay` in seconds is what a method takes. Clicks go to the `processes` in turn, as Slack spreads them
    over the connections of an app; `connected` is set when all of them are. `authority` is the file that says
    whom to trust for its certificate."""

    delay: float = 0.0
    processes: int = 1
    url: str = ""
    authority: Path = Path()
    calls: Counter[str] = field(default_factory=Counter)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    @asynccontextmanager
    async def start(cls, delay: float = 0.0, processes: int = 1) -> "AsyncIterator[Stub]":
        stub, application = cls(delay, processes), web.Application(client_max_size=1 << 24)
        application.router.add_get("/socket", stub._connect)
        application.router.add_post("/api/{method}", stub._method)
        application.router.add_post("/response/{user}", stub._respond)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        stub.url = f"https://127.0.0.1:{runner.addresses[0][1]}"
        try:
            with authority.cert_pem.tempfile() as file:
                stub.authority = Path(file)
                yield stub
        finally:
            await runner.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        tokens = {"SLACK_BOT_TOKEN": "xoxb-benchmark", "SLACK_APP_TOKEN": "xapp-benchmark"}
        return {**tokens, "SLACK_API_URL": f"{self.url}/api/", "SSL_CERT_FILE": str(self.authority)}

    @property
    def drawn(self) -> int:
        """Answers whose old card became a record, and whose next card was posted."""
        return min(self.calls["response"] + self.calls["chat.update"], self.calls["chat.postMessage"])

    async def click(self, payload: Json) -> float:
        """Seconds until it was acked."""
        turn = next(self._numbers)
        number, acked = f"E{turn}", asyncio.get_running_loop().create_future()
        self._waiting[number] = acked
        envelope = {
            "envelope_id": number,
            "type": "interactive",
            "payload": payload,
            "accepts_response_payload": True,
        }
        text, began = json.dumps(envelope), perf_counter()
        await self._sockets[turn % len(self._sockets)].send_str(text)
        return await acked - began

    async def all_drawn(self, answers: int) -> None:
        async with asyncio.timeout(60):
            while self.drawn < answers:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.005)

    async def _connect(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=1 << 24)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"type": "hello"}))
        self._sockets.append(socket)
        if len(self._sockets) == self.processes:
            self.connected.set()
        async for message in socket:
            if isinstance(message.data, str) and message.data.startswith("{"):
                self._acked(json.loads(message.data)["envelope_id"])
        return socket

    def _acked(self, number: str) -> None:
        acked = self._waiting.pop(number, None)
        if acked and not acked.done():
            acked.set_result(perf_counter())

    async def _respond(self, request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(self.delay)
        self.calls["response"] += 1
        return web.Response(text="ok")

    async def _method(self, request: web.Request) -> web.Response:
        method, said = request.match_info["method"], await request.read()
        if method.startswith("chat."):
            await asyncio.sleep(self.delay)
        self.calls[method] += 1
        answer = {"ok": True, **self._answer(method, said)}
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(NEEDED)})

    def _answer(self, method: str, said: bytes) -> Json:
        match method:
            case "auth.test":
                return {"team_id": "T1", "user_id": "UBOT", "bot_id": "B1", "url": self.url, "team": "T1"}
            case "apps.connections.open":
                return {"url": f"{self.url.replace('https', 'wss')}/socket"}
            case "chat.postMessage" | "chat.update":
                return {"channel": json.loads(said)["channel"], "ts": f"3.{next(self._numbers):06}"}
        return {}
