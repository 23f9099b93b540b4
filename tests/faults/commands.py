"""Command lines in processes that die at a moment of our choice.

`python -m tests.faults.commands` reads the program once, runs each line that it is told in a fork, and says
how that ended.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from bot import __main__ as tidemark
from bot import importing_sheets, offline
from conversation import importing, importing_actions
from conversation.pack import Pack
from storage.store import Store
from tests.faults.moments import COMMAND, Moments


@dataclass(frozen=True)
class Commands:
    process: subprocess.Popen[bytes]

    @classmethod
    @contextmanager
    def on(cls, database_url: str) -> Iterator[Self]:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.commands"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TIDEMARK_DATABASE_URL": database_url},
        ) as process:
            yield cls(process)

    def run(self, line: list[str], moments: Moments | None = None) -> int:
        """Its exit code; negative, if it was killed."""
        assert self.process.stdin
        assert self.process.stdout
        told = {"line": line, "moments": moments and asdict(moments)}
        self.process.stdin.write(json.dumps(told).encode() + b"\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


def main() -> None:
    assert all((importing_sheets, offline, importing, importing_actions))  # read once, for all commands
    Pack.shipped("mlops")
    for told in map(json.loads, sys.stdin):
        pid = os.fork()
        if not pid:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if told["moments"]:
                _watch(Moments(**told["moments"]))
            tidemark.main(told["line"])
        _, ended = os.waitpid(pid, 0)
        os.write(sys.stdout.fileno(), f"{os.waitstatus_to_exitcode(ended)}\n".encode())


def _watch(moments: Moments) -> None:
    Path(moments.armed).write_text(COMMAND)
    Store.open = partial(_watched, Store.open, moments)  # type: ignore[method-assign]


def _watched(open_it: Any, moments: Moments, url: str) -> Store:
    store: Store = open_it(url)
    moments.watch(store)
    return store


if __name__ == "__main__":
    main()
