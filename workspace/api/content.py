"""What is to be posted and where: arguments that several methods share, checked as Slack checks them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from workspace import files
from workspace.api.calls import Call
from workspace.blocks import check_message
from workspace.kit.shapes import Problem
from workspace.preferences import IMAGES
from workspace.refusals import ApiError
from workspace.settling import settle
from workspace.state import Channel, Json, Kind, Message, Person

LONGEST_TEXT = 40_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
BIGGEST_METADATA = 16 * 1024


def destination(call: Call) -> Channel:
    """A conversation by id, a channel by name, or a person, whose direct message it then is."""
    wanted = call.text("channel")
    person = call.team.people.get(wanted)
    if person:
        return _direct(call, person)
    for place in call.team.channels.values():
        if place.kind is Kind.CHANNEL and wanted == f"#{place.name}":
            return place
    return call.channel()


def _direct(call: Call, person: Person) -> Channel:
    """Somebody who is deactivated can be written to where they once were."""
    if person.is_bot and call.me.is_bot:
        raise ApiError("cannot_dm_bot")
    known = set(call.team.channels)
    place = call.team.conversation([person.id, call.me.id])
    if person.deleted and place.id not in known:
        del call.team.channels[place.id]
        raise ApiError("channel_not_found")
    return place


def may_post(call: Call, place: Channel) -> None:
    app = call.team.app
    if place.archived:
        raise ApiError("is_archived")
    if place.kind is Kind.IM and app.bot.id in place.members and not app.messages_tab:
        raise ApiError("messages_tab_disabled")
    if not call.is_in(place) and "chat:write.public" not in call.token.scopes:
        raise ApiError("not_in_channel")
    if call.flag("as_user"):
        raise ApiError("as_user_not_supported")
    if place.posting and not call.me.is_admin:
        _suits_the_channel(place.posting, in_thread=bool(call.maybe("thread_ts")))


def _suits_the_channel(posting: str, *, in_thread: bool) -> None:
    """What its admins allow there."""
    if posting == "admins":
        raise ApiError("restricted_action")
    if posting == "read_only" or posting == ("non_threadable" if in_thread else "thread_only"):
        raise ApiError(f"restricted_action_{posting}_channel")


def content(call: Call, *, longest: int | None = None) -> tuple[str, list[Json] | None]:
    """Text and blocks, one of which must be there. Blocks that are not given are None, not empty."""
    text, markdown = call.maybe("text"), call.maybe("markdown_text")
    given = call.structure("blocks", "invalid_blocks_format")
    if markdown and (text or given):
        raise ApiError("markdown_text_conflict")
    attachments = _attachments(call)
    if not (text or markdown or given or attachments):
        raise ApiError("no_text")
    if (longest and len(text) > longest) or len(markdown) > LONGEST_MARKDOWN:
        raise ApiError("msg_too_long")
    return text or markdown, checked_blocks(call, given)


def _attachments(call: Call) -> list[Json]:
    attachments = call.structure("attachments", "invalid_attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise ApiError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    for number, each in enumerate(attachments):
        problems = check_message(each.get("blocks", []), f"/attachments/{number}/blocks")
        if problems:
            raise _refused("invalid_attachments", [str(problem) for problem in problems])
    return attachments


def checked_blocks(call: Call, given: object) -> list[Json] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        raise ApiError("invalid_blocks_format")
    problems = check_message(given, without=call.team.weather.without)
    problems = problems or [*_unknown_pictures(call, given)]
    if problems:
        raise _refused("invalid_blocks", [str(problem) for problem in problems])
    return settle(call.team, given)


def _unknown_pictures(call: Call, given: list[Json]) -> Iterator[Problem]:
    """An image block can show a picture that was uploaded, if who posts it can see that."""
    for index, block in enumerate(given):
        named = (block.get("slack_file") or {}).get("id")
        file = call.team.files.get(named) if named else None
        shown = file and file.complete and not file.deleted and file.name.rpartition(".")[2].lower() in IMAGES
        if named and not (file and shown and files.visible_to(call.team, file, call.me)):
            yield Problem("invalid slack file", f"/blocks/{index}/slack_file")


def _refused(error: str, texts: list[str]) -> ApiError:
    return ApiError(
        error, errors=texts, response_metadata={"messages": [f"[ERROR] {text}" for text in texts]}
    )


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


@dataclass(frozen=True)
class Thread:
    """Where a message answers: a thread by its first message, and whether its channel shows it too."""

    ts: str | None = None
    broadcast: bool = False


def thread(call: Call, place: Channel) -> Thread:
    """The thread of whichever of its messages was named. What answers a message that is not there any more
    stands in the conversation itself."""
    named = place.messages.get(call.maybe("thread_ts"))
    if named is None:
        return Thread()
    if named.only_for:
        raise ApiError("cannot_reply_to_message")
    if is_locked(place, named):
        raise ApiError("restricted_action_thread_locked")
    return Thread(named.thread_ts or named.ts, call.flag("reply_broadcast"))


def is_locked(place: Channel, message: Message) -> bool:
    root = place.messages.get(message.thread_ts or message.ts)
    return bool(root and root.locked)


def sender(call: Call) -> Json:
    given = {key: call.maybe(key) for key in ("username", "icon_emoji", "icon_url") if call.maybe(key)}
    if given:
        call.needs("chat:write.customize")
    return {"username": given["username"]} if "username" in given else {}
