"""The bot is killed again and again while people answer and messages are due, alone or as one of two
processes on one database. Nothing is lost, and nothing is said twice.

The moments come from a seed, which the test is named after. `make soak` tries more seeds and more kills.
"""

import asyncio
import itertools
import json
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from functools import cached_property, partial
from pathlib import Path
from statistics import median
from typing import Any, Self

import pytest
from aiohttp import ClientError, ClientSession

from conversation import agreeing, drafting, interview, opening, plans, results
from conversation.desk import Desk
from conversation.ledger import DRAWN_AGAIN, EDITS
from conversation.pack import Length, Pack
from conversation.scope import Scope
from storage.records import Person, PostingState
from storage.store import Store
from tests.e2e.balancer import balancing
from tests.e2e.child import Ahead, Life, Nursery
from tests.e2e.workspace import MANIFEST, free_port
from workspace.letters import LATE
from workspace.people import Message, People
from workspace.seed import HttpSeed, Seed
from workspace.server import Workspace

pytestmark = pytest.mark.asyncio(loop_scope="module")
OWNERS, DUE = ("ana", "omar", "lee"), date(2026, 11, 30)
NAMES = ("ana", "omar", "kim", "ben", "eva", "raj")
FRIDAY = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
#: Half a minute before owners are reminded of what is due today.
MONDAY = datetime(2026, 11, 30, 9, 29, 30, tzinfo=UTC)
KILLS = int(os.environ.get("KILLS", "4"))
#: Longer than a claim lasts.
A_WHILE = 60.0
SUBJECT = "Fraud team"
SEND, THE_END = "Send my answers", "(the end)"
#: Seconds; Slack waits for the last of these.
USUALLY, WELL_INSIDE, IN_TIME = 1.0, 2.0, 3.0
#: `make soak` runs these tests with no others beside them.
BY_ITSELF = "SEEDS" in os.environ
#: What goes wrong, on bad days.
WHAT_FAILS = ("chat.postMessage", "response_url", "conversations.history")
BAD_DAYS = ("lost", "unavailable", "internal_error", "ratelimited")


@dataclass(frozen=True)
class Seen:
    """A message that asks for something: by which button, and what tells it from others."""

    message: Message
    button: str
    what: str

    def follows(self, done: Self | None) -> bool:
        if done is None:
            return self.button == "Start"
        end_of_another = self.button == THE_END and done.button != SEND
        return self.message.ts >= done.message.ts and self.what != done.what and not end_of_another

    @classmethod
    def of(cls, message: Message) -> Self | None:
        if "your answers are in" in message.shown:
            return cls(message, THE_END, "")
        for block in message.blocks:
            for element in block.get("elements", ()):
                label = element.get("text", {}).get("text") if element.get("type") == "button" else None
                if element.get("action_id") == "answer:0":
                    return cls(message, "A", element["value"])
                if label in {"Start", SEND}:
                    return cls(message, label, label)
        return None


