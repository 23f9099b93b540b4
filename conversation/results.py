"""Closing an assessment, and who is shown what it came to."""

from dataclasses import dataclass

from conversation import conclusion, reminders
from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.errors import (
    AlreadyClosed,
    AssessmentIsOpen,
    NoChannel,
)
from storage.records import Assessment, AssessmentState, Posting
from storage.store import Tx

#: Who closes an assessment whose time has come.
THE_CLOCK = ""


@dataclass(frozen=True)
class Closed:
    assessment: Assessment
    owed: tuple[Posting, ...]


@dataclass(frozen=True)
class Shared:
    assessment: Assessment
    channel: str
    owed: tuple[Posting, ...]


def close(desk: Desk, user_id: str, *, assessment: str) -> Closed:
    """Close now. Part-way answers count. The facilitator gets a private preview of the result.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        closed = _close(desk, tx, found, by=user_id)
        if closed is None:
            raise AlreadyClosed(subject=found.subject)
        return closed


def close_what_is_due(desk: Desk) -> tuple[Closed, ...]:
    """Close every open assessment whose closing time has come."""
    with desk.transaction() as tx:
        closed = [_close(desk, tx, found, by=THE_CLOCK) for found in tx.assessments.to_close(desk.now())]
        return tuple(filter(None, closed))


def share(desk: Desk, user_id: str, *, assessment: str) -> Shared:
    """Post the result to the assessment's channel. Raises: NoSuchAssessment, NotFacilitator, NoChannel,
    AssessmentIsOpen."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        result = tx.results.latest(found.id)
        if result is None:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        if found.channel is None:
            raise NoChannel(subject=found.subject)
        owed = desk.owe(
            tx,
            f"result/{found.id}/{result.revision}",
            kind="result",
            subject_id=found.id,
            recipient=found.channel,
        )
        return Shared(found, found.channel, (owed,) if owed else ())


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
    found = conclusion.find(tx, desk.pack_of(tx, assessment), assessment)
    result = tx.results.add(assessment.id, body=found.model_dump(mode="json"), at=now, by=by)
    owed = desk.owe(
        tx,
        f"preview/{assessment.id}/{result.revision}",
        kind="preview",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
    )
    reminders.owe_digest(desk, tx, assessment, since=now)
    return Closed(tx.assessments.get(assessment.id), (owed,) if owed else ())
