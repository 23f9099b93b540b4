"""From the start of the process until Slack sees it connected and somebody is answered, and what it holds
while nothing happens."""

import asyncio
import os
import resource
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import child
from benchmarks.clicks import House, Participant
from benchmarks.stub import Stub
from benchmarks.table import Row

BARE, TIDEMARK = ("benchmarks.bare", "--shared"), ("bot", "run")
ROUNDS, IDLE_SECONDS = 7, 20
#: Each with its unit, and which part of a start it is.
Figures = tuple[tuple[str, str, str], ...]
CONNECTED: Figures = (("wall", "ms", "wall"), ("CPU", "ms", "cpu"))
ALL: Figures = (
    *CONNECTED,
    ("wall until an answer given then is acked", "ms", "answered"),
    ("CPU until then", "ms", "answered_cpu"),
    ("who gave it waited", "ms", "waited"),
    ("the same for the next answer", "ms", "again"),
    ("resident", "MB", "resident"),
)


@dataclass(frozen=True)
class Start:
    """Milliseconds since the process began, until Slack saw it connected and until an answer that somebody
    gave in that very moment was acked; the ms for which they waited; resident MB then."""

    wall: float
    cpu: float
    answered: float
    answered_cpu: float
    waited: float
    again: float
    resident: float


async def measure() -> list[tuple[str, list[Row]]]:
    """The first start fills the bytecode cache and is not counted. A later start finds its tables."""
    bare, tidemark, first = [], [], []
    with TemporaryDirectory() as folder:
        kept = Path(folder)
        house = House.open(_database(TIDEMARK, kept)["TIDEMARK_DATABASE_URL"], "", pressing=1 + ROUNDS)
        for turn, who in enumerate(house.participants):
            fresh = kept / f"fresh{turn}"
            fresh.mkdir()
            bare.append(await started(BARE, kept, house, who))
            tidemark.append(await started(TIDEMARK, kept, house, who))
            first.append(await started(TIDEMARK, fresh, house, who))
        del bare[0], tidemark[0], first[0]
        idle = [await resting(BARE, kept), await resting(TIDEMARK, kept)]
    helped = [help_ms() for _ in range(ROUNDS)]
    rows = [
        *_rows("bare Bolt", ALL, bare, bare),
        *_rows("tidemark run", ALL, tidemark, bare),
        *_rows("tidemark run, first start (makes its tables)", CONNECTED, first, bare),
        Row("tidemark --help, CPU", "ms", helped, [each.cpu for each in bare]),
    ]
    return [
        ("Start until connected", rows),
        (
            f"CPU while nothing happens ({IDLE_SECONDS} s)",
            [Row("bare Bolt", "ms", [idle[0]], [idle[0]]), Row("tidemark run", "ms", [idle[1]], [idle[0]])],
        ),
    ]


async def started(module: tuple[str, ...], folder: Path, house: House, who: Participant) -> Start:
    """They answer as soon as it is connected, and once more."""
    async with Stub.start() as slack:
        house = replace(house, base_url=slack.url)
        began = perf_counter()
        async with child.running(*module, slack=slack.environment, more=_database(module, folder)) as bot:
            await slack.connected.wait()
            wall, cpu = perf_counter() - began, bot.cpu_seconds
            waited = await slack.click(house.click(who))
            answered, answered_cpu = perf_counter() - began, bot.cpu_seconds
            await asyncio.sleep(0.5)
            resident = bot.resident_mb
            again = await slack.click(house.click(who))
            times = (wall, cpu, answered, answered_cpu, waited, again)
            return Start(*(each * 1000 for each in times), resident)


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


def _rows(title: str, what: Figures, found: list[Start], bare: list[Start]) -> list[Row]:
    return [
        Row(
            f"{title}, {name}",
            unit,
            [getattr(each, of) for each in found],
            [getattr(each, of) for each in bare],
        )
        for name, unit, of in what
    ]
