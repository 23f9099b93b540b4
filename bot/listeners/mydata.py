"""What people can do about what is kept of them: look at it, take it along, have it erased."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, takeaway, views
from bot.actions import SeatValue
from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import mydata, withdrawal
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.EXPORT_MINE)(on_export)
    app.action(actions.DELETE_MINE)(on_delete)
    app.action(actions.FORGET_ME)(on_forget)


async def on_export(ack: AsyncAck, user_id: str, desk: Desk, act: Gate, draw: Drawing, files: Files) -> None:
    export = await act(mydata.export, desk, user_id)
    log.info("exported")
    await ack()
    draw.bring(user_id, files.hand_over(user_id, takeaway.as_json(export), takeaway.as_csv(export)))


async def on_delete(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    done = await act(withdrawal.withdraw, desk, user_id, seat=SeatValue.of(action).s)
    log.info("withdrawn", assessment=done.assessment.id, outcome=str(done.outcome))
    await ack()
    draw.replace(Place.of(body), views.answers_deleted(done))
    draw.posts(done.owed)


async def on_forget(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    done = await act(withdrawal.forget, desk, user_id)
    log.info("forgotten", assessments=len(done))
    await ack()
    draw.replace(Place.of(body), views.everything_deleted(done))
    draw.posts(tuple(posting for each in done for posting in each.owed))
