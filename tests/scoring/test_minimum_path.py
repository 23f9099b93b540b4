"""The least work to a level: against all ways there are, and on the shipped pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.scorecard import capabilities, gates, questions
from scoring.levels import (
    ALL,
    ISO33020,
    MAJORITY,
    Gate,
    Question,
    QuestionResult,
    QuestionStatus,
    Strictness,
    aspect_result,
)
from scoring.minimum_path import MinimumPath, minimum_path
from scoring.roadmap import Capability, FindOut, Requirement, Task, path, roadmap, step_id
from tests.conftest import few
from tests.scoring.cases import scored
from tests.scoring.test_abc import CARD, PACK

CAPABILITIES = capabilities(PACK)


@dataclass(frozen=True)
class Case:
    """An aspect, what surrounds it, and the level that it should reach."""

    questions: tuple[Question, ...]
    results: Mapping[str, QuestionResult]
    level: int
    capabilities: tuple[Capability, ...]
    gates: tuple[Gate, ...] = ()
    strictness: Strictness = MAJORITY
    priorities: Mapping[str, int] = field(default_factory=dict)

    def least(self, **more: int) -> MinimumPath:
        return minimum_path(
            self.questions,
            self.results,
            self.level,
            self.capabilities,
            gates=self.gates,
            strictness=self.strictness,
            priorities=self.priorities,
            capacity=10,
            **more,
        )

    @property
    def known(self) -> dict[str, int]:
        return {key: result.level for key, result in self.results.items() if result.level is not None}

    @property
    def away(self) -> set[str]:
        return {key for key, r in self.results.items() if r.status is QuestionStatus.NOT_APPLICABLE}

    def reaches(self, levels: Mapping[str, int]) -> bool:
        after = {**self.results, **scored(**levels)}
        found = aspect_result(self.questions, after, self.gates, self.strictness).level
        return found is not None and found >= self.level

    def requires(self, item: str, level: int) -> Iterator[tuple[str, int]]:
        """What must be there before this step, of what is known and is not there yet."""
        if level > self.known[item] + 1:
            yield item, level - 1
        capability = next(each for each in self.capabilities if each.id == item)
        for need in capability.requires.get(level, ()):
            if need.item in self.known and self.known[need.item] < need.level:
                yield need.item, need.level

    def ways(self) -> Iterator[dict[str, int]]:
        """Every standing of all items that has what it requires, whether it leads to the level or not."""
        tops = {each.id: len(each.effort) for each in self.capabilities}
        for levels in product(*(range(level, tops[item] + 1) for item, level in self.known.items())):
            standing = dict(zip(self.known, levels, strict=True))
            steps = self.steps(standing)
            if all(need in steps for step in steps for need in self.requires(*step)):
                yield standing

    def steps(self, standing: Mapping[str, int]) -> set[tuple[str, int]]:
        return {(item, n) for item, level in standing.items() for n in range(self.known[item] + 1, level + 1)}

    def best(self) -> list[str] | None:
        """By trying them all: least effort, then most urgent, then first ids."""
        effort = {each.id: each.effort for each in self.capabilities}
        urgency = self.urgency()

        def rank(standing: Mapping[str, int]) -> tuple[int, Fraction, list[tuple[str, int]]]:
            steps = sorted(self.steps(standing))
            urgent = sum(urgency.get(step_id(*step), 0) for step in steps)
            return sum(effort[item][level - 1] for item, level in steps), -Fraction(urgent), steps

        ranked = sorted(self.ways(), key=rank)
        found = next((standing for standing in ranked if self.reaches(standing)), None)
        return None if found is None else [step_id(*step) for step in sorted(self.steps(found))]

    def urgency(self) -> Mapping[str, int]:
        """Effective priorities in the roadmap of all that comes into question."""
        goals = {q.id: self.level for q in self.questions if q.id in self.known}
        for gate in self.gates:
            asked = gate.item in self.results and gate.item not in self.away
            item = gate.item if asked else gate.otherwise
            if item in self.known and gate.level <= self.level:
                goals[item] = max(gate.level, goals.get(item, 0))
        steps = path(self.capabilities, self.known, goals, self.away).steps
        tasks = [Task(s.id, self.priorities.get(s.id, 0), s.effort, s.depends) for s in steps]
        return roadmap(tasks, 1).effective


def after(case: Case, found: MinimumPath, without: str | None = None) -> dict[str, int]:
    """The levels once these steps are done, but for one of them and those that wait for it."""
    left_out = {without}
    while more := {s.id for s in found.steps if left_out & {*s.depends}} - left_out:
        left_out |= more
    raised = {s.item: s.level for s in sorted(found.steps, key=lambda s: s.level) if s.id not in left_out}
    return case.known | raised


def nothing_to_spare(case: Case, found: MinimumPath) -> bool:
    return case.reaches(after(case, found)) and not any(
        case.reaches(after(case, found, without=step.id)) for step in found.steps
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to three questions, two items elsewhere. A step requires lower ones only, so there is no cycle."""
    top = draw(st.integers(1, 3))
    inside = [f"a{n}" for n in range(draw(st.integers(1, 3)))]
    items = [*inside, *(f"o{n}" for n in range(draw(st.integers(0, 2))))]
    states = st.sampled_from([*range(top + 1), *range(top + 1), "unknown", "not_applicable"])
    results = {
        item: QuestionResult(item, QuestionStatus.SCORED, state)
        if isinstance(state, int)
        else QuestionResult(item, QuestionStatus(state), None)
        for item in items
        for state in (draw(states),)
    }
    rungs = [(level, item) for level in range(1, top + 1) for item in items]

    def requires(level: int, item: str) -> tuple[Requirement, ...]:
        below = [rung for rung in rungs if rung < (level, item) and rung[1] != item]
        needs = draw(st.lists(st.sampled_from(below), max_size=2, unique=True)) if below else []
        return tuple(Requirement(need, at) for at, need in needs)

    weights = st.sampled_from([1, 1, 2, Fraction(1, 2)])
    any_item = st.sampled_from([*items, "elsewhere"])
    a_gate = st.builds(Gate, any_item, st.integers(1, top), st.none() | any_item)
    return Case(
        tuple(Question(item, weight=draw(weights), top=top) for item in inside),
        results,
        draw(st.integers(0, top)),
        tuple(
            Capability(
                item,
                tuple(draw(st.integers(1, 3)) for _ in range(top)),
                {level: requires(level, item) for level in range(1, top + 1)},
            )
            for item in items
        ),
        tuple(draw(st.lists(a_gate, max_size=2))),
        draw(st.sampled_from([ISO33020, ALL, MAJORITY])),
        {step_id(item, level): draw(st.integers(0, 3)) for level, item in rungs},
    )


