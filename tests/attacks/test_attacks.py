"""Everybody tries everything: every payload that works for somebody is sent by everybody else, with the ids
in it, and from another workspace.

Whoever has no right to it changes no row that is not theirs, and is shown no word that they may not read.
What a form carries is forged too, and refused.
`make soak` lets everybody try all of it; otherwise a part of it is tried, each by one, chosen by a seed.
"""

import asyncio
import json
import os
import random
from collections.abc import Iterable, Iterator

from tests.attacks.examples import Example, harvest
from tests.attacks.forged import Before, carried_by, carrying, forged, is_form, leaks, rows, wrongs
from tests.attacks.gestures import Gesture
from tests.attacks.house import Outcome, listeners
from tests.attacks.world import (
    ADA,
    ANA,
    CHANNEL,
    ELSEWHERE,
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


async def taken_for_ours() -> list[str]:
    """Forms that were forged and not refused for that: another person's, with what another form of theirs
    carried, and with another channel."""
    forms = [each for each in harvest().all if is_form(each.gesture.payload)]
    found: list[str] = []
    async with town("K") as here:
        await here.does(here.house.hands.command(MAX, "help"))  # what language they speak is noted once
        for example, other in zip(forms, [*forms[1:], forms[0]], strict=True):
            mine = example.gesture
            tries = {
                "of another person": forged(mine, MAX, sealed=False),
                "with another form's": carrying(mine, other.gesture.payload["view"]["private_metadata"]),
                "from elsewhere": carrying(mine, _elsewhere(mine)),
                "without a seal": carrying(mine, carried_by(mine.payload)),
            }
            if _same_form(mine, other.gesture):
                del tries["with another form's"]
            here.goes_to(example)
            for how, attack in tries.items():
                with here.house.database() as database:
                    before = database.total_changes
                outcome = await here.house.does(attack)
                with here.house.database() as database:
                    changed = database.total_changes - before
                refused = outcome.refused or ("SealBroken",) * (mine.payload["type"] == "view_closed")
                told = _told(mine.payload["type"], outcome)
                if refused != ("SealBroken",) or changed or outcome.failed or not told:
                    found.append(f"{example.name} {how}: {outcome.refused}, {changed} changed, told: {told}")
    return found


def _told(kind: str, outcome: Outcome) -> bool:
    """In the form, which stays open: under a field, or on top of it, so that what was typed can be copied."""
    if kind == "view_submission":
        return outcome.ack.get("response_action") in {"errors", "push"}
    return kind == "view_closed" or any(each.method == "views.push" for each in outcome.said)


def _same_form(one: Gesture, other: Gesture) -> bool:
    """Given to the same person: what it carries is theirs, wherever they send it."""
    return one.who == other.who and one.payload["view"].get("callback_id") == other.payload["view"].get(
        "callback_id"
    )


def _elsewhere(form: Gesture) -> str:
    """As if it had been opened in the channel."""
    seal, _, carried = str(form.payload["view"]["private_metadata"]).partition(".")
    try:
        packed = json.loads(carried)
    except ValueError:
        return f"{seal}.{CHANNEL if carried != CHANNEL else ELSEWHERE}"
    return f"{seal}.{json.dumps({**packed, 'h': CHANNEL, 'c': CHANNEL})}"


def test_every_listener_is_attacked_and_nobody_gets_at_what_is_not_theirs() -> None:
    """In one test, because all that is needed is lived through once."""
    missing = ", ".join(map(str, harvest().missing))
    assert not missing, f"Nobody finds these in the town: {missing}"
    assert {each.listener for each in harvest().all} == set(listeners())
    assert {each.name for each in harvest().all if not each.works} <= NOBODY_MAY

    found = asyncio.run(fallen_for(attacks()))

    assert not found, f"SEED={SEED}:\n" + "\n".join(found)

    believed = asyncio.run(taken_for_ours())

    assert not believed, "\n".join(believed)
