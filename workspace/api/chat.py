"""Posting, changing and deleting messages."""

from __future__ import annotations

from workspace import messages, objects
from workspace.api.calls import Call, method
from workspace.api.content import content, destination, may_post, metadata, sender, thread
from workspace.refusals import ApiError
from workspace.state import Json

LONGEST_POST = 40_000
LONGEST_UPDATE = 4_000


@method("chat.postMessage", "chat:write", tier=0)
def post_message(call: Call) -> Json:
    place = destination(call)
    may_post(call, place)
    text, blocks = content(call)
    message = messages.post(
        call.team,
        place,
        author=call.team.app.bot,
        text=text[:LONGEST_POST],
        blocks=blocks,
        thread_ts=thread(call, place),
        metadata=metadata(call),
        sender=sender(call),
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
    if place.archived:
        raise ApiError("is_inactive")
    text, blocks = content(call, longest=LONGEST_UPDATE)
    said = text if call.args.get("text") is not None or call.args.get("markdown_text") else None
    messages.change(
        call.team, message, text=said, blocks=blocks, metadata=metadata(call), by=call.team.app.bot
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
    place = destination(call)
    person = call.person("user", "user_not_in_channel")
    may_post(call, place)
    if person.id not in place.members:
        raise ApiError("user_not_in_channel")
    text, blocks = content(call)
    thread_ts = thread(call, place)
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
