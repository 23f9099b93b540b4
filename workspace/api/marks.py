"""What an app leaves on messages and channels: reactions, pins and bookmarks."""

from __future__ import annotations

import re

from workspace import messages, objects
from workspace.api.calls import Call, method
from workspace.refusals import ApiError
from workspace.state import Bookmark, Channel, Json, Message

MOST_EMOJI, MOST_BY_ONE = 50, 23
MOST_PINS = 100
MOST_BOOKMARKS = 100
_TS = re.compile(r"\d{1,12}\.\d{1,6}")
_EMOJI = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


@method("reactions.add", "reactions:write", tier=3)
def reactions_add(call: Call) -> Json:
    message, name, bot = _item(call, "timestamp"), _emoji(call), call.team.app.bot
    if call.channel().archived:
        raise ApiError("is_archived")
    if bot.id in message.reactions.get(name, ()):
        raise ApiError("already_reacted")
    if len(message.reactions) >= MOST_EMOJI and name not in message.reactions:
        raise ApiError("too_many_emoji")
    if sum(bot.id in people for people in message.reactions.values()) >= MOST_BY_ONE:
        raise ApiError("too_many_reactions")
    messages.react(call.team, message, bot, name)
    return {"ok": True}


@method("reactions.remove", "reactions:write", tier=2)
def reactions_remove(call: Call) -> Json:
    message, name, bot = _item(call, "timestamp"), _emoji(call), call.team.app.bot
    if bot.id not in message.reactions.get(name, ()):
        raise ApiError("no_reaction")
    messages.unreact(call.team, message, bot, name)
    return {"ok": True}


@method("reactions.get", "reactions:read", tier=3)
def reactions_get(call: Call) -> Json:
    message = _item(call, "timestamp")
    link = f"{call.team.url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    shown = objects.message(call.team, message) | {"permalink": link}
    return {"ok": True, "type": "message", "channel": message.channel, "message": shown}


@method("pins.add", "pins:write", tier=2)
def pins_add(call: Call) -> Json:
    message = _item(call, "timestamp")
    _inside(call, call.channel())
    if message.pinned:
        raise ApiError("already_pinned")
    if len(_pinned(call.channel())) >= MOST_PINS:
        raise ApiError("too_many_pins")
    messages.pin(call.team, message, call.team.app.bot)
    return {"ok": True}


@method("pins.remove", "pins:write", tier=2)
def pins_remove(call: Call) -> Json:
    message = _item(call, "timestamp")
    _inside(call, call.channel())
    if not message.pinned:
        raise ApiError("no_pin")
    messages.unpin(call.team, message, call.team.app.bot)
    return {"ok": True}


@method("pins.list", "pins:read", tier=2)
def pins_list(call: Call) -> Json:
    place = call.channel()
    _inside(call, place)
    items = [
        {
            "type": "message",
            "channel": place.id,
            "message": objects.message(call.team, message),
            **(message.pinned or {}),
        }
        for message in _pinned(place)
    ]
    return {"ok": True, "items": items}


@method("bookmarks.add", "bookmarks:write", tier=2)
def bookmarks_add(call: Call) -> Json:
    title, kind = call.text("title"), call.text("type")
    place = call.channel("channel_id")
    if kind != "link":
        raise ApiError("invalid_bookmark_type")
    if len(place.bookmarks) >= MOST_BOOKMARKS:
        raise ApiError("too_many_bookmarks")
    mark = Bookmark(
        id=call.team.new_id("Bk"),
        channel=place.id,
        title=title,
        link=_link(call.maybe("link")),
        emoji=_mark_emoji(call),
        created=int(call.team.clock.now()),
    )
    place.bookmarks.append(mark)
    return {"ok": True, "bookmark": _bookmark(call, mark)}


@method("bookmarks.edit", "bookmarks:write", tier=2)
def bookmarks_edit(call: Call) -> Json:
    mark = _known(call)
    mark.title = call.maybe("title") or mark.title
    mark.link = _link(call.maybe("link")) if call.maybe("link") else mark.link
    mark.emoji = _mark_emoji(call) or mark.emoji
    mark.updated = int(call.team.clock.now())
    return {"ok": True, "bookmark": _bookmark(call, mark)}


@method("bookmarks.remove", "bookmarks:write", tier=2)
def bookmarks_remove(call: Call) -> Json:
    call.channel("channel_id").bookmarks.remove(_known(call))
    return {"ok": True}


@method("bookmarks.list", "bookmarks:read", tier=3)
def bookmarks_list(call: Call) -> Json:
    return {"ok": True, "bookmarks": [_bookmark(call, mark) for mark in call.channel("channel_id").bookmarks]}


def _item(call: Call, name: str) -> Message:
    """The message that channel and timestamp name together."""
    if not call.maybe("channel") or not call.maybe(name):
        raise ApiError("no_item_specified")
    place = call.channel()
    if not _TS.fullmatch(call.text(name)):
        raise ApiError("bad_timestamp")
    return call.message(place, call.text(name))


def _emoji(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _EMOJI.fullmatch(name) or name != name.lower():
        raise ApiError("invalid_name")
    return name


def _inside(call: Call, place: Channel) -> None:
    if call.team.app.bot.id not in place.members:
        raise ApiError("not_in_channel")


def _pinned(place: Channel) -> list[Message]:
    return [message for message in place.messages.values() if message.pinned]


def _known(call: Call) -> Bookmark:
    wanted = call.text("bookmark_id")
    for mark in call.channel("channel_id").bookmarks:
        if mark.id == wanted:
            return mark
    raise ApiError("not_found")


def _link(link: str) -> str:
    if not link.startswith(("http://", "https://")):
        raise ApiError("invalid_link")
    return link


def _mark_emoji(call: Call) -> str:
    emoji = call.maybe("emoji")
    if emoji and not (emoji.startswith(":") and emoji.endswith(":") and _EMOJI.fullmatch(emoji.strip(":"))):
        raise ApiError("invalid_emoji")
    return emoji


def _bookmark(call: Call, mark: Bookmark) -> Json:
    return {
        "id": mark.id,
        "channel_id": mark.channel,
        "title": mark.title,
        "link": mark.link,
        "emoji": mark.emoji,
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": mark.created,
        "date_updated": mark.updated,
        "rank": "g",
        "last_updated_by_user_id": call.team.app.bot.id,
        "last_updated_by_team_id": call.team.id,
        "shortcut_id": None,
        "app_id": call.team.app.id,
    }
