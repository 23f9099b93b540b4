"""The form of an exported result: JSON whose schema `tidemark export --schema` prints, and from which
`tidemark import result` makes the result again (`conversation.importing_result`)."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from conversation.exports import Report
from conversation.findings import Findings
from conversation.pack import Pack
from storage.records import Action, ActionNote, ActionState

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


class NotePart(_Part):
    """What somebody said of an action, and its state from then on."""

    by: _Id = Field(description="A Slack user id.")
    state: ActionState
    text: str | None
    at: AwareDatetime


class ActionPart(_Part):
    """Every field of the record, but whose assessment it belongs to; and what was said of it."""

    id: _Id
    question: str
    level: int = Field(description="The level that it is to bring the question to.")
    objective: str
    measure: str
    owner: _Id = Field(description="A Slack user id.")
    owner_name: str
    due: date
    state: ActionState
    agreed_by: _Id = Field(description="A Slack user id.")
    agreed_at: AwareDatetime
    changed_at: AwareDatetime
    notes: tuple[NotePart, ...]

    @classmethod
    def of(cls, action: Action, notes: Iterable[ActionNote], *, owner_name: str) -> "ActionPart":
        said = [NotePart(**note.model_dump(exclude={"action_id"})) for note in notes]
        return cls(**action.model_dump(exclude={"assessment_id"}), owner_name=owner_name, notes=tuple(said))

    def record(self, assessment_id: str) -> Action:
        facts = self.model_dump(exclude={"owner_name", "notes"})
        return Action.model_validate({**facts, "assessment_id": assessment_id})

    def said(self) -> list[ActionNote]:
        return [ActionNote(action_id=self.id, **note.model_dump()) for note in self.notes]


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
    actions: tuple[ActionPart, ...]
    rounds: tuple[RoundPart, ...]


#: Names of people, who were asked, facilitate or may check evidence, are not for passing on.
PEOPLE = frozenset({"people", "reviewers", "sources", "facilitators", "newcomers"})


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
        actions=tuple(_actions(report)),
        rounds=_rounds(report),
    )


def without_people(scope: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scope.items() if key not in PEOPLE}


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
        notes = [note for note in report.notes if note.action_id == action.id]
        yield ActionPart.of(action, notes, owner_name=report.board.owners[action.owner].name)


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
    kept = [RoundPart.model_validate(each) for each in report.verdict.assessment.earlier or ()]
    if kept and not comparison.trend:
        return tuple(kept)
    numbers = {each.number for each in here}
    return tuple(sorted([*here, *(each for each in kept if each.number not in numbers)], key=_number))


def _number(each: RoundPart) -> int:
    return each.number
