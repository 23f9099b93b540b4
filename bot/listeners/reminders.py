"""Reminders: what people choose on them, their settings, and the facilitator's own."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, HushAboutValue, HushValue, ReminderChoice, SnoozeValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.listeners.passing import open_passing
from bot.places import Place
from bot.routes import Routes
from conversation import away, byhand, interview, snoozing
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.SNOOZE)(on_snooze)
    app.action(actions.REMINDER_MENU)(on_menu)
    app.action(actions.REMINDERS)(on_settings)
    app.action(actions.AWAY)(on_away)
    app.action(actions.BACK_AGAIN)(on_back)
    app.action(actions.HUSH)(on_hush)
    app.action(actions.HUSH_ABOUT)(on_hush_about)
    app.action(actions.REMIND)(on_remind)
    app.view(actions.AWAY_MODAL)(on_away_until)
    app.view(actions.REMIND_MODAL)(on_remind_confirmed)


async def on_snooze(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    picked = SnoozeValue.of(action)
    done = await act(snoozing.snooze, desk, user_id, posting=picked.k, choice=picked.w)
    log.info("snoozed", choice=picked.w, seats=[sitting.seat.id for sitting in done.sittings])
    await ack()
    draw.replace(Place.of(body), views.snoozed(done))


async def on_menu(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    picked = ReminderChoice.of(action)
    if picked.m == actions.RATHER_NOT:
        spoken = await act(interview.decline, desk, user_id, seat=picked.s)
        log.info("declined", seat=picked.s)
        await ack()
        draw.replace(Place.of(body), views.declined(spoken.sitting))
        draw.spoken(spoken)
        return
    if picked.m == actions.PASS_ON:
        await open_passing(ack, body, picked.s, None, user_id, desk, act, draw)
        return
    found = await act(away.settings, desk, user_id)
    await ack()
    if picked.m == "away":
        draw.open_view(body["trigger_id"], views.away_modal(found))
    else:
        draw.show(Place.of(body), user_id, views.reminder_settings(found))


async def on_settings(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    found = await act(away.settings, desk, user_id)
    await ack()
    draw.show(Place.of(body), user_id, views.reminder_settings(found))


async def on_away(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    found = await act(away.settings, desk, user_id)
    await ack()
    draw.open_view(body["trigger_id"], views.away_modal(found))


async def on_away_until(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    found = await act(away.leave_until, desk, user_id, until=views.read_away(view))
    log.info("left")
    await ack(response_action="update", view=views.away_saved(found))


async def on_back(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    found = await act(away.come_back, desk, user_id)
    log.info("came_back")
    await ack()
    draw.replace(Place.of(body), views.reminder_settings(found))


async def on_hush(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    quiet = HushValue.of(action).q
    found = await act(away.hush, desk, user_id, quiet=quiet)
    log.info("hushed", quiet=quiet)
    await ack()
    draw.replace(Place.of(body), views.reminder_settings(found))


async def on_hush_about(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = HushAboutValue.of(action)
    found = await act(away.hush_about, desk, user_id, seat=wanted.s, quiet=wanted.q)
    log.info("hushed_about", seat=wanted.s, quiet=wanted.q)
    await ack()
    draw.replace(Place.of(body), views.reminder_settings(found))


async def on_remind(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(byhand.preview, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.remind_modal(found))


async def on_remind_confirmed(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    wanted = AssessmentValue.read(view["private_metadata"]).a
    done = await act(byhand.remind, desk, user_id, assessment=wanted)
    log.info("reminded_by_hand", assessment=wanted, people=done.reached)
    await ack(response_action="update", view=views.reminded_modal(done))
