"""Who may not finish by themselves, for whoever facilitates to do something about."""

from conversation import nudging
from conversation.contents import Attention
from conversation.desk import Desk
from conversation.hours import hours_of
from conversation.scope import Privacy, Scope
from storage.records import UNFINISHED, Assessment, AssessmentState, Seat, SeatState
from storage.store import Tx


def of(desk: Desk, tx: Tx, assessment: Assessment) -> Attention:
    """A step. Nothing is said of answers, and where these are anonymous nothing of who has finished: not even
    which of those who are away have not."""
    if assessment.state is not AssessmentState.OPEN:
        return Attention()
    seats = [seat for seat in tx.seats.of(assessment.id) if seat.user_id]
    asked = [seat for seat in seats if seat.state in UNFINISHED]
    people = {seat.user_id: tx.people.get(seat.user_id) for seat in asked}
    away = [
        (user, person.away_until)
        for user, person in people.items()
        if person.away_until and hours_of(desk, tx, person, assessment.facilitator).is_away(desk.now())
    ]
    return Attention(
        away=tuple(away),
        gone=tuple(seat.user_id for seat in seats if seat.state is SeatState.LEFT),
        silent=_silent(tx, asked),
        choosing=tuple(seat.user_id for seat in asked if not seat.roles),
        named=Scope.of(assessment).privacy is not Privacy.ANONYMOUS,
    )


def _silent(tx: Tx, asked: list[Seat]) -> tuple[str, ...]:
    """Those whom all their reminders did not move."""
    waiting = {seat.id: seat.user_id for seat in asked}
    about = nudging.reminders_about(tx, list(waiting))
    return tuple(user for seat, user in waiting.items() if not about[seat].left)
