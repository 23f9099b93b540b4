"""One module for each place people meet us. A listener reads, acts, acks, draws, and decides nothing."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import (
    actions,
    calendar,
    changes,
    commands,
    digests,
    downloads,
    evidence,
    facilitating,
    first,
    followups,
    form,
    home,
    interview,
    introduced,
    language,
    late,
    latecomers,
    messages,
    mydata,
    next_round,
    passing,
    paths,
    plans,
    ranking,
    reminders,
    results,
    retention,
    scope,
    setting_up,
    sharing,
    tickets,
    unknown,
)

#: The last one takes what nobody else takes.
PLACES = (
    actions,
    calendar,
    changes,
    commands,
    digests,
    downloads,
    evidence,
    facilitating,
    first,
    followups,
    form,
    home,
    interview,
    introduced,
    language,
    late,
    latecomers,
    messages,
    mydata,
    next_round,
    passing,
    paths,
    plans,
    ranking,
    reminders,
    results,
    retention,
    scope,
    setting_up,
    sharing,
    tickets,
    unknown,
)


def register(app: AsyncApp) -> None:
    for place in PLACES:
        place.register(app)
