"""Whoever was invited without a role says first which is theirs, one or two; then the questions come."""

from conversation.desk import Desk
from conversation.errors import NobodyIsAsked
from conversation.interview import begin
from conversation.live import owe_refresh
from conversation.sitting import Sitting, Spoken, attend, say, sit, stale
from storage.records import Said
from storage.store import Tx


def choose(desk: Desk, user_id: str, *, seat: str, role: str) -> Spoken:
    """By a button. The same again is once.

    Raises: NotYourSeat, AssessmentIsClosed, TakenOff, PassedOn, NobodyIsAsked; StaleCard if their role is
    another one by now: that is changed by *My role is different*.
    """
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if sitting.chooses_role and any(each.id == role for each in sitting.pack.roles):
            return choose_now(desk, tx, sitting, (role,), f"chosen/{role}")
        if sitting.seat.roles != (role,):
            raise stale(sitting, "")
        return begin(desk, tx, sitting)


def choose_now(desk: Desk, tx: Tx, sitting: Sitting, roles: tuple[str, ...], key: str) -> Spoken:
    """A step: these roles are theirs, and the first question comes. Raises: NobodyIsAsked."""
    if not sitting.scope.questions(sitting.pack, roles):
        raise NobodyIsAsked(person=sitting.seat.user_id)
    words = " ".join(sorted(roles))
    tx.seats.change(sitting.seat.id, roles=words)
    held = tx.seats.find(sitting.seat.id)
    assert held is not None
    sitting = attend(desk, tx, sitting.assessment, held)
    sitting = say(desk, tx, sitting, f"corrected/{key}", Said.CORRECTED, text=words)
    tx.seats.change(held.id, questions=len(sitting.interview.items))
    owe_refresh(desk, tx, sitting.assessment)
    return begin(desk, tx, sitting)
