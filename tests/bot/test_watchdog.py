"""Signs of life go to a real datagram socket, as systemd's, and to a file; who hangs gives none."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import socket as sockets
from bot.entrance import Several
from bot.gate import Gate
from bot.socket import Socket
from bot.watchdog import Watchdog, tell_systemd
from storage.store import Store
from tests.e2e.workspace import free_port, town
from workspace.people import People
from workspace.server import Workspace

#: Seconds in which a sign that is given has long come.
A_WHILE = 0.2


class Heard:
    def __init__(self, address: str) -> None:
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(address)
        self._line.setblocking(False)

    async def next(self) -> str:
        async with asyncio.timeout(20):
            return (await asyncio.get_running_loop().sock_recv(self._line, 100)).decode()

    def at_once(self) -> list[str]:
        """All that was said by now."""
        said = []
        while True:
            try:
                said.append(self._line.recv(100).decode())
            except BlockingIOError:
                return said

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    heard = Heard(address)
    yield heard
    heard.close()


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store.in_memory()
    yield store
    store.close()


class Way:
    """An entrance that is open, or not."""

    def __init__(self, *, alive: bool = True) -> None:
        self.alive = alive

    async def open(self) -> None: ...

    async def is_alive(self) -> bool:
        return self.alive

    async def stop(self) -> None: ...


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_it_says_when_it_is_connected_that_it_lives_and_that_it_stops(
    heard: Heard, store: Store, tmp_path: Path, http: bool
) -> None:
    file = tmp_path / "alive"
    async with town(store) as place:
        before = heard.at_once()
        life = (place.service if http else place.bot)(TIDEMARK_ALIVE_FILE=str(file))
        async with life:
            said = [await heard.next() for _ in range(3)]
            is_there = file.exists()
        rest = heard.at_once()

    assert before == []
    assert said == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert is_there
    assert rest[-1] == "STOPPING=1"


async def test_nobody_is_told_anything_where_nobody_watches(
    heard: Heard, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WATCHDOG_USEC")
    async with Gate(store) as act:
        await Watchdog(Way(), act, None).look()
        watched = heard.at_once()
        monkeypatch.delenv("NOTIFY_SOCKET")
        await Watchdog(Way(), act, None).look()

    assert (watched, heard.at_once()) == (["WATCHDOG=1"], [])


async def test_whom_slack_cannot_reach_for_good_gives_no_sign(
    heard: Heard, store: Store, tmp_path: Path
) -> None:
    way, file = Way(alive=False), tmp_path / "alive"
    async with Gate(store) as act:
        dog = Watchdog(Several(Way(), way), act, file)
        await dog.look()
        without = (heard.at_once(), file.exists())
        way.alive = True
        await dog.look()

    assert without == ([], False)
    assert (heard.at_once(), file.exists()) == (["WATCHDOG=1"], True)


@pytest.mark.parametrize("one_writer", [True, False])
async def test_threads_that_hang_give_no_sign(
    heard: Heard, store: Store, monkeypatch: pytest.MonkeyPatch, one_writer: bool
) -> None:
    monkeypatch.setattr(Store, "one_writer", one_writer)
    begun, go_on = Event(), Event()

    def hang() -> None:
        begun.set()
        go_on.wait()

    async with Gate(store, threads=1) as act:
        hangs = asyncio.create_task(act(hang))
        await asyncio.to_thread(begun.wait)
        looking = asyncio.create_task(Watchdog(Way(), act, None).look())
        await asyncio.wait({looking}, timeout=A_WHILE)
        without = heard.at_once()
        go_on.set()
        await asyncio.gather(looking, hangs)

    assert (without, heard.at_once()) == ([], ["WATCHDOG=1"])


async def test_a_file_that_cannot_be_written_keeps_no_sign_from_systemd(
    heard: Heard, store: Store, tmp_path: Path
) -> None:
    async with Gate(store) as act:
        await Watchdog(Way(), act, tmp_path / "gone" / "alive").look()

    assert heard.at_once() == ["WATCHDOG=1"]


def test_an_address_without_a_file_is_reached_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", f"@tidemark-{os.getpid()}")
    heard = Heard(f"\0tidemark-{os.getpid()}")
    tell_systemd("READY=1")

    assert heard.at_once() == ["READY=1"]
    heard.close()


async def test_a_socket_that_is_lost_lives_as_long_as_it_is_tried_to_get_it_back(
    slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ClientSession() as session, People(slack.url) as people:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session)
        line = Socket(client, slack.app_token)
        await line.open()
        await people.connected()
        monkeypatch.setattr(sockets, "SECONDS_FOR_AN_ATTEMPT", 0.0)
        connected = await line.is_alive()
        await _lose(line)
        given_up = await line.is_alive()

        monkeypatch.undo()
        line._client._tried_at = -sockets.SECONDS_FOR_AN_ATTEMPT
        long_ago = await line.is_alive()
        await people.spoil("apps.connections.open", "unavailable")
        with suppress(SlackApiError):
            await line._client.connect_to_new_endpoint()
        tried = await line.is_alive()
        await line.close()

    assert (connected, given_up, long_ago, tried) == (True, False, False, True)


async def _lose(line: Socket) -> None:
    """As where the tasks that look after it have ended."""
    there = line._client
    assert there.current_session
    for task in (there.current_session_monitor, there.message_receiver):
        assert task
        task.cancel()
    await there.current_session.close()


async def test_whoever_is_ended_because_it_hangs_says_where(heard: Heard, tmp_path: Path) -> None:
    async with Workspace.start() as slack:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--http"),
            env={
                **{key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")},
                "PYTHONFAULTHANDLER": "1",
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_API_URL": slack.api_url,
                "TIDEMARK_SIGNING_SECRET": slack.team.app.signing_secret,
                "TIDEMARK_PORT": str(free_port()),
                "TIDEMARK_DATABASE_URL": f"sqlite:///{tmp_path / 'tidemark.db'}",
            },
            stderr=asyncio.subprocess.PIPE,
        )
        said = [await heard.next(), await heard.next()]
        process.send_signal(signal.SIGABRT)
        _, told = await asyncio.wait_for(process.communicate(), 20)

    assert said == ["READY=1", "WATCHDOG=1"]
    assert process.returncode == -signal.SIGABRT
    assert b"bot/writer.py" in told
