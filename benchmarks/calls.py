"""How many functions a bot calls for one answer. It says less than CPU time, and the same on every machine,
whatever else that does."""

import asyncio
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.answering import COMPARED, TITLES, WARM_UP, Contender, contender

WAVES = 5


async def measure() -> dict[str, float]:
    """On SQLite, where the Web API answers at once."""
    return {TITLES[module]: await _called(module) for module in COMPARED}


async def _called(module: tuple[str, ...]) -> float:
    with TemporaryDirectory() as folder:
        told, url = Path(folder) / "calls", f"sqlite:///{folder}/bot.db"
        counted = ("benchmarks.counted", str(told), *module)
        async with contender(url, 0.0, counted, Path(folder) / "bot") as bot:
            for _ in range(WARM_UP):
                await bot.wave()
            before = await _number(bot, told)
            for _ in range(WAVES):
                await bot.wave()
            return (await _number(bot, told) - before) / (WAVES * len(bot.house.participants))


async def _number(bot: Contender, told: Path) -> int:
    bot.children[0].process.send_signal(signal.SIGUSR1)
    return await asyncio.to_thread(_read, told)


def _read(told: Path) -> int:
    """As soon as it is there; once."""
    while not told.exists() or not (said := told.read_text()):
        time.sleep(0.01)
    told.unlink()
    return int(said)


def printed(called: dict[str, float]) -> str:
    lines = [f"  {title:34}{number:>10.0f}" for title, number in called.items()]
    return "\n".join(["Functions that are called for one answer, on SQLite", *lines, ""])
