"""What the stand-ins for other people's servers share: real HTTP on this machine, and faults in turn."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """An answer in place of the right one, to the next request, or the next in whose body `about` stands.
    `works`: what was asked is done all the same. Without a status the connection ends without an answer."""

    status: int | None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    works: bool = False
    about: str = ""


class Answering:
    """A server that writes down what it was asked, and fails when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.faults: deque[Fault] = deque()
        self.waits = asyncio.Event()
        self.waits.set()
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Answering"]:
        app = web.Application(middlewares=[self._first])
        self.routes(app.router)
        async with TestServer(app) as server:
            self.url = str(server.make_url("")).rstrip("/")
            yield self
            self.waits.set()

    def routes(self, router: web.UrlDispatcher) -> None:
        raise NotImplementedError

    @web.middleware
    async def _first(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.rel_url}")
        await self.waits.wait()
        fault = await self._fault(request)
        if fault is None or fault.works:
            answer: web.StreamResponse = await handler(request)
        if fault is None:
            return answer
        if fault.status is None:
            assert request.transport
            request.transport.close()
            return web.Response()
        return web.json_response(fault.body or {}, status=fault.status, headers=fault.headers)

    async def _fault(self, request: web.Request) -> Fault | None:
        if not self.faults or request.method == "HEAD" or self.faults[0].about not in await request.text():
            return None
        return self.faults.popleft()
