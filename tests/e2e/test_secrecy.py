"""A whole assessment, with what goes wrong on the way: its log holds no secret and nothing that anybody said,
and nothing that people wrote is ever opened."""

import ast
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bot import logs
from bot.files import Files, _at_most, _is_in_slack
from bot.render import NO_PREVIEWS
from bot.secrecy import secrets_of
from bot.settings import HttpSettings
from conversation.evidence import LARGEST_FILE
from storage.records import SlackFile
from storage.store import Store
from tests.e2e.workspace import Scene, Town, town
from tests.outside.answering import Answering

#: What people say, each in another place.
SAID = ("pigeons", "hunter2", "tramlines", "gooseberry", "marmalade", "zeppelin")


@pytest.fixture
async def place(store: Store) -> AsyncIterator[Town]:
    async with town(store) as found:
        yield found


class Canary(Answering):
    """A server whose address people write wherever they can."""

    opened = 0

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/{any:.*}", self._open)

    async def _open(self, request: web.Request) -> web.Response:
        self.opened += 1
        return web.Response(text="caught")


@contextmanager
def logged(style: str, secrets: tuple[str, ...]) -> Iterator[io.StringIO]:
    handlers, to = logging.root.handlers[:], io.StringIO()
    logs.set_up(level="debug", style=style, to=to, secrets=secrets)
    try:
        yield to
    finally:
        logging.root.handlers[:] = handlers
        structlog.reset_defaults()


async def test_a_run_with_everything_that_goes_wrong_says_nothing_that_is_not_its_own(place: Town) -> None:
    settings = HttpSettings(
        SLACK_BOT_TOKEN=place.server.bot_token, TIDEMARK_SIGNING_SECRET=place.server.team.app.signing_secret
    )
    secrets = secrets_of(settings)
    canary = Canary()
    async with canary.running():
        with logged("json", secrets) as log:
            async with place.service() as (stage, url):
                reference = await a_day(stage, canary.url)
                await strangers(url)
            first = log.getvalue()
        await place.slack.delivers_by_socket()
        with logged("console", secrets) as log:
            async with place.bot() as stage:
                await another_day(stage, canary.url)
            second = log.getvalue()

    for told in (first, second):
        assert [word for word in (*SAID, canary.url) if word in told] == []
        assert [secret for secret in secrets if secret in told] == []
        assert not re.search(r"xox[a-z]-\w|xapp-\w", told)
        assert re.search("(Operational|Programming)Error", told)
    assert canary.opened == 0
    posted = [each.args for each in place.server.log.exchanges if each.method == "chat.postMessage"]
    assert len(posted) > 5
    assert [args for args in posted if not NO_PREVIEWS.items() <= args.items()] == []
    lines = [json.loads(line) for line in first.splitlines()]
    events = {line["event"] for line in lines}
    assert {"launched", "answered", "line_understood", "posted", "failed", "refused"} <= events
    assert {line["event"] for line in lines if line.get("request") == reference} == {"failed"}
    assert {"request_refused"} <= events
    unnumbered = {line["event"] for line in lines if "request" not in line}
    assert unnumbered <= {"connected", "listening", "stopped", "request_refused", "posted"}  # by this test


async def a_day(stage: Scene, url: str) -> str:
    """Returns the reference that Ana is told when something breaks."""
    ana, lee = stage.person("ana"), stage.person("lee")
    await stage.launch("ana", subject="Fraud team")
    await ana.clicks("Start")
    card = await ana.sees("Question 1 of 4")
    await ana.clicks("Evidence", message=card)
    form = await ana.modal("Evidence")
    await form.fill({"What can you point to?": f"{url}/gooseberry", "Where does it come from?": "Repository"})
    assert not (await form.submit()).errors
    await ana.sees("Kept as evidence")
    await ana.clicks("B", message=card)
    await ana.sees("Question 2 of 4")
    await ana.says(f"C: see {url}/pigeons, the password is hunter2")
    await ana.sees("Question 3 of 4")
    await ana.says("nothing about tramlines has an option")
    await stage.slack.spoil("chat.postMessage", "internal_error")
    with broken(stage.store):
        await ana.clicks("B", message=await ana.sees("Question 3 of 4"))
        trouble = await ana.sees("Something went wrong on my side")
    await lee.command("/tidemark status zeppelin")
    (reference,) = re.findall(r"reference: ([\w-]+)", trouble.shown)
    return str(reference)


async def another_day(stage: Scene, url: str) -> None:
    """Over a socket."""
    ana = stage.person("ana")
    await stage.later(minutes=2)
    with broken(stage.store):
        await ana.clicks("B")
        await ana.sees("Something went wrong on my side")
    await ana.says(f"B: marmalade, {url}/m")
    await ana.sees("Question 4 of 4")


@contextmanager
def broken(store: Store) -> Iterator[None]:
    """A database that refuses to take what people say."""
    with store._engine.begin() as connection:
        connection.execute(text("ALTER TABLE said RENAME TO lost"))
    try:
        yield
    finally:
        with store._engine.begin() as connection:
            connection.execute(text("ALTER TABLE lost RENAME TO said"))


async def strangers(url: str) -> None:
    async with ClientSession() as http, http.post(f"{url}/slack/events", data=b"text=zeppelin") as answer:
        assert answer.status == 401


#: Who may open an address, and whose it is.
OPENED = {
    "bot/places.py": "Slack's own, which came with a click",
    "bot/files.py": "Slack's own, of files that it keeps",
    "bot/slack.py": "Slack's own, of the settings",
    "bot/slackchecks.py": "our own, of the settings",
    "bot/webhook.py": "the receiver of the settings",
    "bot/trackers/github.py": "GitHub's, of the settings",
}


