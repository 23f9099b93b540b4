"""What `make fuzz` is made of: each part tries so many cases, or as many as there is time for, and says what
it found, a little at a time."""

from __future__ import annotations

import json
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

STEPS = 80
#: Broken forms of one payload before people go on.
BROKEN = 12
#: So many inputs are read between two tallies.
AT_ONCE = 500


@dataclass
class Tally:
    """`findings`: of each kind the first, with how to see it again. `crashes`: how many seeds or jobs did not
    come to their end. `reached`: what was tried, by name."""

    part: str
    cases: int = 0
    seconds: float = 0.0
    findings: dict[str, str] = field(default_factory=dict)
    crashes: int = 0
    reached: Counter[str] = field(default_factory=Counter)

    def found(self, signature: str, more: str) -> None:
        self.findings.setdefault(signature, more)

    def died(self, how: str, more: str) -> None:
        self.crashes += 1
        self.found(how, more)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.part,
            self.cases + other.cases,
            self.seconds + other.seconds,
            other.findings | self.findings,
            self.crashes + other.crashes,
            self.reached + other.reached,
        )


def gestures(seed: int, cases: int, until: float) -> Iterator[Tally]:
    """Anybody does anything: a case is a step."""
    done = 0
    while done < cases and time.monotonic() < until:
        tally = counted("whole bot", seed, lambda tally: _gestures(tally, seed, cases - done))  # noqa: B023
        done, seed = done + tally.cases, seed + 1
        yield tally


def payloads(seed: int, cases: int, until: float) -> Iterator[Tally]:
    """What people do makes requests, and each is sent again with something broken: a case is one of these."""
    done, reached = 0, Counter[str]()
    while done < cases and time.monotonic() < until:
        tally = counted("broken payloads", seed, lambda tally: _payloads(tally, seed, reached))  # noqa: B023
        done, seed, reached = done + tally.cases, seed + 1, reached + tally.reached
        yield tally


def counted(part: str, seed: int, run: Callable[[Tally], None]) -> Tally:
    """What one seed makes of it. What is raised here, and not by what is tried, ends that seed alone."""
    tally, began = Tally(part), time.process_time()
    try:
        run(tally)
    except Exception as error:
        tally.cases = max(tally.cases, 1)
        again = f"python -m tests.fuzz --part {part!r} --seed {seed} --cases 1"
        where = traceback.format_exc()
        tally.died(f"{type(error).__name__} {where.strip().splitlines()[-3].strip()}", f"{again}\n{where}")
    tally.seconds = time.process_time() - began
    return tally


def _gestures(tally: Tally, seed: int, most: int) -> None:
    from tests.fuzz.acting import Acting
    from tests.fuzz.house import House
    from tests.fuzz.machine import loop, start
    from tests.fuzz.starts import STARTS

    chance, name = Random(seed), [*STARTS][seed % len(STARTS)]
    acting = Acting(House.of(start(name), loop()))
    try:
        for _ in range(min(STEPS, most)):
            acting.step(chance)
            tally.cases += 1
            acting.house.watch.look()
            for breach in acting.house.watch.breaches:
                told = "\n".join(acting.told)
                tally.found(breach.signature, f"seed {seed}, begun as “{name}”:\n{told}\n{breach}")
            if acting.house.watch.breaches:
                break
    finally:
        acting.house.close()


def _payloads(tally: Tally, seed: int, reached: Counter[str]) -> None:
    from tests.fuzz.acting import Acting
    from tests.fuzz.house import House
    from tests.fuzz.machine import loop, start
    from tests.fuzz.payloads import THEIRS, broken, key_of
    from tests.fuzz.starts import STARTS

    chance, name = Random(seed), [*STARTS][seed % len(STARTS)]
    house = House.of(start(name), loop())
    acting = Acting(house)
    house.watch.fair |= THEIRS
    house.watch.are_whole = False
    try:
        for _ in range(STEPS // 2):
            before = house.sent
            acting.step(chance)
            house.watch.breaches.clear()  # the other part looks for these
            made = [*house.letters][-min(house.sent - before, 3) or len(house.letters) :]
            for letter in sorted(made, key=lambda each: (reached + tally.reached)[key_of(each)])[:1]:
                for _ in range(BROKEN):
                    bad = broken(letter, house, chance)
                    tally.reached[key_of(letter)] += 1
                    tally.cases += 1
                    house.do(house.deliver(bad.kind, bad.payload, keep=False))
                    house.do(house.settle())
                    house.watch.look()
                    for breach in house.watch.breaches:
                        about = f"seed {seed}, begun as “{name}”, {key_of(letter)}"
                        tally.found(breach.signature, f"{about}:\n{breach}\n{json.dumps(bad.payload)[:6000]}")
                    house.watch.breaches.clear()
    finally:
        house.close()


def reading(target: str, seed: int, cases: int, until: float, *, watched: bool = True) -> Iterator[Tally]:
    """A case is an input. `watched`: led by which branches it takes."""
    if time.monotonic() > until:
        return
    from tests.fuzz import seen
    from tests.fuzz.reading import MODULES

    began = time.process_time()
    marks = seen.watch(MODULES) if watched else seen.Marks()
    from tests.fuzz.breeding import Breeding
    from tests.fuzz.reading import targets

    wanted = next(each for each in targets() if each.name == target)
    marks.new()
    breeding = Breeding(wanted, Random(seed), marks)
    while breeding.tried < cases and time.monotonic() < until:
        tally, before = Tally(target), breeding.tried
        for finding in breeding.run(min(cases, before + AT_ONCE), until):
            tally.found(finding.signature, f"{finding.input!r}\n{finding.error}")
        now = time.process_time()
        tally.cases, tally.seconds, began = breeding.tried - before, now - began, now
        yield tally
