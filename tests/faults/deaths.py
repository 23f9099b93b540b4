"""A bot that dies at a moment of each thing that happens, and is born again. Whoever did something does it
again, if they saw that it was not taken."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

from bot import stored
from bot.findings import Finding, Health
from conversation.desk import Desk
from conversation.pack import Pack
from storage.store import Store
from tests.e2e.child import Ahead, Life, Nursery, is_alive
from tests.e2e.test_kill import MONDAY, Trial
from tests.e2e.workspace import MANIFEST
from tests.faults.moments import ASKED, BEAT, Moments
from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace

IN_FULL = bool({"SOAK", "BOTH"} & os.environ.keys())
SEED = int(os.environ.get("SEED", "1"))
#: So seldom that it hardly comes between.
EVERY = 0.5


@dataclass
class Deaths(Trial):
    """The bot dies at the moment of this number."""

    number: int = 0
    pid: int = 0

    @asynccontextmanager
    async def dying(self, at: str = ASKED) -> AsyncIterator[None]:
        """While this happens, unless there are fewer moments in it."""
        await self.slack.settled(quiet=0.1)
        self.armed.write_text(at)
        yield
        await self.slack.settled(quiet=0.15, within=30)
        self.armed.unlink(missing_ok=True)
        if self.moments.doomed.exists():
            self.moments.doomed.unlink()
            while is_alive(self.pid):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.02)
            self.nursery.kill(self.pid)  # or somebody else may have that number by the end
            self.kills += 1
            await self.armed_birth()

    async def falls_due(self, seconds: float) -> None:
        """So much time passes, and it dies in the beat after it."""
        await self.slack.settled(quiet=0.1)
        await self.slack.clock.move(seconds=seconds)
        async with self.dying(BEAT):
            self.life.clock.jump(seconds)  # only now: a beat in between would do all of it and live
            while self.armed.exists() and is_alive(self.pid):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.02)

    async def armed_birth(self) -> None:
        self.armed.unlink(missing_ok=True)
        self.pid = await self.born()

    @property
    def armed(self) -> Path:
        return Path(self.moments.armed)

    @property
    def moments(self) -> Moments:
        assert self.life.moments
        return self.life.moments

    def died(self) -> list[str]:
        """Where."""
        file = Path(self.moments.file)
        return file.read_text().splitlines() if file.exists() else []

    @classmethod
    @asynccontextmanager
    async def of(
        cls,
        number: int,
        url: str,
        folder: Path,
        nursery: Nursery,
        before: Callable[[Desk, Workspace], object],
        people: Sequence[Mapping[str, Any]],
        channels: Sequence[Mapping[str, Any]] = (),
    ) -> AsyncIterator[Self]:
        """Whoever owed the messages of what was `before` died before sending one."""
        team = Seed.from_manifest(
            MANIFEST, people=people, channels=channels, clock={"start": MONDAY, "runs": True}
        )
        store = Store.open(url)
        try:
            async with Workspace.start(team) as server, People(server.url) as slack:
                before(desk_of(server.team.id, store), server)
                clock = Ahead.of(MONDAY, folder)
                moments = Moments(number, str(folder / "places"), str(folder / "armed"))
                life = Life(
                    *(url, server.api_url, server.bot_token, server.app_token, clock),
                    beat=EVERY,
                    moments=moments,
                )
                names = tuple(str(person["name"]) for person in people)
                yield cls(number, store, server, slack, nursery, life, False, names=names, number=number)
        finally:
            nursery.kill_all()
            store.close()


def desk_of(team: str, store: Store) -> Desk:
    ids = (f"id-{number}" for number in count())
    return Desk(team, store, lambda: MONDAY, lambda: next(ids), Pack.shipped("mlops"), "who died")


def out_of_order(url: str) -> list[Finding]:
    """What `tidemark db check` finds wrong."""
    return [finding for finding in stored.of_database(url) if finding.health is not Health.OK]