def test_nothing_else_can_open_an_address() -> None:
    """Slack's own clients and Jira's have theirs from the settings, or from Slack."""
    found = set[str]()
    for room in ("bot", "conversation", "storage", "scoring"):
        for file in Path(room).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and opens(call):
                    found.add(file.as_posix())

    assert found == {*OPENED}


def test_slack_is_never_asked_to_look_at_a_link() -> None:
    """What a run does not post, either."""
    posting = [
        ast.unparse(function)
        for file in Path("bot").rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.AsyncFunctionDef) and re.search(POSTS, ast.unparse(function))
    ]

    assert len(posting) >= 3
    for each in posting:
        assert len(re.findall(POSTS, each)) <= each.count("**NO_PREVIEWS"), each
    assert NO_PREVIEWS == {"unfurl_links": False, "unfurl_media": False}


#: By its method of slack_sdk's client, or by its name.
POSTS = r"chat_postMessage\(|'chat\.postMessage'"


#: Of a session; what else opens an address, however it is called.
BY_SESSION = ("get", "post", "put", "head", "delete", "request", "ws_connect")
OPENS = ("urlopen", "requests.get", "open_connection", "create_connection")


def opens(call: ast.Call) -> bool:
    last = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    if not last.endswith((*BY_SESSION, *OPENS)):
        return False  # to write the whole name takes long
    name = ast.unparse(call.func)
    return bool(re.search(rf"session\.({'|'.join(BY_SESSION)})$", name)) or name.endswith(OPENS)


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.png", True),
        ("https://files.slack-gov.com/files-pri/T1-F1/a.png", True),
        ("http://127.0.0.1:9/files/a.png", True),
        ("https://evil.example/a.png", False),
        ("https://files.slack.com@evil.example/a.png", False),
        ("https://files.slack.com.evil.example/a.png", False),
        ("https://evilslack.com/a.png", False),
        ("http://files.slack.com/a.png", False),
        ("http://127.0.0.1:10/files/a.png", False),
        ("file:///etc/passwd", False),
        ("//[", False),
        ("", False),
    ],
)
def test_a_file_that_is_kept_outside_of_slack_is_not_asked_for_with_our_token(url: str, ours: bool) -> None:
    assert _is_in_slack(url, "http://127.0.0.1:9/api/") is ours


async def test_a_file_that_is_larger_than_was_said_is_left_off() -> None:
    class Large(Answering):
        def routes(self, router: web.UrlDispatcher) -> None:
            router.add_get("/", self._bring)

        async def _bring(self, request: web.Request) -> web.Response:
            return web.Response(body=b"x" * 5000)

    server = Large()
    async with server.running(), ClientSession() as http:
        async with http.get(server.url) as answer:
            assert await _at_most(answer, 4999) is None
        async with http.get(server.url) as answer:
            assert await _at_most(answer, 5000) == b"x" * 5000


class Keeping(Answering):
    """Slack, which says of a file where it is kept and how large it is."""

    def __init__(self, said: dict[str, object]) -> None:
        super().__init__()
        self.said = said

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/api/{method}", self._says)
        router.add_get("/kept", self._brings)
        router.add_get("/moved", self._sends_on)

    async def _says(self, request: web.Request) -> web.Response:
        said = {"url_private_download": f"{self.url}/kept", "size": 5, **self.said}
        upload = {"upload_url": f"{self.url}/api/upload", "file_id": "F2", "files": []}
        return web.json_response({"ok": True, "file": said, "channel": {"id": "D1"}, **upload})

    async def _brings(self, request: web.Request) -> web.Response:
        return web.Response(body=b"bread")

    async def _sends_on(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["to"])


async def fetched(said: dict[str, object]) -> tuple[bytes | None, list[str]]:
    """What was had of such a file, and what was asked for it, of Slack or of anybody."""
    canary, slack = Canary(), Keeping(said)
    async with canary.running(), slack.running(), ClientSession() as http:
        where = str(said.get("url_private_download", "")).replace("SLACK", slack.url)
        if where:
            slack.said = {**said, "url_private_download": where.replace("ELSEWHERE", canary.url)}
        files = Files(AsyncWebClient(token="xoxb-1", base_url=f"{slack.url}/api/"), http)
        return await files.fetch("F1", most=50), [
            each for each in slack.asked + canary.asked if "/api/" not in each
        ]


async def test_a_file_that_slack_keeps_is_had() -> None:
    assert await fetched({}) == (b"bread", ["GET /kept"])


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"url_private_download": "ELSEWHERE/a.png"}, 0),
        ({"url_private_download": "SLACK/moved?to=ELSEWHERE/a.png"}, 1),
        ({"url_private_download": "SLACK/gone"}, 1),
        ({"size": 51}, 0),
    ],
)
async def test_nobody_else_is_asked_for_a_file_and_nothing_is_read_in_its_place(
    said: dict[str, object], asked: int
) -> None:
    content, gone_to = await fetched(said)

    assert content is None
    assert len(gone_to) == asked


@pytest.mark.parametrize(
    ("name", "said", "is_passed_on"),
    [("a.png", {}, True), ("a.exe", {}, False), ("a.png", {"size": LARGEST_FILE + 1}, False)],
)
async def test_no_program_and_nothing_too_large_is_passed_on(
    name: str, said: dict[str, object], is_passed_on: bool
) -> None:
    slack, file = Keeping(said), SlackFile(id="F1", name=name, type="", size=5)
    async with slack.running(), ClientSession() as http:
        await Files(AsyncWebClient(token="xoxb-1", base_url=f"{slack.url}/api/"), http).pass_on(file, "U1")

    assert ("GET /kept" in slack.asked) is is_passed_on
