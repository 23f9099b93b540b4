"""What those who were asked see of the closing, and of its date.

Their messages say until when people may answer, and offer to. When it closes before that, they are drawn
again where they stand: that bothers nobody, at any hour. On its date what they say has come true, and only
what still waits for an answer is drawn. Whoever was in the middle, and thought that there was time, is also
written to, in their hours. Opened again, the same messages are what they were. When the date moves, the
newest message of each person that names it names the new one: whoever still goes by the old one would take it
for over, and their next reminder may be days away, or no longer come. What is on its way to Slack at that
moment says what held before; once it has arrived, it is drawn again like the others.

Where closing forgets who sat where, nothing may be owed that would tell it: their messages are drawn at once,
from what was found before, and nobody is written to.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from conversation import nudging
from conversation.contents import Contents, NoLongerAsked
from conversation.desk import Desk
from conversation.hours import hours_of
from conversation.live import owe_drawn_again
from conversation.scope import Scope
from storage.records import UNFINISHED, Assessment, Posting, PostingState, Seat, SeatState
from storage.store import Tx

#: Whose messages say until when they may answer.
_ASKED = (*UNFINISHED, SeatState.SENT)
#: What asks somebody.
_ASKING = {"invite", "more", "nudge", "card"}
#: The words of replies that say until when: our thanks, what answers a change of what was sent, and a pause.
_THANKS, _CHANGES, _PAUSE = {"sent"}, {"changed", "unchanged"}, {"pause"}
_SAYING_WHEN = _THANKS | _CHANGES | _PAUSE


@dataclass(frozen=True)
class Instead:
    """What is said in place of an old message of which nothing is kept."""

    old: Posting
    contents: Contents


def forgotten(desk: Desk, tx: Tx, assessment: Assessment, *, early: bool) -> tuple[Instead, ...]:
    """A step: what those who were asked see of it, before it is forgotten who that was. Where one stands that
    is on its way nobody knows yet."""
    found = [*_found(tx, assessment, early=early), *_on_their_way(tx, assessment)]
    return tuple(Instead(old, _without_a_name(desk, tx, assessment, old)) for _, old in found)


def owe(desk: Desk, tx: Tx, assessment: Assessment, *, early: bool) -> None:
    """A step: after it was closed by itself, or `early` by a facilitator."""
    standing = [*_found(tx, assessment, early=early), *_on_their_way(tx, assessment)]
    _owe_edits(desk, tx, assessment, standing)
    for seat in tx.seats.of(assessment.id):
        if early and seat.state is SeatState.STARTED:
            _owe_news(desk, tx, assessment, seat)


def owe_opened_again(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step: whoever was asked is asked again, where they were."""
    _owe_edits(desk, tx, assessment, _found(tx, assessment, early=True))


def owe_moved(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step: it closes on another date. A question does not name it."""
    naming, seats = [], _asked(tx, assessment, _ASKED)
    replies = _last_saying(_SAYING_WHEN, tx.postings.about(seats, kind="reply"))
    for seat, (asked, card) in _asking(tx, seats).items():
        review = card if card and card.contents["question"] is None else None
        if said := [each for each in (asked, review, replies.get(seat)) if each]:
            naming.append((seat, max(said, key=_ts)))
    _owe_edits(desk, tx, assessment, [*naming, *_on_their_way(tx, assessment)])


def _without_a_name(desk: Desk, tx: Tx, assessment: Assessment, old: Posting) -> Contents:
    """A reminder of several goes on reminding of the others; only its buttons for later no longer know of
    what."""
    if old.kind == "nudge" and (waiting := nudging.still_waiting(desk, tx, old)):
        return replace(waiting, left=False)
    return NoLongerAsked(assessment, scope=Scope.of(assessment) if old.kind == "invite" else None)


def _owe_edits(desk: Desk, tx: Tx, assessment: Assessment, standing: Iterable[tuple[str, Posting]]) -> None:
    """By seat; once for each time that it is closed, opened or moved. One message may be about several
    assessments."""
    number = tx.deeds.number(assessment.id)
    for seat, old in standing:
        owe_drawn_again(desk, tx, f"closed_edit/{old.key}/{seat}/{number}", "closed_edit", seat, old)


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


def _on_their_way(tx: Tx, assessment: Assessment) -> list[tuple[str, Posting]]:
    """Whoever holds the claim may have drawn it already."""
    seats = {seat.id for seat in tx.seats.of(assessment.id)}
    claimed = tx.postings.in_state(PostingState.CLAIMED)
    return [(one.subject_id, one) for one in claimed if one.subject_id in seats and _says_when(one)]


def _says_when(posting: Posting) -> bool:
    return posting.kind in _ASKING or (posting.kind == "reply" and posting.contents["word"] in _SAYING_WHEN)


def _found(tx: Tx, assessment: Assessment, *, early: bool) -> list[tuple[str, Posting]]:
    """Whose seat it is, and the messages that say what holds no longer. One may have reminded of several."""
    seats = _asked(tx, assessment, _ASKED if early else UNFINISHED)
    replies = tx.postings.about(seats, kind="reply")
    thanks, changes = _last_saying(_THANKS, replies), _last_saying(_CHANGES, replies)
    said = {
        seat: (asked, card, thanks.get(seat), changes.get(seat))
        for seat, (asked, card) in _asking(tx, seats).items()
    }
    places = {(old.channel, old.ts): (seat, old) for seat, found in said.items() for old in found if old}
    return [*places.values()]


def _asked(tx: Tx, assessment: Assessment, states: Collection[SeatState]) -> list[str]:
    return [seat.id for seat in tx.seats.of(assessment.id) if seat.state in states]


def _asking(tx: Tx, seats: list[str]) -> dict[str, tuple[Posting | None, Posting | None]]:
    """By seat, the last of what asked somebody, and of the cards."""
    asked = _last_asked(tx, seats)
    cards = tx.postings.last_of_each(seats, kind="card")
    return {seat: (asked.get(seat), cards.get(seat)) for seat in seats}


def _last_saying(words: Collection[str], replies: Iterable[Posting]) -> dict[str, Posting]:
    """By seat, the last that says one of these, if any reached Slack."""
    last: dict[str, Posting] = {}
    for reply in replies:
        if reply.state is PostingState.SENT and reply.contents["word"] in words:
            last[reply.subject_id] = max(last.get(reply.subject_id, reply), reply, key=_ts)
    return last


def _last_asked(tx: Tx, seats: list[str]) -> dict[str, Posting]:
    """By seat, its invitation, or what came after it: what was passed on to it, or a reminder."""
    last = tx.postings.last_of_each(seats, kind="invite")
    last |= tx.postings.last_of_each(seats, kind="more")
    for seat, reminders in nudging.reminders_about(tx, seats).items():
        for said in reminders.said:
            reminder = tx.postings.find(said.said_with) if said.said_with else said
            if reminder and reminder.state is PostingState.SENT:
                last[seat] = max(last.get(seat, reminder), reminder, key=_ts)
    return last


def _ts(posting: Posting) -> str:
    return posting.ts or ""
