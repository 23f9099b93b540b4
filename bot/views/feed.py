"""The private address to which somebody's calendar subscribes."""

from typing import Any

from bot import actions as ids
from bot.actions import FeedValue
from bot.render import label, words
from bot.views import parts
from bot.views.parts import Block, button
from conversation.feeds import Address


def feed_button(*, reachable: bool) -> Block | None:
    """Where calendars reach us."""
    return button(label("subscribe"), ids.FEED, FeedValue()) if reachable else None


def feed_view(found: Address, *, ended: bool = False) -> dict[str, Any]:
    said = words("feed", url=found.url, made_at=found.made_at)
    state = "ended" if ended else "made" if found.url else "kept" if found.made_at else "none"
    value = FeedValue(m=found.seen)
    make = button(label("make_address"), ids.FEED_NEW, value, primary=True)
    again = button(label("renew_address"), ids.FEED_NEW, value)
    end = button(label("end_address"), ids.FEED_END, value)
    blocks = [
        *parts.sections(said.slot(state)),
        *([parts.context(said.slot("how"))] if found.url else []),
        parts.actions(again, end) if found.made_at else parts.actions(make),
        parts.context(said.slot("footer")),
    ]
    return parts.notice(said.plain("title"), blocks)
