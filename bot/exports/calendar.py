"""The due dates of a plan as a calendar file, by icalendar, which escapes and folds what people wrote.

Each action is an event of a whole day: calendars show these, and many show no to-dos (VTODO). It makes nobody
busy. Its UID stays, and its SEQUENCE grows with each change, so that a file that is imported again
changes what is there. The same plan gives the same file.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.render import cut, one_line, words
from conversation.plans import Board
from storage.records import Action, ActionState

if TYPE_CHECKING:
    from icalendar import Calendar, Event

SUMMARY, DESCRIPTION = 250, 2000


def calendar(board: Board, *, team: str, owner: str | None = None) -> bytes:
    """Of everybody's actions, or of this owner's; in the language that is spoken now."""
    from icalendar import Calendar

    file = Calendar()
    file.add("prodid", "-//Tidemark//Action plan//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    _name(file, words("calendar", subject=board.assessment.subject).plain("name"))
    for action in actions_of(board, owner):
        file.add_component(_event(board, action, team))
    return bytes(file.to_ical())


def actions_of(board: Board, owner: str | None) -> list[Action]:
    return [action for action in board.actions if owner in {None, action.owner}]


def _name(file: "Calendar", name: str) -> None:
    file.add("name", name)
    file.add("x-wr-calname", name)


def _event(board: Board, action: Action, team: str) -> "Event":
    from icalendar import Event

    ticket = board.tickets.by_action.get(action.id)
    person = board.owners.get(action.owner) if action.owner else None
    said = words(
        "calendar",
        objective=action.objective,
        measure=action.measure,
        owner=person.name if person else None,
        state=words("labels").plain(f"state_{action.state}"),
        over=str(action.state) if action.is_over else None,
        subject=board.assessment.subject,
    )
    event = Event()
    event.add("uid", f"{action.id}.{team}@tidemark")
    event.add("dtstamp", action.changed_at)
    event.add("last-modified", action.changed_at)
    event.add("sequence", max(int((action.changed_at - action.agreed_at).total_seconds()), 0))
    event.add("dtstart", action.due)
    event.add("dtend", action.due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    if action.state is ActionState.DROPPED:
        event.add("status", "CANCELLED")
    event.add("summary", cut(one_line(said.plain("summary")), SUMMARY))
    event.add("description", cut(said.plain("description"), DESCRIPTION))
    if ticket and ticket.url:
        event.add("url", ticket.url)
    return event
