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
from functools import cached_property
from typing import Any

from conversation.packfile import Place

CARD = 3000
"""Characters in one Slack section. A question card is one section."""
MOST_LEVELS = 6
"""Each level is a button of the card, A to F."""

Complaint = tuple[Place, str]
Step = tuple[str, int]


def whole(data: Any) -> Iterator[Complaint]:
    draft = Draft.of(data)
    for rule in (
        _ids, _words, _people, _levels, anchors, by_step, _prerequisites, _cycles, _gates, _sources, _idle
    ):  # fmt: skip
        yield from rule(draft)


def by_level(value: Any) -> dict[int, Any]:
    """What stands under a level that a pack may have; nothing, if it does not go by level at all."""
    levels = range(MOST_LEVELS)
    return {int(key): thing for key, thing in pairs_of(value) if key in map(str, levels)}


def number_of_levels(data: Any) -> int | None:
    """How many levels a pack has; None, if that cannot be said."""
    levels = by_level(data.get("levels")) if isinstance(data, Mapping) else {}
    return max(levels) + 1 if levels else None


def counted(levels: int) -> str:
    """four: 0, 1, 2 and 3"""
    *some, last = map(str, range(levels))
    words = ("none", "one", "two", "three", "four", "five", "six")
    return f"{words[levels]}: {', '.join(some)} and {last}" if some else f"{words[levels]}: {last}"


@dataclass(frozen=True)
class Entry:
    """An item, a role, a gate: something in a list, with its place."""

    place: Place
    data: Mapping[Hashable, Any]

    @cached_property
    def id(self) -> str:
        return self.word("id")

    def word(self, key: str) -> str:
        return text_of(self.data.get(key))

    def words(self, key: str) -> list[tuple[Place, str]]:
        """The words of a list, each with its way from here. A single word counts as a list of one."""
        value = self.data.get(key)
        if isinstance(value, str):
            return [((key,), text_of(value))] if text_of(value) else []
        return [((key, n), text_of(one)) for n, one in enumerate(rows_of(value)) if text_of(one)]

    def says(self, steps: Place, sentence: str) -> Complaint:
        return (*self.place, *steps), f"{self.id}: {sentence}" if self.id else sentence


@dataclass(frozen=True)
class _Need:
    """A prerequisite as it is written: whose, for which level, on what."""

    item: Entry
    level: int
    steps: Place
    on: Step

    @property
    def edge(self) -> tuple[Step, Step]:
        return (self.item.id, self.level), self.on


@dataclass(frozen=True)
class Draft:
    """What can be made out of a file that may be wrong anywhere."""

    whole: Entry
    levels: int
    aspects: Sequence[Entry]
    criteria: Sequence[Entry]
    stages: Sequence[Entry]
    kinds: Sequence[Entry]
    roles: Sequence[Entry]
    goals: Sequence[Entry]
    pains: Sequence[Entry]
    items: Sequence[Entry]
    gates: Sequence[Entry]
    references: Sequence[Entry]

    @classmethod
    def of(cls, data: Any) -> Draft:
        def entries(section: str) -> list[Entry]:
            rows = rows_of(data.get(section)) if isinstance(data, Mapping) else []
            return [Entry((section, n), row) for n, row in enumerate(rows) if isinstance(row, Mapping)]

        # The id of the pack as a whole is left out, so that no sentence begins with it.
        known = (
            {key: thing for key, thing in data.items() if key != "id"} if isinstance(data, Mapping) else {}
        )
        levels = number_of_levels(data) or MOST_LEVELS
        return cls(Entry((), known), levels, *(entries(section.name) for section in fields(cls)[2:]))

    @property
    def steps(self) -> range:
        """The levels that have to be reached."""
        return range(1, self.levels)

    def needs(self) -> Iterator[_Need]:
        steps = {str(step) for step in range(1, MOST_LEVELS)}
        for item in self.items:
            for level, rows in pairs_of(item.data.get("requires")):
                for n, written in enumerate(rows_of(rows)):
                    key, at, wanted = text_of(written).rpartition("@")
                    if at and key and {level, wanted} <= steps:
                        yield _Need(item, int(level), ("requires", level, n), (key, int(wanted)))


def _ids(draft: Draft) -> Iterator[Complaint]:
    for section in (
        "aspects", "criteria", "stages", "kinds", "roles", "goals", "pains", "items", "references"
    ):  # fmt: skip
        first: dict[str, int] = {}
        for number, entry in enumerate(getattr(draft, section), start=1):
            if entry.id and first.setdefault(entry.id, number) != number:
                taken = f"this id is taken, by number {first[entry.id]} of `{section}`. Choose another."
                yield entry.says(("id",), taken)


