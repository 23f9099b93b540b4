"""Errors become sentences, in the place where the person is: the one handler for everything that a
listener raises before its ack."""

import asyncio
import json
from typing import Any

import structlog
from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot import requests, views
from bot.acks import Overrun
from bot.actions import IN_THE_INTERVIEW, ActionFormValue, OldButton
from bot.drawing import Drawing
from bot.gate import Gate
from bot.office import NotInstalled, Unknown
from bot.patience import NO_HELP, NoHelpFromSlack
from bot.places import Place
from bot.render import Message
from bot.routes import read
from conversation import current, ledger
from conversation.desk import Desk
from conversation.errors import (
    ActionClash,
    DraftChanged,
    NotKept,
    NotSureIfKept,
    Refused,
    StaleCard,
    TooManyAtOnce,
)
from storage.errors import Unavailable, Uncertain

log = structlog.get_logger()

Json = dict[str, Any]

#: Under which input of a form a refusal stands; without one of these names, under the first.
FIELDS = {
    "AlreadyTakesPart": "people",
    "AskedAlready": "to",
    "AskedTooSoon": "due",
    "CannotFacilitate": "others",
    "CannotOwn": "owner person",
    "CannotPostThere": "channel",
    "CannotTakePart": "people person",
    "ClosesEarlier": "closes",
    "ClosesTooSoon": "closes",
    "DeclinedBefore": "to",
    "DueInThePast": "due",
    "NameDiffers": "name",
    "NeedsCircle": "chosen",
    "NoActionReason": "text",
    "NoNumber": "measured",
    "NoObjective": "objective",
    "NeedsInACircle": "needs",
    "NoReason": "reason",
    "NoRoleSuggested": "role",
    "NoRulingReason": "reason",
    "NoRolePicked": "roles",
    "NotAColleague": "to",
    "PassedInACircle": "to",
    "PassedToYourself": "to",
    "NoSettlingReason": "reason",
    "NoSubject": "subject",
    "NoSuchDay": "back_on",
    "NotALink": "link",
    "NotALinkToAnIssue": "link",
    "NothingShown": "what",
    "StartsAfterDue": "starts",
    "TooManySteps": "steps lines",
    "NobodyInvited": "people",
    "TooFarAhead": "closes due",
    "TooFewToHide": "group",
    "TooManyPeople": "people",
    "WouldLoosen": "privacy",
}


#: Slack brings an event three times more when it is not acked: at once, after a minute, and after five.
LAST_TRY = 3

#: For so many seconds an ack waits for words that go another way.
PATIENCE = 1.5

#: Told on top of the form in which the button was pressed, because it is about what stands there.
IN_PLACE = {"NotBeforeThat", "OrderChanged", "SealBroken"}


async def explain(error: Exception, body: Json, context: AsyncBoltContext) -> BoltResponse | None:
    """A no is told in words; a bug gets a reference that the log can be searched for.

    An event that failed is not acked, so that Slack brings it again.
    """
    if isinstance(error, NotInstalled):
        return await _nobody(body, context)
    if isinstance(error, Unavailable):
        return _not_kept(error, body, context)
    if "desk" not in context:  # Slack brings an event again
        log.error("not_begun", error=type(error).__name__, exc_info=not isinstance(error, Unknown))
        return BoltResponse(status=500)
    desk: Desk = context["desk"]
    if isinstance(error, NO_HELP):
        log.warning("slack_did_not_help", error=str(error)[:300])
        if body.get("event"):
            return BoltResponse(status=500)
        error = NoHelpFromSlack()
    if isinstance(error, Refused):
        log.info("refused", reason=error.key)
        if isinstance(error, DraftChanged) and body.get("type") == "view_submission":
            return _json({"response_action": "update", "view": views.clash_modal(error)})
        if isinstance(error, ActionClash) and body.get("type") == "view_submission":
            shown = ActionFormValue.read(body["view"]["private_metadata"])
            return _json({"response_action": "update", "view": views.action_clash_modal(error, shown)})
        event = body.get("event")
        if event:
            await _answer_event(context["act"], context["draw"], desk, event, error)
            return BoltResponse(status=200)
        if isinstance(error, OldButton):
            return await _renew(context, desk, body)
        if error.key in IN_PLACE and _is_pressed_in_a_form(body):
            context["draw"].push_view(body["trigger_id"], views.refused_modal(_words(error)))
            return BoltResponse(status=200)
        return _answer(context, body, _words(error), views.sentence(error), _field(body, error))
    log.error("failed", exc_info=error)
    if body.get("event"):
        return BoltResponse(status=500)
    message = views.unknown_error(requests.number())
    return _answer(context, body, message, message.text)


def _is_pressed_in_a_form(body: Json) -> bool:
    return body.get("type") == "block_actions" and (body.get("view") or {}).get("type") == "modal"


