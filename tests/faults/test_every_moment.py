"""The bot dies before and after every statement, commit, ack and call to Slack of an interview, at
one moment of each press. Nothing that was acked is lost, and nothing is said twice.

In the first run each press is the last thing that a process begins: it dies at the first moment of it. In the
second run at the second, and so on, until no press has as many. `make test` takes those that a seed chooses.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from conversation import drafting, opening
from conversation.desk import Desk
from conversation.pack import Length, Pack
from conversation.scope import Scope
from storage.records import Person
from storage.store import Store
from tests.e2e.child import Ahead, Life, Nursery, is_alive
from tests.e2e.test_kill import (
    MONDAY,
    SUBJECT,
    THE_END,
    Seen,
    Trial,
    nothing_was_lost_or_said_twice,
)
from tests.e2e.workspace import MANIFEST
from tests.faults.moments import Moments
from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace

IN_FULL = bool({"SOAK", "BOTH"} & os.environ.keys())
SEED = int(os.environ.get("SEED", "1"))
#: No press has more moments.
MOST = 60
RUNS = range(1, MOST + 1) if IN_FULL else [1 + (SEED * 7 + step) % 40 for step in (2, 22)]
#: So seldom that it hardly comes between.
BEAT = 0.5
WHO = "ana"
#: The question that she answers by typing.
TYPES, QUESTIONS = "Question 2 of", 4


@dataclass
class Deaths(Trial):
    """One person, and a bot that dies at a moment of each thing that she does."""

    number: int = 0

    async def play(self) -> None:
        async with asyncio.timeout(100):
            pid, done = await self.armed_birth(), None
            while (seen := await self.next_card(WHO, after=done)).button != THE_END:
                await self.slack.settled(quiet=0.1)
                self.armed.touch()
                acked = await self.does(seen)
                await self.slack.settled(quiet=0.15, within=30)
                self.armed.unlink()
                if not is_alive(pid):
                    self.kills += 1
                    pid = await self.armed_birth()
                while not acked:
                    acked = await self.presses(await self.next_card(WHO, after=done))
                done = seen
            await self.the_last_life([])

    async def armed_birth(self) -> int:
        self.armed.unlink(missing_ok=True)
        return await self.born()

    async def does(self, seen: Seen) -> bool:
        if seen.button == "A" and TYPES in seen.message.shown:
            await self.slack.person(WHO).says("A")
            return True  # Slack brings it again
        return await self.presses(seen)

    async def presses(self, seen: Seen) -> bool:
        try:
            return (await self.slack.person(WHO).clicks(seen.button, message=seen.message)).acked
        except AssertionError:
            return False  # it changed under the finger

    @property
    def armed(self) -> Path:
        assert self.life.moments
        return Path(self.life.moments.armed)


def invited(store: Store, server: Workspace) -> None:
    """One person, to a few questions; whoever owes the messages died before sending one."""
    ids, pack = (f"id-{number}" for number in count()), Pack.shipped("mlops")
    desk = Desk(server.team.id, store, lambda: MONDAY, lambda: next(ids), pack, "who died")
    ana, lee = (
        Person(user_id=each.id, name=each.real_name, tz=each.tz, locale="en-GB")
        for each in map(server.team.person, (WHO, "lee"))
    )
    wanted = Scope(
        aspects=tuple(aspect.id for aspect in pack.aspects), length=Length.SHORT, people=(ana.user_id,)
    )
    draft = drafting.draft(
        desk, lee, subject=SUBJECT, scope=wanted, channel=None, closes_on=date(2026, 12, 18)
    ).assessment.id
    roles = {ana.user_id: (pack.roles[0].id,)}
    opening.launch(desk, lee.user_id, assessment=draft, roles=roles, people={ana.user_id: ana})


@asynccontextmanager
async def deaths(number: int, url: str, folder: Path) -> AsyncIterator[Deaths]:
    people = [{"name": name, "real_name": name.title(), "tz": "Europe/London"} for name in (WHO, "lee")]
    team = Seed.from_manifest(MANIFEST, people=people, clock={"start": MONDAY, "runs": True})
    store = Store.open(url)
    try:
        async with (
            Workspace.start(team) as server,
            People(server.url) as slack,
            Nursery.open(folder / "log") as nursery,
        ):
            invited(store, server)
            clock = Ahead.of(MONDAY, folder)
            moments = Moments(number, str(folder / "places"), str(folder / "armed"))
            life = Life(
                *(url, server.api_url, server.bot_token, server.app_token, clock), beat=BEAT, moments=moments
            )
            yield Deaths(number, store, server, slack, nursery, life, False, names=(WHO,))
    finally:
        store.close()


def places(folder: Path) -> list[str]:
    file = folder / "places"
    return file.read_text().splitlines() if file.exists() else []


@pytest.mark.parametrize("number", RUNS)
async def test_nothing_is_lost_or_said_twice_whenever_the_bot_dies_in_an_interview(
    database_url: str, tmp_path: Path, number: int
) -> None:
    async with deaths(number, database_url, tmp_path) as now:
        await now.play()

        died = places(tmp_path)
        sys.stdout.write(f"moment {number}: {len(died)} deaths: {'; '.join(died)}\n")
        assert len(died) >= now.kills, "a beat may come to its moment when nobody looks any more"
        nothing_was_lost_or_said_twice(now)
        assert len([value for _, _, value in now.stored() if value is not None]) == QUESTIONS
