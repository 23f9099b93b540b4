"""Everybody tries everything: every payload that works for somebody is sent by everybody else, with the ids
in it, with some of their own among these, in the channel, and from another workspace.

Whoever has no right to it changes no row that is not theirs, and is shown no word that they may not read.
What a form carries is forged too, and refused. No word that anybody wrote is in the log.
`make soak` lets everybody try all of it; otherwise a part of it is tried, each by one, chosen by a seed.
"""

import asyncio
import json
import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from sqlite3 import Connection

from bot.listeners.commands import WORDS as COMMAND_WORDS
from tests.attacks.examples import COMMANDS, Example, harvest
from tests.attacks.forged import (
    SUBJECTS,
    WORDS,
    Before,
    carried_by,
    carrying,
    forged,
    is_form,
    leaks,
    logged,
    mixed,
    rows,
    typed_in,
    with_ids_of,
    wrongs,
)
from tests.attacks.gestures import Gesture
from tests.attacks.house import SEAL, Outcome, listeners
from tests.attacks.slack import Json
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
    TOM,
    ZOE,
    Town,
    town,
)
from tests.fuzz.breeding import VALUES
from tests.fuzz.payloads import changed

SEED, SOAK = int(os.environ.get("SEED", "1")), "SOAK" in os.environ
#: A bystander, a stranger, a guest, who facilitates another one, who facilitates, who helps, two who answer,
#: who owns actions, who follows one, who checks evidence, who looks after the workspace.
EVERYBODY = (MAX, SAM, GUS, PAT, LEE, KIM, ANA, OMAR, ZOE, SUE, REX, ADA)
#: Of whom each has an assessment, a seat or an action of their own, and is after those of others.
WITH_SOMETHING = (PAT, LEE, ANA, OMAR, ZOE)
#: What takes somebody out of what they were asked in, or has another asked in their place.
LEAVE = {"data_forget", "data_delete", "view_submission pass_on"}
#: Without `SOAK`, of so many payloads one is tried.
ONE_OF = 2
#: Broken forms of each.
BROKEN = 20 if SOAK else 1
ACKED = 200
#: What people do. Of the other events Slack tells, and nobody can say them in its place.
BY_PEOPLE = {"message", "app_mention", "app_home_opened"}
#: Refused to everybody here: a button that nobody knows, the roles of a draft in which nobody gets one, and a
#: file that is no table.
NOBODY_MAY = {"of_long_ago", "view_submission roles", "table_import"}


@dataclass(frozen=True)
class Attack:
    """`payload` is of the `example`, or that with something else in it."""

    example: Example
    payload: Gesture
    how: str
    who: str
    team: str = HERE
    channel: str = ""

    def __str__(self) -> str:
        return f"{self.example.name} by {self.who} of {self.team} {self.how}"


