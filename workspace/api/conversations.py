"""Channels and direct messages: which there are, who is in them, and what was said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from workspace import objects, rooms
from workspace.api.calls import Call, method, page
from workspace.refusals import ApiError
from workspace.state import Channel, Json, Kind, Message

_TYPES = {"public_channel": Kind.CHANNEL, "private_channel": Kind.GROUP, "im": Kind.IM, "mpim": Kind.MPIM}
_SCOPE_WORDS = {Kind.CHANNEL: "channels", Kind.GROUP: "groups", Kind.IM: "im", Kind.MPIM: "mpim"}
_READS = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORIES = ("channels:history", "groups:history", "im:history", "mpim:history")
_TS = re.compile(r"\d{1,12}(\.\d{1,6})?$")


@method("conversations.open", "im:write", "mpim:write", "channels:manage", "groups:write", tier=3)
def conversations_open(call: Call) -> Json:
    if call.maybe("channel"):
        place = call.channel()
        if place.kind.rooms:
            raise ApiError("method_not_supported_for_channel_type")
        return {"ok": True, "no_op": True, "already_open": True, "channel": {"id": place.id}}
    names = call.names("users")
    if not names:
        raise ApiError("users_list_not_supplied")
    if len(names) > rooms.MOST_IN_MPIM:
        raise ApiError("too_many_users")
    call.needs("im:write" if len(names) == 1 else "mpim:write")
    members = [_invited(call, name) for name in names]
    known = set(call.team.channels)
    place = call.team.conversation([*members, call.me.id])
    again = {"no_op": True, "already_open": True} if place.id in known else {}
    whole = objects.channel(call.team, place, seen_by=call.me)
    return {"ok": True, **again, "channel": whole if call.flag("return_im") else {"id": place.id}}


@method("conversations.list", *_READS, tier=2)
def conversations_list(call: Call) -> Json:
    wanted = _wanted(call)
    there = [place for place in call.team.channels.values() if call.sees(place)]
    return _listed(call, [place for place in there if place.kind in wanted])


@method("users.conversations", *_READS, tier=3)
def users_conversations(call: Call) -> Json:
    wanted = _wanted(call)
    person = call.person("user") if call.maybe("user") else call.me
    theirs = [place for place in call.team.channels.values() if person.id in place.members]
    shared = [place for place in theirs if call.sees(place)]
    return _listed(call, [place for place in shared if place.kind in wanted])


@method("conversations.info", *_READS, tier=3)
def conversations_info(call: Call) -> Json:
    place = call.channel()
    call.needs(f"{_SCOPE_WORDS[place.kind]}:read")
    shown = objects.channel(call.team, place, seen_by=call.me, with_members=call.flag("include_num_members"))
    if call.flag("include_locale"):
        shown["locale"] = place.locale
    return {"ok": True, "channel": shown}


@method("conversations.members", *_READS, tier=4)
def conversations_members(call: Call) -> Json:
    place = call.channel()
    call.needs(f"{_SCOPE_WORDS[place.kind]}:read")
    members, metadata = page(call, list(place.members))
    return {"ok": True, "members": members, "response_metadata": metadata}


@method("conversations.join", "channels:join", tier=3)
def conversations_join(call: Call) -> Json:
    place = call.channel()
    if place.kind is not Kind.CHANNEL:
        raise ApiError("method_not_supported_for_channel_type")
    if place.archived:
        raise ApiError("is_archived")
    warning: Json = {}
    if call.is_in(place):
        warning = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        rooms.enter(call.team, place, call.me)
    return {"ok": True, "channel": objects.channel(call.team, place, seen_by=call.me), **warning}


@method("conversations.history", *_HISTORIES, tier=3)
def conversations_history(call: Call) -> Json:
    place = _readable(call)
    between = _between(call)
    found = [each for each in reversed(list(_public(place))) if each.in_channel and between(each)]
    some, metadata = page(call, found, most=999)
    answer: Json = {
        "ok": True,
        "messages": _shown(call, some),
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": sum(each.pinned is not None for each in _public(place)),
    }
    return answer | ({"response_metadata": metadata} if metadata["next_cursor"] else {})


@method("conversations.replies", *_HISTORIES, tier=3)
def conversations_replies(call: Call) -> Json:
    place = _readable(call)
    root = call.message(place, call.text("ts"), "thread_not_found")
    thread, between = root.thread_ts or root.ts, _between(call)
    replies = [
        each for each in _public(place) if each.thread_ts == thread and each.ts != thread and between(each)
    ]
    some, metadata = page(call, [place.messages[thread], *replies], default=1000)
    answer: Json = {"ok": True, "messages": _shown(call, some), "has_more": bool(metadata["next_cursor"])}
    return answer | ({"response_metadata": metadata} if metadata["next_cursor"] else {})


def _invited(call: Call, name: str) -> str:
    person = call.known(name)
    if person.is_bot and call.me.is_bot:
        raise ApiError("cannot_dm_bot")
    if person.deleted:
        raise ApiError("user_disabled")
    return person.id


def _wanted(call: Call) -> set[Kind]:
    names = call.names("types") or ["public_channel"]
    if set(names) - set(_TYPES):
        raise ApiError("invalid_types")
    kinds = {_TYPES[name] for name in names}
    for kind in kinds:
        call.needs(f"{_SCOPE_WORDS[kind]}:read")
    return kinds


def _listed(call: Call, places: list[Channel]) -> Json:
    shown = [place for place in places if not (place.archived and call.flag("exclude_archived"))]
    some, metadata = page(call, sorted(shown, key=lambda place: place.id), most=999)
    channels = [
        objects.channel(call.team, place, seen_by=call.me, with_members=place.kind is Kind.CHANNEL)
        for place in some
    ]
    return {"ok": True, "channels": channels, "response_metadata": metadata}


def _readable(call: Call) -> Channel:
    """A conversation whose messages the caller may read: a person's token also what is public."""
    place = call.channel()
    call.needs(f"{_SCOPE_WORDS[place.kind]}:history")
    if not call.is_in(place) and call.token.kind == "bot":
        raise ApiError("not_in_channel")
    return place


def _public(place: Channel) -> Iterable[Message]:
    return (message for message in place.messages.values() if not message.only_for)


def _between(call: Call) -> Callable[[Message], bool]:
    """Whether a message was posted in the time that is asked for."""
    oldest, latest = _moment(call, "oldest", "0"), _moment(call, "latest", "999999999999")
    inclusive = {oldest, latest} if call.flag("inclusive") else set()
    return lambda message: _key(oldest) < _key(message.ts) < _key(latest) or message.ts in inclusive


def _moment(call: Call, name: str, default: str) -> str:
    given = call.maybe(name) or default
    if not _TS.match(given):
        raise ApiError(f"invalid_ts_{name}")
    return given


def _key(ts: str) -> tuple[int, str]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), micros.ljust(6, "0")


def _shown(call: Call, some: list[Message]) -> list[Json]:
    wanted = _metadata_kinds(call)
    everything = call.flag("include_all_metadata")
    return [
        objects.message(
            call.team, each, with_metadata=everything or bool(each.metadata and _kind(each) in wanted)
        )
        for each in some
    ]


def _metadata_kinds(call: Call) -> list[str]:
    """The event types whose metadata is asked for, when it is not all."""
    kinds = call.structure("metadata_keys_to_include", "invalid_metadata_filter_keys") or []
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise ApiError("invalid_metadata_filter_keys")
    return kinds


def _kind(message: Message) -> object:
    return (message.metadata or {}).get("event_type")