@dataclass
class Trial:
    """One play, with what is needed to count at its end."""

    seed: int
    store: Store
    server: Workspace
    slack: People
    nursery: Nursery
    life: Life
    bad_days: bool
    names: tuple[str, ...] = NAMES
    kills: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.pulse = self.server.team.pulse

    # What happens.

    async def play(self) -> None:
        async with asyncio.timeout(90), asyncio.TaskGroup() as together:
            people = [together.create_task(self.answers(name)) for name in NAMES]
            for _ in range(KILLS):
                await self.one_life()
            await self.the_last_life(people)
        await self.slack.settled(quiet=0.3)

    async def one_life(self) -> None:
        """It ends at a random piece of traffic, or a moment after."""
        pid = await self.born()
        enough = self.traffic + self.random.randint(1, 60)
        await self.pulse.until(lambda: True if self.traffic >= enough else None, 0.7)
        await asyncio.sleep(self.random.uniform(0, 0.01))
        self.nursery.kill(pid)
        self.kills += 1
        await self.pulse.until(lambda: None if self.server.sockets.open_connections else True, 5)

    async def the_last_life(self, people: list[asyncio.Task[None]]) -> None:
        await self.born()
        await self.until_all_are_done(people)

    async def until_all_are_done(self, people: list[asyncio.Task[None]]) -> None:
        """Time passes whenever all that is left is to wait."""
        for _ in range(10 + 2 * KILLS):  # of a bad day each life has left its share
            await self.slack.settled(quiet=0.4, within=30)
            waiting = self.in_the_ledger(PostingState.OWED, PostingState.CLAIMED)
            if all(person.done() for person in people) and not waiting:
                return
            self.life.clock.jump(6 * A_WHILE)
            await self.slack.clock.move(seconds=6 * A_WHILE)
        raise AssertionError(f"somebody waits for ever\n{await self.what_they_see()}")

    async def born(self) -> int:
        """A while later than the last one died: what that one had claimed is free."""
        self.life.clock.jump(A_WHILE)
        pid = await self.nursery.begin(self.life)
        await self.slack.connected()
        await self.slack.clock.move(seconds=A_WHILE)
        for method in WHAT_FAILS if self.bad_days else ():
            await self.slack.spoil(method, self.random.choice(BAD_DAYS))
        return pid

    @property
    def traffic(self) -> int:
        return self.server.sockets.sent + self.server.log.seen

    # What people do.

    async def answers(self, name: str) -> None:
        """Press or type what the newest card asks for; what was not acknowledged is pressed again, and what
        Slack could not deliver is typed again."""
        person, chance = self.slack.person(name), random.Random(f"{self.seed}/{name}")
        decided: dict[str, tuple[str, bool]] = {}
        done: Seen | None = None
        while (seen := await self.next_card(name, after=done)).button != THE_END:
            letter, types = decided.setdefault(seen.what, (chance.choice("ABCD"), chance.random() < 0.3))
            if types and seen.button == "A":
                line = await person.says(letter)
                done = done if await self.undelivered(line) else seen
                continue
            button = letter if seen.button == "A" else seen.button
            try:
                click = await person.clicks(button, message=seen.message)
            except AssertionError:
                continue  # it changed under the finger
            done = seen if click.acked else done

    async def undelivered(self, line: Message) -> bool:
        """Slack tries four times."""

        def ended() -> bool | None:
            tries = [
                each for each in self.server.sockets.log if each.payload.get("event", {}).get("ts") == line.ts
            ]
            acked = any(each.ack and each.ack.acked for each in tries)
            given_up = any(each.attempt == 3 and each.ack for each in tries)
            return acked or (False if given_up else None)

        return not await self.pulse.until(ended, 60)

    async def next_card(self, name: str, *, after: Seen | None) -> Seen:
        """What asks for something now: further down than what was done last, or in its place."""
        while True:
            before = self.pulse.count
            for message in reversed(await self.slack.person(name).dm()):
                seen = Seen.of(message)
                if seen and seen.follows(after):
                    return seen
            await self.pulse.until(partial(self.changed_since, before), 60)

    def changed_since(self, before: int) -> bool | None:
        return True if self.pulse.count != before else None

    async def what_they_see(self) -> str:
        last = [(name, (await self.slack.person(name).dm())[-1].shown) for name in self.names]
        return "\n".join(f"@{name}: {shown}" for name, shown in last)

    # What is counted.

    def acked_clicks(self) -> list[tuple[str, str, int]]:
        """Seat, key and level of every answer that somebody pressed and Slack was acked."""
        found = []
        for envelope in self.server.sockets.log:
            for action in envelope.payload.get("actions", ()):
                if envelope.ack and envelope.ack.acked and action["action_id"].startswith("answer:"):
                    card = json.loads(action["value"])
                    level = int(action["action_id"].removeprefix("answer:"))
                    found.append((card["s"], f"card/{card['q']}/{card['r']}", level))
        return found

    def acked_lines(self) -> list[tuple[str, str, int]]:
        """The same of every line that somebody typed."""
        found = []
        for envelope in self.server.sockets.log:
            event = envelope.payload.get("event", {})
            typed = event.get("type") == "message" and event.get("user") in self.seats
            if typed and envelope.ack and envelope.ack.acked:
                key = f"typed/{event['channel']}/{event['ts']}/answer"
                found.append((self.seats[event["user"]], key, "ABCD".index(event["text"])))
        return found

    def stored(self) -> set[tuple[str, str, int | None]]:
        with self.store.transaction(self.server.team.id) as tx:
            return {
                (seat, fact.key, fact.value) for seat in self.seats.values() for fact in tx.answers.of(seat)
            }

    @cached_property
    def seats(self) -> dict[str, str]:
        people = [self.server.team.person(name).id for name in self.names]
        with self.store.transaction(self.server.team.id) as tx:
            return {
                user: seat.id
                for user in people
                for seat in tx.seats.held_by(user)
                if tx.assessments.get(seat.assessment_id).subject == SUBJECT
            }

    def posted(self) -> Counter[str]:
        """How often each key of the ledger was posted, in the whole history of the wire."""
        taken = [each for each in self.server.log.exchanges if each.response.get("ok")]
        posts = Counter(key_of(each.args) for each in taken if each.method == "chat.postMessage")
        turned = {key_of(each.args) for each in taken if each.method == "response_url"}
        return posts + Counter(turned - {None})

    def in_the_ledger(self, *states: PostingState) -> list[str]:
        with self.store.transaction(self.server.team.id) as tx:
            return [
                posting.key
                for state in states
                for posting in tx.postings.in_state(state)
                if posting.due_at <= self.life.clock.now()
            ]

    def summary(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {len(set(self.acked_clicks()))} clicks and "
            f"{len(set(self.acked_lines()))} lines acked, {sum(self.posted().values())} postings"
        )


