"""What no listener knows: buttons and forms of an older version. It is registered last, so that nothing that
Slack sends us stays without an answer."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.drawing import Drawing
from bot.gate import Gate
from bot.routes import Routes
from conversation import bearings
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]

ANYTHING = re.compile("")


def register(app: Routes) -> None:
    app.action(ANYTHING)(on_action)
    app.options(ANYTHING)(on_options)
    app.view(ANYTHING)(on_form)
    app.view_closed(ANYTHING)(on_anything)
    app.shortcut(ANYTHING)(on_shortcut)
    app.command(ANYTHING)(on_command)
    app.event(ANYTHING)(on_anything)


async def on_action(ack: AsyncAck, action: Json) -> None:
    """A button that opens a page is told of too, and does what it does by itself."""
    if action.get("url"):
        await ack()
        return
    log.info("button_unknown", action=str(action.get("action_id"))[:100])
    raise actions.OldButton()


async def on_form(ack: AsyncAck, view: Json) -> None:
    log.info("form_unknown", form=str(view.get("callback_id"))[:100])
    await ack(response_action="update", view=views.old_form())


async def on_shortcut(ack: AsyncAck, body: Json, draw: Drawing) -> None:
    await ack()
    draw.open_view(body["trigger_id"], views.help_modal())


async def on_command(ack: AsyncAck, command: Json, user_id: str, desk: Desk, act: Gate) -> None:
    """Another name for ours, perhaps of an older manifest."""
    found = await act(bearings.bearings, desk, user_id)
    message = views.help_message(found, unknown=command.get("command"))
    await ack(text=message.text, blocks=message.blocks)


async def on_options(ack: AsyncAck) -> None:
    await ack(options=[])


async def on_anything(ack: AsyncAck) -> None:
    await ack()
