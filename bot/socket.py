"""Socket Mode, with a beginning and an end to it: what comes before anybody can answer waits for who does,
and what was taken on is acked before the connection is closed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import TraceConfig
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.acks import acking

if TYPE_CHECKING:
    from slack_bolt.response import BoltResponse

    from bot.dispatch import Dispatch

log = structlog.get_logger()

#: Slack itself waits for an ack for three seconds.
SECONDS_FOR_AN_ACK = 3.0
#: Seconds between looks whether the connection stands, as Bolt has them.
SECONDS_BETWEEN_PINGS = 10
#: Within so many seconds an attempt to connect has ended, and the next one begun: aiohttp gives up after five
#: minutes, at the latest.
SECONDS_FOR_AN_ATTEMPT = 360.0
#: Slack's client looks as often as we do. What it has not seen to after so many looks, it does not.
LOOKS = 3


class Socket:
    def __init__(self, client: AsyncWebClient, app_token: str) -> None:
        self._client = _Client(
            self.handle,
            app_token=app_token,
            web_client=client,
            proxy=client.proxy,
            ping_interval=SECONDS_BETWEEN_PINGS,
        )
        self._begin()

    def _begin(self) -> None:
        """All but the connection, which the fuzzer has none of."""
        self._dispatch: Dispatch | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._can_answer = asyncio.Event()
        self._under_way = 0
        self._all_acked = asyncio.Event()
        self._all_acked.set()

    async def handle(self, request: SocketModeRequest) -> None:
        self._under_way += 1
        self._all_acked.clear()
        try:
            with acking():
                await self._can_answer.wait()
                assert self._dispatch
                answer = await self._dispatch(request.payload, retry=request.retry_attempt or 0)
                if answer.status == 200:
                    await self._client.send_message(_ack(request, answer))
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
        await self._client.connect()
        self._keeper = self._keeper or asyncio.create_task(self._keep_connected())

    async def open(self) -> None:
        await self.connect(None)

    async def is_alive(self) -> bool:
        """Connected, or trying to be: how long Slack is away is nothing that we could mend."""
        return await self._client.is_connected() or self._client.tries()

    async def stop(self) -> None:
        """Ack what was taken on, and close. What comes in between is Slack's to bring again."""
        await self._everything_acked()
        await self.close()
        await self._everything_acked()

    async def close(self) -> None:
        if self._keeper:
            self._keeper.cancel()
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _keep_connected(self) -> None:
        """Slack's client connects again by itself. While it connects it tells its other tasks not to; if that
        is cancelled, they never do."""
        missed = 0
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_PINGS)
            missed = 0 if await self.is_alive() else missed + 1
            if missed == LOOKS:
                log.warning("socket_given_up")
                await self.connect(None)
                missed = 0

    async def _everything_acked(self) -> None:
        try:
            async with asyncio.timeout(SECONDS_FOR_AN_ACK):
                await self._all_acked.wait()
        except TimeoutError:
            return


def _ack(request: SocketModeRequest, answer: "BoltResponse") -> str:
    """What Slack is to know of it: what a form or a menu shows now, or words, or nothing."""
    said: dict[str, Any] = {"envelope_id": request.envelope_id}
    if answer.body:
        is_json = answer.headers["content-type"][0].startswith("application/json")
        said["payload"] = json.loads(answer.body) if is_json else {"text": answer.body}
    return json.dumps(said)


class _Client(SocketModeClient):
    """Slack's own, but for what comes in, which is answered at once, without a queue; and each attempt to
    connect asks for a place of its own. Slack's would try one for ever that is good no more, as it is half a
    minute after."""

    def __init__(self, answer: Callable[[SocketModeRequest], Awaitable[None]], **settings: Any) -> None:
        super().__init__(**settings)
        self._answer = answer
        self._answering: set[asyncio.Task[None]] = set()
        self._tried_at = asyncio.get_running_loop().time()
        attempts = TraceConfig()
        attempts.on_request_start.append(self._tried)
        attempts.freeze()
        self.aiohttp_client_session.trace_configs.append(attempts)

    async def _tried(self, *_: object) -> None:
        self.wss_uri = None

    async def issue_new_wss_url(self) -> str:
        """Each attempt begins with this."""
        self._tried_at = asyncio.get_running_loop().time()
        return await super().issue_new_wss_url()

    def tries(self) -> bool:
        return asyncio.get_running_loop().time() - self._tried_at < SECONDS_FOR_AN_ATTEMPT

    async def connect(self) -> None:
        await super().connect()  # type: ignore[no-untyped-call]
        if not self.closed:
            log.info("socket_connected")

    async def enqueue_message(self, message: str) -> None:
        task = asyncio.create_task(self._listen(message))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _listen(self, message: str) -> None:
        try:
            said = json.loads(message) if message.startswith("{") else {}
            request = SocketModeRequest.from_dict(said)
            if request:
                await self._answer(request)
            else:
                await self.run_message_listeners(said, message)
        except ConnectionError:
            log.warning("ack_not_sent")  # the connection was closed meanwhile; an event Slack brings again
        except Exception:
            log.exception("message_not_answered")
