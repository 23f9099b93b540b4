"""A pack is a questionnaire: what is asked, of whom, and what follows from it. It is one YAML file.

The model holds a pack of any framework with four levels. `packfile` reads the file and knows its lines,
`packcheck` looks at the pack as a whole, `packwords` puts pydantic's complaints into ours. A pack that was
loaded has no loose ends, and nobody needs to look for them again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    WrapSerializer,
)
from pydantic_core import CoreSchema, PydanticCustomError

from conversation import packcheck, packfile, packwords
from conversation.packfile import PackError, Problem

__all__ = [
    "Gate",
    "Heading",
    "Item",
    "Length",
    "LevelName",
    "Need",
    "Pack",
    "PackError",
    "Problem",
    "Role",
    "schema",
    "shipped_names",
]

PACKS = Path(__file__).parent / "packs"

# A question card is one Slack section of at most 3000 characters: title, question and four answers must fit.
# A question is also an option of a menu, "12. Title (B)", of at most 75; a menu has at most 100 options.
TITLE, ASK, ANCHOR, SENTENCE, PARAGRAPH, ITEMS = 60, 300, 500, 150, 1000, 100


def _text(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=40)]
Title = Annotated[str, _text(TITLE)]
Anchor = Annotated[str, _text(ANCHOR)]
Step = Annotated[int, Field(ge=1, le=3)]
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
    """An aspect, a criterion or a stage: a word to sort questions by."""

    id: Id
    title: Title


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
    if not (at and item and level in {"1", "2", "3"}):
        raise PydanticCustomError("need", "must be written ITEM@level, with a level from 1 to 3.")
    return {"item": item, "level": int(level)}


def _by_level(value: Any) -> Any:
    """Four things by level become a row of four. What is missing is left for the model to refuse."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, Mapping):
        raise PydanticCustomError("by_level", "must go by level, with something under each of 0, 1, 2 and 3.")
    known = {str(level): thing for level, thing in value.items()}
    return tuple(known.get(str(level), packwords.MISSING) for level in range(4))


