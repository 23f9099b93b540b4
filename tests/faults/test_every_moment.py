"""The bot dies before and after every statement, commit, ack and call to Slack of an interview, at
one moment of each press. Nothing that was acked is lost, and nothing is said twice.

In the first run each press is the last thing that a process begins: it dies at the first moment of it. In the
second run at the second, and so on, until no press has as many. `make test` takes those that a seed chooses.
"""

import asyncio
import sys
from datetime import date
from pathlib import Path

import pytest

from conversation import drafting, opening
from conversation.desk import Desk
from conversation.pack import Length
from conversation.scope import Scope
from storage.records import Person
from tests.e2e.child import Nursery
from tests.e2e.test_kill import SUBJECT, THE_END, Seen, nothing_was_lost_or_said_twice
from tests.faults.deaths import IN_FULL, SEED, Deaths, out_of_order
from workspace.server import Workspace

pytestmark = pytest.mark.asyncio(loop_scope="module")
#: No press has more moments.
MOST = 60
RUNS = range(1, MOST + 1) if IN_FULL else [1 + (SEED * 7 + step) % 40 for step in (2, 22)]
WHO = "ana"
#: The question that she answers by typing.
TYPES, QUESTIONS = "Question 2 of", 4


class Interview(Deaths):
    """One person, and a bot that dies at a moment of each thing that she does."""

    async def play(self) -> None:
        async with asyncio.timeout(100):
            await self.armed_birth()
            done = None
            while (seen := await self.next_card(WHO, after=done)).button != THE_END:
                async with self.dying():
                    acked = await self.does(seen)
                while not acked:
                    acked = await self.presses(await self.next_card(WHO, after=done))
                done = seen
            await self.the_last_life([])

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


def invited(desk: Desk, server: Workspace) -> None:
    """One person, to a few questions."""
    ana, lee = (
        Person(user_id=each.id, name=each.real_name, tz=each.tz, locale="en-GB")
        for each in map(server.team.person, (WHO, "lee"))
    )
    wanted = Scope(
        aspects=tuple(aspect.id for aspect in desk.pack.aspects), length=Length.SHORT, people=(ana.user_id,)
    )
    draft = drafting.draft(
        desk, lee, subject=SUBJECT, scope=wanted, channel=None, closes_on=date(2026, 12, 18)
    ).assessment.id
    roles = {ana.user_id: (desk.pack.roles[0].id,)}
    opening.launch(desk, lee.user_id, assessment=draft, roles=roles, people={ana.user_id: ana})


@pytest.mark.parametrize("number", RUNS)
async def test_nothing_is_lost_or_said_twice_whenever_the_bot_dies_in_an_interview(
    database_url: str, tmp_path: Path, nursery: Nursery, number: int
) -> None:
    people = [{"name": name, "real_name": name.title(), "tz": "Europe/London"} for name in (WHO, "lee")]
    async with Interview.of(number, database_url, tmp_path, nursery, invited, people) as now:
        await now.play()

        died = now.died()
        sys.stdout.write(f"moment {number}: {len(died)} deaths: {'; '.join(died)}\n")
        assert len(died) == now.kills
        nothing_was_lost_or_said_twice(now)
        assert len([value for _, _, value in now.stored() if value is not None]) == QUESTIONS
        assert out_of_order(database_url) == []
