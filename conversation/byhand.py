"""The facilitator has everybody reminded who is still open: at most once a day, as one of the three reminders
that each person gets, and in each one's own hours."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.errors import AlreadyClosed
from conversation.hours import reminder_hours
from conversation.nudging import (
    Reminders,
    is_invited,
    moment,
    next_number,
    reminders_about,
)
from conversation.reminders import owe_nudge
from conversation.scope import Privacy, Scope
from conversation.sitting import Sitting, usual
from conversation.standing import standing
from storage.records import UNFINISHED, Assessment, AssessmentState, Seat
from storage.store import Tx

#: From one reminder by hand to the next.
ONE_DAY = timedelta(hours=24)
REMINDED = "reminded"


class Fate(StrEnum):
    """What a reminder by hand means for somebody who has not sent."""

    NOW = "now"
    LATER = "later"  # at their next working moment
    OWN_TIME = "own_time"  # they asked to be reminded later, and will be
    NONE_LEFT = "none_left"  # three were said, or they want none
    NOT_INVITED = "not_invited"  # the invitation itself still waits for their working hours


@dataclass(frozen=True)
class ByHand:
    """Who is open, and what a reminder would mean for them, by fate and as numbers of people; `names` are
    only there where the answers carry names. `example` is the place of somebody who has not started, to show
    the words. `again_at` is when it may be done (again), if not now; `done` says that it was."""

    assessment: Assessment
    fates: dict[Fate, int]
    names: tuple[str, ...]
    example: Sitting | None
    again_at: datetime | None
    done: bool = False

    @property
    def reached(self) -> int:
        return self.fates.get(Fate.NOW, 0) + self.fates.get(Fate.LATER, 0)


def preview(desk: Desk, user_id: str, *, assessment: str) -> ByHand:
    """Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed."""
    with desk.transaction() as tx:
        found = _open(tx, user_id, assessment)
        return _by_hand(desk, tx, found, _fates(desk, tx, found))


def remind(desk: Desk, user_id: str, *, assessment: str) -> ByHand:
    """Remind whoever can be; nothing is done, and nothing `done` is said, if it was done less than a day ago.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed.
    """
    with desk.transaction() as tx:
        found = _open(tx, user_id, assessment)
        fates = _fates(desk, tx, found)
        before = _by_hand(desk, tx, found, fates)
        if before.again_at or not before.reached:
            return before
        for seat, fate in fates:
            if fate in {Fate.NOW, Fate.LATER}:
                _remind(desk, tx, seat, user_id)
        desk.write_down(tx, found.id, user_id, REMINDED, people=before.reached)
        return replace(before, done=True)


def _open(tx: Tx, user_id: str, assessment: str) -> Assessment:
    """Held until the transaction ends, so that of two who remind at once the second is told."""
    found = facilitated(tx, user_id, assessment)
    if not tx.assessments.hold(found.id, [AssessmentState.OPEN]):
        raise AlreadyClosed(subject=found.subject)
    return tx.assessments.get(found.id)


def _fates(desk: Desk, tx: Tx, assessment: Assessment) -> list[tuple[Seat, Fate]]:
    seats = [seat for seat in tx.seats.of(assessment.id) if seat.state in UNFINISHED and seat.user_id]
    about = reminders_about(tx, [seat.id for seat in seats])
    return [(seat, _fate(desk, tx, assessment, seat, about[seat.id])) for seat in seats]


def _fate(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat, reminders: Reminders) -> Fate:
    person, now = tx.people.get(seat.user_id), desk.now()
    if not is_invited(tx, seat):
        return Fate.NOT_INVITED
    if not reminders.left or seat.quiet or person.quiet or person.gone:
        return Fate.NONE_LEFT
    if any(each.contents.get("asked") for each in reminders.owed):
        return Fate.OWN_TIME
    last = max(person.reminded_at, seat.invited_at) if person.reminded_at else seat.invited_at
    hours = reminder_hours(desk, tx, person, assessment.facilitator)
    at = moment(now, due_at=now, hours=hours, closes_at=assessment.closes_at, last=last, by_hand=True)
    return Fate.NONE_LEFT if at is None else Fate.NOW if at == now else Fate.LATER


def _by_hand(desk: Desk, tx: Tx, assessment: Assessment, fates: list[tuple[Seat, Fate]]) -> ByHand:
    named = Scope.of(assessment).privacy is Privacy.ATTRIBUTED
    reached = [seat for seat, fate in fates if fate in {Fate.NOW, Fate.LATER}]
    example = _not_started(desk, tx, assessment, reached[0]) if reached else None
    before = [deed.at for deed in tx.deeds.of(assessment.id) if deed.what == REMINDED]
    again_at = before[-1] + ONE_DAY if before else None
    return ByHand(
        assessment,
        dict(Counter(fate for _, fate in fates)),
        tuple(sorted(seat.user_id for seat in reached)) if named else (),
        example,
        again_at if again_at and again_at > desk.now() else None,
    )


def _not_started(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat) -> Sitting:
    """A questionnaire as it is before anybody has answered it."""
    scope, pack = Scope.of(assessment), desk.pack_of(tx, assessment)
    return Sitting(assessment, scope, pack, seat, standing(usual(assessment, scope, pack, seat), ()))


def _remind(desk: Desk, tx: Tx, seat: Seat, by: str) -> None:
    """The next one comes now; what would follow too soon gives way when its time comes."""
    postings = tx.postings.about([seat.id], kind="nudge")
    owed = Reminders.of(postings).owed
    if owed:
        tx.postings.move(owed[0], due_at=desk.now(), by_hand=by)
    else:
        owe_nudge(desk, tx, seat.id, seat.user_id, next_number(postings), desk.now(), by_hand=by)
