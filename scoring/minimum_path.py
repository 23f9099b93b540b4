"""What is the least work to a level? The steps with the least effort after which an aspect stands there.

The ladder does not ask for every question, so there is a choice; steps bring their prerequisites along, and a
prerequisite that several steps share is done once. Of equally cheap ways the one with the more urgent steps
is taken (the higher sum of effective priorities, as in the roadmap of all steps that come into question),
then the one with the first ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from types import MappingProxyType

from scoring.cheapest import Problem, Rung, cheapest, mask_of, places
from scoring.levels import (
    ISO33020,
    AspectStatus,
    Gate,
    Number,
    Question,
    QuestionResult,
    QuestionStatus,
    Strictness,
    aspect_result,
)
from scoring.roadmap import Capability, FindOut, Path, Roadmap, Step, Task, path, roadmap

NODES = 40_000
"""So many ways are looked at before the search gives up: somewhat more than half a second."""

_NONE_GIVEN: Mapping[str, Number] = MappingProxyType({})
_NOTHING_TO_DO = Roadmap((), {}, {}, ())


@dataclass(frozen=True)
class MinimumPath:
    """The steps with the least effort, in the order of the plan.

    If it is not `reachable`, no step leads there before it is known how the items of `find_out` stand (there
    are none if nothing in the aspect applies). If it is, `find_out` are unknown prerequisites of the steps,
    which may add to the work. If it is not `exact`, the search was given up: no step can be left out, but
    other ones may be cheaper.
    """

    reachable: bool
    steps: tuple[Step, ...] = ()
    find_out: tuple[FindOut, ...] = ()
    plan: Roadmap = _NOTHING_TO_DO
    exact: bool = True

    @property
    def effort(self) -> int:
        """In points."""
        return sum(step.effort for step in self.steps)


def minimum_path(
    questions: Iterable[Question],
    results: Mapping[str, QuestionResult],
    level: int,
    capabilities: Iterable[Capability],
    *,
    gates: Iterable[Gate] = (),
    strictness: Strictness = ISO33020,
    priorities: Mapping[str, Number] = _NONE_GIVEN,
    capacity: int,
    nodes: int = NODES,
) -> MinimumPath:
    """To at least this level of the aspect that has these questions.

    Questions without a level neither count nor can be raised, as in the ladder. They are to be found out
    first if there is no way without them: if too few are scored for the aspect to have a level, or if one
    holds a gate. `results` may hold those of other aspects: gates and prerequisites may hang on them.
    `priorities` are the own ones by step, 0 where none is given; `capacity` is that of a phase.

    Raises ValueError if the scale has no such level, or if a step takes no effort; Cycle.
    """
    asked, gates, capabilities = tuple(questions), tuple(gates), tuple(capabilities)
    climb = _Climb.of(asked, results, level, gates)
    status = aspect_result(asked, results, gates, strictness).status
    if status is AspectStatus.NOT_APPLICABLE:
        return MinimumPath(False)
    unknown = set(climb.unknown_gates)
    if status is AspectStatus.INSUFFICIENT:
        unknown |= set(climb.unscored)
    if unknown:
        return MinimumPath(False, find_out=tuple(FindOut(item, ()) for item in sorted(unknown)))
    way, exact = _way(climb, _lacks(climb, strictness), capabilities, priorities, nodes)
    plan = _roadmap(way, priorities, capacity)
    steps = {step.id: step for step in way.steps}
    return MinimumPath(True, tuple(steps[key] for key in plan.order), way.find_out, plan, exact)


@dataclass(frozen=True)
class _Climb:
    """To a level: by item the level it has (None: unknown), without those that do not apply; and by item the
    level that a gate asks of it."""

    level: int
    questions: tuple[Question, ...]
    levels: Mapping[str, int | None]
    away: frozenset[str]
    held: Mapping[str, int]

    @staticmethod
    def of(
        questions: Sequence[Question],
        results: Mapping[str, QuestionResult],
        level: int,
        gates: Iterable[Gate],
    ) -> _Climb:
        away = frozenset(
            key for key, result in results.items() if result.status is QuestionStatus.NOT_APPLICABLE
        )
        applicable = tuple(question for question in questions if question.id not in away)
        if any(not 0 <= level <= question.top for question in applicable):
            raise ValueError(f"{level} is no level from 0 to {applicable[0].top}")
        levels: dict[str, int | None] = {question.id: None for question in applicable}
        levels |= {key: result.level for key, result in results.items() if key not in away}
        held: dict[str, int] = {}
        for gate in gates:
            item = next((key for key in (gate.item, gate.otherwise) if key in levels), None)
            if item is not None and gate.level <= level:
                held[item] = max(held.get(item, 0), gate.level)
        return _Climb(level, applicable, levels, away, held)

    @property
    def scored(self) -> dict[Question, int]:
        return {q: level for q in self.questions if (level := self.levels[q.id]) is not None}

    @property
    def unscored(self) -> tuple[str, ...]:
        return tuple(question.id for question in self.questions if self.levels[question.id] is None)

    @property
    def unknown_gates(self) -> tuple[str, ...]:
        return tuple(item for item in self.held if self.levels[item] is None)

    def path(self, capabilities: Iterable[Capability], goals: Mapping[str, int]) -> Path:
        return path(capabilities, self.levels, goals, self.away)


def _lacks(climb: _Climb, strictness: Strictness) -> tuple[Number, ...]:
    """The weight that is missing at each level from 1 up.

    The ladder is asked itself what it needs: it says so of the level above the one where everything is.
    """
    if not climb.level:
        return ()
    scored = climb.scored
    below = {q.id: QuestionResult(q.id, QuestionStatus.SCORED, climb.level - 1) for q in scored}
    needs = aspect_result(scored, below, (), strictness).needs
    have = [sum(q.weight for q, level in scored.items() if level >= need.at_least) for need in needs]
    return tuple(max(0, need.enough - there) for need, there in zip(needs, have, strict=True))


def _way(
    climb: _Climb,
    lacks: Sequence[Number],
    capabilities: Sequence[Capability],
    priorities: Mapping[str, Number],
    nodes: int,
) -> tuple[Path, bool]:
    """All steps that come into question become places in a mask, in the order of their ids."""
    rising = {q: level for q, level in climb.scored.items() if level < climb.level}
    goals = dict(climb.held)
    for question in rising:
        goals[question.id] = max(climb.level, goals.get(question.id, 0))
    everything = climb.path(capabilities, goals)
    steps = [(step.item, step.level) for step in everything.steps]
    place = {step: n for n, step in enumerate(steps)}

    def brings(item: str, level: int) -> int:
        along = climb.path(capabilities, {item: level}).steps
        return mask_of(place[step.item, step.level] for step in along)

    whole = lcm(*(Fraction(weight).denominator for weight in (*lacks, *(q.weight for q in rising))))
    problem = Problem(
        _costs(everything, priorities),
        tuple(brings(*step) for step in steps),
        tuple(
            tuple(
                Rung(place[q.id, at], at - 1, int(q.weight * whole))
                for at in range(level + 1, climb.level + 1)
            )
            for q, level in rising.items()
        ),
        tuple(int(lack * whole) for lack in lacks),
    )
    for item, level in climb.held.items():
        problem = problem.with_base(brings(item, level))
    mask, exact = cheapest(problem, nodes)
    # Steps are in order, so the last of an item is the level to which it is raised.
    return climb.path(capabilities, dict(steps[n] for n in places(mask))), exact


def _costs(everything: Path, priorities: Mapping[str, Number]) -> tuple[int, ...]:
    """Effort, then urgency, then id in one number, whose sums compare sets of steps in that order.

    Sums of powers of two compare sets by their first difference: the one that has the first id goes first.
    """
    idle = [step.id for step in everything.steps if step.effort < 1]
    if idle:
        raise ValueError(f"a step takes some effort, and {idle[0]} takes none")
    effective = _roadmap(everything, priorities, capacity=1).effective
    unit = lcm(*(Fraction(number).denominator for number in effective.values()))
    urgency = [int(effective[step.id] * unit) for step in everything.steps]
    n = len(urgency)
    scale = (2 * (sum(map(abs, urgency)) + 1)) << n
    return tuple(
        step.effort * scale - (urgent << n) - (1 << (n - 1 - place))
        for place, (step, urgent) in enumerate(zip(everything.steps, urgency, strict=True))
    )


def _roadmap(way: Path, priorities: Mapping[str, Number], capacity: int) -> Roadmap:
    return roadmap(
        (Task(step.id, priorities.get(step.id, 0), step.effort, step.depends) for step in way.steps), capacity
    )
