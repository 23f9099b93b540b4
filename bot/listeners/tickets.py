"""The issue of an action in GitHub or Jira."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import ActionValue, TicketValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from bot.views.tickets import NO_TICKET
from conversation import ticketing
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.TICKET)(on_ticket)
    app.view(actions.TICKET_MODAL)(on_ticket_chosen)
    app.action(actions.TICKET_AGAIN)(on_again)


async def on_ticket(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(ticketing.look, desk, user_id, action=ActionValue.of(action).i)
    await ack()
    draw.open_view(body["trigger_id"], views.ticket_modal(found))


async def on_ticket_chosen(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """A link that was pasted goes before what is chosen above it."""
    meant, form = TicketValue.read(view["private_metadata"]), views.read_ticket(view)
    wanted = {"action": meant.i, "seen": meant.w}
    if form.link:
        found = await act(ticketing.link, desk, user_id, url=form.link, **wanted)
    elif form.tracker:
        found = await act(ticketing.create, desk, user_id, tracker=form.tracker, **wanted)
    elif form.choice == NO_TICKET:
        found = await act(ticketing.unlink, desk, user_id, **wanted)
    else:
        found = await act(ticketing.look, desk, user_id, action=meant.i)
    log.info("ticket_chosen", action=meant.i, choice="link" if form.link else form.choice)
    await ack(response_action="update", view=views.ticket_saved(found))
    draw.homes(tuple(filter(None, [found.action.owner])))


async def on_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(ticketing.again, desk, user_id, action=ActionValue.of(action).i)
    await ack()
    draw.replace(Place.of(body), views.ticket_again(found))
