"""The closing date moves later; reminders follow it and are never more than three; closing says what is
missing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import (
    byhand,
    channels,
    deadline,
    facilitating,
    interview,
    latecomers,
    ledger,
    reports,
    results,
    retention,
)
from conversation.contents import ClosingSoon, Nudge
from conversation.errors import AlreadyClosed, CannotReopen, ChangedMeanwhile, ClosesEarlier
from conversation.reminders import LEAST_BETWEEN_NUDGES, MOST_NUDGES
from conversation.scope import Privacy
from storage.records import Assessment, AssessmentState, Person, PostingState
from storage.store import Store
from tests.conftest import few
from tests.conversation.desk import Bench, closed_by_clock
from tests.storage.given import overlapping

ROLES = {"U-ANA": ["BAKER"], "U-SAM": ["SELLER"]}


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened(ROLES)


def extend(bench: Bench, opened: Assessment, on: date | None = None) -> Assessment:
    with bench.desk.transaction() as tx:
        was = tx.assessments.get(opened.id).closes_at
    return deadline.extend(bench.desk, "U-LEE", assessment=opened.id, was=was, closes_on=on).assessment


def test_two_days_more_are_working_days(bench: Bench, opened: Assessment) -> None:
    assert opened.closes_at == datetime(2026, 12, 4, 17, tzinfo=UTC)  # a Friday

    assert extend(bench, opened).closes_at == datetime(2026, 12, 8, 17, tzinfo=UTC)
    assert extend(bench, opened, date(2026, 12, 21)).closes_at == datetime(2026, 12, 21, 17, tzinfo=UTC)


def test_the_second_of_two_who_extend_is_told_that_it_moved(bench: Bench, opened: Assessment) -> None:
    extend(bench, opened)

    with pytest.raises(ChangedMeanwhile) as refused:
        deadline.extend(bench.desk, "U-LEE", assessment=opened.id, was=opened.closes_at)

    assert refused.value.values["closes_at"] == datetime(2026, 12, 8, 17, tzinfo=UTC)


def test_it_never_moves_earlier_and_not_after_closing(bench: Bench, opened: Assessment) -> None:
    for day in (date(2026, 12, 3), date(2026, 12, 4)):
        with pytest.raises(ClosesEarlier):
            extend(bench, opened, day)
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    with pytest.raises(AlreadyClosed):
        extend(bench, opened)


@pytest.mark.parametrize(
    "does",
    [deadline.before_closing, byhand.preview, byhand.remind, partial(latecomers.invite, person="U-BEN")],
)
def test_after_closing_nobody_is_reminded_or_invited_and_nothing_is_missing(
    bench: Bench, opened: Assessment, does: Callable[..., object]
) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(AlreadyClosed):
        does(bench.desk, "U-LEE", assessment=opened.id)


@few(6)
@given(
    moves=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), max_size=4),
    tz=st.sampled_from(["UTC", "Pacific/Auckland", "America/Los_Angeles"]),
)
def test_however_often_it_moves_nobody_is_reminded_more_than_three_times(
    moves: list[tuple[int, int]], tz: str
) -> None:
    """After so many hours it moves by so many days, and again; whatever is due goes out in its time."""
    bench = Bench(Store.in_memory())
    opened = bench.opened({"U-ANA": ["BAKER"]}, tz=tz)
    for hours, days in moves:
        _until(bench, bench.clock.at + timedelta(hours=hours))
        with bench.desk.transaction() as tx:
            now = tx.assessments.get(opened.id)
        if now.state is AssessmentState.OPEN:
            extend(bench, opened, now.closes_at.date() + timedelta(days=days))
    _until(bench, bench.clock.at + timedelta(days=200))

    nudges = [p for p in bench.posted if p.kind == "nudge"]
    times = [p.due_at for p in nudges]
    with bench.desk.transaction() as tx:
        closed_at = tx.assessments.get(opened.id).closed_at
    assert len(nudges) <= MOST_NUDGES
    assert all(b - a >= LEAST_BETWEEN_NUDGES for a, b in pairwise(times))
    assert closed_at is not None
    assert all(at < closed_at for at in times)


def _until(bench: Bench, end: datetime) -> None:
    """From one due moment to the next, as a bot that never sleeps."""
    while bench.clock.at < end:
        bench.clock.at = min(end, _next(bench, end))
        closed_by_clock(bench.desk)
        bench.beat()


def _next(bench: Bench, end: datetime) -> datetime:
    with bench.desk.transaction() as tx:
        due = [each.due_at for each in tx.postings.in_state(PostingState.OWED)]
        closing = [each.closes_at for each in tx.assessments.in_states([AssessmentState.OPEN])]
    return min((at for at in due + closing if at > bench.clock.at), default=end)


def test_an_extension_brings_the_last_reminder_to_the_day_before_the_new_date(
    bench: Bench, opened: Assessment
) -> None:
    _until(bench, datetime(2026, 12, 3, 12, tzinfo=UTC))
    sent = [p.contents["number"] for p in bench.posted if p.kind == "nudge" and p.recipient == "U-ANA"]
    assert sent == [1, 2, 3]

    extend(bench, opened)
    _until(bench, datetime(2026, 12, 8, 16, tzinfo=UTC))

    assert len([p for p in bench.posted if p.kind == "nudge" and p.recipient == "U-ANA"]) == 3


def test_a_reminder_that_was_still_to_come_names_the_new_date(bench: Bench, opened: Assessment) -> None:
    _until(bench, datetime(2026, 12, 1, 12, tzinfo=UTC))
    extend(bench, opened)
    bench.clock.at = datetime(2026, 12, 7, 10, tzinfo=UTC)

    said = [each for each in bench.beat() if isinstance(each, Nudge)]

    lines = [line for each in said for line in each.lines]
    assert {(line.number, line.sitting.assessment.closes_at.day) for line in lines} == {(3, 8)}


def test_a_day_before_closing_an_empty_role_is_told_of_once(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 1)
    bench.clock.at = datetime(2026, 12, 3, 17, tzinfo=UTC)

    said = [each for each in bench.beat() if isinstance(each, ClosingSoon)]

    assert [[role.id for role in each.silent] for each in said] == [["SELLER"]]


@pytest.mark.parametrize("what", ["every role has begun", "it moved", "it is closed"])
def test_nothing_is_said_a_day_before_closing_if(bench: Bench, opened: Assessment, what: str) -> None:
    if what == "every role has begun":
        for name in ROLES:
            bench.starts(name)
            bench.clicks(name, 1)
    elif what == "it moved":
        extend(bench, opened)
    else:
        results.close(bench.desk, "U-LEE", assessment=opened.id)
    bench.clock.at = datetime(2026, 12, 3, 17, tzinfo=UTC)

    assert [each for each in bench.beat() if isinstance(each, ClosingSoon)] == []


def test_before_closing_one_hears_what_is_missing_by_counts_alone(bench: Bench, opened: Assessment) -> None:
    nothing = deadline.before_closing(bench.desk, "U-LEE", assessment=opened.id)
    bench.answers_all("U-ANA", 1)
    half = deadline.before_closing(bench.desk, "U-LEE", assessment=opened.id)
    bench.sends("U-ANA")
    bench.answers_all("U-SAM", 3)
    bench.sends("U-SAM")
    whole = deadline.before_closing(bench.desk, "U-LEE", assessment=opened.id)

    titles = tuple(aspect.title for aspect in bench.pack.aspects)
    assert (nothing.none, [role.id for role in nothing.silent]) == (titles, ["BAKER", "SELLER"])
    assert (half.started, [role.id for role in half.silent]) == (1, ["SELLER"])
    assert (whole.sent, whole.silent, whole.low, whole.none) == (2, (), (), ())
    assert whole.complete
    assert not half.complete


def test_what_was_said_makes_no_difference_to_what_is_missing(bench: Bench, opened: Assessment) -> None:
    other = Bench(Store.in_memory())
    again = other.opened(ROLES)
    for name in ROLES:
        bench.answers_all(name, 0)
        other.starts(name)
        while other.look(name).interview.asking:
            other.clicks(name, interview.DONT_KNOW)

    one, two = (
        deadline.before_closing(each.desk, "U-LEE", assessment=found.id)
        for each, found in ((bench, opened), (other, again))
    )

    assert (one.low, one.none, one.silent) == (two.low, two.none, two.silent)


def test_when_nobody_answered_everybody_can_have_two_more_days(bench: Bench, opened: Assessment) -> None:
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    reopened = deadline.reopen(bench.desk, "U-LEE", assessment=opened.id)
    again = deadline.reopen(bench.desk, "U-LEE", assessment=opened.id)
    bench.answers_all("U-ANA", 1)
    (verdict,) = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    assert (reopened.assessment.state, reopened.unfinished) == (AssessmentState.OPEN, 2)
    assert again.assessment.closes_at == reopened.assessment.closes_at
    assert (verdict.revision, verdict.findings.answered) == (2, 1)  # type: ignore[union-attr]
    assert reports.verdict(bench.desk, "U-LEE").revision == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_who_give_everybody_two_more_days_at_once_do_it_once(bench: Bench, opened: Assessment) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    reopens = partial(deadline.reopen, bench.desk, "U-LEE", assessment=opened.id)

    late = overlapping(bench.store, reopens, reopens)

    assert (late.assessment.state, late.unfinished) == (AssessmentState.OPEN, 0)
    with bench.desk.transaction() as tx:
        assert [deed.what for deed in tx.deeds.of(opened.id)].count("reopened") == 1


@pytest.mark.parametrize(
    ("do", "deed"),
    [
        (partial(retention.keep_for, months=6, was=24), "kept_for"),
        (partial(channels.move, channel="C-NEW"), "moved_channel"),
        (partial(facilitating.hand_over, to=Person(user_id="U-SAM", name="Sam")), "handed_over"),
    ],
)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_may_be_decided_before_and_after_may_be_while_it_is_opened_again(
    bench: Bench, opened: Assessment, do: Callable[..., object], deed: str
) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    reopens = partial(deadline.reopen, bench.desk, "U-LEE", assessment=opened.id)

    overlapping(bench.store, reopens, partial(do, bench.desk, "U-LEE", assessment=opened.id))

    with bench.desk.transaction() as tx:
        done = [each.what for each in tx.deeds.of(opened.id)]
    assert done == ["launched", "closed", "reopened", "extended", deed]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_opens_again_what_is_being_closed_finds_it_closed(bench: Bench, opened: Assessment) -> None:
    closes, reopens = (
        partial(do, bench.desk, "U-LEE", assessment=opened.id) for do in (results.close, deadline.reopen)
    )

    late = overlapping(bench.store, closes, reopens)

    assert (late.assessment.state, late.unfinished) == (AssessmentState.OPEN, 2)


@pytest.mark.parametrize(
    ("privacy", "answers"), [(Privacy.ATTRIBUTED, True), (Privacy.ANONYMOUS, False)], ids=str
)
def test_what_has_an_answer_or_was_forgotten_stays_closed(
    bench: Bench, privacy: Privacy, answers: bool
) -> None:
    opened = bench.opened({**ROLES, "U-BEA": ["BAKER"]}, privacy=privacy, group=3)
    if answers:
        bench.answers_all("U-ANA", 1)
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(CannotReopen):
        deadline.reopen(bench.desk, "U-LEE", assessment=opened.id)


def test_the_announcement_in_the_channel_keeps_up(bench: Bench, opened: Assessment) -> None:
    quiet = bench.opened(ROLES, subject="Quiet", channel=None)

    later, quiet_later = extend(bench, opened), extend(bench, quiet)
    extended = edits_of_announcements(bench)
    for each in (later, quiet_later):
        results.close(bench.desk, "U-LEE", assessment=each.id)
    (closed,) = edits_of_announcements(bench)

    assert [(each.assessment, each.people) for each in extended] == [(later, 2)]
    assert (closed.assessment.id, closed.assessment.state) == (opened.id, AssessmentState.CLOSED)


def edits_of_announcements(bench: Bench) -> list[Any]:
    """What those say that are due by now."""
    bench.clock.passes(minutes=1)
    said = []
    while posting := ledger.claim_next(bench.desk):
        if posting.kind == "intro_edit":
            said.append(reports.contents(bench.desk, posting))
        bench.post([posting])
    return said
