"""Buttons below the words with which an assessment starts in its channel."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from conversation import introduced
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.SEE_ASKED)(on_see_asked)
    app.action(actions.WANTS_IN)(on_wants_in)


async def on_see_asked(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(
        introduced.questions,
        desk,
        user_id,
        assessment=AssessmentValue.of(action).a,
        channel=Place.of(body).channel,
    )
    await ack()
    draw.open_view(body["trigger_id"], views.asked_modal(found))


async def on_wants_in(
    ack: AsyncAck,
    body: Json,
    action: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
) -> None:
    place = Place.of(body)
    done = await act(
        introduced.wants_in,
        desk,
        await profiles.person(user_id),
        assessment=AssessmentValue.of(action).a,
        channel=place.channel,
    )
    log.info("wants_in", assessment=done.assessment.id, again=done.again)
    await ack()
    draw.show(place, user_id, views.wanted_in(done))
    draw.posts(done.owed)
