"""Answers after closing: kept as a draft of their author's, and added only if they ask and the facilitator
says yes. Where answers are hidden in groups that is not possible: the difference between two results would
show whose answer it is.
"""

from typing import Any

from conversation import results
from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.errors import AssessmentIsClosed, NotLate, TooLateToAdd
from conversation.pack import Item
from conversation.scope import Privacy
from conversation.sitting import Choice, Sitting, Spoken, hear, owe_reply, say, sit_down_again
from storage.records import AssessmentState, Said
from storage.store import Tx

DONT_KNOW = -1


def closed_seat(desk: Desk, tx: Tx, user_id: str, seat: str) -> Sitting | None:
    """Where this person sat, if it is closed; held from here on, so that nobody closes it meanwhile. Raises:
    NotYourSeat."""
    held = tx.seats.lock(seat)
    if held is None or tx.assessments.get(held.assessment_id).state is not AssessmentState.CLOSED:
        return None
    return sit_down_again(desk, tx, user_id, seat)


def keep(
    desk: Desk, tx: Tx, sitting: Sitting, item: Item, choice: Choice | None, words: str | None, key: str
) -> Spoken:
    """A step: what was said of this question is their draft. `key` names the click or the line.

    Raises: TooLateToAdd; AssessmentIsClosed if the answer is none that could be added.
    """
    assessment = sitting.assessment
    about: dict[str, Any] = {"subject": assessment.subject, "facilitator": assessment.facilitator}
    if choice and choice.kind not in {Said.ANSWERED, Said.DONT_KNOW}:
        raise AssessmentIsClosed(**about)
    if sitting.scope.privacy is not Privacy.ATTRIBUTED:
        raise TooLateToAdd(**about)
    value = None if choice is None else DONT_KNOW if choice.value is None else choice.value
    before = sitting
    sitting = say(desk, tx, before, f"late/{key}", Said.LATE, item.id, value=value, text=words)
    if sitting is before:
        return Spoken(sitting)
    return Spoken(sitting, owed=owe_reply(desk, tx, sitting, f"late/{key}", "late", question=item.id))


def ask(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """Ask the facilitator to add it; once. Raises: Forgotten, NotYourSeat, NotLate."""
    with desk.transaction() as tx:
        sitting = _draft(desk, tx, user_id, seat)
        if sitting.interview.late.asked:
            return Spoken(sitting)
        key = f"late-asked/{sitting.interview.facts}"
        sitting = say(desk, tx, sitting, key, Said.LATE_ASKED)
        assessment = sitting.assessment
        told = desk.owe(
            tx,
            f"late/{seat}/{sitting.interview.facts}",
            kind="late",
            subject_id=assessment.id,
            recipient=assessment.facilitator,
            seat=seat,
            questions=len(sitting.interview.late.questions),
        )
        owed = owe_reply(desk, tx, sitting, key, "late_asked")
        return Spoken(sitting, owed=(*owed, *((told,) if told else ())))


def drop(desk: Desk, user_id: str, *, seat: str) -> Sitting:
    """Its author deletes the draft; twice is once. Raises: Forgotten, NotYourSeat."""
    with desk.transaction() as tx:
        sitting = sit_down_again(desk, tx, user_id, seat)
        if not sitting.interview.late.questions:
            return sitting
        return say(desk, tx, sitting, f"late-dropped/{sitting.interview.facts}", Said.LATE_DROPPED)


def accept(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """The facilitator adds what came late; the result is worked out again, and their preview comes with it.

    Raises: NoSuchAssessment, NotFacilitator, NotLate if it was decided before or its author deleted it.
    """
    with desk.transaction() as tx:
        sitting = _asked(desk, tx, user_id, seat)
        late, number = sitting.interview.late, sitting.interview.facts
        for question, value in late.answers.items():
            kind = Said.DONT_KNOW if value is None else Said.ANSWERED
            sitting = say(desk, tx, sitting, f"late/{number}/{question}", kind, question, value=value)
        for question, text in late.comments.items():
            before = sitting.interview.comments.get(question)
            whole = f"{before}\n{text}" if before else text
            key = f"late/{number}/{question}/comment"
            sitting = say(desk, tx, sitting, key, Said.COMMENTED, question, text=whole)
        sitting = say(desk, tx, sitting, f"late-taken/{number}", Said.LATE_TAKEN)
        tx.seats.change(seat, answered=sitting.interview.answered)
        person = sitting.seat.user_id
        desk.write_down(tx, sitting.assessment.id, user_id, "added_late", person=person)
        results.conclude_again(desk, tx, sitting.assessment, by=user_id)
        return Spoken(sitting, owed=owe_reply(desk, tx, sitting, f"late-taken/{number}", "late_taken"))


def refuse(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """Not this time; its author is told. Raises: NoSuchAssessment, NotFacilitator, NotLate."""
    with desk.transaction() as tx:
        sitting = _asked(desk, tx, user_id, seat)
        key = f"late-refused/{sitting.interview.facts}"
        sitting = say(desk, tx, sitting, key, Said.LATE_REFUSED)
        return Spoken(sitting, owed=owe_reply(desk, tx, sitting, key, "late_refused"))


def _draft(desk: Desk, tx: Tx, user_id: str, seat: str) -> Sitting:
    sitting = sit_down_again(desk, tx, user_id, seat)
    if not sitting.interview.late.questions:
        raise NotLate()
    return sitting


def _asked(desk: Desk, tx: Tx, user_id: str, seat: str) -> Sitting:
    held = tx.seats.lock(seat)
    if held is None:
        raise NotLate()
    assessment = facilitated(tx, user_id, held.assessment_id)
    sitting = hear(tx, desk.pack_of(tx, assessment), assessment, held)
    if not sitting.interview.late.asked:
        raise NotLate()
    return sitting
