"""For every listener that Bolt knows, real payloads that reach it, each with the world in which it works.

They are found by looking: in each chapter of the town, everything that the bot has drawn is pressed, picked
and submitted by who has it in front of them, and what is drawn then too. So a new button has an example as
soon as somebody can see it; what nobody can reach here is missed by name.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from sqlite3 import Connection

from bot import actions as ids
from bot.actions import AssessmentValue, HistoryValue, ListValue, SeatValue
from bot.exports import FORMATS
from tests.attacks.forged import logged
from tests.attacks.gestures import Gesture, Hands, Surface
from tests.attacks.house import Listener, Outcome, listeners, reached
from tests.attacks.slack import Json
from tests.attacks.world import (
    ANA,
    CHANNEL,
    LEE,
    MAX,
    PAT,
    Chapter,
    Town,
    _in_slack,
    lived_through,
    named,
    town,
)

#: In each chapter so many are tried of what has one name, until one does something.
TRIED = 3


@dataclass(frozen=True)
class Example:
    """A payload that reaches `listener`, in the world in which it means something: the database as it is
    then, and the moment."""

    listener: Listener
    gesture: Gesture
    at: datetime
    database: Connection = field(repr=False)
    #: Whether somebody who may do this brings something about, and is not refused.
    works: bool = True

    @property
    def name(self) -> str:
        return self.gesture.name


@dataclass
class Found:
    """Examples by the name of their gesture."""

    by_name: dict[str, list[Example]] = field(default_factory=lambda: defaultdict(list))
    tried: Counter[str] = field(default_factory=Counter)
    #: What can be done with what was drawn after each.
    leads: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: Words that somebody wrote, in the log of each.
    logged: dict[str, list[str]] = field(default_factory=dict)

    @property
    def all(self) -> list[Example]:
        return [each for examples in self.by_name.values() for each in examples]

    @property
    def missing(self) -> list[Listener]:
        """Listeners without an example."""
        reached = {each.listener for each in self.all}
        return [each for each in listeners() if each not in reached]

    def is_wanted(self, name: str) -> bool:
        """Until it works, and what it leads to."""
        open_still = [each for each in (name, *self.leads[name]) if not self._works(each)]
        return bool(open_still) and self.tried[name] < TRIED

    def _works(self, name: str) -> bool:
        return any(each.works for each in self.by_name[name])

    def keep(self, example: Example) -> None:
        """One that works, or else the first that does not."""
        before = self.by_name[example.name]
        if example.works and not self._works(example.name):
            self.by_name[example.name] = [example]
        elif not before:
            before.append(example)


@cache
def harvest() -> Found:
    """All of it, found once in a process."""

    async def looks() -> Found:
        async with town() as here:
            await lived_through(here)
            return await look_around(here)

    return asyncio.run(looks())


async def look_around(here: Town) -> Found:
    """Everything that can be done in any chapter, until each thing was found to work."""
    found = Found()
    for chapter in here.chapters:
        found.tried.clear()
        await _look_at(here, chapter, found)
    return found


async def _look_at(here: Town, chapter: Chapter, found: Found) -> None:
    here.goes_to(chapter)
    hands = here.house.hands
    waiting: deque[tuple[Gesture, Connection]] = deque()
    waiting.extend((each, chapter.database) for each in in_the_way_of_old(here, chapter))
    waiting.extend((each, chapter.database) for each in by_themselves(hands, chapter))
    waiting.extend(
        (each, chapter.database) for drawn in reversed(chapter.drawn) for each in _on(hands, drawn)
    )
    while waiting:
        gesture, database = waiting.popleft()
        if not found.is_wanted(gesture.name):
            continue
        here.clock.at = chapter.at
        here.house.put_back(database)
        listener = reached(gesture.payload)
        if listener is None:
            continue
        outcome = await here.does(gesture)
        if "language" in gesture.name or "Spanish" in gesture.name:
            here.house.starts_anew()
        found.tried[gesture.name] += 1
        if told := logged(outcome):
            found.logged[gesture.name] = told
        found.keep(Example(listener, gesture, chapter.at, database, works=_works(outcome)))
        drawn = [each for surface in outcome.surfaces(gesture) for each in _on(hands, surface)]
        found.leads[gesture.name] |= {each.name for each in drawn}
        if new := [each for each in drawn if found.is_wanted(each.name)]:
            after = here.house.kept()
            waiting.extend((each, after) for each in new)


def _works(outcome: Outcome) -> bool:
    """Not refused, in any of the ways in which a form is."""
    return not outcome.refused and not outcome.failed and outcome.ack.get("response_action") != "errors"


def _on(hands: Hands, drawn: Surface) -> Iterator[Gesture]:
    """By whoever has it in front of them; in a channel, by one who may."""
    who = drawn.reader if drawn.reader.startswith("U0") else LEE
    yield from hands.all_on(drawn, who)


def in_the_way_of_old(here: Town, chapter: Chapter) -> Iterator[Gesture]:
    """Buttons that nothing draws any more, and those of lists that are longer than any here."""
    if chapter.name not in {"answering", "planned"}:
        return
    hands, zanzibar = here.house.hands, named(here, "Zanzibar")
    page = HistoryValue(a=zanzibar, n=0).pack()
    yield hands.presses(ANA, ids.DECLINE_INVITATION, SeatValue(s=here.seat(ANA, zanzibar)).pack())
    yield hands.presses(LEE, ids.WORK_OUT_AGAIN, AssessmentValue(a=zanzibar).pack(), in_a_form=True)
    for template in (ids.TEMPLATE_ANSWERS, ids.TEMPLATE_ACTIONS):
        yield hands.presses(LEE, template, "")
    yield hands.presses(LEE, ids.DIGEST, AssessmentValue(a=zanzibar).pack())
    yield hands.presses(LEE, f"{ids.RANKING_PAGE}later", page, in_a_form=True)
    yield hands.presses(LEE, f"{ids.PEOPLE_PAGE}later", ListValue(a=zanzibar, n=0).pack(), in_a_form=True)


def by_themselves(hands: Hands, chapter: Chapter) -> Iterator[Gesture]:
    """What people do without a button, and what Slack tells of."""
    if chapter.name not in TALKED_IN:
        return
    for who in (LEE, ANA):
        for words in COMMANDS:
            yield hands.command(who, words, CHANNEL)
        for text in LINES:
            yield hands.types(who, text)
    for word in NAMING:
        yield hands.command(LEE, f"{word} Zanzibar")
        yield hands.command(PAT, f"{word} Quetzal")
    yield hands.command(ANA, "", name="/maturity")
    yield hands.shortcut(ANA, "of_long_ago")
    yield hands.suggestion(ANA, "of_long_ago")
    yield hands.presses(ANA, "of_long_ago", "1/2/3")
    yield hands.submits(ANA, "of_long_ago")
    yield hands.submits(ANA, "of_long_ago", "view_closed")
    yield hands.types(MAX, "<@U0BOT> help", CHANNEL, type="app_mention")
    yield hands.types(ANA, "in a channel", CHANNEL)
    for kind, more in EVENTS.items():
        yield hands.event(LEE, {"type": kind, **more})


COMMANDS = (
    "",
    "start",
    "start Marmots <@U0ANA>",
    "status",
    "result",
    "plan",
    "rank",
    "rank first 2",
    "digest",
    "path",
    "path dough 2",
    "what-if",
    "compare",
    "again",
    "evidence",
    "hand-over",
    "history",
    "my-data",
    "export",
    *(f"export {form}" for form in FORMATS),
    "import",
    "language",
    "language es",
    "self-check",
    "privacy",
    "reminders",
    "away until 4 December",
    "back",
    "help",
    "nonsense",
)
#: The chapters in which people type, too: with nothing there, in the middle, and with everything there.
TALKED_IN = {"answering", "closed", "planned"}
#: They take the name of what is meant.
NAMING = ("status", "result", "plan", "rank", "digest", "compare", "again", "evidence", "history", "export")
LINES = (
    "hello",
    "b",
    "dk: ask Ben",
    "skip",
    "back",
    "send",
    "my data",
    "in Spanish please",
    "tomorrow",
    "away until Friday",
    "cardamom is done",
    "set up an assessment of Gnus with @U0ANA",
    "https://mill.example/rye",
)
EVENTS: dict[str, Json] = {
    "app_home_opened": {"user": ANA, "tab": "home", "channel": "D-U0ANA"},
    "member_joined_channel": {"user": MAX, "channel": CHANNEL, "channel_type": "C", "team": "T1"},
    "subteam_members_changed": {"subteam_id": "S0BAKERS", "added_users": [MAX]},
    "user_change": {"user": _in_slack(ANA)},
    "channel_archive": {"channel": CHANNEL, "user": LEE},
    "channel_deleted": {"channel": CHANNEL, "actor_id": LEE},
    "channel_left": {"channel": CHANNEL, "actor_id": LEE},
    "channel_shared": {"channel": CHANNEL, "connected_team_id": "T9"},
    "channel_unarchive": {"channel": CHANNEL, "user": LEE},
    "group_archive": {"channel": CHANNEL},
    "group_deleted": {"channel": CHANNEL},
    "group_left": {"channel": CHANNEL},
    "group_unarchive": {"channel": CHANNEL},
    "channel_id_changed": {"old_channel_id": CHANNEL, "new_channel_id": "C0NEW"},
    "file_deleted": {"file_id": "F1"},
    "app_uninstalled": {},
    "tokens_revoked": {"tokens": {"oauth": [], "bot": ["U0BOT"]}},
    "reaction_added": {"user": ANA, "reaction": "tada"},
}
