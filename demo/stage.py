"""The stage: the local workspace in a process of its own, the bot connected to it, and one clock for both."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import yaml

from bot import app, clock, logs, starting
from bot.settings import Settings
from demo import cast
from storage.records import PostingState
from storage.store import Store
from workspace.people import People
from workspace.seed import Seed

ROOT = Path(__file__).parent.parent
FOLDER = Path("var")
DATABASE, LOG = FOLDER / "demo.db", FOLDER / "demo.log"
DAY = timedelta(days=1)


class NoManifest(Exception):
    """The demo installs the app from manifest.yml, which is in the checkout."""


class MovableTime:
    """Runs like a clock, and can be set."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, clock.now()

    def now(self) -> datetime:
        return self._start + (clock.now() - self._began)

    def set(self, when: datetime) -> None:
        self._start, self._began = when, clock.now()


@dataclass(frozen=True)
class Stage:
    url: str
    slack: People
    bot: app.Bot
    time: MovableTime

    async def goes_to(self, when: datetime) -> None:
        """Let the time pass, with everything that falls due on the way, each in its own time."""
        while self.time.now() < when:
            await self._is(min(self._next(), when))

    def _next(self) -> datetime:
        """When something is due; a day later, if nothing is before."""
        now, desk = self.time.now(), self.bot.desk
        with desk.transaction() as tx:
            due = [posting.due_at for posting in tx.postings.in_state(PostingState.OWED)]
        return min((at for at in [*due, now + DAY] if at > now), default=now + DAY)

    async def _is(self, when: datetime) -> None:
        self.time.set(when)
        await self.slack.clock.set(when)
        await self.bot.poster.post_due()
        await self.slack.settled()


@asynccontextmanager
async def built(port: int = 0, *, begins: datetime = cast.BEGINS) -> AsyncIterator[Stage]:
    """The page is at this port, or at the next free one. Raises: NoManifest."""
    with _folder(begins) as (file, log):
        logs.set_up(level="info", style="json", to=log)
        async with _workspace(file, log, port) as url, People(url, within=30) as slack:
            team = await slack.team()
            settings = Settings(
                SLACK_BOT_TOKEN=team["bot_token"],
                SLACK_APP_TOKEN=team["app_token"],
                SLACK_API_URL=f"{url}/api/",
            )
            store = Store.open(f"sqlite:///{DATABASE}")
            time = MovableTime(begins)
            async with starting.running(settings, store, pack=cast.pack(), now=time.now) as bot:
                await slack.connected()
                yield Stage(url, slack, bot, time)
            store.close()


@contextmanager
def _folder(begins: datetime) -> Iterator[tuple[Path, TextIO]]:
    """A clean start: no old database, the seed of the workspace, an open log."""
    seed = _seed(begins).model_dump(mode="json")
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("demo.*"):
        old.unlink()
    with TemporaryDirectory() as folder, LOG.open("w", encoding="utf-8") as log:
        file = Path(folder) / "workspace.yaml"
        file.write_text(yaml.safe_dump(seed), encoding="utf-8")
        yield file, log


def _seed(begins: datetime) -> Seed:
    manifest = ROOT / "manifest.yml"
    if not manifest.exists():
        raise NoManifest("The demo needs manifest.yml. Run it in a checkout of Tidemark: make demo")
    return Seed.from_manifest(
        yaml.safe_load(manifest.read_text(encoding="utf-8")),
        team={"name": "ABC Inc.", "domain": "abc-inc"},
        people=cast.people(),
        channels=cast.channels(),
        clock={"start": begins},
    )


@asynccontextmanager
async def _workspace(seed: Path, log: TextIO, port: int) -> AsyncIterator[str]:
    """A process of its own, with Slack's rate limits on; Ctrl-C is not for it. Gives its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "workspace",
        "--rate-limits",
        "--port",
        str(port),
        "--seed",
        str(seed),
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()
