"""One module for each place people meet us. A listener reads, acts, acks, draws, and decides nothing."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import (
    changes,
    commands,
    evidence,
    facilitating,
    home,
    interview,
    messages,
    paths,
    plans,
    results,
    scope,
    sharing,
)

PLACES = (
    changes,
    commands,
    evidence,
    facilitating,
    home,
    interview,
    messages,
    paths,
    plans,
    results,
    scope,
    sharing,
)


def register(app: AsyncApp) -> None:
    for place in PLACES:
        place.register(app)
