"""A bot that is connected to a local workspace, for tests that read like dialogues."""

import itertools
import os
import socket
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import yaml

from bot import app, starting
from bot.settings import HttpSettings, Settings
from bot.stopping import Stop
from conversation import first
from conversation.pack import Pack
from storage.store import Store
from workspace.people import Message, Modal, People, Someone
from workspace.seed import Seed
from workspace.server import Workspace

MONDAY = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
MANIFEST: Mapping[str, Any] = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))

PEOPLE = [
    {"name": "lee", "real_name": "Lee Moran", "title": "Head of Platform", "tz": "Europe/London"},
    {"name": "ana", "real_name": "Ana Silva", "title": "Data Scientist", "tz": "Europe/London"},
    {"name": "omar", "real_name": "Omar Haddad", "title": "MLOps Engineer", "tz": "Europe/London"},
    {
        "name": "kim",
        "real_name": "Kim Park",
        "title": "Product Manager",
        "tz": "Europe/London",
        "is_admin": True,
    },
    {
        "name": "sol",
        "real_name": "Sol Ibarra",
        "title": "Data Scientist",
        "tz": "Europe/London",
        "locale": "es-MX",
    },
]
CHANNELS = [
    {"name": "ml-platform", "members": ["lee", "ana", "omar", "kim", "sol"], "app": True},
    {"name": "secret", "members": ["lee"], "private": True},
    {"name": "news", "members": ["lee"], "app": True, "posting": "admins"},
]


#: Who is no full member, and who is there for their groups.
OTHERS: list[dict[str, Any]] = [
    {"name": "gus", "real_name": "Gus Berg", "title": "Data Engineer", "is_restricted": True},
    {"name": "sam", "real_name": "Sam Stone", "title": "Data Scientist", "is_stranger": True},
    {"name": "mia", "real_name": "Mia Roth", "title": "ML Engineer", "tz": "Europe/London"},
    {"name": "tokyo", "real_name": "Aiko Mori", "title": "Data Scientist", "tz": "Asia/Tokyo"},
    {"name": "robot", "real_name": "Robot", "is_bot": True},
    {"name": "zoe", "real_name": "Zoe Gone", "deleted": True},
]
#: With the app in it, an announcement-only one, and one of people whom a set-up looks at twice.
PLACES: list[dict[str, Any]] = [
    {"name": "news", "members": ["lee", "ana"], "app": True, "posting": "admins"},
    {"name": "mixed", "members": ["lee", "ana", "gus", "sam", "robot", "zoe"], "app": True},
]
GROUPS: list[dict[str, Any]] = [
    {"handle": "ml-ops", "name": "ML operations", "members": ["omar", "kim"]},
    {"handle": "nobody", "name": "Nobody yet", "members": []},
]

SHORT = "Self-check: a few questions, the same for everybody"
STANDARD = "Standard: what each role knows first hand"
LONG = "Long: also what each role sees from the side"
LEVEL_2 = "Level 2, Intermediate, in every aspect"


