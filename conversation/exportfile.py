"""The form of an exported result: JSON whose schema `tidemark export --schema` prints."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from conversation.exports import Report
from conversation.findings import Findings
from conversation.prioritising import Order


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PackPart(_Part):
    id: str
    title: str
    version: int
    levels: tuple[str, ...] = Field(description="Names of the levels, from 0 up.")


class AssessmentPart(_Part):
    subject: str
    round: int
    opened_at: datetime | None
    closed_at: datetime | None
    revision: int = Field(description="The revision of the result.")


class ActionPart(_Part):
    question: str | None = Field(description="None if it is about no gap.")
    level: int | None = Field(description="The level that it is to bring the question to.")
    objective: str
    measure: str
    owner: str | None = Field(description="A Slack user id; None if nobody has it.")
    owner_name: str | None
    due: date
    state: str
    agreed_at: datetime
    changed_at: datetime


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
    changed_at: datetime | None
    places: tuple[PlacePart, ...]


class RoundPart(_Part):
    """An earlier round as far as it can be compared; `levels` by aspect."""

    number: int
    closed_at: datetime
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


#: Names of people, who were asked or may check evidence, are not for passing on.
_PEOPLE = {"people", "reviewers", "sponsors"}


def as_json(report: Report) -> str:
    return export_file(report).model_dump_json(indent=2) + "\n"


def export_file(report: Report) -> ExportFile:
    verdict, board = report.verdict, report.board
    assessment, pack = verdict.assessment, verdict.pack
    basis = verdict.findings.basis
    kept = basis and basis.model_copy(
        update={"scope": {key: value for key, value in basis.scope.items() if key not in _PEOPLE}}
    )
    return ExportFile(
        assessment=AssessmentPart(
            subject=assessment.subject,
            round=assessment.round,
            opened_at=assessment.opened_at,
            closed_at=assessment.closed_at,
            revision=verdict.revision,
        ),
        pack=PackPart(
            id=pack.id,
            title=pack.title,
            version=pack.version,
            levels=tuple(level.name for level in pack.levels),
        ),
        scope=verdict.scope.model_dump(mode="json", exclude=_PEOPLE),
        findings=verdict.findings.model_copy(update={"basis": kept, "published": None}),
        ranking=_ranking(board.order),
        actions=tuple(
            ActionPart(
                question=action.question,
                level=action.level,
                objective=action.objective,
                measure=action.measure,
                owner=action.owner,
                owner_name=board.owners[action.owner].name if action.owner else None,
                due=action.due,
                state=str(action.state),
                agreed_at=action.agreed_at,
                changed_at=action.changed_at,
            )
            for action in board.actions
        ),
        rounds=tuple(
            RoundPart(
                number=each.number,
                closed_at=each.closed_at,
                levels={line.id: line.levels[place] for line in report.comparison.trend},
            )
            for place, each in enumerate(report.comparison.rounds)
        ),
    )


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
