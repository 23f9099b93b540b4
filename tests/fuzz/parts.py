"""What `make fuzz` is made of: each part tries so many cases, or as many as there is time for, and says what
it found."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

STEPS = 80
#: Broken forms of one payload before people go on.
BROKEN = 6


@dataclass
class Tally:
    """`findings`: of each kind the first, with how to see it again. `reached`: what was tried, by name."""

    part: str
    cases: int = 0
    seconds: float = 0.0
    findings: dict[str, str] = field(default_factory=dict)
    reached: Counter[str] = field(default_factory=Counter)

    def found(self, signature: str, more: str) -> None:
        self.findings.setdefault(signature, more)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.part,
            self.cases + other.cases,
            self.seconds + other.seconds,
            other.findings | self.findings,
            self.reached + other.reached,
        )


def gestures(seed: int, cases: int, until: float) -> Tally:
    """Anybody does anything: a case is a step."""
    if time.monotonic() > until:
        return Tally("whole bot")
    from tests.fuzz.acting import Acting
    from tests.fuzz.house import House
    from tests.fuzz.machine import loop, start
    from tests.fuzz.starts import STARTS

    tally, began, names = Tally("whole bot"), time.process_time(), [*STARTS]
    while tally.cases < cases and time.monotonic() < until:
        chance, name = Random(seed), names[seed % len(names)]
        acting = Acting(House.of(start(name), loop()))
        for _ in range(STEPS):
            acting.step(chance)
            tally.cases += 1
            acting.house.watch.look()
            for breach in acting.house.watch.breaches:
                told = "\n".join(acting.told)
                tally.found(breach.signature, f"seed {seed}, begun as “{name}”:\n{told}\n{breach}")
            if acting.house.watch.breaches or tally.cases >= cases:
                break
        acting.house.close()
        seed += 1
    tally.seconds = time.process_time() - began
    return tally


def payloads(seed: int, cases: int, until: float) -> Tally:
    """What people do makes requests, and each is sent again with something broken: a case is one of these."""
    from tests.fuzz.acting import Acting
    from tests.fuzz.house import House
    from tests.fuzz.machine import loop, start
    from tests.fuzz.payloads import broken, key_of
    from tests.fuzz.starts import STARTS

    tally, began, names = Tally("broken payloads"), time.process_time(), [*STARTS]
    while tally.cases < cases and time.monotonic() < until:
        chance, name = Random(seed), names[seed % len(names)]
        house = House.of(start(name), loop())
        acting = Acting(house)
        house.watch.fair |= {"invalid_trigger_id", "invalid_url"}  # they are broken, too
        for _ in range(STEPS // 2):
            before = house.sent
            acting.step(chance)
            house.watch.breaches.clear()  # the other part looks for these
            made = [*house.letters][-min(house.sent - before, 3) or len(house.letters) :]
            rare = sorted(made, key=lambda letter: tally.reached[key_of(letter)])
            for letter in rare[:1]:
                for _ in range(BROKEN):
                    bad = broken(letter, house, chance)
                    tally.reached[key_of(letter)] += 1
                    tally.cases += 1
                    loop().do(house.deliver(bad.kind, bad.payload, keep=False))
                    loop().do(house.settle())
                    house.watch.look()
                    for breach in house.watch.breaches:
                        tally.found(
                            breach.signature, f"seed {seed}, begun as “{name}”, {key_of(letter)}:\n{breach}"
                        )
                    house.watch.breaches.clear()
        house.close()
        seed += 1
    tally.seconds = time.process_time() - began
    return tally


def reading(target: str, seed: int, cases: int, until: float, *, watched: bool = True) -> Tally:
    """A case is an input. `watched`: led by which branches it takes."""
    if time.monotonic() > until:
        return Tally(target)
    from tests.fuzz import seen
    from tests.fuzz.reading import MODULES

    marks = seen.watch(MODULES) if watched else seen.Marks()
    from tests.fuzz.breeding import Breeding
    from tests.fuzz.reading import targets

    wanted = next(each for each in targets() if each.name == target)
    marks.new()
    breeding, tally, began = Breeding(wanted, Random(seed), marks), Tally(target), time.process_time()
    for finding in breeding.run(cases, until):
        tally.found(finding.signature, f"{finding.input!r}\n{finding.error}")
    tally.cases, tally.seconds = breeding.tried, time.process_time() - began
    return tally
