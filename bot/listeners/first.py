"""The first minute: the self-check, and what anybody can find out about us."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import SeatValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.listeners.latecomers import offer
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from conversation import channels, first, ledger, self_check
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.SELF_CHECK)(on_self_check)
    app.action(actions.SELF_CHECK_AGAIN)(on_again)
    app.action(actions.SELF_CHECK_DELETE)(on_delete)
    app.action(actions.ABOUT)(on_about)
    app.event("member_joined_channel")(on_joined)


async def welcome(user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles) -> None:
    """If this is who installed the app. Slack is asked only as long as nobody was welcomed."""
    if not await act(first.waits_for_installer, desk):
        return
    owed = await act(first.welcome, desk, await profiles.person(user_id))
    if owed:
        log.info("welcomed", user=user_id)
        draw.posts((owed,))


async def on_self_check(ack: AsyncAck, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    spoken = await act(self_check.take, desk, user_id)
    log.info("self_check_taken", seat=spoken.sitting.seat.id)
    await ack()
    draw.spoken(spoken)


async def on_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    begun = await act(self_check.again, desk, user_id, seat=SeatValue.of(action).s)
    log.info("self_check_begun_again")
    await ack()
    place = Place.of(body)
    draw.replace(place, views.self_check_again())
    draw.take_back(begun.posted, besides=place)
    if begun.spoken:
        draw.spoken(begun.spoken)


async def on_delete(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    deleted = await act(self_check.delete, desk, user_id, seat=SeatValue.of(action).s)
    log.info("self_check_deleted")
    await ack()
    place = Place.of(body)
    draw.replace(place, views.self_check_deleted())
    draw.take_back(deleted.posted, besides=place)


async def on_about(ack: AsyncAck, body: Json, draw: Drawing) -> None:
    await ack()
    draw.open_view(body["trigger_id"], views.about_modal())


async def on_joined(
    ack: AsyncAck, event: Json, context: Json, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    """We were added to a channel: nothing is posted there; who added us is told so, and nobody else. If posts
    wait for that, their facilitator is asked whether to go on. Anybody else who joins one from which people
    were taken is offered to the facilitator."""
    inviter, channel = event.get("inviter"), event["channel"]
    if event["user"] != context.get("bot_user_id"):
        await offer(channel, [event["user"]], desk, act, draw, profiles)
        await ack()
        return
    asked = await act(channels.back, desk, channel=channel)
    draw.posts(asked)
    if not inviter:
        await ack()
        return
    subjects = await act(first.posts_to, desk, channel)
    new = await act(ledger.whispered, desk, inviter, channel=channel, about=event["event_ts"])
    await ack()
    if new:
        draw.whisper_in(channel, inviter, views.joined(subjects))
