"""Steps 2 to 4 of the white paper: what the answers come to: levels, gaps, and which gap first.

Findings are a snapshot. They are computed once, from counts by question, roles and answer, and kept with
the result, so that reading a result never computes it again.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from conversation import scorecard
from conversation.pack import Item, Pack
from conversation.scope import Scope
from scoring import explain, priorities, roadmap
from scoring.gaps import default_target
from scoring.levels import (
    AspectResult,
    AspectStatus,
    Flag,
    Question,
    QuestionResult,
    QuestionStatus,
    Statement,
    Tally,
    Value,
    aspect_result,
    overall,
    question_result,
)
from storage.records import Assessment, Count, Said, SeatCount, SeatState
from storage.store import Tx

#: Story points of one phase, as in the worked example of docs/method.md.
CAPACITY = 40


_UNSCORED = (QuestionStatus.UNKNOWN, QuestionStatus.INSUFFICIENT, QuestionStatus.UNANSWERED)


class _Finding(BaseModel):
    model_config = ConfigDict(frozen=True)


class AspectFinding(_Finding):
    id: str
    title: str
    status: AspectStatus
    level: int | None
    target: int | None
    continuous: float | None
    scored: int
    applicable: int
    bounds: tuple[int, int] | None
    because: tuple[str, ...]


class QuestionFinding(_Finding):
    """No numbers by role are kept: in a small team a role is a person."""

    id: str
    title: str
    aspect: str
    status: QuestionStatus
    level: int | None
    contested: bool
    answers: int
    dont_know: int


class GapFinding(_Finding):
    """One step up for one question. `waits_for` are steps that come first; `unblocks` counts those that
    wait for this one; `contributions` add up to `priority`, 0 to 100."""

    question: str
    title: str
    aspect: str
    level: int
    anchor: str
    priority: float
    contributions: dict[str, float]
    effort: int
    phase: int
    waits_for: tuple[str, ...]
    unblocks: int
    quadrant: priorities.Quadrant

    @property
    def step(self) -> str:
        return roadmap.step_id(self.question, self.level)


class RoleFinding(_Finding):
    id: str
    title: str
    sent: int
    invited: int


class Findings(_Finding):
    level: int | None
    status: AspectStatus
    limiting: tuple[str, ...]
    missing: tuple[str, ...]
    aspects: tuple[AspectFinding, ...]
    questions: tuple[QuestionFinding, ...]
    gaps: tuple[GapFinding, ...]
    find_out: tuple[str, ...]
    roles: tuple[RoleFinding, ...]
    answered: int
    invited: int

    def aspect(self, key: str) -> AspectFinding:
        return next(aspect for aspect in self.aspects if aspect.id == key)

    def gap(self, step: str) -> GapFinding | None:
        return next((gap for gap in self.gaps if gap.step == step), None)

    @property
    def contested(self) -> tuple[QuestionFinding, ...]:
        return tuple(question for question in self.questions if question.contested)

    @property
    def unknown(self) -> tuple[QuestionFinding, ...]:
        """What could not be scored: first what people were in doubt about, then what nobody answered."""
        return tuple(
            question for status in _UNSCORED for question in self.questions if question.status is status
        )


def find(tx: Tx, pack: Pack, assessment: Assessment) -> Findings:
    """What the current answers of this assessment come to."""
    answers, seats = tx.answers.counts(assessment.id), tx.seats.counts(assessment.id)
    return conclude(pack, Scope.of(assessment), answers, seats)


def conclude(pack: Pack, scope: Scope, counts: Iterable[Count], seats: Iterable[SeatCount]) -> Findings:
    seats = tuple(seats)
    items = [item for item in pack.items if item.aspect in scope.aspects]
    results = _results(items, counted(pack, counts))
    aspects = {
        aspect.id: _Aspect.of(pack, aspect.id, results)
        for aspect in pack.aspects
        if aspect.id in scope.aspects
    }
    whole = overall({key: aspect.result for key, aspect in aspects.items()})
    found = {key: _aspect_finding(pack, key, aspect, results, scope) for key, aspect in aspects.items()}
    gaps, find_out = _gaps(pack, items, results, {key: f.target for key, f in found.items()})
    return Findings(
        level=whole.level,
        status=whole.status,
        limiting=tuple(key for key in found if key in whole.limiting),
        missing=tuple(key for key in found if key in whole.missing),
        aspects=tuple(found.values()),
        questions=tuple(_question_finding(item, results[item.id]) for item in items),
        gaps=gaps,
        find_out=find_out,
        roles=by_role(pack, seats),
        answered=sum(seat.begun for seat in seats),
        invited=people(seats),
    )


def people(seats: Iterable[SeatCount], state: SeatState | None = None) -> int:
    """How many there are, in this state if one is named."""
    return sum(seat.n for seat in seats if state in {None, seat.state})


def by_role(pack: Pack, seats: Iterable[SeatCount]) -> tuple[RoleFinding, ...]:
    """How many of each role have sent their answers; somebody in two roles counts in both."""
    seats = tuple(seats)
    taken = [role for role in pack.roles if any(role.id in seat.roles for seat in seats)]
    return tuple(
        RoleFinding(
            id=role.id,
            title=role.title,
            sent=people((seat for seat in seats if role.id in seat.roles), SeatState.SENT),
            invited=people(seat for seat in seats if role.id in seat.roles),
        )
        for role in taken
    )


@dataclass(frozen=True)
class _Aspect:
    questions: tuple[Question, ...]
    result: AspectResult

    @staticmethod
    def of(pack: Pack, key: str, results: Mapping[str, QuestionResult]) -> "_Aspect":
        questions = scorecard.questions(pack, key)
        return _Aspect(questions, aspect_result(questions, results, scorecard.gates(pack, key)))


def _results(items: Iterable[Item], said: Mapping[str, Mapping[Statement, int]]) -> dict[str, QuestionResult]:
    return {
        item.id: question_result(asked, Tally.of_counts(asked, said[item.id]))
        for item in items
        for asked in [scorecard.question(item)]
    }


_VALUES: dict[Said, Value] = {Said.DONT_KNOW: "dk", Said.DOES_NOT_APPLY: "na"}


def counted(pack: Pack, counts: Iterable[Count]) -> dict[str, Counter[Statement]]:
    """By question, how many people said what."""
    said: dict[str, Counter[Statement]] = {item.id: Counter() for item in pack.items}
    for count in counts:
        if statement := _statement(pack.item(count.question), count.roles, count.kind, count.value):
            said[count.question][statement] += count.n
    return said


def _statement(item: Item, roles: Iterable[str], kind: Said, level: int | None) -> Statement:
    """Who sits in two roles speaks in each of those that the question is put to. 'Not part of my work' and a
    skipped question say nothing."""
    value = level if kind is Said.ANSWERED else _VALUES.get(kind)
    if value is None:
        return frozenset()
    return frozenset((role, value) for role in roles if role in item.primary or role in item.secondary)


def _aspect_finding(
    pack: Pack, key: str, aspect: _Aspect, results: Mapping[str, QuestionResult], scope: Scope
) -> AspectFinding:
    result = aspect.result
    return AspectFinding(
        id=key,
        title=pack.aspect(key).title,
        status=result.status,
        level=result.level,
        target=_target(result.level, scope, scorecard.top(pack)),
        continuous=None if result.continuous is None else float(result.continuous),
        scored=result.n_scored,
        applicable=result.n_applicable,
        bounds=result.bounds,
        because=_with_titles(pack, explain.because(result, aspect.questions, results)),
    )


def _with_titles(pack: Pack, sentences: Iterable[str]) -> tuple[str, ...]:
    """People know questions by their titles, not by their ids. (Q1 is not the beginning of Q10.)"""
    ids = "|".join(re.escape(item.id) for item in sorted(pack.items, key=lambda item: -len(item.id)))
    whole = re.compile(rf"(?<![\w.-])(?:{ids})(?![\w-])")
    return tuple(whole.sub(lambda found: pack.item(found[0]).title, sentence) for sentence in sentences)


def _target(level: int | None, scope: Scope, top: int) -> int | None:
    if scope.target is not None:
        return scope.target
    return None if level is None else default_target(level, top)


def _question_finding(item: Item, result: QuestionResult) -> QuestionFinding:
    return QuestionFinding(
        id=item.id,
        title=item.title,
        aspect=item.aspect,
        status=result.status,
        level=result.level,
        contested=Flag.CONTESTED in result.flags,
        answers=result.n_valid,
        dont_know=result.n_dk,
    )


def _gaps(
    pack: Pack,
    items: Iterable[Item],
    results: Mapping[str, QuestionResult],
    targets: Mapping[str, int | None],
) -> tuple[tuple[GapFinding, ...], tuple[str, ...]]:
    """Every step to the targets with its priority, in the order in which they can be taken."""
    levels = {key: result.level for key, result in results.items()}
    aims = {item.id: goal for item in items if (goal := targets.get(item.aspect)) is not None}
    away = [key for key, result in results.items() if result.status is QuestionStatus.NOT_APPLICABLE]
    path = roadmap.path(scorecard.capabilities(pack), levels, aims, away)
    ranked = {step.id: _priority(pack, step, results[step.item]) for step in path.steps}
    tasks = [roadmap.Task(step.id, ranked[step.id].score, step.effort, step.depends) for step in path.steps]
    plan = roadmap.roadmap(tasks, CAPACITY)
    steps = {step.id: step for step in path.steps}
    gaps = tuple(_gap(pack, steps, key, ranked[key], plan.phase[key]) for key in plan.order)
    return gaps, tuple(pack.item(unknown.item).title for unknown in path.find_out)


def _gap(
    pack: Pack, steps: Mapping[str, roadmap.Step], key: str, ranked: priorities.Priority, phase: int
) -> GapFinding:
    step, item = steps[key], pack.item(steps[key].item)
    return GapFinding(
        question=item.id,
        title=item.title,
        aspect=item.aspect,
        level=step.level,
        anchor=item.levels[step.level],
        priority=float(ranked.score),
        contributions={name: float(share) for name, share in ranked.contributions.items()},
        effort=step.effort,
        phase=phase,
        waits_for=step.depends,
        unblocks=sum(key in other.depends for other in steps.values()),
        quadrant=priorities.quadrant(item.impact, priorities.cost(step.effort)),
    )


def _priority(pack: Pack, step: roadmap.Step, result: QuestionResult) -> priorities.Priority:
    others = [need for need in step.depends if not need.startswith(f"{step.item}@")]
    factors = priorities.default_factors(
        priorities.Circumstances(
            impact=pack.item(step.item).impact,
            effort=step.effort,
            gap=step.gap,
            in_doubt=Flag.CONTESTED in result.flags,
            unmet=len(others),
        )
    )
    return priorities.priority(factors, top=scorecard.top(pack))
