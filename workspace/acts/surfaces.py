"""What a person has in front of them, and what on it can be used: messages, the open modal, the home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workspace import views
from workspace.entries import Place, places
from workspace.reading import Reader
from workspace.refusals import Cannot
from workspace.state import Channel, Entered, Json, Kind, Message, Person, View
from workspace.team import Team


@dataclass(frozen=True)
class Surface:
    """A message, or a view. `entered` is what this person left in its elements."""

    blocks: list[Json]
    entered: Entered
    message: Message | None = None
    view: View | None = None


def may_read(person: Person, place: Channel) -> None:
    if person.deleted:
        raise Cannot(f"@{person.name} is deactivated.")
    if person.id not in place.members:
        raise Cannot(f"@{person.name} is not in {called(place)}.")


def may_write(team: Team, person: Person, place: Channel) -> None:
    may_read(person, place)
    if place.archived:
        raise Cannot(f"{called(place)} is archived.")
    closed = not team.app.messages_tab or team.app.messages_tab_read_only
    if place.kind is Kind.IM and team.app.bot.id in place.members and closed:
        raise Cannot("Sending messages to this app has been turned off.")


def called(place: Channel) -> str:
    return "that direct message" if place.kind is Kind.IM else f"#{place.name}"


def in_front_of(
    team: Team,
    person: Person,
    *,
    place: Channel | None = None,
    message: Message | None = None,
    home: bool = False,
) -> Iterator[Surface]:
    """Where somebody looks for a button: the place they name, else the open modal, else the DM."""
    modal = views.top(team, person)
    if message:
        yield of_message(message, person)
    elif home:
        yield of_view(_home(team, person))
    elif place is None and modal:
        yield of_view(modal)
    else:
        where = place or team.dm(person)
        may_read(person, where)
        yield from (of_message(post, person) for post in team.messages(where, person.id))


def of_message(message: Message, person: Person, *, as_seen: list[Json] | None = None) -> Surface:
    """A message as it is, or as this person saw it: a second click may come before the redrawing."""
    blocks = message.blocks if as_seen is None else as_seen
    return Surface(blocks, message.entered.setdefault(person.id, {}), message=message)


def of_view(view: View) -> Surface:
    return Surface(view.blocks, view.entered, view=view)


def find(
    surfaces: Iterator[Surface],
    fits: Callable[[Place], bool],
    *,
    reader: Reader,
    near: str | None = None,
    nothing: Callable[[list[Surface]], str],
) -> tuple[Surface, Place]:
    """The first surface with a fitting element. Two that fit are a question back, not a guess."""
    seen: list[Surface] = []
    for surface in surfaces:
        seen.append(surface)
        fitting = [place for place in places(surface.blocks) if fits(place)]
        if near is not None:
            fitting = [place for place in fitting if near in _around(surface, place, reader)]
        if len(fitting) > 1:
            where = "; ".join(reader.line(_around(surface, place, reader)) for place in fitting)
            raise Cannot(f"There are {len(fitting)} of these. Say near=… which one: {where}")
        if fitting:
            return surface, fitting[0]
    raise Cannot(nothing(seen))


def _home(team: Team, person: Person) -> View:
    home = team.homes.get(person.id)
    if home is None:
        raise Cannot(f"The app has published no home for @{person.name}.")
    return home


def _around(surface: Surface, place: Place, reader: Reader) -> str:
    """The words that an element belongs to: those of its block, and of the text above a row of buttons."""
    at = next(
        index
        for index, block in enumerate(surface.blocks)
        if place.block is block or _holds(block, place.block)
    )
    words = [reader.block(surface.blocks[at], surface.entered)]
    if surface.blocks[at]["type"] == "actions":
        above = (
            block for block in reversed(surface.blocks[:at]) if block["type"] not in ("actions", "divider")
        )
        words = [reader.block(block, surface.entered) for block in above][:1] + words
    return "\n".join(words)


def _holds(block: Json, inner: Json) -> bool:
    return any(child is inner for child in [*block.get("child_blocks", ()), *block.get("elements", ())])
