"""The whole bot in one process: the real app with its listeners on a real store, and the local workspace,
which refuses what Slack refuses. Only the wire between them is a function call, and time passes at once."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
from collections import defaultdict, deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

import structlog
import yaml
from aiohttp import ClientSession
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import app
from bot.gate import Gate
from bot.line import slack_client
from bot.pace import Pace
from bot.seals import Seal, Seals
from bot.settings import Settings
from bot.socket import Socket
from bot.told import told
from conversation import first
from conversation.desk import Desk
from conversation.pack import Pack
from storage.database import copy_in_memory
from storage.store import Store
from tests.e2e.workspace import CHANNELS, GROUPS, MONDAY, OTHERS, PEOPLE, PLACES
from tests.fuzz.loop import Loop
from tests.fuzz.watch import Libraries, Watch
from tests.fuzz.wire import Wire
from workspace.seed import Seed
from workspace.state import Ack
from workspace.team import Team

Json = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

MANIFEST: Mapping[str, Any] = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))
#: After so many rounds of events that follow from events something goes round in circles.
MOST_ROUNDS = 40
_TOWN: Json = {
    "people": [*PEOPLE, *OTHERS],
    "channels": [*CHANNELS[:2], *PLACES],
    "groups": GROUPS,
    "clock": {"start": MONDAY, "runs": False},
}


class Inline(Gate):
    """Use cases run where they are called, so that two runs do the same."""

    def __init__(self) -> None:
        self._writer = None
        self._turns = WeakValueDictionary()

    async def __call__(self, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return told(use_case(*args, **kwargs))


class Door(Socket):
    """The real entrance, without a socket: what it answers is kept."""

    def __init__(self, bot: app.Bot) -> None:
        self._client = cast(Any, self)
        self._begin()
        self.answer_with(bot.dispatch)
        self.answers: dict[str, list[Json | None]] = {}

    async def send_message(self, message: str) -> None:
        said = json.loads(message)
        self.answers[said["envelope_id"]].append(said.get("payload"))


@dataclass(frozen=True)
class Start:
    """A world in which a run begins: what Slack and the store hold, and when."""

    team: Team
    store: Store
    at: datetime
    chance: Random


@dataclass
class Letter:
    kind: str
    payload: Json


@dataclass
class House:
    """`letters` are all requests that were sent to the bot, the newest last; `misled` is by person who was
    named instead of them in those that we broke."""

    team: Team
    store: Store
    at: datetime
    loop: Loop
    watch: Watch
    chance: Random
    letters: deque[Letter] = field(default_factory=lambda: deque(maxlen=200))
    misled: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    bot: app.Bot = field(init=False)
    wire: Wire = field(init=False)
    door: Door = field(init=False)
    dead: bool = False
    _told: list[Json] = field(default_factory=list)
    sent: int = 0

    @classmethod
    def new(cls, loop: Loop | None = None) -> House:
        """Nobody has done anything yet, but that the app was welcomed."""
        team = Team.of(Seed.from_manifest(MANIFEST, **_TOWN))
        team.url = "http://127.0.0.1:1"  # what goes past the wire is refused at once
        store = Store.in_memory()
        with store.transaction(team.id) as tx:
            tx.postings.owe(
                first.WELCOME,
                kind="welcome",
                subject_id="U-GONE",
                recipient="U-GONE",
                due_at=MONDAY,
                contents={},
                now=MONDAY,
            )
            if welcome := tx.postings.claim(first.WELCOME, token="-", now=MONDAY, lease=timedelta(1)):
                tx.postings.sent(welcome, channel="D-GONE", ts="0")
        return cls.at_home(team, store, MONDAY, loop or Loop(), Random(1))

    @classmethod
    def of(cls, start: Start, loop: Loop) -> House:
        """A world of its own that is like this one."""
        store = Store(copy_in_memory(start.store._engine))
        chance = copy.deepcopy(start.chance)
        return cls.at_home(copy.deepcopy(start.team), store, start.at, loop, chance)

    @classmethod
    def at_home(cls, team: Team, store: Store, at: datetime, loop: Loop, chance: Random) -> House:
        asyncio.set_event_loop(loop)
        house = cls(team, store, at, loop, Watch(team, store), chance)
        team.line = house
        loop.do(house._open())
        house.watch.look()
        return house

    def kept(self) -> Start:
        self.team.line, before = None, self.team.line
        store = Store(copy_in_memory(self.store._engine))
        start = Start(copy.deepcopy(self.team), store, self.at, copy.deepcopy(self.chance))
        self.team.line = before
        return start

    def close(self) -> None:
        self.loop.do(self._stop())
        _LIBRARIES.watch = None
        self.bot.desk.store.close()

    # What the workspace asks of its line.

    def tell(self, payload: Json) -> None:
        self._told.append(payload)

    async def ask(self, kind: str, payload: Json, *, accepts_response: bool) -> Ack:
        return await self.deliver(kind, payload)

    def ticket(self) -> str:
        return "ticket"

    # Life of the bot.

    def now(self) -> datetime:
        return self.at

    def new_id(self) -> str:
        return "".join(self.chance.choices("abcdefghijkmnpqrstuvwxyz23456789", k=12))

    async def _open(self) -> None:
        self.wire = Wire(self.team, self.watch.overheard)
        settings = Settings(
            SLACK_BOT_TOKEN=self.team.app.bot_token,
            SLACK_APP_TOKEN=self.team.app.app_token,
            SLACK_API_URL=f"{self.team.url}/api/",
            _env_file=None,
        )
        desk = Desk(
            team=self.team.id,
            store=self.store,
            now=self.now,
            new_id=self.new_id,
            pack=_PACK,
            claimant=self.new_id(),
        )
        session = cast(ClientSession, self.wire)
        client = slack_client(settings, session)
        pace = Pace(self.loop.time)
        self.bot = app.create_app(
            desk, client, Inline(), session, pace, settings, seals(), trackers={}, receiver=None
        )
        self.door = Door(self.bot)
        self.dead = False
        _LIBRARIES.watch = self.watch
        structlog.configure(processors=[cast(Any, self.watch.heard)], cache_logger_on_first_use=False)

    async def _stop(self) -> None:
        """Without a word, as when the power goes."""
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks(self.loop) if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def restart(self) -> None:
        await self._stop()
        await self._open()

    async def deliver(self, kind: str, payload: Json, *, keep: bool = True) -> Ack:
        """One request, and how the bot answered it: once, or something is broken."""
        if self.dead:
            return Ack(error="dispatch_failed")
        payload = json.loads(json.dumps(payload))
        if keep:
            self.letters.append(Letter(kind, json.loads(json.dumps(payload))))  # the bot changes its own
        self.sent += 1
        envelope = f"e{self.sent}"
        self.door.answers[envelope] = []
        request = SocketModeRequest(type=kind, envelope_id=envelope, payload=payload)
        self.watch.begins(kind, payload)
        handling = asyncio.ensure_future(self.door.handle(request))
        await asyncio.wait({handling}, timeout=60)
        if not handling.done():
            handling.cancel()
            if self.wire.dies_after is not None:
                self.dead = True
                return Ack(error="operation_timeout")
            self.watch.broken("never answered", kind=kind)
        elif error := handling.exception():
            self.watch.broken("the entrance raised", error=error)
        answers = self.door.answers.pop(envelope)
        if not answers and self.watch.was_left_to_slack(payload):
            return Ack(error="http_error")
        if len(answers) != 1:
            self.watch.broken(f"acked {len(answers)} times", kind=kind)
            return Ack(error="operation_timeout")
        self.watch.acked(kind, payload, answers[0])
        return Ack(payload=answers[0])

    async def settle(self) -> None:
        """Until all is drawn and nothing follows any more."""
        for _ in range(MOST_ROUNDS):
            if self.dead or (self.wire.dies_after or 0) < 0:
                await self._dies()
            told_now, self._told = self._told, []
            for payload in told_now:
                ack = await self.deliver("events_api", payload)
                if not ack.acked and not self.dead:
                    self._told.append(payload)  # Slack brings it again
            drawing = asyncio.ensure_future(self.bot.drawing.finished())
            await asyncio.wait({drawing}, timeout=600)
            if not drawing.done():
                drawing.cancel()
                if self.wire.dies_after is None:
                    self.watch.broken("never drawn")
                await self._dies()
            if self.team.pulse.coming:
                await asyncio.sleep(0.1)
            if not self._told and not self.team.pulse.coming and not self.dead:
                return
        if self.watch.is_hopeless:
            self._told.clear()
        self.watch.broken("goes round in circles", events=[e["event"].get("type") for e in self._told[:4]])

    async def _dies(self) -> None:
        await self._stop()
        await self._open()

    async def beat(self) -> None:
        """What is due goes out."""
        work = asyncio.ensure_future(self._beat())
        await asyncio.wait({work}, timeout=3600)
        if not work.done():
            work.cancel()
            if self.wire.dies_after is None:
                self.watch.broken("the beat does not end")
            await self._dies()
        elif error := work.exception():
            self.watch.broken("the beat raised", error=error)

    async def _beat(self) -> None:
        await self.bot.drawing.finished()
        await self.bot.errands.run()
        await self.bot.hook.run()
        await self.bot.poster.post_due()
        await self.bot.peers.meet()

    async def goes_to(self, when: datetime) -> None:
        self.at = when
        self.team.clock.set(when.timestamp())
        await self.beat()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.do(work)


#: With which its forms are sealed.
SEAL = Seal(b"house")


def seals() -> Seals:
    async def read() -> Seal:
        return SEAL

    return Seals(SEAL, read)


_PACK = Pack.shipped("mlops")
_LIBRARIES = Libraries(logging.ERROR)
logging.getLogger().addHandler(_LIBRARIES)
