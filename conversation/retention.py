"""How long an assessment is kept, and how it goes: when its time is over, two weeks after its facilitator was
told; or when they ask for it, a week later, until which they can take that back."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation import digests
from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.errors import NameDiffers, NoSuchAssessment, NotFacilitator
from storage.records import Assessment, AssessmentState, Posting, PostingState, subject_key
from storage.store import Tx

#: Between being told and being erased.
NOTICE = timedelta(days=14)
GRACE = timedelta(days=7)
#: What *Keep it longer* adds.
LONGER_MONTHS = 12


@dataclass(frozen=True)
class Erased:
    """What of it may still stand in Slack is gone from our memory, so it is said here."""

    assessment: Assessment


@dataclass(frozen=True)
class Kept:
    """An assessment as it stands after somebody decided how long it is kept."""

    assessment: Assessment
    owed: tuple[Posting, ...] = ()


def sweep(desk: Desk) -> tuple[Erased, ...]:
    """Plan how long what has closed is kept, and erase what has been kept for long enough."""
    with desk.transaction() as tx:
        for assessment in tx.assessments.unplanned() if desk.retention_months else ():
            _plan(desk, tx, assessment, _ends(desk, assessment))
        gone = [found for found in tx.assessments.to_erase(desk.now()) if _may_go(desk, tx, found)]
        for assessment in gone:
            tx.erasure.erase(assessment.id)
        return tuple(map(Erased, gone))


def to_delete(desk: Desk, user_id: str, *, assessment: str) -> Assessment:
    """For the form that asks for its name. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return facilitated(tx, user_id, assessment)


def delete(desk: Desk, user_id: str, *, assessment: str, name: str) -> Kept:
    """Erase it a week from now. Until then nobody answers it or sees it, and its facilitator can take that
    back. Raises: NoSuchAssessment, NotFacilitator, NameDiffers unless this is its name."""
    with desk.transaction() as tx:
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
            raise NotFacilitator(subject=found.subject, facilitator=found.facilitator)
        before = AssessmentState(found.state_before or found.state)
        if tx.assessments.change(
            found.id, only_if=AssessmentState.DELETED, state=before, state_before=None, erase_at=None
        ):
            desk.write_down(tx, found.id, user_id, "restored")
            if before is AssessmentState.CLOSED:
                digests.owe_next(desk, tx, found, since=desk.now())
        return Kept(tx.assessments.get(found.id))


def keep_longer(desk: Desk, user_id: str, *, assessment: str, until: datetime) -> Kept:
    """A year more than until then, which is when it would have been erased; the same button twice is one
    year. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
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


def _ends(desk: Desk, assessment: Assessment) -> datetime:
    """Never sooner than its facilitator can be told. In whole seconds, as buttons carry it."""
    ends = months_after(assessment.closed_at or assessment.created_at, desk.retention_months)
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
