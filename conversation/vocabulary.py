"""The words that people type, by language: a file for each in `vocabularies/`. English is understood from
everybody, another language from those who are spoken to in it. docs/languages.md says how to add one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

ENGLISH = "en"


class AwayWords(BaseModel):
    """How people say that they are away (`wish`) and back, and ask about reminders. `length` is a number
    (digits or a word for one) of days or of weeks, `day` the name of a day after `until`, `dates` a day and a
    month with or without a year. Months begin with January, weekdays with Monday."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: str
    back: str
    reminders: tuple[str, ...]
    length: str
    until: str
    day: str
    dates: tuple[str, ...]
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    today: str
    tomorrow: str


class ActingWords(BaseModel):
    """How people say how an action of theirs goes, and that they take it on: patterns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    done: str
    on_track: str
    at_risk: str
    blocked: str
    accept: str


class RankingWords(BaseModel):
    """What stands before or after a number that is decided about the order of gaps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cut_off: str
    capacity: str
    weeks: str
    phases: str


class SnoozeWords(BaseModel):
    """How people answer a reminder with when they want the next one: what may stand before it (`wish`), a
    number of hours, days or weeks (`within`), or `next_week`. Days have the names of AwayWords."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: str
    within: str
    next_week: str


class SetupWords(BaseModel):
    """How people set up an assessment by conversation: words for what is decided, and patterns. `starts`
    begins it, `out` leaves somebody out, `asks` has somebody asked for their role, `as` stands before a role,
    `and` between names, `before` and `after` beside what is assessed, `within` is a number of working
    days, days or weeks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts: str
    out: str
    asks: str
    yes: tuple[str, ...]
    launch: tuple[str, ...]
    cancel: tuple[str, ...]
    lengths: Mapping[str, tuple[str, ...]]
    privacy: Mapping[str, tuple[str, ...]]
    goes_to: Mapping[str, tuple[str, ...]]
    as_: str = Field(alias="as")
    and_: str = Field(alias="and")
    before: str
    after: str
    within: str


class Vocabulary(BaseModel):
    """`names` are those of the language itself. `commands` and `slash` go from what is meant to the words for
    it; the first of each is the one that we print. `still` says that an answer is the one of last time,
    `keep` that, or that the one which is being changed stays. The other entries are regular expressions, of
    what people say (`dont_know`) or of words that an answer is made of (`option`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    language: tuple[str, ...]
    automatic: tuple[str, ...]
    commands: Mapping[str, tuple[str, ...]]
    still: tuple[str, ...]
    keep: tuple[str, ...]
    dont_know: str
    not_mine: str
    not_applicable: str
    because: str
    joins: str
    and_or: str
    option: str
    edit: str
    switch: tuple[str, ...]
    for_: str
    fillers: tuple[str, ...]
    slash: Mapping[str, tuple[str, ...]]
    ranking: RankingWords
    away: AwayWords
    acting: ActingWords
    snooze: SnoozeWords
    setup: SetupWords

    @field_validator("dont_know", "not_mine", "not_applicable")
    @classmethod
    def _in_one_line(cls, pattern: str) -> str:
        """A pattern is broken before a |, where a file's line ends."""
        return pattern.replace(" |", "|").strip()

    @classmethod
    def of(cls, language: str) -> Vocabulary:
        return _read(language)


@cache
def languages() -> tuple[str, ...]:
    """Those that are understood."""
    there = files("conversation").joinpath("vocabularies").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in there if file.name.endswith(".yaml")))


def understood(language: str) -> Iterator[Vocabulary]:
    """This language's words, then the English ones."""
    for each in dict.fromkeys((language, ENGLISH)):
        if each in languages():
            yield Vocabulary.of(each)


def meant(words: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, str]:
    """What is meant by each of these words, several languages together."""
    return {folded(word): key for each in words for key, several in each.items() for word in several}


def any_of(words: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(folded(word) for several in words for word in several)


def folded(words: str) -> str:
    """For comparing what was typed: without case and accents, one letter for one letter."""
    return words.translate(_LETTERS)


class _Letters(dict[int, str]):
    """How each letter is compared, found when it is first seen: a line is read dozens of times."""

    def __missing__(self, code: int) -> str:
        self[code] = letter = unicodedata.normalize("NFD", chr(code).casefold())[0]
        return letter


_LETTERS = _Letters()


@cache
def slash(language: str) -> Mapping[str, str]:
    """What is meant by a word after the command; English last, so that it wins."""
    meant: dict[str, str] = {}
    for vocabulary in reversed([*understood(language)]):
        for meaning, words in vocabulary.slash.items():
            meant |= {folded(word): meaning for word in words if folded(word) not in meant}
    return meant


def printed(language: str, meaning: str) -> str:
    """The word after the command that we print for it."""
    return next(v.slash[meaning][0] for v in understood(language) if meaning in v.slash)


@cache
def _read(language: str) -> Vocabulary:
    file = files("conversation").joinpath("vocabularies", f"{language}.yaml")
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Vocabulary(for_=said.pop("for"), **said)
