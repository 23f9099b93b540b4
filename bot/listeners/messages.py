"""What people write to us: in the direct message, or by naming us in a channel."""

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import views
from bot.drawing import Drawing
from bot.gate import Gate
from bot.language import language_of, spoken
from bot.listeners import importing, setting_up
from bot.listeners.asked import Asking
from bot.readers import Readers
from bot.routes import Routes
from bot.views.written import Changed
from conversation import (
    away,
    awaywords,
    bearings,
    first,
    hearing,
    ledger,
    mydata,
    rewording,
    snoozewords,
    snoozing,
    speech,
    typed,
    writing,
)
from conversation.desk import Desk
from conversation.errors import Refused
from conversation.sitting import Spoken
from conversation.typed import Speak

log = structlog.get_logger()

Json = dict[str, Any]

#: Seconds until an edit is looked at again whose line was not heard yet, and once more.
_LOOKS = (1, 4)
#: What is asked for by words that mean the same to whatever they are written.
ANYWHERE = {typed.Command("my data"): mydata.ask, typed.Command("help all"): first.every_command}


def register(app: Routes) -> None:
    app.event("app_mention")(on_mention)
    app.event("message")(on_message)


async def on_message(
    ack: AsyncAck,
    body: Json,
    event: Json,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    readers: Readers,
    asking: Asking,
) -> None:
    """What other apps post, and what Slack adds to a message, is acked and left alone."""
    if event.get("channel_type") == "im" and event.get("subtype") in {"message_changed", "message_deleted"}:
        await _on_changed(ack, event, desk, act, draw)
        return
    ours = event.get("channel_type") == "im" and event.get("subtype") in {None, "file_share"}
    if not ours or not event.get("user"):
        await ack()
        return
    line = views.line(event)
    if wanted := typed.language_in(line.text):
        await _speak(wanted, ack, event, desk, act, draw, readers)
        return
    asked = asking(event["user"], event["channel"], line.text, body, ack)
    meant, key = typed.meaning(line.text, None, language_of(spoken())), f"{event['channel']}/{event['ts']}"
    if meant in ANYWHERE:
        owed = await act(ANYWHERE[meant], desk, event["user"], key=key)
        await ack()
        draw.posts(owed)
        return
    if await _about_reminders(event, ack, desk, act, draw):
        return
    if await importing.heard(asked, event):
        return
    async with act.turn(event["user"]):
        if await setting_up.heard(asked, event) or await _snoozes(event, ack, desk, act, draw):
            return
        if await _about_actions(event, line.text, ack, desk, act, draw):
            return
        said = await act(
            writing.write,
            desk,
            event["user"],
            text=line.text,
            channel=event["channel"],
            ts=event["ts"],
            thread=event.get("thread_ts"),
            files=views.slack_files(event.get("files") or ()),
            clip=line.clip,
            language=language_of(spoken()),
        )
    log.info("line_understood", seat=said.sitting.seat.id, owed=[each.kind for each in said.owed])
    await ack()
    draw.spoken(said)


async def _speak(
    wanted: Speak, ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing, readers: Readers
) -> None:
    key = f"{event['channel']}/{event['ts']}"
    owed = await act(speech.speak, desk, event["user"], wanted=wanted, key=key)
    log.info("language_chosen", language=wanted.language, unknown=wanted.unknown)
    await ack()
    await readers.anew(desk, event["user"])
    draw.posts(owed)


async def _about_reminders(event: Json, ack: AsyncAck, desk: Desk, act: Gate, draw: Drawing) -> bool:
    """Whether the line was about when somebody wants to hear from us."""
    wish = awaywords.wish(event.get("text") or "")
    if wish is None:
        return False
    owed = await act(away.heard, desk, event["user"], wish, channel=event["channel"], ts=event["ts"])
    if owed is None:
        return False
    log.info("wish_understood", wish=type(wish).__name__)
    await ack()
    draw.posts(owed)
    return True


async def _about_actions(event: Json, text: str, ack: AsyncAck, desk: Desk, act: Gate, draw: Drawing) -> bool:
    """Whether the line said how an action goes."""
    said = await act(
        hearing.heard,
        desk,
        event["user"],
        text=text,
        channel=event["channel"],
        ts=event["ts"],
        thread=event.get("thread_ts"),
        files=views.slack_files(event.get("files") or ()),
        language=language_of(spoken()),
    )
    if said is None:
        return False
    log.info("action_heard", owed=[each.kind for each in said.owed])
    await ack()
    draw.posts(said.owed)
    draw.homes(said.concerned)
    return True


async def _snoozes(event: Json, ack: AsyncAck, desk: Desk, act: Gate, draw: Drawing) -> bool:
    """Whether the line answered a reminder with when the next one is wanted."""
    wanted = snoozewords.wish(event.get("text") or "")
    if wanted is None:
        return False
    place = {"channel": event["channel"], "ts": event["ts"], "thread": event.get("thread_ts")}
    owed = await act(snoozing.heard, desk, event["user"], wanted, **place)
    if owed is None:
        return False
    log.info("snoozed_by_word")
    await ack()
    draw.posts(owed)
    return True


async def _on_changed(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    """Somebody edited or deleted what they had typed. Our own messages change too."""
    change = views.changed_message(event)
    if change is None:
        await ack()
        return
    changed = await _changed(change, desk, act)
    log.info("line_changed", deleted=change.text is None, about=changed and changed.sitting.seat.id)
    await ack()
    if changed:
        draw.spoken(changed)
    elif change.crosses:
        draw.later(_once_it_is_heard(change, desk, act, draw))


async def _changed(change: Changed, desk: Desk, act: Gate) -> Spoken | None:
    place = {"channel": change.channel, "ts": change.ts}
    async with act.turn(change.user_id):
        if change.text is None:
            return await act(rewording.take_back, desk, change.user_id, **place)
        return await act(
            rewording.reword,
            desk,
            change.user_id,
            **place,
            text=change.text,
            stamp=change.stamp,
            language=language_of(spoken()),
        )


async def _once_it_is_heard(change: Changed, desk: Desk, act: Gate, draw: Drawing) -> None:
    """The line itself may still be on its way to us, or to another process. If nothing comes of it, nothing
    does of its edit."""
    for seconds in _LOOKS:
        await asyncio.sleep(seconds)
        try:
            changed = await _changed(change, desk, act)
        except Refused:
            return  # as the line itself was, and its author knows
        if changed:
            log.info("line_changed_before_it_was_heard", about=changed.sitting.seat.id)
            draw.spoken(changed)
            return


async def on_mention(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    """To whoever named us alone, in the thread where they did."""
    channel, user = event["channel"], event["user"]
    new = await act(ledger.whispered, desk, user, channel=channel, about=event["ts"])
    await ack()
    if new:
        wants_help = writing.calls_for_help(event.get("text") or "", language_of(spoken()))
        message = views.mentioned()
        if wants_help:
            message = views.help_message(await act(bearings.bearings, desk, user))
        draw.whisper_in(channel, user, message, thread=event.get("thread_ts"))
