"""What could have been answered instead: small assessments, and the other sets of answers that publish the
same. A world is who said what; its structure (who was asked, who answered which question, what was settled
and shown since) is the same in all worlds of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import product
from random import Random
from typing import Any

from conversation.conclusion import conclude
from conversation.evidence import Checked
from conversation.findings import Findings
from conversation.material import Material
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from scoring.levels import Value
from storage.records import Calibration, Count, Said, SeatCount, SeatState

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
KINDS: Mapping[Value, Said] = {"dk": Said.DONT_KNOW, "na": Said.DOES_NOT_APPLY}
MOST_WORLDS = 300

Cell = tuple[int, str]
"""A person and a question that they answered."""
World = tuple[Value, ...]
"""What was said, by cell."""
Group = tuple[str, str]
"""A role and a question."""


@dataclass(frozen=True)
class Item:
    """A question of a small pack."""

    id: str
    aspect: str
    primary: tuple[str, ...]
    secondary: tuple[str, ...] = ()
    weight: int = 1
    requires: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def pack_of(items: Iterable[Item], *, levels: int = 2, gates: Iterable[Mapping[str, Any]] = ()) -> Pack:
    """A pack of nothing but what decides."""
    items = tuple(items)
    steps = range(levels)
    roles = sorted({role for item in items for role in (*item.primary, *item.secondary)} | {"bystander"})
    named = {"title": "T", "plural": "T"}
    return Pack.model_validate(
        {
            "id": "small",
            "version": 1,
            "title": "Small",
            "levels": {step: {"name": f"L{step}", "meaning": "M"} for step in steps},
            "aspects": [{"id": key, "title": key} for key in sorted({item.aspect for item in items})],
            "criteria": [{"id": "c", "title": "C", "regulated": True}],
            "roles": [{"id": role, **named} for role in roles],
            "goals": [{"id": "g", "title": "G", "items": [items[0].id]}],
            "items": [
                {
                    "id": item.id,
                    "title": item.id,
                    "aspect": item.aspect,
                    "criterion": "c",
                    "primary": item.primary,
                    "secondary": item.secondary,
                    "ask": "A?",
                    "levels": {step: f"A{step}" for step in steps},
                    "effort": [1] * (levels - 1),
                    "impact": 3,
                    "weight": item.weight,
                    "requires": item.requires,
                }
                for item in items
            ],
            "gates": list(gates),
        }
    )


@dataclass(frozen=True)
class Case:
    """`people` by their roles; `cells` is who answered what; `since` is what happened after the first result:
    a level that was agreed on (an int), or evidence that was ruled on (a Checked), by question."""

    pack: Pack
    people: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]
    privacy: Privacy = Privacy.ANONYMOUS
    k: int = 3
    strictness: str = "iso33020"
    since: tuple[tuple[str, int | Checked], ...] = ()

    @cached_property
    def scope(self) -> Scope:
        return Scope.model_validate(
            {
                "aspects": [aspect.id for aspect in self.pack.aspects],
                "privacy": self.privacy,
                "group": self.k,
                "strictness": self.strictness,
                "goals": ["g"],
                "regulated": True,
            }
        )

    @property
    def values(self) -> tuple[Value, ...]:
        return (*range(len(self.pack.levels)), "dk", "na")

    def worlds(self) -> Iterator[World]:
        return product(self.values, repeat=len(self.cells))

    def published(self, world: World) -> tuple[str, ...]:
        """Everything that readers ever see, revision by revision."""
        return tuple(self.revisions(world))

    def revisions(self, world: World) -> Iterator[str]:
        first: Findings | None = None
        for material in self.materials(world):
            found = conclude(self.pack, self.scope, replace(material, before=first))
            first = first or found
            yield found.for_readers.model_dump_json()

    def same(self, world: World, seen: tuple[str, ...]) -> bool:
        """Whether this world publishes just that."""
        return all(one == other for one, other in zip(self.revisions(world), seen, strict=True))

    def materials(self, world: World) -> list[Material]:
        """Of each revision."""
        material = Material(self._counts(world), self._seats)
        materials = [material]
        for number, (question, what) in enumerate(self.since):
            if isinstance(what, Checked):
                material = replace(material, evidence={**material.evidence, question: what})
            else:
                agreed = Calibration(
                    key=str(number), question=question, level=what, reason="R", by="U", at=NOON
                )
                material = replace(material, agreed={**material.agreed, question: agreed})
            materials.append(material)
        return materials

    def _counts(self, world: World) -> tuple[Count, ...]:
        said = Counter((key, self.people[person], value) for (person, key), value in self._said(world))
        return tuple(
            Count(
                question=question,
                roles=tuple(sorted(roles)),
                kind=KINDS.get(value, Said.ANSWERED),
                value=value if isinstance(value, int) else None,
                n=n,
            )
            for (question, roles, value), n in sorted(said.items(), key=str)
        )

    @cached_property
    def _seats(self) -> tuple[SeatCount, ...]:
        begun = {person for person, _ in self.cells}
        seats = Counter((tuple(sorted(roles)), number in begun) for number, roles in enumerate(self.people))
        return tuple(
            SeatCount(roles=roles, state=SeatState.SENT if busy else SeatState.INVITED, n=n, begun=n * busy)
            for (roles, busy), n in sorted(seats.items())
        )

    def _said(self, world: World) -> Iterator[tuple[Cell, Value]]:
        return zip(self.cells, world, strict=True)

    def group(self, world: World, group: Group) -> Counter[Value]:
        """How a role answered a question."""
        role, question = group
        return Counter(
            value
            for (person, key), value in self._said(world)
            if key == question and role in self.people[person]
        )

    def knows_first_hand(self, cell: int) -> bool:
        person, key = self.cells[cell]
        return not set(self.people[person]).isdisjoint(self.pack.item(key).primary)

    @cached_property
    def inside(self) -> dict[str, list[int]]:
        """The cells of each aspect."""
        return {
            aspect.id: [n for n, (_, key) in enumerate(self.cells) if self.pack.item(key).aspect == aspect.id]
            for aspect in self.pack.aspects
        }

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return tuple(sorted({(role, key) for person, key in self.cells for role in self.people[person]}))


def exposed_among(case: Case, world: World, same: Iterable[World]) -> list[Cell | Group]:
    """Who said nothing else, and which groups answered in no other way, in any of the worlds that publish the
    same: what a reader can work out."""
    left = _Left(case, world)
    for other in same:
        left.not_exposed_by(other)
    return left.names


def exposed(case: Case, world: World) -> list[Cell | Group]:
    """The same, from likely worlds only: first those in which one answer is another; then those in which a
    question, or what is hidden of an aspect, is answered alike but for one; and, as long as they are few, all
    in which one aspect is answered otherwise."""
    left, seen = _Left(case, world), case.published(world)
    first = Findings.model_validate_json(seen[0])
    for cell in range(len(case.cells)):
        for other in _likely(case, world, first, cell):
            if not left.has(cell):
                break
            if other != world and case.same(other, seen):
                left.not_exposed_by(other)
    for cells in case.inside.values() if left.names else ():
        if len(case.values) ** len(cells) <= MOST_WORLDS:
            for values in product(case.values, repeat=len(cells)):
                other = _with(world, dict(zip(cells, values, strict=True)))
                if other != world and case.same(other, seen):
                    left.not_exposed_by(other)
    return left.names


class _Left:
    """For whom no other answer was found yet."""

    def __init__(self, case: Case, world: World) -> None:
        self._case, self._world = case, world
        self._cells, self._groups = set(range(len(case.cells))), set(case.groups)

    def has(self, cell: int) -> bool:
        person, key = self._case.cells[cell]
        return cell in self._cells or any((role, key) in self._groups for role in self._case.people[person])

    def not_exposed_by(self, other: World) -> None:
        self._cells -= {cell for cell in self._cells if other[cell] != self._world[cell]}
        group = self._case.group
        self._groups -= {key for key in self._groups if group(other, key) != group(self._world, key)}

    @property
    def names(self) -> list[Cell | Group]:
        return [*(self._case.cells[cell] for cell in sorted(self._cells)), *sorted(self._groups)]


def _likely(case: Case, world: World, found: Findings, cell: int) -> Iterator[World]:
    yield from (_with(world, {cell: value}) for value in case.values)
    key = case.cells[cell][1]
    question = found.question(key)
    assert question is not None
    here = [number for number, (_, other) in enumerate(case.cells) if other == key]
    if not question.hidden:
        outcome: Value = {"scored": question.level or 0, "not_applicable": "na"}.get(question.status, "dk")
        for value in case.values:
            yield _with(world, dict.fromkeys(here, outcome) | {cell: value})
        return
    aspect = found.aspect(question.aspect)
    hidden = [
        n for n in case.inside[aspect.id] if (asked := found.question(case.cells[n][1])) and asked.hidden
    ]
    rest: Value = "na" if aspect.level is None else aspect.level
    alike = {n: rest if case.knows_first_hand(n) else "na" for n in hidden}
    for value, other in product(case.values, case.values):
        yield _with(world, alike | dict.fromkeys(here, value) | {cell: other})


def _with(world: World, changed: Mapping[int, Value]) -> World:
    return tuple(changed.get(cell, value) for cell, value in enumerate(world))


def drawn(chance: Random) -> tuple[Case, World]:
    """A small assessment, and what was said in it."""
    levels, roles = chance.choice([2, 2, 3, 4]), ["a", "b", "c"][: chance.randint(1, 3)]
    items = [
        _item(chance, f"{aspect}{number}", aspect, roles)
        for aspect in ["x", "y", "z"][: chance.choice([1, 1, 2, 3])]
        for number in range(chance.choice([1, 2, 2, 3, 4]))
    ]
    keys = [item.id for item in items]
    gates = [_gate(chance, chance.choice(items), keys, levels) for _ in range(chance.choice([0, 0, 1, 2]))]
    people = tuple(
        tuple(sorted(chance.sample([*roles, "bystander"], chance.choice([1, 1, 1, 2]))))
        for _ in range(chance.randint(3, 5))
    )
    busy = {key: chance.choice([0.0, 0.2, 0.5, 1.0, 1.0]) for key in keys}
    cells = [(person, key) for key in keys for person in range(len(people)) if chance.random() < busy[key]]
    case = Case(
        pack_of(items, levels=levels, gates=gates),
        people,
        tuple(cells) or ((0, keys[0]),),
        privacy=chance.choice([Privacy.CONFIDENTIAL, Privacy.ANONYMOUS, Privacy.ANONYMOUS]),
        k=chance.choice([3, 3, 4]),
        strictness=chance.choice(["iso33020", "iso33020", "majority", "all"]),
        since=tuple(_happened(chance, keys, levels) for _ in range(chance.choice([0, 1, 2]))),
    )
    leaning, steady = {key: chance.choice(case.values) for key in keys}, chance.choice([0.3, 0.8, 1.0])
    world = tuple(
        leaning[key] if chance.random() < steady else chance.choice(case.values) for _, key in case.cells
    )
    return case, world


def _item(chance: Random, key: str, aspect: str, roles: list[str]) -> Item:
    primary = tuple(chance.sample(roles, chance.randint(1, len(roles))))
    secondary = tuple(role for role in roles if role not in primary and chance.random() < 0.5)
    return Item(key, aspect, primary, secondary, chance.choice([1, 1, 1, 2, 5, 10]))


def _gate(chance: Random, item: Item, keys: list[str], levels: int) -> dict[str, Any]:
    others = [key for key in keys if key != item.id]
    otherwise = {"otherwise": chance.choice(others)} if others and chance.random() < 0.6 else {}
    return {"aspect": item.aspect, "item": item.id, "level": chance.randint(1, levels - 1), **otherwise}


def _happened(chance: Random, keys: list[str], levels: int) -> tuple[str, int | Checked]:
    accepted = chance.choice([None, *range(1, levels)])
    what: int | Checked = chance.choice([chance.randrange(levels), Checked(accepted, returned=1)])
    return chance.choice(keys), what
