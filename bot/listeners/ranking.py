"""Ranking the gaps: rating them one by one, the list, what is decided about the whole, and the phases."""

import asyncio
import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, pictures, views
from bot.actions import (
    AssessmentValue,
    CutOffValue,
    GapChoice,
    GapValue,
    HistoryValue,
    PlaceValue,
    RatingValue,
    ShapeValue,
)
from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.listeners.asked import Asking
from bot.places import Place
from bot.routes import Routes
from bot.views import charts
from conversation import ranking
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.RANK)(on_rank)
    app.action(actions.RANKING)(on_ranking)
    app.action(re.compile(f"^{re.escape(actions.RANKING_PAGE)}"))(on_page)
    app.view(actions.RATING_MODAL)(on_rated)
    app.view(actions.RATING_CLASH_MODAL)(on_clash_settled)
    app.action(actions.GAP_UP)(on_up)
    app.action(actions.GAP_DOWN)(on_down)
    app.action(actions.GAP_MENU)(on_gap_menu)
    app.view(actions.MOVE_MODAL)(on_explained)
    app.action(actions.CUT_OFF)(on_cut_off)
    app.action(actions.SHAPE)(on_shape)
    app.view(actions.SHAPE_MODAL)(on_shaped)
    app.action(actions.ROADMAP)(on_roadmap)
    app.action(actions.ROADMAP_PICTURE)(on_picture)


async def on_rank(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(ranking.onward, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.turn(body, views.next_to_rate(found))


async def on_ranking(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """On top of a form, so that what was entered there stays."""
    wanted, channel = AssessmentValue.of(action).a, _channel(body)
    found = await act(ranking.look_at, desk, user_id, assessment=wanted, channel=channel)
    await ack()
    draw.page(body, views.ranking_view(found))


async def on_page(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted, channel = HistoryValue.of(action), _channel(body)
    found = await act(ranking.look_at, desk, user_id, assessment=wanted.a, channel=channel)
    await ack()
    draw.turn(body, views.ranking_view(found, wanted.n))


async def on_rated(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    shown = RatingValue.read(view["private_metadata"])
    form = views.read_rating(view, shown.g)
    found = await act(
        ranking.rate,
        desk,
        user_id,
        assessment=shown.a,
        step=shown.g,
        seen=shown.r,
        factors=form.factors,
        needs=form.needs,
        reason=form.reason,
    )
    log.info("gap_rated", assessment=shown.a, gap=shown.g)
    await ack(response_action="update", view=views.next_to_rate(found))


async def on_clash_settled(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    shown, mine = RatingValue.read(view["private_metadata"]), views.keeps_own_rating(view)
    found = await act(
        ranking.settle, desk, user_id, assessment=shown.a, step=shown.g, seen=shown.r, mine=mine
    )
    log.info("rating_clash_settled", assessment=shown.a, gap=shown.g, mine=mine)
    await ack(response_action="update", view=views.next_to_rate(found))


async def on_up(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    gap = PlaceValue.of(action)
    found = await act(ranking.move_up, desk, user_id, assessment=gap.a, step=gap.g, place=gap.n)
    log.info("gap_moved_up", assessment=gap.a, gap=gap.g)
    await ack()
    draw.turn(body, views.ranking_view_at(found, gap.g))


async def on_down(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    gap = PlaceValue.of(action)
    found = await act(ranking.move_down, desk, user_id, assessment=gap.a, step=gap.g, place=gap.n)
    log.info("gap_moved_down", assessment=gap.a, gap=gap.g)
    await ack()
    draw.turn(body, views.ranking_view_at(found, gap.g))


async def on_gap_menu(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    choice = GapChoice.of(action)
    about = {"assessment": choice.a, "step": choice.g}
    match choice.m:
        case actions.RATE:
            view = views.rating_modal(await act(ranking.to_rate, desk, user_id, **about))
        case actions.EXPLAIN:
            view = views.move_modal(*await act(ranking.to_explain, desk, user_id, **about))
        case actions.PUT_BACK:
            found = await act(ranking.put_back, desk, user_id, **about)
            log.info("gap_put_back", assessment=choice.a, gap=choice.g)
            view = views.ranking_view_at(found, choice.g)
        case _:
            raise actions.OldButton()
    await ack()
    draw.turn(body, view)


async def on_explained(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    gap, why = GapValue.read(view["private_metadata"]), views.typed_in(view, "why")
    found = await act(ranking.explain, desk, user_id, assessment=gap.a, step=gap.g, reason=why)
    log.info("move_explained", assessment=gap.a, gap=gap.g)
    await ack(response_action="update", view=views.ranking_view_at(found, gap.g))


async def on_cut_off(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = CutOffValue.of(action)
    found = await act(ranking.cut_off, desk, user_id, assessment=wanted.a, number=wanted.n)
    log.info("cut_off_chosen", assessment=wanted.a, number=wanted.n)
    await ack()
    draw.turn(body, views.ranking_view(found, wanted.p))


async def on_shape(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(ranking.shape_of, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.turn(body, views.shape_modal(found))


async def on_shaped(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    shown = ShapeValue.read(view["private_metadata"])
    found = await act(
        ranking.decide,
        desk,
        user_id,
        assessment=shown.a,
        shown=views.shape_shown(shown),
        wanted=views.read_shape(view),
    )
    log.info("order_shaped", assessment=shown.a)
    await ack(response_action="update", view=views.after_shape(found))


async def on_roadmap(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted, channel = AssessmentValue.of(action).a, _channel(body)
    found = await act(ranking.look_at, desk, user_id, assessment=wanted, channel=channel)
    await ack()
    draw.page(body, views.roadmap_view(found))


async def on_picture(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, asking: Asking
) -> None:
    wanted, asked = AssessmentValue.of(action).a, asking(user_id, None, "", body, ack)
    found = await act(ranking.look_at, desk, user_id, assessment=wanted, channel=_channel(body))
    await ack()
    asked.draw.bring(user_id, _give(asked.files, user_id, found))


def _channel(body: Json) -> str | None:
    """Of the message, or where what is before them was asked for."""
    view = body.get("view")
    return views.seen_from(view) if view else Place.of(body).channel


async def _give(files: Files, user_id: str, found: ranking.Listing) -> None:
    """Drawn beside the loop, which has others to serve meanwhile."""
    chart = charts.of_steps(found.order.gaps, last=found.order.head.phases)
    if chart:
        content = await asyncio.to_thread(pictures.png, chart.picture)
        await files.give(user_id, name=chart.picture.name, content=content, said=views.roadmap_given(found))