@few(40)
@given(cases())
def test_no_other_way_is_better(case: Case) -> None:
    found = case.least()

    expect = case.best()
    assert (found.reachable, found.exact) == (expect is not None, True)
    assert sorted(step.id for step in found.steps) == sorted(expect or [])
    if not found.reachable:
        return
    assert nothing_to_spare(case, found)
    assert list(found.plan.order) == [step.id for step in found.steps]
    assert found.find_out == path(case.capabilities, case.known, after(case, found), case.away).find_out


@st.composite
def standings(draw: st.DrawFn) -> Case:
    """The shipped pack, whatever its items' levels, and one of its aspects."""
    levels = st.sampled_from([0, 0, 1, 1, 2, 3, None])
    aspect = draw(st.sampled_from([aspect.id for aspect in PACK.aspects]))
    drawn = {item.id: draw(levels) for item in PACK.items}
    return Case(
        questions(PACK, aspect),
        scored(**{key: level for key, level in drawn.items() if level is not None}),
        draw(st.integers(1, 3)),
        CAPABILITIES,
        gates(PACK, aspect),
        draw(st.sampled_from([ISO33020, MAJORITY])),
    )


@few(15)
@given(standings())
def test_on_the_shipped_pack_nothing_is_to_spare_and_giving_up_is_never_cheaper(case: Case) -> None:
    found, given_up = case.least(), case.least(nodes=0)

    assert found.exact
    assert found.reachable == given_up.reachable
    if found.reachable:
        assert nothing_to_spare(case, found)
        assert nothing_to_spare(case, given_up)
        assert found.effort <= given_up.effort


def test_abc_inc_needs_six_of_its_36_steps_for_level_2_in_monitoring() -> None:
    """Nine of eleven are at 1, ten must be; one is at 2, six must be, MON-Q1 (the gate) among them."""
    monitoring = questions(PACK, "monitoring")
    case = Case(
        monitoring, CARD.question_results, 2, CAPABILITIES, gates(PACK, "monitoring"), strictness=ISO33020
    )

    found = case.least()

    assert (found.exact, found.effort, nothing_to_spare(case, found)) == (True, 28, True)
    assert [step.id for step in found.steps] == [
        "MON-C1@1",
        "MON-R2@2",
        "MON-Q3@2",
        "MON-X1@2",
        "MON-Q1@2",
        "MON-V1@2",
    ]


def capability(item: str, *effort: int, **requires: str) -> Capability:
    """requires: L1="p1" is p at level 1 for the step to level 1."""
    return Capability(
        item,
        effort,
        {int(level[1:]): (Requirement(need[:-1], int(need[-1])),) for level, need in requires.items()},
    )


def three(*capabilities: Capability, **more: object) -> Case:
    """Three questions at level 0, of which two must be at 1."""
    case = {
        "questions": tuple(Question(key, top=2) for key in "abc"),
        "results": scored(a=0, b=0, c=0, p=0, q=0),
        "level": 1,
    }
    return Case(**(case | more), capabilities=capabilities)


@pytest.mark.parametrize(
    ("efforts", "priorities", "expect"),
    [
        ((3, 1, 2), {}, ["b@1", "c@1"]),
        ((1, 1, 1), {}, ["a@1", "b@1"]),
        ((1, 1, 1), {"c@1": 5}, ["c@1", "a@1"]),
        ((1, 1, 2), {"c@1": 5}, ["a@1", "b@1"]),
    ],
    ids=["least effort", "then the first ids", "more urgent before", "effort before urgency"],
)
def test_which_of_several_ways(
    efforts: tuple[int, ...], priorities: dict[str, int], expect: list[str]
) -> None:
    items = (capability(key, effort) for key, effort in zip("abc", efforts, strict=True))

    assert [step.id for step in three(*items, priorities=priorities).least().steps] == expect


