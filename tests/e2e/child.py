"""A bot in a process of its own, for those who kill it.

`python -m tests.e2e.child` imports and reads everything once and then begins a life for each line that it is
told: a fork, in which the bot runs as it always does, until it is killed.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Self

from bot import app, logs, metrics, service, starting
from bot.settings import HttpSettings, Settings
from conversation.pack import Pack
from storage.store import Store
from tests.faults.moments import Moments

BEAT = 0.05


@dataclass(frozen=True)
class Ahead:
    """A clock of several processes: it runs from a start, and jumps by what its file says."""

    start: str
    origin: float
    file: str

    @classmethod
    def of(cls, start: datetime, folder: Path) -> Self:
        file = folder / "ahead"
        file.write_text("0")
        return cls(start.isoformat(), monotonic(), str(file))

    def now(self) -> datetime:
        passed = monotonic() - self.origin + float(Path(self.file).read_text())
        return datetime.fromisoformat(self.start) + timedelta(seconds=passed)

    def jump(self, seconds: float) -> None:
        file, new = Path(self.file), Path(f"{self.file}.new")
        new.write_text(str(float(file.read_text()) + seconds))
        new.replace(file)


@dataclass(frozen=True)
class Life:
    """What a bot is born with, with `more` settings by their variables. With a `port` it listens there, else
    it connects by socket; it beats every `beat` seconds. With moments it dies at one of them."""

    database_url: str
    api_url: str
    bot_token: str
    app_token: str
    clock: Ahead
    more: dict[str, str] = field(default_factory=dict)
    signing_secret: str = ""
    port: int | None = None
    beat: float = BEAT
    moments: Moments | None = None

    async def live(self) -> None:
        store = Store.open(self.database_url)
        if self.moments:
            self.moments.watch(store)
        await starting.run(self.settings(), store, now=self.clock.now, seconds=fast)

    def settings(self) -> Settings | HttpSettings:
        common: dict[str, Any] = {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_API_URL": self.api_url,
            "TIDEMARK_BEAT_SECONDS": self.beat,
            **self.more,
        }
        if self.port is None:
            return Settings(SLACK_APP_TOKEN=self.app_token, **common)
        return HttpSettings(
            TIDEMARK_SIGNING_SECRET=self.signing_secret,
            TIDEMARK_PORT=self.port,
            TIDEMARK_DRAIN_SECONDS=0.2,
            **common,
        )


def fast() -> float:
    """Slack's pace, ten times as fast: nobody watches."""
    return 10 * monotonic()


class Nursery:
    """Where lives begin."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._alive: set[int] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, log: Path) -> AsyncIterator[Self]:
        environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        with log.open("w") as errors:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.e2e.child"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env=environment,
            )
            nursery = cls(process)
            try:
                yield nursery
            finally:
                nursery.kill_all()
                process.kill()
                await process.wait()

    async def begin(self, life: Life) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
        pid = int(await self._process.stdout.readline())
        self._alive.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        self._alive.remove(pid)
        with suppress(ProcessLookupError):  # it died by itself
            os.kill(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        for pid in list(self._alive):
            self.kill(pid)

    async def stop(self, pid: int) -> None:
        """Tell it to stop, and wait until it has."""
        self._alive.remove(pid)
        os.kill(pid, signal.SIGTERM)
        async with asyncio.timeout(30):
            while is_alive(pid):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    assert all((app, metrics, service))  # read once, for all lives
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    logs.set_up(level="info", style="console")
    Pack.shipped("mlops")
    for line in sys.stdin:
        told = json.loads(line)
        pid = os.fork()
        if not pid:
            moments = told["moments"] and Moments(**told["moments"])
            asyncio.run(Life(**{**told, "clock": Ahead(**told["clock"]), "moments": moments}).live())
            os._exit(0)
        os.write(sys.stdout.fileno(), f"{pid}\n".encode())


if __name__ == "__main__":
    main()
