"""Everybody answers at once: `python -m benchmarks.load --people 10000 --minutes 10`, or `make load`.

The bot is a process of its own (`tidemark run --http` as it is, with Slack's pace kept); the people, who sign
their requests as Slack does, and as much of Slack as they need are this one. Each person answers every
question of theirs, spread over the time, one after the other: nobody presses before the next card has come.
Whoever gets no answer within three seconds, or reads that it was not kept, presses again, as people do.

At the end everything is counted: what was acknowledged is in the database, every card was posted once, and
everybody has the last one. Ends with 1 if not.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from slack_sdk.signature import SignatureVerifier

from benchmarks.child import Child, cached
from benchmarks.load_slack import TEAM, Card, CrowdSlack, Reader
from bot import clock
from bot.actions import CardValue
from conversation import drafting, interview, ledger, opening
from conversation.desk import Desk
from conversation.pack import Length, Pack
from conversation.scope import Scope
from storage.records import Person, PostingState
from storage.store import Store

SECRET, SLACK_WAITS = "a-signing-secret-of-a-crowd", 3.0
#: Seconds after which somebody presses again (each time after twice as long, as people do who see that it is
#: no use), and after which nobody waits for a card any more.
AGAIN, PATIENCE = 5.0, 900.0
FACILITATOR = "U0LEE"
#: Which is asked 20 questions.
ROLE = "MLE"
#: So many are asked in one assessment; `drafting.MOST_PEOPLE` is the end.
TOGETHER = 250


@dataclass
class Outcome:
    acks: list[float] = field(default_factory=list)
    acked: set[tuple[str, str]] = field(default_factory=set)
    refused: int = 0
    late: int = 0
    failed: int = 0
    presses: int = 0
    without_a_card: int = 0
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        return sorted(self.acks)[min(len(self.acks) - 1, int(share * len(self.acks)))] if self.acks else 0.0


def prepared(store: Store, people: int, length: Length) -> tuple[list[Reader], dict[str, int]]:
    """Assessments in which everybody was invited and has the first card; how many questions each has."""
    pack = Pack.shipped("mlops")
    desk = Desk(TEAM, store, clock.now, clock.new_id, pack, "who prepared it")
    lee = Person(user_id=FACILITATOR, name="Lee", tz="Europe/London", locale="en-GB")
    crowd = {
        user: Person(user_id=user, name=user, tz="Europe/London", locale="en-GB")
        for user in (f"U{number:06}" for number in range(people))
    }
    for place in range(0, people, TOGETHER):
        _launched(desk, lee, f"Team {place // TOGETHER + 1}", length, [*crowd.values()][place:][:TOGETHER])
    readers, questions, number = [], {}, count(1)
    for user in crowd:
        with store.transaction(TEAM) as tx:
            seat = tx.seats.held_by(user)[0].id
        spoken = interview.start(desk, user, seat=seat)
        now, ts = spoken.sitting.interview, f"1.{next(number):06}"
        assert now.asking
        value = CardValue(s=seat, q=now.asking.id, r=now.revision(now.asking.id))
        readers.append(Reader(user, Card(ts, value.model_dump_json())))
        questions[user] = len(now.items)
        ledger.sent(desk, [ledger.Arrived(card, readers[-1].channel, ts) for card in spoken.owed])
    with store.transaction(TEAM) as tx:  # the invitations, which they had before
        now, lease = clock.now(), timedelta(seconds=30)
        for due in tx.postings.in_state(PostingState.OWED):
            if held := tx.postings.claim(due.key, token=desk.claimant, now=now, lease=lease):
                tx.postings.sent(held, channel=f"D{due.recipient[1:]}", ts=f"0.{next(number):06}")
    return readers, questions


def _launched(desk: Desk, lee: Person, name: str, length: Length, people: Sequence[Person]) -> None:
    wanted = Scope(
        aspects=tuple(aspect.id for aspect in desk.pack.aspects),
        length=length,
        people=tuple(person.user_id for person in people),
    )
    closes = (clock.now() + timedelta(days=20)).date()
    draft = drafting.draft(desk, lee, subject=name, scope=wanted, channel=None, closes_on=closes)
    opening.launch(
        desk,
        lee.user_id,
        assessment=draft.assessment.id,
        roles={person.user_id: (ROLE,) for person in people},
        people={person.user_id: person for person in people},
    )


class Crowd:
    def __init__(self, slack: CrowdSlack, http: ClientSession, url: str, minutes: float) -> None:
        self._slack, self._http, self._url = slack, http, url
        self._seconds, self._verifier = minutes * 60, SignatureVerifier(SECRET)
        self.outcome = Outcome()

    async def answers(self, questions: dict[str, int]) -> None:
        began, chance = time.monotonic(), random.Random(1)
        await asyncio.gather(
            *(self._person(each, questions[each.user], began, chance.random()) for each in self._readers)
        )
        self.outcome.seconds = time.monotonic() - began

    @property
    def _readers(self) -> list[Reader]:
        return [*self._slack.readers.values()]

    async def _person(self, reader: Reader, questions: int, began: float, offset: float) -> None:
        pause = self._seconds / questions
        for number in range(questions):
            await asyncio.sleep(began + (number + offset) * pause - time.monotonic())
            if not await self._answered(reader):
                self.outcome.without_a_card += 1
                return

    async def _answered(self, reader: Reader) -> bool:
        """Pressed until the next card has come."""
        card, until, again = reader.card, time.monotonic() + PATIENCE, AGAIN
        while reader.card == card and time.monotonic() < until:
            reader.changed.clear()
            before = reader.refused
            if not reader.waits:
                await self._press(reader, card)
            wait = asyncio.create_task(self._changes(reader, card, before))
            if not (await asyncio.wait({wait}, timeout=again))[0]:
                wait.cancel()
                again *= 2
            elif reader.refused > before:
                self.outcome.refused += 1
                await asyncio.sleep(AGAIN)
        return reader.card != card

    async def _changes(self, reader: Reader, card: Card, refused: int) -> None:
        while reader.card == card and reader.refused == refused:
            await reader.changed.wait()
            reader.changed.clear()

    async def _press(self, reader: Reader, card: Card) -> None:
        assert card.value
        action = {"action_id": "answer:1", "type": "button", "block_id": "b", "value": card.value}
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "crowd"},
            "user": {"id": reader.user, "team_id": TEAM},
            "channel": {"id": reader.channel, "name": "directmessage"},
            "container": {"type": "message", "message_ts": card.ts, "channel_id": reader.channel},
            "message": {"ts": card.ts},
            "response_url": f"{self._slack.url}/respond/{reader.user}/{card.ts}",
            "trigger_id": "1.1.x",
            "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
        }
        body, at = urlencode({"payload": json.dumps(payload)}), str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": str(self._verifier.generate_signature(timestamp=at, body=body)),
        }
        self.outcome.presses += 1
        began, refused = time.monotonic(), reader.refused
        try:
            async with self._http.post(self._url, data=body, headers=headers) as answer:
                await answer.read()
        except TimeoutError:
            self.outcome.late += 1
            return
        except ClientError:
            self.outcome.failed += 1
            return
        self.outcome.acks.append(time.monotonic() - began)
        if answer.status != 200:
            self.outcome.failed += 1
        elif reader.refused == refused:
            told = CardValue.model_validate_json(card.value)
            self.outcome.acked.add((told.s, f"card/{told.q}/{told.r}"))


@asynccontextmanager
async def bot(slack_url: str, database: str, folder: Path) -> AsyncIterator[tuple[str, Child]]:
    """Its URL for events, and its process, from when it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = cached(os.environ) | {
        "SLACK_BOT_TOKEN": "xoxb-of-a-crowd-that-answers",
        "SLACK_API_URL": f"{slack_url}/api/",
        "TIDEMARK_SIGNING_SECRET": SECRET,
        "TIDEMARK_PORT": str(port),
        "TIDEMARK_DRAIN_SECONDS": "0",
        "TIDEMARK_LOG_LEVEL": "warning",
        "TIDEMARK_DATABASE_URL": database,
    }
    with (folder / "log").open("wb") as log:
        words = (sys.executable, "-m", "bot", "run", "--http")
        process = await asyncio.create_subprocess_exec(*words, env=environment, stderr=log)
        try:
            async with ClientSession() as http, asyncio.timeout(60):
                while not await _is_ready(http, port):
                    if process.returncode is not None:
                        raise RuntimeError((folder / "log").read_text())
                    await asyncio.sleep(0.05)
            yield f"http://127.0.0.1:{port}/slack/events", Child(process)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _is_ready(http: ClientSession, port: int) -> bool:
    try:
        async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except ClientError:
        return False


