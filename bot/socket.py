"""Socket Mode, with a beginning and an end to it: what comes before anybody can answer waits for who does,
and what was taken on is acked before the connection is closed."""

import asyncio
import json
from typing import TYPE_CHECKING

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.acks import acking

if TYPE_CHECKING:
    from slack_bolt.response import BoltResponse

    from bot.dispatch import Dispatch

#: Slack itself waits for an ack for three seconds.
SECONDS_FOR_AN_ACK = 3.0
#: Seconds between looks whether the connection stands, as Bolt has them.
SECONDS_BETWEEN_PINGS = 10


class Socket:
    def __init__(self, client: AsyncWebClient, app_token: str) -> None:
        self._client = SocketModeClient(
            app_token, web_client=client, proxy=client.proxy, ping_interval=SECONDS_BETWEEN_PINGS
        )
        self._client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]
        self._begin()

    def _begin(self) -> None:
        self._dispatch: Dispatch | None = None
        self._can_answer = asyncio.Event()
        self._under_way = 0
        self._all_acked = asyncio.Event()
        self._all_acked.set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        self._under_way += 1
        self._all_acked.clear()
        try:
            with acking():
                await self._can_answer.wait()
                assert self._dispatch
                answer = await self._dispatch(req.payload, retry=req.retry_attempt or 0)
                if answer.status == 200:
                    await client.send_socket_mode_response(_envelope(req, answer))
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._all_acked.set()

    def answer_with(self, dispatch: "Dispatch") -> None:
        """Also what came before."""
        self._dispatch = dispatch
        self._can_answer.set()

    async def connect(self, place: str | None) -> None:
        """To where Slack said. A place is good for one connection, which begins at once."""
        self._client.wss_uri = place
        await self._client.connect()  # type: ignore[no-untyped-call]

    async def open(self) -> None:
        await self.connect(None)

    async def stop(self) -> None:
        """Ack what was taken on, and close. What comes in between is Slack's to bring again."""
        await self._everything_acked()
        await self.close()
        await self._everything_acked()

    async def close(self) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _everything_acked(self) -> None:
        try:
            async with asyncio.timeout(SECONDS_FOR_AN_ACK):
                await self._all_acked.wait()
        except TimeoutError:
            return


def _envelope(request: SocketModeRequest, answer: "BoltResponse") -> SocketModeResponse:
    """What Slack is to know of it: what a form or a menu shows now, or words, or nothing."""
    is_json = answer.first_headers()["content-type"].startswith("application/json")
    said = json.loads(answer.body) if answer.body and is_json else answer.body or None
    return SocketModeResponse(envelope_id=request.envelope_id, payload=said)
