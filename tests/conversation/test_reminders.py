"""When we remind: seldom, by day, and for the last time before it is too late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import away, snoozewords, snoozing, worktime
from conversation.errors import RemindersStopped
from conversation.reminders import (
    LEAST_BETWEEN_NUDGES,
    nudge_times,
)
from conversation.snoozing import Choice
from tests.conversation.desk import Bench

BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("invited", "closes", "tz", "nudges"),
    [
        # Invited on Monday: Wednesday, the Monday after, and the day before closing.
        (
            "2026-11-23T10:00",
            "2026-12-04T17:00",
            "UTC",
            ["2026-11-25T10:00", "2026-11-30T10:00", "2026-12-03T10:00"],
        ),
        ("2026-11-23T10:00", "2026-11-27T17:00", "UTC", ["2026-11-25T10:00", "2026-11-26T10:00"]),
        ("2026-11-23T10:00", "2026-11-26T17:00", "UTC", ["2026-11-25T10:00"]),
        ("2026-11-23T10:00", "2026-11-25T17:00", "UTC", ["2026-11-24T10:00", "2026-11-25T10:00"]),
        ("2026-11-23T10:00", "2026-11-24T17:00", "UTC", []),
        ("2026-11-23T15:00", "2026-11-25T09:00", "UTC", []),  # 10:00 on Tuesday is but 19 hours later
        ("2026-11-26T10:00", "2026-11-30T17:00", "UTC", ["2026-11-27T10:00", "2026-11-30T10:00"]),
        # Over the change to winter time: 10:00 stays 10:00 in Berlin.
        (
            "2026-10-22T09:00",
            "2026-11-06T16:00",
            BERLIN,
            ["2026-10-26T09:00", "2026-10-29T09:00", "2026-11-05T09:00"],
        ),
    ],
)
def test_nudges(invited: str, closes: str, tz: str, nudges: list[str]) -> None:
    assert nudge_times(utc(invited), utc(closes), tz) == [utc(at) for at in nudges]


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["UTC", BERLIN, "America/New_York", "Pacific/Auckland", "Asia/Kolkata"])


@given(MOMENTS, st.integers(0, 40 * 24), ZONES)
def test_at_most_three_nudges_never_close_together_nor_after_closing_nor_out_of_hours(
    invited: datetime, hours_open: int, tz: str
) -> None:
    closes = invited + timedelta(hours=hours_open)

    nudges = nudge_times(invited, closes, tz)

    assert len(nudges) <= 3
    assert all(
        after - before >= LEAST_BETWEEN_NUDGES
        for before, after in zip([invited, *nudges], nudges, strict=False)
    )
    assert all(at < closes and worktime.in_worktime(at, tz) == at for at in nudges)


def test_who_wants_no_reminders_is_promised_none(bench: Bench) -> None:
    bench.opened({"U-ANA": ["BAKER"]})
    invitation = bench.found(f"invite/{bench.seat('U-ANA')}")
    away.hush(bench.desk, "U-ANA", quiet=True)

    with pytest.raises(RemindersStopped):
        snoozing.snooze(bench.desk, "U-ANA", posting=invitation.key, choice=Choice.TOMORROW)
    wanted, channel = snoozewords.wish("tomorrow"), invitation.channel or ""
    assert wanted is not None
    with pytest.raises(RemindersStopped):
        snoozing.heard(bench.desk, "U-ANA", wanted, channel=channel, ts="1.1", thread=invitation.ts)
