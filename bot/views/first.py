"""The first minute: the welcome, help for whoever writes, and what we can see and post."""

from typing import Any

from bot.render import LONGEST_TEXT, Message, cut, label, words
from bot.views import parts, refusals
from bot.views.help import every_command, help_message, starting
from conversation.contents import Help, RenewalRefused, ScopesMissing, Welcome
from conversation.errors import NothingToAnswer


def welcome(contents: Welcome) -> Message:
    said = words("welcome", user=contents.user_id)
    return Message(
        said.text(),
        [*parts.sections(said.slot("body")), starting(), parts.context(said.slot("footer"))],
    )


def helped(contents: Help) -> Message:
    """Why nothing came of what they wrote, and what there is to do."""
    if contents.whole:
        return every_command()
    if contents.brief:
        said = words("commands")
        return Message(said.text("brief"), parts.sections(said.slot("brief")))
    message = help_message(contents.bearings, unknown=contents.said or None)
    if contents.asked or contents.bearings.seat or not contents.bearings.took_part:
        return message
    refused = refusals.of(NothingToAnswer.__name__, {})
    return Message(cut(f"{refused.text}\n{message.text}", LONGEST_TEXT), refused.blocks + message.blocks)


def scopes_missing(contents: ScopesMissing) -> Message:
    said = words("scopes", scopes=contents.scopes)
    return Message(said.text("body"), parts.sections(said.slot("body")))


def renewal_refused(contents: RenewalRefused) -> Message:
    said = words("renewal", ends=contents.ends, url=contents.url)
    return Message(said.text("body"), parts.sections(said.slot("body")))


def joined(subjects: tuple[str, ...]) -> Message:
    """To whoever added us to a channel."""
    said = words("joined", subjects=subjects)
    return Message(said.text("body"), parts.sections(said.slot("body")))


def about() -> Message:
    said = words("about")
    return Message(said.text(), [parts.header(said.plain("heading")), *_about()])


def about_modal() -> dict[str, Any]:
    return parts.notice(label("about"), _about())


def _about() -> list[parts.Block]:
    said = words("about")
    names = ("see", "scopes", "post", "kept", "yours")
    return [block for name in names for block in parts.sections(said.slot(name))]


def not_installed() -> Message:
    """To whoever uses what is left of us, where we have been removed."""
    said = words("installing", who="", why="")
    return Message(said.text("missing"), parts.sections(said.slot("missing")))
