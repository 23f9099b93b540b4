"""Who answers, and as what: passing on to a colleague, and 'my role is different'."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import PassingValue, SeatChoice, SeatValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from bot.told import told
from conversation import choosing, correcting, delegation, interview
from conversation.contents import Invite
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(re.compile(f"^{re.escape(actions.CHOOSE_ROLE)}"))(on_role_chosen)
    app.action(actions.ROLE_FORM)(on_role_form)
    app.view(actions.PASS_MODAL)(on_passed)
    app.view(actions.MY_ROLE_MODAL)(on_role_given)


async def on_role_chosen(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """The message that asked for it says from now on what follows from it."""
    picked = SeatChoice.of(action)
    spoken = await act(choosing.choose, desk, user_id, seat=picked.s, role=picked.m)
    log.info("role_chosen", seat=picked.s)
    await ack()
    invited = Invite(spoken.sitting, spoken.sitting.scope, left=False)
    draw.replace(Place.of(body), views.message(told(invited)))
    draw.spoken(spoken)


async def on_role_form(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    await open_my_role(ack, body, SeatValue.of(action).s, user_id, desk, act, draw)


async def open_passing(
    ack: AsyncAck,
    body: Json,
    seat: str,
    question: str | None,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
) -> None:
    passing = await act(delegation.consider, desk, user_id, seat=seat, question=question)
    await ack()
    draw.open_view(body["trigger_id"], views.pass_modal(passing))


async def open_my_role(
    ack: AsyncAck, body: Json, seat: str, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    sitting = await act(interview.look, desk, user_id, seat=seat)
    await ack()
    draw.open_view(body["trigger_id"], views.my_role_modal(sitting))


async def on_passed(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    about, (to, note) = PassingValue.read(view["private_metadata"]), views.read_passing(view)
    colleague = await profiles.person(to)
    spoken = await act(
        delegation.pass_on,
        desk,
        user_id,
        seat=about.s,
        question=about.q,
        to=colleague,
        note=note,
        key=view["id"],
    )
    log.info("passed_on", seat=about.s, question=about.q)
    await ack()
    draw.spoken(spoken)


async def on_role_given(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    seat, roles = SeatValue.read(view["private_metadata"]).s, views.read_my_role(view)
    spoken = await act(correcting.correct, desk, user_id, seat=seat, roles=roles, key=view["id"])
    log.info("role_corrected", seat=seat)
    await ack()
    draw.spoken(spoken)
