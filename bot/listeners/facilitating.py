"""What facilitators do while an assessment runs: see how it goes, close it or give it more time, and choose
who facilitates and who is asked."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import (
    AssessmentValue,
    ClosingValue,
    FacilitatorsValue,
    HandOverValue,
    ListValue,
    MemberChoice,
    MemberValue,
    StatusChoice,
)
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from conversation import deadline, facilitating, ledger, reports, results, retention, roster
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.STATUS)(on_status)
    app.action(actions.REFRESH)(on_refresh)
    app.action(actions.STATUS_MENU)(on_status_menu)
    app.action(actions.DELIVER_AGAIN)(on_deliver_again)
    app.action(actions.CLOSE)(on_close)
    app.action(actions.CLOSE_CHECK)(on_close_check)
    app.view(actions.CLOSE_MODAL)(on_close_confirmed)
    app.action(actions.CLOSE_AS_PLANNED)(on_close_as_planned)
    app.action(actions.EXTEND)(on_extend)
    app.view(actions.DATE_MODAL)(on_date_given)
    app.action(actions.REOPEN)(on_reopen)
    app.view(actions.FACILITATORS_MODAL)(on_facilitators_chosen)
    app.action(actions.STEP_DOWN)(on_step_down)
    app.action(actions.HAND_OVER)(on_hand_over)
    app.view(actions.HAND_OVER_MODAL)(on_handed_over)
    app.action(actions.PEOPLE)(on_people)
    app.action(re.compile(f"^{re.escape(actions.PEOPLE_PAGE)}"))(on_people_page)
    app.action(actions.MEMBER_MENU)(on_member)
    app.action(re.compile(f"^{re.escape(actions.REPLACE)}"))(on_replace)
    app.view(actions.REPLACE_MODAL)(on_replaced)
    app.view(actions.TAKE_OFF_MODAL)(on_taken_off)
    app.action(actions.ADD_PEOPLE)(on_add_people)
    app.view(actions.ADD_PEOPLE_MODAL)(on_people_added)


# How it goes.


async def on_status(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = AssessmentValue.of(action).a
    status = await act(reports.status_of, desk, user_id, assessment=wanted)
    await ack()
    draw.show(Place.of(body), user_id, views.status(status))


async def on_refresh(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """The same message as things are now."""
    wanted, place = AssessmentValue.of(action).a, Place.of(body)
    status = await act(reports.status_seen, desk, user_id, assessment=wanted, channel=place.channel or None)
    await ack()
    draw.replace(place, views.status(status))


async def on_status_menu(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    choice = StatusChoice.of(action)
    match choice.m:
        case actions.CHANGE_DATE:
            found = await act(deadline.before_closing, desk, user_id, assessment=choice.a)
            view = views.date_modal(found.assessment, found.later)
        case actions.FACILITATING:
            view = views.facilitators_modal(await act(facilitating.look, desk, user_id, assessment=choice.a))
        case actions.KEEPING:
            view = views.keep_modal(await act(retention.keeping, desk, user_id, assessment=choice.a))
        case actions.ADDING:
            view = views.add_modal(await act(roster.look, desk, user_id, assessment=choice.a))
        case _:
            raise actions.OldButton()
    await ack()
    draw.open_view(body["trigger_id"], view)


async def on_deliver_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    number = await act(ledger.deliver_again, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("delivered_again", messages=number)
    await ack()
    draw.show(Place.of(body), user_id, views.delivered_again(number))


# Closing it, or giving it more time.


async def on_close(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    closed = await act(results.close, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("assessment_closed", assessment=closed.assessment.id)
    await ack()
    if body.get("message"):
        draw.replace(Place.of(body), views.closed(closed.assessment))
    draw.closed(closed)


async def on_close_check(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(deadline.before_closing, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.close_modal(found))


async def on_close_confirmed(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = AssessmentValue.read(view["private_metadata"]).a
    closed = await act(results.close, desk, user_id, assessment=wanted)
    log.info("assessment_closed", assessment=wanted)
    await ack()
    draw.closed(closed)


async def on_close_as_planned(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(deadline.before_closing, desk, user_id, assessment=ClosingValue.of(action).a)
    await ack()
    draw.replace(Place.of(body), views.as_planned(found.assessment))


async def on_extend(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """From a message, or from the form that asks before closing."""
    value = ClosingValue.of(action)
    found = await act(deadline.extend, desk, user_id, assessment=value.a, was=views.closing_read(value))
    log.info("closing_extended", assessment=value.a, unfinished=found.unfinished)
    await ack()
    if body.get("view"):
        draw.update_view(body["view"]["id"], views.extended_modal(found))
    else:
        draw.replace(Place.of(body), views.extended(found))


async def on_date_given(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    value = ClosingValue.read(view["private_metadata"])
    found = await act(
        deadline.extend,
        desk,
        user_id,
        assessment=value.a,
        was=views.closing_read(value),
        closes_on=views.read_date(view),
    )
    log.info("closing_extended", assessment=value.a, unfinished=found.unfinished)
    await ack(response_action="update", view=views.extended_modal(found))


async def on_reopen(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(deadline.reopen, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("assessment_reopened", assessment=found.assessment.id)
    await ack()
    draw.show(Place.of(body), user_id, views.reopened(found))


# Who facilitates.


async def on_facilitators_chosen(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    form = FacilitatorsValue.read(view["private_metadata"])
    found = await act(
        facilitating.choose,
        desk,
        user_id,
        assessment=form.a,
        others=await profiles.of(views.read_others(view)),
        was=form.w,
    )
    log.info("facilitators_chosen", assessment=form.a, others=len(found.others))
    await ack(response_action="update", view=views.facilitators_saved(found))
    draw.posts(found.owed)


async def on_step_down(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(facilitating.step_down, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("facilitator_stepped_down", assessment=found.assessment.id)
    await ack()
    draw.update_view(body["view"]["id"], views.stepped_down(found))
    draw.posts(found.owed)


async def on_hand_over(
    ack: AsyncAck,
    body: Json,
    action: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
) -> None:
    """In the form of facilitators, or from the message to an administrator."""
    value = HandOverValue.of(action)
    admin = value.d and await profiles.is_admin(user_id)
    found = await act(facilitating.about_to_hand_over, desk, user_id, assessment=value.a, admin=admin)
    await ack()
    form = views.hand_over_modal(found, admin=admin)
    if body.get("view"):
        draw.update_view(body["view"]["id"], form)
    else:
        draw.open_view(body["trigger_id"], form)


async def on_handed_over(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    value = HandOverValue.read(view["private_metadata"])
    found = await act(
        facilitating.hand_over,
        desk,
        user_id,
        assessment=value.a,
        to=await profiles.person(views.read_owner(view)),
        admin=value.d and await profiles.is_admin(user_id),
    )
    log.info("assessment_handed_over", assessment=value.a)
    await ack(response_action="update", view=views.handed_over(found))
    draw.posts(found.owed)


# Who is asked.


async def on_people(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted, key = AssessmentValue.of(action), action["action_ts"]
    found = await act(roster.progress, desk, user_id, assessment=wanted.a, key=key)
    await ack()
    draw.open_view(body["trigger_id"], views.roster(found))


async def on_people_page(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted, key = ListValue.of(action), action["action_ts"]
    found = await act(roster.progress, desk, user_id, assessment=wanted.a, key=key)
    await ack()
    draw.update_view(body["view"]["id"], views.roster(found, wanted.n))


async def on_member(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    choice = MemberChoice.of(action)
    forms = {actions.REPLACING: views.replace_modal, actions.TAKING_OFF: views.take_off_modal}
    if choice.m not in forms:
        raise actions.OldButton()
    found, member = await act(roster.member, desk, user_id, assessment=choice.a, person=choice.u)
    await ack()
    draw.update_view(body["view"]["id"], forms[choice.m](found, member))


async def on_replace(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """From a status, or from the message that somebody left."""
    value = MemberValue.of(action)
    found, member = await act(roster.member, desk, user_id, assessment=value.a, person=value.u)
    await ack()
    draw.open_view(body["trigger_id"], views.replace_modal(found, member))


async def on_replaced(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    value = MemberValue.read(view["private_metadata"])
    by = await profiles.person(views.read_replacement(view))
    found = await act(roster.replace, desk, user_id, assessment=value.a, person=value.u, by=by)
    log.info("person_replaced", assessment=value.a)
    await ack(response_action="update", view=views.roster(found))
    draw.posts(found.owed)


async def on_taken_off(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    value = MemberValue.read(view["private_metadata"])
    found = await act(roster.take_off, desk, user_id, assessment=value.a, person=value.u)
    log.info("person_taken_off", assessment=value.a)
    await ack(response_action="update", view=views.roster(found))
    draw.posts(found.owed)


async def on_add_people(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """In the list of people."""
    found = await act(roster.look, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.update_view(body["view"]["id"], views.add_modal(found))


async def on_people_added(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, profiles: Profiles
) -> None:
    form, wanted = views.read_added(view), AssessmentValue.read(view["private_metadata"]).a
    people = await profiles.of(form.people)
    found = await act(roster.add, desk, user_id, assessment=wanted, people=people, role=form.role)
    log.info("people_added", assessment=wanted, people=len(people))
    await ack(response_action="update", view=views.roster(found))
