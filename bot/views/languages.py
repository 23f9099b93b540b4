"""The choice of the language in which somebody is spoken to."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import StaticSelectElement

from bot import actions as ids
from bot.language import languages, speaking
from bot.render import Message, label, words
from bot.views import parts
from bot.views.forms import reads
from bot.views.parts import Block
from conversation.contents import Language
from conversation.typed import Speak, language_named

#: The choice of no language of one's own.
AUTOMATIC = "auto"


def language(contents: Language) -> Message:
    """Which it is now, or that one that was asked for is none of ours; with the choice of another."""
    said = words(
        "language",
        unknown=contents.unknown,
        own=contents.chosen is not None,
        known=[*map(_name, languages())],
    )
    block = parts.section(said.slot("body"), menu(contents.chosen))
    return Message(said.text(), [block])


def menu(chosen: str | None) -> Block:
    """Each by the name that those know it by who speak it."""
    own = [parts.option(_name(tongue), tongue) for tongue in languages()]
    options = [parts.option(label("as_in_slack"), AUTOMATIC), *own]
    now = next((option for option in options if option.value == chosen), options[0])
    select = StaticSelectElement(
        action_id=ids.LANGUAGE,
        placeholder=parts.plain(label("language")),
        options=options,
        initial_option=now,
    )
    return select.to_dict()


def switch(spoken_now: str) -> Block:
    """The same in a row of buttons: it shows the language in which it is said, so that whoever cannot read it
    finds their own."""
    options = [parts.option(_name(tongue), tongue) for tongue in languages()]
    now = next(option for option in options if option.value == spoken_now)
    select = StaticSelectElement(
        action_id=ids.LANGUAGE,
        placeholder=parts.plain(label("language")),
        options=options,
        initial_option=now,
    )
    return select.to_dict()


@reads
def read_language(action: Mapping[str, Any]) -> Speak:
    chosen = str(action["selected_option"]["value"])
    return Speak(None) if chosen == AUTOMATIC else language_named(chosen)


def _name(tongue: str) -> str:
    with speaking(tongue):
        return label("this_language")
