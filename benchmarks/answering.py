"""CPU time of the bot's process for one answered question.

Each bot has a workspace of its own, all of them in this process, with the same people, and is clicked in
turn: a wave is one answer of everybody, some at a time. Rounds of the bots alternate, so that a noisy minute
meets them all.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks import child
from benchmarks.child import Child
from benchmarks.table import Row
from conversation.launching import PAGE
from workspace.people import People, Someone
from workspace.seed import Seed
from workspace.server import Workspace

MANIFEST = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))
LENGTH = "Standard: what each role knows first hand"  # 20 questions for an ML engineer
SOME_AT_A_TIME = 8
WARM_UP, ROUNDS, WAVES = 2, 8, 2
NAMES = [f"p{number:02}" for number in range(40)]
ANSWERS = ROUNDS * WAVES * len(NAMES)


@dataclass
class Contender:
    title: str
    slack: People
    child: Child
    asks: bool
    spent_ms: list[float] = field(default_factory=list)

    async def wave(self) -> None:
        await self._everybody(self._answers)
        await self.slack.settled(quiet=0.03)

    async def round(self) -> None:
        before = self.child.cpu_seconds
        for _ in range(WAVES):
            await self.wave()
        self.spent_ms.append((self.child.cpu_seconds - before) * 1000 / (WAVES * len(NAMES)))

    async def begin(self) -> None:
        """Everybody gets the first card. Invitations wait for working hours; whoever writes does not."""
        if self.asks:
            await launch(self.slack)
        await self._everybody(lambda person: person.says("hello"))
        await self._everybody(lambda person: person.sees("[A]", within=60))
        await self.slack.settled()

    async def _answers(self, person: Someone) -> None:
        await person.sees("[A]")
        clicked = await person.clicks("answer:1")
        assert clicked.acked, clicked.error

    async def _everybody(self, does: Callable[[Someone], Awaitable[Any]]) -> None:
        seats = asyncio.Semaphore(SOME_AT_A_TIME)

        async def one(name: str) -> None:
            async with seats:
                await does(self.slack.person(name))

        await asyncio.gather(*map(one, NAMES))


async def measure() -> list[Row]:
    with TemporaryDirectory() as folder:
        async with (
            contender(folder, "bare Bolt: insert, ack, chat.update", "benchmarks.bare") as bare,
            contender(folder, "bare Bolt with the next card too", "benchmarks.bare", "--next-card") as two,
            contender(folder, "Tidemark, record and next card", "benchmarks.unhurried") as tidemark,
            contender(folder, "Tidemark, budget short: one card", "bot", "run") as short,
        ):
            contenders = [bare, two, tidemark, short]
            for each in contenders:
                await each.begin()
                for _ in range(WARM_UP):
                    await each.wave()
            for _ in range(ROUNDS):
                for each in contenders:
                    await each.round()
            return [Row(each.title, "ms", each.spent_ms, bare.spent_ms) for each in contenders]


@asynccontextmanager
async def contender(folder: str, title: str, module: str, *arguments: str) -> AsyncIterator[Contender]:
    own = Path(folder) / title.replace(" ", "-").replace(":", "")
    own.mkdir()
    async with (
        Workspace.start(seed()) as server,
        People(server.url, within=60) as slack,
        child.running(module, *arguments, folder=own, slack=server) as bot,
    ):
        await slack.connected()
        yield Contender(title, slack, bot, asks="Tidemark" in title)


def seed() -> Seed:
    people = [{"name": name, "real_name": name.upper(), "title": "ML Engineer"} for name in ["lee", *NAMES]]
    channel = {"name": "ml-platform", "members": ["lee", *NAMES], "app": True}
    return Seed.from_manifest(MANIFEST, people=people, channels=[channel])


async def launch(slack: People) -> None:
    lee = slack.person("lee")
    await lee.command("/tidemark start", channel="ml-platform")
    modal = await lee.modal("Set up an assessment")
    await modal.fill({"subject": "Everybody", "length": LENGTH, "people": NAMES})
    assert not (await modal.submit()).errors
    pages = ["Check the roles"] * ceil(len(NAMES) / PAGE)
    for step in ("What matters", "What counts, who sees", *pages, "Ready to launch?"):
        assert not (await (await lee.modal(step)).submit()).errors
    await lee.sees("is launched")