@dataclass(frozen=True)
class Report:
    people: int
    answers: int
    minutes: float
    outcome: Outcome
    lost: int
    twice: int
    unanswered: int
    without_the_last_card: int
    given_up: int
    cpu_seconds: float
    resident_mb: float

    @property
    def is_good(self) -> bool:
        """Nothing was lost, or said twice. How many acks were late says whether the machine was up to it."""
        wrong = self.lost + self.twice + self.unanswered + self.without_the_last_card + self.given_up
        return wrong + self.outcome.failed == 0

    def __str__(self) -> str:
        out, ms = self.outcome, {share: self.outcome.percentile(share) * 1000 for share in (0.5, 0.99, 1)}
        rate = self.answers / out.seconds
        return (
            f"{self.people} people, {self.answers} answers meant for {self.minutes:g} minutes, "
            f"took {out.seconds / 60:.1f}: {rate:.0f} a second\n"
            f"commit and ack: p50 {ms[0.5]:.0f} ms, p99 {ms[0.99]:.0f} ms, max {ms[1]:.0f} ms\n"
            f"presses: {out.presses}, refused (and pressed again): {out.refused}, "
            f"later than three seconds: {out.late}, failed: {out.failed}\n"
            f"the bot's CPU: {self.cpu_seconds * 1000 / self.answers:.2f} ms an answer, "
            f"its memory at most: {self.resident_mb:.0f} MB\n"
            f"lost: {self.lost}, twice: {self.twice}, unanswered: {self.unanswered}, "
            f"without the last card: {self.without_the_last_card}, messages given up: {self.given_up}"
        )