@dataclass
class Several(Trial):
    """Two processes on one database. One of them, or now and then both, is killed or told to stop, and born
    again, while people answer."""

    lives: tuple[Life, Life] = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pids: dict[int, int] = {}

    async def play(self) -> None:
        async with asyncio.timeout(90), asyncio.TaskGroup() as together:
            await self.begin(0, 1)
            people = [together.create_task(self.answers(name)) for name in NAMES]
            for _ in range(KILLS):
                await self.a_while(60)
                gone = self.random.choices([(0,), (1,), (0, 1)], weights=[3, 3, 1])[0]
                await asyncio.gather(*map(self.end, gone))
                if gone != (0, 1):
                    await self.a_while(30)
                await self.begin(*gone)
                for method in WHAT_FAILS if self.bad_days else ():
                    await self.slack.spoil(method, self.random.choice(BAD_DAYS))
            await self.until_all_are_done(people)
        await self.slack.settled(quiet=0.3)

    async def a_while(self, most: int) -> None:
        """So much traffic. If everybody waits for what a dead process had claimed, time passes: while nothing
        is under way, because the claims of the living run out with it."""
        enough = self.traffic + self.random.randint(1, most)
        if await self.pulse.until(lambda: True if self.traffic >= enough else None, 0.7):
            await asyncio.sleep(self.random.uniform(0, 0.01))
            return
        await self.slack.settled(quiet=0.5, within=30)
        self.life.clock.jump(A_WHILE)
        await self.slack.clock.move(seconds=A_WHILE)

    async def begin(self, *places: int) -> None:
        for place in places:
            await self.begin_one(self.lives[place], place)

    async def begin_one(self, life: Life, place: int) -> None:
        before = self.server.sockets.open_connections
        self.pids[place] = await self.nursery.begin(life)
        if life.port is None:
            await self.pulse.until(
                lambda: True if self.server.sockets.open_connections > before else None, 20
            )
            return
        async with ClientSession() as session, asyncio.timeout(20):
            while not await is_ready(session, life.port):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.02)

    async def end(self, place: int) -> None:
        pid = self.pids.pop(place)
        self.kills += 1
        if self.random.random() < 0.3:
            await self.nursery.stop(pid)
        else:
            self.nursery.kill(pid)

    def seconds_to_ack(self) -> list[float]:
        """Of what was acknowledged."""
        return [each.took or 0.0 for each in self.server.sockets.log if each.ack and each.ack.acked]

    def too_late(self) -> int:
        """How often nobody answered for three seconds."""
        return sum(bool(each.ack and each.ack.error == LATE) for each in self.server.sockets.log)

    def summary(self) -> str:
        how = "socket" if self.lives[0].port is None else "http"
        acks = self.seconds_to_ack()
        took = f"acks: median {median(acks):.3f} s, slowest {max(acks):.3f} s, too late {self.too_late()}"
        return f"{how}, two processes, {super().summary()}, {took}"


