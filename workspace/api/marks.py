"""What an app leaves on messages and channels: reactions, pins and bookmarks."""

from __future__ import annotations

import re

from workspace import messages, objects
from workspace.api.calls import Call, method
from workspace.api.content import is_locked
from workspace.attached import file as shown
from workspace.refusals import ApiError, bad_arguments
from workspace.state import Bookmark, Channel, File, Json, Message

MOST_EMOJI, MOST_BY_ONE = 50, 23
MOST_PINS = 100
MOST_BOOKMARKS = 100
LONGEST_TITLE, LONGEST_LINK = 256, 2048
_TS = re.compile(r"\d{1,12}\.\d{1,6}")
_EMOJI = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


@method("reactions.add", "reactions:write", tier=3)
def reactions_add(call: Call) -> Json:
    if not call.maybe("timestamp") and (call.maybe("file") or call.maybe("file_comment")):
        raise ApiError("not_reactable")
    message, name = _reacted(call), _emoji(call)
    if call.channel().archived:
        raise ApiError("is_archived")
    if call.me.id in message.reactions.get(name, ()):
        raise ApiError("already_reacted")
    if len(message.reactions) >= MOST_EMOJI and name not in message.reactions:
        raise ApiError("too_many_emoji")
    if sum(call.me.id in people for people in message.reactions.values()) >= MOST_BY_ONE:
        raise ApiError("too_many_reactions")
    messages.react(call.team, message, call.me, name)
    return {"ok": True}


@method("reactions.remove", "reactions:write", tier=2)
def reactions_remove(call: Call) -> Json:
    if _file(call):
        raise ApiError("no_reaction")
    message, name = _reacted(call), _emoji(call)
    if call.me.id not in message.reactions.get(name, ()):
        raise ApiError("no_reaction")
    messages.unreact(call.team, message, call.me, name)
    return {"ok": True}


@method("reactions.get", "reactions:read", tier=3)
def reactions_get(call: Call) -> Json:
    if file := _file(call):
        return {"ok": True, "type": "file", "file": shown(call.team, file)}
    message = _item(call, "timestamp")
    link = {"permalink": objects.permalink(call.team, message)}
    whole = objects.message(call.team, message) | link
    return {"ok": True, "type": "message", "channel": message.channel, "message": whole}


@method("pins.add", "pins:write", tier=2)
def pins_add(call: Call) -> Json:
    message = _item(call, "timestamp")
    _inside(call, call.channel())
    if message.pinned:
        raise ApiError("already_pinned")
    if len(_pinned(call.channel())) >= MOST_PINS:
        raise ApiError("too_many_pins")
    messages.pin(call.team, message, call.me)
    return {"ok": True}


@method("pins.remove", "pins:write", tier=2)
def pins_remove(call: Call) -> Json:
    message = _item(call, "timestamp")
    _inside(call, call.channel())
    if not message.pinned:
        raise ApiError("no_pin")
    messages.unpin(call.team, message, call.me)
    return {"ok": True}


@method("pins.list", "pins:read", tier=2)
def pins_list(call: Call) -> Json:
    place = call.channel()
    _inside(call, place)
    items = [
        {
            "type": "message",
            "channel": place.id,
            "message": objects.message(call.team, message)
            | {"permalink": objects.permalink(call.team, message)},
            **(message.pinned or {}),
        }
        for message in _pinned(place)
    ]
    return {"ok": True, "items": items}


@method("bookmarks.add", "bookmarks:write", tier=2)
def bookmarks_add(call: Call) -> Json:
    title, kind = _short(call, "title", LONGEST_TITLE) or call.text("title"), call.text("type")
    place = _shelf(call)
    if kind != "link":
        raise ApiError("invalid_bookmark_type")
    if len(place.bookmarks) >= MOST_BOOKMARKS:
        raise ApiError("too_many_bookmarks")
    mark = Bookmark(
        id=call.team.new_id("Bk"),
        channel=place.id,
        title=title,
        link=_link(_short(call, "link", LONGEST_LINK)),
        emoji=_mark_emoji(call),
        created=int(call.team.clock.now()),
    )
    place.bookmarks.append(mark)
    return {"ok": True, "bookmark": _bookmark(call, mark)}


@method("bookmarks.edit", "bookmarks:write", tier=2)
def bookmarks_edit(call: Call) -> Json:
    mark = _known(call)
    mark.title = _short(call, "title", LONGEST_TITLE) or mark.title
    mark.link = _link(_short(call, "link", LONGEST_LINK)) if call.maybe("link") else mark.link
    mark.emoji = _mark_emoji(call) or mark.emoji
    mark.updated = int(call.team.clock.now())
    return {"ok": True, "bookmark": _bookmark(call, mark)}


@method("bookmarks.remove", "bookmarks:write", tier=2)
def bookmarks_remove(call: Call) -> Json:
    _shelf(call).bookmarks.remove(_known(call))
    return {"ok": True}


@method("bookmarks.list", "bookmarks:read", tier=3)
def bookmarks_list(call: Call) -> Json:
    return {"ok": True, "bookmarks": [_bookmark(call, mark) for mark in _shelf(call).bookmarks]}


def _item(call: Call, name: str) -> Message:
    """The message that channel and timestamp name together."""
    if not call.maybe("channel") or not call.maybe(name):
        raise ApiError("no_item_specified")
    place = call.channel()
    if not _TS.fullmatch(call.text(name)):
        raise ApiError("bad_timestamp")
    return call.message(place, call.text(name))


def _reacted(call: Call) -> Message:
    """A message where the caller may leave a reaction, or take one away."""
    message = _item(call, "timestamp")
    _inside(call, call.channel())
    if is_locked(call.channel(), message):
        raise ApiError("thread_locked")
    return message


def _file(call: Call) -> File | None:
    """The file that is named instead of a message. Comments on files are no more."""
    if call.maybe("file_comment"):
        raise ApiError("file_comment_not_found")
    if not call.maybe("file"):
        return None
    file = call.team.files.get(call.maybe("file"))
    if file is None or not file.complete:
        raise ApiError("file_not_found")
    return file


def _emoji(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _EMOJI.fullmatch(name) or name != name.lower():
        raise ApiError("invalid_name")
    return name


def _inside(call: Call, place: Channel) -> None:
    if not call.is_in(place):
        raise ApiError("not_in_channel")


def _pinned(place: Channel) -> list[Message]:
    return [message for message in place.messages.values() if message.pinned]


def _shelf(call: Call) -> Channel:
    """A channel whose bookmarks the caller may see and change."""
    place = call.channel("channel_id")
    if not call.is_in(place):
        raise ApiError("access_denied")
    return place


def _known(call: Call) -> Bookmark:
    wanted = call.text("bookmark_id")
    for mark in _shelf(call).bookmarks:
        if mark.id == wanted:
            return mark
    raise ApiError("not_found")


def _short(call: Call, name: str, most: int) -> str:
    if len(call.maybe(name)) > most:
        raise bad_arguments(f"must be less than {most + 1} characters [json-pointer:/{name}]")
    return call.maybe(name)


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
        "last_updated_by_user_id": call.me.id,
        "last_updated_by_team_id": call.team.id,
        "shortcut_id": None,
        "app_id": call.team.app.id,
    }
