"""`make fuzz`: so many cases that the whole bot meets, as many again that are read, on every core, and a
table of what came of it.

python -m tests.fuzz --cases 1000000 --minutes 60
python -m tests.fuzz --part "typed lines" --cases 100000 --seed 7
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import time
from collections import deque
from collections.abc import Collection, Iterator
from random import Random

from tests.fuzz.jobs import Job, Jobs
from tests.fuzz.parts import Tally
from tests.fuzz.reading import SHARES

#: Of the cases that the bot meets so many are steps of people, and broken payloads. As many again are read.
GESTURES, PAYLOADS = 0.3, 0.7
#: Cases of one job. Beginning one takes some ten seconds.
CHUNK = {"whole bot": 4000, "broken payloads": 8000}
CHUNK_READ = 60_000
#: Seeds of one run, and of the next one.
APART = 1_000_000
#: Seconds between two lines that say how far it is.
EVERY = 30.0
INTERRUPTED = 130


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--cases", type=int, default=1_000_000, help="that the bot meets, or of the --part")
    asked.add_argument("--minutes", type=float, default=240.0)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--seed", type=int, default=None, help="the same seed tries the same")
    asked.add_argument("--part", help="only this one", choices=shares(), metavar="PART")
    given = asked.parse_args()
    seed = secrets.randbelow(APART) if given.seed is None else given.seed
    wanted = {given.part: 1.0} if given.part else shares()
    cases = {name: round(given.cases * share) for name, share in wanted.items()}
    every = sum(cases.values())
    print(f"seed {seed}, {every:,} cases, {given.workers} processes, at most {given.minutes:g} minutes")
    began, tallies = time.monotonic(), {name: Tally(name) for name in wanted}
    todo = [job for name, many in cases.items() for job in jobs_of(name, many, seed)]
    Random(seed).shuffle(todo)  # so that each part has its share where time runs out
    jobs = Jobs(deque(todo), given.workers, began + 60 * given.minutes)
    for each in (signal.SIGINT, signal.SIGTERM):  # a shell lets what runs behind ignore the first
        signal.signal(each, signal.default_int_handler)
    stopped = False
    try:
        follow(jobs, tallies, every, began)
    except KeyboardInterrupt:
        stopped = True
    table(tallies.values(), time.monotonic() - began)
    if stopped:
        print("It was stopped before its end.")
    return 1 if any(each.findings for each in tallies.values()) else INTERRUPTED * stopped


def follow(jobs: Jobs, tallies: dict[str, Tally], cases: int, began: float) -> None:
    """Adds what comes in, and says how far it is and what is found."""
    told_at = began
    for tally in jobs.tallies():
        if tally:
            for signature in tally.findings.keys() - tallies[tally.part].findings.keys():
                print(f"found in {tally.part}: {signature[:200]}", flush=True)
            tallies[tally.part] += tally
        if (now := time.monotonic()) - told_at >= EVERY:
            told_at, done = now, sum(each.cases for each in tallies.values())
            print(f"{(now - began) / 60:6.1f} minutes, {done:,} of {cases:,} cases", flush=True)


def shares() -> dict[str, float]:
    return {"whole bot": GESTURES, "broken payloads": PAYLOADS, **SHARES}


def jobs_of(name: str, cases: int, seed: int) -> Iterator[Job]:
    chunk = CHUNK.get(name, CHUNK_READ)
    for number, first in enumerate(range(0, cases, chunk)):
        yield Job(name, seed + number * 10_000, min(chunk, cases - first))


def table(found: Collection[Tally], seconds: float) -> None:
    print(f"{'part':26}{'cases':>12}{'CPU seconds':>14}{'cases/s':>10}{'findings':>10}{'crashes':>10}")
    whole = Tally("all")
    for each in found:
        _row(each)
        whole += Tally("", each.cases, each.seconds, crashes=each.crashes)
        whole.findings |= {f"{each.part} {signature}": "" for signature in each.findings}
    _row(whole)
    for each in found:
        if each.reached:
            print(f"{each.part}: {len(each.reached)} kinds of requests")
    print(f"{seconds / 60:.1f} minutes")
    for each in found:
        for signature, more in each.findings.items():
            print(f"\n== {each.part}: {signature}\n{more}")


def _row(each: Tally) -> None:
    rate = each.cases / each.seconds if each.seconds else 0
    counts = f"{len(each.findings):10}{each.crashes:10}"
    print(f"{each.part:26}{each.cases:12,}{each.seconds:14,.0f}{rate:10,.0f}{counts}")


if __name__ == "__main__":
    sys.exit(main())
