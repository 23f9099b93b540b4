"""People use shortcuts: from the menu of the workspace, or from that of a message."""

from __future__ import annotations

from workspace import objects
from workspace.hooks import hook, trigger
from workspace.refusals import Cannot
from workspace.state import Ack, Json, Message, Person
from workspace.team import Team


async def on_workspace(team: Team, person: Person, name: str) -> Ack:
    payload = _payload(team, person, name, "global") | {"type": "shortcut"}
    return await _sent(team, payload)


async def on_message(team: Team, person: Person, name: str, message: Message) -> Ack:
    place = team.channels[message.channel]
    payload = _payload(team, person, name, "message") | {
        "type": "message_action",
        "message_ts": message.ts,
        "channel": {"id": place.id, "name": objects.place_name(place)},
        "message": objects.message(team, message),
        "response_url": hook(team, person, place, path="app"),
    }
    return await _sent(team, payload)


def _payload(team: Team, person: Person, name: str, kind: str) -> Json:
    known = [each for each in team.app.shortcuts if each.type == kind] if team.app.installed else []
    wanted = next((each for each in known if name in (each.name, each.callback_id)), None)
    if wanted is None:
        there = ", ".join(each.name for each in known) or "none"
        raise Cannot(f"There is no {kind} shortcut {name!r}. There is: {there}.")
    return {
        "token": "workspace",
        "action_ts": team.clock.stamp(),
        **objects.acted_in(team),
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team.id},
        "callback_id": wanted.callback_id,
        "trigger_id": trigger(team, person),
        "api_app_id": team.app.id,
    }


async def _sent(team: Team, payload: Json) -> Ack:
    assert team.line
    return await team.line.ask("interactive", payload, accepts_response=False)
