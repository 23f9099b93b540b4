"""What people write to us: in the direct message, or by naming us in a channel."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import views
from bot.drawing import Drawing
from bot.gate import Gate
from conversation import ledger, rewording, writing
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.event("app_mention")(on_mention)
    app.event("message")(on_message)


async def on_message(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    """What other apps post, and what Slack adds to a message, is acked and left alone."""
    if event.get("channel_type") == "im" and event.get("subtype") in {"message_changed", "message_deleted"}:
        await _on_changed(ack, event, desk, act, draw)
        return
    if event.get("channel_type") != "im" or event.get("subtype") not in {None, "file_share"}:
        await ack()
        return
    async with act.turn(event["user"]):
        spoken = await act(
            writing.write,
            desk,
            event["user"],
            text=event.get("text") or "",
            channel=event["channel"],
            ts=event["ts"],
            thread=event.get("thread_ts"),
            files=views.slack_files(event.get("files") or ()),
        )
    log.info("line_understood", seat=spoken.sitting.seat.id, owed=[each.kind for each in spoken.owed])
    await ack()
    draw.spoken(spoken)


async def _on_changed(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    """Somebody edited or deleted what they had typed. Our own messages change too."""
    change = views.changed_message(event)
    if change is None:
        await ack()
        return
    async with act.turn(change.user_id):
        if change.text is None:
            place = {"channel": change.channel, "ts": change.ts}
            spoken = await act(rewording.take_back, desk, change.user_id, **place)
        else:
            spoken = await act(
                rewording.reword,
                desk,
                change.user_id,
                channel=change.channel,
                ts=change.ts,
                text=change.text,
                stamp=change.stamp,
            )
    log.info("line_changed", deleted=change.text is None, about=spoken and spoken.sitting.seat.id)
    await ack()
    if spoken:
        draw.spoken(spoken)


async def on_mention(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    channel, user = event["channel"], event["user"]
    new = await act(ledger.whispered, desk, user, channel=channel, about=event["ts"])
    await ack()
    if new:
        draw.whisper_in(channel, user, views.mentioned())
