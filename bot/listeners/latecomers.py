"""Who joins a group or a channel from which people were taken."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import LateValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from bot.told import told
from conversation import latecomers
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.event("subteam_members_changed")(on_group_changed)
    app.action(actions.OFFER_INVITE)(on_invite)
    app.action(actions.OFFER_DECLINE)(on_leave_out)
    app.view(actions.LATE_MODAL)(on_role_given)


async def on_group_changed(
    ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    await offer(event["subteam_id"], event.get("added_users") or [], desk, act, draw, profiles)
    await ack()


async def offer(
    source: str, users: list[str], desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    if not users or not await act(latecomers.concerns, desk, source):
        return
    owed = await act(latecomers.joined, desk, source=source, people=await profiles.of(users))
    log.info("latecomers_offered", offered=len(owed))
    draw.posts(owed)


async def on_invite(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    late = LateValue.of(action)
    done = await act(latecomers.invite, desk, user_id, assessment=late.a, person=late.u)
    await ack()
    if done.invited:
        log.info("invited_late", assessment=late.a)
        draw.replace(Place.of(body), views.invited_late(told(done)))
    else:
        draw.open_view(body["trigger_id"], views.late_modal(told(done)))


async def on_leave_out(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    late = LateValue.of(action)
    done = await act(latecomers.left_out, desk, user_id, assessment=late.a, person=late.u)
    await ack()
    draw.replace(Place.of(body), views.not_invited(done))


async def on_role_given(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    late = LateValue.read(view["private_metadata"])
    roles = views.read_late(view)
    await act(latecomers.invite, desk, user_id, assessment=late.a, person=late.u, roles=roles)
    log.info("invited_late", assessment=late.a)
    await ack()
