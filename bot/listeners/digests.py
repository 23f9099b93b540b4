"""How often the channel hears of the plan, and what people do with a digest that stands there."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, DigestAnswerValue, DigestValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from conversation import digests, helping, plans
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.DIGEST)(on_digest)
    app.view(actions.DIGEST_MODAL)(on_chosen)
    app.action(re.compile(f"^{re.escape(actions.DIGEST_ANSWER)}"))(on_answer)
    app.action(actions.PLAN_HERE)(on_plan)
    app.action(actions.CAN_HELP)(on_can_help)


async def on_digest(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(digests.settings_of, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.digest_modal(found))


async def on_chosen(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, profiles: Profiles
) -> None:
    form = DigestValue.read(view["private_metadata"])
    rhythm, sponsors = views.read_digest(view)
    found = await act(
        digests.choose,
        desk,
        user_id,
        assessment=form.a,
        rhythm=rhythm,
        sponsors=await profiles.of(sponsors),
        was=(form.r, form.s),
    )
    log.info("digest_chosen", assessment=form.a, rhythm=str(rhythm), sponsors=len(found.sponsors))
    await ack(response_action="update", view=views.digest_saved(found))


async def on_answer(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    said = DigestAnswerValue.of(action)
    found = await act(digests.answer, desk, user_id, assessment=said.a, answer=said.w)
    log.info("digest_answered", assessment=said.a, answer=str(said.w))
    await ack()
    draw.replace(Place.of(body), views.digest_answered(found))


async def on_plan(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """For the one who pressed it alone."""
    place = Place.of(body)
    wanted = AssessmentValue.of(action).a
    board = await act(plans.board_seen, desk, user_id, assessment=wanted, channel=place.channel)
    await ack()
    draw.show(place, user_id, views.board(board))


async def on_can_help(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Whoever owns what is blocked hears of it once."""
    place = Place.of(body)
    done = await act(
        helping.offer, desk, user_id, assessment=AssessmentValue.of(action).a, channel=place.channel
    )
    log.info("help_offered", assessment=done.assessment.id, owners=len(done.owners))
    await ack()
    draw.show(place, user_id, views.help_offered(done))
    draw.posts(done.owed)
