"""What stands in front of several processes: each request goes to the next of them, and past those at which
nobody listens. One that breaks off in the middle has failed, as behind any balancer: nobody knows how far it
came."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientConnectorError, ClientError, ClientSession, web

from bot.service import EVENTS


class Balancer:
    def __init__(self, session: ClientSession, ports: list[int]) -> None:
        self._session = session
        self._rounds = itertools.cycle(ports)
        self._all = len(ports)

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        for _ in range(self._all):
            url = f"http://127.0.0.1:{next(self._rounds)}{request.path}"
            try:
                async with self._session.post(url, data=body, headers=request.headers) as answer:
                    said = await answer.read()
                    content_type = answer.headers.get("Content-Type", "text/plain")
                    return web.Response(
                        status=answer.status, body=said, headers={"Content-Type": content_type}
                    )
            except ClientConnectorError:
                continue
            except (ClientError, ConnectionError):
                return web.Response(status=502)
        return web.Response(status=503)


@asynccontextmanager
async def balancing(ports: list[int]) -> AsyncIterator[str]:
    """Gives the URL for Slack."""
    async with ClientSession() as session:
        application = web.Application(client_max_size=1 << 23)
        application.router.add_post(EVENTS, Balancer(session, ports).pass_on)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}{EVENTS}"
        finally:
            await runner.cleanup()
