"""The whole reasoning behind a file of answers: what they come to, by which conditions, and what follows.

It is concluded as a result in Slack is, by the same steps. Names are not hidden: who has the file has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from conversation.answersfile import AnswersFile
from conversation.conclusion import conclude
from conversation.evidence import Checked
from conversation.findings import Findings, GapFinding
from conversation.material import Material, Sheets
from conversation.pack import Pack
from conversation.paths import LeastWork, Supposition, least_work_in, suppose_in
from conversation.rebuilt import Rebuilt
from conversation.scope import Scope
from conversation.scorecard import SEED, questions
from conversation.writeup import CAPACITY
from scoring import roadmap
from scoring.explain import missing_for_next
from scoring.levels import AspectResult, Overall, Question, Sheet, Statement, counted, sheets
from scoring.robustness import Removals, decisive
from storage.records import SeatCount, SeatState


@dataclass(frozen=True)
class Planned:
    """A step in its place in the plan. `effective` is its own priority or the one that it inherits from the
    most urgent step that waits for it, `heir` then."""

    gap: GapFinding
    effective: float
    heir: str | None


@dataclass(frozen=True)
class Plan:
    """The steps in their order; `load` is the effort in each phase, which holds `capacity`."""

    steps: tuple[Planned, ...]
    load: tuple[int, ...]
    capacity: int = CAPACITY


@dataclass(frozen=True)
class Reasoning:
    """`result` is what all of it is worked out from; `closest` are by aspect the fewest questions that would
    supply what the next level lacks."""

    result: Rebuilt
    answers: int
    people: int
    closest: Mapping[str, tuple[str, ...]]
    plan: Plan
    paths: tuple[LeastWork, ...] = ()
    supposed: Supposition | None = None

    @property
    def findings(self) -> Findings:
        return self.result.findings

    @property
    def climbed(self) -> Mapping[str, AspectResult]:
        return self.result.climbed


def reason(
    pack: Pack,
    scope: Scope,
    file: AnswersFile,
    *,
    paths: Iterable[tuple[str, int]] = (),
    supposed: Mapping[str, int] | None = None,
) -> Reasoning:
    """`paths` are aspects and levels to find the least work to, `supposed` levels by question.

    Raises: AlreadyThere, and ValueError for a question or a level that the pack does not have.
    """
    asked = questions(pack)
    by_person = sheets(asked, file.answers)
    result = Rebuilt(pack, scope, conclude(pack, scope, _material(asked, by_person, file)))
    return Reasoning(
        result,
        len(file.answers),
        len({answer.respondent for answer in file.answers}),
        {key: _closest(result, key) for key in result.aspects},
        plan(result.findings.gaps),
        tuple(least_work_in(result, aspect, level) for aspect, level in paths),
        None if supposed is None else suppose_in(result, supposed),
    )


def plan(gaps: Sequence[GapFinding]) -> Plan:
    """The order of the gaps once more, with what each inherits."""
    tasks = [roadmap.Task(gap.step, Fraction(gap.priority), gap.effort, gap.waits_for) for gap in gaps]
    found, by_step = roadmap.roadmap(tasks, CAPACITY), {gap.step: gap for gap in gaps}
    waiting: dict[str, list[str]] = {gap.step: [] for gap in gaps}
    for gap in gaps:
        for need in gap.waits_for:
            waiting[need].append(gap.step)

    def heir(step: str) -> str | None:
        """Along those that wait, to the one whose own priority it is."""
        effective = found.effective[step]
        if by_step[step].priority == effective:
            return None
        after = next(other for other in waiting[step] if found.effective[other] == effective)
        return heir(after) or after

    steps = (Planned(by_step[key], float(found.effective[key]), heir(key)) for key in found.order)
    return Plan(tuple(steps), found.load)


@dataclass(frozen=True)
class _Material(Material):
    """Of a file, in which somebody may say different things in each of their roles."""

    statements: Mapping[str, Mapping[Statement, int]] = field(default_factory=dict)

    def said(self, pack: Pack) -> Mapping[str, Mapping[Statement, int]]:
        return {item.id: self.statements.get(item.id, {}) for item in pack.items}


def _material(asked: Sequence[Question], by_person: Mapping[str, Sheet], file: AnswersFile) -> Material:
    everybody = [*by_person.values()]

    def deciding(removed: Mapping[str, Removals]) -> Iterable[Sheet]:
        return decisive(removed, everybody)

    return _Material(
        counts=(),
        seats=_seats(by_person),
        evidence=_checked(file),
        sheets=Sheets(len(everybody), lambda: everybody, deciding),
        seed=SEED,
        statements=counted(everybody),
    )


def _seats(by_person: Mapping[str, Sheet]) -> tuple[SeatCount, ...]:
    """How many answered in which roles."""
    seats = Counter(
        tuple(sorted({role for statement in sheet.values() for role, _ in statement}))
        for sheet in by_person.values()
    )
    return tuple(SeatCount(roles=roles, state=SeatState.SENT, n=n, begun=n) for roles, n in seats.items())


def _checked(file: AnswersFile) -> dict[str, Checked]:
    found: dict[str, Checked] = {}
    for shown in file.evidence:
        before = found.get(shown.question, Checked())
        if shown.accepted:
            found[shown.question] = Checked(max(before.accepted or 0, shown.level), before.returned)
        else:
            found[shown.question] = Checked(before.accepted, before.returned + 1)
    return found


def _closest(result: Rebuilt, aspect: str) -> tuple[str, ...]:
    missing = missing_for_next(result.climbed[aspect], result.aspects[aspect].questions, result.results)
    return tuple(dict.fromkeys(key for each in missing for key in each.closest))


def as_json(found: Reasoning) -> dict[str, Any]:
    """All of it: the findings under their names, the plan, the least work and what was supposed."""
    return {
        "findings": found.findings.model_dump(mode="json"),
        "closest": {key: list(closest) for key, closest in found.closest.items()},
        "plan": {
            "capacity": found.plan.capacity,
            "load": list(found.plan.load),
            "steps": [
                {
                    "step": each.gap.step,
                    "phase": each.gap.phase,
                    "priority": each.gap.priority,
                    "effective": each.effective,
                    "inherited_from": each.heir,
                }
                for each in found.plan.steps
            ],
        },
        "paths": [_path_json(path) for path in found.paths],
        "what_if": None if found.supposed is None else _supposed_json(found.supposed),
    }


def _path_json(path: LeastWork) -> dict[str, Any]:
    return {
        "aspect": path.aspect.id,
        "level": path.level,
        "reachable": path.reachable,
        "exact": path.exact,
        "effort": path.effort,
        "steps": [
            {
                "step": step.id,
                "effort": step.effort,
                "aspect": step.item.aspect,
                "needed_for": list(step.needed_for),
                "gate": step.gate,
            }
            for step in path.steps
        ],
        "find_out": [
            {"question": each.question, "needed_for": list(each.needed_for)} for each in path.find_out
        ],
        "everything": {"steps": path.everything.steps, "effort": path.everything.effort},
    }


def _supposed_json(found: Supposition) -> dict[str, Any]:
    return {
        "supposed": dict(found.chosen),
        "aspects": {
            each.aspect.id: {
                "before": each.before.level,
                "after": each.after.level,
                "status": each.after.status.value,
            }
            for each in found.aspects
        },
        "overall": {"before": _level(found.before), "after": _level(found.after)},
        "steps": found.steps,
        "effort": found.effort,
        "along": list(found.along),
        "unknown": list(found.unknown),
    }


def _level(whole: Overall | None) -> int | None:
    return None if whole is None else whole.level
