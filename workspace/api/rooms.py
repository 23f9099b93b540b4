"""What an app does to channels: it creates, fills, names, leaves and archives them."""

from __future__ import annotations

import re

from workspace import objects, rooms
from workspace.api.calls import Call, method
from workspace.refusals import ApiError
from workspace.state import Channel, Json, Kind, Person

LONGEST_NAME = 80
LONGEST_TOPIC = 250
_MANAGE = ("channels:manage", "groups:write")
_SCOPES = {
    Kind.CHANNEL: ("channels:manage", "channels:write.invites", "channels:write.topic"),
    Kind.GROUP: ("groups:write", "groups:write.invites", "groups:write.topic"),
}


@method("conversations.create", *_MANAGE, tier=2)
def conversations_create(call: Call) -> Json:
    private = call.flag("is_private")
    call.needs("groups:write" if private else "channels:manage")
    place = rooms.create(call.team, call.team.app.bot, _name(call), private=private)
    return {"ok": True, "channel": objects.channel(call.team, place)}


@method("conversations.invite", *_MANAGE, "channels:write.invites", "groups:write.invites", tier=3)
def conversations_invite(call: Call) -> Json:
    place = _room(call)
    _inside(call, place)
    names = call.names("users")
    if not names:
        raise ApiError("no_user")
    guests = [_guest(call, place, name) for name in names]
    for guest in guests:
        rooms.enter(call.team, place, guest, inviter=call.team.app.bot)
    return {"ok": True, "channel": objects.channel(call.team, place)}


@method("conversations.kick", *_MANAGE, tier=3)
def conversations_kick(call: Call) -> Json:
    place = _room(call)
    person = call.person("user")
    if person is call.team.app.bot:
        raise ApiError("cant_kick_self")
    if place.name == rooms.GENERAL:
        raise ApiError("cant_kick_from_general")
    if person.id not in place.members:
        raise ApiError("not_in_channel")
    rooms.leave(call.team, place, person)
    return {"ok": True}


@method("conversations.leave", *_MANAGE, tier=3)
def conversations_leave(call: Call) -> Json:
    place = _room(call)
    if place.name == rooms.GENERAL:
        raise ApiError("cant_leave_general")
    if place.archived:
        raise ApiError("is_archived")
    if call.team.app.bot.id not in place.members:
        return {"ok": True, "not_in_channel": True}
    rooms.leave(call.team, place, call.team.app.bot)
    return {"ok": True}


@method("conversations.archive", *_MANAGE, tier=2)
def conversations_archive(call: Call) -> Json:
    place = _room(call)
    if place.name == rooms.GENERAL:
        raise ApiError("cant_archive_general")
    if place.archived:
        raise ApiError("already_archived")
    if call.team.app.bot.id not in place.members:
        raise ApiError("not_in_channel")
    rooms.archive(call.team, place, call.team.app.bot)
    return {"ok": True}


@method("conversations.rename", *_MANAGE, tier=2)
def conversations_rename(call: Call) -> Json:
    place = _room(call)
    name = _name(call)
    _inside(call, place)
    if place.creator != call.team.app.bot.id:
        raise ApiError("not_authorized")
    rooms.rename(call.team, place, name)
    return {"ok": True, "channel": objects.channel(call.team, place)}


@method("conversations.setTopic", *_MANAGE, "channels:write.topic", "groups:write.topic", tier=2)
def conversations_set_topic(call: Call) -> Json:
    place = _described(call, "topic")
    place.topic = call.maybe("topic")
    return {"ok": True, "channel": objects.channel(call.team, place)}


@method("conversations.setPurpose", *_MANAGE, "channels:write.topic", "groups:write.topic", tier=2)
def conversations_set_purpose(call: Call) -> Json:
    place = _described(call, "purpose")
    place.purpose = call.maybe("purpose")
    return {"ok": True, "purpose": place.purpose}


@method("conversations.close", "im:write", "mpim:write", *_MANAGE, tier=2)
def conversations_close(call: Call) -> Json:
    """Direct messages stay where they are, as they do for a bot."""
    place = call.channel()
    if place.kind.rooms:
        raise ApiError("method_not_supported_for_channel_type")
    return {"ok": True, "no_op": True, "already_closed": True}


def _room(call: Call) -> Channel:
    place = call.channel()
    if not place.kind.rooms:
        raise ApiError("method_not_supported_for_channel_type")
    call.needs(*_SCOPES[place.kind])
    return place


def _inside(call: Call, place: Channel) -> None:
    if call.team.app.bot.id not in place.members:
        raise ApiError("not_in_channel")
    if place.archived:
        raise ApiError("is_archived")


def _guest(call: Call, place: Channel, name: str) -> Person:
    guest = call.team.people.get(name)
    if guest is None or guest.deleted:
        raise ApiError("user_not_found")
    if guest is call.team.app.bot:
        raise ApiError("cant_invite_self")
    if guest.id in place.members:
        raise ApiError("already_in_channel")
    return guest


def _described(call: Call, what: str) -> Channel:
    place = _room(call)
    if len(call.maybe(what)) > LONGEST_TOPIC:
        raise ApiError("too_long")
    _inside(call, place)
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
