"""Whatever owners click and whatever goes wrong: at most three reminders of a late action and three before
it, one message a day, none outside of somebody's hours, none of what is over or somebody else's; and then a
facilitator hears of it once.

A machine plays any history over the real use cases, as `test_reminding` does for questionnaires.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conversation import (
    acting,
    agreeing,
    away,
    followups,
    ledger,
    people,
    reports,
    results,
    sharing,
    worktime,
)
from conversation.contents import Due, Escalated
from conversation.errors import Refused
from conversation.followups import MOST_LATE, Later
from storage.records import ActionState, Person, Posting, PostingState
from storage.store import Store
from tests.conversation.desk import Bench

ZOE, BEA, LEE = "U-ZOE", "U-BEA", "U-LEE"
OWNERS = st.sampled_from([ZOE, BEA])
ACTIONS = st.sampled_from(["V1", "V2", "V3"])
SELDOM = st.sampled_from([False] * 5 + [True])
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "")
SOAK = "SOAK" in os.environ


@dataclass(frozen=True)
class Line:
    action: str
    due: date
    late: bool
    asked: bool


@dataclass(frozen=True)
class Read:
    who: str
    at: datetime
    lines: tuple[Line, ...]


@dataclass
class Slack:
    """What arrived, by its key: what is posted twice under one key would be seen here."""

    read: dict[str, Read] = field(default_factory=dict)
    told: dict[str, tuple[tuple[str, str, date], ...]] = field(default_factory=dict)


class FollowingUp(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(Store.in_memory())
        self.desk = self.bench.desk
        self.slack = Slack()
        self.by_hand = 0

    def teardown(self) -> None:
        self.bench.store.close()

    @initialize(
        start=st.sampled_from(
            [datetime(2026, 10, 19, 7, 30, tzinfo=UTC), datetime(2026, 11, 23, 10, 0, tzinfo=UTC)]
        ),
        days=st.lists(st.integers(1, 20), min_size=3, max_size=3),
        zone=st.sampled_from(ZONES),
    )
    def agrees(self, start: datetime, days: list[int], zone: str) -> None:
        self.bench.clock.at = start
        opened = self.bench.opened({"U-ANA": ["BAKER"]}, closes_on=(start + timedelta(days=5)).date())
        self.bench.answers_all("U-ANA", 0)
        self.bench.post(results.close(self.desk, LEE, assessment=opened.id).owed)
        self.bench.post(sharing.share(self.desk, LEE, assessment=opened.id).owed)
        for number, (step, after) in enumerate(zip(["HEAT@1", "FLOUR@1", "YEAST@1"], days, strict=True), 1):
            owner = ZOE if number < 3 else BEA
            agreeing.agree(
                self.desk,
                LEE,
                assessment=opened.id,
                step=step,
                objective=f"Objective {number}",
                measure="",
                owner=Person(user_id=owner, name=owner, tz=zone),
                due=(start + timedelta(days=after)).date(),
                id=f"V{number}",
            )

    # Time, and what posts.

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self._all_is_well(hours)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self._all_is_well(24 * days)

    @rule(hours=st.integers(1, 100))
    def the_bot_sleeps(self, hours: int) -> None:
        self.bench.clock.passes(hours=hours)

    @rule(hours=st.integers(-24, 24))
    def the_clock_jumps(self, hours: int) -> None:
        self.bench.clock.passes(hours=hours)

    @rule()
    def ticks(self) -> None:
        self.tick()

    @rule(arrives=st.booleans())
    def the_poster_dies(self, arrives: bool) -> None:
        if posting := ledger.claim_next(self.desk):
            found = reports.contents(self.desk, posting)
            if found is not None and arrives:
                self._arrives(posting, found)

    @rule(seconds=st.integers(1, 100_000))
    def slack_wants_us_to_wait(self, seconds: int) -> None:
        posting = ledger.claim_next(self.desk)
        if posting is None or posting.attempts > 1 or reports.contents(self.desk, posting) is None:
            return
        later = self.bench.clock.at + timedelta(seconds=seconds)
        ledger.not_yet(self.desk, posting, due_at=later, note="ratelimited")

    # What people do.

    @rule(user=OWNERS, action=ACTIONS, until=st.sampled_from(Later))
    def puts_off(self, user: str, action: str, until: Later) -> None:
        self._tries(lambda: followups.put_off(self.desk, user, action=action, until=until))

    @rule(
        user=OWNERS,
        action=ACTIONS,
        state=st.sampled_from(
            [ActionState.ON_TRACK, ActionState.AT_RISK, ActionState.BLOCKED] * 3 + [ActionState.DONE]
        ),
    )
    def says_how_it_goes(self, user: str, action: str, state: ActionState) -> None:
        if state is ActionState.DONE:
            self._tries(lambda: acting.finish(self.desk, user, action=action, text="So it is."))
        else:
            self._tries(lambda: acting.mark(self.desk, user, action=action, state=state, text="So it is."))

    @rule(action=ACTIONS, to=OWNERS, really=SELDOM)
    def hands_over(self, action: str, to: str, really: bool) -> None:
        if really:
            self._tries(lambda: agreeing.hand_over(self.desk, LEE, action=action, owner=self._person(to)))

    @rule(action=ACTIONS, really=SELDOM)
    def the_facilitator_asks_again(self, action: str, really: bool) -> None:
        if really:
            self._tries(lambda: followups.ask_again(self.desk, LEE, action=action))

    @rule(user=OWNERS, words=st.sampled_from(["", "1 day", "3 days", "1 week"]))
    def leaves(self, user: str, words: str) -> None:
        away.leave(self.desk, user, words=words)

    @rule(user=OWNERS)
    def comes_back(self, user: str) -> None:
        away.come_back(self.desk, user)

    @rule(user=OWNERS, zone=st.sampled_from(ZONES), quiet_for=st.integers(-20, 20), gone=SELDOM)
    def moves_or_wants_not_to_be_disturbed(self, user: str, zone: str, quiet_for: int, gone: bool) -> None:
        until = self.bench.clock.at + timedelta(hours=quiet_for) if quiet_for > 0 else None
        person = Person(user_id=user, name=user, tz=zone, unavailable_until=until, gone=gone)
        people.remember(self.desk, [person])

    # What must hold.

    @invariant()
    def at_most_three_before_and_three_when_late(self) -> None:
        late, early = Counter[tuple[str, str, date]](), Counter[tuple[str, str, date]]()
        for read in self.slack.read.values():
            for line in read.lines:
                if not line.asked:
                    (late if line.late else early)[read.who, line.action, line.due] += 1
        assert all(number <= MOST_LATE for number in late.values()), late
        assert all(number <= 3 for number in early.values()), early

    @invariant()
    def nobody_is_told_of_the_same_lateness_twice(self) -> None:
        told = Counter(each for said in self.slack.told.values() for each in said)
        assert all(number == 1 for number in told.values()), told

    def _tries(self, deed: object) -> None:
        try:
            deed()  # type: ignore[operator]
        except Refused:
            return

    def _person(self, user: str) -> Person:
        with self.bench.store.transaction("T1") as tx:
            return tx.people.get(user)

    def _all_is_well(self, hours: int) -> None:
        until = self.bench.clock.at + timedelta(hours=hours)
        while (at := self._next_moment()) and at < until:
            self.bench.clock.at = at
            self.tick()
        self.bench.clock.at = until
        self.tick()

    def _next_moment(self) -> datetime | None:
        with self.bench.store.transaction("T1") as tx:
            due = [posting.due_at for posting in tx.postings.in_state(PostingState.OWED)]
            leases = [p.lease_until for p in tx.postings.in_state(PostingState.CLAIMED) if p.lease_until]
        return min((at for at in due + leases if at > self.bench.clock.at), default=None)

    def tick(self) -> None:
        """All that is due is claimed side by side, before any of it is sent."""
        while claimed := list(iter(lambda: ledger.claim_next(self.desk), None)):
            for posting in claimed:
                self._send(posting)

    def _send(self, posting: Posting) -> None:
        if posting.attempts > 1 and posting.key in {**self.slack.read, **self.slack.told}:
            ledger.sent(self.desk, [ledger.Arrived(posting, "D1", posting.key)])
            return
        found = reports.contents(self.desk, posting)
        if found is not None:
            self._arrives(posting, found)
            ledger.sent(self.desk, [ledger.Arrived(posting, "D1", posting.key)])

    def _arrives(self, posting: Posting, found: object) -> None:
        now, who = self.bench.clock.at, posting.recipient
        assert posting.key not in {**self.slack.read, **self.slack.told}, "It was posted twice."
        if isinstance(found, Escalated):
            self._is_in_order(self._person(who), now)
            for line in found.actions:
                assert not line.action.is_over
                assert line.owner.user_id != who
            self.slack.told[posting.key] = tuple(
                (line.action.id, line.owner.user_id, line.action.due) for line in found.actions
            )
        if isinstance(found, Due):
            person = self._person(who)
            self._is_in_order(person, now)
            zone = worktime.zone(person.tz)
            today = now.astimezone(zone).date()
            others = [read.at.astimezone(zone).date() for read in self.slack.read.values() if read.who == who]
            assert today not in others, "Two messages on one day."
            for each in found.actions:
                assert not each.action.is_over
                assert each.action.owner == who
            self.slack.read[posting.key] = Read(
                who,
                now,
                tuple(
                    Line(each.action.id, each.action.due, each.late is not None, each.asked)
                    for each in found.actions
                ),
            )

    def _is_in_order(self, person: Person, now: datetime) -> None:
        local = now.astimezone(worktime.zone(person.tz or "UTC"))
        assert local.weekday() < 5, local
        assert 9 <= local.hour < 17, local
        assert person.away_until is None or local.date() >= person.away_until
        assert person.unavailable_until is None or now >= person.unavailable_until
        assert not person.gone


TestFollowingUp = FollowingUp.TestCase
TestFollowingUp.settings = settings(
    max_examples=1500 if SOAK else 10,
    stateful_step_count=60 if SOAK else 40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
