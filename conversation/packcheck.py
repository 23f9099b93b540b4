"""What must hold for a pack as a whole, each broken rule as a place and a sentence that says what to do.

It looks at the plain data and not at the model, so that one mistyped word does not hide everything else that is
wrong. What does not have the expected shape is left to the model, whose complaints `shape` puts into our words.
"""

from __future__ import annotations

import difflib
import graphlib
import html
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from conversation.packfile import Place

CARD = 3000
"""Characters in one Slack section. A question card is one section."""

Complaint = tuple[Place, str]
Step = tuple[str, int]


class _Missing:
    """Stands where the file says nothing, among things that go by level."""


MISSING = _Missing()


def whole(data: Any) -> Iterator[Complaint]:
    draft = _Draft.of(data)
    for rule in (_ids, _words, _people, _anchors, _prerequisites, _gates, _cycles, _idle):
        yield from rule(draft)


def shape(error: ValidationError, data: Any, model: type[BaseModel]) -> Iterator[Complaint]:
    for detail in error.errors(include_url=False):
        place = tuple(step for step in detail["loc"] if step != "[key]")
        yield place, _name(data, place) + _said(detail, place, model)


# What we can make out of a file that may be wrong in any place.


@dataclass(frozen=True)
class _Entry:
    """Something with an id: an item, a role, an aspect. It knows its place."""

    place: Place
    data: Mapping[Hashable, Any]

    @property
    def id(self) -> str:
        return _word(self.data.get("id"))

    def word(self, key: str) -> str:
        return _word(self.data.get(key))

    def words(self, key: str) -> list[tuple[Place, str]]:
        return [
            ((*self.place, key, n), _word(one))
            for n, one in enumerate(_rows(self.data.get(key)))
            if _word(one)
        ]

    def says(self, sentence: str, *steps: Hashable) -> Complaint:
        return (*self.place, *steps), f"{self.id}: {sentence}" if self.id else sentence


@dataclass(frozen=True)
class _Draft:
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

        return cls(*(entries(section) for section in cls.__dataclass_fields__))

    def needs(self) -> Iterator[tuple[_Entry, int, Place, str, int]]:
        """Each prerequisite: whose, for which level, where it stands, and what is needed."""
        for item in self.items:
            for level, rows in _pairs(item.data.get("requires")):
                for n, written in enumerate(_rows(rows)):
                    needed, at, wanted = _word(written).rpartition("@")
                    if at and needed and level in {"1", "2", "3"} and wanted in {"1", "2", "3"}:
                        yield item, int(level), (*item.place, "requires", level, n), needed, int(wanted)


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), thing) for key, thing in value.items()] if isinstance(value, Mapping) else []


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


# The rules.


def _ids(draft: _Draft) -> Iterator[Complaint]:
    for section in ("aspects", "criteria", "stages", "roles", "items"):
        first: dict[str, int] = {}
        for number, entry in enumerate(getattr(draft, section), start=1):
            if entry.id and first.setdefault(entry.id, number) != number:
                again = (
                    f'the id "{entry.id}" is taken, by number {first[entry.id]} of {section}. Choose another.'
                )
                yield entry.says(again, "id")


def _words(draft: _Draft) -> Iterator[Complaint]:
    """Every word that points somewhere points to something that is there."""
    for item in draft.items:
        for key, kind, there in (
            ("aspect", "aspect", draft.aspects),
            ("criterion", "criterion", draft.criteria),
        ):
            if item.word(key) and (said := _unknown(kind, item.word(key), there)):
                yield item.says(said, key)
        for key, kind, there in (
            ("stages", "stage", draft.stages),
            ("primary", "role", draft.roles),
            ("secondary", "role", draft.roles),
        ):
            words = item.words(key)
            for n, (place, word) in enumerate(words):
                steps = place[len(item.place) :]
                if said := _unknown(kind, word, there):
                    yield item.says(said, *steps)
                elif word in [other for _, other in words[:n]]:
                    yield item.says(f'the {kind} "{word}" stands twice under `{key}`. Keep one.', *steps)


def _people(draft: _Draft) -> Iterator[Complaint]:
    for item in draft.items:
        primary = [word for _, word in item.words("primary")]
        if item.data.get("primary") == []:
            yield item.says(
                "it has no primary role, so nobody can answer for any of its levels. Name the role that knows it.",
                "primary",
            )
        for place, word in item.words("secondary"):
            if word in primary:
                both = f'the role "{word}" is both primary and secondary. Keep it as one of them.'
                yield item.says(both, *place[len(item.place) :])


