"""What people say about their own reminders: later, or no more. A reminder is moved, and never added."""

from datetime import datetime, timedelta
from enum import StrEnum

from conversation import snoozewords, worktime
from conversation.contents import Snoozed
from conversation.desk import Desk
from conversation.errors import (
    AssessmentIsClosed,
    Forgotten,
    NoReminderLeft,
    NoTimeToRemind,
    NotYourSeat,
    PassedOn,
    Refused,
    RemindersStopped,
    TakenOff,
)
from conversation.hours import Hours, reminder_hours
from conversation.nudging import Reminders, reminders_about
from conversation.reminders import LEAST_BETWEEN_NUDGES
from conversation.sitting import Sitting, hear, sit
from storage.records import UNFINISHED, Posting
from storage.store import Tx

#: What may be answered with a time.
_ANSWERED = {"nudge", "invite"}


class Choice(StrEnum):
    TWO_HOURS = "two_hours"
    TOMORROW = "tomorrow"
    LAST_DAY = "last_day"
    STOP = "stop"


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
        at = moment_of(choice, desk.now(), hours, _closes_at(sittings))
        _move(desk, tx, sittings, at)
        return Snoozed(sittings, hours, at, on.kind == "invite")


def heard(
    desk: Desk, user_id: str, wanted: snoozewords.Wish, *, channel: str, ts: str, thread: str | None
) -> tuple[Posting, ...] | None:
    """Somebody wrote when they want the next reminder; None unless that answers one of ours, or an
    invitation: in its thread, or as what we said last. The same line again is once.

    Raises: AssessmentIsClosed, NoReminderLeft, NoTimeToRemind, TooFarAhead, RemindersStopped.
    """
    key = f"snoozed/{channel}/{ts}"
    with desk.transaction() as tx:
        if tx.postings.find(key):
            return ()
        on = tx.postings.at(channel=channel, ts=thread) if thread else tx.postings.last_in(channel)
        if on is None or on.kind not in _ANSWERED or on.recipient != user_id:
            return None
        person, sittings = tx.people.get(user_id), _about(desk, tx, user_id, on)
        hours = reminder_hours(desk, tx, person, sittings[0].assessment.facilitator)
        if person.quiet:
            raise RemindersStopped()
        at = snoozewords.moment_of(wanted, desk.now(), hours)
        _move(desk, tx, sittings, at)
        owed = desk.owe(
            tx,
            key,
            kind="snoozed",
            subject_id=sittings[0].seat.id,
            recipient=user_id,
            seats=[sitting.seat.id for sitting in sittings],
            at=at.isoformat(),
        )
        return (owed,) if owed else ()


def said(desk: Desk, tx: Tx, posting: Posting) -> Snoozed | None:
    """What came of it, as a message of its own."""
    seats = [seat for id in posting.contents["seats"] if (seat := tx.seats.find(id))]
    found = [(tx.assessments.get(seat.assessment_id), seat) for seat in seats]
    sittings = tuple(hear(tx, desk.pack_of(tx, assessment), assessment, seat) for assessment, seat in found)
    if not sittings:
        return None
    person = tx.people.get(posting.recipient)
    hours = reminder_hours(desk, tx, person, sittings[0].assessment.facilitator)
    return Snoozed(sittings, hours, datetime.fromisoformat(posting.contents["at"]), invited=False)


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
    """The unfinished ones of which this message spoke. Of several, what is over with one is left out."""
    seats = [seat.id for seat in tx.seats.held_by(user_id) if seat.id != posting.subject_id]
    folded = (
        seat
        for seat, found in reminders_about(tx, seats).items()
        if any(each.said_with == posting.key for each in found.said)
    )
    everything: list[Sitting] = []
    over: list[Refused] = []
    for seat in (posting.subject_id, *folded):
        try:
            everything.append(sit(desk, tx, user_id, seat))
        except (AssessmentIsClosed, Forgotten, PassedOn, TakenOff) as no:
            over.append(no)
    if not everything:
        raise over[0]
    everything.sort(key=lambda sitting: (sitting.assessment.closes_at, sitting.assessment.subject))
    unfinished = tuple(sitting for sitting in everything if sitting.seat.state in UNFINISHED)
    if not unfinished:
        raise NoReminderLeft(subject=everything[0].assessment.subject)
    return unfinished


def _closes_at(sittings: tuple[Sitting, ...]) -> datetime:
    return min(sitting.assessment.closes_at for sitting in sittings)


def _move(desk: Desk, tx: Tx, sittings: tuple[Sitting, ...], at: datetime) -> None:
    closes_at = _closes_at(sittings)
    if at <= desk.now():
        raise NoTimeToRemind(passed=True)
    if at >= closes_at:
        raise NoTimeToRemind(subject=sittings[0].assessment.subject, closes_at=closes_at)
    about = reminders_about(tx, [sitting.seat.id for sitting in sittings])
    moved = [_move_to(tx, about[sitting.seat.id], at) for sitting in sittings]
    if not any(moved):
        raise NoReminderLeft(subject=sittings[0].assessment.subject)
    for sitting in sittings:
        tx.seats.change(sitting.seat.id, quiet=False)


def _move_to(tx: Tx, reminders: Reminders, at: datetime) -> bool:
    """The next one; those that it overtakes are left out."""
    if not reminders.owed:
        return False
    following, *others = reminders.owed
    for other in others:
        if other.due_at < at + LEAST_BETWEEN_NUDGES:
            tx.postings.withdraw(other, note="moved by its reader")
    return tx.postings.move(following, due_at=at, asked=True)
