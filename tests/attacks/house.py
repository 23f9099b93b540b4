"""A bot in a town that can be put back to how it was: one database in memory, one listener called after the
other, and all that left the bot meanwhile."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from sqlite3 import Connection
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.listener.async_listener import AsyncListener
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from structlog.testing import capture_logs

from bot.acks import acking
from bot.app import Bot, create_app
from bot.gate import Gate
from bot.listeners import register
from bot.pace import Pace
from bot.settings import Settings
from conversation.desk import Desk
from tests.attacks.gestures import Gesture, Hands, Surface, surface_of
from tests.attacks.slack import API, Json, Said, Slack

SETTINGS = {"SLACK_BOT_TOKEN": "xoxb-attacked", "SLACK_APP_TOKEN": "xapp-attacked", "SLACK_API_URL": API}


@dataclass(frozen=True)
class Listener:
    """One that Bolt knows: for which kind of payload, for what in it, and its function."""

    kind: str
    wanted: str
    function: str

    def __str__(self) -> str:
        return f"{self.kind} {self.wanted} ({self.function})"


@dataclass(frozen=True)
class Outcome:
    """Of one payload: the ack, what the bot said after it, with which words it refused, and what it logged as
    a failure."""

    status: int
    ack: Json
    said: tuple[Said, ...]
    refused: tuple[str, ...]
    failed: tuple[Json, ...]
    #: Which took it.
    listener: Listener | None

    def surfaces(self, gesture: Gesture) -> Iterator[Surface]:
        """What can be used from now on, of what was drawn."""
        who = gesture.who
        if self.ack.get("blocks"):
            args = {"blocks": self.ack["blocks"], "channel": gesture.payload.get("channel_id", "")}
            yield from surfaces([Said("response_url", args, who)])
        if self.ack.get("view"):
            yield from surfaces([Said("views.update", {"view": self.ack["view"]}, who, "V-ack")])
        yield from surfaces(self.said)


def surfaces(said: Iterable[Said]) -> Iterator[Surface]:
    for each in said:
        found = surface_of(each.method, each.args, each.reader, each.id)
        if found:
            yield found


class _Listed:
    """Takes what is registered, in its order."""

    def __init__(self) -> None:
        self.found: list[Listener] = []

    def __getattr__(self, kind: str) -> Any:
        def constrained(wanted: Any) -> Any:
            def keeps(function: Any) -> None:
                text = wanted if isinstance(wanted, str) else f"/{wanted.pattern}/"
                self.found.append(
                    Listener(kind, text, f"{function.__module__.rpartition('.')[2]}.{function.__name__}")
                )

            return keeps

        return constrained


@cache
def listeners() -> tuple[Listener, ...]:
    """All that the app registers, in the order in which they are asked."""
    listed = _Listed()
    register(listed)  # type: ignore[arg-type]
    return tuple(listed.found)


@dataclass
class House:
    """`engine` is the database behind the desk's store."""

    desk: Desk
    bot: Bot
    slack: Slack
    engine: Engine
    _made: Callable[[], Bot] = field(repr=False)

    def starts_anew(self) -> None:
        """The bot forgets what it had read."""
        self.bot = self._made()

    @property
    def hands(self) -> Hands:
        return Hands(self.slack, self.desk.now())

    def put_back(self, snapshot: Connection) -> None:
        with self._raw() as here:
            snapshot.backup(here)

    def kept(self) -> Connection:
        """The database as it is now, to put it back later."""
        snapshot = sqlite3.connect(":memory:", check_same_thread=False)
        with self._raw() as here:
            here.backup(snapshot)
        return snapshot

    def _raw(self) -> Any:
        return _Raw(self.engine)

    async def does(self, gesture: Gesture, listener: Listener | None = None) -> Outcome:
        """The payload arrives, and all that follows from it has been drawn. If it is known which `listener`
        takes it, only that one is asked: looking at them all is most of the work."""
        app = self.bot.app
        every = app._async_listeners
        self.slack.said.clear()
        taken: list[AsyncListener] = []
        with capture_logs() as log, _noting(app, taken):
            if listener:
                app._async_listeners = [every[listeners().index(listener)]]
            try:
                request = AsyncBoltRequest(body=gesture.payload, mode="socket_mode")
                with acking():
                    answer = await app.async_dispatch(request)
                await self.bot.drawing.finished()
            finally:
                app._async_listeners = every
        return Outcome(
            answer.status,
            _read(answer.body),
            tuple(self.slack.said),
            tuple(str(fact["reason"]) for fact in log if fact["event"] == "refused"),
            tuple(dict(fact) for fact in log if fact["log_level"] in {"error", "critical"}),
            listeners()[every.index(taken[0])] if taken else None,
        )

    async def opens_home(self, who: str) -> None:
        """As if somebody had; without the event, of which nothing else follows."""
        self.slack.said.clear()
        self.bot.drawing.home(who)
        await self.bot.drawing.finished()

    async def beats(self) -> None:
        """All that is due goes out."""
        await self.bot.errands.run()
        await self.bot.poster.post_due()
        await self.bot.drawing.finished()


@asynccontextmanager
async def house(desk: Desk, slack: Slack, engine: Engine) -> AsyncIterator[House]:
    settings = Settings.model_validate(SETTINGS)
    client = AsyncWebClient(token="xoxb-attacked", base_url=API, session=slack, retry_handlers=[])  # type: ignore[arg-type]
    act, pace = Gate(one_writer=True), Pace(count(0, 3600).__next__)

    def made() -> Bot:
        return create_app(desk, client, act, slack, pace, settings, trackers={}, receiver=None)  # type: ignore[arg-type]

    try:
        yield House(desk, made(), slack, engine, made)
    finally:
        act.close()


@contextmanager
def _noting(app: AsyncApp, taken: list[AsyncListener]) -> Iterator[None]:
    """Which listener is run."""
    runner = app.listener_runner
    run = runner.run

    async def noted(*, listener: AsyncListener, **more: Any) -> Any:
        taken.append(listener)
        return await run(listener=listener, **more)

    runner.run = noted  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        runner.run = run  # type: ignore[method-assign]


def _read(body: str | None) -> Json:
    try:
        found = json.loads(body or "{}")
    except ValueError:
        return {"text": body}
    return found if isinstance(found, dict) else {}


class _Raw:
    """The one connection of a database in memory."""

    def __init__(self, engine: Engine) -> None:
        self._held = engine.raw_connection()

    def __enter__(self) -> Connection:
        found = self._held.driver_connection
        assert isinstance(found, Connection)
        return found

    def __exit__(self, *failure: object) -> None:
        self._held.close()