def _anchors(draft: _Draft) -> Iterator[Complaint]:
    for item in draft.items:
        levels = {level: _word(text) for level, text in _pairs(item.data.get("levels"))}
        for level in levels:
            if level not in {"0", "1", "2", "3"}:
                said = f"there is no level {level}. A question has four: 0, 1, 2 and 3. Take it out."
                yield item.says(said, "levels", level)
        seen: dict[str, str] = {}
        for level, text in levels.items():
            plain = " ".join(text.casefold().split()).rstrip(".")
            if plain and (other := seen.setdefault(plain, level)) != level:
                said = f"levels {other} and {level} say the same, so nobody could choose. Tell them apart."
                yield item.says(said, "levels", level)
        size = _card(item, levels.values())
        if size > CARD and all(len(text) <= CARD for text in levels.values()):
            said = f"its card has {size} characters as Slack counts (& < > as 4 or 5); the limit is {CARD}. Shorten it."
            yield item.says(said, "levels")


def _card(item: _Entry, texts: Iterable[str]) -> int:
    written = [item.word("title"), item.word("ask"), *texts]
    return sum(len(html.escape(text, quote=False)) + len("*A*  \n\n") for text in written)


def _prerequisites(draft: _Draft) -> Iterator[Complaint]:
    for item, level, place, needed, wanted in draft.needs():
        steps = place[len(item.place) :]
        if needed == item.id:
            said = f"it asks for itself ({needed}@{wanted}). Its own levels are climbed in order anyway. Take it out."
            yield item.says(said, *steps)
        elif said := _unknown("prerequisite", needed, draft.items):
            yield item.says(said, *steps)


def _gates(draft: _Draft) -> Iterator[Complaint]:
    for gate in draft.gates:
        aspect, needed = gate.word("aspect"), gate.word("item")
        if aspect and (said := _unknown("aspect", aspect, draft.aspects)):
            yield (*gate.place, "aspect"), f"gate: {said}"
        if needed and (said := _unknown("item", needed, draft.items)):
            yield (*gate.place, "item"), f"gate: {said}"
        homes = [item.word("aspect") for item in draft.items if item.id == needed]
        if aspect and homes and homes[0] and aspect not in homes:
            said = f'{needed} belongs to the aspect "{homes[0]}" and cannot be a gate of "{aspect}".'
            yield (*gate.place, "item"), f"gate: {said} Choose an item of that aspect."


def _cycles(draft: _Draft) -> Iterator[Complaint]:
    """A step waits for its own lower step and for what it requires. Nothing may wait for itself."""
    known = {item.id for item in draft.items}
    waits: dict[Step, list[Step]] = {(key, level): [] for key in known for level in (1, 2, 3)}
    written: dict[tuple[Step, Step], Place] = {}
    order = {
        step: n for n, step in enumerate((item.id, level) for item in draft.items for level in (1, 2, 3))
    }
    for key, level in order:
        if level > 1:
            waits[key, level].append((key, level - 1))
    for item, level, place, needed, wanted in draft.needs():
        if needed in known and needed != item.id:
            waits[item.id, level].append((needed, wanted))
            written.setdefault(((item.id, level), (needed, wanted)), place)
    while cycle := _cycle({step: waits[step] for step in order}):
        edges = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        start = min((n for n, edge in enumerate(edges) if edge in written), key=lambda n: order[edges[n][0]])
        path = [*cycle[start:], *cycle[:start], cycle[start]]
        said = " -> ".join(f"{key}@{level}" for key, level in path)
        yield (
            written[edges[start]],
            f"{path[0][0]}: prerequisites run in a circle: {said}. Take one of them out.",
        )
        waits[edges[start][0]].remove(edges[start][1])


def _cycle(waits: Mapping[Step, list[Step]]) -> list[Step]:
    try:
        graphlib.TopologicalSorter(waits).prepare()
    except graphlib.CycleError as error:
        found: list[Step] = error.args[1]
        return found[:0:-1]
    return []


def _idle(draft: _Draft) -> Iterator[Complaint]:
    """What is listed is used; otherwise somebody is offered an empty choice."""
    for section, key, kind in (
        ("aspects", "aspect", "aspect"),
        ("criteria", "criterion", "criterion"),
        ("stages", "stages", "stage"),
    ):
        used = {item.word(key) for item in draft.items} | {
            word for item in draft.items for _, word in item.words(key)
        }
        for entry in getattr(draft, section):
            if entry.id and entry.id not in used:
                yield entry.says(f"no item has this {kind}. Give it one, or take it out.", "id")
    asked = {word for item in draft.items for key in ("primary", "secondary") for _, word in item.words(key)}
    for role in draft.roles:
        if role.id and role.id not in asked:
            yield role.says("this role is never asked anything. Name it under an item, or take it out.", "id")


