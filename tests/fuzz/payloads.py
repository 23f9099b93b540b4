"""Payloads that are broken: what Slack sent for some gesture, and one thing in it otherwise. Whatever it is,
it is acked once, nothing is raised, and nobody reads what is not theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from random import Random
from typing import Any

from slack_bolt.request.internals import extract_user_id

from bot.seals import Seal, SealBroken
from tests.fuzz.breeding import VALUES, changed_in
from tests.fuzz.house import SEAL, House, Letter

Json = dict[str, Any]

#: What Slack refuses because of what we broke ourselves; lastly, of a direct message where a channel stood.
THEIRS = frozenset({"invalid_trigger_id", "invalid_url", "cannot_dm_bot", "[ERROR] invalid `user_id`"})
THEIRS |= {"conversations.info lacks im:read"}
#: Another workspace, an organisation, and what is neither.
_OTHERS: tuple[Any, ...] = ("T0000OTHER", "E0000OTHER", "t1", "", None, 7, {"id": "T0000OTHER"}, [])
#: Where Slack says whose a request is, and whose whoever made it.
_WHOSE = {"team", "team_id", "authorizations", "enterprise", "enterprise_id", "context_team_id"}
_WHOSE |= {"is_enterprise_install", "context_enterprise_id", "user_team", "source_team"}
#: So often whose it is has something else in it.
_ASTRAY = 0.15


def key_of(letter: Letter) -> str:
    """Which listener it is for."""
    payload = letter.payload
    if letter.kind == "events_api":
        event = payload["event"]
        return ":".join(str(each) for each in (event.get("type"), event.get("subtype")) if each)
    if letter.kind == "slash_commands":
        return "command " + str(payload.get("text", "")).split(" ")[0][:12]
    if payload.get("actions"):
        return f"action {payload['actions'][0]['action_id']}"
    callback = (payload.get("view") or {}).get("callback_id") or payload.get("callback_id")
    return f"{payload['type']} {callback}"


def broken(letter: Letter, house: House, chance: Random) -> Letter:
    """The same with a change or two, somewhere; mostly where we read."""
    sent = json.loads(json.dumps(letter.payload))
    if (form := sent.get("view") or {}).get("type") == "modal":
        _open_up(form, house, _user_of(sent))
    payload = changed(sent, SEAL, chance, (*VALUES, *_names(house)))
    if (named := _user_of(payload)) != (own := _user_of(letter.payload)):
        house.misled[own].add(named)
    return Letter(letter.kind, payload)


def changed(sent: Json, ours: Seal, chance: Random, values: Sequence[Any]) -> Json:
    """What was sent, so: with `values` in the place of others, and what we seal with `ours` sealed."""
    payload = json.loads(json.dumps(sent))
    form, seal = payload.get("view") or {}, _seal_of(payload, ours)
    if form.get("type") == "modal":
        with suppress(SealBroken):  # it is taken off already
            seal.take_off(form)
    if chance.random() < _ASTRAY:
        _lead_astray(payload, chance)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        part = chance.choice([*_parts(payload)])
        changed_in(part, chance, values)
    if form.get("type") == "modal" and isinstance(form.get("private_metadata"), str):
        form.update(seal.put(form))  # or nothing else in it would be looked at
    return payload  # type: ignore[no-any-return]


def _open_up(form: Json, house: House, user: str) -> None:
    """Its seal is that of whom it was given to. Slack opens a form for whoever pressed, and the bot seals it
    for whom the request names: only one that we broke names somebody else."""
    for each in (user, *sorted(house.misled[user])):
        with suppress(SealBroken):
            SEAL.of(house.team.id, each).take_off(form)
            return
    house.watch.broken("a form is not sealed for who was given it", form=form)


def _user_of(payload: Json) -> str:
    """Who the bot takes for the one who did it; nobody where that is no name."""
    try:
        return str(extract_user_id(payload) or "")
    except (AttributeError, LookupError, TypeError):
        return ""


def _lead_astray(payload: Json, chance: Random) -> None:
    """It comes from another workspace, or says so somewhere."""
    holders = [payload, *_with(payload, "user", "team", "event", "view", "channel", "enterprise")]
    holders += [each for each in payload.get("authorizations") or () if isinstance(each, dict)]
    for holder in chance.sample(holders, chance.randint(1, len(holders))):
        names = sorted(_WHOSE & holder.keys()) or ["team_id", "enterprise_id", "id"]
        holder[chance.choice(names)] = chance.choice(_OTHERS)


def _with(payload: Json, *names: str) -> Iterator[Json]:
    for name in names:
        if isinstance(payload.get(name), dict):
            yield payload[name]


def _seal_of(payload: Json, ours: Seal) -> Seal:
    who, where = payload.get("user"), payload.get("team")
    known = isinstance(who, dict) and isinstance(where, dict)
    return ours.of(where["id"], who["id"]) if known else ours  # type: ignore[index]


def _parts(payload: Json) -> Iterator[Any]:
    """The whole, and what of it we go by."""
    yield payload
    for name in ("event", "view", "actions", "user", "container", "channel"):
        if isinstance(payload.get(name), dict | list) and payload[name]:
            yield payload[name]
    view = payload.get("view")
    if isinstance(view, dict) and isinstance(view.get("state"), dict) and view["state"].get("values"):
        yield view["state"]["values"]
        yield view["state"]["values"]
    actions = payload.get("actions")
    for place in [view, *(actions if isinstance(actions, list) else ())]:
        if isinstance(place, dict):
            for name in ("private_metadata", "value"):
                with suppress(KeyError, ValueError, TypeError):
                    yield _Packed(place, name)


class _Packed(dict[str, Any]):
    """What a button or a form carries, packed as it is: it is unpacked, changed and packed again."""

    def __init__(self, place: Json, name: str) -> None:
        super().__init__(json.loads(place[name]))
        self._place, self._name = place, name

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._place[self._name] = json.dumps(self)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._place[self._name] = json.dumps(self)

    def pop(self, key: str, *default: Any) -> Any:
        found = super().pop(key, *default)
        self._place[self._name] = json.dumps(self)
        return found


def _names(house: House) -> Iterator[Any]:
    """Ids of others: people, channels, and what buttons of others carry."""
    team = house.team
    yield from team.people
    yield from team.channels
    for letter in [*house.letters][-30:]:
        for action in letter.payload.get("actions") or ():
            if action.get("value"):
                yield action["value"]
