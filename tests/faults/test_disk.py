"""A real disk is full, or fails and can only be read from then on: under SQLite, and under PostgreSQL. And a
file that may not grow, which needs nobody's leave."""

import asyncio
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import Unavailable
from storage.records import Person
from storage.store import Store
from tests.e2e.test_resilience import once_each, question, said
from tests.e2e.workspace import town
from tests.faults.disk import small_disk
from tests.faults.servers import Server
from tests.faults.troubles import Hand, room_taken
from tests.faults.turn import AS_PROMISED, Turn

#: With room for a database without rows, and not much more.
MEGABYTES = {"sqlite": 16, "postgresql": 48}


async def test_sqlite_on_a_disk_that_is_full_and_on_one_that_fails(migrated_sqlite: Path) -> None:
    """As soon as there is room all goes on. Whoever's disk failed mounts it again, and starts the bot."""
    with small_disk(MEGABYTES["sqlite"]) as disk:
        url = f"sqlite:///{shutil.copy(migrated_sqlite, disk.place / 'tidemark.db')}"
        store = Store.open(url, patience=0.2)
        async with town(store) as place:
            async with place.service() as (stage, host):
                ana = stage.person("ana")
                await stage.launch("ana")
                await ana.clicks("Start")
                turn = await Turn.at(stage, host, 1)
                with disk.full():
                    when_full = await turn.tries()
                await turn.goes_on()
                turn = await Turn.at(stage, host, 2)
                disk.breaks()
                when_broken = await turn.tries()
            store.close()
            disk.is_repaired()
            place = replace(place, store=Store.open(url))
            async with place.service() as (stage, host):
                await replace(turn, stage=stage, url=host).goes_on()

                assert (when_full, when_broken) == (AS_PROMISED, AS_PROMISED)
                assert [value for _, value in said(stage, ana) if value is not None] == [1, 1]
                assert await once_each(stage.slack)
            place.store.close()


async def test_postgresql_on_a_disk_that_is_full() -> None:
    with small_disk(MEGABYTES["postgresql"]) as disk, Server.running() as server:
        url = server.database("full", on=server.owned(disk.place / "tables"))
        store = Store.open(url, patience=0.2)
        hand = Hand(store, url)
        async with town(store) as place, place.service() as (stage, host):
            ana = stage.person("ana")
            await stage.launch("ana")
            await ana.clicks("Start")
            turn = await Turn.at(stage, host, 1)
            with disk.full(), room_taken(hand):
                told = await turn.tries()

            assert told == AS_PROMISED
            await turn.goes_on()
            assert await once_each(stage.slack)
        store.close()


async def test_postgresql_whose_log_has_no_room_stops_and_is_started_again_with_room() -> None:
    """What it had taken is there; what came meanwhile was refused."""
    with small_disk(MEGABYTES["postgresql"]) as disk:
        log = disk.place / "log"
        log.mkdir()
        with Server.running(log=log) as server:
            store = Store.open(server.database("logged"), patience=0.2)
            async with town(store) as place, place.service() as (stage, host):
                ana = stage.person("ana")
                await stage.launch("ana")
                await ana.clicks("Start")
                await ana.clicks("B", message=await question(ana, 1))
                turn = await Turn.at(stage, host, 2)
                with disk.full():
                    await asyncio.to_thread(server.writes_until_it_stops)
                    told = await turn.tries()
                await asyncio.to_thread(server.starts)

                assert told == AS_PROMISED
                await turn.goes_on()
                assert [value for _, value in said(stage, ana) if value is not None] == [1, 1]
                assert await once_each(stage.slack)
            store.close()


def test_a_file_that_may_not_grow_is_said_and_nothing_is_kept(migrated_sqlite: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'tidemark.db')}")
    ana = Person(user_id="U-ANA", name="Ana", tz="UTC")

    with no_file_grows(), pytest.raises(Unavailable), store.transaction("T1") as tx:
        tx.people.remember(ana)

    with store.transaction("T1") as tx:
        assert tx.people.find("U-ANA") is None
        tx.people.remember(ana)
    store.close()


@contextmanager
def no_file_grows() -> Iterator[None]:
    """Of this process: as where its share of a disk is used up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
