"""What must hold for a pack as a whole: each broken rule is a place, and a sentence that says what to do.

It looks at the plain data and not at the model, so that one mistyped word does not hide everything else that
is wrong. What does not have the expected shape it passes over: that is for the model to refuse.
"""

from __future__ import annotations

import difflib
import graphlib
import html
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from conversation.packfile import Place

CARD = 3000
"""Characters in one Slack section. A question card is one section."""

Complaint = tuple[Place, str]
Step = tuple[str, int]


def whole(data: Any) -> Iterator[Complaint]:
    draft = _Draft.of(data)
    for rule in (_ids, _words, _people, _anchors, _prerequisites, _cycles, _gates, _idle):
        yield from rule(draft)


@dataclass(frozen=True)
class _Entry:
    """An item, a role, a gate: something in a list, with its place."""

    place: Place
    data: Mapping[Hashable, Any]

    @property
    def id(self) -> str:
        return self.word("id")

    def word(self, key: str) -> str:
        return _word(self.data.get(key))

    def words(self, key: str) -> list[tuple[Place, str]]:
        """The words of a list, each with its way from here. A single word counts as a list of one."""
        value = self.data.get(key)
        if isinstance(value, str):
            return [((key,), _word(value))] if _word(value) else []
        return [((key, n), _word(one)) for n, one in enumerate(_rows(value)) if _word(one)]

    def says(self, steps: Place, sentence: str) -> Complaint:
        return (*self.place, *steps), f"{self.id}: {sentence}" if self.id else sentence


@dataclass(frozen=True)
class _Need:
    """A prerequisite as it is written: whose, for which level, on what."""

    item: _Entry
    level: int
    steps: Place
    on: Step

    @property
    def edge(self) -> tuple[Step, Step]:
        return (self.item.id, self.level), self.on


@dataclass(frozen=True)
class _Draft:
    """What can be made out of a file that may be wrong anywhere."""

    aspects: Sequence[_Entry]
    criteria: Sequence[_Entry]
    stages: Sequence[_Entry]
    roles: Sequence[_Entry]
    items: Sequence[_Entry]
    gates: Sequence[_Entry]

    @classmethod
    def of(cls, data: Any) -> _Draft:
        def entries(section: str) -> list[_Entry]:
            rows = _rows(data.get(section)) if isinstance(data, Mapping) else []
            return [_Entry((section, n), row) for n, row in enumerate(rows) if isinstance(row, Mapping)]

        return cls(*(entries(section.name) for section in fields(cls)))

    def needs(self) -> Iterator[_Need]:
        for item in self.items:
            for level, rows in _pairs(item.data.get("requires")):
                for n, written in enumerate(_rows(rows)):
                    key, at, wanted = _word(written).rpartition("@")
                    if at and key and {level, wanted} <= {"1", "2", "3"}:
                        yield _Need(item, int(level), ("requires", level, n), (key, int(wanted)))


def _ids(draft: _Draft) -> Iterator[Complaint]:
    for section in ("aspects", "criteria", "stages", "roles", "items"):
        first: dict[str, int] = {}
        for number, entry in enumerate(getattr(draft, section), start=1):
            if entry.id and first.setdefault(entry.id, number) != number:
                taken = f"this id is taken, by number {first[entry.id]} of `{section}`. Choose another."
                yield entry.says(("id",), taken)


def _words(draft: _Draft) -> Iterator[Complaint]:
    """Every word that points somewhere points to something that is there, and once."""
    for item in draft.items:
        for key, kind, there in (
            ("aspect", "aspect", draft.aspects),
            ("criterion", "criterion", draft.criteria),
            ("stages", "stage", draft.stages),
            ("primary", "role", draft.roles),
            ("secondary", "role", draft.roles),
        ):
            before: set[str] = set()
            for steps, word in item.words(key):
                for unknown in _unknown(kind, word, there):
                    yield item.says(steps, unknown)
                if word in before:
                    yield item.says(steps, f'the {kind} "{word}" stands twice under `{key}`. Keep one.')
                before.add(word)


def _people(draft: _Draft) -> Iterator[Complaint]:
    for item in draft.items:
        if item.data.get("primary") == []:
            nobody = (
                "it has no primary role, so nobody can answer for its levels. Name the role that knows it."
            )
            yield item.says(("primary",), nobody)
        primary = {word for _, word in item.words("primary")}
        for steps, word in item.words("secondary"):
            if word in primary:
                yield item.says(
                    steps, f'the role "{word}" is both primary and secondary. Keep one of the two.'
                )


