"""Before anything is agreed: the least work to a level, and what would happen if."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, DownloadValue, PathValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import paths
from conversation.desk import Desk

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.LEAST_WORK)(on_least_work)
    app.action(actions.PATH_CHOICE)(on_other_path)
    app.action(actions.WHAT_IF)(on_what_if)
    app.action(actions.WHAT_IF_QUESTIONS)(on_supposed)
    app.action(actions.WHAT_IF_LEVEL)(on_supposed)
    app.view(actions.WHAT_IF_MODAL)(on_worked_out)


async def on_least_work(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    place = Place.of(body)
    found = await _path(action, place, user_id, desk, act)
    await ack()
    draw.show(place, user_id, views.least_work(found))


async def on_other_path(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Another aspect or level, in its place."""
    place = Place.of(body)
    found = await _path(action, place, user_id, desk, act)
    await ack()
    draw.replace(place, views.least_work(found))


async def on_what_if(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted, channel = AssessmentValue.of(action).a, Place.of(body).channel or None
    found = await act(paths.suppose, desk, user_id, assessment=wanted, channel=channel)
    await ack()
    draw.open_view(body["trigger_id"], views.what_if_modal(found))


async def on_supposed(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    """Something was chosen in the form, which says what would come of it."""
    view = body["view"]
    found = await _suppose(view, user_id, desk, act)
    await ack()
    draw.update_view(view["id"], views.what_if_modal(found))


async def on_worked_out(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    found = await _suppose(view, user_id, desk, act)
    await ack(response_action="update", view=views.what_if_modal(found))


async def _suppose(view: Json, user_id: str, desk: Desk, act: Gate) -> paths.WhatIfAnswer:
    questions, level = views.read_what_if(view)
    wanted = DownloadValue.read(view["private_metadata"])
    return await act(
        paths.suppose,
        desk,
        user_id,
        assessment=wanted.a,
        questions=questions,
        level=level,
        channel=wanted.c,
    )


async def _path(action: Json, place: Place, user_id: str, desk: Desk, act: Gate) -> paths.PathAnswer:
    wanted, channel = PathValue.of(action), place.channel or None
    return await act(
        paths.least_work,
        desk,
        user_id,
        assessment=wanted.a,
        aspect=wanted.p,
        level=wanted.l,
        channel=channel,
    )