def attacks() -> Iterator[Attack]:
    known, chance = harvest().all, random.Random(SEED)
    done = [each for each in known if each.listener.kind != "event" or each.listener.wanted in BY_PEOPLE]
    for example in done if SOAK else chance.sample(done, len(done) // ONE_OF):
        tries = [*_of(example)]
        yield from tries if SOAK else chance.sample(tries, 1)
    for example in done if SOAK else chance.sample(done, len(done) // ONE_OF):
        tries = [*_mixed(example)]
        yield from tries if SOAK else chance.sample(tries, min(len(tries), 1))


def _of(example: Example) -> Iterator[Attack]:
    given = example.gesture
    for who in EVERYBODY:
        if who != given.who:
            yield Attack(example, given, "with its ids", who)
            yield Attack(example, given, "in another channel", who, channel=ELSEWHERE)
    yield Attack(example, given, "with its ids", TOM, THERE)


def _mixed(example: Example) -> Iterator[Attack]:
    for who in WITH_SOMETHING:
        for payload in mixed(example.gesture, before(example), who):
            yield Attack(example, payload, "with ids of theirs among its own", who)
    for payload in mixed(example.gesture, before(example), TOM):
        yield Attack(example, payload, "with ids of theirs among its own", TOM, THERE)
    for payload in with_ids_of(example.gesture, before(example), THERE):
        yield Attack(example, payload, "with ids of another workspace", example.gesture.who)


@cache
def _rows_of(database: Connection) -> Before:
    return Before(rows(database))


def before(example: Example) -> Before:
    return _rows_of(example.database)


async def fallen_for(chosen: Iterable[Attack]) -> list[str]:
    """What came of it that must not, a line for each."""
    async with town("J") as here:
        return [f"{each}: {line}" for each in chosen for line in await _tried(here, each)]


async def _tried(here: Town, tried: Attack) -> list[str]:
    here.goes_to(tried.example)
    attack = forged(tried.payload, tried.who, team=tried.team, channel=tried.channel)
    outcome, was = await here.does(attack), before(tried.example)
    with here.house.database() as database:
        changed = wrongs(was, database, tried.who, tried.team, leaves=tried.example.name in LEAVE)
    return [
        *(f"failed: {fact}" for fact in outcome.failed),
        *(f"changed {row}" for row in changed),
        *(f"was shown {each}" for each in leaks(was, outcome, tried.who) if each not in typed_in(attack)),
        *(f"logged {word}" for word in logged(outcome)),
    ]


async def upset_by() -> list[str]:
    """Every listener is sent what it knows with something else in it: another type, another's id, another
    workspace, nothing. Each is acked, and brings about no error and no word or row of others."""
    found, chance = list[str](), random.Random(SEED)
    async with town("L") as here:
        for example in harvest().all:
            was = before(example)
            values = (*VALUES, *EVERYBODY, CHANNEL, ELSEWHERE, THERE, *was.ids("assessment"))
            for _ in range(BROKEN):
                here.goes_to(example)
                sent = changed(example.gesture.payload, SEAL, chance, values)
                outcome = await here.does(replace(example.gesture, payload=json.loads(json.dumps(sent))))
                with here.house.database() as database:
                    now = Before(rows(database))
                lines = [
                    *(f"was answered with {outcome.status}" for _ in range(outcome.status != ACKED)),
                    *(f"failed: {fact}" for fact in outcome.failed),
                    *(f"{who} was shown {word}" for who, word in shown(now, outcome, sent)),
                ]
                found += [f"{example.name}: {line}\n{json.dumps(sent)[:3000]}" for line in lines]
    return found


def shown(was: Before, outcome: Outcome, sent: Json) -> Iterator[tuple[str, str]]:
    """Who reads what they may not. What was sent with the request they know, and whoever asks in the channel
    of an assessment may see it."""
    known, asker = json.dumps(sent), who_sent(sent)
    for who in sorted({asker, *(each.reader for each in outcome.said)} & {*EVERYBODY}):
        found = leaks(was, outcome, who, asked=who == asker)
        there = {*SUBJECTS, *WORDS} if who == asker and CHANNEL in known else set()
        yield from ((who, word) for word in found if word not in known and word not in there)


def who_sent(payload: Json) -> str:
    event = payload.get("event")
    for said in (payload, event if isinstance(event, dict) else {}):
        user = said.get("user") or said.get("user_id")
        found = user.get("id") if isinstance(user, dict) else user
        if isinstance(found, str):
            return found
    return ""


async def taken_for_ours() -> list[str]:
    """Forms that were forged and not refused for that: another person's, with what another form of theirs
    carried, and with another channel. And those that are refused to whom they were given."""
    forms = [each for each in harvest().all if is_form(each.gesture.payload)]
    found: list[str] = []
    async with town("K") as here:
        for who in (MAX, KIM):
            await here.does(here.house.hands.command(who, "help"))  # what language they speak is noted once
        for example, other in zip(forms, [*forms[1:], forms[0]], strict=True):
            mine = example.gesture
            tries = {
                "of another person": forged(mine, KIM if mine.who == MAX else MAX, sealed=False),
                "with another form's": carrying(mine, other.gesture.payload["view"]["private_metadata"]),
                "from elsewhere": carrying(mine, _elsewhere(mine)),
                "without a seal": carrying(mine, carried_by(mine.payload)),
            }
            if _same_form(mine, other.gesture):
                del tries["with another form's"]
            here.goes_to(example)
            given = await here.house.does(mine)
            if example.works and "SealBroken" in given.refused:
                found.append(f"{example.name} is refused to whom it was given")
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
    assert {words.partition(" ")[0] for words in COMMANDS} >= COMMAND_WORDS.keys()
    assert harvest().logged == {}

    found = asyncio.run(fallen_for(attacks()))

    assert not found, f"SEED={SEED}:\n" + "\n".join(found)

    believed = asyncio.run(taken_for_ours())

    assert not believed, "\n".join(believed)

    upset = asyncio.run(upset_by())

    assert not upset, f"SEED={SEED}:\n" + "\n".join(upset)
