"""A result as something to pass on: everything that its readers may see, in one piece.

A file goes where nobody looks after it. So a report never holds more than readers of the result may see, also
when its facilitator asks for it.
"""

from dataclasses import dataclass, replace

from conversation import plans, rounds
from conversation.assessments import assessment_for
from conversation.contents import Verdict
from conversation.desk import Desk
from conversation.earlier import Comparison
from conversation.errors import AssessmentIsOpen, NoSuchAssessment, NotShared
from conversation.plans import Board
from conversation.reports import verdict_for
from conversation.shared import shared_revisions
from storage.records import Assessment, AssessmentState, subject_key
from storage.store import Tx

_STATES = [AssessmentState.CLOSED, AssessmentState.OPEN]


@dataclass(frozen=True)
class Report:
    """`shared`: whether everybody can read the result in Slack already."""

    verdict: Verdict
    board: Board
    comparison: Comparison
    shared: bool


def report(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Report:
    """Of the assessment that is meant, for somebody in Slack. Raises: NoSuchAssessment, AssessmentIsOpen,
    NotShared."""
    with desk.transaction() as tx:
        return _report(desk, tx, user_id, assessment_for(tx, user_id, name, channel, _STATES), channel)


def report_for_operator(desk: Desk, *, name: str) -> Report:
    """Of the latest round by that name that was shared, for whoever has the database: what its readers see.
    Raises: NoSuchAssessment (`known` are the names that there are), AssessmentIsOpen, NotShared."""
    with desk.transaction() as tx:
        there = tx.assessments.in_states(_STATES)
        fitting = [each for each in there if each.subject_key == subject_key(name)]
        shared = shared_revisions(tx, [each.id for each in fitting])
        fitting.sort(key=lambda each: (each.id in shared, each.state is AssessmentState.CLOSED, each.round))
        if not fitting:
            raise NoSuchAssessment(name=name, known=tuple(dict.fromkeys(each.subject for each in there)))
        found = fitting[-1]
        if found.state is AssessmentState.CLOSED and found.id not in shared:
            raise NotShared(subject=found.subject, facilitator=found.facilitator)
        return _report(desk, tx, "", found, found.channel)


def _report(desk: Desk, tx: Tx, user_id: str, assessment: Assessment, channel: str | None) -> Report:
    if assessment.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    verdict = verdict_for(desk, tx, user_id, assessment)
    return Report(
        verdict=replace(verdict, findings=verdict.findings.for_readers, private=False),
        board=plans.board_in(desk, tx, user_id, assessment),
        comparison=rounds.compare_in(desk, tx, user_id, assessment, channel, for_readers=True),
        shared=assessment.id in shared_revisions(tx, [assessment.id]),
    )