async def is_ready(session: ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except ClientError:
        return False


def key_of(args: dict[str, Any]) -> str | None:
    metadata = args.get("metadata") or {}
    metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
    return metadata.get("event_payload", {}).get("key")


def before(store: Store, server: Workspace) -> None:
    """A closed assessment whose actions are due on Monday, and one to which everybody was invited just now.
    Whoever owed all these messages died before sending one."""
    ids, time = (f"id-{number}" for number in itertools.count()), [FRIDAY]
    pack = Pack.shipped("mlops")
    desk = Desk(server.team.id, store, lambda: time[0], lambda: next(ids), pack, "who died")
    people = {
        each.id: Person(user_id=each.id, name=each.real_name, tz=each.tz, locale="en-GB")
        for each in map(server.team.person, NAMES)
    }
    roles = {user: (pack.roles[number % len(pack.roles)].id,) for number, user in enumerate(people)}
    lee = server.team.person("lee")
    facilitator = Person(user_id=lee.id, name=lee.real_name, tz=lee.tz)

    def launched(subject: str, length: Length) -> str:
        aspects = tuple(aspect.id for aspect in pack.aspects)
        wanted = Scope(aspects=aspects, length=length, people=tuple(people), target=3)
        draft = drafting.draft(
            desk,
            facilitator,
            subject=subject,
            scope=wanted,
            channel=server.team.channel("ml-platform").id,
            closes_on=date(2026, 12, 18),
        )
        found = draft.assessment.id
        opening.launch(desk, lee.id, assessment=found, roles=roles, people=people)
        return found

    checkout = launched("Checkout", Length.SHORT)
    for user in people:
        with store.transaction(server.team.id) as tx:
            seat = tx.seats.held_by(user)[0].id
        sitting = interview.start(desk, user, seat=seat).sitting
        while asking := sitting.interview.asking:
            spoken = interview.answer(
                desk, user, seat=seat, question=asking.id, revision=0, choice=interview.option(1)
            )
            sitting = spoken.sitting
        interview.send(desk, user, seat=seat)
    results.close(desk, lee.id, assessment=checkout)
    gaps = plans.board_of(desk, lee.id, assessment=checkout).findings.gaps
    for gap, name in zip(gaps, OWNERS, strict=False):
        owner = server.team.person(name)
        agreeing.agree(
            desk,
            lee.id,
            assessment=checkout,
            step=gap.step,
            objective="Do it",
            measure="It is done",
            owner=Person(user_id=owner.id, name=owner.real_name, tz=owner.tz),
            due=DUE,
            id=desk.new_id(),
        )
    time[0] = MONDAY
    launched(SUBJECT, Length.STANDARD)


@asynccontextmanager
async def several(seed: int, url: str, folder: Path, nursery: Nursery, way: str) -> AsyncIterator[Several]:
    one = trial(seed, url, folder, nursery, bad_days=seed % 2 == 0)
    async with one as alone, AsyncExitStack() as stack:
        life = replace(alone.life, beat=0.5)  # with which the answers of a living one have to compete
        lives = (life, life)
        if way == "http":
            ports = [free_port(), free_port()]
            secret = alone.server.team.app.signing_secret
            lives = tuple(replace(life, port=port, signing_secret=secret) for port in ports)
            alone.server.team.app.http = HttpSeed(url=await stack.enter_async_context(balancing(ports)))
        parts = {each.name: getattr(alone, each.name) for each in fields(Trial)}
        yield Several(**parts, lives=lives)


@asynccontextmanager
async def trial(
    seed: int, url: str, folder: Path, nursery: Nursery, *, bad_days: bool
) -> AsyncIterator[Trial]:
    seated = [
        {"name": n, "real_name": n.title(), "title": "", "tz": "Europe/London"} for n in (*NAMES, "lee")
    ]
    channel = {"name": "ml-platform", "members": [*NAMES, "lee"], "app": True}
    seed_of_team = Seed.from_manifest(
        MANIFEST, people=seated, channels=[channel], clock={"start": MONDAY, "runs": True}
    )
    store = Store.open(url)
    try:
        async with Workspace.start(seed_of_team) as server, People(server.url) as slack:
            before(store, server)
            clock = Ahead.of(MONDAY, folder)
            life = Life(url, server.api_url, server.bot_token, server.app_token, clock)
            yield Trial(seed, store, server, slack, nursery, life, bad_days)
    finally:
        nursery.kill_all()
        store.close()


def messages(keys: Iterable[str | None]) -> set[str]:
    """What is kept up to date where it stands is one message, however often it was written anew."""
    return {key for key in keys if key and key.partition("/")[0] not in {*EDITS, *DRAWN_AGAIN}}


SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "1 2").split()]


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_or_said_twice_when_the_bot_is_killed(
    database_url: str, tmp_path: Path, nursery: Nursery, seed: int
) -> None:
    async with trial(seed, database_url, tmp_path, nursery, bad_days=seed % 2 == 0) as now:
        await now.play()
        sys.stdout.write(f"{now.summary()}\n")

        nothing_was_lost_or_said_twice(now)
        everybody_was_reminded(now)


