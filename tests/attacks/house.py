"""A bot in a town that can be put back to how it was: one database in memory, one listener called after the
other, and all that left the bot meanwhile."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from sqlite3 import Connection
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from sqlalchemy import Engine
from structlog.testing import capture_logs

from bot.acks import acking
from bot.app import Bot, answering
from bot.gate import Gate
from bot.listeners import PLACES, routes
from bot.office import Office, office
from bot.pace import Pace
from bot.requests import Numbers
from bot.routes import Name, read
from bot.seals import Seal, Seals
from bot.settings import Settings
from bot.slack import SlackClient
from conversation.desk import Desk
from tests.attacks.gestures import Gesture, Hands, Surface, surface_of
from tests.attacks.slack import API, Json, Said, Slack

SETTINGS = {"SLACK_BOT_TOKEN": "xoxb-attacked", "SLACK_APP_TOKEN": "xapp-attacked", "SLACK_API_URL": API}


#: Whoever has it can forge forms, as the attacks do that are to come further than to the seal.
SEAL = Seal(b"attacked")


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
    """Of one payload: the ack, what the bot said after it, and what it logged."""

    status: int
    ack: Json
    said: tuple[Said, ...]
    log: tuple[Json, ...] = field(repr=False)

    @property
    def refused(self) -> tuple[str, ...]:
        """With which words."""
        return tuple(str(fact["reason"]) for fact in self.log if fact["event"] == "refused")

    @property
    def failed(self) -> tuple[Json, ...]:
        return tuple(fact for fact in self.log if fact["log_level"] in {"error", "critical"})

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
        self.found: list[tuple[Listener, Any]] = []

    def __getattr__(self, kind: str) -> Any:
        def constrained(name: Name, **_: Any) -> Any:
            def keeps(function: Any) -> None:
                text = name if isinstance(name, str) else f"/{name.pattern}/"
                where = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
                self.found.append((Listener(kind, text, where), function))

            return keeps

        return constrained


@cache
def _listed() -> list[tuple[Listener, Any]]:
    listed = _Listed()
    for place in PLACES:
        place.register(listed)
    return listed.found


def listeners() -> tuple[Listener, ...]:
    """All that are registered."""
    return tuple(listener for listener, _ in _listed())


def reached(payload: Json) -> Listener | None:
    """The one that takes this payload."""
    request = read(payload)
    route = routes().find(request) if request else None
    if request is None or route is None:
        return None
    same = [each for each, function in _listed() if function is route.listener and each.kind == request.kind]
    return next((each for each in same if each.wanted == request.name), same[0])


@dataclass
class House:
    """`engine` is the database behind the desk's store; `elsewhere` are the offices in other workspaces."""

    desk: Desk
    bot: Bot
    slack: Slack
    engine: Engine
    elsewhere: dict[str, Office]
    _made: Callable[[], Bot] = field(repr=False)

    def starts_anew(self) -> None:
        """The bot forgets what it had read."""
        self.bot = self._made()

    @property
    def hands(self) -> Hands:
        return Hands(self.slack, self.desk.now(), SEAL)

    def put_back(self, snapshot: Connection) -> None:
        with self.database() as here:
            snapshot.backup(here)

    def kept(self) -> Connection:
        """The database as it is now, to put it back later."""
        snapshot = sqlite3.connect(":memory:", check_same_thread=False)
        with self.database() as here:
            here.backup(snapshot)
        return snapshot

    def database(self) -> "_Raw":
        """To look into."""
        return _Raw(self.engine)

    async def does(self, gesture: Gesture) -> Outcome:
        """The payload arrives, and all that follows from it has been drawn. It stays as it was sent, with its
        seal."""
        self.slack.said.clear()
        with capture_logs() as log:
            with acking():
                answer = await self.bot.dispatch(json.loads(json.dumps(gesture.payload)))
            for each in (self.bot, *self.elsewhere.values()):
                await each.drawing.finished()
        return Outcome(
            answer.status,
            _read(answer.body),
            tuple(self.slack.said),
            tuple(dict(fact) for fact in log),
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
    client = SlackClient(token="xoxb-attacked", base_url=API, session=slack, retry_handlers=[])  # type: ignore[arg-type]
    act, pace = Gate(desk.store), Pace(count(0, 3600).__next__)

    elsewhere: dict[str, Office] = {}

    def opened(desk: Desk) -> Office:
        return office(desk, client, act, slack, pace, Numbers("it"), every=1, trackers={}, receiver=None)  # type: ignore[arg-type]

    def made() -> Bot:
        """It serves every workspace, as a process does that many have installed."""
        here = opened(desk)
        elsewhere.clear()

        async def read() -> Seal:
            return SEAL

        async def where(context: AsyncBoltContext) -> tuple[Office, Desk]:
            team = context.team_id or desk.team
            if team == desk.team:
                return here, desk
            its = elsewhere.setdefault(team, opened(desk.at(team)))
            return its, its.desk

        seals = Seals(SEAL, read)
        app, dispatch = answering(client, settings, seals, where)
        return Bot(**vars(here), app=app, dispatch=dispatch, seals=seals)

    try:
        yield House(desk, made(), slack, engine, elsewhere, made)
    finally:
        act.close()


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
