"""'My role is different': whoever is asked knows best what they do.

Questions are swapped; an answer to a question that both roles share stays. What is asked no longer counts no
longer. Who sees what stays as it was promised.
"""

from collections.abc import Iterable

from conversation.choosing import choose_now
from conversation.desk import Desk
from conversation.errors import NobodyIsAsked, NoRolePicked
from conversation.scope import MOST_ROLES
from conversation.sitting import Spoken, attend, owe_card, owe_reply, record_of, say, sit, stale
from storage.records import Posting, Said, SeatState


def correct(desk: Desk, user_id: str, *, seat: str, roles: Iterable[str], key: str) -> Spoken:
    """This person answers in these roles, one or two, from now on; the facilitator is told, unless they were
    invited to say so. The same roles as before change nothing. `key` names this one submission.

    Raises: NotYourSeat, AssessmentIsClosed, PassedOn, NoRolePicked, NobodyIsAsked.
    """
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if sitting.alone:
            raise stale(sitting, "")
        wanted = tuple(sorted(set(roles)))
        if not 1 <= len(wanted) <= MOST_ROLES or not set(wanted) <= {role.id for role in sitting.pack.roles}:
            raise NoRolePicked()
        if not sitting.scope.questions(sitting.pack, wanted):
            raise NobodyIsAsked(person=user_id)
        if sitting.chooses_role:
            return choose_now(desk, tx, sitting, wanted, key)
        before = sitting
        if wanted == before.seat.roles:
            return Spoken(sitting)
        tx.seats.change(seat, roles=" ".join(wanted))
        held = tx.seats.find(seat)
        assert held is not None
        sitting = attend(desk, tx, sitting.assessment, held)
        sitting = say(desk, tx, sitting, f"corrected/{key}", Said.CORRECTED, text=" ".join(wanted))
        for question, reply in before.interview.replies.items():
            if not sitting.interview.has(question) and reply.kind is not Said.SKIPPED:
                sitting = say(desk, tx, sitting, f"unsaid/{key}/{question}", Said.SKIPPED, question)
        now = sitting.interview
        state = held.state
        if state is SeatState.SENT and not now.sent:
            state = SeatState.STARTED
        tx.seats.change(
            seat, state=state, questions=len(now.items), answered=now.answered, active_at=desk.now()
        )
        owed: tuple[Posting, ...] = owe_reply(desk, tx, sitting, f"corrected/{key}", "corrected")
        asked = before.interview.asking
        moved = now.started and now.asking != asked
        if moved:
            owed = (*owed, *owe_card(desk, tx, sitting))
        told = desk.owe(
            tx,
            f"role/{seat}/{key}",
            kind="role",
            subject_id=before.assessment.id,
            recipient=before.assessment.facilitator,
            who=user_id,
            was=before.seat.roles,
            now=wanted,
        )
        card = record_of(tx, before, asked) if asked and moved else None
        return Spoken(sitting, asked if moved else None, card, (*owed, *((told,) if told else ())))
