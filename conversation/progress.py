"""How the actions of an assessment come along, day by day, from what was said of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from conversation import worktime
from scoring.burnup import BurnUp, Task, burn_up
from storage.records import Action, ActionNote, ActionState


def progress(
    actions: Sequence[Action], notes: Iterable[ActionNote], *, since: datetime, now: datetime, tz: str
) -> BurnUp | None:
    """`since` the round was closed, in days of this time zone; None before anything is agreed."""
    said: dict[str, list[ActionNote]] = {}
    for note in notes:
        said.setdefault(note.action_id, []).append(note)
    tasks = [
        Task(
            agreed=worktime.today(action.agreed_at, tz),
            due=action.due,
            done=_day(action, said.get(action.id, []), ActionState.DONE, tz),
            dropped=_day(action, said.get(action.id, []), ActionState.DROPPED, tz),
        )
        for action in actions
    ]
    return burn_up(tasks, worktime.today(since, tz), worktime.today(now, tz))


def _day(action: Action, notes: Sequence[ActionNote], state: ActionState, tz: str) -> date | None:
    """When it came into the state in which it still is: by what was said last, or by its last change."""
    if action.state != state:
        return None
    moment = action.changed_at
    for note in reversed(notes):
        if note.state != state:
            break
        moment = note.at
    return worktime.today(moment, tz)
