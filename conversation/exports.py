"""A result as something to pass on: everything that its readers may see, in one piece.

A file goes where nobody looks after it. So a report never holds more than readers of the result may see, also
when its facilitator asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from conversation import plans, rounds
from conversation.assessments import assessment_for, subjects_meant, visible
from conversation.contents import Verdict
from conversation.desk import Desk
from conversation.earlier import Comparison
from conversation.errors import AssessmentIsOpen, NoSuchAssessment, NotOneByThatName, NotShared
from conversation.plans import Board
from conversation.reports import verdict_for
from conversation.shared import shared_revisions
from storage.records import (
    ActionChange,
    ActionNote,
    ActionStep,
    Assessment,
    AssessmentState,
    Ticket,
    subject_key,
)
from storage.store import Tx

_STATES = [AssessmentState.CLOSED, AssessmentState.OPEN]


@dataclass(frozen=True)
class History:
    """What belongs to the actions of a plan: what was said, their steps, what was changed, and by action what
    has to come before it, and its issue."""

    notes: tuple[ActionNote, ...] = ()
    steps: tuple[ActionStep, ...] = ()
    changes: tuple[ActionChange, ...] = ()
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tickets: Mapping[str, Ticket] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """`shared`: whether everybody can read the result in Slack already."""

    verdict: Verdict
    board: Board
    comparison: Comparison
    shared: bool
    history: History = field(default_factory=History)


@dataclass(frozen=True)
class Exportable:
    """What may be had as a file, before somebody chose a form."""

    assessment: Assessment
    shared: bool


def to_export(desk: Desk, user_id: str, *, assessment: str, channel: str | None) -> Exportable:
    """Whether there is a report for this person. Raises: NoSuchAssessment, NotShared."""
    with desk.transaction() as tx:
        found = _seen(tx, user_id, assessment, channel)
        verdict_for(desk, tx, user_id, found)
        return Exportable(found, found.id in shared_revisions(tx, [found.id]))


def report_of(desk: Desk, user_id: str, *, assessment: str, channel: str | None) -> Report:
    """Of one that is known, for whoever sees its result, in this channel or because they take part. Raises:
    NoSuchAssessment, NotShared."""
    with desk.transaction() as tx:
        found = _seen(tx, user_id, assessment, channel)
        return report_in(desk, tx, user_id, found, channel=channel, seen_by=user_id)


def _seen(tx: Tx, user_id: str, assessment: str, channel: str | None) -> Assessment:
    seen = {found.id: found for found in visible(tx, user_id, {channel}, [AssessmentState.CLOSED])}
    if assessment not in seen:
        raise NoSuchAssessment(name="")
    return seen[assessment]


def report(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Report:
    """Of the assessment that is meant, for somebody in Slack. Raises: NoSuchAssessment, AssessmentIsOpen,
    NotShared."""
    with desk.transaction() as tx:
        found = assessment_for(tx, user_id, name, channel, _STATES)
        return report_in(desk, tx, user_id, found, channel=channel, seen_by=user_id)


def report_for_operator(desk: Desk, *, name: str) -> Report:
    """Of the latest round by that name, or a part of it, that was shared, for whoever has the database: what
    its readers see. Raises: NotOneByThatName, AssessmentIsOpen, NotShared."""
    with desk.transaction() as tx:
        fitting = _rounds_called(name, tx.assessments.in_states(_STATES))
        shared = shared_revisions(tx, [each.id for each in fitting])
        found = max(
            fitting, key=lambda each: (each.id in shared, each.state is AssessmentState.CLOSED, each.round)
        )
        if found.state is AssessmentState.OPEN:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at, offline=True)
        if found.state is AssessmentState.CLOSED and found.id not in shared:
            raise NotShared(subject=found.subject, facilitator=found.facilitator)
        return report_in(desk, tx, "", found, channel=found.channel, seen_by=found.facilitator)


def _rounds_called(name: str, there: list[Assessment]) -> list[Assessment]:
    """Of one subject. Raises: NotOneByThatName."""
    subjects = list({each.subject_key: each.subject for each in there}.values())
    meant = subjects_meant(name, subjects)
    if len(meant) != 1:
        raise NotOneByThatName(name=name, several=len(meant) > 1, known=tuple(meant or subjects))
    return [each for each in there if each.subject_key == subject_key(meant[0])]


def report_in(
    desk: Desk, tx: Tx, user_id: str, assessment: Assessment, *, channel: str | None, seen_by: str
) -> Report:
    """A step. Earlier rounds are those that `seen_by` finds, as far as readers may see them."""
    if assessment.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    verdict = verdict_for(desk, tx, user_id, assessment)
    board = plans.board_in(desk, tx, user_id, assessment)
    tickets = tx.tickets.of([action.id for action in board.actions])
    return Report(
        verdict=replace(verdict, findings=verdict.findings.for_readers, private=False, posted_in=None),
        board=board,
        comparison=rounds.compare_in(
            desk, tx, user_id, assessment, channel, for_readers=True, seen_by=seen_by
        ),
        shared=assessment.id in shared_revisions(tx, [assessment.id]),
        history=History(
            notes=tuple(tx.actions.notes(assessment.id)),
            steps=tuple(tx.actions.steps(assessment.id)),
            changes=tuple(tx.actions.changes(assessment.id)),
            needs=tx.actions.needs(assessment.id),
            tickets={action: ticket for action, ticket in tickets.items() if ticket.is_there},
        ),
    )
