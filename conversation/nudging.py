"""Reminders to whoever has not answered, at the moment at which one is due.

When they come was planned at the launch (`reminders.nudge_times`). Whether one is still wanted, and whether
this is a moment for it, is asked as it is sent: the person may have answered, moved, gone on leave, or been
reminded of something else. A reminder that cannot come now is moved, so none is ever added; one that says
what another is about to say gives way to it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.contents import Nudge, NudgeLine
from conversation.desk import Desk
from conversation.hours import Hours, reminder_hours
from conversation.reminders import LEAST_BETWEEN_NUDGES, MOST_NUDGES, nudge_times, owe_nudge
from conversation.sitting import attend
from storage.records import (
    UNFINISHED,
    Assessment,
    AssessmentState,
    Person,
    Posting,
    PostingState,
    Seat,
    SeatState,
)
from storage.store import Tx

#: What could not go out within this time of its moment waits for the next one.
LATE = timedelta(hours=2)
_PERHAPS_READ = (PostingState.CLAIMED, PostingState.SENT, PostingState.UNCERTAIN)


@dataclass(frozen=True)
class Reminders:
    """All reminders about one seat: what was said, by itself or with another, and what is still owed, the
    next one first."""

    all: tuple[Posting, ...]
    said: tuple[Posting, ...]
    owed: tuple[Posting, ...]

    @classmethod
    def of(cls, postings: Iterable[Posting]) -> "Reminders":
        postings = sorted(postings, key=lambda each: (each.due_at, each.contents["number"]))
        return cls(
            tuple(postings),
            tuple(each for each in postings if each.state in _PERHAPS_READ or each.said_with),
            tuple(each for each in postings if each.state is PostingState.OWED),
        )

    @property
    def left(self) -> int:
        return MOST_NUDGES - len(self.said)

    def number(self, posting: Posting) -> int:
        """Which one this is, as people count."""
        return 1 + sum(each.key != posting.key for each in self.said)

    def after(self, posting: Posting) -> list[datetime]:
        """When those are due that come after this one."""
        this = (posting.due_at, posting.contents["number"])
        return [each.due_at for each in self.owed if (each.due_at, each.contents["number"]) > this]


def moment(
    now: datetime,
    *,
    due_at: datetime,
    hours: Hours,
    closes_at: datetime,
    last: datetime | None = None,
    after: Collection[datetime] = (),
    asked: bool = False,
    by_hand: bool = False,
) -> datetime | None:
    """When this reminder may come: now; later, when it is asked again; or never (None).

    `last` is when they were reminded, or invited; `after` are those that follow. What they `asked` for
    themselves keeps its time, and the facilitator's word (`by_hand`) does not give way to a later one.
    """
    at = _moment(now, due_at, hours, last, asked=asked, exact=asked or by_hand)
    if at >= closes_at:
        return None
    gives_way = any(other < at + LEAST_BETWEEN_NUDGES for other in after)
    return None if gives_way and not asked and not by_hand else at


def _moment(
    now: datetime, due_at: datetime, hours: Hours, last: datetime | None, *, asked: bool, exact: bool
) -> datetime:
    rested = now if last is None or asked else last + LEAST_BETWEEN_NUDGES
    if now < rested:
        return hours.next(rested)
    if now - due_at > LATE:
        return hours.slot_after(now)
    slot = hours.slot(hours.day(now))
    if not exact and now < slot and hours.welcome(slot):
        return slot
    return hours.next(now)


def due(desk: Desk, tx: Tx, posting: Posting) -> Nudge | None:
    """What to remind of, with whatever else this person would be reminded of soon; or nothing: it is not
    wanted, or was moved."""
    person, now = tx.people.lock(posting.recipient), desk.now()
    if not _still_ours(tx, posting):
        return None
    seats = tx.seats.held_by(person.user_id)
    about = reminders_about(tx, [seat.id for seat in seats])
    wanted = {seat.id: seat for seat in seats if _wanted(tx, person, seat, now)}
    mine = [id for id in _seats_of(posting, about) if id in wanted]
    if not mine:
        return None
    assessments = [tx.assessments.get(wanted[id].assessment_id) for id in mine]
    hours = reminder_hours(desk, tx, person, assessments[0].facilitator)
    at = moment(
        now,
        due_at=posting.due_at,
        hours=hours,
        closes_at=max(each.closes_at for each in assessments),
        last=_last(person, posting, wanted[mine[0]]) if is_invited(tx, wanted[mine[0]]) else now,
        after=about[mine[0]].after(posting) if mine[0] == posting.subject_id else (),
        asked=bool(posting.contents.get("asked")),
        by_hand=bool(posting.contents.get("by_hand")),
    )
    if at is None:
        return None
    if at > now:
        tx.postings.not_sent(posting, due_at=at, note="not now")
        return None
    others = [id for id, seat in wanted.items() if id not in mine and is_invited(tx, seat)]
    for folded in _due_soon(about, others, now):
        tx.postings.fold(folded, into=posting.key)
    tx.postings.saying(posting)
    tx.people.reminded(person.user_id, at=now, key=posting.key)
    return _words(desk, tx, posting, wanted)


def still_waiting(desk: Desk, tx: Tx, posting: Posting) -> Nudge | None:
    """What a reminder that was sent would say of what waits by now; None if nothing does."""
    person = tx.people.get(posting.recipient)
    seats = tx.seats.held_by(person.user_id)
    wanted = {seat.id: seat for seat in seats if _waits(tx, seat)}
    found = _words(desk, tx, posting, wanted)
    return found if found.lines else None


def reminders_about(tx: Tx, seats: Collection[str]) -> dict[str, Reminders]:
    postings: dict[str, list[Posting]] = {seat: [] for seat in seats}
    for posting in tx.postings.about(seats, kind="nudge"):
        postings[posting.subject_id].append(posting)
    return {seat: Reminders.of(found) for seat, found in postings.items()}


def replan(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat, *, invited_at: datetime) -> None:
    """The reminders that are still owed, for another moment of the invitation or another closing date. What
    the person asked for stays as it is, and there are never more than there may be."""
    person = tx.people.get(seat.user_id)
    hours = reminder_hours(desk, tx, person, assessment.facilitator)
    planned = nudge_times(invited_at, assessment.closes_at, hours.tz, hours.hour)
    times = [at for at in planned if at > desk.now()]
    postings = tx.postings.about([seat.id], kind="nudge")
    reminders = Reminders.of(postings)
    owed = [each for each in reminders.owed if not each.contents.get("asked")]
    for posting, at in zip(owed, times, strict=False):
        tx.postings.move(posting, due_at=at)
    for posting in owed[len(times) :]:
        tx.postings.withdraw(posting, note="planned anew")
    new = times[len(owed) :][: max(reminders.left - len(reminders.owed), 0)]
    for number, at in enumerate(new, start=next_number(postings)):
        owe_nudge(desk, tx, seat.id, seat.user_id, number, at)


def no_reply(tx: Tx, assessment: Assessment) -> int:
    """How many people have had all their reminders, and have not finished."""
    waiting = [seat.id for seat in tx.seats.of(assessment.id) if seat.state in UNFINISHED]
    return sum(not reminders.left for reminders in reminders_about(tx, waiting).values())


def next_number(postings: Collection[Posting]) -> int:
    """For the key of one more."""
    return 1 + max((each.contents["number"] for each in postings), default=0)


def is_invited(tx: Tx, seat: Seat) -> bool:
    """Whether the invitation is out, or not needed any more."""
    invitation = tx.postings.find(f"invite/{seat.id}")
    waits = invitation is not None and invitation.state in {PostingState.OWED, PostingState.CLAIMED}
    return seat.state is not SeatState.INVITED or not waits


def _still_ours(tx: Tx, posting: Posting) -> bool:
    """Unless another message says it, since it was claimed."""
    found = tx.postings.find(posting.key)
    held = (PostingState.CLAIMED, posting.claim, posting.attempts)
    return found is not None and (found.state, found.claim, found.attempts) == held


def _wanted(tx: Tx, person: Person, seat: Seat, now: datetime) -> bool:
    """Any of these ends all reminders: sent, declined, passed on, stopped, gone, closed."""
    if person.gone or person.quiet or seat.quiet or not _waits(tx, seat):
        return False
    return now < tx.assessments.get(seat.assessment_id).closes_at


def _waits(tx: Tx, seat: Seat) -> bool:
    if seat.state not in UNFINISHED:
        return False
    return tx.assessments.get(seat.assessment_id).state is AssessmentState.OPEN


def _seats_of(posting: Posting, about: dict[str, Reminders]) -> list[str]:
    """Of which this posting speaks: its own seat, and those whose reminder it took over."""
    folded = (
        seat for seat, found in about.items() if any(each.said_with == posting.key for each in found.said)
    )
    return [posting.subject_id, *folded]


def _last(person: Person, posting: Posting, seat: Seat) -> datetime | None:
    """When we spoke last, by another message than this one."""
    reminded = None if person.reminded_with == posting.key else person.reminded_at
    return max(reminded, seat.invited_at) if reminded else seat.invited_at


def _due_soon(about: dict[str, Reminders], seats: list[str], now: datetime) -> list[Posting]:
    """The next reminder about each of these, if it would come before we may write again. What they asked for
    themselves keeps its time."""
    found = []
    for id in seats:
        free = (e for e in about[id].all if e.state is PostingState.OWED or _is_only_claimed(e))
        following = next(free, None)
        if following is None:
            continue
        until = now if following.contents.get("asked") else now + LEAST_BETWEEN_NUDGES
        found += [following] if following.due_at <= until else []
    return found


def _is_only_claimed(posting: Posting) -> bool:
    """Somebody is about to ask whether it may be sent, and will find that it is said already."""
    return (
        posting.state is PostingState.CLAIMED and posting.attempts == 1 and "saying" not in posting.contents
    )


def _words(desk: Desk, tx: Tx, posting: Posting, wanted: dict[str, Seat]) -> Nudge:
    about = reminders_about(tx, list(wanted))
    lines = []
    left = False
    for id in _seats_of(posting, about):
        if id not in wanted:
            continue
        said = next(each for each in about[id].said if posting.key in {each.key, each.said_with})
        assessment = tx.assessments.get(wanted[id].assessment_id)
        sitting = attend(desk, tx, assessment, wanted[id])
        lines.append(NudgeLine(sitting, about[id].number(said)))
        left = left or bool(about[id].owed)
    lines.sort(key=lambda line: (line.sitting.assessment.closes_at, line.sitting.assessment.subject))
    return Nudge(posting.key, tuple(lines), MOST_NUDGES, left, posting.contents.get("by_hand"))
