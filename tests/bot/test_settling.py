"""That Slack has a message is written down for several at once. Time passes at once here."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.gate import Gate
from bot.settling import MOMENT, Settling
from conversation.desk import Desk
from conversation.ledger import Arrived
from storage.errors import Unavailable
from storage.records import Posting, PostingState
from tests.fuzz.loop import Loop

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def arrived(key: str) -> Arrived:
    posting = Posting(
        key=key,
        kind="card",
        subject_id="S",
        recipient="U",
        state=PostingState.CLAIMED,
        due_at=NOON,
        contents={},
        attempts=1,
    )
    return Arrived(posting, "D", key)


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


class Ledger:
    """What was written in one go, and when."""

    def __init__(
        self, loop: Loop, refuses: Exception | None = None, lost: str = "", broken: str = ""
    ) -> None:
        self.loop, self.refuses, self.lost, self.broken = loop, refuses, lost, broken
        self.written: list[tuple[list[str], float]] = []
        self.settling = Settling(cast(Desk, None), cast(Gate, self))

    async def __call__(self, _use_case: Any, _desk: Any, these: list[Arrived]) -> list[bool]:
        self.written.append(([each.posting.key for each in these], round(self.loop.time(), 3)))
        if self.refuses:
            raise self.refuses
        if self.broken in self.written[-1][0]:
            raise KeyError(self.broken)
        return [each.posting.key != self.lost for each in these]

    async def send(self, key: str, seconds: float) -> bool:
        with self.settling.sending():
            await asyncio.sleep(seconds)
        return await self.settling.settled(arrived(key))

    def do(self, *sent: tuple[str, float]) -> list[bool | BaseException]:
        async def all_of_them() -> list[bool | BaseException]:
            return await asyncio.gather(*(self.send(*each) for each in sent), return_exceptions=True)

        return self.loop.do(all_of_them())


def test_who_is_alone_waits_for_nobody(loop: Loop) -> None:
    ledger = Ledger(loop)

    assert ledger.do(("a", 1.0)) == [True]

    assert ledger.written == [(["a"], 1.0)]


def test_the_last_of_those_on_their_way_takes_the_others_along(loop: Loop) -> None:
    ledger = Ledger(loop)

    assert ledger.do(("a", 1.0), ("b", 1.0 + MOMENT / 2), ("c", 1.0)) == [True] * 3

    assert ledger.written == [(["a", "c", "b"], 1.01)]


def test_nobody_waits_for_long(loop: Loop) -> None:
    ledger = Ledger(loop)

    assert ledger.do(("a", 1.0), ("slow", 9.0)) == [True] * 2

    assert ledger.written == [(["a"], 1.0 + MOMENT), (["slow"], 9.0)]


def test_who_was_not_sent_keeps_nobody_waiting(loop: Loop) -> None:
    ledger = Ledger(loop)

    async def fails() -> None:
        with ledger.settling.sending():
            await asyncio.sleep(1.0 + MOMENT / 2)
            raise TimeoutError

    async def both() -> None:
        await asyncio.gather(ledger.send("a", 1.0), fails(), return_exceptions=True)

    loop.do(both())

    assert ledger.written == [(["a"], 1.01)]


def test_each_hears_what_became_of_its_own(loop: Loop) -> None:
    assert Ledger(loop, lost="b").do(("a", 1.0), ("b", 1.0)) == [True, False]


def test_where_nothing_was_kept_each_hears_so(loop: Loop) -> None:
    away = Unavailable("disk full")

    assert Ledger(loop, refuses=away).do(("a", 1.0), ("b", 1.0)) == [away, away]


def test_who_cannot_be_written_down_keeps_nobody_else_from_it(loop: Loop) -> None:
    a, b, c = Ledger(loop, broken="b").do(("a", 1.0), ("b", 1.0), ("c", 1.0))

    assert (a, c) == (True, True)
    assert isinstance(b, KeyError)
