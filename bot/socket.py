"""Socket Mode, with an end to it: what was taken on is acked before the connection is closed."""

import asyncio

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import clock
from bot.acks import acking
from bot.dispatch import Dispatch

#: Slack itself waits for an ack for three seconds.
SECONDS_FOR_AN_ACK = 3.0


class Socket(AsyncSocketModeHandler):
    def __init__(self, app: AsyncApp, dispatch: Dispatch, app_token: str) -> None:
        super().__init__(app, app_token)
        self._dispatch = dispatch
        self._under_way = 0
        self._all_acked = asyncio.Event()
        self._all_acked.set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        self._under_way += 1
        self._all_acked.clear()
        try:
            with acking():
                began = clock.now().timestamp()
                answer = await self._dispatch(req.payload, retry=req.retry_attempt or 0)
                await send_async_response(client, req, answer, began)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._all_acked.set()

    async def open(self) -> None:
        await self.connect_async()  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        """Ack what was taken on, and close. What comes in between is Slack's to bring again."""
        await self._everything_acked()
        await self.close_async()  # type: ignore[no-untyped-call]
        await self._everything_acked()

    async def _everything_acked(self) -> None:
        try:
            async with asyncio.timeout(SECONDS_FOR_AN_ACK):
                await self._all_acked.wait()
        except TimeoutError:
            return
