"""The questionnaire in one form: opened, changed, submitted page by page, closed."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import FormValue, SeatValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.routes import Routes
from conversation import form
from conversation.desk import Desk
from conversation.form import Filled

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.FORM)(on_form)
    app.action(actions.FORM_ANSWER)(on_changed)
    app.action(actions.FORM_COMMENT)(on_changed)
    app.action(actions.FORM_PAGE)(on_page)
    app.view(actions.FORM_MODAL)(on_filled)
    app.view(actions.FORM_END_MODAL)(on_sent)
    app.view_closed(actions.FORM_MODAL)(on_closed)
    app.view_closed(actions.FORM_END_MODAL)(on_closed)


async def on_form(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    await open_form(ack, body, SeatValue.of(action).s, user_id, desk, act, draw)


async def open_form(
    ack: AsyncAck, body: Json, seat: str, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    sitting = await act(form.look, desk, user_id, seat=seat)
    log.info("form_opened", seat=seat)
    await ack()
    draw.open_view(body["trigger_id"], views.form_modal(Filled(sitting)))


async def on_changed(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Kept at once; the form stays as it is."""
    view = body["view"]
    entered, about = views.read_changed(action), FormValue.read(view["private_metadata"])
    key = f"{entered.question}/{action['action_ts']}"
    async with act.turn(user_id):
        spoken = await act(
            form.change, desk, user_id, seat=about.s, entered=entered, view=view["id"], key=key
        )
    log.info("form_changed", seat=about.s, question=entered.question)
    await ack()
    draw.spoken(spoken)


async def on_page(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """What stands on the page that is left is kept."""
    wanted, view = FormValue.of(action), body["view"]
    filled = await _fill(view, wanted.s, user_id, desk, act)
    await ack()
    draw.update_view(view["id"], views.form_modal(filled, wanted.p))


async def on_filled(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    about = FormValue.read(view["private_metadata"])
    filled = await _fill(view, about.s, user_id, desk, act)
    log.info("form_filled", seat=about.s, page=about.p, overruled=len(filled.overruled))
    last = about.p >= len(form.pages(filled.sitting.interview.items)) - 1
    following = views.form_end_modal(filled) if last else views.form_modal(filled, about.p + 1)
    await ack(response_action="update", view=following)


async def on_sent(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    spoken = await act(form.send, desk, user_id, seat=FormValue.read(view["private_metadata"]).s)
    log.info("sent", seat=spoken.sitting.seat.id)
    await ack()
    draw.spoken(spoken)


async def on_closed(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    """What stands in the form is kept, and the conversation goes on from where the form left off."""
    seat = FormValue.read(view["private_metadata"]).s
    await _fill(view, seat, user_id, desk, act)
    owed = await act(form.leave, desk, user_id, seat=seat)
    await ack()
    draw.posts(owed)


async def _fill(view: Json, seat: str, user_id: str, desk: Desk, act: Gate) -> Filled:
    entered, key = views.read_form(view), views.read_state(view)
    async with act.turn(user_id):
        return await act(form.fill, desk, user_id, seat=seat, entered=entered, view=view["id"], key=key)
