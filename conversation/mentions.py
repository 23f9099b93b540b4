"""Setting up in one line: `Fraud team @ml-platform as ml operations, @ana as data scientist #fraud`. Pure.

Slack writes whom one names as `<@U1|ana>`, `<!subteam^S1|@ml-platform>` and `<#C1|fraud>`. A channel is where
the result goes; one with a role, or beside another, is a source of people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from conversation.errors import NoSuchRole
from conversation.launching import known_role
from conversation.pack import Pack
from conversation.typed import as_typed
from conversation.vocabulary import Vocabulary, languages

_STOPS = " .!?¡¿"
_NAMED = re.compile(r"<(?:@|!subteam\^|#)(?P<id>[A-Z0-9]+)(?:\|[^<>]*)?>")


class _Words:
    """Those that stand around names, in every language that we have words for."""

    def __init__(self) -> None:
        words = [Vocabulary.of(language).setup for language in languages()]
        as_, and_, before, after = (
            "|".join(getattr(each, name) for each in words) for name in ("as_", "and_", "before", "after")
        )
        self.as_role = re.compile(rf"\s+(?:{as_})(?P<role>[^<,;\n]+)", re.IGNORECASE)
        #: Between two names that share a role.
        self.between = re.compile(rf"\s*(?:(?:{and_})\b|&)?\s*", re.IGNORECASE)
        self.either = re.compile(rf"\s*(?:\b(?:{and_})\b|&|\+|/|,)\s*", re.IGNORECASE)
        #: Around names, and no part of what is assessed.
        self.around = re.compile(rf"^(?:{before})\b|\b(?:{after})$|^[\s,;:.–-]+|[\s,;:–-]+$", re.IGNORECASE)


@cache
def _words() -> _Words:
    return _Words()


@dataclass(frozen=True)
class Wanted:
    """`people` and `sources` with the roles that were said of them, if any."""

    subject: str
    people: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, tuple[str, ...]]
    channel: str | None

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        return {key: roles for key, roles in {**self.people, **self.sources}.items() if roles}

    @property
    def names_somebody(self) -> bool:
        return bool(self.people or self.sources)


def wanted(text: str, pack: Pack) -> Wanted:
    """Raises: NoSuchRole."""
    named, rest = _named(text, pack)
    people = {key: roles for key, roles in named.items() if key[0] in "UW"}
    groups = {key: roles for key, roles in named.items() if key.startswith("S")}
    rooms = {key: roles for key, roles in named.items() if key[0] in "CG"}
    channel = next((room for room, roles in rooms.items() if not roles), None)
    sources = groups | {room: roles for room, roles in rooms.items() if room != channel}
    if channel and not people and not sources:
        sources = {channel: ()}
    return Wanted(_subject(rest), people, sources, channel)


def _named(text: str, pack: Pack) -> tuple[dict[str, tuple[str, ...]], str]:
    """Everybody and everything that is named, with roles; and the words in between."""
    found: dict[str, tuple[str, ...]] = {}
    rest, at, together = list[str](), 0, list[str]()
    for mark in _NAMED.finditer(text):
        between = text[at : mark.start()]
        if not _words().between.fullmatch(between):
            together.clear()
            rest.append(between)
        together.append(mark["id"])
        found.setdefault(mark["id"], ())
        at = mark.end()
        if said := _words().as_role.match(text, at):
            roles = _roles(said["role"], pack)
            found.update(dict.fromkeys(together, roles))
            together.clear()
            at = said.end()
    return found, " ".join((*rest, text[at:]))


def _roles(words: str, pack: Pack) -> tuple[str, ...]:
    """One or two of them. Raises: NoSuchRole."""
    roles = roles_named(words, pack)
    if not roles:
        raise NoSuchRole(said=" ".join(words.split()), known=tuple(role.title for role in pack.roles))
    return roles[:2]


def roles_named(words: str, pack: Pack) -> tuple[str, ...]:
    """All that these words name, in their order."""
    parts = [role for part in _words().either.split(words) for role in known_role(pack, part.strip(_STOPS))]
    return tuple(dict.fromkeys(parts)) or known_role(pack, words.strip(_STOPS))


def _subject(rest: str) -> str:
    subject = " ".join(as_typed(rest).split())
    while (bare := _words().around.sub("", subject).strip()) != subject:
        subject = bare
    return subject
