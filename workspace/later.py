"""Messages for later: they are posted when the workspace's clock says so."""

from __future__ import annotations

from functools import partial

from workspace import messages
from workspace.state import Channel, Scheduled
from workspace.team import Team

DAY = 24 * 3600
FARTHEST = 120 * DAY
MOST_AT_ONCE, AT_ONCE = 30, 5 * 60
TOO_LATE_TO_DELETE = 60


def schedule(team: Team, planned: Scheduled) -> Scheduled:
    team.scheduled[planned.id] = planned
    team.clock.at(planned.post_at, partial(_post, team, planned.id))
    return planned


def crowded(team: Team, place: Channel, post_at: int) -> bool:
    """Whether this one would be the thirty-first in a channel within some five minutes."""
    there = [planned.post_at for planned in team.scheduled.values() if planned.channel == place.id]
    times = sorted([*there, post_at])
    windows = zip(times, times[MOST_AT_ONCE:], strict=False)
    return any(last - first < AT_ONCE for first, last in windows)


def _post(team: Team, planned_id: str) -> None:
    """What cannot be posted by then is silently gone, as is what was deleted."""
    planned = team.scheduled.pop(planned_id, None)
    if planned is None or planned.lost or not team.app.installed:
        return
    place = team.channels.get(planned.channel)
    if place and not place.archived:
        messages.post(
            team,
            place,
            author=team.people[planned.author],
            by_app=True,
            text=planned.text,
            blocks=planned.blocks,
            thread_ts=planned.thread_ts,
            broadcast=planned.broadcast,
            sender=planned.sender,
        )
