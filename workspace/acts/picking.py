"""What a person names, as the value that Slack makes of it: an option by its words, a person by handle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from workspace.acts import handing
from workspace.entries import MANY, TYPED, Place
from workspace.reading import words_of
from workspace.refusals import Cannot
from workspace.state import Json, Kind, Person
from workspace.team import Team


def picked(team: Team, person: Person, place: Place, wanted: object) -> Any:
    if place.kind in MANY:
        if not isinstance(wanted, (list, tuple)):
            raise Cannot(f"{_called(place)} takes a list.")
        return [_one(team, person, place, one) for one in wanted]
    if isinstance(wanted, (list, tuple)):
        raise Cannot(f"{_called(place)} takes one value.")
    return None if wanted is None else _one(team, person, place, wanted)


def options_of(element: Json) -> Iterator[Json]:
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        yield from group["options"]


def _one(team: Team, person: Person, place: Place, wanted: object) -> Any:
    kind = place.kind
    if kind in TYPED:
        return _typed(kind, str(wanted))
    if kind.endswith("users_select"):
        return _person(team, str(wanted))
    if kind.endswith(("conversations_select", "channels_select")):
        return _channel(team, place, str(wanted))
    if kind == "datepicker":
        return _date(wanted)
    if kind == "timepicker":
        return _time(wanted)
    if kind == "datetimepicker":
        return _moment(wanted)
    if kind == "file_input":
        return handing.attach(team, person, place.element, wanted)
    return _option(place, str(wanted))


def _option(place: Place, wanted: str) -> Json:
    offered = list(options_of(place.element))
    for names in (lambda option: words_of(option["text"]), lambda option: option.get("value")):
        for option in offered:
            if names(option) == wanted:
                return option
    raise Cannot(
        f"{_called(place)} offers {_listed(words_of(option['text']) for option in offered)}, not {wanted!r}."
    )


def _typed(kind: str, text: str) -> Any:
    if kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        return {"type": "rich_text", "elements": [section]}
    return text or None


def _person(team: Team, handle: str) -> str:
    try:
        person = team.person(handle)
    except KeyError:
        raise Cannot(f"There is nobody called @{handle}.") from None
    if person.deleted:
        raise Cannot(f"@{handle} is deactivated.")
    return person.id


def _channel(team: Team, place: Place, name: str) -> str:
    try:
        channel = team.channel(name)
    except KeyError:
        raise Cannot(f"There is no channel #{name}.") from None
    if channel.archived or (place.kind.endswith("channels_select") and channel.kind is not Kind.CHANNEL):
        raise Cannot(f"{_called(place)} does not offer #{name}.")
    return channel.id


def _date(wanted: object) -> str:
    try:
        return (wanted if isinstance(wanted, date) else date.fromisoformat(str(wanted))).strftime("%Y-%m-%d")
    except ValueError:
        raise Cannot(f"{wanted!r} is not a date like 2026-12-10.") from None


def _time(wanted: object) -> str:
    try:
        return datetime.strptime(str(wanted), "%H:%M").strftime("%H:%M")
    except ValueError:
        raise Cannot(f"{wanted!r} is not a time like 09:30.") from None


def _moment(wanted: object) -> int:
    try:
        return (
            int(str(wanted))
            if str(wanted).isdigit()
            else int(datetime.fromisoformat(str(wanted)).timestamp())
        )
    except ValueError:
        raise Cannot(f"{wanted!r} is not a moment like 2026-12-10T09:30:00+01:00.") from None


def _called(place: Place) -> str:
    for text in (place.block.get("label"), place.element.get("placeholder")):
        if text:
            return f"“{words_of(text)}”"
    return f"“{place.element['action_id']}”"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names) or "nothing"
