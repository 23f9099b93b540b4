"""From gaps to actions, and what owners say of them."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import actions, views
from bot.actions import ActionValue, AssessmentValue, GapValue, OrderValue
from bot.drawing import Drawing, Place
from bot.gate import Gate
from bot.profiles import Profiles
from conversation import plans
from conversation.desk import Desk
from conversation.scope import Ranking
from storage.records import ActionState

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.action(actions.BOARD)(on_board)
    app.action(actions.BOARD_ORDER)(on_order)
    app.action(actions.PLAN_GAP)(on_plan_gap)
    app.view(actions.ACTION_MODAL)(on_action_agreed)
    app.action(actions.HAND_OVER_ACTION)(on_hand_over_action)
    app.view(actions.ACTION_OWNER_MODAL)(on_action_handed_over)
    app.action(re.compile(f"^{re.escape(actions.MARK)}"))(on_mark)


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


async def on_action_agreed(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    gap, form = GapValue.read(view["private_metadata"]), views.read_action(view)
    owner = await profiles.person(form.owner)
    promise = await act(
        plans.agree,
        desk,
        user_id,
        assessment=gap.a,
        step=gap.g,
        objective=form.objective,
        measure=form.measure,
        owner=owner,
        due=form.due,
        id=view["id"],
    )
    log.info("action_agreed", action=promise.action.id, gap=gap.g, due=str(promise.action.due))
    await ack(response_action="update", view=views.agreed_modal(promise, owner))
    draw.posts(promise.owed)


async def on_mark(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """The other actions of the same message keep their buttons."""
    state = _state(action["action_id"].removeprefix(actions.MARK))
    promise = await act(plans.mark, desk, user_id, action=ActionValue.of(action).i, state=state)
    log.info("action_marked", action=promise.action.id, state=str(state))
    if body.get("view"):
        await ack()
    else:
        promises = await act(plans.look, desk, user_id, actions=views.actions_in(body["message"]))
        await ack()
        draw.replace(Place.of(body), views.promises(promises))
    draw.homes([user_id])


async def on_hand_over_action(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    promise = await act(plans.to_hand_over, desk, user_id, action=ActionValue.of(action).i)
    await ack()
    draw.open_view(body["trigger_id"], views.action_owner_modal(promise))


async def on_action_handed_over(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    owner = await profiles.person(views.read_owner(view))
    wanted = ActionValue.read(view["private_metadata"]).i
    promise = await act(plans.hand_over, desk, user_id, action=wanted, owner=owner)
    log.info("action_handed_over", action=wanted)
    await ack(response_action="update", view=views.agreed_modal(promise, owner))
    draw.posts(promise.owed)


def _state(word: str) -> ActionState:
    """Raises: OldButton for a state that we do not know (any more)."""
    if word not in list(ActionState):
        raise actions.OldButton()
    return ActionState(word)
