"""Passing questions on: to a colleague who knows better, the whole questionnaire or a single question.

Both sides are facts. What was passed on leaves one questionnaire and joins another; nobody's answers move.
Whoever has answered something keeps that, and only what is left goes on.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from conversation import reminders, worktime
from conversation.desk import Desk
from conversation.errors import (
    AskedAlready,
    DeclinedBefore,
    NoRoleYet,
    NotAColleague,
    NothingToPass,
    OnlyATrial,
    PassedInACircle,
    PassedToYourself,
)
from conversation.hours import hours_of
from conversation.live import owe_intro_edit, owe_intro_edit_if_named
from conversation.pack import Item
from conversation.scope import Scope
from conversation.sitting import (
    Sitting,
    Spoken,
    attend,
    owe_card,
    owe_reply,
    record_of,
    say,
    sit,
    stale,
)
from storage.records import Assessment, AssessmentState, Person, PersonKind, Posting, Said, SeatState
from storage.store import Tx

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Passing:
    """What somebody is about to pass on: this question, or all that is `left`."""

    sitting: Sitting
    item: Item | None

    @property
    def left(self) -> int:
        return len(self.sitting.interview.left)


def consider(desk: Desk, user_id: str, *, seat: str, question: str | None) -> Passing:
    """For the form in which a colleague is chosen. Raises: NotYourSeat, AssessmentIsClosed, PassedOn,
    OnlyATrial, StaleCard if the question is not asked of this seat."""
    with desk.transaction() as tx:
        sitting = _sit(desk, tx, user_id, seat)
        return Passing(sitting, _item(sitting, question) if question else None)


def pass_on(
    desk: Desk, user_id: str, *, seat: str, question: str | None, to: Person, note: str, key: str
) -> Spoken:
    """A colleague is asked this question, or (None) all that is left, in this person's place; in their own
    working hours, with the note. Whoever passes everything on is out of it; who has answered something before
    has sent that. The facilitator is told. `key` names this one submission.

    Raises: NotYourSeat, AssessmentIsClosed, PassedOn, StaleCard, PassedToYourself, NotAColleague,
    PassedInACircle, DeclinedBefore, AskedAlready, NothingToPass, OnlyATrial.
    """
    if to.user_id == user_id:
        raise PassedToYourself()
    if not to.asked or to.kind is PersonKind.STRANGER:
        raise NotAColleague(person=to.user_id)
    with desk.transaction() as tx:
        _lock_both(tx, seat, to)
        sitting = _sit(desk, tx, user_id, seat)
        if any(fact.key.startswith(f"passed/{key}") for fact in sitting.said):
            return Spoken(sitting)
        _hold(tx, sitting.assessment)
        items = (_item(sitting, question),) if question else sitting.interview.left
        if not items:
            raise NothingToPass()
        theirs = _their_seat(desk, tx, sitting.assessment, to)
        _may_take(theirs, items, to)
        tx.people.remember(to)
        if theirs is None:
            asked = _invite(desk, tx, sitting, items, to, note)
        else:
            asked = _add(desk, tx, sitting, theirs, items, to, note)
        spoken = _leave(desk, tx, sitting, items, to, key, single=bool(question))
        return replace(spoken, owed=(*spoken.owed, *((asked,) if asked else ())))


def _sit(desk: Desk, tx: Tx, user_id: str, seat: str) -> Sitting:
    """A self-check is nobody else's, and a trial is for who tries it alone. Raises: NoRoleYet, OnlyATrial."""
    sitting = sit(desk, tx, user_id, seat)
    if sitting.alone:
        raise stale(sitting, "")
    if sitting.assessment.state is AssessmentState.TRIAL:
        raise OnlyATrial()
    if sitting.chooses_role:
        raise NoRoleYet(subject=sitting.assessment.subject)
    return sitting


def _item(sitting: Sitting, question: str) -> Item:
    if not sitting.interview.has(question):
        raise stale(sitting, question)
    return sitting.interview.item(question)


def _lock_both(tx: Tx, seat: str, to: Person) -> None:
    """Always in the same order, or two who pass on to each other would wait for ever."""
    mine = tx.seats.find(seat)
    theirs = [
        each.id for each in tx.seats.held_by(to.user_id) if mine and each.assessment_id == mine.assessment_id
    ]
    for id in sorted({seat, *theirs}):
        tx.seats.lock(id)


def _hold(tx: Tx, assessment: Assessment) -> None:
    """Of two who pass on to the same person at once, one comes after the other."""
    tx.assessments.hold(assessment.id, [AssessmentState.OPEN])


def _their_seat(desk: Desk, tx: Tx, assessment: Assessment, to: Person) -> Sitting | None:
    for seat in tx.seats.held_by(to.user_id):
        if seat.assessment_id == assessment.id:
            return attend(desk, tx, assessment, seat)
    return None


def _may_take(theirs: Sitting | None, items: tuple[Item, ...], to: Person) -> None:
    if theirs is None:
        return
    passed = theirs.interview.passed_on
    if theirs.seat.state is SeatState.PASSED_ON or any(item.id in passed for item in items):
        raise PassedInACircle(person=to.user_id)
    if theirs.seat.state is SeatState.DECLINED:
        raise DeclinedBefore(person=to.user_id)
    if all(map(theirs.interview.has, (item.id for item in items))):
        raise AskedAlready(person=to.user_id)


