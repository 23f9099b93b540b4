"""Answers that came after closing, as the facilitator and their author see them."""

from typing import Any

from bot import actions as ids
from bot.actions import SeatValue
from bot.render import Message, label, words
from bot.views import parts
from bot.views.parts import button
from conversation.contents import LateAnswers
from conversation.sitting import Sitting


def asked(contents: LateAnswers) -> Message:
    sitting, value = contents.sitting, SeatValue(s=contents.sitting.seat.id)
    said = words("late", **_values(sitting), questions=contents.questions)
    choice = parts.actions(
        button(label("add_late"), ids.ADD_LATE, value, primary=True),
        button(label("refuse_late"), ids.REFUSE_LATE, value),
    )
    return Message(said.text(), [*parts.sections(said.slot("body")), choice])


def added(sitting: Sitting) -> Message:
    return _note("added", sitting)


def not_added(sitting: Sitting) -> Message:
    return _note("not_added", sitting)


def dropped(sitting: Sitting) -> Message:
    return _note("dropped", sitting)


def _note(name: str, sitting: Sitting) -> Message:
    said = words("late", **_values(sitting))
    return Message(said.text(name), parts.sections(said.slot(name)))


def _values(sitting: Sitting) -> dict[str, Any]:
    return {"who": sitting.seat.user_id, "subject": sitting.assessment.subject}
