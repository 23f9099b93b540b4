"""PostgreSQL itself stops, without a word, while a crowd answers, and is started again."""

import asyncio
import os
import sys
import time
from pathlib import Path

import psycopg

from benchmarks.load import measured
from conversation.pack import Length
from tests.faults.servers import Server

IN_FULL = bool({"SOAK", "BOTH"} & os.environ.keys())
PEOPLE, MINUTES, STOPS, SECONDS_AWAY = (60, 2.0, 3, 20.0) if IN_FULL else (16, 0.15, 1, 2.0)


async def test_postgresql_stops_and_starts_under_load_and_no_answer_is_lost(tmp_path: Path) -> None:
    with Server.running() as server:
        url = server.database("crowd")
        async with asyncio.TaskGroup() as both:
            crowd = both.create_task(measured(PEOPLE, MINUTES, Length.SHORT, url, tmp_path))
            both.create_task(stops_and_starts(server, url))
        report = crowd.result()

    sys.stdout.write(f"stopped {STOPS} times for {SECONDS_AWAY:g} s\n{report}\n")
    assert report.is_good, str(report)
    assert report.answers == 4 * PEOPLE
    assert report.outcome.refused + report.outcome.late, "nobody noticed"


async def stops_and_starts(server: Server, url: str) -> None:
    """At equal parts of what is answered."""
    for number in range(1, STOPS + 1):
        await asyncio.to_thread(until_answered, url, number * 4 * PEOPLE // (STOPS + 1))
        await asyncio.to_thread(server.stops)
        await asyncio.sleep(SECONDS_AWAY)
        await asyncio.to_thread(server.starts)


def until_answered(url: str, number: int) -> None:
    """So many answers are kept."""
    kept, is_there = 0, False
    with psycopg.connect(url, autocommit=True) as connection:
        while kept < number:
            time.sleep(0.1)
            is_there = is_there or connection.execute("SELECT to_regclass('said')").fetchone() != (None,)
            if is_there:
                found = connection.execute("SELECT count(*) FROM said WHERE kind = 'answered'").fetchone()
                kept = found[0] if found else 0
