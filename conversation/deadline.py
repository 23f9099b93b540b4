"""The closing date of a running assessment: moved later, never earlier; and what there is to know before
closing.

What is said of the answers before they are in follows from how many questions anybody has answered, never
from what they said: nobody is to be steered.
"""

from dataclasses import dataclass
from datetime import date, datetime

from conversation import closing, nudging, reminders, scorecard, turnout, worktime
from conversation.assessments import facilitated, held, how_it_closed
from conversation.dates import must_be_near
from conversation.desk import Desk
from conversation.errors import AlreadyClosed, CannotReopen, ChangedMeanwhile, ClosesEarlier
from conversation.findings import Findings, RoleFinding
from conversation.hours import own_zone
from conversation.live import owe_intro_edit, owe_refresh
from conversation.pack import Pack
from conversation.scope import CLOSING_HOUR, LONGEST_YEARS, Privacy, Scope
from scoring.levels import OFFICIAL_FROM, PROVISIONAL_FROM
from storage.records import (
    ANSWERS,
    UNFINISHED,
    Assessment,
    AssessmentState,
    Posting,
    Said,
    SeatCount,
    SeatState,
)
from storage.store import Tx

#: Working days that one press adds.
MORE_DAYS = 2
#: What says something about a question, whatever it says.
_SAID = set(ANSWERS) - {Said.SKIPPED, Said.NOT_MINE}


@dataclass(frozen=True)
class Extended:
    assessment: Assessment
    unfinished: int
    owed: tuple[Posting, ...] = ()


@dataclass(frozen=True)
class Closing:
    """What whoever closes should know: how many have not finished, which roles are empty, and which aspects
    can have only a low confidence, or no level, because nobody has answered enough of their questions."""

    assessment: Assessment
    invited: int
    sent: int
    started: int
    silent: tuple[RoleFinding, ...]
    low: tuple[str, ...]
    none: tuple[str, ...]
    later: datetime

    @property
    def complete(self) -> bool:
        """Nothing would be lost by closing now."""
        return self.sent == self.invited and not (self.silent or self.low or self.none)


def before_closing(desk: Desk, user_id: str, *, assessment: str) -> Closing:
    """Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        if found.state is not AssessmentState.OPEN:
            raise AlreadyClosed(**how_it_closed(desk, found))
        return closing_of(desk, tx, found)


def closing_of(desk: Desk, tx: Tx, found: Assessment) -> Closing:
    """A step."""
    pack, seats = desk.pack_of(tx, found), tx.seats.counts(found.id)
    roles = turnout.by_role(pack, seats)
    covered = _covered(tx, pack, found)
    return Closing(
        assessment=found,
        invited=turnout.people(seats),
        sent=turnout.people(seats, SeatState.SENT),
        started=turnout.people(seats, SeatState.STARTED),
        silent=tuple(role for role in roles if not _heard(seats, role.id)),
        low=tuple(title for title, share in covered if PROVISIONAL_FROM <= share < OFFICIAL_FROM),
        none=tuple(title for title, share in covered if share < PROVISIONAL_FROM),
        later=_later(desk, tx, found),
    )


def extend(
    desk: Desk, user_id: str, *, assessment: str, was: datetime, closes_on: date | None = None
) -> Extended:
    """Close on that day instead, or two working days later. `was` is the closing time that was read: two who
    extend at once move it once. Whoever has not finished hears of it by their next reminder, of which there
    are never more than before; what names the date to those who were asked is changed where it stands.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, ChangedMeanwhile, ClosesEarlier.
    """
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, [AssessmentState.OPEN])
        if found.closes_at != was:
            raise ChangedMeanwhile(subject=found.subject, closes_at=found.closes_at)
        closes_at = _closing_on(desk, tx, found, closes_on) if closes_on else _later(desk, tx, found)
        if closes_at <= found.closes_at:
            raise ClosesEarlier(closes_at=found.closes_at)
        extended = _moved(desk, tx, found, closes_at, by=user_id)
        closing.owe_moved(desk, tx, extended.assessment)
        return extended


def reopen(desk: Desk, user_id: str, *, assessment: str) -> Extended:
    """Nobody had answered when it closed: everybody gets two working days more. What was sent of their
    reminders counts. The same again changes nothing.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed if it was never opened, CannotReopen.
    """
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, [AssessmentState.CLOSED, AssessmentState.OPEN])
        if found.state is AssessmentState.OPEN:
            return Extended(found, 0)
        result = tx.results.latest(found.id)
        answered = Findings.model_validate(result.body).answered if result else 0
        if answered or found.imported_at or Scope.of(found).privacy is Privacy.ANONYMOUS:
            raise CannotReopen(subject=found.subject)
        tx.assessments.change(
            found.id,
            only_if=AssessmentState.CLOSED,
            state=AssessmentState.OPEN,
            closed_at=None,
            closed_by=None,
            erase_at=None,
        )
        tx.postings.forget_kind(found.id, kind="retention")
        desk.write_down(tx, found.id, user_id, "reopened")
        closing.owe_opened_again(desk, tx, found)
        today = worktime.today(desk.now(), _zone(desk, tx, found))
        day = worktime.workdays_after(today, MORE_DAYS)
        return _moved(desk, tx, found, _closing_on(desk, tx, found, day), by=user_id)


def _moved(desk: Desk, tx: Tx, found: Assessment, closes_at: datetime, *, by: str) -> Extended:
    tx.assessments.change(found.id, only_if=AssessmentState.OPEN, closes_at=closes_at)
    now = tx.assessments.get(found.id)
    desk.write_down(
        tx, found.id, by, "extended", before=found.closes_at.isoformat(), to=closes_at.isoformat()
    )
    unfinished = [seat for seat in tx.seats.of(found.id) if seat.state in UNFINISHED]
    for seat in unfinished:
        nudging.replan(desk, tx, now, seat, invited_at=seat.invited_at)
    reminders.owe_closing_soon(desk, tx, now)
    owe_refresh(desk, tx, now)
    owe_intro_edit(desk, tx, now)
    return Extended(now, len(unfinished))


def _later(desk: Desk, tx: Tx, found: Assessment) -> datetime:
    """Two working days after the day on which it closes now, at the same hour."""
    zone = worktime.zone(_zone(desk, tx, found))
    local = found.closes_at.astimezone(zone)
    return worktime.at_local(worktime.workdays_after(local.date(), MORE_DAYS), local.time(), zone.key)


def _closing_on(desk: Desk, tx: Tx, found: Assessment, day: date) -> datetime:
    """Raises: TooFarAhead."""
    tz = _zone(desk, tx, found)
    must_be_near(day, worktime.today(desk.now(), tz), years=LONGEST_YEARS)
    return worktime.at_local(day, CLOSING_HOUR, tz)


def _zone(desk: Desk, tx: Tx, found: Assessment) -> str:
    return own_zone(desk, tx.people.get(found.facilitator))


def _heard(seats: list[SeatCount], role: str) -> bool:
    return any(role in seat.roles and seat.begun for seat in seats)


def _covered(tx: Tx, pack: Pack, found: Assessment) -> list[tuple[str, float]]:
    """By title of each aspect, the share of its weight in questions that anybody has answered in any way."""
    said = {count.question for count in tx.answers.counts(found.id) if count.kind in _SAID}
    items = Scope.of(found).items(pack)
    shares = []
    for aspect in pack.aspects:
        weights = {item.id: scorecard.question(item).weight for item in items if item.aspect == aspect.id}
        if weights:
            covered = sum(weight for key, weight in weights.items() if key in said)
            shares.append((aspect.title, float(covered / sum(weights.values()))))
    return shares
