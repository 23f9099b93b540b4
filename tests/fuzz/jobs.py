"""The work of `make fuzz`, cut into jobs with a process each. Whatever becomes of a job, the others go on:
one that dies or hangs is a finding, with what it had counted until then and how to see it again."""

from __future__ import annotations

import faulthandler
import os
import resource
import shlex
import signal
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from tests.fuzz import parts
from tests.fuzz.parts import Tally

#: A process that says nothing for so many seconds hangs: each case has far fewer.
PATIENCE = 600.0
#: Bytes that a process may have; whoever wants more has found something.
MOST_MEMORY = 6 << 30
#: Of what a dead process wrote last.
LAST_WORDS = 4000
_SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Job:
    """So many cases of a part, which a seed decides."""

    part: str
    seed: int
    cases: int

    @property
    def again(self) -> str:
        """The command that does the same."""
        part = shlex.quote(self.part)
        return f"python -m tests.fuzz --part {part} --seed {self.seed} --cases {self.cases}"

    def run(self, until: float) -> Iterator[Tally]:
        whole = {"whole bot": parts.gestures, "broken payloads": parts.payloads}
        if self.part in whole:
            yield from whole[self.part](self.seed, self.cases, until)
        else:
            yield from parts.reading(self.part, self.seed, self.cases, until)


Run = Callable[[Job, float], Iterable[Tally]]


@dataclass
class _Worker:
    """A process and what it tells; `trying` is what it was at when it was heard of last."""

    job: Job
    process: SpawnProcess
    says: Connection
    errors: Path
    heard_at: float = field(default_factory=time.monotonic)
    is_done: bool = False

    @classmethod
    def start(cls, job: Job, until: float, run: Run) -> _Worker:
        handle, errors = tempfile.mkstemp(prefix="fuzz-", suffix=".log")
        os.close(handle)
        ours, theirs = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(target=_work, args=(job, until, run, theirs, errors), daemon=True)
        process.start()
        theirs.close()
        return cls(job, process, ours, Path(errors))

    def hear(self) -> Tally | None:
        """What it counted since; None when there will be no more."""
        self.heard_at = time.monotonic()
        try:
            said = self.says.recv()
        except (EOFError, ConnectionResetError):
            return None
        if said is None:
            self.is_done = True
        return said  # type: ignore[no-any-return]

    def kill(self, *, asking: bool = False) -> None:
        """`asking` where it is, first."""
        if asking and self.process.pid and self.process.is_alive():
            os.kill(self.process.pid, signal.SIGUSR1)
            self.process.join(2)
        self.process.kill()

    def end(self) -> Tally:
        """It is gone. That it ended before its time is a finding."""
        self.process.join()
        self.says.close()
        tally, last = Tally(self.job.part), self.errors.read_text(errors="replace")[-LAST_WORDS:]
        self.errors.unlink()
        if not self.is_done:
            how = _how(self.process.exitcode)
            tally.died(f"its process {how}", f"See it again: {self.job.again}\n{last}")
        return tally


@dataclass
class Jobs:
    """`todo` is done by so many processes at once, each of which makes one job and ends."""

    todo: deque[Job]
    workers: int
    until: float
    run: Run = Job.run
    patience: float = PATIENCE
    _busy: list[_Worker] = field(default_factory=list)

    def tallies(self, every: float = 1.0) -> Iterator[Tally | None]:
        """What is counted, as it comes in; None where nothing came for so many seconds."""
        try:
            while self.todo or self._busy:
                yield from self._heard(every)
        finally:
            for each in self._busy:
                each.kill()
                each.process.join()
                each.errors.unlink()

    def _heard(self, every: float) -> Iterator[Tally | None]:
        while self.todo and len(self._busy) < self.workers:
            self._busy.append(_Worker.start(self.todo.popleft(), self.until, self.run))
        ready: list[Any] = wait([each.says for each in self._busy], every)
        for worker in [each for each in self._busy if each.says in ready]:
            tally = worker.hear()
            if tally is None:
                self._busy.remove(worker)
                tally = worker.end()
            yield tally
        for worker in self._busy:
            if time.monotonic() - worker.heard_at > self.patience:
                worker.kill(asking=True)
        if not ready:
            yield None


def _work(job: Job, until: float, run: Run, says: Connection, errors: str) -> None:
    """In a process of its own. What it was doing when it died stands in the file of errors."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops all is our parent
    log = open(errors, "w")  # noqa: SIM115 (to its end)
    os.dup2(log.fileno(), 2)
    faulthandler.enable(log)
    faulthandler.register(signal.SIGUSR1, log, all_threads=True)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        for tally in run(job, until):
            says.send(tally)
    except Exception:
        traceback.print_exc(file=log)
        log.flush()
        os._exit(1)
    says.send(None)


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with {code}"