def _words(draft: Draft) -> Iterator[Complaint]:
    """Every word that points somewhere points to something that is there, and once."""
    for item in draft.items:
        for key, kind, there in (
            ("aspect", "aspect", draft.aspects),
            ("criterion", "criterion", draft.criteria),
            ("stages", "stage", draft.stages),
            ("kinds", "kind", draft.kinds),
            ("primary", "role", draft.roles),
            ("secondary", "role", draft.roles),
        ):
            yield from _pointing(item, key, kind, there)
        for role, _ in pairs_of(item.data.get("ask_as")):
            for unknown in unlisted("role", role, draft.roles):
                yield item.says(("ask_as", role), unknown)
    for concern in (*draft.goals, *draft.pains):
        yield from _pointing(concern, "items", "item", draft.items)
    yield from _pointing(draft.whole, "self_check", "item", draft.items)


def _pointing(entry: Entry, key: str, kind: str, there: Sequence[Entry]) -> Iterator[Complaint]:
    before: set[str] = set()
    for steps, word in entry.words(key):
        for unknown in unlisted(kind, word, there):
            yield entry.says(steps, unknown)
        if word in before:
            yield entry.says(steps, f'the {kind} "{word}" stands twice under `{key}`. Keep one.')
        before.add(word)


def _people(draft: Draft) -> Iterator[Complaint]:
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


def _levels(draft: Draft) -> Iterator[Complaint]:
    for level, _ in pairs_of(draft.whole.data.get("levels")):
        if level not in map(str, range(MOST_LEVELS)):
            extra = f"there is no level {level}. A pack has two to six levels, counted from 0. Take it out."
            yield ("levels", level), extra
    for entry in (*draft.aspects, *draft.items):
        yield from as_many_as_levels(draft, entry)


def anchors(draft: Draft) -> Iterator[Complaint]:
    for item in draft.items:
        texts = {level: text_of(text) for level, text in pairs_of(item.data.get("levels"))}
        seen: dict[str, str] = {}
        for level, text in texts.items():
            plain = " ".join(text.casefold().split()).rstrip(".")
            if plain and (other := seen.setdefault(plain, level)) != level:
                same = f"levels {other} and {level} say the same, so nobody could choose. Tell them apart."
                yield item.says(("levels", level), same)
        asks = [item.word("ask"), *(text_of(ask) for _, ask in pairs_of(item.data.get("ask_as")))]
        size = max(_card(draft.whole.word("frame"), ask, texts.values()) for ask in asks)
        if size > CARD:
            big = f"its card has {size} characters (Slack counts & as 5, < and > as 4); the limit is {CARD}."
            yield item.says(("levels",), f"{big} Shorten it.")


def as_many_as_levels(draft: Draft, entry: Entry) -> Iterator[Complaint]:
    """What is missing between two levels, the model refuses."""
    for level, _ in pairs_of(entry.data.get("levels")):
        if level not in map(str, range(draft.levels)):
            extra = f"there is no level {level}. This pack has {counted(draft.levels)}. Take it out."
            yield entry.says(("levels", level), extra)
    written = by_level(entry.data.get("levels"))
    for missing in range(max(written) + 1, draft.levels) if written else ():
        few = f"level {missing} is missing. This pack has {counted(draft.levels)}."
        yield entry.says(("levels",), few)


def _card(frame: str, ask: str, anchors: Iterable[str]) -> int:
    """The characters of the section that bot/templates/en/card.j2 makes of it: frame, question, answers."""
    shown = [_escaped(anchor) + len("\n*A*  ") for anchor in anchors]
    return (_escaped(frame) + len("\n\n") if frame else 0) + _escaped(ask) + len("**") + sum(shown)


def _escaped(text: str) -> int:
    return len(html.escape(" ".join(text.split()), quote=False))


def by_step(draft: Draft) -> Iterator[Complaint]:
    """One effort, and if there is any, one evidence and one advice for each step up."""
    for item in draft.items:
        for key in ("evidence", "advice", "requires"):
            written = by_level(item.data.get(key))
            for level in written:
                if level >= draft.levels:
                    extra = f"`{key}` has something for level {level}, but the highest is {draft.levels - 1}."
                    yield item.says((key, level), f"{extra} Take it out.")
            for step in draft.steps if written and key != "requires" else ():
                if step not in written:
                    yield item.says((key,), f"`{key}` has nothing for level {step}. Add it.")
        effort = item.data.get("effort")
        if isinstance(effort, list):
            for step in draft.steps[len(effort) :]:
                yield item.says(("effort",), f"the effort to level {step} is missing. Add it.")
            if len(effort) > len(draft.steps):
                many = f"`effort` has {len(effort)} entries; the limit is {len(draft.steps)}. Take some out."
                yield item.says(("effort",), many)


