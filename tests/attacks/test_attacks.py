"""Everybody tries everything: every payload that works for somebody is sent by everybody else, with the ids
in it, and from another workspace.

Whoever has no right to it changes no row that is not theirs, and is shown no word that they may not read.
`make soak` lets everybody try all of it; otherwise a part of it is tried, each by one, chosen by a seed.
"""

import asyncio
import os
import random
from collections.abc import Iterable, Iterator

from tests.attacks.examples import Example, harvest
from tests.attacks.forged import Before, forged, leaks, rows, wrongs
from tests.attacks.house import listeners
from tests.attacks.world import (
    ADA,
    ANA,
    GUS,
    HERE,
    KIM,
    LEE,
    MAX,
    OMAR,
    PAT,
    REX,
    SAM,
    SUE,
    THERE,
    ZOE,
    Town,
    town,
)

SEED, SOAK = int(os.environ.get("SEED", "1")), "SOAK" in os.environ
#: A bystander, a stranger, a guest, who facilitates another one, who facilitates, who helps, two who answer,
#: who owns actions, who follows one, who checks evidence, who looks after the workspace.
EVERYBODY = (MAX, SAM, GUS, PAT, LEE, KIM, ANA, OMAR, ZOE, SUE, REX, ADA)
#: Somebody of another workspace, where there is nothing.
TOM = "U0TOM"
#: Without `SOAK`, of so many payloads one is tried.
ONE_OF = 2
#: What people do. Of the other events Slack tells, and nobody can say them in its place.
BY_PEOPLE = {"message", "app_mention", "app_home_opened"}
#: Refused to everybody here: a button that nobody knows, the roles of a draft in which nobody gets one, and a
#: file that is no table.
NOBODY_MAY = {"of_long_ago", "view_submission roles", "table_import"}
#: Whoever is of another workspace is answered by this one's bot, which has no row of theirs to note it in.
NO_FAILURE = {"posted_without_claim"}

Attack = tuple[Example, str, str]


def attacks() -> Iterator[Attack]:
    """Payloads, by whom, and from which workspace."""
    known, chance = harvest().all, random.Random(SEED)
    done = [each for each in known if each.listener.kind != "event" or each.listener.wanted in BY_PEOPLE]
    for example in done if SOAK else chance.sample(done, len(done) // ONE_OF):
        tries = [*((who, HERE) for who in EVERYBODY if who != example.gesture.who), (TOM, THERE)]
        for who, team in tries if SOAK else chance.sample(tries, 1):
            yield example, who, team


async def fallen_for(chosen: Iterable[Attack]) -> list[str]:
    """What came of it that must not, a line for each."""
    found: list[str] = []
    before: dict[int, Before] = {}
    async with town("J") as here:
        for example, who, team in chosen:
            if id(example.database) not in before:
                before[id(example.database)] = Before(rows(example.database))
            lines = await _tried(here, example, who, team, before[id(example.database)])
            found += [f"{example.name} by {who} of {team}: {line}" for line in lines]
    return found


async def _tried(here: Town, example: Example, who: str, team: str, before: Before) -> list[str]:
    here.goes_to(example)
    attack = forged(example.gesture, who, team=team)
    outcome = await here.does(attack)
    with here.house.database() as database:
        changed = wrongs(before, database, who, team, leaves=example.name == "data_forget")
    return [
        *(f"failed: {fact}" for fact in outcome.failed if fact["event"] not in NO_FAILURE),
        *(f"changed {row}" for row in changed),
        *(f"was shown {word}" for word in leaks(before, outcome, who, attack)),
    ]


def test_every_listener_is_attacked_and_nobody_gets_at_what_is_not_theirs() -> None:
    """In one test, because all that is needed is lived through once."""
    missing = ", ".join(map(str, harvest().missing))
    assert not missing, f"Nobody finds these in the town: {missing}"
    assert {each.listener for each in harvest().all} == set(listeners())
    assert {each.name for each in harvest().all if not each.works} <= NOBODY_MAY

    found = asyncio.run(fallen_for(attacks()))

    assert not found, f"SEED={SEED}:\n" + "\n".join(found)