async def _nobody(body: Json, context: AsyncBoltContext) -> BoltResponse:
    """To whoever uses what is left of us where we have been removed."""
    message = views.not_installed()
    log.warning("not_installed", team=context.team_id, organisation=context.enterprise_id)
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if body.get("type") == "view_submission":
        return _json({"response_action": "update", "view": views.refused_modal(message)})
    respond = context.respond
    if context.response_url and respond:
        try:
            async with asyncio.timeout(PATIENCE):
                await respond(message.text, replace_original=False)
        except NO_HELP as error:
            log.warning("slack_did_not_help", error=type(error).__name__)
    return BoltResponse(status=200)


def _not_kept(error: Unavailable, body: Json, context: AsyncBoltContext) -> BoltResponse:
    """Said without the database. Of what somebody wrote Slack tells us again; if that was the last time, they
    hear that it was not kept."""
    if isinstance(error, Overrun):
        log.warning("overrun", said=str(error))
        no: Refused = TooManyAtOnce()
    else:
        log.error("database_unavailable", said=str(error))
        no = NotSureIfKept(gesture=_gesture(body)) if isinstance(error, Uncertain) else NotKept()
    event = body.get("event")
    if not event:
        return _answer(context, body, views.refusal(no), views.sentence(no))
    is_last = context.get("retry", 0) >= LAST_TRY
    if is_last and event.get("channel_type") == "im" and context.user_id:
        draw: Drawing = context["draw"]
        draw.tell(context.user_id, views.refusal(no))
    return BoltResponse(status=500)


def _gesture(body: Json) -> str:
    """What somebody did, as far as it says where they see whether it was kept."""
    asked = read(body)
    if asked is None or asked.kind == "event":
        return "typed"
    if asked.name.partition(":")[0] in {name.removesuffix(":") for name in IN_THE_INTERVIEW}:
        return "answer"
    return "form" if asked.kind == "view" else "other"


def _words(error: Refused) -> Message:
    return views.stale(error.values) if isinstance(error, StaleCard) else views.refusal(error)


def _answer(
    context: AsyncBoltContext, body: Json, message: Message, sentence: str, field: str = ""
) -> BoltResponse:
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if body.get("type") == "view_submission":
        return _json(_in_the_form(body, message, sentence, field))
    draw: Drawing = context["draw"]
    draw.show(Place.of(body), context.user_id or "", message)
    return BoltResponse(status=200)


def _in_the_form(body: Json, message: Message, sentence: str, field: str) -> Json:
    """Under the field that is wrong; a form without any gets a page on top of it."""
    if inputs := _inputs(body):
        return {"response_action": "errors", "errors": {field or inputs[0]: sentence}}
    return {"response_action": "push", "view": views.refused_modal(message)}


async def _renew(context: AsyncBoltContext, desk: Desk, body: Json) -> BoltResponse:
    """A button or a form that we no longer know: whoever used it gets the current one."""
    draw: Drawing = context["draw"]
    user, place, view = context.user_id or "", Place.of(body), body.get("view") or {}
    if body.get("type") == "view_submission":
        return _json({"response_action": "update", "view": views.old_form()})
    if view.get("type") == "modal":
        draw.update_view(view["id"], views.old_form())
        return BoltResponse(status=200)
    if view:
        draw.home(user)
    found = await context["act"](current.instead_of, desk, user, channel=place.channel, ts=place.ts)
    if found.contents:
        draw.replace(place, views.message(found.contents))
    if found.spoken:
        draw.spoken(found.spoken)
    draw.show(place, user, views.old_button(here=bool(found.contents or found.spoken)))
    return BoltResponse(status=200)


async def _answer_event(act: Gate, draw: Drawing, desk: Desk, event: Json, error: Refused) -> None:
    """Through the ledger, because Slack may bring the same event again."""
    owed = await act(
        ledger.refuse,
        desk,
        _author(event),
        key=f"{event.get('channel')}/{event.get('ts')}",
        error=error,
    )
    draw.posts(owed)


def _author(event: Json) -> str:
    """Of a message, or of one that was changed."""
    return str(event.get("user") or (event.get("message") or event.get("previous_message") or {})["user"])


def _field(body: Json, error: Refused) -> str:
    """The input that is wrong, if this is a form and the refusal is about one of its inputs."""
    without = error.values.get("without") or ()
    names = FIELDS.get(error.key, "").split()
    steps = {f"{name}:{error.values.get('step')}" for name in names}
    wanted = {*names, *steps, *(f"role:{person}" for person in without)}
    return next((block for block in _inputs(body) if block in wanted), "")


def _inputs(body: Json) -> list[str]:
    """Slack shows a form's error under one of its inputs, if it has any."""
    blocks = (body.get("view") or {}).get("blocks") or ()
    return [block["block_id"] for block in blocks if block["type"] == "input" and "block_id" in block]


def _json(body: Json) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": ["application/json"]})
