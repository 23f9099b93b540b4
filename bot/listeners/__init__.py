"""One module for each place people meet us. A listener reads, acts, acks, draws, and decides nothing."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import (
    commands,
    evidence,
    home,
    interview,
    language,
    messages,
    paths,
    plans,
    results,
    scope,
    setting_up,
)


def register(app: AsyncApp) -> None:
    for place in (
        commands,
        evidence,
        home,
        interview,
        language,
        messages,
        paths,
        plans,
        results,
        scope,
        setting_up,
    ):
        place.register(app)
