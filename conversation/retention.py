"""How long an assessment is kept, and how it goes: when its time is over, two weeks after its facilitator was
told; or when they ask for it, a week later, until which they can take that back.

The facilitator chooses how long: shorter at any time, longer as far as the workspace's setting permits, which
counts from closing. Beyond that there is only *Keep it a year longer*, in the notice. What was chosen is
printed on every invitation, and a change of it is in the list of what was done.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation import digests
from conversation.assessments import facilitated, held, named_to
from conversation.desk import Desk
from conversation.errors import (
    ChangedMeanwhile,
    KeptTooLong,
    NameDiffers,
    NoSuchAssessment,
    NotFacilitator,
)
from conversation.scope import Scope
from storage.records import Assessment, AssessmentState, Posting, PostingState, subject_key
from storage.store import Tx

#: Between being told and being erased.
NOTICE = timedelta(days=14)
GRACE = timedelta(days=7)
#: What *Keep it longer* adds.
LONGER_MONTHS = 12
#: What may be chosen, in months after closing, where the workspace permits it.
CHOICES, FOR_EVER = (1, 3, 6, 12, 24, 36, 60), 0


@dataclass(frozen=True)
class Erased:
    """What of it may still stand in Slack is gone from our memory, so it is said here."""

    assessment: Assessment


@dataclass(frozen=True)
class Kept:
    """An assessment as it stands after somebody decided how long it is kept."""

    assessment: Assessment
    owed: tuple[Posting, ...] = ()


@dataclass(frozen=True)
class Keeping:
    """How long one is kept, and what else its facilitator may choose: months after closing, 0 for ever."""

    assessment: Assessment
    months: int
    choices: tuple[int, ...]


def hour_of(moment: datetime) -> datetime:
    """The hour that has begun. It is looked once in each, and whatever its end, the same is found."""
    return moment.replace(minute=0, second=0, microsecond=0)


def sweep(desk: Desk) -> tuple[Erased, ...]:
    """Erase what had been kept for long enough when this hour began. What is planned at closing is planned
    here if it was closed before that was done, or if the workspace keeps everything no more."""
    with desk.transaction() as tx:
        for assessment in tx.assessments.unplanned():
            plan(desk, tx, assessment)
        due = tx.assessments.to_erase(hour_of(desk.now()))
        gone = [found for found in due if _may_go(desk, tx, found)]
        for assessment in gone:
            tx.erasure.erase(assessment.id)
        return tuple(map(Erased, gone))


def plan(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step, when it has closed."""
    months = Scope.of(assessment).kept_for(desk.retention_months)
    if months:
        _plan(desk, tx, assessment, _ends(desk, assessment, months))


def choices(most: int, *present: int) -> tuple[int, ...]:
    """What may be chosen where the workspace keeps things for `most` months, the shortest first; and what is
    there at `present`."""
    usual = [months for months in CHOICES if not most or months < most]
    return (*sorted({*usual, *filter(None, (most, *present))}), *(() if most else (FOR_EVER,)))


def keeping(desk: Desk, user_id: str, *, assessment: str) -> Keeping:
    """For the form. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return _keeping(desk, facilitated(tx, user_id, assessment))


def keep_for(desk: Desk, user_id: str, *, assessment: str, months: int, was: int) -> Kept:
    """Keep it for so many months after closing; `was` is what stood in the form. What would be over already
    is erased two weeks from now, and its facilitator is told at once.

    Raises: NoSuchAssessment, NotFacilitator, ChangedMeanwhile, KeptTooLong.
    """
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, [AssessmentState.OPEN, AssessmentState.CLOSED])
        now, most = _keeping(desk, found).months, desk.retention_months
        if months == now:
            return Kept(found)
        if now != was:
            raise ChangedMeanwhile(subject=found.subject)
        if most and not 0 < months <= most:
            raise KeptTooLong(most=most)
        scope = Scope.of(found).model_copy(update={"keep_months": months})
        tx.assessments.change(
            found.id, only_if=found.state, scope=scope.model_dump(mode="json"), erase_at=None
        )
        tx.postings.forget_kind(found.id, kind="retention")
        if found.state is AssessmentState.CLOSED:
            plan(desk, tx, tx.assessments.get(found.id))
        desk.write_down(tx, found.id, user_id, "kept_for", months=months)
        return Kept(tx.assessments.get(found.id))


def _keeping(desk: Desk, found: Assessment) -> Keeping:
    months = Scope.of(found).kept_for(desk.retention_months)
    return Keeping(found, months, choices(desk.retention_months, months))


def to_delete(desk: Desk, user_id: str, *, assessment: str) -> Assessment:
    """For the form that asks for its name. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return facilitated(tx, user_id, assessment)


