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
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from conversation import packcheck, packfile, packoverlay, packwords, translation, translationcheck
from conversation.packfile import PackError, Problem
from conversation.packparts import (
    BOXES,
    ID,
    ITEMS,
    MOST_LEVELS,
    OPTIONS,
    TITLE,
    Ask,
    Aspect,
    Concern,
    Criterion,
    Gate,
    Heading,
    Id,
    Item,
    Length,
    LevelName,
    Levels,
    Need,
    Part,
    Reference,
    Role,
    Title,
)
from conversation.translation import Language, Translation

__all__ = [
    "MOST_LEVELS",
    "TITLE",
    "Concern",
    "Criterion",
    "Gate",
    "Heading",
    "Id",
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


class Pack(Part):
    id: Id
    version: Annotated[int, Field(ge=1)]
    language: Language = Field(default="en", description="The language of this file, as in ISO 639.")
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
    translations: Mapping[Language, Translation] = Field(
        default={}, description="By language; or each in a file beside this one, as my-pack.es.yaml."
    )

    _original: Pack | None = PrivateAttr(default=None)
    _spoken: str | None = PrivateAttr(default=None)
    _notes: tuple[Problem, ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _its_own_wording(cls, data: Any) -> Any:
        """Items whose wording is of no other pack are of this one."""
        key, items = (data.get("id"), data.get("items")) if isinstance(data, Mapping) else (None, None)
        if not (isinstance(key, str) and re.match(ID, key) and isinstance(items, (list, tuple))):
            return data
        owned = [{"origin": key, **item} if isinstance(item, Mapping) else item for item in items]
        return {**data, "items": owned}

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read and check a file. Raises PackError with everything that is wrong."""
        page = translationcheck.with_translations(Path(path), ours=Path(path).parent == PACKS)
        if packoverlay.is_overlay(page.data):
            page = packoverlay.laid_over(page, json.loads(_base(page).snapshot()))
        pack: Self | None = None
        translations, wrong = translationcheck.read(page.data)
        complaints = [*packcheck.whole(page.data), *wrong]
        try:
            pack = cls.model_validate(_with(translations, page.data))
        except ValidationError as error:
            complaints += packwords.said(error, page.data, cls)
        problems = [*page.problems, *(page.problem(place, message) for place, message in complaints)]
        if pack is None or problems:
            raise PackError(problems)
        pack._notes = tuple(page.problem(*note) for note in translationcheck.notes(pack.items, translations))
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
        """The pack as text, equal for equal packs, with its translations and in whatever language it is read.
        An assessment keeps the one that it was opened with."""
        if self._original:
            return self._original.snapshot()
        facts = self.model_dump(mode="json", exclude_defaults=True)
        for item in facts["items"]:
            if item.get("origin") == self.id:
                del item["origin"]
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is wrong with its translations, and only means that they are not used."""
        return self._notes

    def in_language(self, language: str) -> Pack:
        """The same pack, saying in this language what is translated into it. Ids, revisions, snapshot and
        digest stay."""
        original = self._original or self
        return original._in_languages[language] if language in original.translations else original

    @property
    def languages(self) -> tuple[str, ...]:
        """Its own first."""
        return (self.language, *self.translations)

    @property
    def spoken(self) -> str:
        """The language in which it speaks."""
        return self._spoken or self.language

    @cached_property
    def fell_back(self) -> frozenset[str]:
        """The questions that are asked in the pack's own language, because they are not translated."""
        if self._original is None or self._spoken is None:
            return frozenset()
        words = {each.id: each for each in self._original.translations[self._spoken].items}
        return frozenset(
            item.id for item in self._original.items if not translation.is_asked(item, words.get(item.id))
        )

    def frame_for(self, item: Item) -> str | None:
        """The sentence above this question, in the language of the question."""
        return self._original.frame if self._original and item.id in self.fell_back else self.frame

    def wordings(self, question: str) -> tuple[Item, ...]:
        """The question in every language in which it can be read."""
        return tuple(pack.item(question) for pack in self.in_all_languages)

    def job_titles(self, role: str) -> tuple[str, ...]:
        """What suggests this role in a job title, in every language."""
        roles = [pack.role(role) for pack in self.in_all_languages]
        return tuple(dict.fromkeys(word for each in roles for word in (*each.titles, each.title)))

    def same(self, item: Item) -> Item:
        """This question in the words of this pack; another pack's question stays as it is."""
        known = self._items.get(item.id)
        return known if known and known.meaning == item.meaning else item

    def means_the_same(self, other: Pack, question: str) -> bool:
        """Whether this question is in both packs, and an answer to it says the same in both."""
        one, two = self._items.get(question), other._items.get(question)
        return one is not None and two is not None and one.meaning == two.meaning

    @cached_property
    def phrases(self) -> dict[str, str]:
        """By the words of any language, those that this pack has for them: titles, answers, names of levels.
        Words that stand for two things with different words are left out."""
        found: dict[str, str] = {}
        unclear: set[str] = set()
        for pack in self.in_all_languages:
            for theirs, ours in zip(pack._phrases(), self._phrases(), strict=True):
                if found.setdefault(theirs, ours) != ours:
                    unclear.add(theirs)
        return {theirs: ours for theirs, ours in found.items() if theirs not in unclear}

    def _phrases(self) -> list[str]:
        """In the same order in every language."""
        sections = (self.aspects, self.criteria, self.stages, self.kinds, self.roles, self.goals, self.pains)
        titles = [each.title for section in sections for each in section]
        answers = [text for item in self.items for text in (item.title, *item.levels)]
        return [*titles, *answers, *(level.name for level in self.levels)]

    @property
    def in_all_languages(self) -> tuple[Pack, ...]:
        """Its own language first."""
        original = self._original or self
        return (original, *original._in_languages.values())

    @cached_property
    def _in_languages(self) -> dict[str, Pack]:
        return {language: self._translated(language) for language in self.translations}

    def _translated(self, language: str) -> Pack:
        words = self.translations[language]
        aspects = {each.id: each for each in words.aspects}
        roles = {each.id: each for each in words.roles}
        items = {each.id: each for each in words.items}
        said = {
            "title": words.title or self.title,
            "frame": words.frame if words.frame and self.frame else self.frame,
            "levels": words.levels or self.levels,
            "aspects": tuple(translation.aspect_in(each, aspects.get(each.id)) for each in self.aspects),
            "roles": tuple(translation.role_in(each, roles.get(each.id)) for each in self.roles),
            "items": tuple(translation.item_in(each, items.get(each.id)) for each in self.items),
            "criteria": translation.titled(self.criteria, words.criteria),
            "stages": translation.titled(self.stages, words.stages),
            "kinds": translation.titled(self.kinds, words.kinds),
            "goals": translation.titled(self.goals, words.goals),
            "pains": translation.titled(self.pains, words.pains),
        }
        whole = {name: getattr(self, name) for name in Pack.model_fields}
        pack = Pack.model_construct(**(whole | said))
        pack._original, pack._spoken = self, language
        return pack

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
    stems = (path.stem for path in PACKS.glob("*.yaml"))
    return tuple(sorted(stem for stem in stems if "." not in stem and not _OLDER.fullmatch(stem)))


def shipped_versions() -> tuple[tuple[str, int | None], ...]:
    """Each shipped pack with None for its newest version, and with the number of each older one."""
    older = [found for path in PACKS.glob("*.yaml") if (found := _OLDER.fullmatch(path.stem))]
    return tuple(
        (name, version)
        for name in shipped_names()
        for version in (None, *sorted((int(it[2]) for it in older if it[1] == name), reverse=True))
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of pack files, overlays and translations, for editors. It knows the shape; `load` knows
    the whole."""
    whole = Pack.model_json_schema()
    parts = whole.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tidemark question pack",
        "$defs": parts,
        "if": {"type": "object", "required": ["extends"]},
        "then": packoverlay.schema(whole, parts),
        "else": {
            "if": {"type": "object", "required": [translationcheck.TRANSLATES]},
            "then": translationcheck.schema(parts["Translation"]),
            "else": whole,
        },
    }


#: The newest version of a pack is in `name.yaml`, an older one in `name-1.yaml`; translations have the
#: language at the end, as in `name.es.yaml`.
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


def _with(translations: Mapping[str, Translation], data: Any) -> Any:
    """The data of a pack with translations that were checked by themselves."""
    return {**data, "translations": translations} if isinstance(data, Mapping) else data


def _asked(items: Iterable[Item], seats: frozenset[str], length: Length) -> list[Item]:
    def speaks(item: Item) -> frozenset[str]:
        return frozenset((*item.primary, *item.secondary) if length is Length.LONG else item.primary)

    return [item for item in items if speaks(item) & seats]


def _touches(wanted: frozenset[str] | None, has: Iterable[str]) -> bool:
    return wanted is None or not wanted.isdisjoint(has)
