"""A pack is a questionnaire: what is asked, of whom, and what follows from it. It is one YAML file.

The model holds a pack of any framework with two to six levels. `packfile` reads the file and knows its
lines, `packoverlay` lays what changes a shipped pack over that pack, `packcheck` looks at the pack as a
whole, `packwords` puts pydantic's complaints into ours. A pack that was loaded has no loose ends, and nobody
needs to look for them again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    StringConstraints,
    Tag,
    ValidationError,
    WithJsonSchema,
    WrapSerializer,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from conversation import packcheck, packfile, packoverlay, packwords
from conversation.packfile import PackError, Problem

__all__ = [
    "Concern",
    "Criterion",
    "Gate",
    "Heading",
    "Item",
    "Length",
    "LevelName",
    "Need",
    "Pack",
    "PackError",
    "Problem",
    "Reference",
    "Role",
    "schema",
    "shipped_names",
    "shipped_versions",
]

PACKS = Path(__file__).parent / "packs"

# A question card is one Slack section of at most 3000 characters: frame, question and six answers must fit.
# A question is also an option of a menu, "12. Title (B)", of at most 75; a menu has at most 100 options,
# checkboxes have 10.
TITLE, ASK, ANCHOR, SENTENCE, PARAGRAPH, ITEMS = 60, 300, 500, 150, 1000, 100
WHY, EXAMPLE, ADVICE, CITATION, BOXES, OPTIONS = 400, 300, 400, 300, 10, 100
FEWEST_LEVELS, MOST_LEVELS = 2, packcheck.MOST_LEVELS


def _text(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


_ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
Id = Annotated[str, StringConstraints(pattern=_ID, max_length=40)]
Title = Annotated[str, _text(TITLE)]
Anchor = Annotated[str, _text(ANCHOR)]
Ask = Annotated[str, _text(ASK)]
Sentence = Annotated[str, _text(SENTENCE)]
Step = Annotated[int, Field(ge=1, le=MOST_LEVELS - 1)]
Points = Annotated[int, Field(ge=1, le=13)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Length(StrEnum):
    SHORT = "short"
    STANDARD = "standard"
    LONG = "long"


class LevelName(_Part):
    name: Annotated[str, _text(30)] = Field(description="One or two words: Ad hoc.")
    meaning: Annotated[str, _text(ANCHOR)] = Field(description="One sentence: what this level looks like.")


class Heading(_Part):
    """An aspect, a criterion, a stage or a kind: a word to sort questions by."""

    id: Id
    title: Title


class Criterion(Heading):
    regulated: bool = Field(
        default=False, description="Not acting here is a greater risk where rules apply, as for compliance."
    )


class Concern(_Part):
    """A goal or a pain that a facilitator may choose, and the items that serve it."""

    id: Id
    title: Title
    items: tuple[Id, ...] = Field(min_length=1)


class Reference(_Part):
    """A work that the sources of items point to: their ids begin with its id."""

    id: Id
    title: Annotated[str, _text(CITATION)]


class Role(_Part):
    id: Id
    title: Title = Field(description="One person: Data engineer.")
    plural: Title = Field(description="Several people: Data engineers.")
    titles: tuple[Annotated[str, _text(TITLE)], ...] = Field(
        default=(), description="Words in a job title that suggest this role."
    )


class Need(_Part):
    """What should be there before a step lasts: the item, and the level it should have."""

    item: Id
    level: Step

    def __str__(self) -> str:
        return f"{self.item}@{self.level}"


def _need(written: Any) -> Any:
    if isinstance(written, Need):
        return written
    item, at, level = written.rpartition("@") if isinstance(written, str) else ("", "", "")
    if not (at and item and level in _STEPS):
        raise PydanticCustomError("need", "must be written ITEM@level, with a level from 1.")
    return {"item": item, "level": int(level)}


def _by_level(value: Any) -> Any:
    """Things by level become a row, from level 0 up. A gap in it is left for the model to refuse."""
    if isinstance(value, tuple):
        return value
    known = packcheck.by_level(value)
    if not known:
        raise PydanticCustomError("by_level", "must go by level, with something under 0, 1, 2 and so on.")
    return tuple(known.get(level, packwords.MISSING) for level in range(max(known) + 1))


def _written_by_level(value: Any, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
    return {str(level): thing for level, thing in enumerate(written(value))}


class _ByLevelSchema:
    """An editor sees what is written: a mapping, and not the row that we make of it."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        things = {str(level): handler(core)["items"] for level in range(MOST_LEVELS)}
        return {
            "type": "object",
            "properties": things,
            "required": ["0", "1"],
            "additionalProperties": False,
        }


