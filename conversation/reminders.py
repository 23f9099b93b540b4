"""What is owed later to those who have not answered, and to their facilitator before closing.

The moments are pure rules. Each becomes a posting under a natural key with its due time; whether it is
still wanted is asked again in the transaction that claims it, so that nobody is reminded of what is done.
"""

from datetime import datetime, time, timedelta
from typing import Any

from conversation import worktime
from conversation.desk import Desk
from conversation.hours import REMINDER_HOUR, hours_of, own_zone
from storage.records import Assessment, Person
from storage.store import Tx

#: Nobody is reminded more often about one questionnaire.
MOST_NUDGES = 3
A_DAY = timedelta(days=1)
LEAST_BETWEEN_NUDGES = timedelta(hours=20)


def nudge_times(
    invited_at: datetime, closes_at: datetime, tz: str, hour: time = REMINDER_HOUR
) -> list[datetime]:
    """Two working days after the invitation, three more, and one before closing: at most three, never two
    within twenty hours, none after closing. What is in the way on the day itself is asked on that day."""
    invited = worktime.today(invited_at, tz)
    days = [
        worktime.workdays_after(invited, 2),
        worktime.workdays_after(invited, 5),
        worktime.workdays_after(worktime.today(closes_at, tz), -1),
    ]
    kept: list[datetime] = []
    for at in sorted(worktime.at_local(day, hour, tz) for day in days):
        earliest = (kept[-1] if kept else invited_at) + LEAST_BETWEEN_NUDGES
        if earliest <= at < closes_at:
            kept.append(at)
    return kept


def owe_nudges(
    desk: Desk, tx: Tx, assessment: Assessment, seat: str, person: Person, invited_at: datetime
) -> None:
    hours = hours_of(desk, tx, person, assessment.facilitator)
    for number, at in enumerate(nudge_times(invited_at, assessment.closes_at, hours.tz), start=1):
        owe_nudge(desk, tx, seat, person.user_id, number, at)


def owe_nudge(desk: Desk, tx: Tx, seat: str, user_id: str, number: int, at: datetime, **said: Any) -> None:
    """Left to the beat, also if it is due now: whether it is wanted, and when, is asked as it is sent."""
    tx.postings.owe(
        f"nudge/{seat}/{number}",
        kind="nudge",
        subject_id=seat,
        recipient=user_id,
        due_at=at,
        contents={"number": number, **said},
        now=desk.now(),
    )


def owe_closing_soon(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A day before closing its facilitator hears of roles for which nobody has answered; before a weekend, if
    that day is on one."""
    tz = own_zone(desk, tx.people.get(assessment.facilitator))
    day = worktime.workday_until(worktime.today(assessment.closes_at - A_DAY, tz))
    hour = (assessment.closes_at - A_DAY).astimezone(worktime.zone(tz)).time()
    at = worktime.at_local(day, hour, tz)
    if at > desk.now():
        tx.postings.owe(
            f"closing_soon/{assessment.id}/{assessment.closes_at:%Y-%m-%dT%H%M}",
            kind="closing_soon",
            subject_id=assessment.id,
            recipient=assessment.facilitator,
            due_at=at,
            contents={"closes_at": assessment.closes_at.isoformat()},
            now=desk.now(),
        )
