"""What can be done here, for whoever asks or writes what we do not understand."""

from typing import Any

from bot import actions as ids
from bot.render import Message, label, words
from bot.views import parts
from bot.views.parts import Block, button


def help_message(unknown: str | None = None, nearest: str | None = None) -> Message:
    """`unknown` is the word that we did not understand, `nearest` the command that may have been meant."""
    said = words("help", unknown=unknown, nearest=nearest)
    return Message(said.text(), [*parts.sections(said.slot("body")), starting()])


def help_modal() -> dict[str, Any]:
    said = words("help", unknown=None, nearest=None)
    return parts.notice(said.plain("title"), parts.sections(said.slot("body")))


def starting() -> Block:
    """What anybody can do at once."""
    return parts.actions(
        button(label("self_check"), ids.SELF_CHECK, primary=True),
        button(label("scope"), ids.SCOPE),
        button(label("about"), ids.ABOUT),
    )
