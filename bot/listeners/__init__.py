"""One module for each place people meet us. A listener reads, acts, acks, draws, and decides nothing."""

import re

from slack_bolt.async_app import AsyncApp

from bot import actions
from bot.listeners import (
    commands,
    evidence,
    form,
    home,
    interview,
    late,
    messages,
    passing,
    paths,
    plans,
    results,
    scope,
)

_PLACES = (
    commands,
    evidence,
    form,
    home,
    interview,
    late,
    messages,
    passing,
    paths,
    plans,
    results,
    scope,
)


def register(app: AsyncApp) -> None:
    for place in _PLACES:
        place.register(app)
    app.action(re.compile(""))(on_old_button)  # the last one: whatever no place knows


async def on_old_button() -> None:
    """Of a version whose buttons we do not have any more."""
    raise actions.OldButton()
