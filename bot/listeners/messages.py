"""What people write to us: in the direct message, or by naming us in a channel."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import views
from bot.drawing import Drawing
from bot.gate import Gate
from conversation import ledger, mydata, typed, writing
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.event("app_mention")(on_mention)
    app.event("message")(on_message)


async def on_message(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    """Edits, deletions and what other apps post are acked and left alone."""
    if event.get("channel_type") != "im" or event.get("subtype") not in {None, "file_share"}:
        await ack()
        return
    if typed.meaning(event.get("text") or "", None) == typed.Command("my data"):
        owed = await act(mydata.ask, desk, event["user"], key=f"{event['channel']}/{event['ts']}")
        await ack()
        draw.posts(owed)
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


async def on_mention(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    channel, user = event["channel"], event["user"]
    new = await act(ledger.whispered, desk, user, channel=channel, about=event["ts"])
    await ack()
    if new:
        draw.whisper_in(channel, user, views.mentioned())
