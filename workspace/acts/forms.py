"""People fill in a modal, submit it or close it, and Slack's own checks come before the app's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workspace import objects, views
from workspace.acts import pressing, surfaces
from workspace.acts.suggesting import chosen_in
from workspace.blocks import check_view
from workspace.entries import TYPED, VALUE_KEYS, Place, entry, places, value
from workspace.hooks import hook, trigger
from workspace.reading import Reader, words_of
from workspace.refusals import Cannot
from workspace.state import Ack, Json, Person, View
from workspace.team import Team

TROUBLE = "We had some trouble connecting. Try again?"
REQUIRED = "Please complete this required field."


@dataclass(frozen=True)
class Submitted:
    """How a submission ended: `errors` as they stand under the fields; `error` when the app failed."""

    acked: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    error: str | None = None


async def fill(team: Team, person: Person, view: View, answers: Mapping[str, object]) -> list[Ack]:
    """Enter values by label, placeholder or action_id. What dispatches is told to the app at once."""
    acks: list[Ack] = []
    for name, wanted in answers.items():
        place = _field(team, person, view, name)
        if place.dispatches or place.kind == "overflow":
            acks.append(await pressing.choose(team, person, surfaces.of_view(view), place, wanted))
        else:
            chosen = await chosen_in(team, person, surfaces.of_view(view), place, wanted)
            view.entered[place.key] = entry(place.element, chosen)
    team.pulse.beat()
    return acks


async def submit(team: Team, person: Person, view: View) -> Submitted:
    front = views.top(team, person)
    if front is not view:
        raise Cannot("That modal is not in front.")
    if not view.body.get("submit"):
        raise Cannot(f"“{words_of(view.body['title'])}” has no button to submit it.")
    faults = {
        place.block["block_id"]: fault for place in places(view.blocks) if (fault := _fault(place, view))
    }
    if faults:
        views.refused(team, view, faults)
        return Submitted(acked=False, errors=by_label(view))
    assert team.line
    payload = _payload(team, person, view, "view_submission") | {
        "trigger_id": trigger(team, person, view=view.id),
        "response_urls": _response_urls(team, person, view),
    }
    ack = await team.line.ask("interactive", payload, accepts_response=True)
    return _answered(team, person, view, ack)


async def close(team: Team, person: Person, *, everything: bool = False) -> None:
    """Close the modal in front, or with the cross the whole stack; some take it with them themselves."""
    front = views.top(team, person)
    if front is None:
        raise Cannot(f"@{person.name} has no modal open.")
    everything = everything or bool(front.body.get("clear_on_close"))
    if everything:
        gone = views.cleared(team, person)
    else:
        gone = [front]
        views.dropped(team, front)
    assert team.line
    for view in gone:
        if view.body.get("notify_on_close"):
            payload = _payload(team, person, view, "view_closed") | {"is_cleared": everything}
            await team.line.ask("interactive", payload, accepts_response=False)


def _response_urls(team: Team, person: Person, view: View) -> list[Json]:
    """For each menu of channels that asks for one, an address for what was chosen there."""
    found = []
    for place in places(view.blocks):
        if place.element.get("response_url_enabled") and (chosen := value(place, view.entered)):
            block_id, action_id = place.key
            channel = team.channels[str(chosen)]
            url = hook(team, person, channel, path="app")
            about = {"block_id": block_id, "action_id": action_id, "channel_id": channel.id}
            found.append(about | {"response_url": url})
    return found


def by_label(view: View) -> dict[str, str]:
    """The errors of a modal as they are read: under the label of their field."""
    labels = {
        block["block_id"]: words_of(block["label"]) for block in view.blocks if block["type"] == "input"
    }
    return {labels[block_id]: fault for block_id, fault in view.errors.items() if block_id in labels}


def _answered(team: Team, person: Person, view: View, ack: Ack) -> Submitted:
    if not ack.acked:
        return Submitted(acked=False, error=f"{TROUBLE} ({ack.error})")
    answer = ack.payload or {}
    action = answer.get("response_action")
    if action == "errors":
        return _refused(team, view, answer.get("errors") or {})
    if action in ("update", "push"):
        return _redrawn(team, person, view, action, answer.get("view"))
    if action == "clear":
        views.cleared(team, person)
        return Submitted()
    if action is not None:
        return Submitted(error=f"{TROUBLE} (no such response_action: {action})")
    views.dropped(team, view)
    return Submitted()


def _refused(team: Team, view: View, errors: Json) -> Submitted:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or set(errors) - inputs:
        return Submitted(error=f"{TROUBLE} (errors for no input block: {sorted(set(errors) - inputs)})")
    views.refused(team, view, {block: str(text) for block, text in errors.items()})
    return Submitted(errors=by_label(view))


def _redrawn(team: Team, person: Person, view: View, action: str, body: Json | None) -> Submitted:
    problems = check_view(body)
    if problems or body is None:
        return Submitted(error=f"{TROUBLE} ({'; '.join(map(str, problems))})")
    if action == "update":
        views.updated(team, view, body)
    elif len(team.stacks[person.id]) >= views.HIGHEST_STACK:
        return Submitted(error=f"{TROUBLE} (push_limit_reached)")
    else:
        views.pushed(team, person, body)
    return Submitted()


def _payload(team: Team, person: Person, view: View, kind: str) -> Json:
    return {
        "type": kind,
        **objects.acted_in(team),
        "user": objects.acting_user(team, person),
        "api_app_id": team.app.id,
        "token": "workspace",
        "view": objects.view(team, view),
    }


def _field(team: Team, person: Person, view: View, name: str) -> Place:
    reader = Reader(team, person)
    fields = [place for place in places(view.blocks) if place.kind in VALUE_KEYS or place.kind == "overflow"]
    fitting = [place for place in fields if name in reader.names_of(place)]
    if len(fitting) != 1:
        there = ", ".join(f"“{reader.names_of(place)[0]}”" for place in fields) or "none"
        count = "no field" if not fitting else f"{len(fitting)} fields"
        raise Cannot(f"“{words_of(view.body['title'])}” has {count} called {name!r}. There is: {there}.")
    return fitting[0]


def _fault(place: Place, view: View) -> str | None:
    """What Slack itself finds wrong before it asks the app."""
    if not place.is_input:
        return None
    held = value(place, view.entered)
    if held in (None, "", []):
        return None if place.block.get("optional") else REQUIRED
    return _misfit(place.element, str(held)) if place.kind in TYPED else _too_many(place.element, held)


def _misfit(element: Json, text: str) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input" and len(text) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    if kind == "plain_text_input" and len(text) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+$", text):
        return "Please enter a valid URL."
    return _wrong_number(element, text) if kind == "number_input" else None


def _wrong_number(element: Json, text: str) -> str | None:
    whole = not element.get("is_decimal_allowed")
    if not re.fullmatch(r"-?\d+" if whole else r"-?\d+(\.\d+)?", text):
        return "Please enter a whole number." if whole else "Please enter a number."
    if "min_value" in element and float(text) < float(element["min_value"]):
        return f"Please enter a number of {element['min_value']} or more."
    if "max_value" in element and float(text) > float(element["max_value"]):
        return f"Please enter a number of {element['max_value']} or less."
    return None


def _too_many(element: Json, held: object) -> str | None:
    most = element.get("max_selected_items") or element.get("max_files")
    return (
        f"Please select no more than {most}."
        if most and isinstance(held, list) and len(held) > most
        else None
    )
