"""From gaps to an order of work: steps, what they wait for, and the phases in which they fit.

A step lifts one item by one level ("MON-Q4@1"). It waits for the step below it and for what the pack says a
lasting step requires. Requirements order the work; they never cap a level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from scoring.levels import Number


@dataclass(frozen=True, slots=True)
class Requirement:
    item: str
    level: int


@dataclass(frozen=True, slots=True)
class Capability:
    """What the roadmap knows of an item: the effort points of its steps, from level 1 up, and what each
    requires."""

    id: str
    effort: tuple[int, ...]
    requires: Mapping[int, tuple[Requirement, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """`gap` is the way from the item's level to where the plan takes it; all steps of an item share it."""

    item: str
    level: int
    effort: int
    gap: int
    depends: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return step_id(self.item, self.level)


def step_id(item: str, level: int) -> str:
    return f"{item}@{level}"


@dataclass(frozen=True, slots=True)
class FindOut:
    """An item whose level nobody knows, and the steps that need it: to be found out first."""

    item: str
    needed_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    steps: tuple[Step, ...]
    find_out: tuple[FindOut, ...] = ()


def path(
    capabilities: Iterable[Capability],
    levels: Mapping[str, int | None],
    targets: Mapping[str, int],
    not_applicable: Collection[str] = (),
) -> Path:
    """The steps that lead to the targets, with the unmet prerequisites that nobody aimed at.

    An item whose level is unknown (None, or not in `levels`) gets no steps: as a prerequisite it has to
    be found out first. One that does not apply is no prerequisite.
    """
    known = {capability.id: capability for capability in capabilities}
    aim: dict[str, int] = {}
    unknown: dict[str, set[str]] = {}
    depends: dict[tuple[str, int], set[str]] = {}
    wanted = [(item, level) for item, level in targets.items() if levels.get(item) is not None]
    while wanted:
        item, goal = wanted.pop()
        current = levels[item]
        if item in not_applicable or current is None:
            continue
        for level in range(max(current, aim.get(item, 0)) + 1, goal + 1):
            aim[item] = level
            waits = depends[item, level] = {step_id(item, level - 1)} if level - 1 > current else set()
            for need in known[item].requires.get(level, ()):
                if need.item in not_applicable:
                    continue
                standing = levels.get(need.item)
                if standing is None:
                    unknown.setdefault(need.item, set()).add(step_id(item, level))
                elif standing < need.level:
                    waits.add(step_id(need.item, need.level))
                    wanted.append((need.item, need.level))
    return Path(
        tuple(
            Step(
                item,
                level,
                known[item].effort[level - 1],
                gap=aim[item] - (levels[item] or 0),
                depends=tuple(sorted(waits)),
            )
            for (item, level), waits in sorted(depends.items())
        ),
        tuple(FindOut(item, tuple(sorted(steps))) for item, steps in sorted(unknown.items())),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """Anything to be put in order: a step, with the priority that it has of its own."""

    id: str
    priority: Number
    effort: int
    depends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roadmap:
    """`effective` is a task's priority or that of the most urgent one it unblocks; phases count from 1."""

    order: tuple[str, ...]
    effective: Mapping[str, Number]
    phase: Mapping[str, int]
    load: tuple[int, ...]


class Cycle(ValueError):
    """Tasks wait for each other: an error of the pack, which names them."""

    def __init__(self, through: tuple[str, ...]) -> None:
        super().__init__(f"cycle: {' -> '.join((*through, through[0]))}")
        self.through = through


def roadmap(tasks: Iterable[Task], capacity: int) -> Roadmap:
    """Most urgent first, but nothing before what it waits for.

    A task inherits the priority of what it unblocks; among those that are free to start the order is
    effective priority, own priority, smaller effort, id. In that order each goes into the first phase
    with room that is not before a prerequisite's; what is larger than the capacity gets a phase of its
    own.
    """
    by_id = {task.id: task for task in tasks}
    effective = _inherit(by_id)
    order = _sort(by_id, effective)
    phase, load = phases([by_id[key] for key in order], capacity)
    return Roadmap(order, effective, phase, load)


def phases(order: Iterable[Task], capacity: int) -> tuple[dict[str, int], tuple[int, ...]]:
    """The phase of each task, and the effort of each phase: the tasks in this order, each after what it
    waits for, go into the first phase with room."""
    phase: dict[str, int] = {}
    load: list[int] = []
    for task in order:
        earliest = max((phase[need] for need in task.depends), default=1)
        fits = (n for n in range(earliest, len(load) + 1) if load[n - 1] + task.effort <= capacity)
        phase[task.id] = next(fits, len(load) + 1)
        if phase[task.id] > len(load):
            load.append(0)
        load[phase[task.id] - 1] += task.effort
    return phase, tuple(load)


def _inherit(tasks: Mapping[str, Task]) -> dict[str, Number]:
    """eff(i) = max(own, eff of dependents), from the last dependents back."""
    effective: dict[str, Number] = {key: task.priority for key, task in tasks.items()}
    for key in reversed(_sort(tasks, effective)):
        for need in tasks[key].depends:
            effective[need] = max(effective[need], effective[key])
    return effective


def _sort(tasks: Mapping[str, Task], urgency: Mapping[str, Number]) -> tuple[str, ...]:
    """Kahn's algorithm: of the tasks that wait for nothing more, always the foremost."""
    waiting = {key: len(set(task.depends)) for key, task in tasks.items()}
    dependents: dict[str, list[str]] = {key: [] for key in tasks}
    for key, task in tasks.items():
        for need in set(task.depends):
            dependents[need].append(key)

    def rank(key: str) -> tuple[Number, Number, int, str]:
        return -urgency[key], -tasks[key].priority, tasks[key].effort, key

    free = [rank(key) for key, number in waiting.items() if not number]
    heapify(free)
    order: list[str] = []
    while free:
        *_, key = heappop(free)
        order.append(key)
        for dependent in dependents[key]:
            waiting[dependent] -= 1
            if not waiting[dependent]:
                heappush(free, rank(dependent))
    if len(order) < len(tasks):
        raise Cycle(_cycle({key: tasks[key].depends for key, number in waiting.items() if number}))
    return tuple(order)


def _cycle(stuck: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Each of these waits for another: follow that until it comes round, and start at the first by name."""
    trail = [min(stuck)]
    while True:
        need = min(need for need in stuck[trail[-1]] if need in stuck)
        if need in trail:
            loop = trail[trail.index(need) :]
            start = loop.index(min(loop))
            return (*loop[start:], *loop[:start])
        trail.append(need)
