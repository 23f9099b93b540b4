"""One action: what its owner, those who facilitate and everybody else can do with it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions as ids
from bot import views
from bot.actions import (
    ActionChoice,
    ActionFormValue,
    ActionValue,
    DateValue,
    ShownAction,
    ShownFile,
    StepPlace,
)
from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.payloads import drawn_in
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from bot.views import Entered
from conversation import acting, actions, adjusting, agreeing, followups, regrouping
from conversation.actions import Promise
from conversation.adjusting import Wanted
from conversation.desk import Desk
from conversation.followups import Later
from conversation.regrouping import Piece
from storage.records import OVER, ActionState

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(ids.OPEN_ACTION)(on_open)
    app.action(_beginning(ids.ACTION_HISTORY))(on_history)
    app.action(_beginning(ids.MARK))(on_mark)
    app.action(_beginning(ids.ACTION_FORM))(on_form)
    app.action(ids.ACTION_MENU)(on_menu)
    app.action(ids.ACCEPT_ACTION)(on_accept)
    app.action(ids.UNDO_DONE)(on_undo)
    app.action(ids.ASK_QUESTION)(on_ask_again)
    app.action(ids.TICK)(on_tick)
    app.action(_beginning(ids.PLACE_STEP))(on_place_step)
    app.action(_beginning(ids.FETCH_SHOWN))(on_fetch)
    app.action(_beginning(ids.DATE_DECIDED))(on_date_decided)
    app.action(ids.HAND_OVER_ACTION)(on_hand_over)
    app.view(ids.ACTION_OWNER_MODAL)(on_handed_over)
    app.view(_beginning(ids.ACTION_FORM_MODAL))(on_form_given)


@dataclass(frozen=True)
class At:
    """Where somebody acts on an action: in a message, in the modal of it, or on Home."""

    body: Json
    user_id: str
    desk: Desk
    act: Gate
    draw: Drawing

    async def show(self, promise: Promise) -> None:
        """As it stands now, where it was acted upon. Other actions of the same message keep their buttons."""
        view, draw = self.body.get("view") or {}, self.draw
        if view.get("callback_id") == ids.ACTION_VIEW:
            await self.redraw(view["id"], ShownAction.read(view["private_metadata"]))
        elif not view and (shown := views.actions_in(drawn_in(self.body.get("message")))):
            promises = await self.act(actions.look, self.desk, self.user_id, actions=shown)
            draw.replace(Place.of(self.body), views.promises(promises))
        draw.posts(promise.owed)
        draw.homes([self.user_id, *promise.concerned])

    async def redraw(self, view_id: str, shown: ShownAction) -> None:
        found = await self.act(actions.still_seen, self.desk, self.user_id, action=shown.i, channel=shown.h)
        view = views.action_view(found, shown.h) if found else views.action_out_of_sight()
        self.draw.update_view(view_id, view)

    def value(self, action: str) -> ActionFormValue:
        """What a form that is opened here has to know to draw this place anew. What one person alone sees
        cannot be drawn anew later."""
        view, message = self.body.get("view") or {}, self.body.get("message") or {}
        if view.get("callback_id") == ids.ACTION_VIEW:
            return ActionFormValue(i=action, n=0, h=ShownAction.read(view["private_metadata"]).h)
        container = self.body.get("container") or {}
        if not message or container.get("is_ephemeral"):
            return ActionFormValue(i=action, n=0)
        place = Place.of(self.body)
        return ActionFormValue(
            i=action, n=0, c=place.channel, t=place.ts, m=views.actions_in(drawn_in(message))
        )


async def on_open(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    await _open(At(body, user_id, desk, act, draw), ActionValue.of(action).i, ack)


async def on_history(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """A page of it, in place of the page before."""
    shown = ShownAction.of(action)
    channel = shown.h or _channel(body)
    found = await act(actions.whole, desk, user_id, action=shown.i, channel=channel)
    page = views.action_history(found, shown.model_copy(update={"h": channel}))
    await ack()
    if action["action_id"].endswith(":open"):
        draw.page(body, page)
    else:
        draw.update_view(body["view"]["id"], page)


async def on_mark(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Done and blocked ask something first."""
    at, wanted = At(body, user_id, desk, act, draw), ActionValue.of(action).i
    word = action["action_id"].removeprefix(ids.MARK)
    if word in {ids.DONE, ids.BLOCKED}:
        await _form(at, word, wanted, ack)
        return
    promise = await act(acting.mark, desk, user_id, action=wanted, state=_state(word))
    log.info("action_marked", action=wanted, state=word)
    await ack()
    await at.show(promise)


