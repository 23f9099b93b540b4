"""How long an assessment is kept: keep it longer, delete it, take that back."""

from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, KeepValue, MonthsValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from bot.views import forms
from conversation import retention
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.KEEP_LONGER)(on_keep_longer)
    app.action(actions.DELETE_ASSESSMENT)(on_delete)
    app.action(actions.RESTORE)(on_restore)
    app.view(actions.DELETE_MODAL)(on_named)
    app.view(actions.KEEP_MODAL)(on_kept_for)


async def on_keep_longer(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = KeepValue.of(action)
    until = datetime.fromtimestamp(wanted.u, UTC)
    found = await act(retention.keep_longer, desk, user_id, assessment=wanted.a, until=until)
    log.info("kept_longer", assessment=wanted.a)
    await ack()
    draw.replace(Place.of(body), views.kept(found))


async def on_kept_for(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    about, months = MonthsValue.read(view["private_metadata"]), views.read_keeping(view)
    found = await act(retention.keep_for, desk, user_id, assessment=about.a, months=months, was=about.m)
    log.info("kept_for", assessment=about.a, months=months)
    await ack(response_action="update", view=views.kept_for_modal(found, months))


async def on_delete(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(retention.to_delete, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.delete_modal(found))


async def on_named(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    wanted = AssessmentValue.read(view["private_metadata"]).a
    name = str(forms.entered(view, "name", "text").get("value") or "")
    found = await act(retention.delete, desk, user_id, assessment=wanted, name=name)
    log.info("deletion_begun", assessment=wanted)
    await ack(response_action="update", view=views.deleted_modal(found))
    draw.posts(found.owed)


async def on_restore(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(retention.restore, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("restored", assessment=found.assessment.id)
    await ack()
    draw.replace(Place.of(body), views.restored(found))
