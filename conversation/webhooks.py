"""What is told to a webhook: events of assessments and their plans, as they were when they happened.

An event is written in the transaction of what it tells, and goes out in order with what happened to the same
action or assessment. It holds what every reader of the result may see and no more: of a plan nothing as long
as its result is not shared; the event of the sharing brings the plan along.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from conversation.desk import Desk
from conversation.findings import Findings
from conversation.shared import shared_revisions
from storage.records import Action, ActionState, Assessment, Deed, Delivery, Ticket
from storage.store import Tx

#: How long whoever claimed an event has it: longer than sending it may take.
LEASE = timedelta(minutes=1)
#: Waits after each failure. After one more it is given up.
BACKOFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
EventType = Literal[
    "assessment.launched",
    "assessment.closed",
    "result.published",
    "action.agreed",
    "action.changed",
    "action.done",
    "action.dropped",
    "ping",
]
#: By what is written down of an assessment.
_OF_ASSESSMENTS: Mapping[str, EventType] = {
    "launched": "assessment.launched",
    "closed": "assessment.closed",
    "shared": "result.published",
}
_AGREED = "agreed_action"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AssessmentPart(_Part):
    id: str
    subject: str
    round: int = Field(description="Of the assessments of this subject, from 1.")
    opened_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None


class IssuePart(_Part):
    tracker: str
    key: str
    url: str


class ActionPart(_Part):
    id: str
    question: str | None = Field(
        description="The id of the question in its pack, whose gap the action closes, if it came from a gap."
    )
    level: int | None = Field(description="The level that it is to bring the question to.")
    objective: str
    measure: str
    owner: str | None = Field(description="A Slack user id.")
    due: date
    state: str = Field(description="on_track, at_risk, blocked, done, dropped; further ones may come.")
    issue: IssuePart | None


class AspectPart(_Part):
    id: str
    title: str
    level: int | None = Field(description="None: not enough answers, or hidden.")
    target: int | None


class ResultPart(_Part):
    revision: int
    level: int | None
    aspects: tuple[AspectPart, ...]


class DataPart(_Part):
    assessment: AssessmentPart | None = None
    action: ActionPart | None = Field(None, description="Of an event of an action.")
    result: ResultPart | None = Field(None, description="Of result.published.")
    actions: tuple[ActionPart, ...] | None = Field(None, description="Of result.published: the plan so far.")


class Event(_Part):
    """What is posted. The header `webhook-id` names it: whoever has had it before can drop it."""

    type: EventType
    version: Literal[1] = 1
    timestamp: datetime = Field(description="When it happened.")
    workspace: str = Field(description="The id of the Slack workspace.")
    data: DataPart


def schema() -> dict[str, Any]:
    """JSON Schema of an event."""
    return Event.model_json_schema()


def owe(desk: Desk, tx: Tx, assessment_id: str, deed: Deed) -> None:
    """A step: what was just written down is an event, if it is one."""
    assessment = tx.assessments.get(assessment_id)
    if deed.what in _OF_ASSESSMENTS:
        data = DataPart(assessment=_assessment(assessment), **_shared(tx, assessment, deed))
        _owe(desk, tx, assessment_id, assessment_id, _OF_ASSESSMENTS[deed.what], deed, data)
        return
    action = tx.actions.find(str(deed.values.get("action", "")))
    if action and shared_revisions(tx, [assessment_id]):
        part = _action(action, tx.tickets.find(action.id))
        data = DataPart(assessment=_assessment(assessment), action=part)
        _owe(desk, tx, assessment_id, action.id, _type_of(action, deed), deed, data)


def ping(at: datetime) -> dict[str, Any]:
    """An event of nothing, for trying the receiver out."""
    event = Event(type="ping", timestamp=at, workspace="", data=DataPart())
    return event.model_dump(mode="json")


def next_delivery(desk: Desk) -> Delivery | None:
    """Claim the event that is due, if any."""
    with desk.transaction() as tx:
        return tx.deliveries.claim_next(token=desk.claimant, now=desk.now(), lease=LEASE)


def delivered(desk: Desk, delivery: Delivery) -> None:
    with desk.transaction() as tx:
        tx.deliveries.done(delivery)


def not_delivered(desk: Desk, delivery: Delivery, *, after: timedelta | None = None) -> bool:
    """It is tried again, not before `after`; False if it is given up."""
    with desk.transaction() as tx:
        if delivery.attempts > len(BACKOFF):
            tx.deliveries.done(delivery)
            return False
        wait = max(BACKOFF[delivery.attempts - 1], after or timedelta())
        tx.deliveries.later(delivery, due_at=desk.now() + wait)
        return True


def _owe(
    desk: Desk, tx: Tx, assessment: str, subject: str, type: EventType, deed: Deed, data: DataPart
) -> None:
    event = Event(type=type, timestamp=deed.at, workspace=desk.team, data=data)
    body = event.model_dump(mode="json")
    tx.deliveries.owe(
        f"evt_{desk.new_id()}", assessment_id=assessment, subject_id=subject, body=body, at=desk.now()
    )


def _type_of(action: Action, deed: Deed) -> EventType:
    if deed.what == _AGREED:
        return "action.agreed"
    if action.state is ActionState.DONE:
        return "action.done"
    return "action.dropped" if action.state is ActionState.DROPPED else "action.changed"


def _assessment(found: Assessment) -> AssessmentPart:
    return AssessmentPart(
        id=found.id,
        subject=found.subject,
        round=found.round,
        opened_at=found.opened_at,
        closes_at=found.closes_at,
        closed_at=found.closed_at,
    )


def _shared(tx: Tx, assessment: Assessment, deed: Deed) -> dict[str, Any]:
    """The revision that was shared, and the plan as it is."""
    if deed.what != "shared":
        return {}
    result = next(each for each in tx.results.all(assessment.id) if each.revision == deed.values["revision"])
    found = Findings.model_validate(result.body).for_readers
    aspects = tuple(
        AspectPart(id=each.id, title=each.title, level=each.level, target=each.target)
        for each in found.aspects
    )
    actions = tx.actions.of(assessment.id)
    tickets = tx.tickets.of([action.id for action in actions]) if actions else {}
    return {
        "result": ResultPart(revision=result.revision, level=found.level, aspects=aspects),
        "actions": tuple(_action(action, tickets.get(action.id)) for action in actions),
    }


def _action(action: Action, ticket: Ticket | None) -> ActionPart:
    issue = None
    if ticket and ticket.key and ticket.url:
        issue = IssuePart(tracker=str(ticket.tracker), key=ticket.key, url=ticket.url)
    return ActionPart(
        id=action.id,
        question=action.question,
        level=action.level,
        objective=action.objective,
        measure=action.measure,
        owner=action.owner,
        due=action.due,
        state=str(action.state),
        issue=issue,
    )
