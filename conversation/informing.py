"""Who is kept informed of an action hears when it is blocked, done, not done after all, will not be done, or
moves: one message for each action and day, in their hours."""

from datetime import date, datetime

from conversation.contents import Informed, Unaccepted
from conversation.desk import Desk
from conversation.hours import hours_of
from storage.records import OVER, Action, ActionNote, ActionState, Posting, PostingState
from storage.store import Tx

#: What of its state is news to those who do not do it.
_NEWS = OVER | {ActionState.BLOCKED}


def owe(desk: Desk, tx: Tx, action: Action, reader: str) -> Posting | None:
    """A step: what was changed of it last is something that this person hears of, today or, if they have had
    their message, on the next working day. What has been settled by then is not told."""
    person, changed = tx.people.get(reader), tx.actions.find(action.id) or action
    hours = hours_of(desk, tx, person, action.agreed_by)
    now = desk.now()
    at = hours.next(now)
    while (told := tx.postings.find(_key(action, reader, hours.day(at).isoformat()))) is not None:
        if told.state in {PostingState.OWED, PostingState.CLAIMED}:
            return None
        at = hours.slot_after(hours.slot(hours.day(at)))
    return desk.owe(
        tx,
        _key(action, reader, hours.day(at).isoformat()),
        kind="informed",
        subject_id=action.id,
        recipient=reader,
        due_at=at,
        since=changed.changed_at.isoformat(),
    )


def news(desk: Desk, tx: Tx, posting: Posting) -> Informed | None:
    """What has become of the action since; nothing, if it stands as it did."""
    action = tx.actions.find(posting.subject_id)
    if action is None or posting.recipient not in action.informed or tx.people.get(posting.recipient).gone:
        return None
    since = datetime.fromisoformat(posting.contents["since"])
    notes = tx.actions.notes_of(action.id)
    before = [note.state for note in notes if note.at < since]
    was = before[-1] if before else ActionState.ON_TRACK
    new = [note for note in notes if note.at >= since]
    tells = action.state is not was and bool({action.state, was} & _NEWS)
    moved = _moved_from(tx, action, since)
    if not tells and moved is None:
        return None
    note = _last_words(new) if tells else None
    return Informed(tx.assessments.get(action.assessment_id), action, note, tells, moved)


def asked_at(tx: Tx, action: Action) -> datetime:
    """A step: when whoever owns it was asked to."""
    moved = [change.at for change in tx.actions.changes_of(action.id) if "owner" in change.values]
    return moved[-1] if moved else action.agreed_at


def unaccepted(desk: Desk, tx: Tx, posting: Posting) -> Unaccepted | None:
    """To a facilitator, if the owner has still not said whether they take it on."""
    said = posting.contents
    action = tx.actions.find(said["action"])
    if action is None or action.is_over or action.accepted_at or action.owner != said["owner"]:
        return None
    if asked_at(tx, action).isoformat() != said["asked"]:
        return None
    return Unaccepted(tx.assessments.get(action.assessment_id), action)


def _moved_from(tx: Tx, action: Action, since: datetime) -> date | None:
    """The day on which it was due then, if that is another one now."""
    days = [
        change.values["due"][0]
        for change in tx.actions.changes_of(action.id)
        if "due" in change.values and change.at >= since
    ]
    return date.fromisoformat(days[0]) if days and days[0] != action.due.isoformat() else None


def _last_words(notes: list[ActionNote]) -> ActionNote | None:
    return next((note for note in reversed(notes) if note.text or note.link or note.files), None)


def _key(action: Action, reader: str, day: str) -> str:
    return f"informed/{action.id}/{reader}/{day}"
