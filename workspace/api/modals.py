"""views.*: modals that answer a trigger, and the home."""

from __future__ import annotations

import json

from workspace import objects, views
from workspace.api.calls import Call, method
from workspace.blocks import check_view
from workspace.hooks import spend
from workspace.refusals import ApiError, bad_arguments
from workspace.state import Json, View

BIGGEST_VIEW = 250 * 1024


@method("views.open", tier=4)
def views_open(call: Call) -> Json:
    body = _body(call, "modal")
    trigger = spend(call.team, _trigger(call))
    return _answer(call, views.opened(call.team, call.team.people[trigger.person], body))


@method("views.push", tier=4)
def views_push(call: Call) -> Json:
    body = _body(call, "modal", summed=False)
    trigger = spend(call.team, _trigger(call))
    stack = call.team.stacks.get(trigger.person, [])
    if not stack or trigger.view not in [view.id for view in stack]:
        raise ApiError("not_found")
    if len(stack) >= views.HIGHEST_STACK:
        raise ApiError("push_limit_reached")
    return _answer(call, views.pushed(call.team, call.team.people[trigger.person], body))


@method("views.update", tier=4)
def views_update(call: Call) -> Json:
    if not call.maybe("view_id") and not call.maybe("external_id"):
        raise bad_arguments("missing required field: view_id")
    if call.maybe("view_id") and call.maybe("external_id"):
        raise bad_arguments("Cannot provide both `view_id` and `external_id`")
    view = call.team.view(call.maybe("view_id")) or call.team.views_called(call.maybe("external_id"))
    if view is None:
        raise ApiError("not_found")
    body = _body(call, view.body["type"], replacing=view)
    _same_hash(call, view)
    return _answer(call, views.updated(call.team, view, body))


@method("views.publish", tier=4)
def views_publish(call: Call) -> Json:
    person = call.team.people.get(call.text("user_id"))
    if person is None or person.is_bot:
        raise bad_arguments("invalid `user_id`")
    if not call.team.app.home_tab:
        raise ApiError("not_enabled")
    home = call.team.homes.get(person.id)
    body = _body(call, "home", replacing=home)
    if home:
        _same_hash(call, home)
    return _answer(call, views.published(call.team, person, body))


def _trigger(call: Call) -> str:
    """A trigger under either of its names."""
    return call.maybe("interactivity_pointer") or call.text("trigger_id")


def _body(call: Call, kind: str, *, replacing: View | None = None, summed: bool = True) -> Json:
    """A sound view. `summed`: whether Slack first says that there is something wrong with it at all, which
    views.push does not."""
    given = call.structure("view")
    if given is None:
        raise bad_arguments("missing required field: view")
    if len(json.dumps(given, ensure_ascii=False).encode()) > BIGGEST_VIEW:
        raise ApiError("view_too_large")
    problems = check_view(given)
    if problems:
        told = [each for each in problems if summed or each.pointer != "/view" or not each.sums_up]
        raise bad_arguments(*map(str, told))
    body: Json = given
    if body["type"] != kind:
        raise bad_arguments(f"must be of type {kind} [json-pointer:/view/type]")
    namesake = call.team.views_called(body.get("external_id") or "")
    if namesake and namesake is not replacing:
        raise ApiError("duplicate_external_id")
    return body


def _same_hash(call: Call, view: View) -> None:
    if call.maybe("hash") and call.maybe("hash") != view.hash:
        raise ApiError("hash_conflict")


def _answer(call: Call, view: View) -> Json:
    return {"ok": True, "view": objects.view(call.team, view, with_values=False)}
