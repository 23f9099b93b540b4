"""Nobody hears from us at night or at the weekend, in their own time zone."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import worktime

BERLIN, NEW_YORK, AUCKLAND, KOLKATA = "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"
ZONES = st.sampled_from(["UTC", BERLIN, NEW_YORK, AUCKLAND, KOLKATA, "Pacific/Apia", "Not/AZone", ""])
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "tz", "then"),
    [
        ("2026-11-23T10:00", "UTC", "2026-11-23T10:00"),  # Monday
        ("2026-11-23T08:59", "UTC", "2026-11-23T09:30"),
        ("2026-11-23T09:00", "UTC", "2026-11-23T09:00"),
        ("2026-11-23T17:00", "UTC", "2026-11-24T09:30"),
        ("2026-11-27T17:01", "UTC", "2026-11-30T09:30"),  # Friday evening
        ("2026-11-28T12:00", "UTC", "2026-11-30T09:30"),
        ("2026-11-29T03:00", "UTC", "2026-11-30T09:30"),
        ("2026-11-23T08:30", BERLIN, "2026-11-23T08:30"),
        ("2026-11-23T10:00", NEW_YORK, "2026-11-23T14:30"),  # 5 in the morning there
        ("2026-11-22T20:30", AUCKLAND, "2026-11-22T20:30"),  # Monday there already
        ("2026-11-27T04:00", AUCKLAND, "2026-11-29T20:30"),  # Friday, 17:00 there
        ("2026-11-23T20:00", KOLKATA, "2026-11-24T04:00"),
        ("2026-03-27T17:00", BERLIN, "2026-03-30T07:30"),  # summer time begins on that Sunday
        ("2026-10-23T16:00", BERLIN, "2026-10-26T08:30"),  # and ends
        ("2026-11-23T10:00", "Mars/Olympus", "2026-11-23T10:00"),
    ],
)
def test_what_has_to_wait_comes_in_the_morning(now: str, tz: str, then: str) -> None:
    assert worktime.in_worktime(utc(now), tz) == utc(then)


@given(MOMENTS, ZONES)
def test_it_is_always_working_time_then_and_never_more_than_three_days_on(now: datetime, tz: str) -> None:
    then = worktime.in_worktime(now, tz)

    local = then.astimezone(worktime.zone(tz))
    assert local.weekday() < 5
    assert time(9) <= local.time() < time(17)
    assert 0 <= (then - now).total_seconds() < 3 * 24 * 3600
    assert worktime.in_worktime(then, tz) == then


@pytest.mark.parametrize(
    ("day", "hour", "tz", "at"),
    [
        (date(2026, 3, 28), time(17), BERLIN, "2026-03-28T16:00"),
        (date(2026, 3, 29), time(17), BERLIN, "2026-03-29T15:00"),
        (
            date(2026, 3, 29),
            time(2, 30),
            BERLIN,
            "2026-03-29T01:00",
        ),  # does not exist: the first minute after the gap
        (date(2026, 10, 25), time(2, 30), BERLIN, "2026-10-25T00:30"),  # exists twice: the first
        (date(2026, 11, 1), time(17), NEW_YORK, "2026-11-01T22:00"),
        (date(2011, 12, 30), time(10), "Pacific/Apia", "2011-12-30T10:00"),  # a whole day that is left out
    ],
)
def test_a_wall_clock_time_in_utc(day: date, hour: time, tz: str, at: str) -> None:
    assert worktime.at_local(day, hour, tz) == utc(at)


FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (27, 28, 29, 30))


def test_working_days() -> None:
    assert [worktime.workday_from(day) for day in (FRIDAY, SATURDAY, SUNDAY)] == [FRIDAY, MONDAY, MONDAY]
    assert [worktime.workday_until(day) for day in (MONDAY, SUNDAY, SATURDAY)] == [MONDAY, FRIDAY, FRIDAY]
    assert [worktime.workdays_after(FRIDAY, n) for n in (0, 1, 2, -1)] == [
        FRIDAY,
        MONDAY,
        date(2026, 12, 1),
        date(2026, 11, 26),
    ]
    assert [worktime.workdays_after(SUNDAY, n) for n in (1, -1)] == [MONDAY, FRIDAY]


def test_today_is_where_the_person_is() -> None:
    now = utc("2026-11-23T22:30")

    assert worktime.today(now, "UTC") == worktime.today(now, NEW_YORK) == date(2026, 11, 23)
    assert worktime.today(now, AUCKLAND) == date(2026, 11, 24)
