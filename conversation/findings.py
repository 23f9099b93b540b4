"""Steps 2 to 4 of the white paper: what the answers come to: levels, gaps, and which gap first.

Findings are a snapshot. They are computed once, from counts by question, roles and answer, and kept with
the result, so that reading a result never computes it again.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

from pydantic import BaseModel, ConfigDict

from conversation import scorecard, statements
from conversation.pack import Item, Pack
from conversation.scope import Scope
from conversation.trust import Robustness, robustness
from scoring import explain, priorities, roadmap
from scoring.agreement import Reading
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
    aspect_result,
    overall,
    question_result,
)
from scoring.robustness import Resampling
from storage.records import Assessment, Count, Seat, SeatState
from storage.store import Tx

#: Story points of one phase, as in the worked example of docs/method.md.
CAPACITY = 40


_UNSCORED = (QuestionStatus.UNKNOWN, QuestionStatus.INSUFFICIENT, QuestionStatus.UNANSWERED)


class _Finding(BaseModel):
    model_config = ConfigDict(frozen=True)


class AspectFinding(_Finding):
    """`alpha` and its reading say how far people agree; `one_answer_away`, whether somebody's absence would
    have changed the level; `shares`, by level from 0, how often it came out when people were drawn again,
    if that was done: what they lack of 1 came out without a level. Results from before these were worked
    out have none of them."""

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
    alpha: float | None = None
    agreement: Reading | None = None
    one_answer_away: bool | None = None
    resampling: Resampling | None = None
    shares: tuple[float, ...] = ()


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
    """`seed` is what people were drawn again with: it gives the same shares once more."""

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
    seed: int | None = None

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
    """What the current answers of this assessment come to, and how far that can be trusted."""
    scope, counts = Scope.of(assessment), tx.answers.counts(assessment.id)
    seats = tx.seats.of(assessment.id)
    seed = crc32(assessment.id.encode())
    robust = robustness(
        tx,
        pack,
        assessment.id,
        aspects=scorecard.aspects(pack, scope.aspects),
        counts=counts,
        people=len(seats),
        seed=seed,
    )
    found = conclude(pack, scope, counts, seats)
    trusted = tuple(_trusted(aspect, robust[aspect.id]) for aspect in found.aspects)
    return found.model_copy(update={"aspects": trusted, "seed": seed})


def _trusted(aspect: AspectFinding, robust: Robustness) -> AspectFinding:
    shares = robust.bootstrap.shares
    return aspect.model_copy(
        update={
            "one_answer_away": robust.leave_one_out.fragile,
            "resampling": robust.bootstrap.resampling,
            "shares": tuple(float(share) for level, share in shares.items() if level is not None),
        }
    )


def conclude(pack: Pack, scope: Scope, counts: Iterable[Count], seats: Iterable[Seat]) -> Findings:
    """What counts alone come to."""
    seats = tuple(seats)
    items = [item for item in pack.items if item.aspect in scope.aspects]
    results = _results(items, statements.counted(pack, counts))
    aspects = {
        key: _Aspect(aspect.questions, aspect_result(aspect.questions, results, aspect.gates))
        for key, aspect in scorecard.aspects(pack, scope.aspects).items()
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
        answered=sum(seat.answered > 0 for seat in seats),
        invited=len(seats),
    )


def by_role(pack: Pack, seats: Iterable[Seat]) -> tuple[RoleFinding, ...]:
    """How many of each role have sent their answers; somebody in two roles counts in both."""
    seats = tuple(seats)
    taken = [role for role in pack.roles if any(role.id in seat.roles for seat in seats)]
    return tuple(
        RoleFinding(
            id=role.id,
            title=role.title,
            sent=sum(role.id in seat.roles and seat.state is SeatState.SENT for seat in seats),
            invited=sum(role.id in seat.roles for seat in seats),
        )
        for role in taken
    )


@dataclass(frozen=True)
class _Aspect:
    questions: tuple[Question, ...]
    result: AspectResult


def _results(items: Iterable[Item], said: Mapping[str, Mapping[Statement, int]]) -> dict[str, QuestionResult]:
    return {
        item.id: question_result(asked, Tally.of_counts(asked, said[item.id]))
        for item in items
        for asked in [scorecard.question(item)]
    }


def _aspect_finding(
    pack: Pack, key: str, aspect: _Aspect, results: Mapping[str, QuestionResult], scope: Scope
) -> AspectFinding:
    result = aspect.result
    agree = scorecard.agreement_on(aspect.questions, results)
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
        alpha=agree.alpha,
        agreement=agree.reading,
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
