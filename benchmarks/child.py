"""A bot in a process of its own, on a core of its own, and what that process has used so far.

Linux only: it reads /proc, and the clocks of other processes. Bytecode is cached in a folder beside, as in
any installation, so that a start does not compile.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

_CORES = sorted(os.sched_getaffinity(0))
#: Bots on the last core; whoever loads them, and the workspace, on the others.
BOTS, OTHERS = {_CORES[-1]}, set(_CORES[:-1]) or {_CORES[-1]}
#: Where a second process of the same bot runs: on a core of its own, if two are left for everything else.
SECOND = {_CORES[-2]} if len(_CORES) >= 4 else BOTS
#: For bots that are not kept busy, and go where there is room.
ANYWHERE = set(_CORES)


@dataclass(frozen=True)
class Child:
    process: asyncio.subprocess.Process

    @property
    def cpu_seconds(self) -> float:
        """User and system time of all its threads, by the clock that clock_getcpuclockid(3) would name."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    @property
    def resident_mb(self) -> float:
        return self._megabytes("VmRSS")

    @property
    def most_resident_mb(self) -> float:
        """At any moment so far."""
        return self._megabytes("VmHWM")

    def _megabytes(self, name: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:"))
        return int(kilobytes) / 1024


@asynccontextmanager
async def running(
    module: str,
    *arguments: str,
    slack: Mapping[str, str],
    more: Mapping[str, str],
    cores: set[int] = BOTS,
) -> AsyncIterator[Child]:
    """`python -m module`, told by its environment where this Slack is, and `more`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module, *arguments),
        env=cached(os.environ) | dict(slack) | dict(more),
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Child(process)
    finally:
        process.terminate()
        await process.wait()


def cached(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment with a bytecode cache, whatever `make` says about it."""
    kept = {key: value for key, value in environment.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": f"{gettempdir()}/tidemark-benchmarks-pycache"}
