"""The choices that people have about their next reminder."""

from bot import actions as ids
from bot.actions import SnoozeValue
from bot.render import label
from bot.views import parts
from bot.views.parts import Block
from conversation.snoozing import Choice


def later(posting: str) -> Block:
    """For everything that the posting of this key speaks of."""
    choices = [(label(f"snooze_{choice}"), SnoozeValue(k=posting, w=choice)) for choice in Choice]
    return parts.select(ids.SNOOZE, label("snooze"), choices)
