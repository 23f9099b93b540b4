"""The Home tab: where one stands, for anybody. Whoever opens us first is welcomed."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.drawing import Drawing
from bot.gate import Gate
from bot.listeners.first import welcome
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from conversation import bearings
from conversation.desk import Desk

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.event("app_home_opened")(on_home_opened)
    app.action(actions.HELP)(on_help)
    app.action(actions.HELP_ALL)(on_every_command)


async def on_home_opened(
    ack: AsyncAck, event: Json, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    """Also when the direct message is opened, which has no Home to draw."""
    await ack()
    if event.get("tab") == "home":
        draw.home(event["user"])
    draw.later(welcome(event["user"], desk, act, draw, profiles))


async def on_help(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    found = await act(bearings.bearings, desk, user_id)
    await ack()
    draw.show(Place.of(body), user_id, views.help_message(found))


async def on_every_command(ack: AsyncAck, body: Json, user_id: str, draw: Drawing) -> None:
    await ack()
    draw.show(Place.of(body), user_id, views.every_command())
