"""Whatever becomes of one job of `make fuzz`, the table has it, and the others go on."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Iterator

from tests.fuzz.jobs import Job, Jobs
from tests.fuzz.parts import Tally, counted

PATIENCE = 3.0


def run(job: Job, until: float) -> Iterator[Tally]:
    yield Tally(job.part, cases=job.cases)
    if job.part == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if job.part == "raising":
        raise RuntimeError("the fuzzer itself")
    if job.part == "hanging":
        time.sleep(60)
    yield Tally(job.part, cases=job.cases)


def test_a_job_that_dies_or_hangs_is_a_finding_and_the_others_go_on() -> None:
    names = ("killed", "raising", "hanging", "good", "good")
    todo = deque(Job(name, seed, 7) for seed, name in enumerate(names))
    tallies = {name: Tally(name) for name in names}

    for tally in Jobs(todo, len(names), time.monotonic() + 60, run, PATIENCE).tallies():
        if tally:
            tallies[tally.part] += tally

    assert {name: (each.cases, each.crashes) for name, each in tallies.items()} == {
        "killed": (7, 1),
        "raising": (7, 1),
        "hanging": (7, 1),
        "good": (28, 0),
    }
    (killed,), (raising,), (hanging,) = (tallies[name].findings.items() for name in names[:3])
    assert killed[0] == hanging[0] == "its process ended by SIGKILL"
    assert "--part killed --seed 0 --cases 7" in killed[1]
    assert "RuntimeError: the fuzzer itself" in raising[1]
    assert "time.sleep(60)" in hanging[1] or "in run" in hanging[1], "where it was"


def test_what_a_seed_raises_is_a_finding_and_the_next_seed_goes_on() -> None:
    def run(tally: Tally) -> None:
        tally.cases += 3
        raise LookupError("nothing there")

    tally = counted("whole bot", 5, run)

    assert (tally.cases, tally.crashes) == (3, 1)
    ((signature, more),) = tally.findings.items()
    assert "LookupError" in signature
    assert "--seed 5" in more