def _unknown(kind: str, word: str, there: Sequence[_Entry]) -> str | None:
    known = [entry.id for entry in there if entry.id]
    if word in known:
        return None
    nearest = difflib.get_close_matches(word, known, n=1, cutoff=0)
    hint = f'The nearest is "{nearest[0]}".' if nearest else "None is listed."
    return f'the {kind} "{word}" is not known. {hint}'


# The model's complaints in our words.


def _name(data: Any, place: Place) -> str:
    """The id of the item, role or heading that a place belongs to, as the start of a sentence."""
    if len(place) < 2 or not isinstance(place[1], int) or place[0] == "levels":
        return ""
    row = data[place[0]][place[1]]
    name = _word(row.get("id")) if isinstance(row, Mapping) else ""
    return f"{name}: " if name else ""


def _said(error: ErrorDetails, place: Place, model: type[BaseModel]) -> str:
    what, ctx, given = _called(place), error.get("ctx", {}), error["input"]
    if isinstance(given, _Missing):
        return f"there is no text for level {place[-1]}. Write all four, 0 to 3."
    if given is None and error["type"] != "missing":
        return f"{what} is empty. Fill it in, or take it out if it may be left out."
    match error["type"]:
        case "missing" if place[-2:-1] == ("effort",):
            return f"`effort` lacks the step to level {int(str(place[-1])) + 1}. Write three numbers."
        case "missing":
            return f"{what} is missing. Add it."
        case "extra_forbidden":
            return f'the key "{place[-1]}" is not known. {_nearest_key(str(place[-1]), place, model)}'
        case "string_type":
            return f"{what} must be text. Put it in quotes."
        case "string_too_short":
            return f"{what} is empty. Write it."
        case "string_too_long":
            size = len(given.strip()) if isinstance(given, str) else "too many"
            return f"{what} has {size} characters; the limit is {ctx['max_length']}. Shorten it."
        case "string_pattern_mismatch":
            return f'{what} is "{given}"; an id has letters, digits, and - _ . only. Rename it.'
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{what} must be a whole number."
        case "greater_than_equal" | "less_than_equal":
            return f"{what} is {given}; {_range(place)}."
        case "too_short":
            return f"{what} is empty. List at least one."
        case "too_long" if place[-1:] == ("effort",):
            return f"`effort` has {ctx['actual_length']} numbers. Write three, for the steps to level 1, 2 and 3."
        case "too_long":
            return f"{what} has {ctx['actual_length']} entries; the limit is {ctx['max_length']}. Shorten it."
        case "tuple_type" if place[-1:] == ("levels",):
            return f"{what} must go by level: a text under each of 0, 1, 2 and 3."
        case "tuple_type":
            return f"{what} must be a list: [a, b]."
        case "mapping_type" | "dict_type" | "model_type" | "model_attributes_type":
            return f"{what} must be keys with values, as in `key: value`."
        case "need":
            return f'{what} is "{given}"; a prerequisite is written ITEM@level, with a level from 1 to 3.'
        case _:
            return f"{what}: {error['msg']}."


def _called(place: Place) -> str:
    keys = [step for step in place if isinstance(step, str) and not step.isdigit()]
    if place[:1] == ("items",) and "levels" in keys and isinstance(place[-1], int):
        return f"the text of level {place[-1]}"
    if len(place) == 2:
        return f"number {int(str(place[1])) + 1} of `{place[0]}`"
    return f"`{keys[-1]}`" if keys else "the file"


def _range(place: Place) -> str:
    low_high = {"impact": (1, 5), "effort": (1, 13), "weight": (1, 10), "level": (1, 3), "requires": (1, 3)}
    for step in reversed(place):
        if step in low_high:
            return "it goes from {} to {}".format(*low_high[str(step)])
    return "it starts at 1"


def _nearest_key(key: str, place: Place, model: type[BaseModel]) -> str:
    known = list(_fields(place, model))
    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f'Did you mean "{nearest[0]}"?' if nearest else f"Known are: {', '.join(known)}."


def _fields(place: Place, model: type[BaseModel]) -> Iterable[str]:
    """The keys that are known at a place: those of the pack, or of the part in that section."""
    if len(place) < 2:
        return model.model_fields
    kinds = get_args(model.model_fields[str(place[0])].annotation)
    return next(kind.model_fields for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
