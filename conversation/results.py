"""Closing an assessment, and what it comes to; `conversation.sharing` is who else is shown that."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from conversation import again, closing, conclusion, digests, evidence, retention
from conversation.assessments import (
    changeable,
    facilitated,
    facilitators,
    how_it_closed,
    result_of,
    sees_names,
)
from conversation.desk import Desk
from conversation.errors import (
    AlreadyClosed,
    NoSettlingReason,
    NoSuchQuestion,
)
from conversation.findings import Findings
from conversation.live import owe_intro_edit, owe_refresh
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from storage.records import Assessment, AssessmentState, Calibration, Posting, Result
from storage.store import Tx

#: Several questions settled one after the other make one new preview.
UNTIL_PREVIEW = timedelta(seconds=30)
#: Who closes an assessment whose time has come.
THE_CLOCK = ""


@dataclass(frozen=True)
class Closed:
    """`forgotten` is what is said in place of messages of which nothing is kept."""

    assessment: Assessment
    owed: tuple[Posting, ...]
    forgotten: tuple[closing.Instead, ...] = ()


@dataclass(frozen=True)
class Worked:
    """A result as it is now; `changed` if it was just worked out anew and came out differently."""

    assessment: Assessment
    pack: Pack
    findings: Findings
    changed: bool = False


def close(desk: Desk, user_id: str, *, assessment: str) -> Closed:
    """Close now. Part-way answers count. The facilitator gets a private preview of the result.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        closed = _close(desk, tx, found, by=user_id)
        if closed is None:
            raise AlreadyClosed(**how_it_closed(desk, found))
        return closed


def due_to_close(desk: Desk) -> tuple[str, ...]:
    """The open assessments whose closing time has come."""
    with desk.transaction() as tx:
        return tuple(found.id for found in tx.assessments.to_close(desk.now()))


def close_by_clock(desk: Desk, *, assessment: str) -> Closed | None:
    """Its time has come; each by itself, so that one that fails keeps no other open. None if it was closed
    meanwhile, or its date moved."""
    with desk.transaction() as tx:
        found = [each for each in tx.assessments.to_close(desk.now()) if each.id == assessment]
        return _close(desk, tx, found[0], by=THE_CLOCK) if found else None


def settle(
    desk: Desk, user_id: str, *, assessment: str, question: str, level: int | None, reason: str, key: str
) -> Worked:
    """Record the level that people agreed on for a question, and why; the answers stay as they are, and the
    result says that it was settled. None takes it back. `key` names this one submission.

    Raises: NoSuchAssessment, NotFacilitator, ImportedStays, AssessmentIsOpen, NoSuchQuestion,
    NoSettlingReason.
    """
    if not reason.strip():
        raise NoSettlingReason()
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        result_of(tx, found)
        pack = desk.pack_of(tx, found)
        if question not in {item.id for item in Scope.of(found).items(pack)}:
            raise NoSuchQuestion()
        agreed = Calibration(
            key=key, question=question, level=level, reason=reason.strip(), by=user_id, at=desk.now()
        )
        if not tx.calibrations.add(found.id, agreed):
            return Worked(found, pack, _seen(tx, found, user_id))
        desk.write_down(tx, found.id, user_id, "settled", question=question, level=level)
        worked = conclude_again(desk, tx, found, by=user_id)
        return replace(worked, findings=_seen(tx, found, user_id))


def work_out_again(desk: Desk, user_id: str, *, assessment: str) -> Worked:
    """Conclude once more from the same answers, with the evidence as it was ruled on since. A new revision
    only if anything came out differently.

    Raises: NoSuchAssessment, NotFacilitator, ImportedStays, AssessmentIsOpen.
    """
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        result_of(tx, found)
        worked = conclude_again(desk, tx, found, by=user_id)
        return replace(worked, findings=_seen(tx, found, user_id))


def to_settle(desk: Desk, user_id: str, *, assessment: str) -> Worked:
    """The result as it stands, for who may settle its questions. Raises: NoSuchAssessment, NotFacilitator,
    ImportedStays, AssessmentIsOpen."""
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        result_of(tx, found)
        return Worked(found, desk.pack_of(tx, found), _seen(tx, found, user_id))


