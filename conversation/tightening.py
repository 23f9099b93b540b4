"""Who sees what, tightened while people answer, and said to those who were told otherwise."""

from dataclasses import dataclass

from conversation import worktime
from conversation.assessments import held
from conversation.desk import Desk
from conversation.errors import TooFewToHide, WouldLoosen
from conversation.hours import hours_of
from conversation.scope import Privacy, Scope
from storage.records import Assessment, PostingState, Seat, SeatState
from storage.store import Tx


@dataclass(frozen=True)
class Tightened:
    """Who sees what, as it is now; so many people are told that it has changed."""

    assessment: Assessment
    scope: Scope
    told: int = 0


def who_sees_what(desk: Desk, user_id: str, *, assessment: str) -> Tightened:
    """As it is now, for who may change it. Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed."""
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment)
        return Tightened(found, Scope.of(found))


def tighten(desk: Desk, user_id: str, *, assessment: str, privacy: Privacy, group: int) -> Tightened:
    """Let less be seen of who answered what than people were told, never more. Whoever was told is told of
    the change; invitations that are still to go out say it themselves. The same as before changes nothing.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, WouldLoosen, TooFewToHide.
    """
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment)
        scope = Scope.of(found)
        if scope.would_loosen(privacy, group):
            raise WouldLoosen()
        if (privacy, group) == (scope.privacy, scope.group):
            return Tightened(found, scope)
        seats = [seat for seat in tx.seats.of(found.id) if seat.state is not SeatState.PASSED_ON]
        if seats and privacy is not Privacy.ATTRIBUTED and len(seats) < group:
            raise TooFewToHide(people=len(seats), group=group)
        tighter = Scope.model_validate(scope.model_dump() | {"privacy": privacy, "group": group})
        tx.assessments.change(found.id, only_if=found.state, scope=tighter.model_dump(mode="json"))
        desk.write_down(tx, found.id, user_id, "tightened", privacy=privacy, group=group)
        told = [seat for seat in seats if privacy is not Privacy.ATTRIBUTED and _was_invited(tx, seat)]
        for seat in told:
            _tell_of_privacy(desk, tx, seat, tighter)
        return Tightened(tx.assessments.get(found.id), tighter, len(told))


def _was_invited(tx: Tx, seat: Seat) -> bool:
    invitation = tx.postings.find(f"invite/{seat.id}")
    return invitation is None or invitation.state is not PostingState.OWED


def _tell_of_privacy(desk: Desk, tx: Tx, seat: Seat, scope: Scope) -> None:
    """In their working hours, and left to the beat, as invitations are."""
    now = desk.now()
    facilitator = tx.assessments.get(seat.assessment_id).facilitator
    hours = hours_of(desk, tx, tx.people.get(seat.user_id), facilitator)
    tx.postings.owe(
        f"tightened/{seat.id}/{scope.privacy}/{scope.group}",
        kind="tightened",
        subject_id=seat.id,
        recipient=seat.user_id,
        due_at=worktime.in_worktime(now, hours.tz),
        contents={"privacy": scope.privacy, "group": scope.group},
        now=now,
    )