class _ByStepSchema:
    """The same for what belongs to the steps up, to level 1 and above."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        thing = handler(core["values_schema"])
        return {"type": "object", "properties": dict.fromkeys(_STEPS, thing), "additionalProperties": False}


_STEPS = tuple(str(level) for level in range(1, MOST_LEVELS))
_NEED = {"type": "string", "pattern": rf"^[A-Za-z0-9][A-Za-z0-9_.-]*@[1-{MOST_LEVELS - 1}]$"}

WrittenNeed = Annotated[
    Need, BeforeValidator(_need), PlainSerializer(str, return_type=str), WithJsonSchema(_NEED)
]
Needs = Annotated[Mapping[Step, tuple[WrittenNeed, ...]], _ByStepSchema()]
_BY_LEVEL = (BeforeValidator(_by_level), WrapSerializer(_written_by_level), _ByLevelSchema())
Anchors = Annotated[tuple[Anchor, ...], *_BY_LEVEL]
Levels = Annotated[tuple[LevelName, ...], Field(min_length=FEWEST_LEVELS, max_length=MOST_LEVELS), *_BY_LEVEL]
Advice = Annotated[Mapping[Step, Annotated[str, _text(ADVICE)]], _ByStepSchema()]


class Aspect(Heading):
    levels: Anchors = Field(default=(), description="One sentence for each: what this level looks like here.")


def _how_written(value: Any) -> str:
    return packwords.LIST if isinstance(value, (list, tuple)) else packwords.LEVELS


#: By level; in packs of the first form a list for the whole item.
Evidence = Annotated[
    Annotated[tuple[Sentence, ...], Tag(packwords.LIST)]
    | Annotated[Mapping[Step, Sentence], _ByStepSchema(), Tag(packwords.LEVELS)],
    Discriminator(_how_written),
]


class Item(_Part):
    """One question. Its answers are behaviours, one for each level of the pack."""

    id: Id = Field(description="Never changes and is never used again for another question.")
    revision: Annotated[int, Field(ge=1)] = Field(
        default=1, description="One more, when the meaning of the question or of an answer changes."
    )
    origin: Id | None = Field(
        default=None, description="The pack whose wording this is; if nothing is said, the pack itself."
    )
    title: Title
    aspect: Id
    criterion: Id
    stages: tuple[Id, ...] = Field(default=(), description="The stages of the life cycle that this is about.")
    kinds: tuple[Id, ...] = Field(
        default=(), description="Asked only if one of these kinds is in scope; if none is named, always."
    )
    primary: tuple[Id, ...] = Field(description="The roles that know this first hand.")
    secondary: tuple[Id, ...] = Field(default=(), description="The roles that see it from the side.")
    ask: Ask = Field(description="One question.")
    ask_as: Mapping[Id, Ask] = Field(
        default={}, description="By role: the same question in the words of that role."
    )
    why: Annotated[str, _text(WHY)] | None = Field(
        default=None, description="The answer to: why do you ask? What follows from not having it."
    )
    help: Annotated[str, _text(PARAGRAPH)] | None = Field(
        default=None, description="What `why` was called in packs of the first form."
    )
    levels: Anchors = Field(description="What is true today at each level: one behaviour each.")
    evidence: Evidence = Field(
        default=(), description="By level: a thing that exists and that somebody could show for it."
    )
    sufficient: Annotated[str, _text(EXAMPLE)] | None = Field(
        default=None, description="An example of evidence that is accepted, and for which level."
    )
    insufficient: Annotated[str, _text(EXAMPLE)] | None = Field(
        default=None, description="An example of evidence that is not accepted, and why."
    )
    advice: Advice = Field(default={}, description="By level: how to take the step up to it.")
    measure: Sentence | None = Field(
        default=None, description="What to count to know that it works: models whose ... / all live models."
    )
    requires: Needs = Field(
        default={}, description="For a lasting step to this level, these items should have these levels."
    )
    effort: tuple[Points, ...] = Field(
        max_length=MOST_LEVELS - 1, description="Points for the steps to level 1, 2 and so on."
    )
    impact: Annotated[int, Field(ge=1, le=5)] = Field(description="From 1, little, to 5, much.")
    weight: Annotated[int, Field(ge=1, le=10)] = Field(default=1, description="Its share in the aspect.")
    sources: tuple[Sentence, ...] = ()

    @property
    def meaning(self) -> tuple[str, str | None, int]:
        """Two rounds can be compared on an item only where this is equal: the same question, in the wording
        of the same pack, with no change of meaning in between."""
        return self.id, self.origin, self.revision

    @property
    def explanation(self) -> str | None:
        """Why we ask."""
        return self.why or self.help

    def evidence_for(self, level: int) -> tuple[str, ...]:
        """What somebody could show for this level; where that is not told by level, for any."""
        by_level = self.evidence
        return by_level if isinstance(by_level, tuple) else tuple(filter(None, [by_level.get(level)]))

    def is_about(self, kinds: Iterable[str] | None) -> bool:
        """Whether it is asked when these kinds are in scope; None are all."""
        return kinds is None or not self.kinds or not set(self.kinds).isdisjoint(kinds)

    def wording(self, roles: Iterable[str]) -> str:
        """The question in the words of this role. Roles that see it in different words share the plain ones;
        a role that is not asked it has no say, unless it is put to everyone."""
        seats = tuple(roles)
        asked = [role for role in seats if role in self.primary or role in self.secondary]
        words = {self.ask_as.get(role, self.ask) for role in asked or seats}
        return words.pop() if len(words) == 1 else self.ask


class Gate(_Part):
    """An aspect does not reach the level unless this item has."""

    aspect: Id
    item: Id
    otherwise: Id | None = Field(
        default=None, description="Holds the gate where the item does not apply or is not asked."
    )
    level: Step


class Pack(_Part):
    id: Id
    version: Annotated[int, Field(ge=1)]
    title: Title
    frame: Ask | None = Field(
        default=None, description="The sentence above every question: what to think of, and how to choose."
    )
    levels: Levels
    aspects: tuple[Aspect, ...] = Field(min_length=1, max_length=BOXES)
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=20)
    stages: tuple[Heading, ...] = Field(default=(), max_length=20)
    kinds: tuple[Heading, ...] = Field(
        default=(), max_length=BOXES, description="What an assessment may be about."
    )
    roles: tuple[Role, ...] = Field(min_length=1, max_length=20)
    goals: tuple[Concern, ...] = Field(
        default=(), max_length=OPTIONS, description="What may be wanted; the impact of its items counts more."
    )
    pains: tuple[Concern, ...] = Field(
        default=(), max_length=OPTIONS, description="What may hurt; impact and urgency count more."
    )
    self_check: tuple[Id, ...] = Field(
        default=(), description="The order of the self-check; if nothing is said, the gate items."
    )
    items: tuple[Item, ...] = Field(min_length=1, max_length=ITEMS)
    gates: tuple[Gate, ...] = ()
    references: tuple[Reference, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _its_own_wording(cls, data: Any) -> Any:
        """Items whose wording is of no other pack are of this one."""
        key, items = (data.get("id"), data.get("items")) if isinstance(data, Mapping) else (None, None)
        if not (isinstance(key, str) and re.match(_ID, key) and isinstance(items, (list, tuple))):
            return data
        owned = [{"origin": key, **item} if isinstance(item, Mapping) else item for item in items]
        return {**data, "items": owned}

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read and check a file. Raises PackError with everything that is wrong."""
        page = packfile.read(Path(path), ours=Path(path).parent == PACKS)
        if packoverlay.is_overlay(page.data):
            page = packoverlay.laid_over(page, json.loads(_base(page).snapshot()))
        pack: Self | None = None
        complaints = list(packcheck.whole(page.data))
        try:
            pack = cls.model_validate(page.data)
        except ValidationError as error:
            complaints += packwords.said(error, page.data, cls)
        problems = [*page.problems, *(page.problem(place, message) for place, message in complaints)]
        if pack is None or problems:
            raise PackError(problems)
        return pack

    @classmethod
    def shipped(cls, name: str, version: int | None = None) -> Pack:
        """The newest version, if none is named. Raises: LookupError, in a sentence."""
        return _shipped(name, version)

    @classmethod
    def named(cls, name: str) -> Pack:
        """A shipped pack, as `mlops` or `mlops@1`, or a file. Raises: LookupError, PackError."""
        key, at, version = name.partition("@")
        if key in shipped_names() and (not at or version.isdecimal()):
            return _shipped(key, int(version) if at else None)
        if not Path(name).is_file() and not Path(name).suffix and Path(name).name == name:
            raise LookupError(f"{_no_pack(name)} A file is named with its ending, as in my-pack.yaml.")
        return cls.load(name)

    @classmethod
    def from_snapshot(cls, text: str) -> Self:
        return cls.model_validate(json.loads(text))

    def snapshot(self) -> str:
        """The pack as text, equal for equal packs. An assessment keeps the one that it was opened with."""
        facts = self.model_dump(mode="json", exclude_defaults=True)
        for item in facts["items"]:
            if item.get("origin") == self.id:
                del item["origin"]
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.snapshot().encode()).hexdigest()

    def item(self, key: str) -> Item:
        return self._items[key]

    def role(self, key: str) -> Role:
        return self._roles[key]

    def aspect(self, key: str) -> Aspect:
        return self._aspects[key]

    def of_aspect(self, key: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.aspect == key)

    def questions_for(
        self,
        roles: Iterable[str],
        length: Length,
        *,
        kinds: Iterable[str] | None = None,
        aspects: Iterable[str] | None = None,
        criteria: Iterable[str] | None = None,
        stages: Iterable[str] | None = None,
    ) -> tuple[Item, ...]:
        """What somebody is asked who speaks for these roles: one questionnaire, by aspect, nothing twice.
        Short is the self-check, the same for everyone. What is None is not narrowed: all kinds are in scope,
        all aspects, and so on."""
        seats = frozenset(roles)
        about = None if kinds is None else frozenset(kinds)
        chosen = self.first_look(about) if length is Length.SHORT else _asked(self._in_order, seats, length)
        filters = [None if wanted is None else frozenset(wanted) for wanted in (aspects, criteria, stages)]
        return tuple(
            item
            for item in chosen
            if item.is_about(about)
            and all(map(_touches, filters, ([item.aspect], [item.criterion], item.stages)))
        )

    def first_look(self, kinds: Iterable[str] | None = None) -> tuple[Item, ...]:
        """The items of the self-check. Where one is not asked with these kinds in scope, what else holds its
        gate stands in for it."""
        about = None if kinds is None else frozenset(kinds)
        stand_ins = {gate.item: gate.otherwise for gate in self.gates}
        keys = [item.id if item.is_about(about) else stand_ins.get(item.id) for item in self._self_check]
        return tuple(self.item(key) for key in dict.fromkeys(keys) if key and self.item(key).is_about(about))

    @cached_property
    def _self_check(self) -> tuple[Item, ...]:
        """As the pack says; else one look at each aspect: its gate items, or its first item."""
        if self.self_check:
            return tuple(map(self.item, self.self_check))
        gates = {gate.item for gate in self.gates}
        found: list[Item] = []
        for aspect in self.aspects:
            items = self.of_aspect(aspect.id)
            found += [item for item in items if item.id in gates] or items[:1]
        return tuple(found)

    @cached_property
    def _in_order(self) -> tuple[Item, ...]:
        return tuple(item for aspect in self.aspects for item in self.of_aspect(aspect.id))

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def _roles(self) -> dict[str, Role]:
        return {role.id: role for role in self.roles}

    @cached_property
    def _aspects(self) -> dict[str, Aspect]:
        return {aspect.id: aspect for aspect in self.aspects}


