"""The cards of the interview: their buttons, menus and modals."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import CardValue, MenuChoice, QuestionValue, SeatChoice, SeatValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.listeners.form import open_form
from bot.listeners.passing import open_my_role, open_passing
from bot.places import Place
from bot.routes import Routes
from bot.views import forms
from conversation import interview
from conversation.desk import Desk
from conversation.sitting import Choice, Spoken

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.START)(on_start)
    app.action(re.compile(f"^{re.escape(actions.ANSWER)}"), once=True)(on_answer)
    app.action(actions.SKIP, once=True)(on_skip)
    app.action(actions.STILL, once=True)(on_still)
    app.action(actions.BACK)(on_back)
    app.action(actions.CARD_MENU)(on_menu)
    app.action(actions.WHY_ASKED)(on_why)
    app.action(actions.SWITCH)(on_switch)
    app.action(actions.INVITE_MENU)(on_invite_menu)
    app.action(actions.SHOW_ALL)(on_show_all)
    app.action(actions.CHANGE)(on_change)
    app.action(actions.COMMENT)(on_comment)
    app.action(actions.REVIEW)(on_review)
    app.action(actions.SEND)(on_send)
    app.action(actions.DECLINE_INVITATION)(on_decline)
    app.view(actions.COMMENT_MODAL)(on_comment_given)
    app.view(actions.REASON_MODAL)(on_reason_given)


async def on_start(ack: AsyncAck, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    spoken = await act(interview.start, desk, user_id, seat=SeatValue.of(action).s)
    log.info("started", seat=spoken.sitting.seat.id)
    await ack()
    draw.spoken(spoken)


async def on_answer(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    choice = _choice(action["action_id"].removeprefix(actions.ANSWER))
    await _answer(ack, body, CardValue.of(action), choice, user_id, desk, act, draw)


async def on_skip(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    await _answer(ack, body, CardValue.of(action), interview.SKIPPED, user_id, desk, act, draw)


async def on_still(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    card = CardValue.of(action)
    spoken = await act(interview.still, desk, user_id, seat=card.s, question=card.q, revision=card.r)
    log.info("answered", seat=card.s, question=card.q, left=_left(spoken))
    await ack()
    draw.spoken(spoken, Place.of(body))


async def on_back(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    card = CardValue.of(action)
    spoken = await act(interview.back, desk, user_id, seat=card.s, question=card.q, revision=card.r)
    log.info("went_back", seat=card.s, question=card.q)
    await ack()
    draw.spoken(spoken, Place.of(body))


async def on_menu(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    picked = MenuChoice.of(action)
    if picked.m == actions.NOT_MINE:
        await _answer(ack, body, picked, interview.NOT_MINE, user_id, desk, act, draw)
    elif picked.m == actions.DOES_NOT_APPLY:
        sitting = await act(interview.look, desk, user_id, seat=picked.s, question=picked.q)
        await ack()
        item = sitting.interview.item(picked.q)
        draw.open_view(body["trigger_id"], views.reason_modal(sitting, item, picked.r))
    elif picked.m == actions.PASS_ON:
        await open_passing(ack, body, picked.s, picked.q, user_id, desk, act, draw)
    elif picked.m == actions.IN_FORM:
        await open_form(ack, body, picked.s, user_id, desk, act, draw)
    elif picked.m == actions.PAUSE:
        spoken = await act(interview.pause, desk, user_id, seat=picked.s, key=action["action_ts"])
        await ack()
        draw.spoken(spoken)
    else:
        await _explain(ack, QuestionValue(s=picked.s, q=picked.q), action, user_id, desk, act, draw)


async def on_why(ack: AsyncAck, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    await _explain(ack, QuestionValue.of(action), action, user_id, desk, act, draw)


async def on_switch(ack: AsyncAck, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    wanted, key = SeatValue.of(action).s, f"switch/{action['action_ts']}"
    spoken = await act(interview.switch, desk, user_id, seat=wanted, key=key)
    log.info("switched", seat=wanted)
    await ack()
    draw.spoken(spoken)


async def on_invite_menu(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    picked = SeatChoice.of(action)
    if picked.m == actions.PASS_ON:
        await open_passing(ack, body, picked.s, None, user_id, desk, act, draw)
    elif picked.m == actions.MY_ROLE:
        await open_my_role(ack, body, picked.s, user_id, desk, act, draw)
    elif picked.m == actions.RATHER_NOT:
        await _decline(ack, body, picked.s, user_id, desk, act, draw)
    else:
        raise actions.OldButton()


async def on_show_all(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = QuestionValue.of(action)
    sitting = await act(interview.read_again, desk, user_id, seat=wanted.s, question=wanted.q)
    await ack()
    draw.open_view(body["trigger_id"], views.whole_comment(sitting, sitting.interview.item(wanted.q)))


async def on_change(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = QuestionValue.of(action)
    spoken = await act(interview.change, desk, user_id, seat=wanted.s, question=wanted.q)
    log.info("answer_reopened", seat=wanted.s, question=wanted.q)
    await ack()
    draw.spoken(spoken)


async def on_comment(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    card = CardValue.of(action)
    sitting = await act(interview.look, desk, user_id, seat=card.s, question=card.q)
    await ack()
    draw.open_view(body["trigger_id"], views.comment_modal(sitting, sitting.interview.item(card.q)))


async def on_review(ack: AsyncAck, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    spoken = await act(interview.review, desk, user_id, seat=SeatValue.of(action).s)
    await ack()
    draw.spoken(spoken)


async def on_send(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    spoken = await act(interview.send, desk, user_id, seat=SeatValue.of(action).s)
    log.info("sent", seat=spoken.sitting.seat.id)
    await ack()
    draw.spoken(spoken, Place.of(body))


async def on_decline(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    await _decline(ack, body, SeatValue.of(action).s, user_id, desk, act, draw)


async def _decline(
    ack: AsyncAck, body: Json, seat: str, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    spoken = await act(interview.decline, desk, user_id, seat=seat)
    log.info("declined", seat=spoken.sitting.seat.id)
    await ack()
    draw.replace(Place.of(body), views.declined(spoken.sitting))
    draw.spoken(spoken)
    draw.homes([user_id])


async def on_comment_given(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    about = QuestionValue.read(view["private_metadata"])
    text = _typed(view, "comment")
    spoken = await act(
        interview.comment,
        desk,
        user_id,
        seat=about.s,
        question=about.q,
        text=text,
        key=view["id"],
        quotable=views.quoting_allowed(view),
    )
    log.info("commented", seat=about.s, question=about.q)
    await ack()
    draw.spoken(spoken)


async def on_reason_given(
    ack: AsyncAck, body: Json, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    card = CardValue.read(view["private_metadata"])
    choice = interview.does_not_apply(_typed(view, "reason"))
    await _answer(ack, body, card, choice, user_id, desk, act, draw)


async def _answer(
    ack: AsyncAck,
    body: Json,
    card: CardValue,
    choice: Choice,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
) -> None:
    spoken = await act(
        interview.answer, desk, user_id, seat=card.s, question=card.q, revision=card.r, choice=choice
    )
    log.info("answered", seat=card.s, question=card.q, left=_left(spoken))
    await ack()
    draw.spoken(spoken, Place.of(body))


async def _explain(
    ack: AsyncAck, about: QuestionValue, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    key = action["action_ts"]
    spoken = await act(interview.explain, desk, user_id, seat=about.s, question=about.q, key=key)
    await ack()
    draw.spoken(spoken)


def _choice(letter: str) -> Choice:
    """Raises: OldButton for a choice that cards do not have (any more)."""
    if letter == "dk":
        return interview.DONT_KNOW
    if not letter.isdecimal():
        raise actions.OldButton()
    return interview.option(int(letter))


def _left(spoken: Spoken) -> int:
    interview = spoken.sitting.interview
    return len(interview.items) - len(interview.replies)


def _typed(view: Json, block: str) -> str:
    return str(forms.entered(view, block, "text").get("value") or "")