def delete(desk: Desk, user_id: str, *, assessment: str, name: str) -> Kept:
    """Erase it a week from now. Until then nobody answers it or sees it, and its facilitator can take that
    back. Raises: NoSuchAssessment, NotFacilitator, NameDiffers unless this is its name."""
    with desk.transaction() as tx:
        tx.assessments.hold(assessment)  # who closes it comes before or after
        found = facilitated(tx, user_id, assessment)
        if subject_key(name) != found.subject_key:
            raise NameDiffers(subject=found.subject)
        at = desk.now() + GRACE
        tx.assessments.change(
            found.id,
            only_if=found.state,
            state=AssessmentState.DELETED,
            state_before=found.state,
            erase_at=at,
        )
        desk.write_down(tx, found.id, user_id, "deletion_begun")
        owed = desk.owe(
            tx,
            f"deleting/{found.id}/{int(at.timestamp())}",
            kind="deleting",
            subject_id=found.id,
            recipient=user_id,
        )
        return Kept(tx.assessments.get(found.id), (owed,) if owed else ())


def restore(desk: Desk, user_id: str, *, assessment: str) -> Kept:
    """As if nobody had asked for it. Twice is once. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        found = tx.assessments.find(assessment)
        if found is None:
            raise NoSuchAssessment(name="")
        if found.facilitator != user_id:
            raise NotFacilitator(**named_to(found, user_id))
        before = AssessmentState(found.state_before or found.state)
        if tx.assessments.change(
            found.id, only_if=AssessmentState.DELETED, state=before, state_before=None, erase_at=None
        ):
            desk.write_down(tx, found.id, user_id, "restored")
            if before is AssessmentState.CLOSED:
                plan(desk, tx, tx.assessments.get(found.id))
                digests.owe_next(desk, tx, found, since=desk.now())
        return Kept(tx.assessments.get(found.id))


def keep_longer(desk: Desk, user_id: str, *, assessment: str, until: datetime) -> Kept:
    """A year more than until then, which is when it would have been erased; the same button twice is one
    year. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        tx.assessments.hold(assessment)
        found = facilitated(tx, user_id, assessment)
        if found.erase_at == until:
            tx.postings.forget_kind(found.id, kind="retention")
            _plan(desk, tx, found, months_after(until, LONGER_MONTHS))
            desk.write_down(tx, found.id, user_id, "kept_longer", months=LONGER_MONTHS)
        return Kept(tx.assessments.get(found.id))


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of that month, or its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _ends(desk: Desk, assessment: Assessment, months: int) -> datetime:
    """Never sooner than its facilitator can be told; what came from a file is kept as long as what closed on
    that day. In whole seconds, as buttons carry it."""
    since = assessment.imported_at or assessment.closed_at or assessment.created_at
    ends = months_after(since, months)
    return max(ends, desk.now() + NOTICE).replace(microsecond=0)


def _plan(desk: Desk, tx: Tx, assessment: Assessment, erase_at: datetime) -> None:
    tx.assessments.change(assessment.id, only_if=assessment.state, erase_at=erase_at)
    tx.postings.owe(
        f"retention/{assessment.id}/{int(erase_at.timestamp())}",
        kind="retention",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
        due_at=erase_at - NOTICE,
        contents={},
        now=desk.now(),
    )


def _may_go(desk: Desk, tx: Tx, assessment: Assessment) -> bool:
    """Whoever was not told yet, because we were not running, is told first."""
    if assessment.state is AssessmentState.DELETED:
        return True
    told = tx.postings.about([assessment.id], kind="retention")
    if not any(posting.state in {PostingState.OWED, PostingState.CLAIMED} for posting in told):
        return True
    tx.assessments.change(
        assessment.id, only_if=assessment.state, erase_at=(desk.now() + NOTICE).replace(microsecond=0)
    )
    return False
