"""A facilitator has the owner of an action reminded of it once more."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import ActionValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import followups
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.ASK_AGAIN)(on_ask_again)


async def on_ask_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    done = await act(followups.ask_again, desk, user_id, action=ActionValue.of(action).i)
    log.info("asked_again", action=done.action.id, day=str(done.day))
    await ack()
    draw.show(Place.of(body), user_id, views.asked_again(done))
