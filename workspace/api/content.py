"""What is to be posted and where: arguments that several methods share, checked as Slack checks them."""

from __future__ import annotations

import json

from workspace.api.calls import Call
from workspace.blocks import check_message
from workspace.refusals import ApiError
from workspace.settling import settle
from workspace.state import Channel, Json, Kind, Message, Person

LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
BIGGEST_METADATA = 16 * 1024


def destination(call: Call) -> Channel:
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


def may_post(call: Call, place: Channel) -> None:
    app = call.team.app
    if place.archived:
        raise ApiError("is_archived")
    if place.kind is Kind.IM and not app.messages_tab:
        raise ApiError("messages_tab_disabled")
    if app.bot.id not in place.members and "chat:write.public" not in app.scopes:
        raise ApiError("not_in_channel")
    if call.flag("as_user"):
        raise ApiError("as_user_not_supported")
    in_thread = bool(call.maybe("thread_ts"))
    if place.posting == "read_only" or place.posting == ("non_threadable" if in_thread else "thread_only"):
        raise ApiError(f"restricted_action_{place.posting}_channel")


def content(call: Call, *, longest: int | None = None) -> tuple[str, list[Json] | None]:
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
    return text or markdown, checked_blocks(call, given)


def checked_blocks(call: Call, given: object) -> list[Json] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        raise ApiError("invalid_blocks_format")
    problems = check_message(given, without=call.team.weather.without)
    if problems:
        texts = [str(problem) for problem in problems]
        told = {"messages": [f"[ERROR] {text}" for text in texts]}
        raise ApiError("invalid_blocks", errors=texts, response_metadata=told)
    return settle(call.team, given)


def metadata(call: Call) -> Json | None:
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


def thread(call: Call, place: Channel) -> str | None:
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


def sender(call: Call) -> Json:
    given = {key: call.maybe(key) for key in ("username", "icon_emoji", "icon_url") if call.maybe(key)}
    if given:
        call.needs("chat:write.customize")
    return {"username": given["username"]} if "username" in given else {}
