"""What packs are made of: questions, levels, roles and the words to sort by, each with its limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

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
    WithJsonSchema,
    WrapSerializer,
)
from pydantic_core import CoreSchema, PydanticCustomError

from conversation import packcheck, packwords

# A question card is one Slack section of at most 3000 characters: frame, question and six answers must fit.
# A question is also an option of a menu, "12. Title (B)", of at most 75; a menu has at most 100 options,
# checkboxes have 10.
TITLE, ASK, ANCHOR, SENTENCE, PARAGRAPH, ITEMS = 60, 300, 500, 150, 1000, 100
WHY, EXAMPLE, ADVICE, CITATION, BOXES, OPTIONS = 400, 300, 400, 300, 10, 100
FEWEST_LEVELS, MOST_LEVELS = 2, packcheck.MOST_LEVELS


def text(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
Id = Annotated[str, StringConstraints(pattern=ID, max_length=40)]
Title = Annotated[str, text(TITLE)]
Anchor = Annotated[str, text(ANCHOR)]
Ask = Annotated[str, text(ASK)]
Sentence = Annotated[str, text(SENTENCE)]
Step = Annotated[int, Field(ge=1, le=MOST_LEVELS - 1)]
Points = Annotated[int, Field(ge=1, le=13)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Length(StrEnum):
    SHORT = "short"
    STANDARD = "standard"
    LONG = "long"


class LevelName(Part):
    name: Annotated[str, text(30)] = Field(description="One or two words: Ad hoc.")
    meaning: Annotated[str, text(ANCHOR)] = Field(description="One sentence: what this level looks like.")


class Heading(Part):
    """An aspect, a criterion, a stage or a kind: a word to sort questions by."""

    id: Id
    title: Title


class Criterion(Heading):
    regulated: bool = Field(
        default=False, description="Not acting here is a greater risk where rules apply, as for compliance."
    )


class Concern(Part):
    """A goal or a pain that a facilitator may choose, and the items that serve it."""

    id: Id
    title: Title
    items: tuple[Id, ...] = Field(min_length=1)


class Reference(Part):
    """A work that the sources of items point to: their ids begin with its id."""

    id: Id
    title: Annotated[str, text(CITATION)]


class Role(Part):
    id: Id
    title: Title = Field(description="One person: Data engineer.")
    plural: Title = Field(description="Several people: Data engineers.")
    titles: tuple[Annotated[str, text(TITLE)], ...] = Field(
        default=(), description="Words in a job title that suggest this role."
    )


class Need(Part):
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
Advice = Annotated[Mapping[Step, Annotated[str, text(ADVICE)]], _ByStepSchema()]


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


class Item(Part):
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
    why: Annotated[str, text(WHY)] | None = Field(
        default=None, description="The answer to: why do you ask? What follows from not having it."
    )
    help: Annotated[str, text(PARAGRAPH)] | None = Field(
        default=None, description="What `why` was called in packs of the first form."
    )
    levels: Anchors = Field(description="What is true today at each level: one behaviour each.")
    evidence: Evidence = Field(
        default=(), description="By level: a thing that exists and that somebody could show for it."
    )
    sufficient: Annotated[str, text(EXAMPLE)] | None = Field(
        default=None, description="An example of evidence that is accepted, and for which level."
    )
    insufficient: Annotated[str, text(EXAMPLE)] | None = Field(
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


class Gate(Part):
    """An aspect does not reach the level unless this item has."""

    aspect: Id
    item: Id
    otherwise: Id | None = Field(
        default=None, description="Holds the gate where the item does not apply or is not asked."
    )
    level: Step