def test_a_prerequisite_of_two_is_done_once_and_comes_first() -> None:
    """a and b with p: 1 + 1 + 3. With c it would be 1 + 2, and 3 or 2 for what a, b or c needs."""
    case = three(
        capability("a", 1, L1="p1"),
        capability("b", 1, L1="p1"),
        capability("c", 2, L1="q1"),
        capability("p", 3),
        capability("q", 2),
    )

    found = case.least()

    assert ([step.id for step in found.steps], found.effort) == (["p@1", "a@1", "b@1"], 5)


def test_an_unknown_prerequisite_is_to_be_found_out_and_one_that_does_not_apply_is_none() -> None:
    results = scored(a=0, b=0, c=0) | {"p": QuestionResult("p", QuestionStatus.NOT_APPLICABLE, None)}
    case = three(
        capability("a", 1, L1="p1"), capability("b", 1, L1="q1"), capability("c", 5), results=results
    )

    found = case.least()

    assert [step.id for step in found.steps] == ["a@1", "b@1"]
    assert found.find_out == (FindOut("q", ("b@1",)),)


ONE_EACH = tuple(capability(key, 1, 1) for key in "abcpq")
UNKNOWN = QuestionResult("c", QuestionStatus.UNKNOWN, None)


@pytest.mark.parametrize(
    ("results", "gates", "expect"),
    [
        (scored(a=0, b=0, c=0, p=0), [Gate("p", 1)], (True, ["a@1", "b@1", "p@1"], [])),
        (scored(a=0, b=0, c=0, p=0), [Gate("p", 2)], (True, ["a@1", "b@1"], [])),
        (scored(a=0, b=0, c=0, p=0), [Gate("x", 1, otherwise="p")], (True, ["a@1", "b@1", "p@1"], [])),
        (scored(a=0, b=0, c=0), [Gate("p", 1)], (True, ["a@1", "b@1"], [])),
        (scored(a=0, b=0, c=0), [Gate("c", 1)], (True, ["a@1", "c@1"], [])),
        (scored(a=0, b=0) | {"c": UNKNOWN}, [], (True, ["a@1", "b@1"], [])),
        (scored(a=0, b=0) | {"c": UNKNOWN}, [Gate("c", 1)], (False, [], ["c"])),
        ({}, [], (False, [], ["a", "b", "c"])),
        (scored(a=1, b=1), [], (True, [], [])),
        (
            {key: QuestionResult(key, QuestionStatus.NOT_APPLICABLE, None) for key in "abc"},
            [],
            (False, [], []),
        ),
    ],
    ids=[
        "an item elsewhere holds a gate",
        "a gate above the level",
        "another item holds the gate",
        "a gate that was not asked",
        "a gate within the aspect",
        "what is unknown does not count",
        "an unknown item holds a gate",
        "too few are scored",
        "it is there",
        "nothing applies",
    ],
)
def test_gates_and_what_is_not_known(results, gates, expect) -> None:
    found = three(*ONE_EACH, results=results, gates=tuple(gates)).least()

    steps = sorted(step.id for step in found.steps)
    assert (found.reachable, steps, [unknown.item for unknown in found.find_out]) == expect


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        (three(*ONE_EACH, level=3), "3 is no level from 0 to 2"),
        (three(capability("a", 0), *ONE_EACH[1:]), "a step takes some effort, and a@1 takes none"),
    ],
)
def test_what_cannot_be_planned(case: Case, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        case.least()


@pytest.mark.parametrize("strictness", [ISO33020, MAJORITY], ids=lambda setting: setting.name)
@pytest.mark.parametrize("top", [2, 3, 4])
def test_fourteen_questions_at_level_0_are_few_enough(top: int, strictness: Strictness) -> None:
    """Each step above the first requires something of a neighbour, the first one of six items elsewhere."""
    inside = [f"a{n:02}" for n in range(14)]
    outside = [f"o{n}" for n in range(6)]

    def requires(n: int, level: int) -> tuple[Requirement, ...]:
        if level == 1:
            return (Requirement(outside[n % 6], 1 + n % top),)
        return (Requirement(inside[(n + 5) % 14], level - 1),)

    items = [
        Capability(
            key,
            tuple(1 + (3 * n + 5 * level) % 7 for level in range(top)),
            {level: requires(n, level) for level in range(1, top + 1)},
        )
        for n, key in enumerate(inside)
    ]
    items += [Capability(key, tuple(2 + level for level in range(top)), {}) for key in outside]
    asked = tuple(Question(key, weight=1 + n % 3, top=top) for n, key in enumerate(inside))
    case = Case(asked, scored(**dict.fromkeys(inside + outside, 0)), top, tuple(items), strictness=strictness)

    found = case.least()

    assert found.exact
    assert nothing_to_spare(case, found)