def _anchors(draft: _Draft) -> Iterator[Complaint]:
    for item in draft.items:
        texts = {level: _word(text) for level, text in _pairs(item.data.get("levels"))}
        seen: dict[str, str] = {}
        for level, text in texts.items():
            if level not in {"0", "1", "2", "3"}:
                extra = f"there is no level {level}. A question has four: 0, 1, 2 and 3. Take it out."
                yield item.says(("levels", level), extra)
            plain = " ".join(text.casefold().split()).rstrip(".")
            if plain and (other := seen.setdefault(plain, level)) != level:
                same = f"levels {other} and {level} say the same, so nobody could choose. Tell them apart."
                yield item.says(("levels", level), same)
        size = _card([item.word("title"), item.word("ask"), *texts.values()])
        if size > CARD:
            big = f"its card has {size} characters (Slack counts & as 5, < and > as 4); the limit is {CARD}."
            yield item.says(("levels",), f"{big} Shorten it.")


def _card(texts: Iterable[str]) -> int:
    return sum(len(html.escape(text, quote=False)) + len("*A*  \n\n") for text in texts)


def _prerequisites(draft: _Draft) -> Iterator[Complaint]:
    for need in draft.needs():
        key, level = need.on
        if key == need.item.id:
            itself = f"it asks for itself ({key}@{level}). Levels are climbed in order anyway. Take it out."
            yield need.item.says(need.steps, itself)
        for unknown in _unknown("prerequisite", key, draft.items):
            yield need.item.says(need.steps, unknown)


def _cycles(draft: _Draft) -> Iterator[Complaint]:
    """A step waits for the step below it and for what it requires. Nothing may wait for itself."""
    steps = list(dict.fromkeys((item.id, level) for item in draft.items for level in (1, 2, 3)))
    waits = {(key, level): [(key, level - 1)] if level > 1 else [] for key, level in steps}
    written = {need.edge: need for need in draft.needs() if need.on in waits and need.on[0] != need.item.id}
    for waiting, on in written:
        waits[waiting].append(on)
    while cycle := _cycle(waits):
        edges = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        first = min((edge for edge in edges if edge in written), key=lambda edge: steps.index(edge[0]))
        turn = edges.index(first)
        path = " -> ".join(f"{key}@{level}" for key, level in [*cycle[turn:], *cycle[: turn + 1]])
        need = written[first]
        yield need.item.says(need.steps, f"prerequisites run in a circle: {path}. Take one of them out.")
        waits[first[0]].remove(first[1])


def _cycle(waits: Mapping[Step, list[Step]]) -> list[Step]:
    """Steps of which each waits for the next, and the last for the first; none, if there is no such thing."""
    try:
        graphlib.TopologicalSorter(waits).prepare()
    except graphlib.CycleError as error:
        found: list[Step] = error.args[1]
        return found[:0:-1]
    return []


def _gates(draft: _Draft) -> Iterator[Complaint]:
    homes = [(item.id, item.word("aspect")) for item in draft.items]
    for gate in draft.gates:
        aspect, key = gate.word("aspect"), gate.word("item")
        for unknown in _unknown("aspect", aspect, draft.aspects) if aspect else ():
            yield gate.says(("aspect",), f"gate: {unknown}")
        for unknown in _unknown("item", key, draft.items) if key else ():
            yield gate.says(("item",), f"gate: {unknown}")
        home = next((home for item, home in homes if item == key), "")
        if aspect and home and (key, aspect) not in homes:
            elsewhere = (
                f'gate: {key} belongs to the aspect "{home}", not "{aspect}". Name an item of that aspect.'
            )
            yield gate.says(("item",), elsewhere)


def _idle(draft: _Draft) -> Iterator[Complaint]:
    """What is listed is used. Otherwise somebody is offered an empty choice."""
    for section, kind, keys, mend in (
        ("aspects", "no item has this aspect", ["aspect"], "Give it an item"),
        ("criteria", "no item has this criterion", ["criterion"], "Give it an item"),
        ("stages", "no item has this stage", ["stages"], "Give it an item"),
        ("roles", "this role is never asked anything", ["primary", "secondary"], "Name it under an item"),
    ):
        used = {word for item in draft.items for key in keys for _, word in item.words(key)}
        for entry in getattr(draft, section):
            if entry.id and entry.id not in used:
                yield entry.says(("id",), f"{kind}. {mend}, or take it out.")


def _unknown(kind: str, word: str, there: Sequence[_Entry]) -> Iterator[str]:
    known = [entry.id for entry in there if entry.id]
    if word not in known:
        nearest = difflib.get_close_matches(word, known, n=1, cutoff=0)
        hint = f'The nearest is "{nearest[0]}".' if nearest else "None is listed."
        yield f'the {kind} "{word}" is not known. {hint}'


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), thing) for key, thing in value.items()] if isinstance(value, Mapping) else []


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
