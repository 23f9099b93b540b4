"""What becomes of a result that its facilitators have seen, and where it is posted."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, ChannelValue, HeadlineValue
from bot.doors import Doors
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import channels, reports, sharing
from conversation.assessments import concerned
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.SHARE)(on_share)
    app.action(actions.KEEP_PRIVATE)(on_keep_private)
    app.action(actions.HEADLINE)(on_headline)
    app.view(actions.HEADLINE_MODAL)(on_headline_given)
    app.action(actions.SEND_TO_PARTICIPANTS)(on_send)
    app.view(actions.PARTICIPANTS_MODAL)(on_sent)
    app.action(actions.CHANNEL)(on_channel)
    app.view(actions.RESULT_CHANNEL_MODAL)(on_channel_chosen)
    app.action(actions.RESUME_CHANNEL)(on_resume)


async def on_share(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    shared = await act(sharing.share, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("result_shared", assessment=shared.assessment.id, channel=shared.channel)
    await ack()
    draw.posts(shared.owed)
    draw.later(_show_as_posted(Place.of(body), shared.assessment.id, user_id, desk, act, draw))
    draw.show(Place.of(body), user_id, views.shared(shared))
    draw.homes(concerned(shared.assessment))


async def _show_as_posted(
    place: Place, assessment: str, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """In the preview of whoever posted it. A whole result is more than an ack should wait for."""
    seen = await act(reports.verdict_of, desk, user_id, assessment=assessment)
    draw.replace_richly(place, views.verdict(seen))


async def on_keep_private(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """It is as it was; that is said."""
    found = await act(sharing.look, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.show(Place.of(body), user_id, views.kept_private(found))


async def on_headline(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(reports.to_head, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.headline_modal(found))


async def on_headline_given(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    value, headline = HeadlineValue.read(view["private_metadata"]), views.read_headline(view)
    found = await act(
        sharing.head,
        desk,
        user_id,
        assessment=value.a,
        revision=value.r,
        headline=headline,
        was=value.w,
    )
    log.info("headline_given", assessment=value.a)
    await ack(response_action="update", view=views.headline_saved(found, headline))


async def on_send(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(sharing.audience, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.participants_modal(found))


async def on_sent(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    wanted = AssessmentValue.read(view["private_metadata"]).a
    sent = await act(
        sharing.send_to_participants, desk, user_id, assessment=wanted, guests=views.guests_too(view)
    )
    log.info("result_sent", assessment=wanted, people=sent.people)
    await ack(response_action="update", view=views.sent_modal(sent))
    draw.homes(concerned(sent.assessment))


async def on_channel(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    value = ChannelValue.of(action)
    found = await act(channels.used_by, desk, user_id, assessment=value.a)
    await ack()
    draw.open_view(body["trigger_id"], views.result_channel_modal(found, share=value.s))


async def on_channel_chosen(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, doors: Doors
) -> None:
    """With the result, where it was asked for from there."""
    value, channel = ChannelValue.read(view["private_metadata"]), views.read_result_channel(view)
    found = await act(
        sharing.move_and_share if value.s else channels.move,
        desk,
        user_id,
        assessment=value.a,
        channel=channel,
        blocked=await doors.blocked(channel),
    )
    log.info("channel_chosen", assessment=value.a, channel=channel)
    await ack(response_action="update", view=views.channel_chosen(found))
    draw.posts(found.owed)
    draw.homes(concerned(found.assessment))


async def on_resume(
    ack: AsyncAck,
    body: Json,
    action: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    doors: Doors,
) -> None:
    before = await act(channels.look, desk, user_id, assessment=AssessmentValue.of(action).a)
    found = await act(
        channels.resume,
        desk,
        user_id,
        assessment=before.assessment.id,
        blocked=await doors.blocked(before.channel),
    )
    log.info("channel_resumed", assessment=found.assessment.id, channel=found.channel)
    await ack()
    draw.replace(Place.of(body), views.resumed(found))
    draw.posts(found.owed)
