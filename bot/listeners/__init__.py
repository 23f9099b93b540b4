"""One module for each place people meet us. A listener reads, acts, acks, draws, and decides nothing."""

from functools import cache

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
    importing,
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
from bot.routes import Routes

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
    importing,
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


@cache
def routes() -> Routes:
    """The same for every app: what a listener works on, it asks for."""
    found = Routes()
    for place in PLACES:
        place.register(found)
    return found
