"""Short use cases that come at once are committed once: none is told of before, and what is
refused takes nothing else with it."""

import asyncio
import gc
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import pytest_asyncio

from bot import acks
from bot.gate import Gate
from bot.writer import LAST_MOMENT
from conversation.desk import Desk, short
from conversation.errors import Refused
from conversation.pack import Pack
from storage.errors import Unavailable, Uncertain
from storage.store import Store
from tests.postgres import Postgres

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tidemark.db"


@pytest_asyncio.fixture
async def bench(file: Path) -> AsyncIterator[tuple[Gate, Desk]]:
    store, ids = Store.open(f"sqlite:///{file}"), count()
    gate = Gate(store)
    yield gate, Desk("T1", store, lambda: NOW, lambda: f"I{next(ids)}", Pack.shipped("mlops"), "me")
    gate.close()
    store.close()


async def test_what_holds_what_another_process_wants_is_done_again_by_itself(postgres: Postgres) -> None:
    """Two processes whose common transactions wait for each other: both are through in the end."""
    with postgres.database() as url:
        stores = [Store.open(url), Store.open(url)]
        gates, ids = [Gate(store) for store in stores], count()
        desks = [
            Desk("T1", store, lambda: NOW, lambda: f"I{next(ids)}", Pack.shipped("mlops"), "me")
            for store in stores
        ]
        both, met = Barrier(2), set[str]()

        @short
        def owe_and_meet(desk: Desk, key: str, *, first: bool) -> None:
            with desk.transaction() as tx:
                desk.owe(tx, key, kind="told", subject_id="A1", recipient="U1")
            if first and key not in met:
                met.add(key)
                both.wait(5)

        async def one_after_the_other(gate: Gate, desk: Desk, *keys: str) -> list[Any]:
            calls = [
                lambda key=key, number=number: gate(owe_and_meet, desk, key, first=not number)
                for number, key in enumerate(keys)
            ]
            return await behind(gate, *calls)

        found = await asyncio.gather(
            one_after_the_other(gates[0], desks[0], "a", "b"),
            one_after_the_other(gates[1], desks[1], "b", "a"),
        )
        assert found == [[None, None], [None, None]]
        assert met == {"a", "b"}
        with stores[0].transaction("T1") as tx:
            assert sorted(posting.key for posting in tx.postings.to("U1")) == ["a", "b"]
        for gate, store in zip(gates, stores, strict=True):
            gate.close()
            store.close()


@short
def owe(desk: Desk, key: str, *, refuse: Exception | None = None) -> str:
    with desk.transaction() as tx:
        desk.owe(tx, key, kind="told", subject_id="A1", recipient="U1")
        if refuse:
            raise refuse
        return key


def stored(file: Path) -> list[str]:
    with sqlite3.connect(file) as other:
        return [key for (key,) in other.execute("SELECT key FROM posting ORDER BY key")]


