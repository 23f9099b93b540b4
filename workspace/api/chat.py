"""Posting, changing and deleting messages."""

from __future__ import annotations

import json

from workspace import messages, objects
from workspace.api.calls import Call, method
from workspace.blocks import check_message
from workspace.refusals import ApiError
from workspace.settling import settle
from workspace.state import Channel, Json, Kind, Message, Person

LONGEST_POST = 40_000
LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
BIGGEST_METADATA = 16 * 1024


@method("chat.postMessage", "chat:write", tier=0)
def post_message(call: Call) -> Json:
    place = _destination(call)
    _may_post(call, place)
    text, blocks = _content(call)
    message = messages.post(
        call.team,
        place,
        author=call.team.app.bot,
        text=text[:LONGEST_POST],
        blocks=blocks,
        thread_ts=_thread(call, place),
        metadata=_metadata(call),
        sender=_sender(call),
    )
    shown = objects.message(call.team, message, with_metadata=True)
    warning = {"response_metadata": {"warnings": ["message_truncated"]}, "warning": "message_truncated"}
    return {"ok": True, "channel": place.id, "ts": message.ts, "message": shown} | (
        warning if len(text) > LONGEST_POST else {}
    )


@method("chat.update", "chat:write", tier=3)
def update(call: Call) -> Json:
    place = call.channel()
    message = call.message(place, call.text("ts"))
    if not message.by_app:
        raise ApiError("cant_update_message")
    text, blocks = _content(call, longest=LONGEST_UPDATE)
    said = text if call.args.get("text") is not None or call.args.get("markdown_text") else None
    messages.change(
        call.team, message, text=said, blocks=blocks, metadata=_metadata(call), by=call.team.app.bot
    )
    return {
        "ok": True,
        "channel": place.id,
        "ts": message.ts,
        "text": message.text,
        "message": objects.message(call.team, message, with_metadata=True),
    }


@method("chat.delete", "chat:write", tier=3)
def delete(call: Call) -> Json:
    place = call.channel()
    message = call.message(place, call.text("ts"))
    if not message.by_app:
        raise ApiError("cant_delete_message")
    messages.delete(call.team, message)
    return {"ok": True, "channel": place.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    place = _destination(call)
    person = call.person("user", "user_not_in_channel")
    _may_post(call, place)
    if person.id not in place.members:
        raise ApiError("user_not_in_channel")
    text, blocks = _content(call)
    thread_ts = _thread(call, place)
    message = messages.whisper(call.team, place, person, text=text, blocks=blocks, thread_ts=thread_ts)
    return {"ok": True, "message_ts": message.ts}


@method("chat.getPermalink", tier=0)
def get_permalink(call: Call) -> Json:
    place = call.channel()
    message = call.message(place, call.text("message_ts"))
    link = f"{call.team.url}/archives/{place.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={place.id}"
    return {"ok": True, "channel": place.id, "permalink": link}


def _destination(call: Call) -> Channel:
    """A conversation by id, a channel by name, or a person, whose direct message it then is."""
    wanted = call.text("channel")
    person = call.team.people.get(wanted)
    if person:
        return call.team.dm(_addressable(call, person))
    for place in call.team.channels.values():
        if place.kind is Kind.CHANNEL and wanted == f"#{place.name}":
            return place
    return call.channel()


def _addressable(call: Call, person: Person) -> Person:
    if person.is_bot:
        raise ApiError("cannot_dm_bot")
    if person.deleted:
        raise ApiError("channel_not_found")
    return person


def _may_post(call: Call, place: Channel) -> None:
    app = call.team.app
    if place.archived:
        raise ApiError("is_archived")
    if place.kind is Kind.IM and not app.messages_tab:
        raise ApiError("messages_tab_disabled")
    if app.bot.id not in place.members and "chat:write.public" not in app.scopes:
        raise ApiError("not_in_channel")


def _content(call: Call, *, longest: int | None = None) -> tuple[str, list[Json] | None]:
    """Text and blocks, one of which must be there. Blocks that are not given are None, not empty."""
    text, markdown = call.maybe("text"), call.maybe("markdown_text")
    given = call.structure("blocks", "invalid_blocks_format")
    if markdown and (text or given):
        raise ApiError("markdown_text_conflict")
    attachments = call.structure("attachments", "invalid_attachments") or []
    if len(attachments) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    if not (text or markdown or given or attachments):
        raise ApiError("no_text")
    if (longest and len(text) > longest) or len(markdown) > LONGEST_MARKDOWN:
        raise ApiError("msg_too_long")
    return text or markdown, _blocks(call, given)


def _blocks(call: Call, given: object) -> list[Json] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        raise ApiError("invalid_blocks_format")
    problems = check_message(given)
    if problems:
        texts = [str(problem) for problem in problems]
        told = {"messages": [f"[ERROR] {text}" for text in texts]}
        raise ApiError("invalid_blocks", errors=texts, response_metadata=told)
    return settle(call.team, given)


def _metadata(call: Call) -> Json | None:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if not metadata:
        return {}
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata["event_payload"], ensure_ascii=False).encode()) > BIGGEST_METADATA:
        raise ApiError("metadata_too_large")
    return metadata


def _thread(call: Call, place: Channel) -> str | None:
    """The thread to answer in, by its first message, whichever of its messages was named."""
    thread_ts = call.maybe("thread_ts")
    if not thread_ts:
        return None
    parent = place.messages.get(thread_ts)
    if parent is None or parent.only_for:
        raise ApiError("cannot_reply_to_message")
    return _root(parent)


def _root(message: Message) -> str:
    return message.thread_ts or message.ts


def _sender(call: Call) -> Json:
    given = {key: call.maybe(key) for key in ("username", "icon_emoji", "icon_url") if call.maybe(key)}
    if given and "chat:write.customize" not in call.team.app.scopes:
        raise ApiError(
            "missing_scope", needed="chat:write.customize", provided=",".join(call.team.app.scopes)
        )
    return {"username": given["username"]} if "username" in given else {}
