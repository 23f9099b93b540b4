"""Reminders of actions: put off by their owner, asked for once more by a facilitator."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import actions, views
from bot.actions import ActionValue, PutOffValue
from bot.drawing import Drawing, Place
from bot.gate import Gate
from conversation import followups
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.action(actions.PUT_OFF)(on_put_off)
    app.action(actions.ASK_AGAIN)(on_ask_again)


async def on_put_off(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    picked = PutOffValue.of(action)
    done = await act(followups.put_off, desk, user_id, action=picked.i, until=picked.w)
    log.info("put_off", action=picked.i, until=str(done.day))
    await ack()
    draw.show(Place.of(body), user_id, views.put_off(done))


async def on_ask_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    done = await act(followups.ask_again, desk, user_id, action=ActionValue.of(action).i)
    log.info("asked_again", action=done.action.id, day=str(done.day))
    await ack()
    draw.show(Place.of(body), user_id, views.asked_again(done))
