"""Whatever people click and whatever goes wrong: never more than three reminders about a questionnaire, none
outside of somebody's hours, none after a stop, and never two within twenty hours.

A machine plays any history over the real use cases: snoozes, stops, answers, leave and return, the
facilitator's own reminders, clocks that jump and stand still, zones that move, do-not-disturb, a poster that
dies between claim and sent, duplicates. What reached its reader is written down as Slack would, and looked
at. `SOAK=1` plays longer.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from conversation import away, byhand, interview, ledger, people, reports, results, snoozing, worktime
from conversation.contents import Nudge
from conversation.errors import Refused
from conversation.reminders import LEAST_BETWEEN_NUDGES, MOST_NUDGES
from conversation.snoozing import Choice
from conversation.standing import Interview
from storage.records import Person, Posting, PostingState, SeatState
from storage.store import Store
from tests.conversation.desk import Bench, closed_by_clock

ANA, BEA = "U-ANA", "U-BEA"
PEOPLE = st.sampled_from([ANA, BEA])
SELDOM = st.sampled_from([False] * 5 + [True])
SUBJECTS = ("Fraud", "Churn")
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Kolkata", "")
#: Over the ends of summer time in Europe and America, and an ordinary fortnight.
BEGINNINGS = (
    datetime(2026, 10, 22, 7, 30, tzinfo=UTC),
    datetime(2026, 3, 26, 9, 0, tzinfo=UTC),
    datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
)
SOAK = "SOAK" in os.environ


@dataclass(frozen=True)
class Read:
    """One message that somebody got: when, by the clock of that moment, about which seats, and whether they
    had asked for it to come then."""

    who: str
    at: datetime
    seats: tuple[str, ...]
    numbers: tuple[int, ...]
    asked: bool
    person: Person


@dataclass
class Slack:
    """What arrived, by its key: what is posted twice under one key would be seen here."""

    read: dict[str, Read] = field(default_factory=dict)


class Reminding(RuleBasedStateMachine):
    messages = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(Store.in_memory())
        self.desk = self.bench.desk
        self.slack = Slack()
        self.stopped: set[str] = set()
        self.hushed: set[str] = set()

    def teardown(self) -> None:
        self.bench.store.close()

    @initialize(
        target=messages,
        start=st.sampled_from(BEGINNINGS),
        days=st.integers(5, 24),
        zone=st.sampled_from(ZONES),
        quiet_days=st.integers(0, 5),
    )
    def launches(self, start: datetime, days: int, zone: str, quiet_days: int) -> object:
        """Both are asked about the first, and one of them about the second a moment later; then it is quiet
        for some days."""
        self.bench.clock.at = start
        closes = (start + timedelta(days=days)).date()
        self.assessments = []
        for subject, asked in zip(SUBJECTS, ([ANA, BEA], [ANA]), strict=True):
            roles = {user: ["BAKER"] for user in asked}
            opened = self.bench.opened(roles, subject=subject, closes_on=closes, tz=zone)
            self.assessments.append(opened.id)
        with self.bench.store.transaction("T1") as tx:
            self.seats = {seat.id: seat.user_id for user in (ANA, BEA) for seat in tx.seats.held_by(user)}
        sent = self._all_is_well(24 * quiet_days)
        return multiple(*(f"invite/{seat}" for seat in self.seats), *sent)

    # Time, and what posts.

    @rule(target=messages, hours=st.integers(1, 30))
    def time_passes_and_all_is_well(self, hours: int) -> object:
        return multiple(*self._all_is_well(hours))

    @rule(target=messages, days=st.integers(1, 4))
    def days_pass_and_all_is_well(self, days: int) -> object:
        return multiple(*self._all_is_well(24 * days))

    @rule(hours=st.integers(1, 50))
    def the_bot_sleeps(self, hours: int) -> None:
        self.bench.clock.passes(hours=hours)

    @rule(hours=st.integers(-24, 24))
    def the_clock_jumps(self, hours: int) -> None:
        self.bench.clock.passes(hours=hours)

    @rule(target=messages)
    def ticks(self) -> object:
        return multiple(*self.tick())

    @rule(arrives=st.booleans())
    def the_poster_dies(self, arrives: bool) -> None:
        """Between claim and sent; the message may have reached Slack, which is looked up when the claim has
        run out."""
        if posting := ledger.claim_next(self.desk):
            found = reports.contents(self.desk, posting)
            if found is not None and arrives:
                self._arrives(posting, found)

    @rule(target=messages)
    def one_of_all_is_claimed(self) -> object:
        """And the others are still free when it asks what else there is to say."""
        posting = ledger.claim_next(self.desk)
        key = self._send(posting) if posting else None
        return multiple(*([key] if key else []))

    @rule(seconds=st.integers(1, 120))
    def slack_wants_us_to_wait(self, seconds: int) -> None:
        if posting := ledger.claim_next(self.desk):
            if posting.attempts > 1 or reports.contents(self.desk, posting) is None:
                return
            later = self.bench.clock.at + timedelta(seconds=seconds)
            ledger.not_yet(self.desk, posting, due_at=later, note="ratelimited")

    # What people do.

    @rule(user=PEOPLE, on=messages, choice=st.sampled_from([*Choice, *Choice][:-1]))
    def snoozes(self, user: str, on: str, choice: Choice) -> None:
        try:
            done = snoozing.snooze(self.desk, user, posting=on, choice=choice)
        except Refused:
            return
        for sitting in done.sittings:
            (self.stopped.add if choice is Choice.STOP else self.stopped.discard)(sitting.seat.id)

    @rule(user=PEOPLE, quiet=SELDOM)
    def wants_none_or_some_again(self, user: str, quiet: bool) -> None:
        away.hush(self.desk, user, quiet=quiet)
        (self.hushed.add if quiet else self.hushed.discard)(user)

    @rule(user=PEOPLE, number=st.integers(0, 1), quiet=SELDOM)
    def wants_none_about_one(self, user: str, number: int, quiet: bool) -> None:
        seats = [seat for seat, held_by in self.seats.items() if held_by == user]
        seat = seats[number % len(seats)]
        try:
            away.hush_about(self.desk, user, seat=seat, quiet=quiet)
        except Refused:
            return
        (self.stopped.add if quiet else self.stopped.discard)(seat)

    @rule(user=PEOPLE, words=st.sampled_from(["", "1 day", "1 day", "2 days", "until Monday"]))
    def leaves(self, user: str, words: str) -> None:
        away.leave(self.desk, user, words=words)

    @rule(user=PEOPLE)
    def comes_back(self, user: str) -> None:
        away.come_back(self.desk, user)

    @rule(user=PEOPLE, zone=st.sampled_from(ZONES), quiet_for=st.integers(-20, 20), gone=SELDOM)
    def moves_or_wants_not_to_be_disturbed(self, user: str, zone: str, quiet_for: int, gone: bool) -> None:
        """What Slack says when it is asked right before sending."""
        until = self.bench.clock.at + timedelta(hours=quiet_for) if quiet_for > 0 else None
        person = Person(user_id=user, name=user, tz=zone, unavailable_until=until, gone=gone)
        people.remember(self.desk, [person])
        self.bench.clock.passes(hours=4)
        self.tick()

    @rule(user=PEOPLE, number=st.integers(0, 1), deed=st.sampled_from(["start"] * 6 + ["decline", "send"]))
    def answers(self, user: str, number: int, deed: str) -> None:
        seats = [seat for seat, held_by in self.seats.items() if held_by == user]
        seat = seats[number % len(seats)]
        try:
            if deed == "decline":
                interview.decline(self.desk, user, seat=seat)
            else:
                interview.start(self.desk, user, seat=seat)
            while deed == "send" and (asking := (now := self._look(user, seat)).asking):
                revision = now.revision(asking.id)
                interview.answer(
                    self.desk,
                    user,
                    seat=seat,
                    question=asking.id,
                    revision=revision,
                    choice=interview.option(1),
                )
            if deed == "send":
                interview.send(self.desk, user, seat=seat)
        except Refused:
            return

    @rule(target=messages, number=st.integers(0, 1))
    def the_facilitator_reminds(self, number: int) -> object:
        for again in range(2):
            try:
                done = byhand.remind(self.desk, "U-LEE", assessment=self.assessments[number])
            except Refused:
                return multiple()
            assert not (again and done.done), "It was done twice within a day."
        return multiple(*self.tick())

    @rule(number=st.integers(0, 1), really=SELDOM)
    def closes(self, number: int, really: bool) -> None:
        if really:
            try:
                results.close(self.desk, "U-LEE", assessment=self.assessments[number])
            except Refused:
                return

    # What must hold.

    @invariant()
    def never_more_than_three_about_one_questionnaire(self) -> None:
        for seat in getattr(self, "seats", {}):
            about = [read for read in self.slack.read.values() if seat in read.seats]
            assert len(about) <= MOST_NUDGES
            numbers = [read.numbers[read.seats.index(seat)] for read in about]
            assert numbers == sorted(set(numbers)), numbers
            assert set(numbers) <= {1, 2, 3}

    @invariant()
    def never_two_within_twenty_hours_unless_one_asked_for_it(self) -> None:
        for user in (ANA, BEA):
            mine = [read for read in self.slack.read.values() if read.who == user]
            for before, after in pairwise(mine):
                assert after.asked or after.at - before.at >= LEAST_BETWEEN_NUDGES, (before, after)

    def _all_is_well(self, hours: int) -> list[str]:
        """Whatever falls due on the way goes out in its own time, as from a bot that never sleeps."""
        until, sent = self.bench.clock.at + timedelta(hours=hours), list[str]()
        while (at := self._next_moment()) and at < until:
            self.bench.clock.at = at
            sent += self.tick()
        self.bench.clock.at = until
        return sent + self.tick()

    def _next_moment(self) -> datetime | None:
        with self.bench.store.transaction("T1") as tx:
            due = [posting.due_at for posting in tx.postings.in_state(PostingState.OWED)]
            leases = [p.lease_until for p in tx.postings.in_state(PostingState.CLAIMED) if p.lease_until]
        return min((at for at in due + leases if at > self.bench.clock.at), default=None)

    def tick(self) -> list[str]:
        """All that is due is claimed side by side, before any of it is sent."""
        closed_by_clock(self.desk)
        sent = []
        while claimed := list(iter(lambda: ledger.claim_next(self.desk), None)):
            sent += [key for posting in claimed if (key := self._send(posting))]
        return sent

    def _send(self, posting: Posting) -> str | None:
        """As a poster does: what may be there already is looked up first."""
        if posting.attempts > 1 and posting.key in self.slack.read:
            ledger.sent(self.desk, [ledger.Arrived(posting, "D1", posting.key)])
            return None
        found = reports.contents(self.desk, posting)
        if found is None:
            return None
        self._arrives(posting, found)
        ledger.sent(self.desk, [ledger.Arrived(posting, "D1", posting.key)])
        return posting.key if posting.kind == "nudge" else None

    def _arrives(self, posting: Posting, found: object) -> None:
        if posting.kind != "nudge" or not isinstance(found, Nudge):
            return  # when one of two closes, a reminder of both is drawn again where it stands
        assert posting.key not in self.slack.read, "It was posted twice."
        now, user = self.bench.clock.at, posting.recipient
        with self.bench.store.transaction("T1") as tx:
            person = tx.people.get(user)
            seats = [tx.seats.find(line.sitting.seat.id) for line in found.lines]
        read = Read(
            who=user,
            at=now,
            seats=tuple(line.sitting.seat.id for line in found.lines),
            numbers=tuple(line.number for line in found.lines),
            asked=bool(posting.contents.get("asked")),
            person=person,
        )
        self._is_in_order(read)
        for seat, line in zip(seats, found.lines, strict=True):
            assert seat is not None
            assert seat.state in {SeatState.INVITED, SeatState.STARTED}
            assert now < line.sitting.assessment.closes_at
        self.slack.read[posting.key] = read

    def _is_in_order(self, read: Read) -> None:
        """In their hours, and not after they said stop."""
        person, zone = read.person, read.person.tz or "UTC"
        local = read.at.astimezone(worktime.zone(zone))
        assert local.weekday() < 5, local
        assert 9 <= local.hour < 17, local
        assert person.away_until is None or local.date() >= person.away_until
        assert person.unavailable_until is None or read.at >= person.unavailable_until
        assert not person.gone
        assert read.who not in self.hushed
        assert not set(read.seats) & self.stopped

    def _look(self, user: str, seat: str) -> Interview:
        return interview.look(self.desk, user, seat=seat).interview


TestReminding = Reminding.TestCase
TestReminding.settings = settings(
    max_examples=1500 if SOAK else 12,
    stateful_step_count=60 if SOAK else 40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
