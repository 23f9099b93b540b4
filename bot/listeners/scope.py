"""Setting up: the scope, the roles, the launch."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import actions, views
from bot.actions import AssessmentValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.profiles import Profiles
from bot.told import told
from conversation import people, scope
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.action(actions.SCOPE)(on_set_up)
    app.view(actions.SCOPE_MODAL)(on_scope_given)
    app.view(actions.MATTERS_MODAL)(on_matters_given)
    app.view(actions.COUNTING_MODAL)(on_counting_given)
    app.view(actions.ROLES_MODAL)(on_launch)


async def on_set_up(ack: AsyncAck, body: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    await open_scope(body, user_id, None, desk, act, draw, ack)


async def open_scope(
    body: Json, user_id: str, channel: str | None, desk: Desk, act: Gate, draw: Drawing, ack: AsyncAck
) -> None:
    draft = await act(scope.waiting_draft, desk, user_id)
    person = (await act(people.known, desk, [user_id]))[user_id]
    await ack()
    closing = scope.proposed_closing(desk.now(), person.tz)
    view = views.scope_modal(told(desk.pack), closing=closing, draft=draft, channel=channel)
    draw.open_view(body["trigger_id"], view)


async def on_scope_given(
    ack: AsyncAck,
    view: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
) -> None:
    """The draft is kept after each step."""
    form = views.read_scope(view)
    facilitator = await profiles.person(user_id)
    draft = await act(
        scope.draft,
        desk,
        facilitator,
        subject=form.subject,
        scope=form.scope,
        channel=form.channel,
        closes_on=form.closes_on,
    )
    log.info("scope_drafted", assessment=draft.assessment.id, people=len(draft.scope.people))
    await ack(response_action="update", view=views.matters_modal(draft))
    draw.homes([user_id])


async def on_matters_given(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    wanted = AssessmentValue.read(view["private_metadata"]).a
    pack = (await act(scope.drafted, desk, user_id, assessment=wanted)).pack
    draft = await act(scope.refine, desk, user_id, assessment=wanted, **views.read_matters(view, pack))
    log.info("scope_refined", assessment=wanted)
    await ack(response_action="update", view=views.counting_modal(draft))


async def on_counting_given(
    ack: AsyncAck,
    view: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
    client: AsyncWebClient,
) -> None:
    """Then job titles are read, which may take longer than an ack."""
    wanted = AssessmentValue.read(view["private_metadata"]).a
    draft = await act(scope.refine, desk, user_id, assessment=wanted, **views.read_counting(view))
    log.info("scope_refined", assessment=wanted)
    await ack(response_action="update", view=views.reading_titles(draft))
    draw.later(_show_roles(view["id"], draft, desk, act, profiles, client))


async def on_launch(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    roles = views.read_roles(view)
    launched = await act(
        scope.launch,
        desk,
        user_id,
        assessment=AssessmentValue.read(view["private_metadata"]).a,
        roles=roles,
        people=await act(people.known, desk, roles),
    )
    log.info("launched", assessment=launched.assessment.id, people=launched.people)
    await ack()
    draw.posts(launched.owed)
    draw.homes([user_id])


async def _show_roles(
    view_id: str, draft: scope.Draft, desk: Desk, act: Gate, profiles: Profiles, client: AsyncWebClient
) -> None:
    found = await profiles.of(draft.scope.people)
    await act(people.remember, desk, found)
    suggested = {person.user_id: scope.suggested_roles(draft.pack, person.title) for person in found}
    await client.views_update(view_id=view_id, view=views.roles_modal(draft, found, suggested))
