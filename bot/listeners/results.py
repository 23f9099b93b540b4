"""The result: looking into it, settling what people differ on, comparing it."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, HistoryValue, PageValue, PostingValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import details, evidence, history, ledger, plans, reports, results, rounds, tightening
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.RESULT)(on_result)
    app.action(actions.POST_AGAIN)(on_post_again)
    app.action(actions.WHO_SEES)(on_who_sees)
    app.view(actions.WHO_SEES_MODAL)(on_tightened)
    app.action(actions.DETAILS)(on_details)
    app.action(actions.DETAILS_PAGE)(on_page)
    app.action(actions.SETTLE)(on_settle)
    app.action(actions.SETTLE_QUESTION)(on_settle_question)
    app.view(actions.SETTLE_MODAL)(on_settled)
    app.action(actions.WORK_OUT_AGAIN)(on_work_out_again)
    app.action(actions.COMPARE)(on_compare)
    app.action(actions.TOP_GAPS)(on_top_gaps)
    app.action(actions.ANSWERS)(on_answers)
    app.action(actions.PROGRESS)(on_progress)
    app.action(re.compile(f"^{re.escape(actions.HISTORY_PAGE)}"))(on_history_page)


async def on_result(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(reports.verdict_of, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.show(Place.of(body), user_id, views.verdict(found))


async def on_post_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    owed = await act(ledger.post_again, desk, user_id, key=PostingValue.of(action).k)
    await ack()
    draw.posts(owed)


async def on_who_sees(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(tightening.who_sees_what, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.who_sees_modal(found))


async def on_tightened(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    form = views.read_privacy(view)
    found = await act(
        tightening.tighten,
        desk,
        user_id,
        assessment=AssessmentValue.read(view["private_metadata"]).a,
        privacy=form.privacy,
        group=form.group,
    )
    log.info(
        "privacy_tightened", assessment=found.assessment.id, privacy=found.scope.privacy, told=found.told
    )
    await ack(response_action="update", view=views.tightened_modal(found))


async def on_details(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted, channel = AssessmentValue.of(action).a, Place.of(body).channel or None
    found = await act(details.details, desk, user_id, assessment=wanted, channel=channel)
    await ack()
    draw.open_view(body["trigger_id"], views.details(found))


async def on_page(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = PageValue.of(action)
    channel = body["view"].get("private_metadata") or None
    found = await act(details.details, desk, user_id, assessment=wanted.a, channel=channel)
    await ack()
    draw.illustrate(body["view"]["id"], views.details(found, wanted.p), views.pictures(found, wanted.p))


async def on_settle(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    worked = await act(results.to_settle, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.settle_modal(worked))


async def on_settle_question(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Another question was chosen in the form, or the form was asked for once more."""
    wanted = PageValue.of(action)
    worked = await act(results.to_settle, desk, user_id, assessment=wanted.a)
    await ack()
    draw.update_view(body["view"]["id"], views.settle_modal(worked, wanted.p))


async def on_settled(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    wanted = PageValue.read(view["private_metadata"])
    form = views.read_settling(view, wanted.p)
    worked = await act(
        results.settle,
        desk,
        user_id,
        assessment=wanted.a,
        question=wanted.p,
        level=form.level,
        reason=form.reason,
        key=f"{view['id']}/{view['hash']}",
    )
    log.info("question_settled", assessment=wanted.a, question=wanted.p)
    await ack(response_action="update", view=views.settled_modal(worked, wanted.p))


async def on_work_out_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = AssessmentValue.of(action).a
    worked = await act(results.work_out_again, desk, user_id, assessment=wanted)
    review = await act(evidence.review, desk, user_id, assessment=wanted)
    log.info("result_worked_out_again", assessment=wanted)
    await ack()
    draw.update_view(body["view"]["id"], views.evidence_review(review, again=worked.changed))


async def on_compare(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    place, wanted = Place.of(body), AssessmentValue.of(action).a
    found = await act(rounds.compare_of, desk, user_id, assessment=wanted, channel=place.channel)
    await ack()
    draw.show(place, user_id, views.comparison(found))


async def on_top_gaps(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    place, wanted = Place.of(body), AssessmentValue.of(action).a
    found = await act(plans.board_seen, desk, user_id, assessment=wanted, channel=place.channel)
    await ack()
    draw.show(place, user_id, views.top_gaps(found))


async def on_answers(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted, place = PageValue.of(action), Place.of(body)
    found = await act(details.details, desk, user_id, assessment=wanted.a, channel=place.channel or None)
    message = views.answers(found, wanted.p)
    await ack()
    draw.show(place, user_id, message)


async def on_progress(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    place, wanted = Place.of(body), AssessmentValue.of(action).a
    found = await act(plans.board_seen, desk, user_id, assessment=wanted, channel=place.channel)
    await ack()
    draw.show(place, user_id, views.progress_over_time(found))


async def on_history_page(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Another page, where this one stands."""
    place, wanted = Place.of(body), HistoryValue.of(action)
    found = await act(
        history.history_of, desk, user_id, assessment=wanted.a, number=wanted.n, channel=place.channel
    )
    await ack()
    draw.replace(place, views.history(found))
