"""The plan: from gaps to actions."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, GapValue, OldButton, OrderValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from conversation import agreeing, planpost, plans
from conversation.actions import More
from conversation.desk import Desk
from conversation.scope import Ranking

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.BOARD)(on_board)
    app.action(actions.BOARD_ORDER)(on_order)
    app.action(actions.PLAN_GAP)(on_plan_gap)
    app.view(actions.ACTION_MODAL)(on_action_agreed)
    app.action(actions.ADD_ACTION)(on_add)
    app.action(actions.POST_PLAN)(on_post)


async def on_board(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    board = await act(plans.board_of, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.show(Place.of(body), user_id, views.board(board))


async def on_order(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """The same plan, put in order by another rule, in its place."""
    wanted = OrderValue.of(action)
    board = await act(plans.board_of, desk, user_id, assessment=wanted.a, ranking=Ranking(wanted.o))
    await ack()
    draw.replace(Place.of(body), views.board(board))


async def on_plan_gap(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    gap = GapValue.of(action)
    proposal = await act(plans.propose, desk, user_id, assessment=gap.a, step=gap.g)
    await ack()
    draw.open_view(body["trigger_id"], views.action_modal(proposal, owner=None))


async def on_add(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """An action that is about no gap."""
    found = await act(plans.to_add, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.add_action_modal(found))


async def on_action_agreed(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    """For a gap, if the form was opened from one."""
    form, about = views.read_action(view), view["private_metadata"]
    if not form.owner:
        raise OldButton()
    owner, informed = await profiles.person(form.owner), await profiles.of(form.informed)
    wanted: Json = {
        "objective": form.objective,
        "measure": form.measure,
        "owner": owner,
        "due": form.due,
        "id": view["id"],
        "more": More(
            form.unit, form.baseline, form.target, form.starts, tuple(informed), form.steps, form.issue
        ),
    }
    if views.is_about_a_gap(about):
        gap = GapValue.read(about)
        promise = await act(agreeing.agree, desk, user_id, assessment=gap.a, step=gap.g, **wanted)
    else:
        assessment = AssessmentValue.read(about).a
        promise = await act(agreeing.add, desk, user_id, assessment=assessment, **wanted)
    log.info("action_agreed", action=promise.action.id, due=str(promise.action.due))
    await ack(response_action="update", view=views.agreed_modal(promise, owner))
    draw.posts(promise.owed)
    draw.homes(promise.concerned)


async def on_post(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    assessment = AssessmentValue.of(action).a
    owed = await act(planpost.post, desk, user_id, assessment=assessment)
    log.info("plan_posted", assessment=assessment, new=bool(owed))
    board = await act(plans.board_of, desk, user_id, assessment=assessment)
    await ack()
    draw.replace(Place.of(body), views.board(board))
    draw.posts(owed)
