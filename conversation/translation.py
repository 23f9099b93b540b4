"""A pack in another language: what a translation says, and what is taken from it.

A translation may be partial. What belongs together falls back together: a question with its answers, what
somebody could show for it, how to take a step. A question half in one language is worse than one in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from conversation.packparts import (
    EXAMPLE,
    PARAGRAPH,
    TITLE,
    WHY,
    Advice,
    Anchors,
    Ask,
    Aspect,
    Concern,
    Criterion,
    Evidence,
    Heading,
    Id,
    Item,
    Levels,
    Part,
    Role,
    Sentence,
    Title,
    text,
)

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""As in ISO 639: es."""

H = TypeVar("H", Heading, Criterion, Concern)


class HeadingWords(Part):
    """The title of an aspect, a criterion, a stage, a kind, a goal or a pain."""

    id: Id
    title: Title


class AspectWords(Part):
    id: Id
    title: Title | None = None
    levels: Anchors = ()


class RoleWords(Part):
    id: Id
    title: Title | None = Field(default=None, description="One person; together with `plural`.")
    plural: Title | None = None
    titles: tuple[Annotated[str, text(TITLE)], ...] = Field(
        default=(), description="Words in a job title that suggest this role, beside those of the pack."
    )


class ItemWords(Part):
    """One question. `ask` and `levels` are translated together; so are `evidence` and its two examples, and
    `advice` and `measure`, as far as the pack has them."""

    id: Id
    revision: Annotated[int, Field(ge=1)] = Field(
        default=1, description="Of the question that is translated here; an older one is not used."
    )
    title: Title | None = None
    ask: Ask | None = None
    ask_as: Mapping[Id, Ask] = {}
    why: Annotated[str, text(WHY)] | None = None
    help: Annotated[str, text(PARAGRAPH)] | None = None
    levels: Anchors = ()
    evidence: Evidence = ()
    sufficient: Annotated[str, text(EXAMPLE)] | None = None
    insufficient: Annotated[str, text(EXAMPLE)] | None = None
    advice: Advice = Field(default={})
    measure: Sentence | None = None


class Translation(Part):
    """What a pack says in another language; whatever is missing is said in the pack's own."""

    title: Title | None = None
    frame: Ask | None = None
    levels: Levels = ()
    aspects: tuple[AspectWords, ...] = ()
    criteria: tuple[HeadingWords, ...] = ()
    stages: tuple[HeadingWords, ...] = ()
    kinds: tuple[HeadingWords, ...] = ()
    roles: tuple[RoleWords, ...] = ()
    goals: tuple[HeadingWords, ...] = ()
    pains: tuple[HeadingWords, ...] = ()
    items: tuple[ItemWords, ...] = ()


#: What falls back together. Of the first only `ask` and `levels` have to be there.
QUESTION = ("ask", "levels", "ask_as")
UNITS = (
    ("title",),
    QUESTION,
    ("why", "help"),
    ("evidence", "sufficient", "insufficient"),
    ("advice", "measure"),
)
#: What a translation says of a section, each thing by its id.
SECTIONS = ("aspects", "criteria", "stages", "kinds", "roles", "goals", "pains", "items")


def is_stale(item: Item, words: ItemWords) -> bool:
    """Whether it translates another revision of the question."""
    return words.revision != item.revision


def is_whole(item: Item, words: ItemWords, unit: Iterable[str]) -> bool:
    """Whether all that the item says of this unit is translated."""
    needed = [key for key in unit if key != "ask_as" and getattr(item, key)]
    return bool(needed) and all(getattr(words, key) for key in needed)


def half_done(item: Item, words: ItemWords) -> tuple[str, ...]:
    """What is missing beside what was translated, so that neither is used."""
    return tuple(
        key
        for unit in UNITS
        if any(getattr(words, key) for key in unit) and not is_whole(item, words, unit)
        for key in unit
        if key != "ask_as" and getattr(item, key) and not getattr(words, key)
    )


def is_asked(item: Item, words: ItemWords | None) -> bool:
    """Whether the question itself can be put in the language of these words."""
    return words is not None and not is_stale(item, words) and is_whole(item, words, QUESTION)


def item_in(item: Item, words: ItemWords | None) -> Item:
    if words is None or is_stale(item, words):
        return item
    taken = {
        key: getattr(words, key)
        for unit in UNITS
        if is_whole(item, words, unit)
        for key in unit
        if key == "ask_as" or getattr(item, key)
    }
    return item.model_copy(update=taken)


def aspect_in(aspect: Aspect, words: AspectWords | None) -> Aspect:
    if words is None:
        return aspect
    return aspect.model_copy(
        update={
            "title": words.title or aspect.title,
            "levels": words.levels if aspect.levels and words.levels else aspect.levels,
        }
    )


def role_in(role: Role, words: RoleWords | None) -> Role:
    """Job titles that suggest it are known in both languages."""
    if words is None:
        return role
    said: dict[str, object] = {"titles": (*role.titles, *words.titles)}
    if words.title and words.plural:
        said |= {"title": words.title, "plural": words.plural}
    return role.model_copy(update=said)


def titled(parts: Iterable[H], words: Iterable[HeadingWords]) -> tuple[H, ...]:
    titles = {each.id: each.title for each in words}
    return tuple(part.model_copy(update={"title": titles.get(part.id, part.title)}) for part in parts)
