"""What stands now where an older message stands: for a button that we no longer know."""

from dataclasses import dataclass

from conversation import reports
from conversation.contents import Contents
from conversation.desk import Desk
from conversation.sitting import Spoken, owe_card_again, sit
from storage.records import Posting, SeatState
from storage.store import Tx

#: What may be drawn once more where it stands: saying it again owes nobody anything.
_REDRAWN = {
    "invite",
    "launched",
    "finished",
    "preview",
    "result",
    "agreed",
    "remind",
    "escalation",
    "welcome",
    "help",
}


@dataclass(frozen=True)
class Current:
    """Either what the message says now, or the question where this person is; or neither."""

    contents: Contents | None = None
    spoken: Spoken | None = None


def instead_of(desk: Desk, user_id: str, *, channel: str, ts: str) -> Current:
    """The message at this place as it is now; else the question that its reader is in the middle of, once
    more."""
    with desk.transaction() as tx:
        posting = tx.postings.at(channel=channel, ts=ts) if ts else None
        if posting and posting.kind in _REDRAWN:
            return Current(contents=reports.as_it_is_now(desk, tx, posting))
        seat = _in_the_middle_of(tx, user_id, posting)
        if seat is None:
            return Current()
        sitting = sit(desk, tx, user_id, seat)
        return Current(spoken=owe_card_again(desk, tx, sitting))


def _in_the_middle_of(tx: Tx, user_id: str, posting: Posting | None) -> str | None:
    """Of several, the one that the message is about."""
    begun = [
        seat.id
        for seat in tx.seats.held_by(user_id)
        if seat.state is SeatState.STARTED and tx.assessments.get(seat.assessment_id).takes_answers
    ]
    if posting and posting.subject_id in begun:
        return posting.subject_id
    return begun[0] if begun else None
