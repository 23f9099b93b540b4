"""What changes in Slack: somebody's account is switched off, a channel is archived, a file is deleted, or we
are removed from the workspace."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot.drawing import Drawing
from bot.gate import Gate
from bot.profiles import Profiles, profile
from bot.routes import Routes
from bot.sources import Sources
from conversation import channels, evidence, facilitating, installation, leavers
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]

#: For so many seconds it is looked for somebody before the ack.
PATIENCE = 1.5
#: What happens to a channel that we can post in no longer, or not without asking.
_PAUSING = {
    "channel_archive": channels.ARCHIVED,
    "group_archive": channels.ARCHIVED,
    "channel_deleted": channels.DELETED,
    "group_deleted": channels.DELETED,
    "channel_left": channels.LEFT,
    "group_left": channels.LEFT,
    "channel_shared": channels.SHARED,
}
_BACK = ("channel_unarchive", "group_unarchive")


def register(app: Routes) -> None:
    app.event("user_change")(on_user_change)
    for name in _PAUSING:
        app.event(name)(on_channel_lost)
    for name in _BACK:
        app.event(name)(on_channel_back)
    app.event("channel_id_changed")(on_channel_id_changed)
    app.event("file_deleted")(on_file_deleted)
    app.event("app_uninstalled")(on_uninstalled)
    app.event("tokens_revoked")(on_tokens_revoked)


async def on_user_change(
    ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    """An administrator is asked about what nobody facilitates any more. Among many people it takes longer to
    find one than Slack waits."""
    profiles.forget(event["user"]["id"])
    person = await profiles.as_now(profile(event["user"]))
    found = await act(leavers.changed, desk, person)
    log.info("person_changed", person=person.user_id, gone=person.gone, orphans=len(found.orphans))
    if found.orphans:
        asking = asyncio.create_task(_ask_admin(person.user_id, desk, act, draw, profiles))
        await asyncio.wait({asking}, timeout=PATIENCE)
        if asking.done():
            asking.result()  # or Slack tells us again
        else:
            draw.later(_done(asking))
    await ack()
    draw.posts(found.owed)


async def _ask_admin(owner: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles) -> None:
    if admin := await profiles.an_admin():
        draw.posts(await act(facilitating.ask_admin, desk, admin, owner=owner))


async def _done(work: asyncio.Task[None]) -> None:
    await work


async def on_channel_lost(
    ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing, sources: Sources
) -> None:
    """One that another workspace of the same organisation has too is no less ours."""
    channel, why = _channel(event), _PAUSING[event["type"]]
    if why == channels.SHARED and await sources.are_ours(event.get("connected_team_id") or ""):
        await ack()
        return
    owed = await act(channels.pause, desk, channel=channel, why=why)
    log.info("channel_paused", channel=channel, why=why)
    await ack()
    draw.posts(owed)


async def on_channel_back(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    owed = await act(channels.back, desk, channel=_channel(event))
    await ack()
    draw.posts(owed)


async def on_channel_id_changed(ack: AsyncAck, event: Json, desk: Desk, act: Gate) -> None:
    await act(channels.renumber, desk, was=event["old_channel_id"], now=event["new_channel_id"])
    log.info("channel_renumbered", channel=event["new_channel_id"])
    await ack()


async def on_file_deleted(ack: AsyncAck, event: Json, desk: Desk, act: Gate) -> None:
    lost = await act(evidence.file_deleted, desk, file=event["file_id"])
    if lost:
        log.info("evidence_file_deleted", number=lost)
    await ack()


async def on_uninstalled(ack: AsyncAck, event: Json, body: Json, desk: Desk, act: Gate) -> None:
    await _lost(event, body, desk, act)
    await ack()


async def on_tokens_revoked(ack: AsyncAck, event: Json, body: Json, desk: Desk, act: Gate) -> None:
    """Our own token, and not that of a person who let us act for them."""
    if (event.get("tokens") or {}).get("bot"):
        await _lost(event, body, desk, act)
    await ack()


async def _lost(event: Json, body: Json, desk: Desk, act: Gate) -> None:
    said_at = datetime.fromtimestamp(body["event_time"], UTC) if body.get("event_time") else None
    lost = await act(installation.lost, desk, why=event["type"], at=said_at)
    log.warning(event["type"], late=not lost)


def _channel(event: Json) -> str:
    """Its id, however this event says it."""
    channel = event["channel"]
    return str(channel["id"] if isinstance(channel, dict) else channel)
