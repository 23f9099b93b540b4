"""The due dates of a plan, to take along."""

import asyncio
import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, clock, exports, views
from bot.actions import AssessmentValue, FeedValue
from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from bot.told import told
from conversation import feeds, plans
from conversation.desk import Desk
from conversation.plans import Board

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(re.compile(f"^{re.escape(actions.CALENDAR)}"))(on_calendar)
    app.action(actions.FEED)(on_feed)
    app.action(actions.FEED_NEW)(on_new_address)
    app.action(actions.FEED_END)(on_address_ended)


async def on_calendar(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, files: Files
) -> None:
    """Everybody's, or only those of whoever asks; as a file in the direct message."""
    place, wanted = Place.of(body), AssessmentValue.of(action).a
    board = await act(plans.board_seen, desk, user_id, assessment=wanted, channel=place.channel)
    await ack()
    mine = action["action_id"] == f"{actions.CALENDAR}{actions.MINE}"
    log.info("calendar_asked", assessment=wanted, mine=mine)
    draw.bring(user_id, _give(files, board, desk.team, user_id, mine=mine))


async def on_feed(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    found = await act(feeds.look, desk, user_id)
    await ack()
    draw.page(body, views.feed_view(found))


async def on_new_address(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """It is shown in the form and nowhere else, so that it stays in no conversation."""
    seen = FeedValue.of(action).m
    found = await act(feeds.renew, desk, user_id, secret=clock.new_secret(), seen=seen)
    await ack()
    log.info("calendar_address_made")
    draw.turn(body, views.feed_view(found))


async def on_address_ended(
    ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(feeds.withdraw, desk, user_id)
    await ack()
    log.info("calendar_address_ended")
    draw.turn(body, views.feed_view(found, ended=True))


async def _give(files: Files, board: Board, team: str, user_id: str, *, mine: bool) -> None:
    from bot.exports.calendar import calendar  # takes a fifth of a second to load

    owner = user_id if mine else None
    content = await asyncio.to_thread(calendar, told(board), team=team, owner=owner)
    said = views.calendar_given(board.assessment.subject, mine=mine)
    await files.give(user_id, name=exports.calendar_name(board, mine=mine), content=content, said=said)
