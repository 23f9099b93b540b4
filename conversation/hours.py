"""When somebody may be written to: on working days from 9 to 17 in their own time zone, and not while they
are away, by their own word or by what Slack says of them.

What is in the way is asked again at the moment of sending, so nothing here looks further ahead than the next
working day: whoever comes back early, or moves, is found there.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Self

from conversation import worktime
from conversation.desk import Desk
from storage.records import Person
from storage.store import Tx

#: Of whom we do not know when they like to be asked.
REMINDER_HOUR = time(10, 0)


class ZoneFrom(StrEnum):
    """Who says in which zone somebody is."""

    PROFILE = "profile"
    FACILITATOR = "facilitator"
    WORKSPACE = "workspace"


@dataclass(frozen=True)
class Hours:
    """`hour` is the one at which we like to write; `away` the day on which they are back."""

    tz: str
    source: ZoneFrom = ZoneFrom.PROFILE
    hour: time = worktime.MORNING
    away: date | None = None
    unavailable_until: datetime | None = None

    @classmethod
    def of(cls, person: Person, *, facilitator: str, workspace: str) -> Self:
        """Of this person; `facilitator` and `workspace` are the zones to go by where Slack names none that
        we know."""
        tz, source = zone_for(person.tz, facilitator, workspace)
        return cls(tz, source, away=person.away_until, unavailable_until=person.unavailable_until)

    def welcome(self, at: datetime) -> bool:
        """Whether a message would be in order then."""
        if not worktime.is_worktime(at, self.tz) or self.is_away(at):
            return False
        return self.unavailable_until is None or at >= self.unavailable_until

    def is_away(self, at: datetime) -> bool:
        return self.away is not None and self.day(at) < self.away

    def next(self, at: datetime) -> datetime:
        """Then, if a message is in order; otherwise when to look again."""
        if self.welcome(at):
            return at
        until = self.unavailable_until
        if until and at < until and self.day(until) == self.day(at) and self.welcome(until):
            return until
        return self.slot_after(at)

    def slot_after(self, at: datetime) -> datetime:
        """The next one of our hours on a working day."""
        day = worktime.workday_from(self.day(at))
        while self.slot(day) <= at:
            day = worktime.workdays_after(day, 1)
        return self.slot(day)

    def slot(self, day: date) -> datetime:
        return worktime.at_local(day, self.hour, self.tz)

    def day(self, at: datetime) -> date:
        return worktime.today(at, self.tz)


def zone_for(profile: str, facilitator: str, workspace: str) -> tuple[str, ZoneFrom]:
    """The first of these that is one."""
    for tz, source in ((profile, ZoneFrom.PROFILE), (facilitator, ZoneFrom.FACILITATOR)):
        if worktime.is_zone(tz):
            return tz, source
    return workspace, ZoneFrom.WORKSPACE


def own_zone(desk: Desk, person: Person) -> str:
    """By which somebody decides for others, when it closes, or reads for themselves what is due today: that
    of their profile, else that of the workspace."""
    return zone_for(person.tz, "", desk.timezone)[0]


def hours_of(desk: Desk, tx: Tx, person: Person, facilitator: str) -> Hours:
    """For what comes in the morning if it had to wait: an invitation, a word about an action."""
    return Hours.of(person, facilitator=tx.people.get(facilitator).tz, workspace=desk.timezone)


def reminder_hours(desk: Desk, tx: Tx, person: Person, facilitator: str) -> Hours:
    """For reminders: at the hour at which they were last active with us, if that is one in which they
    work."""
    hours = hours_of(desk, tx, person, facilitator)
    seats = tx.seats.held_by(person.user_id)
    active = max((seat.active_at for seat in seats if seat.active_at), default=None)
    return replace(hours, hour=_hour(active, hours.tz))


def _hour(active: datetime | None, tz: str) -> time:
    if active is None:
        return REMINDER_HOUR
    hour = time(active.astimezone(worktime.zone(tz)).hour)
    return hour if worktime.DAY_BEGINS <= hour < worktime.DAY_ENDS else REMINDER_HOUR
