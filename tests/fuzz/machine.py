"""The whole bot as a machine of Hypothesis: anybody does anything, in any order and at any time, and after
each step all that must hold is looked at. A failure is printed as the shortest steps that lead there."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.fuzz.acting import HOURS, Acting
from tests.fuzz.house import House, Start
from tests.fuzz.loop import Loop
from tests.fuzz.starts import STARTS, begun

WHO = st.integers(0, 10)
WHICH = st.integers(0, 400)
SEED = st.integers(0, 2**20)
TWICE = st.sampled_from((False, False, False, True))


@cache
def loop() -> Loop:
    return Loop()


@cache
def start(name: str) -> Start:
    return begun(name, loop())


class Slack(RuleBasedStateMachine):
    acting: Acting
    #: How many steps were taken by all machines of this process.
    steps = 0

    names = tuple(STARTS)

    @initialize(number=st.integers(0, 99))
    def begin(self, number: int) -> None:
        name = self.names[number % len(self.names)]
        self.acting = Acting(House.of(start(name), loop()))

    @rule(who=WHO, which=WHICH, seed=SEED, twice=TWICE, stale=TWICE)
    def press(self, **chosen: Any) -> None:
        self.acting.press(**chosen)

    @rule(who=WHO, which=WHICH, seed=SEED)
    def press_again(self, **chosen: Any) -> None:
        self.acting.press(**chosen)

    @rule(who=WHO, seed=SEED, twice=TWICE)
    def submit(self, **chosen: Any) -> None:
        self.acting.submit(**chosen)

    @rule(who=WHO, everything=st.booleans())
    def close(self, **chosen: Any) -> None:
        self.acting.close(**chosen)

    @rule(who=WHO, where=st.integers(0, 9), seed=SEED, twice=TWICE)
    def say(self, **chosen: Any) -> None:
        self.acting.say(**chosen)

    @rule(who=WHO, seed=SEED, twice=TWICE)
    def command(self, **chosen: Any) -> None:
        self.acting.command(**chosen)

    @rule(who=WHO, which=WHICH, seed=SEED)
    def reword(self, **chosen: Any) -> None:
        self.acting.reword(**chosen)

    @rule(who=WHO, seed=SEED)
    def share_file(self, **chosen: Any) -> None:
        self.acting.share_file(**chosen)

    @rule(who=WHO)
    def open_home(self, who: int) -> None:
        self.acting.open_home(who)

    @rule(hours=st.sampled_from(HOURS))
    def time_passes(self, hours: int) -> None:
        self.acting.time_passes(hours)

    @rule(calls=st.integers(0, 5), before=st.booleans())
    def die(self, **chosen: Any) -> None:
        self.acting.dies(**chosen)

    @rule()
    def restart(self) -> None:
        self.acting.restart()

    @rule(back=st.integers(0, 20))
    def deliver_again(self, back: int) -> None:
        self.acting.redeliver(back)

    @rule(seed=SEED)
    def bad_call(self, seed: int) -> None:
        self.acting.bad_call(seed)

    @rule(who=WHO, seed=SEED)
    def rule_the_workspace(self, **chosen: Any) -> None:
        self.acting.rule(**chosen)

    @invariant()
    def all_is_well(self) -> None:
        if hasattr(self, "acting"):
            Slack.steps += 1
            for line in self.acting.told[-1:]:
                note(line)
            self.acting.house.watch.must_hold()

    def teardown(self) -> None:
        if hasattr(self, "acting"):
            self.acting.house.close()
