"""Closing an assessment, and who is shown what it came to."""

from dataclasses import dataclass
from datetime import timedelta

from conversation import conclusion, evidence, reminders, worktime
from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.errors import (
    AlreadyClosed,
    AssessmentIsOpen,
    NoChannel,
    NoSettlingReason,
    NoSuchQuestion,
    WouldGiveAway,
)
from conversation.findings import Findings
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from conversation.shared import may_be_shared
from storage.records import Assessment, AssessmentState, Calibration, Posting, SeatState
from storage.store import Tx

#: Several questions settled one after the other make one new preview.
UNTIL_PREVIEW = timedelta(seconds=30)
#: Who closes an assessment whose time has come.
THE_CLOCK = ""


@dataclass(frozen=True)
class Closed:
    assessment: Assessment
    owed: tuple[Posting, ...]

    @property
    def concerned(self) -> tuple[str, ...]:
        """For whom something is open no longer."""
        return (self.assessment.facilitator, *Scope.of(self.assessment).people)


@dataclass(frozen=True)
class Worked:
    """A result as it is now; `changed` if it was just worked out anew and came out differently."""

    assessment: Assessment
    pack: Pack
    findings: Findings
    changed: bool = False


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


def settle(
    desk: Desk, user_id: str, *, assessment: str, question: str, level: int | None, reason: str, key: str
) -> Worked:
    """Record the level that people agreed on for a question, and why; the answers stay as they are, and the
    result says that it was settled. None takes it back. `key` names this one submission.

    Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, NoSuchQuestion, NoSettlingReason.
    """
    if not reason.strip():
        raise NoSettlingReason()
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        pack = _closed_pack(desk, tx, found)
        if question not in {item.id for item in Scope.of(found).items(pack)}:
            raise NoSuchQuestion()
        agreed = Calibration(
            key=key, question=question, level=level, reason=reason.strip(), by=user_id, at=desk.now()
        )
        if not tx.calibrations.add(found.id, agreed):
            return Worked(found, pack, _latest(tx, found))
        desk.write_down(tx, found.id, user_id, "settled", question=question, level=level)
        return conclude_again(desk, tx, found, by=user_id)


def work_out_again(desk: Desk, user_id: str, *, assessment: str) -> Worked:
    """Conclude once more from the same answers, with the evidence as it was ruled on since. A new revision
    only if anything came out differently.

    Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        _closed_pack(desk, tx, found)
        return conclude_again(desk, tx, found, by=user_id)


def to_settle(desk: Desk, user_id: str, *, assessment: str) -> Worked:
    """The result as it stands, for who may settle its questions. Raises: NoSuchAssessment, NotFacilitator,
    AssessmentIsOpen."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        pack = _closed_pack(desk, tx, found)
        return Worked(found, pack, _latest(tx, found))


def share(desk: Desk, user_id: str, *, assessment: str) -> Shared:
    """Post the result to the assessment's channel. Raises: NoSuchAssessment, NotFacilitator, NoChannel,
    AssessmentIsOpen, WouldGiveAway."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        result = tx.results.latest(found.id)
        if result is None:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        if found.channel is None:
            raise NoChannel(subject=found.subject)
        _must_not_give_away(tx, found)
        owed = desk.owe(
            tx,
            f"result/{found.id}/{result.revision}",
            kind="result",
            subject_id=found.id,
            recipient=found.channel,
            revision=result.revision,
        )
        if owed:
            desk.write_down(tx, found.id, user_id, "shared", channel=found.channel)
        return Shared(found, found.channel, (owed,) if owed else ())


@dataclass(frozen=True)
class SentOut:
    """A result that goes to those who took part; to so many of them for the first time."""

    assessment: Assessment
    people: int


def send_to_participants(desk: Desk, user_id: str, *, assessment: str) -> SentOut:
    """Send the result to everybody who was asked and did not decline, each in their own working hours; the
    same revision twice goes out once. Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen,
    WouldGiveAway."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        result = tx.results.latest(found.id)
        if result is None:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        _must_not_give_away(tx, found)
        told = sum(_send_to(desk, tx, found, result.revision, person) for person in _took_part(tx, found))
        if told:
            desk.write_down(tx, found.id, user_id, "sent_to_participants", people=told)
        return SentOut(found, told)


def _must_not_give_away(tx: Tx, assessment: Assessment) -> None:
    if not may_be_shared(tx, assessment, _latest(tx, assessment)):
        raise WouldGiveAway(subject=assessment.subject, group=Scope.of(assessment).group)


def _took_part(tx: Tx, assessment: Assessment) -> list[str]:
    """Known by the list of whom to ask, because who sat where may be forgotten."""
    declined = {seat.user_id for seat in tx.seats.of(assessment.id) if seat.state is SeatState.DECLINED}
    return [person for person in Scope.of(assessment).people if person not in declined]


def _send_to(desk: Desk, tx: Tx, assessment: Assessment, revision: int, user_id: str) -> bool:
    person = tx.people.get(user_id)
    return person.asked and tx.postings.owe(
        f"participant_result/{assessment.id}/{revision}/{user_id}",
        kind="participant_result",
        subject_id=assessment.id,
        recipient=user_id,
        due_at=worktime.in_worktime(desk.now(), person.tz),
        contents={"revision": revision},
        now=desk.now(),
    )


def _closed_pack(desk: Desk, tx: Tx, assessment: Assessment) -> Pack:
    if tx.results.latest(assessment.id) is None:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    return desk.pack_of(tx, assessment)


def _latest(tx: Tx, assessment: Assessment) -> Findings:
    result = tx.results.latest(assessment.id)
    assert result is not None
    return Findings.model_validate(result.body)


def conclude_again(desk: Desk, tx: Tx, assessment: Assessment, *, by: str) -> Worked:
    """A step: the result once more, from what holds now. The preview of several revisions in a row comes
    once, of the last."""
    pack, before = desk.pack_of(tx, assessment), _latest(tx, assessment)
    found = conclusion.find(tx, pack, assessment)
    if found == before:
        return Worked(assessment, pack, found)
    desk.write_down(tx, assessment.id, by, "worked_out_again")
    result = tx.results.add(assessment.id, body=found.model_dump(mode="json"), at=desk.now(), by=by)
    desk.owe(
        tx,
        f"preview/{assessment.id}/{result.revision}",
        kind="preview",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
        due_at=desk.now() + UNTIL_PREVIEW,
        revision=result.revision,
    )
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
    if Scope.of(assessment).privacy is Privacy.ANONYMOUS:
        _forget(desk, tx, assessment)
    owed = desk.owe(
        tx,
        f"preview/{assessment.id}/{result.revision}",
        kind="preview",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
        revision=result.revision,
    )
    reminders.owe_digest(desk, tx, assessment, since=now)
    return Closed(assessment, (owed,) if owed else ())


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
