"""`make bench`, or `python -m benchmarks` with some of answering, calls, crowd, processes, scoring, starting
and growth."""

import asyncio
import os
import platform
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks import answering, calls, child, crowd, growth, scoring, starting, steps
from benchmarks.table import printed

PARTS = ("answering", "calls", "crowd", "processes", "scoring", "starting")


async def main(parts: list[str]) -> None:
    os.sched_setaffinity(0, child.OTHERS)
    print(machine(), end="\n\n")
    if "answering" in parts:
        async for title, rows in answering.measure():
            print(printed(f"CPU of the bot for one answer ({answering.ANSWERS} each). {title}", rows))
        print(printed("CPU of its steps alone (ratio: to the answer's transaction)", steps.measure()))
    if "calls" in parts:
        print(calls.printed(await calls.measure()))
    if "crowd" in parts:
        print(crowd.printed(await crowd.acks()))
        print(printed("CPU for one answer, by the number of participants", await crowd.participants()))
    if "processes" in parts:
        for title, rows in (await crowd.processes()).items():
            print(printed(title, rows))
        print(printed("CPU for one answer in an open load, on PostgreSQL, on any core", await crowd.steady()))
    if "scoring" in parts:
        for title, rows in scoring.measure():
            print(printed(title, rows))
    if "starting" in parts:
        for title, rows in await starting.measure():
            print(printed(title, rows))
    if "growth" in parts:
        points = growth.measure()
        print(growth.printed(points))
        growth.PLOT.write_text(growth.plot(points))


def machine() -> str:
    models = [
        line.split(": ")[1]
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    libraries = ("slack-bolt", "slack-sdk", "aiohttp", "sqlmodel", "SQLAlchemy", "pydantic", "jinja2")
    return "\n".join(
        [
            f"{os.cpu_count()} cores, {', '.join(set(models))}, load {os.getloadavg()[0]:.1f}",
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform()}",
            ", ".join(f"{name} {version(name)}" for name in libraries),
        ]
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or [*PARTS]))