def _latest(tx: Tx, assessment: Assessment) -> Findings:
    result = tx.results.latest(assessment.id)
    assert result is not None
    return Findings.model_validate(result.body)


def _seen(tx: Tx, assessment: Assessment, user_id: str) -> Findings:
    """As far as this facilitator sees into it."""
    found = _latest(tx, assessment)
    return found if sees_names(assessment, user_id) else found.for_readers


def conclude_again(desk: Desk, tx: Tx, assessment: Assessment, *, by: str) -> Worked:
    """A step: the result once more, from what holds now. The preview of several revisions in a row comes
    once, of the last."""
    pack, before = desk.pack_of(tx, assessment), _latest(tx, assessment)
    found = conclusion.find(tx, pack, assessment)
    if found == before:
        return Worked(assessment, pack, found)
    desk.write_down(tx, assessment.id, by, "worked_out_again")
    result = tx.results.add(assessment.id, body=found.model_dump(mode="json"), at=desk.now(), by=by)
    _owe_previews(desk, tx, assessment, result, due_at=desk.now() + UNTIL_PREVIEW)
    return Worked(assessment, pack, found, changed=True)


def _close(desk: Desk, tx: Tx, assessment: Assessment, *, by: str) -> Closed | None:
    """Of two who close at once, one does. Whoever is answering finishes first, and who comes later finds
    it closed: no answer falls between the closing and the result."""
    now = desk.now()
    tx.seats.lock_all(assessment.id)
    if not tx.assessments.change(
        assessment.id,
        only_if=AssessmentState.OPEN,
        state=AssessmentState.CLOSED,
        closed_at=now,
        closed_by=by,
    ):
        return None
    desk.write_down(tx, assessment.id, by, "closed")
    assessment = tx.assessments.get(assessment.id)  # who sees what may have become tighter a moment ago
    found = conclusion.find(tx, desk.pack_of(tx, assessment), assessment)
    result = tx.results.add(assessment.id, body=found.model_dump(mode="json"), at=now, by=by)
    early, forgotten = now < assessment.closes_at, tuple[closing.Instead, ...]()
    if Scope.of(assessment).privacy is Privacy.ANONYMOUS:
        forgotten = closing.forgotten(desk, tx, assessment, early=early)
        _forget(desk, tx, assessment)
    else:
        closing.owe(desk, tx, assessment, early=early)
    owed = _owe_previews(desk, tx, assessment, result)
    digests.owe_next(desk, tx, assessment, since=now)
    again.owe(desk, tx, assessment)
    retention.plan(desk, tx, assessment)
    owe_refresh(desk, tx, assessment)
    owe_intro_edit(desk, tx, assessment)
    return Closed(assessment, owed, forgotten)


def _owe_previews(
    desk: Desk, tx: Tx, assessment: Assessment, result: Result, *, due_at: datetime | None = None
) -> tuple[Posting, ...]:
    """To everybody who facilitates, the owner first."""
    owner, *others = facilitators(assessment)
    key = f"preview/{assessment.id}/{result.revision}"
    keys = {owner: key, **{each: f"{key}/{each}" for each in others}}
    owed = [
        desk.owe(
            tx,
            key,
            kind="preview",
            subject_id=assessment.id,
            recipient=recipient,
            due_at=due_at,
            revision=result.revision,
        )
        for recipient, key in keys.items()
    ]
    return tuple(filter(None, owed))


def _forget(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """Who sat where is erased, with all that could tell it: from now on nobody can look it up. Answers,
    comments and evidence stay, but not how and when they came. Seats have new ids, because buttons and the
    metadata of messages carry the old ones, and Slack knows whose these messages are."""
    now = desk.now()
    evidence.settle_levels(desk, tx, assessment)
    tx.evidence.forget_authors(assessment.id, at=now)
    for seat in tx.seats.of(assessment.id):
        tx.people.forget_reminder(seat.user_id)
    seats = tx.seats.set_anew(assessment.id, desk.new_id, at=now)
    tx.answers.move(seats, at=now)
    tx.postings.forget_about(seats)
    tx.seats.forget(assessment.id, seats)
