"""Menus whose options the app is asked for: a person types, the app suggests, the person chooses."""

from __future__ import annotations

from typing import Any

from workspace import objects
from workspace.acts.picking import picked
from workspace.acts.surfaces import Surface
from workspace.blocks import check_options
from workspace.entries import Place
from workspace.refusals import Cannot
from workspace.state import Json, Person
from workspace.team import Team

EXTERNAL = frozenset({"external_select", "multi_external_select"})


async def chosen_in(team: Team, person: Person, surface: Surface, place: Place, wanted: object) -> Any:
    """The value that Slack makes of what somebody names, asking the app where only it knows the options."""
    if place.kind not in EXTERNAL or wanted is None:
        return picked(team, person, place, wanted)
    words = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    offered = [await suggested(team, person, surface, place, str(word)) for word in words]
    merged = {"options": [option for options in offered for option in options]}
    return picked(team, person, Place(place.block, place.element | merged), wanted)


async def suggested(team: Team, person: Person, surface: Surface, place: Place, word: str) -> list[Json]:
    assert team.line
    where: Json = {"container": {"type": "view", "view_id": surface.view.id}} if surface.view else {}
    if surface.view:
        where["view"] = objects.view(team, surface.view)
    if surface.message:
        channel = team.channels[surface.message.channel]
        where = {
            "container": objects.container(surface.message),
            "channel": {"id": channel.id, "name": objects.place_name(channel)},
            "message": objects.message(team, surface.message),
        }
    block_id, action_id = place.key
    payload = {
        "type": "block_suggestion",
        "user": objects.acting_user(team, person),
        "api_app_id": team.app.id,
        "token": "workspace",
        **objects.acted_in(team),
        "action_id": action_id,
        "block_id": block_id,
        "value": word,
        **where,
    }
    ack = await team.line.ask("interactive", payload, accepts_response=True)
    if not ack.acked or check_options(ack.payload):
        raise Cannot(
            f"The menu {action_id} could not be loaded: {ack.error or check_options(ack.payload)[0]}"
        )
    answer = ack.payload or {}
    grouped = [option for group in answer.get("option_groups", ()) for option in group["options"]]
    return [*answer.get("options", ()), *grouped]
