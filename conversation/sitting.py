"""Somebody on their seat, and the small steps that every use case of the interview is made of.

All of these happen inside the caller's transaction. What the person is owed next is left in the posting
ledger there, so that neither a crash nor a second click can lose or double it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from conversation.desk import Desk
from conversation.errors import AssessmentIsClosed, NotYourSeat, StaleCard
from conversation.pack import Item, Pack
from conversation.scope import Scope
from conversation.standing import Interview, standing
from storage.records import Assessment, AssessmentState, Fact, Posting, Said, Seat, SeatState
from storage.store import Tx

#: Two presses of *Continue* within this time are one.
ONE_PRESS = timedelta(seconds=10)


@dataclass(frozen=True)
class Sitting:
    """A seat with all that is needed to speak with who sits there."""

    assessment: Assessment
    pack: Pack
    seat: Seat
    interview: Interview


@dataclass(frozen=True)
class Spoken:
    """What came of something that a person did: where they stand now, the question whose card can become
    a record, where the last card stands in Slack, and the messages that are owed at once (claimed by
    this process)."""

    sitting: Sitting
    card: Item | None = None
    last_card: Posting | None = None
    owed: tuple[Posting, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One of the answers that a card offers."""

    kind: Said
    value: int | None = None
    reason: str | None = None


def sit(desk: Desk, tx: Tx, user_id: str, seat_id: str) -> Sitting:
    """Sit down, and keep the seat until the transaction ends.

    Raises: NotYourSeat, AssessmentIsClosed (with `subject`, `facilitator`).
    """
    seat = tx.seats.lock(seat_id)
    if seat is None or seat.user_id != user_id:
        raise NotYourSeat()
    assessment = tx.assessments.get(seat.assessment_id)
    if assessment.state is not AssessmentState.OPEN:
        raise AssessmentIsClosed(subject=assessment.subject, facilitator=assessment.facilitator)
    pack = desk.pack_of(tx, assessment)
    return Sitting(assessment, pack, seat, hear(tx, pack, assessment, seat))


def hear(tx: Tx, pack: Pack, assessment: Assessment, seat: Seat) -> Interview:
    """Where this seat stands, from all that it said."""
    items = Scope.of(assessment).questions(pack, seat.roles)
    return standing(items, tx.answers.of(seat.id))


def put(
    desk: Desk, tx: Tx, sitting: Sitting, key: str, kind: Said, question: str | None = None, **said: Any
) -> bool:
    """Add one fact; False if it was there already."""
    fact = Fact(key=key, kind=kind, question=question, at=desk.now(), **said)
    return tx.answers.put(sitting.seat.id, sitting.assessment.id, fact)


def again(tx: Tx, sitting: Sitting) -> Sitting:
    """The same seat after something was said."""
    return replace(sitting, interview=hear(tx, sitting.pack, sitting.assessment, sitting.seat))


def must_be_current(sitting: Sitting, question: str, revision: int) -> None:
    """Raises: StaleCard unless this is the card of the question that is asked now, as it was drawn last."""
    asking = sitting.interview.asking
    if asking is None or asking.id != question or sitting.interview.revision(question) != revision:
        raise stale(sitting, question)


def stale(sitting: Sitting, question: str) -> StaleCard:
    interview = sitting.interview
    return StaleCard(
        seat=sitting.seat.id,
        now=interview.number(interview.asking.id) if interview.asking else None,
        question=question if interview.has(question) else None,
        number=interview.number(question) if interview.has(question) else None,
    )


def record(desk: Desk, tx: Tx, sitting: Sitting, key: str, item: Item, choice: Choice) -> Spoken:
    """Keep the answer; the next card (or the review) is owed."""
    last_card = latest_card(tx, sitting)
    put(desk, tx, sitting, key, choice.kind, item.id, value=choice.value, text=choice.reason)
    sitting = again(tx, sitting)
    sent = sitting.interview.sent
    progress(desk, tx, sitting, SeatState.SENT if sent else SeatState.STARTED)
    owed = owe_reply(desk, tx, sitting, key, "changed") if sent else owe_card(desk, tx, sitting)
    return Spoken(sitting, item, last_card, owed)


def go_to(desk: Desk, tx: Tx, sitting: Sitting, question: str) -> Spoken:
    """Ask this question (again) now."""
    last_card, left = latest_card(tx, sitting), sitting.interview.asking
    put(desk, tx, sitting, f"went/{sitting.interview.facts}", Said.WENT_TO, question)
    sitting = again(tx, sitting)
    return Spoken(sitting, left, last_card, owe_card(desk, tx, sitting))


def progress(desk: Desk, tx: Tx, sitting: Sitting, state: SeatState) -> None:
    """Keep how far the seat is beside its answers, so that a status reads no answers."""
    tx.seats.change(sitting.seat.id, state=state, answered=sitting.interview.answered, active_at=desk.now())


def owe_card(desk: Desk, tx: Tx, sitting: Sitting) -> tuple[Posting, ...]:
    """The card of the question that is asked now, or the review when none is. Its key is the number of
    facts, so that each state of the interview owes it once."""
    interview = sitting.interview
    key = f"card/{sitting.seat.id}/{interview.facts}"
    return _owe(desk, tx, sitting, key, "card", **shown(interview))


def owe_card_again(desk: Desk, tx: Tx, sitting: Sitting) -> tuple[Posting, ...]:
    """The same once more at the bottom, unless it was put there a moment ago."""
    last = latest_card(tx, sitting)
    if last and desk.now() - last.due_at < ONE_PRESS and last.contents == shown(sitting.interview):
        return ()
    put(desk, tx, sitting, f"again/{sitting.interview.facts}", Said.LOOKED)
    return owe_card(desk, tx, again(tx, sitting))


def owe_reply(
    desk: Desk, tx: Tx, sitting: Sitting, key: str, word: str, **values: Any
) -> tuple[Posting, ...]:
    return _owe(desk, tx, sitting, f"reply/{sitting.seat.id}/{key}", "reply", word=word, values=values)


def shown(interview: Interview) -> dict[str, Any]:
    """What tells one card from another; the review is a card without a question."""
    asking = interview.asking
    return {
        "question": asking.id if asking else None,
        "revision": interview.revision(asking.id) if asking else None,
    }


def latest_card(tx: Tx, sitting: Sitting) -> Posting | None:
    return tx.postings.latest(subject_id=sitting.seat.id, kind="card")


def _owe(
    desk: Desk,
    tx: Tx,
    sitting: Sitting,
    key: str,
    kind: str,
    due_at: datetime | None = None,
    **contents: Any,
) -> tuple[Posting, ...]:
    posting = desk.owe(
        tx,
        key,
        kind=kind,
        subject_id=sitting.seat.id,
        recipient=sitting.seat.user_id,
        due_at=due_at,
        **contents,
    )
    return (posting,) if posting else ()
