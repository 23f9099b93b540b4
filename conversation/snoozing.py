"""What people say about their own reminders: later, or no more. A reminder is moved, and never added."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conversation import worktime
from conversation.desk import Desk
from conversation.errors import Forgotten, NoReminderLeft, NoTimeToRemind, NotYourSeat, RemindersStopped
from conversation.hours import Hours, reminder_hours
from conversation.nudging import UNFINISHED, Reminders, reminders_about
from conversation.reminders import LEAST_BETWEEN_NUDGES
from conversation.sitting import Sitting, sit
from storage.records import Posting
from storage.store import Tx


class Choice(StrEnum):
    TWO_HOURS = "two_hours"
    TOMORROW = "tomorrow"
    LAST_DAY = "last_day"
    STOP = "stop"


@dataclass(frozen=True)
class Snoozed:
    """What came of it for these questionnaires: when the next reminder comes, or None if none does.
    `invited` if it was chosen on an invitation."""

    sittings: tuple[Sitting, ...]
    hours: Hours
    at: datetime | None
    invited: bool


def snooze(desk: Desk, user_id: str, *, posting: str, choice: Choice) -> Snoozed:
    """Move the next reminder of everything that this message speaks of, or want none any more. What would
    come before it, or too soon after, is left out.

    Raises: Forgotten, NotYourSeat, AssessmentIsClosed, NoReminderLeft, NoTimeToRemind, RemindersStopped.
    """
    with desk.transaction() as tx:
        on = tx.postings.find(posting)
        if on is None:
            raise Forgotten()
        if on.recipient != user_id:
            raise NotYourSeat()
        sittings = _about(desk, tx, user_id, on)
        person = tx.people.get(user_id)
        hours = reminder_hours(desk, tx, person, sittings[0].assessment.facilitator)
        if choice is Choice.STOP:
            for sitting in sittings:
                tx.seats.change(sitting.seat.id, quiet=True)
            return Snoozed(sittings, hours, None, on.kind == "invite")
        if person.quiet:
            raise RemindersStopped()
        at = _move(desk, tx, sittings, hours, choice)
        return Snoozed(sittings, hours, at, on.kind == "invite")


def moment_of(choice: Choice, now: datetime, hours: Hours, closes_at: datetime) -> datetime:
    """When somebody who chose this is reminded: in their hours."""
    match choice:
        case Choice.TWO_HOURS:
            return hours.next(now + timedelta(hours=2))
        case Choice.TOMORROW:
            return hours.slot(worktime.workdays_after(hours.day(now), 1))
        case _:
            return hours.slot(worktime.workdays_after(hours.day(closes_at), -1))


def _about(desk: Desk, tx: Tx, user_id: str, posting: Posting) -> tuple[Sitting, ...]:
    """The unfinished ones of which this message spoke."""
    own = sit(desk, tx, user_id, posting.subject_id)
    seats = [seat.id for seat in tx.seats.held_by(user_id) if seat.id != own.seat.id]
    folded = (
        seat
        for seat, found in reminders_about(tx, seats).items()
        if any(each.said_with == posting.key for each in found.said)
    )
    everything = [own, *(sit(desk, tx, user_id, seat) for seat in folded)]
    everything.sort(key=lambda sitting: (sitting.assessment.closes_at, sitting.assessment.subject))
    unfinished = tuple(sitting for sitting in everything if sitting.seat.state in UNFINISHED)
    if not unfinished:
        raise NoReminderLeft(subject=own.assessment.subject)
    return unfinished


def _move(desk: Desk, tx: Tx, sittings: tuple[Sitting, ...], hours: Hours, choice: Choice) -> datetime:
    now, closes_at = desk.now(), min(sitting.assessment.closes_at for sitting in sittings)
    at = moment_of(choice, now, hours, closes_at)
    if not now < at < closes_at:
        raise NoTimeToRemind(subject=sittings[0].assessment.subject, closes_at=closes_at)
    about = reminders_about(tx, [sitting.seat.id for sitting in sittings])
    moved = [_move_to(tx, about[sitting.seat.id], at) for sitting in sittings]
    if not any(moved):
        raise NoReminderLeft(subject=sittings[0].assessment.subject)
    for sitting in sittings:
        tx.seats.change(sitting.seat.id, quiet=False)
    return at


def _move_to(tx: Tx, reminders: Reminders, at: datetime) -> bool:
    """The next one; those that it overtakes are left out."""
    if not reminders.owed:
        return False
    following, *others = reminders.owed
    for other in others:
        if other.due_at < at + LEAST_BETWEEN_NUDGES:
            tx.postings.withdraw(other, note="moved by its reader")
    return tx.postings.move(following, due_at=at, asked=True)
