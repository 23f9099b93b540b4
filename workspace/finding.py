"""What somebody finds when they search: the messages that they can see, by the words that they read there."""

from __future__ import annotations

from dataclasses import dataclass

from workspace.reading import Reader
from workspace.state import Channel, Message, Person
from workspace.team import Team


@dataclass(frozen=True)
class Query:
    """`from:@ana in:#general two words`: who wrote it, where it stands, and words that all occur in it."""

    words: tuple[str, ...]
    author: str = ""
    place: str = ""

    @classmethod
    def read(cls, typed: str) -> Query:
        parts = typed.lower().split()
        authors = [part.removeprefix("from:").lstrip("@") for part in parts if part.startswith("from:")]
        places = [part.removeprefix("in:").lstrip("#@") for part in parts if part.startswith("in:")]
        words = tuple(part for part in parts if not part.startswith(("from:", "in:")))
        return cls(words, *(authors[-1:] or [""]), *(places[-1:] or [""]))


def found(team: Team, person: Person, typed: str) -> list[Message]:
    """The newest first. Nothing is found for nothing."""
    query, reader = Query.read(typed), Reader(team, person)
    if not typed.strip():
        return []
    there = (
        message
        for place in team.channels.values()
        if place.open_to(person) and query.place in ("", place.name.lower(), _with_whom(team, place, person))
        for message in place.messages.values()
        if message.visible_to(person.id)
    )
    fitting = [
        message
        for message in there
        if query.author in ("", team.people[message.author].name.lower())
        and all(word in _read(team, reader, message) for word in query.words)
    ]
    return sorted(fitting, key=lambda message: message.ts, reverse=True)


def _read(team: Team, reader: Reader, message: Message) -> str:
    """All that can be read in it, the names of its files too."""
    names = [team.files[each].title for each in message.files if each in team.files]
    return "\n".join([reader.message(message), *names]).lower()


def _with_whom(team: Team, place: Channel, person: Person) -> str:
    """A direct conversation is named by who else is in it."""
    others = [team.people[member].name for member in place.members if member != person.id]
    return others[0].lower() if len(others) == 1 and not place.kind.rooms else ""
