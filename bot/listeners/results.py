"""Closing, the result, and the status with its buttons."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import actions, views
from bot.actions import AssessmentValue, PostingValue
from bot.drawing import Drawing, Place
from bot.gate import Gate
from conversation import ledger, reports, results, rounds
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.action(actions.STATUS)(on_status)
    app.action(actions.CLOSE)(on_close)
    app.action(actions.SHARE)(on_share)
    app.action(actions.POST_AGAIN)(on_post_again)
    app.action(actions.COMPARE)(on_compare)


async def on_status(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = AssessmentValue.of(action).a
    status = await act(reports.status_of, desk, user_id, assessment=wanted)
    await ack()
    draw.show(Place.of(body), user_id, views.status(status))


async def on_close(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    closed = await act(results.close, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("assessment_closed", assessment=closed.assessment.id)
    await ack()
    draw.replace(Place.of(body), views.closed(closed.assessment))
    draw.posts(closed.owed)


async def on_share(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    shared = await act(results.share, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("result_shared", assessment=shared.assessment.id, channel=shared.channel)
    await ack()
    draw.posts(shared.owed)
    draw.show(Place.of(body), user_id, views.shared(shared))


async def on_post_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    owed = await act(ledger.post_again, desk, user_id, key=PostingValue.of(action).k)
    await ack()
    draw.posts(owed)


async def on_compare(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    place, wanted = Place.of(body), AssessmentValue.of(action).a
    found = await act(rounds.compare_of, desk, user_id, assessment=wanted, channel=place.channel)
    await ack()
    draw.show(place, user_id, views.comparison(found))