async def behind(gate: Gate, *calls: Callable[[], Any]) -> list[Any]:
    """What comes of these when all of them wait already while the writer is busy with something else."""
    begun, free = Event(), Event()

    @short
    def hold() -> None:
        begun.set()
        free.wait()

    busy = asyncio.create_task(gate(hold))
    await asyncio.to_thread(begun.wait)
    waiting = [asyncio.create_task(call()) for call in calls]
    await asyncio.sleep(0)
    free.set()
    await busy
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_waits_together_is_committed_once(
    bench: tuple[Gate, Desk], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, desk = bench
    together, seen = desk.store.together, []

    def watched() -> Any:
        seen.append(stored(file))
        return together()

    monkeypatch.setattr(desk.store, "together", watched)
    calls = [lambda key=key: gate(owe, desk, key) for key in ("a", "b", "c")]
    assert await behind(gate, *calls) == ["a", "b", "c"]
    assert seen == [[]]
    assert stored(file) == ["a", "b", "c"]


async def test_of_what_takes_long_one_thing_at_a_time_is_done_between_what_is_short(
    bench: tuple[Gate, Desk],
) -> None:
    gate, _ = bench
    done, loop = list[str](), asyncio.get_running_loop()
    coming = list[asyncio.Task[None]]()

    @short
    def answer(name: str) -> None:
        done.append(name)

    async def somebody_answers() -> None:
        coming.append(asyncio.create_task(gate(answer, "while it is done")))
        await asyncio.sleep(0)

    def look_up(name: str) -> None:
        done.append(name)
        if name == "first":
            asyncio.run_coroutine_threadsafe(somebody_answers(), loop).result()

    asked = [(look_up, "first"), (look_up, "second"), (answer, "behind them")]
    await behind(gate, *(partial(gate, use_case, name) for use_case, name in asked))
    await asyncio.gather(*coming)

    assert done == ["behind them", "first", "while it is done", "second"]


async def test_what_could_not_be_done_in_time_is_not_begun(
    bench: tuple[Gate, Desk], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So whoever waits for an ack hears that it was not kept, and not that nobody knows."""
    monkeypatch.setattr(acks, "PATIENCE", LAST_MOMENT / 5)
    gate, desk = bench
    with acks.acking(), pytest.raises(Unavailable) as told:
        await gate(owe, desk, "late")

    assert not isinstance(told.value, Uncertain)
    assert stored(file) == []


async def test_what_is_refused_takes_nothing_else_with_it(bench: tuple[Gate, Desk], file: Path) -> None:
    gate, desk = bench
    no = LookupError("no")
    found = await behind(
        gate,
        lambda: gate(owe, desk, "a"),
        lambda: gate(owe, desk, "b", refuse=no),
        lambda: gate(owe, desk, "c"),
    )
    assert found == ["a", no, "c"]
    assert stored(file) == ["a", "c"]


@pytest.mark.parametrize(("writes", "times"), [(False, 1), (True, 2)])
async def test_only_who_is_refused_after_writing_makes_the_others_do_it_again(
    bench: tuple[Gate, Desk], file: Path, writes: bool, times: int
) -> None:
    gate, desk = bench
    done, no = list[str](), LookupError("no")

    @short
    def refused(desk: Desk) -> None:
        with desk.transaction() as tx:
            done.append("refused")
            tx.postings.find("a")
            if writes:
                tx.seats.change("S1", answered=1)
            raise no

    @short
    def told(desk: Desk) -> str:
        done.append("told")
        return owe(desk, "a")

    assert await behind(gate, lambda: gate(told, desk), lambda: gate(refused, desk)) == ["a", no]
    assert done == ["told", "refused"] * times
    assert stored(file) == ["a"]


async def test_what_the_database_refuses_is_done_again_each_for_itself(
    bench: tuple[Gate, Desk], file: Path
) -> None:
    gate, desk = bench

    @short
    def broken(desk: Desk) -> None:
        with desk.transaction() as tx:
            tx.seats.add(
                id="S1", assessment_id="no such", user_id="U1", roles=["DE"], questions=1, invited_at=NOW
            )

    found = await behind(
        gate, lambda: gate(owe, desk, "a"), lambda: gate(broken, desk), lambda: gate(owe, desk, "c")
    )
    assert found[0] == "a"
    assert "FOREIGN KEY" in str(found[1])
    assert found[2] == "c"
    assert stored(file) == ["a", "c"]


async def test_the_end_waits_for_what_was_asked_for(bench: tuple[Gate, Desk], file: Path) -> None:
    gate, desk = bench
    last = asyncio.create_task(gate(owe, desk, "a"))
    await asyncio.sleep(0)
    await asyncio.to_thread(gate.close)
    assert await last == "a"
    assert stored(file) == ["a"]


async def test_what_is_refused_after_nobody_waits_any_more_is_in_no_log(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acks, "PATIENCE", 0.05)
    told, free = [], Event()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    def refused_late() -> None:
        free.wait()
        raise Refused(words="what somebody wrote")

    with postgres.database() as url:
        store = Store.open(url)
        gate = Gate(store)
        with acks.acking(), pytest.raises(Uncertain):
            await gate(refused_late)
        free.set()
        await asyncio.to_thread(gate.close)
        await asyncio.sleep(0)
        gc.collect()
        store.close()
    assert told == []
