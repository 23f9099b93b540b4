"""Reminder settings: when somebody hears from us, and when not. They are away, they are back, they want no
reminders at all, or none about one questionnaire; all of it can be taken back."""

from datetime import date

from conversation.awaywords import AboutReminders, Away, Back, Wish, back_on
from conversation.contents import Done, ReminderSettings, Waiting
from conversation.desk import Desk
from conversation.hours import reminder_hours
from conversation.nudging import reminders_about
from conversation.sitting import sit
from storage.records import UNFINISHED, AssessmentState, Posting
from storage.store import Tx


def settings(desk: Desk, user_id: str, *, done: Done | None = None) -> ReminderSettings:
    with desk.transaction() as tx:
        return settings_of(desk, tx, user_id, done)


def leave(desk: Desk, user_id: str, *, words: str) -> ReminderSettings:
    """Away, for as long as these words say. Raises: NoSuchDay."""
    with desk.transaction() as tx:
        return _leave(desk, tx, user_id, back_on(words, _today(desk, tx, user_id)))


def leave_until(desk: Desk, user_id: str, *, until: date) -> ReminderSettings:
    """Away until the day on which they are back. Raises: NoSuchDay."""
    with desk.transaction() as tx:
        return _leave(desk, tx, user_id, back_on(until.isoformat(), _today(desk, tx, user_id)))


def come_back(desk: Desk, user_id: str) -> ReminderSettings:
    with desk.transaction() as tx:
        tx.people.away(user_id, None)
        return settings_of(desk, tx, user_id, Done.BACK)


def hush(desk: Desk, user_id: str, *, quiet: bool) -> ReminderSettings:
    """No reminders about any questionnaire, now and later; or again those that are left."""
    with desk.transaction() as tx:
        tx.people.hush(user_id, quiet)
        return settings_of(desk, tx, user_id, Done.STOPPED if quiet else Done.RESUMED)


def hush_about(desk: Desk, user_id: str, *, seat: str, quiet: bool) -> ReminderSettings:
    """The same about one. Raises: Forgotten, NotYourSeat, AssessmentIsClosed."""
    with desk.transaction() as tx:
        sit(desk, tx, user_id, seat)
        tx.seats.change(seat, quiet=quiet)
        return settings_of(desk, tx, user_id)


def heard(desk: Desk, user_id: str, wish: Wish, *, channel: str, ts: str) -> tuple[Posting, ...] | None:
    """Somebody wrote it to us; the same message twice is one. None if it was not about this: who is not away
    and writes "back" wants the question before.

    Raises: NoSuchDay.
    """
    with desk.transaction() as tx:
        key = f"settings/{channel}/{ts}"
        if tx.postings.find(key):
            return ()
        if isinstance(wish, Back) and not _is_away(desk, tx, user_id):
            return None
        done = _grant(desk, tx, user_id, wish)
        owed = desk.owe(tx, key, kind="settings", subject_id=user_id, recipient=user_id, done=done)
        return (owed,) if owed else ()


def settings_of(desk: Desk, tx: Tx, user_id: str, done: Done | None = None) -> ReminderSettings:
    waiting = []
    for seat in tx.seats.held_by(user_id):
        assessment = tx.assessments.get(seat.assessment_id)
        if assessment.state is AssessmentState.OPEN and seat.state in UNFINISHED:
            owed = reminders_about(tx, [seat.id])[seat.id].owed
            waiting.append(Waiting(assessment, seat, owed[0].due_at if owed else None))
    facilitator = waiting[0].assessment.facilitator if waiting else ""
    person = tx.people.get(user_id)
    hours = reminder_hours(desk, tx, person, facilitator)
    return ReminderSettings(person, hours, desk.now(), tuple(waiting), done)


def _grant(desk: Desk, tx: Tx, user_id: str, wish: Wish) -> Done | None:
    match wish:
        case Away(words=words):
            tx.people.away(user_id, back_on(words, _today(desk, tx, user_id)))
            return Done.AWAY
        case Back():
            tx.people.away(user_id, None)
            return Done.BACK
        case AboutReminders():
            return None


def _leave(desk: Desk, tx: Tx, user_id: str, until: date) -> ReminderSettings:
    tx.people.away(user_id, until)
    return settings_of(desk, tx, user_id, Done.AWAY)


def _today(desk: Desk, tx: Tx, user_id: str) -> date:
    return settings_of(desk, tx, user_id).hours.day(desk.now())


def _is_away(desk: Desk, tx: Tx, user_id: str) -> bool:
    return settings_of(desk, tx, user_id).away