async def measured(people: int, minutes: float, length: Length, database: str, folder: Path) -> Report:
    store = Store.open(database)
    readers, questions = prepared(store, people, length)
    limits = {"connector": TCPConnector(limit=0), "timeout": ClientTimeout(total=SLACK_WAITS)}
    async with (
        CrowdSlack.serving(readers) as slack,
        bot(slack.url, database, folder) as (url, child),
        ClientSession(**limits) as http,
    ):
        crowd = Crowd(slack, http, url, minutes)
        before = child.cpu_seconds
        await crowd.answers(questions)
        spent, most = child.cpu_seconds - before, child.most_resident_mb
        await asyncio.sleep(1)
    with store.transaction(TEAM) as tx:
        seats = {reader.user: tx.seats.held_by(reader.user)[0].id for reader in readers}
        given_up = [
            posting
            for state in (PostingState.FAILED, PostingState.UNCERTAIN)
            for posting in tx.postings.in_state(state)
        ]
        stored = {
            (seat, fact.key): fact.value
            for seat in seats.values()
            for fact in tx.answers.of(seat)
            if fact.key.startswith("card/")
        }
    store.close()
    return Report(
        people,
        sum(questions.values()),
        minutes,
        crowd.outcome,
        lost=len(crowd.outcome.acked - stored.keys()),
        twice=sum(times > 1 for times in slack.posted.values()),
        unanswered=sum(questions.values()) - len(stored),
        without_the_last_card=sum(reader.card.value is not None for reader in readers),
        given_up=len(given_up),
        cpu_seconds=spent,
        resident_mb=most,
    )


def main(words: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--length", type=Length, default=Length.STANDARD, choices=[*Length])
    asked.add_argument("--database", help="empty; a SQLite file of its own by default")
    given = asked.parse_args(words)
    with TemporaryDirectory() as folder:
        database = given.database or f"sqlite:///{folder}/tidemark.db"
        report = asyncio.run(measured(given.people, given.minutes, given.length, database, Path(folder)))
    sys.stdout.write(f"{report}\n")
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
