"""An assessment is kept for as long as it was said, its facilitator hears of it in time, and then nothing of
it is left. Whoever deletes one can take that back for a week."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from conversation import agreeing, interview, plans, reports, results, retention, sharing
from conversation.contents import Deleting, Expiring
from conversation.errors import (
    AssessmentIsClosed,
    ChangedMeanwhile,
    KeptTooLong,
    NameDiffers,
    NoSuchAssessment,
    NotFacilitator,
)
from conversation.retention import months_after
from storage.records import Assessment, AssessmentState, Person
from storage.store import Store
from tests.conversation.desk import FRIDAY_WEEK, Bench
from tests.storage.given import overlapping, rows

ROLES = {"U-ANA": ["BAKER"], "U-BEN": ["BAKER"]}


@pytest.fixture
def bench() -> Bench:
    return Bench(Store.in_memory())


def a_closed_round(bench: Bench, subject: str = "ABC Inc.") -> Assessment:
    """With an answer, a result, an action and what is owed because of them."""
    opened = bench.opened(ROLES, subject=subject)
    for user in ROLES:
        bench.answers_all(user, 1)
        bench.sends(user)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    gap = plans.board(bench.desk, "U-LEE", name=subject).open_gaps[0]
    agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=opened.id,
        step=gap.step,
        objective="Every oven has a thermometer",
        measure="5 of 5",
        owner=Person(user_id="U-BEN", name="Ben"),
        due=FRIDAY_WEEK,
        id=f"V-{subject}",
    )
    bench.beat()
    return opened


def state(bench: Bench, assessment: Assessment) -> AssessmentState | None:
    with bench.store.transaction(bench.team) as tx:
        found = tx.assessments.find(assessment.id)
    return found.state if found else None


def erase_at(bench: Bench, assessment: Assessment) -> datetime:
    with bench.store.transaction(bench.team) as tx:
        at = tx.assessments.get(assessment.id).erase_at
    assert at is not None
    return at


def left(bench: Bench) -> dict[str, int]:
    """Rows, but for what is remembered of people."""
    found = rows(bench.store._engine)
    return {table: len(rows) for table, rows in found.items() if rows and table != "person"}


def goes_to(bench: Bench, when: datetime) -> list[object]:
    """What has to go, goes when the next hour begins."""
    bench.clock.at = retention.hour_of(when) + timedelta(hours=1)
    said: list[object] = list(bench.beat())
    retention.sweep(bench.desk)
    return said


def test_what_was_kept_for_long_enough_is_gone_two_weeks_after_its_facilitator_was_told(bench: Bench) -> None:
    closed = a_closed_round(bench)
    end = erase_at(bench, closed)

    told = goes_to(bench, end - retention.NOTICE)
    still = state(bench, closed)
    goes_to(bench, end)

    assert end == datetime(2028, 11, 23, end.hour, end.minute, tzinfo=UTC)
    assert [each for each in told if isinstance(each, Expiring)] == [Expiring(told_of(told))]
    assert still is AssessmentState.CLOSED
    assert left(bench) == {}


def told_of(said: list[object]) -> Assessment:
    return next(each.assessment for each in said if isinstance(each, Expiring))


def test_another_assessment_stays_whole(bench: Bench) -> None:
    other = a_closed_round(bench, "XYZ Ltd.")
    with bench.store.transaction(bench.team) as tx:
        before = (tx.answers.counts(other.id), tx.actions.of(other.id), tx.results.all(other.id))
    gone = a_closed_round(bench)
    retention.delete(bench.desk, "U-LEE", assessment=gone.id, name=gone.subject)

    goes_to(bench, bench.clock.at + retention.GRACE)

    assert state(bench, gone) is None
    with bench.store.transaction(bench.team) as tx:
        assert (tx.answers.counts(other.id), tx.actions.of(other.id), tx.results.all(other.id)) == before
    assert reports.status(bench.desk, "U-ANA").assessment.id == other.id


def test_keeping_it_longer_is_one_year_however_often_it_is_pressed(bench: Bench) -> None:
    closed = a_closed_round(bench)
    end = erase_at(bench, closed)
    goes_to(bench, end - retention.NOTICE)

    for _ in range(2):
        retention.keep_longer(bench.desk, "U-LEE", assessment=closed.id, until=end)
    goes_to(bench, end + timedelta(days=1))

    assert state(bench, closed) is AssessmentState.CLOSED
    assert erase_at(bench, closed) == months_after(end, 12)
    assert any(
        isinstance(each, Expiring) for each in goes_to(bench, months_after(end, 12) - retention.NOTICE)
    )


def test_who_was_not_told_because_we_did_not_run_is_told_first(bench: Bench) -> None:
    closed = a_closed_round(bench)
    late = erase_at(bench, closed) + timedelta(days=90)

    bench.clock.at = late
    gone = retention.sweep(bench.desk)

    assert gone == ()
    assert erase_at(bench, closed) == late + retention.NOTICE


def test_everything_is_kept_where_that_is_the_setting(bench: Bench) -> None:
    bench.desk = replace(bench.desk, retention_months=0)
    closed = a_closed_round(bench)

    goes_to(bench, bench.clock.at + timedelta(days=9999))

    assert state(bench, closed) is AssessmentState.CLOSED


@pytest.mark.parametrize(("days", "months", "left_over"), [(0, 6, "2027-05-23"), (700, 6, "2028-11-06")])
def test_a_shorter_time_holds_at_once_but_never_before_its_facilitator_was_told(
    bench: Bench, days: int, months: int, left_over: str
) -> None:
    closed = a_closed_round(bench)
    bench.clock.passes(days=days)

    for _ in range(2):
        retention.keep_for(bench.desk, "U-LEE", assessment=closed.id, months=months, was=24)

    end = erase_at(bench, closed)
    assert end.date().isoformat() == left_over
    assert any(isinstance(each, Expiring) for each in goes_to(bench, end - retention.NOTICE))
    goes_to(bench, end)
    assert state(bench, closed) is None


@pytest.mark.parametrize(
    ("setting", "may_be"),
    [(24, (1, 3, 6, 12, 24)), (18, (1, 3, 6, 12, 18)), (0, (1, 3, 6, 12, 24, 36, 60, 0))],
)
def test_how_long_may_be_chosen_is_what_the_workspace_permits(setting: int, may_be: tuple[int, ...]) -> None:
    assert retention.choices(setting) == may_be


def test_longer_than_the_workspace_permits_is_refused_and_of_two_who_choose_the_second_is_told(
    bench: Bench,
) -> None:
    opened = bench.opened(ROLES, keep_months=12)

    def chooses(months: int, was: int) -> None:
        retention.keep_for(bench.desk, "U-LEE", assessment=opened.id, months=months, was=was)

    for months in (36, retention.FOR_EVER):
        with pytest.raises(KeptTooLong):
            chooses(months, was=12)
    chooses(24, was=12)
    with pytest.raises(ChangedMeanwhile):
        chooses(6, was=12)

    assert retention.keeping(bench.desk, "U-LEE", assessment=opened.id).months == 24


def test_where_everything_is_kept_one_may_be_kept_for_less(bench: Bench) -> None:
    bench.desk = replace(bench.desk, retention_months=0)
    closed = a_closed_round(bench)

    retention.keep_for(bench.desk, "U-LEE", assessment=closed.id, months=1, was=retention.FOR_EVER)

    assert erase_at(bench, closed).date().isoformat() == "2026-12-23"


def test_whatever_closed_before_this_was_planned_is_planned_when_it_is_looked(bench: Bench) -> None:
    closed = a_closed_round(bench)
    planned = erase_at(bench, closed)
    with bench.store.transaction(bench.team) as tx:
        tx.assessments.change(closed.id, only_if=AssessmentState.CLOSED, erase_at=None)

    retention.sweep(bench.desk)

    assert erase_at(bench, closed) == planned


@pytest.mark.parametrize("minute", [0, 1, 59])
def test_in_whichever_minute_of_an_hour_it_is_looked_the_same_goes(bench: Bench, minute: int) -> None:
    opened = bench.opened(ROLES)
    retention.delete(bench.desk, "U-LEE", assessment=opened.id, name="ABC Inc.")
    over = erase_at(bench, opened)

    bench.clock.at = retention.hour_of(over) + timedelta(minutes=minute)
    before = retention.sweep(bench.desk)
    bench.clock.at += timedelta(hours=1)

    assert before == ()
    assert [each.assessment.id for each in retention.sweep(bench.desk)] == [opened.id]


def test_what_is_deleted_is_seen_by_nobody_and_can_be_restored_for_a_week(bench: Bench) -> None:
    opened = bench.opened(ROLES)
    bench.answers_all("U-ANA", 2)
    deleted = retention.delete(bench.desk, "U-LEE", assessment=opened.id, name=" abc  INC. ")
    (told,) = bench.post(deleted.owed)

    with pytest.raises(NoSuchAssessment):
        reports.status(bench.desk, "U-LEE")
    with pytest.raises(AssessmentIsClosed):
        interview.start(bench.desk, "U-BEN", seat=bench.seat("U-BEN"))
    restored = retention.restore(bench.desk, "U-LEE", assessment=opened.id)
    again = retention.restore(bench.desk, "U-LEE", assessment=opened.id)

    assert isinstance(told, Deleting)
    assert restored == again
    assert reports.status(bench.desk, "U-LEE").assessment.state is AssessmentState.OPEN
    assert bench.look("U-ANA").interview.answered > 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_deleted_while_it_closes_is_deleted(store: Store) -> None:
    bench = Bench(store)
    opened = bench.opened(ROLES)
    closes = partial(results.close, bench.desk, "U-LEE", assessment=opened.id)
    deletes = partial(retention.delete, bench.desk, "U-LEE", assessment=opened.id, name="ABC Inc.")

    deleted = overlapping(store, closes, deletes)

    assert deleted.assessment.state is AssessmentState.DELETED
    restored = retention.restore(bench.desk, "U-LEE", assessment=opened.id)
    assert restored.assessment.state is AssessmentState.CLOSED


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_who_keep_it_a_year_longer_at_once_one_does(store: Store) -> None:
    bench = Bench(store)
    closed = a_closed_round(bench)
    until = erase_at(bench, closed)
    keeps = partial(retention.keep_longer, bench.desk, "U-LEE", assessment=closed.id, until=until)

    overlapping(store, keeps, keeps)

    with bench.desk.transaction() as tx:
        assert [deed.what for deed in tx.deeds.of(closed.id)].count("kept_longer") == 1


def test_a_week_later_it_is_gone_with_everything(bench: Bench) -> None:
    opened = bench.opened(ROLES)
    bench.answers_all("U-ANA", 2)
    retention.delete(bench.desk, "U-LEE", assessment=opened.id, name="ABC Inc.")

    goes_to(bench, bench.clock.at + retention.GRACE)

    assert left(bench) == {}
    with pytest.raises(NoSuchAssessment):
        retention.restore(bench.desk, "U-LEE", assessment=opened.id)


def test_nobody_deletes_by_a_slip_or_what_is_not_theirs(bench: Bench) -> None:
    opened = bench.opened(ROLES)

    with pytest.raises(NameDiffers):
        retention.delete(bench.desk, "U-LEE", assessment=opened.id, name="ABC")
    with pytest.raises(NotFacilitator):
        retention.delete(bench.desk, "U-ANA", assessment=opened.id, name="ABC Inc.")

    assert state(bench, opened) is AssessmentState.OPEN


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-11-30", 24, "2028-11-30"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_months_end_on_their_last_day(day: str, months: int, then: str) -> None:
    assert months_after(datetime.fromisoformat(day), months) == datetime.fromisoformat(then)
