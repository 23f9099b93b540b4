"""Small apps, once over a socket with the async client and once behind a URL with the synchronous one."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.apps import with_async, with_sync
from tests.workspace.places import seed
from workspace.people import People
from workspace.server import Workspace


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    planted = seed(
        signing_secret="hush",
        commands=[{"command": "/echo"}, {"command": "/ticket"}],
        shortcuts=[{"name": "Invite somebody", "callback_id": "invite"}],
        events=["app_home_opened", "file_shared", "message.channels"],
    )
    async with Workspace.start(planted) as server:
        yield server


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@contextmanager
def behind_a_url(app: App, port: int = 0) -> Iterator[str]:
    handler: Any = SlackRequestHandler(app)
    with make_server("127.0.0.1", port, handler, _Threads, _Silent) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
        server.shutdown()
        thread.join()


@asynccontextmanager
async def over_a_socket(server: Workspace, slack: People) -> AsyncIterator[None]:
    app = AsyncApp(client=AsyncWebClient(server.bot_token, base_url=server.api_url))
    with_async.register(app)
    handler = AsyncSocketModeHandler(app, server.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    yield
    await slack.settled()
    await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def synchronously(server: Workspace, slack: People) -> AsyncIterator[None]:
    client = WebClient(server.bot_token, base_url=server.api_url)
    app: App = await asyncio.to_thread(lambda: App(client=client, signing_secret="hush"))
    with_sync.register(app)
    with behind_a_url(app) as url:
        await slack.delivers_to(url)
        yield
        await slack.settled()


@pytest.fixture(params=[over_a_socket, synchronously])
async def app(request: pytest.FixtureRequest, server: Workspace, slack: People) -> AsyncIterator[None]:
    async with request.param(server, slack):
        yield


pytestmark = pytest.mark.usefixtures("app")


async def test_a_command(slack: People) -> None:
    ana = slack.person("ana")

    await ana.command("/echo hello", channel="ours")

    assert (await ana.sees("hello, hello", channel="ours")).ephemeral


async def test_a_modal_with_validation_errors(slack: People) -> None:
    ana = slack.person("ana")
    await ana.command("/ticket")
    ticket = await ana.modal("New ticket")

    await ticket.fill({"Summary": "Tea", "Hours": "0"})
    by_slack = await ticket.submit()
    await ticket.fill({"Summary": "No tea left", "Hours": "9"})
    by_the_app = await ticket.submit()
    await ticket.fill({"Hours": "1"})
    done = await ticket.submit()

    assert by_slack.errors.keys() == {"Summary", "Hours"}
    assert by_the_app.errors == {"Hours": "More than a day."}
    assert done.errors == {}
    await ana.sees("Filed: No tea left")


async def test_a_home(slack: People) -> None:
    ana = slack.person("ana")
    first = await ana.opens_home()

    await ana.clicks("Press", home=True)
    await slack.settled()
    await ana.clicks("Press", home=True)
    await slack.settled()

    assert first.shown.startswith("Pressed 0 times")
    published = [each["args"]["view"] for each in await slack.requests(method="views.publish")]
    assert len(published) == 3
    assert "Pressed 2 times" in str(published[-1])


async def test_a_file_upload(slack: People) -> None:
    ana = slack.person("ana")

    await ana.uploads("poem.txt", b"one\ntwo\nthree\n", to="ours", saying="Count these")
    answer = await ana.sees("Counted 3", channel="ours")

    assert [(file["name"], file["size"]) for file in answer.files] == [("count.md", 7)]


async def test_a_workflow_of_three_modals(slack: People) -> None:
    ana = slack.person("ana")
    await ana.uses_shortcut("Invite somebody")

    who = await ana.modal("Who")
    await who.fill({"Who": "ben"})
    await who.submit()
    where = await ana.modal("Where")
    await where.fill({"Where": "ours"})
    await where.submit()
    sure = await ana.modal("Sure?")
    shown = sure.shown
    await sure.submit()
    await ana.sees("Welcome, @ben", channel="ours")

    assert "Invite @ben to #ours?" in shown
    assert "ben" in await slack.channel("ours").members()
    with pytest.raises(AssertionError, match="No modal is open"):
        await ana.modal(within=0.01)