WAYS = ["http", "socket"]
#: In short each way with a seed of its own, of which the second has bad days.
EACH = list(zip(WAYS, SEEDS, strict=True)) if not BY_ITSELF else [*itertools.product(WAYS, SEEDS)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("way", "seed"), EACH)
async def test_nothing_is_lost_or_said_twice_by_two_processes_of_which_one_is_killed(
    database_url: str, tmp_path: Path, nursery: Nursery, way: str, seed: int
) -> None:
    """And whoever asks the living one is answered in time."""
    async with several(seed, database_url, tmp_path, nursery, way) as now:
        await now.play()
        sys.stdout.write(f"{now.summary()}\n")

        nothing_was_lost_or_said_twice(now)
        everybody_was_reminded(now)
        acks = now.seconds_to_ack()
        assert median(acks) < USUALLY
        assert now.too_late() == 0
        assert max(acks) < (WELL_INSIDE if BY_ITSELF else IN_TIME)


def nothing_was_lost_or_said_twice(now: Trial) -> None:
    lost = set(now.acked_clicks() + now.acked_lines()) - now.stored()
    twice = {key: times for key, times in now.posted().items() if times > 1}
    open_still = now.in_the_ledger(PostingState.OWED, PostingState.CLAIMED)
    given_up = now.in_the_ledger(PostingState.FAILED, PostingState.UNCERTAIN)
    sent = now.in_the_ledger(PostingState.SENT)

    assert (lost, twice, open_still, given_up) == (set(), {}, [], [])
    assert messages(sent) == messages(now.posted())


def everybody_was_reminded(now: Trial) -> None:
    sent = now.in_the_ledger(PostingState.SENT)
    assert len([key for key in sent if key.startswith("remind/")]) == len(OWNERS)
