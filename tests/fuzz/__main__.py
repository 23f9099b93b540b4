"""`make fuzz`: so many cases of each part, on every core, and a table of what came of it.

python -m tests.fuzz --cases 1000000 --minutes 60
python -m tests.fuzz --part "typed lines" --cases 100000 --seed 7
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from random import Random

from tests.fuzz import parts
from tests.fuzz.parts import Tally
from tests.fuzz.reading import SHARES

#: Of a hundred cases so many are steps of the whole bot, and broken payloads; the rest is read.
GESTURES, PAYLOADS = 0.03, 0.07
#: Cases of one job, which has a process of its own.
CHUNK = {"whole bot": 500, "broken payloads": 1000}
CHUNK_READ = 20_000
#: Seeds of one run, and of the next one.
APART = 1_000_000


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--cases", type=int, default=1_000_000)
    asked.add_argument("--minutes", type=float, default=240.0)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--seed", type=int, default=None, help="the same seed tries the same")
    asked.add_argument("--part", help="only this one")
    given = asked.parse_args()
    seed = secrets.randbelow(APART) if given.seed is None else given.seed
    wanted = {given.part: 1.0} if given.part else shares()
    print(f"seed {seed}, {given.cases:,} cases, {given.workers} processes, at most {given.minutes:g} minutes")
    until = time.monotonic() + 60 * given.minutes
    began, tallies = time.monotonic(), {name: Tally(name) for name in wanted}
    with ProcessPoolExecutor(given.workers, get_context("spawn"), max_tasks_per_child=1) as pool:
        todo = [
            (name, job)
            for name, share in wanted.items()
            for job in jobs_of(name, round(given.cases * share), seed, until)
        ]
        Random(seed).shuffle(todo)  # so that each part has its share where time runs out
        jobs: dict[Future[Tally], str] = {pool.submit(job): name for name, job in todo}
        for done in as_completed(jobs):
            name = jobs[done]
            tallies[name] = tallies[name] + done.result()
            print(f"  {sum(each.cases for each in tallies.values()):,} cases", flush=True, end="\r")
    table(tallies.values(), time.monotonic() - began)
    return 1 if any(each.findings for each in tallies.values()) else 0


def shares() -> dict[str, float]:
    left = 1 - GESTURES - PAYLOADS
    return {
        "whole bot": GESTURES,
        "broken payloads": PAYLOADS,
        **{name: share * left for name, share in SHARES.items()},
    }


def jobs_of(name: str, cases: int, seed: int, until: float) -> Iterator[partial[Tally]]:
    whole = {"whole bot": parts.gestures, "broken payloads": parts.payloads}
    chunk = CHUNK.get(name, CHUNK_READ)
    for number, first in enumerate(range(0, cases, chunk)):
        some, own = min(chunk, cases - first), seed + number * 10_000
        if name in whole:
            yield partial(whole[name], own, some, until)
        else:
            yield partial(parts.reading, name, own, some, until)


def table(tallies: object, seconds: float) -> None:
    found = list(tallies)  # type: ignore[call-overload]
    print(f"{'part':26}{'cases':>12}{'CPU seconds':>14}{'cases/s':>10}{'findings':>10}")
    for each in found:
        rate = each.cases / each.seconds if each.seconds else 0
        print(f"{each.part:26}{each.cases:12,}{each.seconds:14,.0f}{rate:10,.0f}{len(each.findings):10}")
    cases, cpu = sum(each.cases for each in found), sum(each.seconds for each in found)
    findings = sum(len(each.findings) for each in found)
    print(f"{'all':26}{cases:12,}{cpu:14,.0f}{cases / (cpu or 1):10,.0f}{findings:10}")
    for each in found:
        if each.reached:
            print(f"{each.part}: {len(each.reached)} kinds of requests")
    print(f"{seconds / 60:.1f} minutes")
    for each in found:
        for signature, more in each.findings.items():
            print(f"\n== {each.part}: {signature}\n{more}")


if __name__ == "__main__":
    sys.exit(main())
