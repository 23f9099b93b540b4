"""The Home tab: where one stands, for anybody."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import actions, views
from bot.drawing import Drawing, Place
from bot.gate import Gate
from conversation import home
from conversation.desk import Desk

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.event("app_home_opened")(on_home_opened)
    app.action(actions.HELP)(on_help)


async def on_home_opened(ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing) -> None:
    if event.get("tab") != "home":
        await ack()
        return
    found = await act(home.home, desk, event["user"])
    await ack()
    draw.publish(event["user"], views.home(found))


async def on_help(ack: AsyncAck, body: Json, user_id: str, draw: Drawing) -> None:
    await ack()
    draw.show(Place.of(body), user_id, views.help_message())
