"""Answers after closing: asked for by their author, decided by the facilitator."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import SeatValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import late
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.ASK_LATE)(on_ask)
    app.action(actions.DROP_LATE)(on_drop)
    app.action(actions.ADD_LATE)(on_add)
    app.action(actions.REFUSE_LATE)(on_refuse)


async def on_ask(ack: AsyncAck, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    spoken = await act(late.ask, desk, user_id, seat=SeatValue.of(action).s)
    log.info("late_asked", seat=spoken.sitting.seat.id)
    await ack()
    draw.spoken(spoken)


async def on_drop(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    sitting = await act(late.drop, desk, user_id, seat=SeatValue.of(action).s)
    await ack()
    draw.replace(Place.of(body), views.dropped(sitting))


async def on_add(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    spoken = await act(late.accept, desk, user_id, seat=SeatValue.of(action).s)
    log.info("late_added", seat=spoken.sitting.seat.id)
    await ack()
    draw.replace(Place.of(body), views.added(spoken.sitting))
    draw.spoken(spoken)


async def on_refuse(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    spoken = await act(late.refuse, desk, user_id, seat=SeatValue.of(action).s)
    log.info("late_refused", seat=spoken.sitting.seat.id)
    await ack()
    draw.replace(Place.of(body), views.not_added(spoken.sitting))
    draw.spoken(spoken)
