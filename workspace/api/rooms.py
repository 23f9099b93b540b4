"""What an app does to channels: it creates, fills, names, leaves and archives them."""

from __future__ import annotations

import re
from collections.abc import Callable

from workspace import objects, rooms
from workspace.api.calls import Call, method
from workspace.refusals import ApiError, bad_arguments
from workspace.state import Channel, Json, Kind, Person

LONGEST_NAME = 80
LONGEST_TOPIC = 250
_MANAGE = ("channels:manage", "groups:write")
_INVITE = (*_MANAGE, "channels:write.invites", "groups:write.invites")
_DESCRIBE = (*_MANAGE, "channels:write.topic", "groups:write.topic")
_SCOPES = {
    Kind.CHANNEL: ("channels:manage", "channels:write.invites", "channels:write.topic"),
    Kind.GROUP: ("groups:write", "groups:write.invites", "groups:write.topic"),
}


@method("conversations.create", *_MANAGE, tier=2)
def conversations_create(call: Call) -> Json:
    private = call.flag("is_private")
    call.needs("groups:write" if private else "channels:manage")
    return _shown(call, rooms.create(call.team, call.me, _name(call), private=private))


@method("conversations.invite", *_INVITE, tier=3)
def conversations_invite(call: Call) -> Json:
    """All of them or none, unless it is to be forced: then those who can be invited."""
    place = _room(call)
    _inside(call, place)
    names = call.names("users")
    if not names:
        raise ApiError("no_user")
    guests, faults = _sorted(call, place, names)
    if faults and not (guests and call.flag("force")):
        raise ApiError(faults[0]["error"], errors=faults)
    for guest in guests:
        rooms.enter(call.team, place, guest, inviter=call.me)
    return _shown(call, place) | ({"errors": faults} if faults else {})


@method("conversations.kick", *_MANAGE, tier=3)
def conversations_kick(call: Call) -> Json:
    place = _room(call)
    person = call.person("user")
    if person is call.me:
        raise ApiError("cant_kick_self")
    if place.name == rooms.GENERAL:
        raise ApiError("cant_kick_from_general")
    if person.id not in place.members:
        raise ApiError("not_in_channel")
    rooms.leave(call.team, place, person)
    return {"ok": True, "errors": {}}


@method("conversations.leave", *_MANAGE, tier=3)
def conversations_leave(call: Call) -> Json:
    place = _room(call)
    if place.name == rooms.GENERAL:
        raise ApiError("cant_leave_general")
    if place.archived:
        raise ApiError("is_archived")
    if not call.is_in(place):
        return {"ok": True, "not_in_channel": True}
    if call.me.is_guest:
        raise ApiError("user_is_restricted")
    if len(place.members) == 1:
        raise ApiError("last_member")
    rooms.leave(call.team, place, call.me)
    return {"ok": True}


@method("conversations.archive", *_MANAGE, tier=2)
def conversations_archive(call: Call) -> Json:
    place = _room(call)
    if place.name == rooms.GENERAL:
        raise ApiError("cant_archive_general")
    if place.archived:
        raise ApiError("already_archived")
    if not call.is_in(place):
        raise ApiError("not_in_channel")
    rooms.archive(call.team, place, call.me)
    return {"ok": True}


@method("conversations.rename", *_MANAGE, tier=2)
def conversations_rename(call: Call) -> Json:
    place = _room(call)
    name = _name(call)
    _inside(call, place)
    if place.creator != call.me.id and not call.me.is_admin:
        raise ApiError("not_authorized")
    rooms.rename(call.team, place, name)
    return _shown(call, place)


@method("conversations.setTopic", *_DESCRIBE, tier=2)
def conversations_set_topic(call: Call) -> Json:
    place = _described(call, "topic")
    place.topic = call.maybe("topic")
    call.team.pulse.beat()
    return _shown(call, place)


@method("conversations.setPurpose", *_DESCRIBE, tier=2)
def conversations_set_purpose(call: Call) -> Json:
    place = _described(call, "purpose")
    place.purpose = call.maybe("purpose")
    return _shown(call, place)


@method("conversations.close", "im:write", "mpim:write", *_MANAGE, tier=2)
def conversations_close(call: Call) -> Json:
    """Direct messages stay where they are, as they do for a bot."""
    place = call.channel()
    if place.kind.rooms:
        raise ApiError("method_not_supported_for_channel_type")
    return {"ok": True, "no_op": True, "already_closed": True}


def _shown(call: Call, place: Channel) -> Json:
    return {"ok": True, "channel": objects.channel(call.team, place, seen_by=call.me)}


def _room(call: Call) -> Channel:
    place = call.channel()
    if not place.kind.rooms:
        raise ApiError("method_not_supported_for_channel_type")
    call.needs(*_SCOPES[place.kind])
    return place


def _inside(call: Call, place: Channel) -> None:
    if not call.is_in(place):
        raise ApiError("not_in_channel")
    if place.archived:
        raise ApiError("is_archived")


def _sorted(call: Call, place: Channel, names: list[str]) -> tuple[list[Person], list[Json]]:
    """Who can be invited, and who cannot and why."""
    guests, faults = list[Person](), list[Json]()
    for name in names:
        try:
            guests.append(_guest(call, place, name))
        except ApiError as no:
            faults.append({"user": name, "ok": False, "error": str(no)})
    return guests, faults


def _guest(call: Call, place: Channel, name: str) -> Person:
    guest = call.known(name)
    if guest is call.me:
        raise ApiError("cant_invite_self")
    if call.me.is_guest:
        raise ApiError("no_permission")
    if guest.deleted:
        raise ApiError("cant_invite")
    if guest.id in place.members:
        raise ApiError("already_in_channel")
    if guest.is_ultra_restricted and any(map(_holds(guest), call.team.channels.values())):
        raise ApiError("ura_max_channels")
    return guest


def _holds(person: Person) -> Callable[[Channel], bool]:
    return lambda place: place.kind.rooms and person.id in place.members


def _described(call: Call, what: str) -> Channel:
    place = _room(call)
    if what not in call.args:
        raise bad_arguments(f"missing required field: {what}")
    if len(call.maybe(what)) > LONGEST_TOPIC:
        raise ApiError("too_long")
    _inside(call, place)
    if call.me.is_guest:
        raise ApiError("user_is_restricted")
    return place


def _name(call: Call) -> str:
    name = call.maybe("name")
    if not name:
        raise ApiError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise ApiError("invalid_name_maxlength")
    if not re.search(r"\w", name):
        raise ApiError("invalid_name_punctuation")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise ApiError("invalid_name_specials")
    if rooms.taken(call.team, name):
        raise ApiError("name_taken")
    return name
