"""An app that listens at a URL instead of a socket: signed requests, retries, and Bolt behind it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import Json, seed
from workspace.people import People
from workspace.server import Workspace

MENU = {
    "type": "external_select",
    "action_id": "find",
    "placeholder": {"type": "plain_text", "text": "Find"},
    "min_query_length": 1,
}
ONE = {"text": {"type": "plain_text", "text": "One"}, "value": "one"}


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    planted = seed(
        signing_secret="hush",
        events=["message.channels", "app_home_opened"],
        commands=[{"command": "/helper"}],
        shortcuts=[{"name": "Start", "callback_id": "start"}],
    )
    async with Workspace.start(planted, ack_seconds=0.3) as server:
        yield server


@asynccontextmanager
async def served(application: web.Application, port: int = 0) -> AsyncIterator[str]:
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


class Listener:
    """A URL that answers the challenge, keeps what it is sent, and answers the rest as it is told to."""

    def __init__(self, *answers: Callable[[], web.Response]) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers = list(answers)
        self.application = web.Application()
        self.application.router.add_post("/slack/events", self._hear)

    async def _hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        if b"url_verification" in body:
            return web.json_response({"challenge": (await request.json())["challenge"]})
        self.got.append((dict(request.headers), body))
        return self.answers.pop(0)() if self.answers else web.Response()

    @property
    def retries(self) -> list[tuple[str | None, str | None]]:
        return [
            (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")) for headers, _ in self.got
        ]


async def test_an_event_is_signed(server: Workspace, slack: People) -> None:
    listener = Listener()
    async with served(listener.application) as url:
        await slack.delivers_to(url)
        await slack.person("ana").says("hello", to="ours")
        await slack.settled()

    ((headers, body),) = listener.got
    assert SignatureVerifier("hush").is_valid_request(body, headers)
    assert not SignatureVerifier("other").is_valid_request(body, headers)
    assert headers["Content-Type"] == "application/json"


async def test_an_event_comes_again_at_once_after_a_minute_and_after_five(
    server: Workspace, slack: People
) -> None:
    listener = Listener(
        lambda: web.Response(status=500),
        lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
        lambda: web.Response(status=503),
    )
    async with served(listener.application) as url:
        await slack.delivers_to(url)
        await slack.person("ana").says("hello", to="ours")
        await slack.settled()
        at_once = len(listener.got)
        await slack.clock.move(seconds=60)
        await slack.settled()
        await slack.clock.move(seconds=240)
        await slack.settled()

    assert at_once == 2
    assert listener.retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({body for _, body in listener.got}) == 1


async def test_the_app_can_say_no_retry(server: Workspace, slack: People) -> None:
    listener = Listener(lambda: web.Response(status=500, headers={"X-Slack-No-Retry": "1"}))
    async with served(listener.application) as url:
        await slack.delivers_to(url)
        await slack.person("ana").says("hello", to="ours")
        await slack.settled()
        await slack.clock.move(days=1)
        await slack.settled()

    assert listener.retries == [(None, None)]


async def test_who_does_not_answer_the_challenge_gets_nothing(slack: People) -> None:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    deaf = web.Application()
    deaf.router.add_post("/slack/events", hello)

    async with served(deaf) as url:
        with pytest.raises(AssertionError, match="did not answer with the challenge"):
            await slack.delivers_to(url)
    with pytest.raises(AssertionError, match="does not answer"):
        await slack.delivers_to("http://127.0.0.1:9/slack/events")


async def test_a_person_hears_why_a_command_failed(server: Workspace, slack: People) -> None:
    listener = Listener(lambda: web.Response(status=500))
    async with served(listener.application) as url:
        await slack.delivers_to(url)
        broken = await slack.person("ana").command("/helper")
    gone = await slack.person("ana").command("/helper")

    assert broken.error == '/helper failed with the error "http_service_error"'
    assert gone.error == '/helper failed with the error "dispatch_failed"'


async def test_bolt_behind_a_url(server: Workspace, slack: People) -> None:
    heard: list[Json] = []
    app = AsyncApp(client=AsyncWebClient(server.bot_token, base_url=server.api_url), signing_secret="hush")

    @app.event("message")
    async def on_message(event: Json, say: Any) -> None:
        await say(text=f"You said: {event['text']}", blocks=[{"type": "actions", "elements": [MENU]}])

    @app.command("/helper")
    async def on_command(ack: Any, command: Json, respond: Any) -> None:
        await ack("At once")
        await respond(f"Later, {command['text']}")

    @app.options("find")
    async def on_options(ack: Any) -> None:
        await ack(options=[ONE])

    @app.action("find")
    async def on_action(ack: Any, action: Json) -> None:
        await ack()
        heard.append(action["selected_option"]["value"])

    @app.shortcut("start")
    async def on_shortcut(ack: Any, shortcut: Json) -> None:
        await ack()
        heard.append(shortcut["user"]["id"])

    ana = slack.person("ana")
    async with served(AsyncSlackAppServer(0, "/slack/events", app).web_app) as url:
        await slack.delivers_to(url)
        await ana.says("hello", to="ours")
        reply = await ana.command("/helper friend", channel="ours")
        await ana.sees("Later, friend", channel="ours")
        await ana.picks("One", of="Find", channel="ours")
        await ana.uses_shortcut("Start")
        await slack.settled()

    assert reply.text == "At once"
    assert heard == ["one", "UANA"]


async def test_back_to_sockets(server: Workspace, slack: People) -> None:
    listener = Listener()
    async with served(listener.application) as url:
        await slack.delivers_to(url)
        await slack.delivers_by_socket()
        await slack.person("ana").says("hello", to="ours")

    assert listener.got == []