def _written_by_level(value: Any, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
    return {str(level): thing for level, thing in enumerate(written(value))}


class _ByLevelSchema:
    """An editor sees what is written: a mapping, and not the row that we make of it."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        things = {str(level): thing for level, thing in enumerate(handler(core)["prefixItems"])}
        return {"type": "object", "properties": things, "required": [*things], "additionalProperties": False}


_NEED = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.-]*@[1-3]$"}
_NEEDS = {"type": "array", "items": _NEED, "uniqueItems": True}

WrittenNeed = Annotated[
    Need, BeforeValidator(_need), PlainSerializer(str, return_type=str), WithJsonSchema(_NEED)
]
Needs = Annotated[
    Mapping[Step, tuple[WrittenNeed, ...]],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {str(level): _NEEDS for level in (1, 2, 3)},
            "additionalProperties": False,
        }
    ),
]
_BY_LEVEL = (BeforeValidator(_by_level), WrapSerializer(_written_by_level), _ByLevelSchema())
Anchors = Annotated[tuple[Anchor, Anchor, Anchor, Anchor], *_BY_LEVEL]
Levels = Annotated[tuple[LevelName, LevelName, LevelName, LevelName], *_BY_LEVEL]


class Item(_Part):
    """One question. Its four answers are behaviours, from level 0 to level 3."""

    id: Id = Field(description="Never changes and is never used again for another question.")
    title: Title
    aspect: Id
    criterion: Id
    stages: tuple[Id, ...] = Field(default=(), description="The stages of the life cycle that this is about.")
    primary: tuple[Id, ...] = Field(description="The roles that know this first hand.")
    secondary: tuple[Id, ...] = Field(default=(), description="The roles that see it from the side.")
    ask: Annotated[str, _text(ASK)] = Field(description="One question.")
    help: Annotated[str, _text(PARAGRAPH)] | None = Field(
        default=None, description="The answer to: why do you ask? And what would be good evidence."
    )
    levels: Anchors = Field(description="What is true today at level 0, 1, 2 and 3: one behaviour each.")
    evidence: tuple[Annotated[str, _text(SENTENCE)], ...] = Field(
        default=(), description="What somebody could show."
    )
    requires: Needs = Field(
        default={}, description="For a lasting step to this level, these items should have these levels."
    )
    effort: tuple[Points, Points, Points] = Field(description="Points for the steps to level 1, 2 and 3.")
    impact: Annotated[int, Field(ge=1, le=5)] = Field(description="From 1, little, to 5, much.")
    weight: Annotated[int, Field(ge=1, le=10)] = Field(default=1, description="Its share in the aspect.")
    revision: Annotated[int, Field(ge=1)] = Field(
        default=1, description="One more, when the meaning of the question or of an answer changes."
    )
    sources: tuple[Annotated[str, _text(SENTENCE)], ...] = ()


class Gate(_Part):
    """An aspect does not reach the level unless this item has."""

    aspect: Id
    item: Id
    level: Step


class Pack(_Part):
    id: Id
    version: Annotated[int, Field(ge=1)]
    title: Title
    frame: Annotated[str, _text(ASK)] | None = Field(
        default=None, description="The sentence above every question: what to think of, and how to choose."
    )
    levels: Levels
    aspects: tuple[Heading, ...] = Field(min_length=1, max_length=10)
    criteria: tuple[Heading, ...] = Field(min_length=1, max_length=20)
    stages: tuple[Heading, ...] = Field(default=(), max_length=20)
    roles: tuple[Role, ...] = Field(min_length=1, max_length=20)
    items: tuple[Item, ...] = Field(min_length=1, max_length=ITEMS)
    gates: tuple[Gate, ...] = ()

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read and check a file. Raises PackError with everything that is wrong."""
        page = packfile.read(Path(path))
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
    def shipped(cls, name: str) -> Pack:
        return _shipped(name)

    @classmethod
    def from_snapshot(cls, text: str) -> Self:
        return cls.model_validate(json.loads(text))

    def snapshot(self) -> str:
        """The pack as text, equal for equal packs. An assessment keeps the one that it was opened with."""
        facts = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.snapshot().encode()).hexdigest()

    def item(self, key: str) -> Item:
        return self._items[key]

    def role(self, key: str) -> Role:
        return self._roles[key]

    def aspect(self, key: str) -> Heading:
        return self._aspects[key]

    def of_aspect(self, key: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.aspect == key)

    def questions_for(
        self,
        roles: Iterable[str],
        length: Length,
        *,
        aspects: Iterable[str] | None = None,
        criteria: Iterable[str] | None = None,
        stages: Iterable[str] | None = None,
    ) -> tuple[Item, ...]:
        """What somebody is asked who speaks for these roles: one questionnaire, by aspect, nothing twice.
        Short is the self-check, the same for everyone."""
        seats = frozenset(roles)
        chosen = self.self_check if length is Length.SHORT else _asked(self._in_order, seats, length)
        filters = [None if wanted is None else frozenset(wanted) for wanted in (aspects, criteria, stages)]
        return tuple(
            item
            for item in chosen
            if all(map(_touches, filters, ([item.aspect], [item.criterion], item.stages)))
        )

    @cached_property
    def self_check(self) -> tuple[Item, ...]:
        """One look at each aspect: its gate items; where it has none, its first item."""
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
    def _aspects(self) -> dict[str, Heading]:
        return {aspect.id: aspect for aspect in self.aspects}


def shipped_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PACKS.glob("*.yaml")))


def schema() -> dict[str, Any]:
    """The JSON Schema of a pack file, for editors. It knows the shape; `load` knows the whole."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Tidemark question pack"}
    return {**Pack.model_json_schema(), **head}


@cache
def _shipped(name: str) -> Pack:
    if name not in shipped_names():
        raise LookupError(f"There is no pack {name!r}. Shipped are: {', '.join(shipped_names())}.")
    return Pack.load(PACKS / f"{name}.yaml")


def _asked(items: Iterable[Item], seats: frozenset[str], length: Length) -> list[Item]:
    def speaks(item: Item) -> frozenset[str]:
        return frozenset((*item.primary, *item.secondary) if length is Length.LONG else item.primary)

    return [item for item in items if speaks(item) & seats]


def _touches(wanted: frozenset[str] | None, has: Iterable[str]) -> bool:
    return wanted is None or not wanted.isdisjoint(has)
