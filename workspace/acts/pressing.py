"""People press buttons and pick from menus, in messages, modals and homes: block_actions payloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from workspace import objects
from workspace.acts import surfaces
from workspace.acts.picking import picked
from workspace.acts.suggesting import EXTERNAL, chosen_in
from workspace.acts.surfaces import Surface
from workspace.entries import VALUE_KEYS, Place, entry, places, values_of
from workspace.hooks import hook, trigger
from workspace.reading import Reader
from workspace.refusals import Cannot
from workspace.state import Ack, Json, Person
from workspace.team import Team

_FACTS = ("placeholder", "value", "style", "url", "text", "confirm")


@dataclass(frozen=True)
class Button:
    """A button as a person sees it; one of the two of a feedback element is one too."""

    label: str
    place: Place
    facts: Json


async def click(
    team: Team,
    person: Person,
    wanted: str,
    *,
    on: Iterator[Surface],
    near: str | None = None,
    value: str | None = None,
    confirm: bool = True,
) -> Ack | None:
    """Press the button with this label or action_id. None if the person said no to its confirmation."""
    reader = Reader(team, person)

    def matching(place: Place) -> list[Button]:
        same = [
            button
            for button in _buttons(place, reader)
            if wanted in (button.label, place.element["action_id"])
        ]
        return [button for button in same if value is None or button.facts.get("value") == value]

    def nothing(seen: list[Surface]) -> str:
        there = [label for surface in seen for label in _labels(surface, reader)]
        return f"@{person.name} sees no button {wanted!r}. There is: {_listed(there)}"

    surface, place = surfaces.find(
        on, lambda it: bool(matching(it)), reader=reader, near=near, nothing=nothing
    )
    button = matching(place)[0]
    if "confirm" in place.element and not confirm:
        return None
    return await act(team, person, surface, place, button.facts)


async def pick(
    team: Team,
    person: Person,
    wanted: object,
    *,
    on: Iterator[Surface],
    of: str | None = None,
    near: str | None = None,
) -> Ack:
    """Choose in the first menu that offers this. `of` names the menu: its action_id, placeholder or label."""
    reader = Reader(team, person)
    offers: list[str] = []

    def fits(place: Place) -> bool:
        if place.kind not in VALUE_KEYS and place.kind != "overflow":
            return False
        if of is not None and of not in reader.names_of(place):
            return False
        if place.kind in EXTERNAL:
            return of is not None
        try:
            picked(team, person, place, wanted)
        except Cannot as no:
            offers.append(str(no))
            return False
        return place.dispatches

    def nothing(seen: list[Surface]) -> str:
        return f"@{person.name} cannot pick {wanted!r}. {' '.join(offers) or 'There is no menu.'}"

    surface, place = surfaces.find(on, fits, reader=reader, near=near, nothing=nothing)
    return await choose(team, person, surface, place, wanted)


async def choose(team: Team, person: Person, surface: Surface, place: Place, wanted: object) -> Ack:
    """Enter a value and tell the app of it."""
    chosen = await chosen_in(team, person, surface, place, wanted)
    if place.kind == "overflow":
        return await act(team, person, surface, place, {"selected_option": chosen})
    state = entry(place.element, chosen)
    surface.entered[place.key] = state
    key = VALUE_KEYS[place.kind][1]
    before = {key: place.element[key]} if key in place.element else {}
    return await act(team, person, surface, place, state | before)


async def act(team: Team, person: Person, surface: Surface, place: Place, facts: Json) -> Ack:
    if not team.app.interactivity:
        raise Cannot("This app is not configured to handle interactive responses.")
    assert team.line
    action = {
        "action_id": place.element["action_id"],
        "block_id": place.block["block_id"],
        "type": place.kind,
    }
    if "placeholder" in place.element:
        action["placeholder"] = place.element["placeholder"]
    payload = {
        "type": "block_actions",
        "user": objects.acting_user(team, person),
        "api_app_id": team.app.id,
        "token": "workspace",
        "trigger_id": trigger(team, person, view=surface.view.id if surface.view else None),
        **objects.acted_in(team),
        "state": {"values": values_of(surface.blocks, surface.entered)},
        "actions": [action | facts | {"action_ts": team.clock.stamp()}],
        **_where(team, person, surface),
    }
    return await team.line.ask("interactive", payload, accepts_response=False)


def _where(team: Team, person: Person, surface: Surface) -> Json:
    if surface.view:
        view = surface.view
        return {"container": {"type": "view", "view_id": view.id}, "view": objects.view(team, view)}
    assert surface.message
    message = surface.message
    place = team.channels[message.channel]
    container = objects.container(message)
    where: Json = {
        "container": container,
        "channel": {"id": place.id, "name": objects.place_name(place)},
        "response_url": hook(
            team,
            person,
            place,
            path="actions",
            message=message,
            thread_ts=_thread_of(message.ts, message.thread_ts),
        ),
    }
    if not message.only_for:
        where["message"] = objects.message(team, replace(message, blocks=surface.blocks))
    return where


def _thread_of(ts: str, thread_ts: str | None) -> str | None:
    """A reply is answered in its thread, a parent beside it."""
    return thread_ts if thread_ts != ts else None


def _buttons(place: Place, reader: Reader) -> Iterator[Button]:
    element = place.element
    if place.kind == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            facts = {key: element[side][key] for key in ("text", "value") if key in element[side]}
            yield Button(reader.plain(element[side]["text"]), place, facts)
    elif place.kind in ("button", "icon_button", "workflow_button"):
        facts = {key: element[key] for key in (*_FACTS, "icon") if key in element}
        yield Button(reader.plain(element["text"]), place, facts)


def _labels(surface: Surface, reader: Reader) -> Iterator[str]:
    for place in places(surface.blocks):
        for button in _buttons(place, reader):
            yield button.label


def _listed(labels: list[str]) -> str:
    return ", ".join(f"[{label}]" for label in dict.fromkeys(labels)) or "none"
