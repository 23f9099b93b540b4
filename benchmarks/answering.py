"""CPU time of the bot's process for one answered question, beside bots that only do what cannot be left out.

Each bot has a Slack of its own (`benchmarks.stub`) in this process, and a database with the same people. A
wave is one answer of everybody, some at a time; it ends when every record and every next card is in Slack.
Rounds of the bots alternate, so that a noisy minute meets them all.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import child
from benchmarks.child import Child
from benchmarks.clicks import House, Participant, stored
from benchmarks.stub import Stub
from benchmarks.table import Row
from tests.postgres import Postgres

SOME_AT_A_TIME, PEOPLE = 8, 40
WARM_UP, ROUNDS, WAVES = 2, 5, 2
ANSWERS = ROUNDS * WAVES * PEOPLE
FLOOR = ("benchmarks.bare", "--floor")
BARE, SHARED = ("benchmarks.bare",), ("benchmarks.bare", "--shared")
TIDEMARK, SHORT = ("benchmarks.unhurried",), ("bot", "run")
TITLES = {
    FLOOR: "floor: no Bolt, no slack_sdk",
    BARE: "bare Bolt, as documented",
    SHARED: "bare Bolt with one HTTP session",
    TIDEMARK: "Tidemark",
    SHORT: "Tidemark",
}
COMPARED = (FLOOR, BARE, SHARED, TIDEMARK)
#: Where the Web API answers at once, or after so many seconds.
DELAYS = (0.0, 0.15)


@dataclass
class Contender:
    """`many` in flight at once. `took_ms` is by the wall clock, of all that are pressed together."""

    title: str
    slack: Stub
    children: tuple[Child, ...]
    house: House
    many: int = SOME_AT_A_TIME
    spent_ms: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)

    async def wave(self) -> None:
        drawn, seats = self.slack.drawn, asyncio.Semaphore(self.many)

        async def one(by: Participant) -> None:
            async with seats:
                await self.slack.click(self.house.click(by))

        await asyncio.gather(*map(one, self.house.participants))
        await self.slack.all_drawn(drawn + len(self.house.participants))

    async def round(self) -> None:
        before, began = self.cpu_seconds, perf_counter()
        for _ in range(WAVES):
            await self.wave()
        answers = WAVES * len(self.house.participants)
        self.took_ms.append((perf_counter() - began) * 1000 / answers)
        self.spent_ms.append((self.cpu_seconds - before) * 1000 / answers)

    @property
    def cpu_seconds(self) -> float:
        return sum(each.cpu_seconds for each in self.children)


async def measure() -> AsyncIterator[tuple[str, list[Row]]]:
    """On each database, at each speed of the Web API."""
    with Postgres.running() as server:
        for kind in ("SQLite", "PostgreSQL"):
            for delay in DELAYS:
                rows = await compared(server if kind == "PostgreSQL" else None, delay, COMPARED)
                when = f"after {delay * 1000:.0f} ms" if delay else "at once"
                yield f"{kind}, the Web API answers {when}", rows


async def compared(server: Postgres | None, delay: float, which: tuple[tuple[str, ...], ...]) -> list[Row]:
    """The ratio is to the second of them."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        urls = _databases(stack, server, folder)
        bots = [
            await stack.enter_async_context(contender(next(urls), delay, module, folder / str(number)))
            for number, module in enumerate(which)
        ]
        for bot in bots:
            for _ in range(WARM_UP):
                await bot.wave()
        for _ in range(ROUNDS):
            for bot in bots:
                await bot.round()
        bare = bots[min(1, len(bots) - 1)]
        return [Row(bot.title, "ms", bot.spent_ms, bare.spent_ms) for bot in bots]


def _databases(stack: AsyncExitStack, server: Postgres | None, folder: Path) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield stack.enter_context(server.database()) if server else f"sqlite:///{folder}/{number}.db"


@asynccontextmanager
async def contender(
    url: str,
    delay: float,
    module: tuple[str, ...],
    folder: Path,
    *,
    pressing: int = PEOPLE,
    people: int = 0,
    processes: int = 1,
    anywhere: bool = False,
) -> AsyncIterator[Contender]:
    """On the core for bots (`benchmarks.child`), or `anywhere`."""
    folder.mkdir()  # noqa: ASYNC240 (nothing waits yet)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(Stub.start(delay, processes))
        is_ours = "benchmarks.bare" not in module
        here = url if is_ours else f"sqlite:///{folder}/people.db"
        house = House.open(here, slack.url, pressing=pressing, people=people or pressing)
        more = {"TIDEMARK_DATABASE_URL": url, "BARE_CARD": json.dumps(house.card)}
        starting = [
            child.running(
                *module, slack=slack.environment, more=more, cores=child.ANYWHERE if anywhere else cores
            )
            for cores in [child.BOTS, *[child.SECOND] * (processes - 1)]
        ]
        bots = [await stack.enter_async_context(each) for each in starting]
        await slack.connected.wait()
        before = stored(url) if is_ours else 0
        title = TITLES.get(module, " ".join(module))
        yield Contender(title, slack, tuple(bots), house, SOME_AT_A_TIME * processes)
        pressed = sum(each.answered for each in house.participants)
        assert not is_ours or stored(url) - before == pressed, "an answer is not stored"