def _prerequisites(draft: Draft) -> Iterator[Complaint]:
    for need in draft.needs():
        key, level = need.on
        if key == need.item.id:
            itself = f"it asks for itself ({key}@{level}). Levels are climbed in order anyway. Take it out."
            yield need.item.says(need.steps, itself)
        if level >= draft.levels:
            high = f"it asks for {key}@{level}, but the highest level is {draft.levels - 1}. Lower it."
            yield need.item.says(need.steps, high)
        for unknown in unlisted("prerequisite", key, draft.items):
            yield need.item.says(need.steps, unknown)


def _cycles(draft: Draft) -> Iterator[Complaint]:
    """A step waits for the step below it and for what it requires. Nothing may wait for itself."""
    steps = list(dict.fromkeys((item.id, level) for item in draft.items for level in draft.steps))
    waits = {(key, level): [(key, level - 1)] if level > 1 else [] for key, level in steps}
    written = {
        need.edge: need
        for need in draft.needs()
        if {*need.edge} <= waits.keys() and need.on[0] != need.item.id
    }
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


def _gates(draft: Draft) -> Iterator[Complaint]:
    homes = [(item.id, item.word("aspect")) for item in draft.items]
    for gate in draft.gates:
        aspect, key = gate.word("aspect"), gate.word("item")
        for unknown in unlisted("aspect", aspect, draft.aspects) if aspect else ():
            yield gate.says(("aspect",), f"gate: {unknown}")
        for unknown in unlisted("item", key, draft.items) if key else ():
            yield gate.says(("item",), f"gate: {unknown}")
        other = gate.word("otherwise")
        for unknown in unlisted("item", other, draft.items) if other else ():
            yield gate.says(("otherwise",), f"gate: {unknown}")
        if other and other == key:
            same = f"gate: {key} cannot stand in for itself. Name another item under `otherwise`."
            yield gate.says(("otherwise",), same)
        at = gate.data.get("level")
        if isinstance(at, int) and draft.levels <= at < MOST_LEVELS:
            high = f"gate: there is no level {at}. This pack has {counted(draft.levels)}."
            yield gate.says(("level",), high)
        home = next((home for item, home in homes if item == key), "")
        if aspect and home and (key, aspect) not in homes:
            elsewhere = (
                f'gate: {key} belongs to the aspect "{home}", not "{aspect}". Name an item of that aspect.'
            )
            yield gate.says(("item",), elsewhere)


def _sources(draft: Draft) -> Iterator[Complaint]:
    """Whoever lists references wants each source to be found there."""
    known = [reference.id for reference in draft.references if reference.id]
    for item in draft.items if known else ():
        for steps, source in item.words("sources"):
            if not source.startswith(tuple(known)):
                lost = f'the source "{source}" begins with the id of no reference. List what it is from.'
                yield item.says(steps, lost)


def _idle(draft: Draft) -> Iterator[Complaint]:
    """What is listed is used. Otherwise somebody is offered an empty choice."""
    for section, kind, keys, mend in (
        ("aspects", "no item has this aspect", ["aspect"], "Give it an item"),
        ("criteria", "no item has this criterion", ["criterion"], "Give it an item"),
        ("stages", "no item has this stage", ["stages"], "Give it an item"),
        ("kinds", "no item has this kind", ["kinds"], "Give it an item"),
        ("roles", "this role is never asked anything", ["primary", "secondary"], "Name it under an item"),
    ):
        used = {word for item in draft.items for key in keys for _, word in item.words(key)}
        for entry in getattr(draft, section):
            if entry.id and entry.id not in used:
                yield entry.says(("id",), f"{kind}. {mend}, or take it out.")


def unlisted(kind: str, word: str, there: Sequence[Entry]) -> Iterator[str]:
    known = [entry.id for entry in there if entry.id]
    if word not in known:
        nearest = difflib.get_close_matches(word, known, n=1, cutoff=0)
        hint = f'The nearest is "{nearest[0]}".' if nearest else "None is listed."
        yield f'the {kind} "{word}" is not known. {hint}'


def rows_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def pairs_of(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), thing) for key, thing in value.items()] if isinstance(value, Mapping) else []


def text_of(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
