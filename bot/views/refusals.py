"""A no as a sentence: what happened, what is safe, what to do."""

from collections.abc import Mapping
from typing import Any

from bot import actions as ids
from bot.actions import AssessmentValue
from bot.render import Message, Words, label, words
from bot.told import told_no
from bot.views import interview, parts
from bot.views.parts import Block
from conversation.errors import AlreadyOpen, Refused, StaleCard

#: What a refusal may carry; a raise site that knows less leaves the rest out.
MAY_CARRY: dict[str, Any] = dict.fromkeys(
    ("name", "known", "subject", "facilitator", "closes_at", "without", "number", "most", "date", "person",
     "owner", "people", "group", "now", "seat", "question", "objective", "said", "levels",
     "aspect", "level", "highest", "passed", "far", "guest", "creators", "error", "assessment", "mine",
     "at", "gone", "reached", "by_clock", "minutes", "channel", "path", "tracker", "examples", "gesture",
     "formats", "bounds", "several", "offline", "may_be")
)  # fmt: skip
_NOBODY = dict.fromkeys(("facilitator", "person", "owner", "creators", "channel"))


def refusal(error: Refused) -> Message:
    return of(error.key, told_no(error))


def of(key: str, values: Mapping[str, Any]) -> Message:
    """By its name, as the ledger keeps it."""
    if key == StaleCard.__name__:
        return interview.stale(values)
    said = _words(values)
    return Message(said.text(key), [*parts.sections(said.slot(key)), *_way_out(key, values)])


def _way_out(key: str, values: Mapping[str, Any]) -> list[Block]:
    if key != AlreadyOpen.__name__ or not values.get("mine"):
        return []
    return [parts.actions(parts.button(label("copy"), ids.COPY, AssessmentValue(a=values["assessment"])))]


def sentence(error: Refused) -> str:
    """For a plain_text object, as under a field of a form, where nobody can be mentioned."""
    return _words({**told_no(error), **_NOBODY}).plain(error.key)


def refused_modal(message: Message) -> dict[str, Any]:
    """In place of a form that has no field under which it could stand."""
    return parts.notice(label("not_done"), message.blocks)


def unknown_error(reference: str) -> Message:
    said = words("refusals", **MAY_CARRY, reference=reference)
    return Message(said.text("unknown_error"), parts.sections(said.slot("unknown_error")))


def _words(values: Mapping[str, Any]) -> Words:
    return words("refusals", **{**MAY_CARRY, **values})
