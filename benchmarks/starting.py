"""From the start of the process until Slack sees it connected, and what it holds while nothing happens."""

import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import child
from benchmarks.stub import Stub
from benchmarks.table import Row

BARE, TIDEMARK = ("benchmarks.bare", "--shared"), ("bot", "run")
ROUNDS, IDLE_SECONDS = 7, 20


async def measure() -> list[tuple[str, list[Row]]]:
    """The first start fills the bytecode cache and is not counted. A later start finds its tables."""
    bare, tidemark, first = [], [], []
    with TemporaryDirectory() as folder:
        kept = Path(folder)
        await started(BARE, kept)
        await started(TIDEMARK, kept)
        for turn in range(ROUNDS):
            bare.append(await started(BARE, kept))
            tidemark.append(await started(TIDEMARK, kept))
            fresh = kept / f"fresh{turn}"
            fresh.mkdir()
            first.append(await started(TIDEMARK, fresh))
        idle = [await resting(BARE, kept), await resting(TIDEMARK, kept)]
    helped = [help_ms() for _ in range(ROUNDS)]
    rows = [
        *_rows("bare Bolt", bare, bare),
        *_rows("tidemark run", tidemark, bare),
        *_rows("tidemark run, first start (makes its tables)", first, bare),
        Row("tidemark --help, CPU", "ms", helped, [cpu for _, cpu, _ in bare]),
    ]
    return [
        ("Start until connected", rows),
        (
            f"CPU while nothing happens ({IDLE_SECONDS} s)",
            [Row("bare Bolt", "ms", [idle[0]], [idle[0]]), Row("tidemark run", "ms", [idle[1]], [idle[0]])],
        ),
    ]


async def started(module: tuple[str, ...], folder: Path) -> tuple[float, float, float]:
    """Wall ms and CPU ms until connected, resident MB a moment later."""
    async with Stub.start() as slack:
        began = perf_counter()
        async with child.running(*module, slack=slack.environment, more=_database(module, folder)) as bot:
            await slack.connected.wait()
            wall, cpu = perf_counter() - began, bot.cpu_seconds
            await asyncio.sleep(0.5)
            return wall * 1000, cpu * 1000, bot.resident_mb


async def resting(module: tuple[str, ...], folder: Path) -> float:
    async with (
        Stub.start() as slack,
        child.running(*module, slack=slack.environment, more=_database(module, folder)) as bot,
    ):
        await slack.connected.wait()
        await asyncio.sleep(1)
        before = bot.cpu_seconds
        await asyncio.sleep(IDLE_SECONDS)
        return (bot.cpu_seconds - before) * 1000


def _database(module: tuple[str, ...], folder: Path) -> dict[str, str]:
    return {"TIDEMARK_DATABASE_URL": f"sqlite:///{folder}/{module[0]}.db"}


def help_ms() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "bot", "--help"], check=True, capture_output=True, env=child.cached(os.environ)
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def _rows(
    title: str, found: list[tuple[float, float, float]], bare: list[tuple[float, float, float]]
) -> list[Row]:
    names = [("wall", "ms"), ("CPU", "ms"), ("resident", "MB")]
    return [
        Row(f"{title}, {name}", unit, [each[n] for each in found], [each[n] for each in bare])
        for n, (name, unit) in enumerate(names)
    ]