def _invite(
    desk: Desk, tx: Tx, sitting: Sitting, items: tuple[Item, ...], to: Person, note: str
) -> Posting | None:
    """In the same roles, which they can correct. From now on they are one of those who were asked."""
    assessment, id, by = tx.assessments.get(sitting.assessment.id), desk.new_id(), sitting.seat.user_id
    invited_at = _in_their_hours(desk, tx, assessment, to)
    scope = Scope.of(assessment)
    people = tuple(sorted({*scope.people, to.user_id}))
    wider = scope.model_copy(update={"people": people}).model_dump(mode="json")
    tx.assessments.change(assessment.id, only_if=AssessmentState.OPEN, scope=wider)
    tx.seats.add(
        id=id,
        assessment_id=assessment.id,
        user_id=to.user_id,
        roles=sitting.seat.roles,
        questions=len(items),
        invited_at=invited_at,
    )
    owe_intro_edit(desk, tx, assessment)
    seat = tx.seats.find(id)
    assert seat is not None
    theirs = attend(desk, tx, assessment, seat)
    if items != theirs.interview.items:
        for item in items:
            theirs = _took(desk, tx, theirs, item, by, nothing_else=True)
    reminders.owe_nudges(desk, tx, assessment, id, to, invited_at)
    return desk.owe(
        tx,
        f"invite/{id}",
        kind="invite",
        subject_id=id,
        recipient=to.user_id,
        due_at=invited_at,
        by=by,
        note=_short(note),
    )


def _add(
    desk: Desk, tx: Tx, sitting: Sitting, theirs: Sitting, items: tuple[Item, ...], to: Person, note: str
) -> Posting | None:
    """What is new to them joins what they are asked already; they hear of it in their working hours."""
    by, new = sitting.seat.user_id, [item for item in items if not theirs.interview.has(item.id)]
    for item in new:
        theirs = _took(desk, tx, theirs, item, by, nothing_else=False)
    state = theirs.seat.state
    if state is SeatState.SENT and not theirs.interview.sent:
        state = SeatState.STARTED
    tx.seats.change(theirs.seat.id, state=state, questions=len(theirs.interview.items))
    return desk.owe(
        tx,
        f"more/{theirs.seat.id}/{theirs.interview.facts}",
        kind="more",
        subject_id=theirs.seat.id,
        recipient=to.user_id,
        due_at=_in_their_hours(desk, tx, theirs.assessment, to),
        by=by,
        note=_short(note),
        questions=len(new),
    )


def _took(desk: Desk, tx: Tx, theirs: Sitting, item: Item, by: str, *, nothing_else: bool) -> Sitting:
    value = int(nothing_else)
    return say(desk, tx, theirs, f"took/{item.id}", Said.TOOK_OVER, item.id, text=by, value=value)


def _in_their_hours(desk: Desk, tx: Tx, assessment: Assessment, to: Person) -> datetime:
    """Whoever is away hears of it when they are back: that is asked as it is sent."""
    hours = hours_of(desk, tx, tx.people.get(to.user_id), assessment.facilitator)
    return worktime.in_worktime(desk.now(), hours.tz)


def _short(note: str) -> str:
    return note.strip()[:LONGEST_NOTE]


def _leave(
    desk: Desk, tx: Tx, sitting: Sitting, items: tuple[Item, ...], to: Person, key: str, *, single: bool
) -> Spoken:
    """What was passed on leaves this questionnaire; an answer to it counts no longer. Whoever passed on all
    that was left has sent the rest."""
    before, seat = sitting.interview, sitting.seat
    gone = items[0] if single else before.asking
    card = record_of(tx, sitting, gone) if gone else None
    for item in items:
        if item.id in before.replies:
            sitting = say(desk, tx, sitting, f"unsaid/{key}/{item.id}", Said.SKIPPED, item.id)
        sitting = say(desk, tx, sitting, f"passed/{key}/{item.id}", Said.PASSED_ON, item.id, text=to.user_id)
    none_left = not sitting.interview.items
    if none_left:
        sitting = say(desk, tx, sitting, f"passed/{key}", Said.PASSED_ON, text=to.user_id)
    elif not single:
        sitting = say(desk, tx, sitting, f"sent/{sitting.interview.facts}", Said.SENT)
    sent = sitting.interview.sent
    tx.seats.change(
        seat.id,
        state=SeatState.PASSED_ON if none_left else SeatState.SENT if sent else seat.state,
        questions=len(sitting.interview.items),
        answered=sitting.interview.answered,
        active_at=desk.now(),
    )
    if none_left:
        owe_intro_edit_if_named(desk, tx, sitting.assessment)
    word = "passed_question" if single and not none_left else "passed_on"
    said = {"to": to.user_id, "questions": len(items), "title": items[0].title, "kept": not none_left}
    owed = owe_reply(desk, tx, sitting, f"passed/{key}", word, **said)
    if before.asking == gone and not none_left and not sent:
        owed = (*owed, *owe_card(desk, tx, sitting))
    told = _tell_facilitator(desk, tx, sitting, to, key, single=single)
    return Spoken(sitting, gone, card, (*owed, *told))


def _tell_facilitator(
    desk: Desk, tx: Tx, sitting: Sitting, to: Person, key: str, *, single: bool
) -> tuple[Posting, ...]:
    assessment = sitting.assessment
    posting = desk.owe(
        tx,
        f"passed/{sitting.seat.id}/{key}",
        kind="passed",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
        by=sitting.seat.user_id,
        to=to.user_id,
        single=single,
    )
    return (posting,) if posting else ()