def shipped_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PACKS.glob("*.yaml") if not _OLDER.match(path.stem)))


def shipped_versions() -> tuple[tuple[str, int | None], ...]:
    """Each shipped pack with None for its newest version, and with the number of each older one."""
    older = [found for path in PACKS.glob("*.yaml") if (found := _OLDER.match(path.stem))]
    return tuple(
        (name, version)
        for name in shipped_names()
        for version in (None, *sorted((int(it[2]) for it in older if it[1] == name), reverse=True))
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of pack files and overlays, for editors. It knows the shape; `load` knows the whole."""
    whole = Pack.model_json_schema()
    parts = whole.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tidemark question pack",
        "$defs": parts,
        "if": {"type": "object", "required": ["extends"]},
        "then": packoverlay.schema(whole, parts),
        "else": whole,
    }


#: The newest version of a pack is in `name.yaml`, an older one in `name-1.yaml`.
_OLDER = re.compile(r"(.+)-(\d+)")


@cache
def _shipped(name: str, version: int | None) -> Pack:
    if name not in shipped_names():
        raise LookupError(_no_pack(name))
    older = PACKS / f"{name}-{version}.yaml"
    pack = Pack.load(older if version and older.exists() else PACKS / f"{name}.yaml")
    if version not in (None, pack.version):
        numbers = sorted([pack.version, *(it for key, it in shipped_versions() if key == name and it)])
        known = ", ".join(f"{name}@{number}" for number in numbers)
        raise LookupError(f"There is no version {version} of the pack {name}. Shipped are: {known}.")
    return pack


def _no_pack(name: str) -> str:
    return f"There is no pack {name!r}. Shipped are: {', '.join(shipped_names())}."


def _base(page: packfile.Page) -> Pack:
    """The shipped pack that an overlay extends. Raises: PackError."""
    named = page.data["extends"]
    key, at, version = named.partition("@") if isinstance(named, str) else ("", "", "")
    try:
        if not isinstance(named, str) or (at and not version.isdecimal()):
            raise LookupError("`extends` names a shipped pack, as mlops or mlops@1.")
        return _shipped(key, int(version) if at else None)
    except LookupError as error:
        raise PackError([*page.problems, page.problem(("extends",), str(error))]) from None


def _asked(items: Iterable[Item], seats: frozenset[str], length: Length) -> list[Item]:
    def speaks(item: Item) -> frozenset[str]:
        return frozenset((*item.primary, *item.secondary) if length is Length.LONG else item.primary)

    return [item for item in items if speaks(item) & seats]


def _touches(wanted: frozenset[str] | None, has: Iterable[str]) -> bool:
    return wanted is None or not wanted.isdisjoint(has)