async def on_form(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    what = action["action_id"].removeprefix(ids.ACTION_FORM)
    await _form(At(body, user_id, desk, act, draw), what, ActionValue.of(action).i, ack)


async def on_menu(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    choice, at = ActionChoice.of(action), At(body, user_id, desk, act, draw)
    if choice.m == ids.OPEN:
        await _open(at, choice.i, ack)
    elif choice.m == ids.OVER:
        await _hand_over(at, choice.i, ack)
    elif choice.m.startswith(ids.PUTTING_OFF):
        await _put_off(at, choice, ack)
    else:
        await _form(at, choice.m, choice.i, ack)


async def on_accept(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    promise = await act(agreeing.accept, desk, user_id, action=ActionValue.of(action).i)
    log.info("action_accepted", action=promise.action.id)
    await ack()
    await At(body, user_id, desk, act, draw).show(promise)


async def on_undo(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    promise = await act(acting.undo, desk, user_id, action=ActionValue.of(action).i)
    log.info("action_undone", action=promise.action.id)
    await ack()
    await At(body, user_id, desk, act, draw).show(promise)


async def on_ask_again(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    promise = await act(acting.ask_again, desk, user_id, action=ActionValue.of(action).i)
    log.info("wished_again", question=promise.action.question)
    await ack()
    await At(body, user_id, desk, act, draw).show(promise)


async def on_tick(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Saved at once."""
    shown = ShownAction.read(body["view"]["private_metadata"])
    ticked = views.ticked(action)
    promise = await act(adjusting.tick, desk, user_id, action=shown.i, ticked=ticked, shown=shown.d)
    log.info("steps_ticked", action=shown.i)
    await ack()
    await At(body, user_id, desk, act, draw).show(promise)


async def on_place_step(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """Saved at once. The form of the steps shows them in their new order, and what is entered in it stays."""
    wanted, view = StepPlace.of(action), body["view"]
    promise = await act(adjusting.place_step, desk, user_id, action=wanted.i, step=wanted.s, place=wanted.n)
    log.info("step_placed", action=wanted.i)
    await ack()
    at, value = At(body, user_id, desk, act, draw), ActionFormValue.read(view["private_metadata"])
    found = await act(actions.to_change, desk, user_id, action=wanted.i)
    if form := views.action_form(ids.STEPS, found, value):
        draw.update_view(view["id"], form)
    await _after_form(at, view, value, promise)


async def on_fetch(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, files: Files
) -> None:
    """A copy of a file that shows how an action goes, for whoever sees the action."""
    wanted, channel = ShownFile.of(action), _channel(body)
    file = await act(actions.file_of, desk, user_id, action=wanted.i, file=wanted.f, channel=channel)
    await ack()
    draw.bring(user_id, files.pass_on(file, user_id))


async def on_date_decided(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    value, take = DateValue.of(action), action["action_id"].endswith(":take")
    promise = await act(agreeing.decide_date, desk, user_id, action=value.i, due=value.d, take=take)
    log.info("date_decided", action=value.i, taken=take)
    await ack()
    draw.replace(Place.of(body), views.date_decided(promise, taken=take))
    draw.posts(promise.owed)
    draw.homes(promise.concerned)


async def on_hand_over(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    await _hand_over(At(body, user_id, desk, act, draw), ActionValue.of(action).i, ack)


async def on_handed_over(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    owner = await profiles.person(views.read_owner(view))
    value = ActionFormValue.read(view["private_metadata"])
    promise = await act(agreeing.hand_over, desk, user_id, action=value.i, owner=owner, seen=value.w)
    log.info("action_handed_over", action=value.i)
    await ack(response_action="update", view=views.agreed_modal(promise, owner))
    await _after_form(At({}, user_id, desk, act, draw), view, value, promise)


async def on_form_given(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles
) -> None:
    what = view["callback_id"].removeprefix(ids.ACTION_FORM_MODAL)
    if what not in _GIVEN:
        raise ids.OldButton()
    given = Given(desk, user_id, act, profiles, view, ActionFormValue.read(view["private_metadata"]))
    promise = await _GIVEN[what](given)
    log.info("action_changed", what=what, action=given.value.i)
    if promise.suggested:
        await ack(response_action="update", view=views.date_suggested(promise))
    else:
        await ack()
    await _after_form(At({}, user_id, desk, act, draw), view, given.value, promise)


@dataclass(frozen=True)
class Given:
    """A form of an action that somebody filled in."""

    desk: Desk
    user_id: str
    act: Gate
    profiles: Profiles
    view: Json
    value: ActionFormValue

    @property
    def entered(self) -> Entered:
        return views.read_entered(self.view)

    async def call(self, use_case: Callable[..., Promise], **values: Any) -> Promise:
        return await self.act(use_case, self.desk, self.user_id, action=self.value.i, **values)


async def _finish(given: Given) -> Promise:
    return await given.call(acting.finish, **_shown(given.entered))


async def _comment(given: Given) -> Promise:
    return await given.call(acting.comment, **_shown(given.entered))


def _shown(entered: Entered) -> dict[str, Any]:
    return {
        "text": entered.text,
        "link": entered.link,
        "measured": entered.measured,
        "files": entered.files,
    }


async def _block(given: Given) -> Promise:
    entered = given.entered
    helper = await given.profiles.person(entered.person) if entered.person else None
    blocked = {"state": ActionState.BLOCKED, "text": entered.text, "helper": helper}
    return await given.call(acting.mark, **blocked, ask_on=entered.due)


async def _date(given: Given) -> Promise:
    entered, seen = given.entered, given.value.n
    if entered.due is None:
        raise ids.OldButton()
    return await given.call(agreeing.change_date, due=entered.due, reason=entered.text, seen=seen)


async def _drop(given: Given) -> Promise:
    return await given.call(acting.drop, reason=given.entered.text)


async def _decline(given: Given) -> Promise:
    return await given.call(agreeing.decline, reason=given.entered.text)


async def _suggest(given: Given) -> Promise:
    return await given.call(acting.suggest, text=given.entered.text, channel=given.value.h)


async def _steps(given: Given) -> Promise:
    entered = given.entered
    return await given.call(
        adjusting.change_steps, add=entered.lines, remove=entered.chosen, key=given.view["id"]
    )


async def _needs(given: Given) -> Promise:
    return await given.call(adjusting.set_needs, needs=given.entered.chosen, seen=given.value.n)


async def _merge(given: Given) -> Promise:
    return await given.call(regrouping.merge, others=given.entered.chosen)


async def _split(given: Given) -> Promise:
    entered = given.entered
    if not (entered.person and entered.other):
        raise ids.OldButton()
    first = Piece(entered.first, await given.profiles.person(entered.person))
    second = Piece(entered.second, await given.profiles.person(entered.other))
    pieces = {"first": first, "second": second}
    return await given.call(regrouping.split, **pieces, id=given.view["id"], seen=given.value.n)


async def _edit(given: Given) -> Promise:
    form = views.read_action(given.view)
    wanted = Wanted(
        objective=form.objective,
        measure=form.measure,
        due=form.due,
        starts=form.starts,
        unit=form.unit,
        baseline=form.baseline,
        target=form.target,
        current=form.current,
        informed=tuple(await given.profiles.of(form.informed)),
    )
    return await given.call(adjusting.edit, wanted=wanted, seen=given.value.n, told=given.value.k)


_GIVEN: dict[str, Callable[[Given], Awaitable[Promise]]] = {
    ids.DONE: _finish,
    ids.NOTE: _comment,
    ids.BLOCKED: _block,
    ids.DATE: _date,
    ids.DROP: _drop,
    ids.DECLINE: _decline,
    ids.SUGGEST: _suggest,
    ids.STEPS: _steps,
    ids.NEEDS: _needs,
    ids.MERGE: _merge,
    ids.SPLIT: _split,
    ids.EDIT: _edit,
}


async def _open(at: At, action: str, ack: AsyncAck) -> None:
    """From one action to another the same modal turns: Slack puts no more than three on top of each other."""
    channel = _channel(at.body)
    found = await at.act(actions.whole, at.desk, at.user_id, action=action, channel=channel)
    await ack()
    view, shown = at.body.get("view") or {}, views.action_view(found, channel)
    if view.get("callback_id") == ids.ACTION_VIEW:
        at.draw.update_view(view["id"], shown)
    else:
        at.draw.page(at.body, shown)


async def _put_off(at: At, choice: ActionChoice, ack: AsyncAck) -> None:
    until = _later(choice.m.removeprefix(ids.PUTTING_OFF))
    done = await at.act(followups.put_off, at.desk, at.user_id, action=choice.i, until=until)
    log.info("put_off", action=choice.i, until=str(done.day))
    await ack()
    at.draw.show(Place.of(at.body), at.user_id, views.put_off(done))


async def _form(at: At, what: str, action: str, ack: AsyncAck) -> None:
    """Whoever has no say in it can only suggest something."""
    if what == ids.SUGGEST:
        found = await at.act(actions.whole, at.desk, at.user_id, action=action, channel=_channel(at.body))
    elif what == ids.NOTE:
        found = await at.act(actions.to_note, at.desk, at.user_id, action=action)
    else:
        found = await at.act(actions.to_change, at.desk, at.user_id, action=action)
    form = views.action_form(what, found, at.value(action))
    if form is None:
        raise ids.OldButton()
    await ack()
    at.draw.page(at.body, form, otherwise=views.action_form(what, found, at.value(action), files=False))


async def _hand_over(at: At, action: str, ack: AsyncAck) -> None:
    found = await at.act(actions.to_change, at.desk, at.user_id, action=action)
    await ack()
    value = at.value(action).model_copy(update={"w": found.action.owner})
    at.draw.page(at.body, views.action_owner_modal(found.action, value))


async def _after_form(at: At, view: Json, value: ActionFormValue, promise: Promise) -> None:
    """The message or the modal from which the form was opened shows how the action stands now."""
    if before := view.get("previous_view_id"):
        await at.redraw(before, ShownAction(i=value.i, h=value.h))
    elif value.t:
        promises = await at.act(actions.look, at.desk, at.user_id, actions=value.m or (value.i,))
        at.draw.redraw(value.c, value.t, views.promises(promises))
    at.draw.posts(promise.owed)
    at.draw.homes([at.user_id, *promise.concerned])


def _channel(body: Json) -> str | None:
    """Where somebody is, as far as we know it: in a channel, or in a modal that was opened there."""
    view = body.get("view") or {}
    if view.get("callback_id") == ids.ACTION_VIEW:
        return ShownAction.read(view["private_metadata"]).h
    return Place.of(body).channel or None


def _state(word: str) -> ActionState:
    """Raises: OldButton for a state that we do not know (any more)."""
    if word not in set(ActionState) - OVER:
        raise ids.OldButton()
    return ActionState(word)


def _later(word: str) -> Later:
    """Raises: OldButton for a time that we do not know (any more)."""
    if word not in list(Later):
        raise ids.OldButton()
    return Later(word)


def _beginning(action_id: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(action_id)}")
