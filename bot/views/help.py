"""What can be done here, for whoever asks or writes what we do not understand."""

from collections.abc import Iterable
from typing import Any

from bot import actions as ids
from bot.actions import AssessmentValue, SeatValue
from bot.render import Message, label, words
from bot.views import parts
from bot.views.parts import Block, button
from conversation.bearings import Bearings
from storage.records import AssessmentState, SeatState


def help_message(found: Bearings, unknown: str | None = None, nearest: str | None = None) -> Message:
    """What this person can do now. `unknown` is the word that we did not understand, `nearest` the command
    that may have been meant."""
    said = words("help", unknown=unknown, nearest=nearest, besides=False, **_values(found))
    start = _starting() if found.is_free else []
    return _led_on(Message(said.text("body"), parts.sections(said.slot("body"))), *start, *_buttons(found))


def help_besides(here: Message, found: Bearings) -> Message:
    """Below how to go on where they are: what else waits."""
    if found.is_free:
        return _led_on(here)
    said = words("help", unknown=None, nearest=None, besides=True, **_values(found))
    blocks = [*here.blocks, *parts.sections(said.slot("body"))]
    return _led_on(Message(f"{here.text}\n{said.text('body')}", blocks), *_buttons(found))


def _led_on(message: Message, *buttons: Block) -> Message:
    """To every command: by a button, and by words where there are no buttons."""
    every = button(label("every_command"), ids.HELP_ALL)
    text = f"{message.text}\n{words('help').text('footer')}"
    return Message(text, [*message.blocks, parts.actions(*buttons, every)])


def every_command() -> Message:
    said = words("commands")
    return Message(said.text(), parts.sections(said.slot("body")))


def help_modal() -> dict[str, Any]:
    said = words("commands")
    return parts.notice(said.plain("title"), parts.sections(said.slot("body")))


def starting() -> Block:
    """What anybody can do at once."""
    return parts.actions(*_starting())


def _starting() -> list[Block]:
    return [
        button(label("self_check"), ids.SELF_CHECK, primary=True),
        button(label("scope"), ids.SCOPE),
        button(label("about"), ids.ABOUT),
    ]


def _values(found: Bearings) -> dict[str, Any]:
    seat, asked = found.seat or (None, None)
    action, facilitated = found.action, found.facilitated
    return {
        "free": found.is_free,
        "asked": asked and asked.subject,
        "closes_at": asked and asked.closes_at,
        "answered": seat and seat.answered,
        "questions": seat and seat.questions,
        "started": seat and seat.state is SeatState.STARTED,
        "action": action and action.objective,
        "due": action and action.due,
        "facilitated": facilitated and facilitated.subject,
        "open": facilitated and facilitated.state is AssessmentState.OPEN,
        "waiting": found.waiting,
        "draft": found.draft and found.draft.subject,
        "result": found.result and found.result != facilitated and found.result.subject,
    }


def _buttons(found: Bearings) -> Iterable[Block]:
    """The likely ones."""
    if found.seat:
        seat, assessment = found.seat
        name = "start" if seat.state is SeatState.INVITED else "continue"
        spoken = label(f"{name}_spoken", subject=assessment.subject)
        yield button(label(name), ids.START, SeatValue(s=seat.id), spoken=spoken, primary=True)
    if found.facilitated:
        value, subject = AssessmentValue(a=found.facilitated.id), found.facilitated.subject
        yield button(label("status"), ids.STATUS, value, spoken=label("status_spoken", subject=subject))
