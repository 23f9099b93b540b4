"""What a self-check comes to, and what is said around it."""

from typing import Any

from bot import actions as ids
from bot.actions import SeatValue
from bot.render import Message, Words, in_bold, label, words
from bot.views import parts
from bot.views.parts import Block, button
from conversation import self_check
from conversation.self_check import Look
from conversation.sitting import Sitting


def outcome(sitting: Sitting) -> Message:
    said = _words(sitting)
    looks = [words("self_check", look=look) for look in said.values["looks"]]
    lines = [f"{look.plain('aspect')}. {look.plain('step')}" for look in looks]
    return Message(
        words("self_check", **said.values, lines=lines).text(),
        [
            parts.header(said.plain("headline")),
            *parts.sections(said.slot("why")),
            *(parts.section(f"*{look.slot('aspect')}*\n{look.slot('step')}") for look in looks),
            _buttons(sitting, said),
            parts.context(said.slot("footer")),
        ],
    )


def deleted() -> Message:
    return _note("deleted")


def again() -> Message:
    return _note("again")


def asked() -> Message:
    """Where somebody who asked for it elsewhere finds it."""
    return _note("asked")


def on_home(sitting: Sitting) -> Block:
    said = _words(sitting)
    asking = sitting.interview.asking is not None
    onward = label("self_check_continue" if asking else "self_check_see")
    here = words(
        "self_check",
        **said.values,
        asking=asking,
        answered=sitting.interview.answered,
        questions=len(sitting.interview.items),
    )
    return parts.section(here.slot("home"), button(onward, ids.SELF_CHECK))


def _buttons(sitting: Sitting, said: Words) -> Block:
    seat = SeatValue(s=sitting.seat.id)
    return parts.actions(
        button(label("scope"), ids.SCOPE, primary=True),
        button(label("self_check_again"), ids.SELF_CHECK_AGAIN, seat, confirm=_confirm(said, "again")),
        button(label("self_check_delete"), ids.SELF_CHECK_DELETE, seat, confirm=_confirm(said, "delete")),
    )


def _confirm(said: Words, what: str) -> Block:
    return parts.confirm(
        said.plain(f"{what}_title"),
        said.plain(f"{what}_warning"),
        yes=label(f"self_check_{what}_yes"),
        no=label("self_check_keep"),
    )


def _words(sitting: Sitting) -> Words:
    found = self_check.outcome(sitting)
    level = None if found.level is None else sitting.pack.levels[found.level]
    return words(
        "self_check",
        level=found.level,
        name=level and level.name,
        meaning=level and level.meaning,
        looks=[_look(sitting, look) for look in found.looks],
    )


def _look(sitting: Sitting, look: Look) -> dict[str, Any]:
    item, following = look.item, look.next_level
    step = None if following is None else item.advice.get(following) or item.levels[following]
    return {
        "aspect": in_bold(look.aspect),
        "level": look.level,
        "name": None if look.level is None else sitting.pack.levels[look.level].name,
        "kind": str(look.reply.kind) if look.reply else None,
        "question": item.wording(()),
        "step": step,
    }


def _note(name: str) -> Message:
    said = words("self_check")
    return Message(said.text(name), parts.sections(said.slot(name)))
