"""The form of an exported result: JSON whose schema `tidemark export --schema` prints, and from which
`tidemark import result` makes the result again (`conversation.importing_result`)."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from conversation.comparison import Measured, Outcome, Reason
from conversation.exports import History, Report
from conversation.findings import Findings
from conversation.pack import Pack
from conversation.prioritising import Order
from storage.records import (
    Action,
    ActionChange,
    ActionNote,
    ActionState,
    ActionStep,
    SlackFile,
    Ticket,
    TicketStatus,
    TrackerKind,
)

#: Of whoever is named by an id, an action as well.
_Id = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PackPart(_Part):
    """The questions as they were asked."""

    id: str
    title: str
    version: int
    levels: tuple[str, ...] = Field(description="Names of the levels, from 0 up.")
    digest: str = Field(description="SHA-256 of the body as text: keys in order, no blanks.")
    body: dict[str, Any]


class AssessmentPart(_Part):
    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    round: int = Field(ge=1)
    opened_at: AwareDatetime | None
    closed_at: AwareDatetime
    revision: int = Field(ge=1, description="The revision of the result.")
    headline: str | None = Field(description="The facilitators' own sentence over it.")


class FilePart(_Part):
    """A file that stays in the Slack in which it was shown; `size` in bytes."""

    name: str
    size: int
    type: str
    gone: bool = Field(description="It was deleted there.")


class NotePart(_Part):
    """What somebody said of an action, and its state from then on; `measured` is what its measure was."""

    by: _Id = Field(description="A Slack user id.")
    state: ActionState
    text: str | None
    at: AwareDatetime
    link: str | None
    measured: Decimal | None
    files: tuple[FilePart, ...] = ()

    def record(self, action_id: str) -> ActionNote:
        """Files without their ids: those of another Slack are not to be had here."""
        files = [SlackFile(id="", **file.model_dump()) for file in self.files]
        return ActionNote(action_id=action_id, **self.model_dump(exclude={"files"}), files=files)


class StepPart(_Part):
    id: _Id
    position: int
    text: str
    done_at: AwareDatetime | None
    done_by: _Id | None = Field(description="A Slack user id.")


class ChangePart(_Part):
    """`what` is one word for it; `values` are by field what it was and what it became."""

    by: str = Field(description="A Slack user id.")
    what: str
    values: dict[str, Any]
    at: AwareDatetime


class IssuePart(_Part):
    """Its issue in a tracker, and how that stood when it was read last."""

    tracker: TrackerKind
    key: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="As people see it: acme/mlops#12, ML-7."
    )
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>|\"]+$", max_length=1000)]
    status: TicketStatus | None = Field(description="null if it was not read yet.")
    detail: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        description="The tracker's own word for the status."
    )
    checked_at: AwareDatetime | None = Field(description="When it was read last.")

    @classmethod
    def of(cls, ticket: Ticket) -> "IssuePart":
        return cls.model_validate(ticket.model_dump(include=set(cls.model_fields)))


class ActionPart(_Part):
    """Every field of the record, but whose assessment it belongs to; and what belongs to it."""

    id: _Id
    question: str | None = Field(description="None if it is about no gap.")
    level: int | None = Field(description="The level that it is to bring the question to.")
    objective: str
    measure: str
    owner: _Id | None = Field(description="A Slack user id; None if nobody has it.")
    owner_name: str | None
    due: date
    state: ActionState
    agreed_by: _Id = Field(description="A Slack user id.")
    agreed_at: AwareDatetime
    changed_at: AwareDatetime
    revision: int
    unit: str | None
    baseline: Decimal | None
    target: Decimal | None
    current: Decimal | None
    starts: date | None
    accepted_at: AwareDatetime | None
    informed: tuple[_Id, ...] = Field(description="Slack user ids of who hears how it goes.")
    became: _Id | None = Field(description="The action that it was merged into.")
    split_from: _Id | None = Field(description="The action that it is a part of.")
    issue: IssuePart | None = None
    steps: tuple[StepPart, ...]
    needs: tuple[_Id, ...] = Field(description="The actions that have to come before it.")
    notes: tuple[NotePart, ...]
    changes: tuple[ChangePart, ...]

    @classmethod
    def of(cls, action: Action, history: History, *, owner_name: str | None) -> "ActionPart":
        return cls(
            **action.model_dump(exclude={"assessment_id"}),
            owner_name=owner_name,
            issue=IssuePart.of(history.tickets[action.id]) if action.id in history.tickets else None,
            steps=_parts(StepPart, history.steps, action),
            needs=tuple(sorted(history.needs.get(action.id, ()))),
            notes=_parts(NotePart, history.notes, action),
            changes=_parts(ChangePart, history.changes, action),
        )

    def record(self, assessment_id: str) -> Action:
        facts = self.model_dump(exclude={"owner_name", "issue", "steps", "needs", "notes", "changes"})
        return Action.model_validate({**facts, "assessment_id": assessment_id})

    @property
    def history(self) -> History:
        """What belongs to it, as records."""
        return History(
            notes=tuple(each.record(self.id) for each in self.notes),
            steps=tuple(ActionStep(action_id=self.id, **each.model_dump()) for each in self.steps),
            changes=tuple(ActionChange(action_id=self.id, **each.model_dump()) for each in self.changes),
            needs={self.id: frozenset(self.needs)},
        )


_Belongs = TypeVar("_Belongs", bound=_Part)


def _parts(
    part: type[_Belongs], records: Iterable[ActionNote | ActionStep | ActionChange], action: Action
) -> tuple[_Belongs, ...]:
    """Of these, what belongs to the action."""
    mine = (each for each in records if each.action_id == action.id)
    without: Any = {"action_id": True, "files": {"__all__": {"id"}}}
    return tuple(part(**each.model_dump(exclude=without)) for each in mine)


class PlacePart(_Part):
    """A gap in its place: a step like "MON-Q4@2", as people rated it."""

    step: str
    factors: dict[str, int] = Field(description="1 (low) to 5 (high).")
    priority: float
    phase: int
    after: tuple[str, ...] = Field(description="The steps that come first.")
    moved_by: str | None = Field(description="Who put it here by hand: a Slack user id.")
    moved_because: str


class RankingPart(_Part):
    """The order of the gaps as people decided it; the findings keep the one that was published."""

    method: str
    cut_off: int = Field(description="So many are worked on first.")
    capacity: int = Field(description="Effort points in a phase.")
    weeks: int | None = Field(description="How long a phase is.")
    phases: int | None = Field(description="How many there are; null is as many as it takes.")
    changed_at: AwareDatetime | None
    places: tuple[PlacePart, ...]


class OutcomePart(_Part):
    """What came of an action that was agreed in an earlier round."""

    round: int = Field(description="The one in which it was agreed.")
    action: _Id
    objective: str
    question: str | None = Field(description="None if it is about no gap.")
    level: int | None = Field(description="The level that it was to bring the question to.")
    state: ActionState
    before: int | None = Field(description="The level of its question then.")
    now: int | None = Field(description="The same in this round.")
    why: Reason | None = Field(description="Why these two cannot be told, if so.")
    unit: str | None
    baseline: Decimal | None
    target: Decimal | None
    current: Decimal | None
    measured: Measured | None = Field(description="Whether its number moved; null if that is not known.")

    @classmethod
    def of(cls, outcome: Outcome) -> "OutcomePart":
        action = outcome.action
        return cls(
            round=outcome.number,
            action=action.id,
            before=outcome.before,
            now=outcome.now,
            why=outcome.why,
            measured=outcome.measured,
            **{name: getattr(action, name) for name in _OF_ITS_ACTION},
        )


_OF_ITS_ACTION = ("objective", "question", "level", "state", "unit", "baseline", "target", "current")


class RoundPart(_Part):
    """A round up to this one, as far as it can be compared; `levels` by aspect."""

    number: int
    closed_at: AwareDatetime
    levels: dict[str, int | None]


class ExportFile(_Part):
    """What readers of a result may see of it."""

    tidemark_export: Literal[1] = 1
    assessment: AssessmentPart
    pack: PackPart
    scope: dict[str, Any] = Field(description="What the facilitator decided, without who was asked.")
    findings: Findings
    ranking: RankingPart | None = Field(description="null if nobody changed what the answers propose.")
    actions: tuple[ActionPart, ...]
    rounds: tuple[RoundPart, ...]
    outcomes: tuple[OutcomePart, ...] = Field((), description="Of the actions of earlier rounds.")


#: Names of people, who were asked, facilitate, are told or may check evidence, are not for passing on.
PEOPLE = frozenset({"people", "reviewers", "sources", "facilitators", "newcomers", "sponsors"})


def as_json(report: Report) -> str:
    return export_file(report).model_dump_json(indent=2) + "\n"


def export_file(report: Report) -> ExportFile:
    verdict = report.verdict
    assessment = verdict.assessment
    basis = verdict.findings.basis
    kept = basis and basis.model_copy(update={"scope": without_people(basis.scope)})
    assert assessment.closed_at is not None
    return ExportFile(
        assessment=AssessmentPart(
            subject=assessment.subject,
            round=assessment.round,
            opened_at=assessment.opened_at,
            closed_at=assessment.closed_at,
            revision=verdict.revision,
            headline=verdict.headline,
        ),
        pack=_pack(verdict.pack),
        scope=without_people(verdict.scope.model_dump(mode="json")),
        findings=verdict.findings.model_copy(update={"basis": kept, "published": None}),
        ranking=_kept_ranking(report),
        actions=tuple(_actions(report)),
        rounds=_rounds(report),
        outcomes=_outcomes(report),
    )


def without_people(scope: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scope.items() if key not in PEOPLE}


def _kept_ranking(report: Report) -> RankingPart | None:
    """Of an imported round, as its file has it."""
    kept = report.verdict.assessment.kept
    if kept is None:
        return _ranking(report.board.order)
    return RankingPart.model_validate(kept["ranking"]) if kept["ranking"] else None


def _ranking(order: Order) -> RankingPart | None:
    if not order.head.revision:
        return None
    return RankingPart(
        method=str(order.method),
        cut_off=order.cut_off,
        capacity=order.capacity,
        weeks=order.head.weeks,
        phases=order.head.phases,
        changed_at=order.head.changed_at,
        places=tuple(
            PlacePart(
                step=each.step,
                factors=each.gap.factors,
                priority=each.gap.priority,
                phase=each.gap.phase,
                after=each.gap.waits_for,
                moved_by=each.moved.by if each.moved else None,
                moved_because=each.moved.reason if each.moved else "",
            )
            for each in order.ranked
        ),
    )


def schema() -> dict[str, Any]:
    """JSON Schema of an exported result."""
    return ExportFile.model_json_schema()


def _pack(pack: Pack) -> PackPart:
    return PackPart(
        id=pack.id,
        title=pack.title,
        version=pack.version,
        levels=tuple(level.name for level in pack.levels),
        digest=pack.digest,
        body=json.loads(pack.snapshot()),
    )


def _actions(report: Report) -> Iterable[ActionPart]:
    for action in report.board.actions:
        name = report.board.owners[action.owner].name if action.owner else None
        yield ActionPart.of(action, report.history, owner_name=name)


def _rounds(report: Report) -> tuple[RoundPart, ...]:
    """As they are here; of an imported round also those that only its file knows."""
    comparison = report.comparison
    here = [
        RoundPart(
            number=each.number,
            closed_at=each.closed_at,
            levels={line.id: line.levels[place] for line in comparison.trend},
        )
        for place, each in enumerate(comparison.rounds)
    ]
    known = report.verdict.assessment.kept or {"rounds": ()}
    kept = [RoundPart.model_validate(each) for each in known["rounds"]]
    if kept and not comparison.trend:
        return tuple(kept)
    numbers = {each.number for each in here}
    return tuple(sorted([*here, *(each for each in kept if each.number not in numbers)], key=_number))


def _outcomes(report: Report) -> tuple[OutcomePart, ...]:
    """Of an imported round, as its file has them: the earlier rounds may not be here."""
    kept = report.verdict.assessment.kept
    if kept is not None:
        return tuple(map(OutcomePart.model_validate, kept.get("outcomes", ())))
    return tuple(map(OutcomePart.of, report.comparison.outcomes))


def _number(each: RoundPart) -> int:
    return each.number