class Time:
    """Stands still until it is moved."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.at = start

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Scene:
    """Slack, the bot, and one clock for both."""

    slack: People
    server: Workspace
    bot: app.Bot
    time: Time
    store: Store

    def person(self, name: str) -> Someone:
        return self.slack.person(name)

    async def later(self, **by: float) -> None:
        await self.goes_to(self.time.at + timedelta(**by))

    async def goes_to(self, when: datetime) -> None:
        """The time passes; whatever is due goes out."""
        self.time.at = when
        await self.slack.clock.set(when)
        await self.beat()

    async def beat(self) -> None:
        await self.bot.drawing.finished()
        await self.bot.errands.run()
        await self.bot.hook.run()
        await self.bot.poster.post_due()

    async def roles(self) -> Modal:
        """The last step of setting up, with the steps before it left as they are."""
        lee = self.person("lee")
        for step in ("What matters", "What counts, who sees"):
            assert not (await (await lee.modal(step)).submit()).errors
        return await lee.modal("Check the roles")

    async def checked(self) -> Modal:
        """And what needs a look. Many people stand on several pages."""
        lee, form = self.person("lee"), await self.roles()
        while form.title == "Check the roles":
            assert not (await form.submit()).errors
            form = await lee.modal()
        return await lee.modal("Ready to launch?")

    async def launch(
        self,
        *people: str,
        length: str = SHORT,
        target: str | None = None,
        subject: str = "Fraud team",
    ) -> None:
        """Lee sets up an assessment of these people, in the roles that their job titles suggest."""
        check = await self.set_up(*people, length=length, target=target, subject=subject)
        assert not (await check.submit()).errors
        await self.person("lee").sees("is launched")
        await self.beat()

    async def set_up(
        self, *people: str, length: str = SHORT, target: str | None = None, subject: str = "Fraud team"
    ) -> Modal:
        """All of it but the launch."""
        lee = self.person("lee")
        await lee.command("/tidemark start", channel="ml-platform")
        modal = await lee.modal("Set up an assessment")
        answers: dict[str, object] = {"subject": subject, "length": length, "people": list(people)}
        if target:
            answers["target"] = target
        await modal.fill(answers)
        assert not (await modal.submit()).errors
        return await self.checked()


@dataclass(frozen=True)
class Town:
    """Slack with its people, in which bots come and go."""

    server: Workspace
    slack: People
    store: Store
    time: Time
    seconds: Callable[[], float]
    pack: Pack

    @asynccontextmanager
    async def bot(self, **more: Any) -> AsyncIterator[Scene]:
        """`more` settings by their variables."""
        settings = Settings(
            SLACK_BOT_TOKEN=self.server.bot_token,
            SLACK_APP_TOKEN=self.server.app_token,
            SLACK_API_URL=self.server.api_url,
            **more,
        )
        already = self.server.sockets.open_connections
        life = starting.running(settings, self.store, pack=self.pack, now=self.time.now, seconds=self.seconds)
        async with life as bot:
            await self.slack.connected(already + 1)
            yield Scene(self.slack, self.server, bot, self.time, self.store)

    @asynccontextmanager
    async def service(self, stop: Stop | None = None, **more: Any) -> AsyncIterator[tuple[Scene, str]]:
        """A bot to which Slack sends requests, and the URL of its host."""
        secret = self.server.team.app.signing_secret
        given = {"TIDEMARK_PORT": free_port(), "TIDEMARK_SIGNING_SECRET": secret, **more}
        settings = HttpSettings(
            SLACK_BOT_TOKEN=self.server.bot_token,
            SLACK_API_URL=self.server.api_url,
            **given,
        )
        life = starting.running(
            settings, self.store, pack=self.pack, now=self.time.now, seconds=self.seconds, stop=stop
        )
        async with life as bot:
            url = f"http://127.0.0.1:{settings.port}"
            await self.slack.delivers_to(f"{url}/slack/events")
            yield Scene(self.slack, self.server, bot, self.time, self.store), url


_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
#: Below those that the system gives to whoever connects, who could take one before it is listened at; each
#: worker of the tests has its own.
_PORTS = itertools.count(20_000 + 1_000 * _WORKER)


def free_port() -> int:
    for port in _PORTS:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("there is always another number")


def never_short() -> Callable[[], float]:
    """Slack's pace, for who does not want to wait for it."""
    return itertools.count(0, 3600).__next__


@asynccontextmanager
async def town(
    store: Store,
    *,
    people: list[dict[str, Any]] = PEOPLE,
    channels: list[dict[str, Any]] = CHANNELS,
    groups: list[dict[str, Any]] | None = None,
    seconds: Callable[[], float] | None = None,
    start: datetime = MONDAY,
    rate_limits: bool = False,
    ack_seconds: float = 3.0,
    pack: Pack | None = None,
    declined: Collection[str] = (),
    edit_minutes: int | None = None,
    is_new: bool = False,
) -> AsyncIterator[Town]:
    """In which the app has been for a while, so that somebody was welcomed, unless it `is_new`."""
    seed = Seed.from_manifest(
        MANIFEST,
        decline=declined,
        team={} if edit_minutes is None else {"edit_minutes": edit_minutes},
        people=people,
        channels=channels,
        groups=groups or [],
        clock={"start": start, "runs": False},
    )
    opening = Workspace.start(seed, rate_limits=rate_limits, ack_seconds=ack_seconds)
    async with opening as server, People(server.url) as slack:
        asked = pack or Pack.shipped("mlops")
        if not is_new:
            _welcomed(store, server.team.id, start)
        yield Town(server, slack, store, Time(start), seconds or never_short(), asked)


@asynccontextmanager
async def scene(
    store: Store,
    *,
    people: list[dict[str, Any]] = PEOPLE,
    channels: list[dict[str, Any]] = CHANNELS,
    start: datetime = MONDAY,
    rate_limits: bool = False,
) -> AsyncIterator[Scene]:
    """A town with one bot."""
    seconds = monotonic if rate_limits else None
    async with (
        town(
            store,
            people=people,
            channels=channels,
            seconds=seconds,
            start=start,
            rate_limits=rate_limits,
        ) as place,
        place.bot() as stage,
    ):
        yield stage


def _welcomed(store: Store, team: str, at: datetime) -> None:
    """Somebody was, who is not here any more."""
    with store.transaction(team) as tx:
        tx.postings.owe(
            first.WELCOME,
            kind="welcome",
            subject_id="U-GONE",
            recipient="U-GONE",
            due_at=at,
            contents={},
            now=at,
        )
        welcome = tx.postings.claim(first.WELCOME, token="before", now=at, lease=timedelta(minutes=1))
        if welcome:
            tx.postings.sent(welcome, channel="D-GONE", ts="0")


def shown(messages: list[Message]) -> list[str]:
    return [message.shown for message in messages]
