"""When people work: nobody hears from us at night or at the weekend, in their own time zone."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

log = logging.getLogger(__name__)

DAY_BEGINS, DAY_ENDS = time(9, 0), time(17, 0)
#: Whatever had to wait for the morning comes half an hour after it began.
MORNING = time(9, 30)
_SATURDAY = 5
_MINUTE = timedelta(minutes=1)


def zone(tz: str) -> ZoneInfo:
    """The person's zone; UTC where Slack names none, or one that we do not know."""
    if is_zone(tz):
        return ZoneInfo(tz)
    _tell_of(tz)
    return ZoneInfo("UTC")


def is_zone(tz: str) -> bool:
    try:
        ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@cache  # once for each
def _tell_of(tz: str) -> None:
    if tz:
        log.warning("The time zone %s is not known here: UTC is used. Update the package tzdata.", tz)


def is_worktime(at: datetime, tz: str) -> bool:
    """Whether people work then."""
    local = at.astimezone(zone(tz))
    return is_workday(local.date()) and DAY_BEGINS <= local.time() < DAY_ENDS


def is_workday(day: date) -> bool:
    return day.weekday() < _SATURDAY


def in_worktime(at: datetime, tz: str) -> datetime:
    """`at`, if they work then; otherwise the next morning on which they do."""
    if is_worktime(at, tz):
        return at
    local = at.astimezone(zone(tz))
    day = local.date() if local.time() < DAY_BEGINS else local.date() + timedelta(days=1)
    return at_local(workday_from(day), MORNING, tz)


def is_time_for(least: timedelta, begins: datetime, ends: datetime, tz: str) -> bool:
    """Whether so much of their working time lies between the two."""
    day, last = today(begins, tz), today(ends, tz)
    found = timedelta()
    while day <= last and found < least:
        if is_workday(day):
            opens = max(begins, at_local(day, DAY_BEGINS, tz))
            found += max(min(ends, at_local(day, DAY_ENDS, tz)) - opens, timedelta())
        day += timedelta(days=1)
    return found >= least


def at_local(day: date, hour: time, tz: str) -> datetime:
    """That wall-clock time in their zone, in UTC: the first of the two where clocks are put back, and the
    first minute after the gap where they are put forward."""
    local = datetime.combine(day, hour, zone(tz))
    at = local.astimezone(UTC)
    if at.astimezone(zone(tz)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return at
    while (at - _MINUTE).astimezone(zone(tz)).utcoffset() == at.astimezone(zone(tz)).utcoffset():
        at -= _MINUTE
    return at


def workday_from(day: date) -> date:
    """That day, or the first working day after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def workday_until(day: date) -> date:
    """That day, or the last working day before it."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def workdays_after(day: date, number: int) -> date:
    step = timedelta(days=1 if number > 0 else -1)
    for _ in range(abs(number)):
        day += step
        while not is_workday(day):
            day += step
    return day


def today(now: datetime, tz: str) -> date:
    return now.astimezone(zone(tz)).date()
