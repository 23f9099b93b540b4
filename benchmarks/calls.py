"""How many functions a bot calls for one answer. It says less than CPU time, and the same on every machine,
whatever else that does."""

import asyncio
import signal
import time
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.answering import BARE, COMPARED, TIDEMARK, TITLES, WARM_UP, Contender, contender
from benchmarks.child import Child
from tests.postgres import Postgres

WAVES = 5


async def measure() -> dict[str, float]:
    """On SQLite, where the Web API answers at once; and on PostgreSQL by one process and by two."""
    called = {}
    with Postgres.running() as server, TemporaryDirectory() as folder:
        for module in COMPARED:
            url = f"sqlite:///{folder}/{len(called)}.db"
            called[TITLES[module]] = await _called(url, module, Path(folder) / str(len(called)), 1)
        for module, processes in product((BARE, TIDEMARK), (1, 2)):
            title = f"{TITLES[module]}, PostgreSQL, {'one process' if processes == 1 else 'two processes'}"
            with server.database() as url:
                called[title] = await _called(url, module, Path(folder) / str(len(called)), processes)
    return called


async def _called(url: str, module: tuple[str, ...], folder: Path, processes: int) -> float:
    told = folder.with_suffix(".calls")
    counted = ("benchmarks.counted", str(told), *module)
    async with contender(url, 0.0, counted, folder, processes=processes) as bot:
        for _ in range(WARM_UP):
            await bot.wave()
        before = await _number(bot, told)
        for _ in range(WAVES):
            await bot.wave()
        return (await _number(bot, told) - before) / (WAVES * len(bot.house.participants))


async def _number(bot: Contender, told: Path) -> int:
    return sum([await _of(each, Path(f"{told}.{each.process.pid}")) for each in bot.children])


async def _of(child: Child, told: Path) -> int:
    child.process.send_signal(signal.SIGUSR1)
    return await asyncio.to_thread(_read, told)


def _read(told: Path) -> int:
    """As soon as it is there; once."""
    while not told.exists() or not (said := told.read_text()):
        time.sleep(0.01)
    told.unlink()
    return int(said)


def printed(called: dict[str, float]) -> str:
    lines = [f"  {title:54}{number:>10.0f}" for title, number in called.items()]
    return "\n".join(["Functions that are called for one answer", *lines, ""])
