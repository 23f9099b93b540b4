"""When somebody may be written to, and by whose clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import nudging, results, sharing
from conversation.hours import Hours, ZoneFrom, zone_for
from storage.records import OPEN_END, Person
from tests.conversation.desk import Bench

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("profile", "facilitator", "found"),
    [
        (BERLIN, NEW_YORK, (BERLIN, ZoneFrom.PROFILE)),
        ("", NEW_YORK, (NEW_YORK, ZoneFrom.FACILITATOR)),
        ("Mars/Olympus", NEW_YORK, (NEW_YORK, ZoneFrom.FACILITATOR)),
        ("", "", ("Asia/Kolkata", ZoneFrom.WORKSPACE)),
    ],
)
def test_the_zone_is_that_of_the_profile_then_the_facilitators_then_the_workspaces(
    profile: str, facilitator: str, found: tuple[str, ZoneFrom]
) -> None:
    assert zone_for(profile, facilitator, "Asia/Kolkata") == found


# 2026-11-25 is a Wednesday; Berlin is an hour ahead of UTC.
@pytest.mark.parametrize(
    ("now", "away", "unavailable_until", "then"),
    [
        ("2026-11-25T10:00", None, None, "2026-11-25T10:00"),
        ("2026-11-25T07:00", None, None, "2026-11-25T10:00"),  # before work
        ("2026-11-25T17:00", None, None, "2026-11-26T10:00"),
        ("2026-11-27T16:00", None, None, "2026-11-30T10:00"),  # over the weekend
        ("2026-11-25T10:00", date(2026, 11, 25), None, "2026-11-25T10:00"),  # back today
        ("2026-11-25T10:00", date(2026, 12, 24), None, "2026-11-26T10:00"),  # asked again tomorrow
        ("2026-11-25T10:00", OPEN_END, None, "2026-11-26T10:00"),
        ("2026-11-25T10:00", None, "2026-11-25T12:30", "2026-11-25T12:30"),
        ("2026-11-25T10:00", None, "2026-11-25T16:00", "2026-11-26T10:00"),  # 17:00 there
        ("2026-11-25T10:00", None, "2026-12-24T08:00", "2026-11-26T10:00"),
        ("2026-11-25T10:00", None, "2026-11-25T10:00", "2026-11-25T10:00"),
        ("2026-11-25T10:00", OPEN_END, "2026-11-25T12:30", "2026-11-26T10:00"),
    ],
)
def test_what_is_in_the_way_is_waited_for(
    now: str, away: date | None, unavailable_until: str | None, then: str
) -> None:
    until = utc(unavailable_until) if unavailable_until else None
    hours = Hours(BERLIN, hour=time(11), away=away, unavailable_until=until)

    assert hours.next(utc(now)) == utc(then)


# Slots are at 11:00 in Berlin, 10:00 UTC; it closes on Friday at 16:00 UTC.
@pytest.mark.parametrize(
    ("now", "why", "then"),
    [
        ("2026-11-25T10:00", {}, "2026-11-25T10:00"),
        ("2026-11-25T12:00", {}, "2026-11-25T12:00"),  # two hours late is not late
        ("2026-11-25T12:01", {}, "2026-11-26T10:00"),
        ("2026-11-27T12:01", {"due_at": "2026-11-27T10:00"}, None),  # the next slot is after closing
        ("2026-11-25T09:00", {"due_at": "2026-11-25T09:00"}, "2026-11-25T10:00"),  # later is their hour
        ("2026-11-25T09:00", {"due_at": "2026-11-25T09:00", "asked": True}, "2026-11-25T09:00"),
        ("2026-11-25T09:00", {"due_at": "2026-11-25T09:00", "by_hand": True}, "2026-11-25T09:00"),
        ("2026-11-25T10:00", {"last": "2026-11-24T14:00"}, "2026-11-25T10:00"),
        ("2026-11-25T10:00", {"last": "2026-11-24T14:01"}, "2026-11-25T10:01"),  # 20 hours
        ("2026-11-25T10:00", {"last": "2026-11-25T09:00"}, "2026-11-26T10:00"),
        ("2026-11-25T10:00", {"last": "2026-11-25T09:00", "asked": True}, "2026-11-25T10:00"),
        ("2026-11-25T10:00", {"last": "2026-11-25T09:00", "by_hand": True}, "2026-11-26T10:00"),
        ("2026-11-25T10:00", {"last": "2026-11-26T09:00"}, "2026-11-27T10:00"),  # a clock that was put back
        ("2026-11-25T10:00", {"after": ["2026-11-26T05:59"]}, None),  # gives way
        ("2026-11-25T10:00", {"after": ["2026-11-26T06:00"]}, "2026-11-25T10:00"),
        ("2026-11-25T10:00", {"after": ["2026-11-25T11:00"], "by_hand": True}, "2026-11-25T10:00"),
        ("2026-11-27T16:00", {"due_at": "2026-11-27T16:00"}, None),
    ],
)
def test_when_a_reminder_may_come(now: str, why: dict[str, object], then: str | None) -> None:
    said = {"due_at": "2026-11-25T10:00", **why}
    moments: dict[str, object] = {
        name: utc(value) if isinstance(value, str) else value for name, value in said.items()
    }
    if "after" in said:
        moments["after"] = [utc(at) for at in said["after"]]  # type: ignore[attr-defined]

    at = nudging.moment(
        utc(now),
        hours=Hours(BERLIN, hour=time(11)),
        closes_at=utc("2026-11-27T16:00"),
        **moments,  # type: ignore[arg-type]
    )

    assert at == (utc(then) if then else None)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([BERLIN, NEW_YORK, "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.times(),
)
def test_looking_again_ends_in_a_moment_that_is_in_order(now: datetime, tz: str, hour: time) -> None:
    hours = Hours(tz, hour=time(9 + hour.hour % 8), unavailable_until=now)

    then = hours.next(now)

    assert then >= now
    assert hours.welcome(then)
    assert hours.slot_after(then) > then


def test_where_slack_names_no_zone_the_workspaces_holds_for_closing_and_for_the_result(bench: Bench) -> None:
    """17:00 in Tokyo is 8:00 in UTC. At noon there nobody works any more; Ana's profile says London."""
    bench.desk = replace(bench.desk, timezone="Asia/Tokyo")
    bench.clock.at = utc("2026-11-23T01:00")

    opened = bench.opened({"U-ANA": ["BAKER"], "U-BEA": ["BAKER"]}, tz="")
    with bench.desk.transaction() as tx:
        tx.people.remember(Person(user_id="U-ANA", name="Ana", tz="Europe/London"))
    bench.clock.at = utc("2026-11-23T12:00")
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id)

    assert opened.closes_at == utc("2026-12-04T08:00")
    with bench.desk.transaction() as tx:
        due = {p.recipient: p.due_at for p in tx.postings.about([opened.id], kind="participant_result")}
    assert due == {"U-ANA": utc("2026-11-23T12:00"), "U-BEA": utc("2026-11-24T00:30")}
