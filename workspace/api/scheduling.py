"""Messages for later, and second thoughts about them."""

from __future__ import annotations

from workspace import later
from workspace.api.calls import Call, method, page
from workspace.api.content import LONGEST_TEXT, content, destination, may_post, metadata, sender, thread
from workspace.refusals import ApiError
from workspace.state import Json, Scheduled


@method("chat.scheduleMessage", "chat:write", tier=3)
def schedule_message(call: Call) -> Json:
    place = destination(call)
    may_post(call, place)
    post_at = _moment(call)
    now = call.team.clock.now()
    if post_at <= now:
        raise ApiError("time_in_past")
    if post_at > now + later.FARTHEST:
        raise ApiError("time_too_far")
    text, blocks = content(call, longest=LONGEST_TEXT)
    if later.crowded(call.team, place, post_at):
        raise ApiError("restricted_too_many")
    under = thread(call, place)
    planned = later.schedule(
        call.team,
        Scheduled(
            id=call.team.new_id("Q"),
            channel=place.id,
            author=call.me.id,
            post_at=post_at,
            created=int(now),
            text=text,
            blocks=blocks or [],
            thread_ts=under.ts,
            broadcast=under.broadcast,
            sender=sender(call),
            lost=bool(metadata(call)),
        ),
    )
    shown = {
        "type": "delayed_message",
        "subtype": "bot_message",
        "text": text,
        "username": call.me.real_name,
        "bot_id": call.team.app.bot_id,
        **({"blocks": blocks} if blocks else {}),
    }
    about = {"scheduled_message_id": planned.id, "channel": place.id, "post_at": post_at}
    return {"ok": True, **about, "message": shown}


@method("chat.scheduledMessages.list", tier=3)
def scheduled_messages_list(call: Call) -> Json:
    place = call.maybe("channel")
    if place and place not in call.team.channels:
        raise ApiError("invalid_channel")
    found = [
        planned
        for planned in _mine(call)
        if place in ("", planned.channel)
        and call.number("oldest", 0) <= planned.post_at <= call.number("latest", 10**11)
    ]
    some, following = page(call, sorted(found, key=lambda planned: (planned.post_at, planned.id)))
    shown = [_shown(planned) for planned in some]
    return {"ok": True, "scheduled_messages": shown, "response_metadata": following}


@method("chat.deleteScheduledMessage", "chat:write", tier=3)
def delete_scheduled_message(call: Call) -> Json:
    place, wanted = call.channel(), call.text("scheduled_message_id")
    for planned in _mine(call):
        soon = planned.post_at - call.team.clock.now() < later.TOO_LATE_TO_DELETE
        if planned.id == wanted and planned.channel == place.id and not soon:
            del call.team.scheduled[planned.id]
            return {"ok": True}
    raise ApiError("invalid_scheduled_message_id")


def _mine(call: Call) -> list[Scheduled]:
    return [planned for planned in call.team.scheduled.values() if planned.author == call.me.id]


def _moment(call: Call) -> int:
    given = call.text("post_at")
    if not given.isdigit():
        raise ApiError("invalid_time")
    return int(given)


def _shown(planned: Scheduled) -> Json:
    return {
        "id": planned.id,
        "channel_id": planned.channel,
        "post_at": planned.post_at,
        "date_created": planned.created,
        "text": planned.text,
    }
