"""Posting, changing and deleting messages."""

from __future__ import annotations

from workspace import files, messages, objects
from workspace.api.calls import Call, method
from workspace.api.content import LONGEST_TEXT, content, destination, may_post, metadata, sender, thread
from workspace.blocks import is_too_long
from workspace.refusals import ApiError
from workspace.state import File, Json, Message

LONGEST_UPDATE = 4_000


@method("chat.postMessage", "chat:write", tier=0)
def post_message(call: Call) -> Json:
    place = destination(call)
    may_post(call, place)
    text, blocks = content(call)
    if is_too_long(blocks or []):
        raise ApiError("msg_blocks_too_long")
    under = thread(call, place)
    message = messages.post(
        call.team,
        place,
        author=call.me,
        by_app=True,
        text=text[:LONGEST_TEXT],
        blocks=blocks,
        thread_ts=under.ts,
        broadcast=under.broadcast,
        metadata=metadata(call),
        sender=sender(call),
    )
    shown = objects.message(call.team, message, with_metadata=True)
    warning = {"response_metadata": {"warnings": ["message_truncated"]}, "warning": "message_truncated"}
    return {"ok": True, "channel": place.id, "ts": message.ts, "message": shown} | (
        warning if len(text) > LONGEST_TEXT else {}
    )


@method("chat.update", "chat:write", tier=3)
def update(call: Call) -> Json:
    message = _changeable(call)
    if call.flag("reply_broadcast"):
        _broadcast(call, message)
    else:
        _reword(call, message)
    return {
        "ok": True,
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": objects.message(call.team, message, with_metadata=True),
    }


@method("chat.delete", "chat:write", tier=3)
def delete(call: Call) -> Json:
    place = call.channel()
    message = call.message(place, call.text("ts"))
    if message.author != call.me.id and not call.me.is_admin:
        raise ApiError("cant_delete_message")
    messages.delete(call.team, message)
    return {"ok": True, "channel": place.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    place = destination(call)
    person = call.person("user", "user_not_in_channel")
    may_post(call, place)
    if person.id not in place.members:
        raise ApiError("user_not_in_channel")
    text, blocks = content(call, longest=LONGEST_TEXT)
    under = thread(call, place)
    message = messages.whisper(
        call.team, place, person, author=call.me, text=text, blocks=blocks, thread_ts=under.ts
    )
    return {"ok": True, "message_ts": message.ts}


@method("chat.getPermalink", tier=0)
def get_permalink(call: Call) -> Json:
    place = call.channel()
    message = call.message(place, call.text("message_ts"))
    return {"ok": True, "channel": place.id, "permalink": objects.permalink(call.team, message)}


def _changeable(call: Call) -> Message:
    """A message of the caller's own that can still be changed."""
    if call.flag("as_user"):
        raise ApiError("as_user_not_supported")
    place = call.channel()
    message = call.message(place, call.text("ts"))
    if message.author != call.me.id:
        raise ApiError("cant_update_message")
    if place.archived:
        raise ApiError("is_inactive")
    if messages.is_settled(call.team, message):
        raise ApiError("edit_window_closed")
    return message


def _broadcast(call: Call, message: Message) -> None:
    """Let the channel see a reply that stands in its thread already."""
    if not message.is_reply:
        raise ApiError("cant_broadcast_message")
    if any(call.args.get(key) for key in ("text", "blocks", "attachments", "markdown_text", "file_ids")):
        raise ApiError("no_dual_broadcast_content_update")
    messages.broadcast(call.team, message, by=call.me)


def _reword(call: Call, message: Message) -> None:
    attached = _attached(call, message) if call.args.get("file_ids") else None
    words = ("text", "blocks", "attachments", "markdown_text")
    if attached is not None and not any(call.args.get(key) for key in words):
        text, blocks = message.text, None
    else:
        text, blocks = content(call, longest=LONGEST_UPDATE)
    if message.client_msg_id and any(block["type"] != "rich_text" for block in blocks or []):
        raise ApiError("block_mismatch")
    said = text if call.args.get("text") is not None or call.args.get("markdown_text") else None
    messages.change(call.team, message, text=said, blocks=blocks, metadata=metadata(call), by=call.me)
    if attached is not None:
        files.replace(call.team, message, attached)


def _attached(call: Call, message: Message) -> list[File]:
    """The files that the message carries from now on."""
    if call.team.channels[message.channel].posting == "read_only":
        raise ApiError("posting_to_channel_denied")
    found = [call.team.files.get(name) for name in call.names("file_ids")]
    known = [file for file in found if file and file.complete and files.visible_to(call.team, file, call.me)]
    if len(known) < len(found):
        raise ApiError("file_not_found")
    if any(file.deleted for file in known):
        raise ApiError("file_deleted")
    return known
