"""The next round: whether, when, and into its launch check."""

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AgainValue, AssessmentValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.listeners.asked import Asked, Asking
from bot.listeners.scope import find_people
from bot.places import Place
from bot.routes import Routes
from conversation import again, drafting
from conversation.desk import Desk
from conversation.drafting import Draft

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.AGAIN)(on_begin)
    app.action(actions.AGAIN_LATER)(on_later)
    app.action(actions.AGAIN_NEVER)(on_never)


async def on_begin(ack: AsyncAck, body: Json, action: Json, user_id: str, asking: Asking) -> None:
    asked = asking(user_id, None, "", body, ack)
    await _may_begin(asked)
    draft = await asked.act(again.begin, asked.desk, user_id, assessment=AssessmentValue.of(action).a)
    await _check(asked, draft)


async def begin_by_words(asked: Asked) -> None:
    await _may_begin(asked)
    draft = await asked.act(
        again.begin_named, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel
    )
    await _check(asked, draft)


async def on_later(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    value = AgainValue.of(action)
    found = await act(again.later, desk, user_id, assessment=value.a, number=value.n)
    log.info("next_round_put_off", assessment=value.a)
    await ack()
    draw.replace(Place.of(body), views.next_round_put_off(found))


async def on_never(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    value = AgainValue.of(action)
    found = await act(again.never, desk, user_id, assessment=value.a, number=value.n)
    log.info("next_round_not_wanted", assessment=value.a)
    await ack()
    draw.replace(Place.of(body), views.next_round_put_off(found))


async def _may_begin(asked: Asked) -> None:
    facilitator, theirs = await asyncio.gather(
        asked.profiles.person(asked.user_id),
        asked.sources.with_member(asked.user_id, among=asked.desk.creators),
    )
    await asked.act(drafting.begin, asked.desk, facilitator, theirs)


async def _check(asked: Asked, draft: Draft) -> None:
    """Who is in its groups and channels now, then the launch check."""
    log.info("next_round_drafted", assessment=draft.assessment.id)
    await asked.ack()
    work = find_people(draft, asked.user_id, asked.desk, asked.act, asked.profiles, asked.sources)
    asked.draw.open_and_fill(asked.body["trigger_id"], views.reading_titles(draft), work)
