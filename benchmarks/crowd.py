"""How long an ack takes while people press as they please: so many clicks a second, whether the bot keeps up
or not; and what an answer costs when many take part.

For the acks Tidemark runs as it always does: of such a crowd it draws what Slack's budget allows, and most
cards turn into the next one by one request.
"""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from math import ceil
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import child
from benchmarks.answering import BARE, PEOPLE, ROUNDS, SHARED, SHORT, TIDEMARK, WARM_UP, Contender, contender
from benchmarks.clicks import ITEMS, Participant
from benchmarks.table import Row
from tests.postgres import Postgres

#: Clicks a second, and for how many seconds. 333: 10,000 people answer 20 questions in ten minutes.
RATES, SECONDS = (100, 333), 10
#: Clicks a second for one process and for two, and for how many seconds in each round.
STEADY, STEADY_SECONDS = 50, 5
PARTICIPANTS = (10, 100, 1_000, 10_000)


@dataclass(frozen=True)
class Acks:
    """Milliseconds, and how many clicks a second were acked."""

    title: str
    rate: int
    p50: float
    p99: float
    most: float
    acked: float


async def acks(rates: tuple[int, ...] = RATES) -> list[Acks]:
    found = []
    for module in (SHARED, SHORT):
        for rate in rates:
            with TemporaryDirectory() as folder:
                people = ceil(rate * SECONDS / (len(ITEMS) - 2))
                url = f"sqlite:///{folder}/tidemark.db"
                async with contender(url, 0.0, module, Path(folder) / "bot", pressing=people) as bot:
                    found.append(await _pressed(bot, rate))
    return found


async def _pressed(bot: Contender, rate: int) -> Acks:
    """Everybody in turn, each click when its time has come; slowly before that, to warm up."""
    for by in bot.house.participants:
        await bot.slack.click(bot.house.click(by))
    began = perf_counter()
    taken = await _in_time(bot, rate, islice(cycle(bot.house.participants), rate * SECONDS))
    over = perf_counter() - began
    cut = quantiles(taken, n=100)
    return Acks(bot.title, rate, cut[49], cut[98], max(taken), len(taken) / over)


async def _in_time(bot: Contender, rate: int, pressing: Iterable[Participant]) -> list[float]:
    """Milliseconds until each click is acked."""
    began, waiting = perf_counter(), []
    for number, by in enumerate(pressing):
        await asyncio.sleep(max(0.0, began + number / rate - perf_counter()))
        waiting.append(asyncio.create_task(bot.slack.click(bot.house.click(by))))
    return [seconds * 1000 for seconds in await asyncio.gather(*waiting)]


async def participants() -> list[Row]:
    """The same people answer, among so many that have answered before."""
    rows: list[Row] = []
    for number in PARTICIPANTS:
        with TemporaryDirectory() as folder:
            pressing, url = min(PEOPLE, number), f"sqlite:///{folder}/tidemark.db"
            own = Path(folder) / "bot"
            async with contender(url, 0.0, TIDEMARK, own, pressing=pressing, people=number) as bot:
                for _ in range(WARM_UP):
                    await bot.wave()
                for _ in range(ROUNDS):
                    await bot.round()
                base = rows[0].measured if rows else bot.spent_ms
                rows.append(Row(f"{number:,} participants", "ms", bot.spent_ms, base))
    return rows


async def processes() -> dict[str, list[Row]]:
    """One process, and two on one PostgreSQL database, in turns: CPU of all of them together for one answer,
    and the wall time of one, which says something only where every process has a core of its own. Bare Bolt
    beside it shows what two processes cost that have nothing to share."""
    with Postgres.running() as server:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            kinds = [(module, many) for module in (BARE, TIDEMARK) for many in (1, 2)]
            bots = []
            for number, (module, many) in enumerate(kinds):
                url, own = stack.enter_context(server.database()), folder / str(number)
                bots.append(await stack.enter_async_context(contender(url, 0.0, module, own, processes=many)))
            for bot in bots:
                for _ in range(WARM_UP):
                    await bot.wave()
            for _ in range(ROUNDS):
                for bot in bots:
                    await bot.round()
            ones = {module: bot for (module, many), bot in zip(kinds, bots, strict=True) if many == 1}
            rows: dict[str, list[Row]] = {}
            for (module, many), bot in zip(kinds, bots, strict=True):
                title = f"{bot.title}, {'one process' if many == 1 else 'two processes'}"
                for what, taken, base in (
                    ("CPU", bot.spent_ms, ones[module].spent_ms),
                    ("Wall time", bot.took_ms, ones[module].took_ms),
                ):
                    where = f", {_cores()}" if what == "Wall time" else ""
                    rows.setdefault(f"{what} for one answer, on PostgreSQL{where}", []).append(
                        Row(title, "ms", taken, base)
                    )
            return rows


async def steady() -> list[Row]:
    """CPU for one answer where nobody is kept busy: of one process, of two that share the same clicks, and of
    two that get twice as many, on whichever cores there are. Ratios are to the one."""
    rows: list[Row] = []
    with Postgres.running() as server:
        for module in (SHARED, TIDEMARK):
            async with AsyncExitStack() as stack:
                folder = Path(stack.enter_context(TemporaryDirectory()))
                bots: dict[str, tuple[Contender, int]] = {}
                for number, (many, rate) in enumerate(((1, STEADY), (2, STEADY), (2, 2 * STEADY))):
                    bot = await stack.enter_async_context(
                        contender(
                            stack.enter_context(server.database()),
                            0.0,
                            module,
                            folder / str(number),
                            pressing=rate * STEADY_SECONDS,
                            processes=many,
                            anywhere=True,
                        )
                    )
                    name = "one process" if many == 1 else "two processes"
                    bots[f"{bot.title}, {name}, {rate} clicks/s"] = bot, rate
                for _ in range(ROUNDS + 1):
                    for bot, rate in bots.values():
                        await _steadily(bot, rate)
                measured = [bot.spent_ms[1:] for bot, _ in bots.values()]
                rows += [
                    Row(title, "ms", each, measured[0]) for title, each in zip(bots, measured, strict=True)
                ]
    return rows


async def _steadily(bot: Contender, rate: int) -> None:
    """One round, in which everybody presses once; the first warms up."""
    people, drawn, before = bot.house.participants, bot.slack.drawn, bot.cpu_seconds
    await _in_time(bot, rate, people)
    await bot.slack.all_drawn(drawn + len(people))
    bot.spent_ms.append((bot.cpu_seconds - before) * 1000 / len(people))


def _cores() -> str:
    return "each process on a core of its own" if child.SECOND != child.BOTS else "all on one core"


def printed(found: list[Acks]) -> str:
    head = f"{'ms until acked':36}{'clicks/s':>10}{'median':>10}{'p99':>10}{'longest':>10}{'acked/s':>10}"
    lines = [
        f"  {each.title:34}{each.rate:>10}{each.p50:>10.1f}{each.p99:>10.1f}{each.most:>10.1f}"
        f"{each.acked:>10.0f}"
        for each in found
    ]
    return "\n".join(["Acks while people press as they please", head, *lines, ""])
