"""What those who were asked see of the closing.

Their messages say until when people may answer, and offer to. When it closes before that, they are drawn
again where they stand: that bothers nobody, at any hour. On its date what they say has come true, and only
what still waits for an answer is drawn. Whoever was in the middle, and thought that there was time, is also
written to, in their hours. Opened again, the same messages are what they were.

Where closing forgets who sat where, nothing may be owed that would tell it: their messages are drawn at once,
from what was `found` before, and nobody is written to.
"""

from dataclasses import dataclass, replace

from conversation import nudging
from conversation.contents import Contents, NoLongerAsked
from conversation.desk import Desk
from conversation.hours import hours_of
from conversation.scope import Scope
from storage.records import UNFINISHED, Assessment, Posting, PostingState, Seat, SeatState
from storage.store import Tx

#: Whose messages say until when they may answer.
_ASKED = (*UNFINISHED, SeatState.SENT)


@dataclass(frozen=True)
class Instead:
    """What is said in place of an old message of which nothing is kept."""

    old: Posting
    contents: Contents


def forgotten(desk: Desk, tx: Tx, assessment: Assessment, *, early: bool) -> tuple[Instead, ...]:
    """A step: what those who were asked see of it, before it is forgotten who that was."""
    found = _found(tx, assessment, early=early).values()
    return tuple(Instead(old, _without_a_name(desk, tx, assessment, old)) for _, old in found)


def owe(desk: Desk, tx: Tx, assessment: Assessment, *, early: bool) -> None:
    """A step: after it was closed by itself, or `early` by a facilitator."""
    _owe_edits(desk, tx, assessment, early=early)
    for seat in tx.seats.of(assessment.id):
        if early and seat.state is SeatState.STARTED:
            _owe_news(desk, tx, assessment, seat)


def owe_opened_again(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step: whoever was asked is asked again, where they were."""
    _owe_edits(desk, tx, assessment, early=True)


def _without_a_name(desk: Desk, tx: Tx, assessment: Assessment, old: Posting) -> Contents:
    """A reminder of several goes on reminding of the others; only its buttons for later no longer know of
    what."""
    if old.kind == "nudge" and (waiting := nudging.still_waiting(desk, tx, old)):
        return replace(waiting, left=False)
    return NoLongerAsked(assessment, scope=Scope.of(assessment) if old.kind == "invite" else None)


def _owe_edits(desk: Desk, tx: Tx, assessment: Assessment, *, early: bool) -> None:
    """Once for each time that it is closed or opened; one message may be about several assessments."""
    number, now = tx.deeds.number(assessment.id), desk.now()
    for seat, old in _found(tx, assessment, early=early).values():
        tx.postings.owe(
            f"closed_edit/{old.key}/{seat}/{number}",
            kind="closed_edit",
            subject_id=seat,
            recipient=old.recipient,
            due_at=now,
            contents={"of": old.key, "place": {"channel": old.channel, "ts": old.ts}},
            now=now,
        )


def _owe_news(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat) -> None:
    number, now = tx.deeds.number(assessment.id), desk.now()
    hours = hours_of(desk, tx, tx.people.get(seat.user_id), assessment.facilitator)
    tx.postings.owe(
        f"closed_early/{seat.id}/{number}",
        kind="closed_early",
        subject_id=seat.id,
        recipient=seat.user_id,
        due_at=hours.next(now),
        contents={},
        now=now,
    )


def _found(
    tx: Tx, assessment: Assessment, *, early: bool
) -> dict[tuple[str | None, str | None], tuple[str, Posting]]:
    """By place, the messages that say what holds no longer, and whose seat that is: the last of each kind, of
    what asked somebody, the card, and our thanks. One of them may have reminded of several questionnaires."""
    states = _ASKED if early else UNFINISHED
    ids = [seat.id for seat in tx.seats.of(assessment.id) if seat.state in states]
    asked = _last_asked(tx, ids)
    cards = tx.postings.last_of_each(ids, kind="card")
    thanks = tx.postings.last_of_each(ids, kind="reply", like="reply/%/sent/%")
    places: dict[tuple[str | None, str | None], tuple[str, Posting]] = {}
    for id in ids:
        for old in (asked.get(id), cards.get(id), thanks.get(id)):
            if old is not None:
                places[old.channel, old.ts] = id, old
    return places


def _last_asked(tx: Tx, seats: list[str]) -> dict[str, Posting]:
    """By seat, its invitation, or what came after it: what was passed on to it, or a reminder."""
    last = tx.postings.last_of_each(seats, kind="invite")
    last |= tx.postings.last_of_each(seats, kind="more")
    for seat, reminders in nudging.reminders_about(tx, seats).items():
        for said in reminders.said:
            reminder = tx.postings.find(said.said_with) if said.said_with else said
            if reminder and reminder.state is PostingState.SENT:
                last[seat] = _later(last.get(seat), reminder)
    return last


def _later(one: Posting | None, other: Posting) -> Posting:
    return other if one is None or (other.ts or "") > (one.ts or "") else one
