"""What can be done here, for whoever asks or writes what we do not understand."""

from bot import actions as ids
from bot.render import Message, label, words
from bot.views import parts
from bot.views.parts import button


def help_message(unknown: str | None = None, nearest: str | None = None) -> Message:
    """`unknown` is the word that we did not understand, `nearest` the command that may have been meant."""
    said = words("help", unknown=unknown, nearest=nearest)
    start = parts.actions(button(label("scope"), ids.SCOPE, primary=True))
    return Message(said.text(), [*parts.sections(said.slot("body")), start])
