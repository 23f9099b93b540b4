"""The due dates of a plan as a calendar file, by icalendar, which escapes and folds what people wrote.

Each action is an event of a whole day: calendars show these, and many show no to-dos (VTODO). It makes nobody
busy. Its UID stays, and its SEQUENCE grows with each change, so that a file that is imported again
changes what is there. The same plan gives the same file.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.render import cut, one_line, words
from conversation.feeds import Dates
from conversation.plans import Board
from storage.records import Action, ActionState, Assessment, Ticket

if TYPE_CHECKING:
    from icalendar import Calendar, Event

SUMMARY, DESCRIPTION = 250, 2000
#: How often a calendar that subscribes is asked to look again.
_REFRESH = timedelta(hours=6)
#: The end of an event is the moment in which an assessment closes.
_NOTICE = timedelta(minutes=15)


def calendar(board: Board, *, team: str, owner: str | None = None) -> bytes:
    """Of everybody's actions, or of this owner's; in the language that is spoken now."""
    file = _begun(words("calendar", subject=board.assessment.subject).plain("name"))
    for action in actions_of(board, owner):
        person = board.owners.get(action.owner) if action.owner else None
        ticket = board.tickets.by_action.get(action.id)
        name = person.name if person else None
        file.add_component(_event(action, team, board.assessment.subject, ticket, name))
    return bytes(file.to_ical())


def subscription(dates: Dates, *, team: str) -> bytes:
    """What a calendar reads that subscribes to somebody's dates: their actions, which name nobody, and the
    closing of what they facilitate; in the language that is spoken now."""
    file = _begun(words("feed").plain("calendar_name"))
    file.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    file.add("x-published-ttl", "PT6H")
    for action in dates.actions:
        ticket = dates.tickets.get(action.id)
        file.add_component(_event(action, team, dates.subjects[action.assessment_id], ticket, None))
    for assessment in dates.closings:
        file.add_component(_closing(assessment, team))
    return bytes(file.to_ical())


def actions_of(board: Board, owner: str | None) -> list[Action]:
    return [action for action in board.actions if owner in {None, action.owner}]


def _begun(name: str) -> "Calendar":
    from icalendar import Calendar

    file = Calendar()
    file.add("prodid", "-//Tidemark//Action plan//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("name", name)
    file.add("x-wr-calname", name)
    return file


def _closing(assessment: Assessment, team: str) -> "Event":
    from icalendar import Event

    said = words("feed", subject=assessment.subject)
    event = Event()
    event.add("uid", f"closes.{assessment.id}.{team}@tidemark")
    event.add("dtstamp", assessment.opened_at or assessment.created_at)
    event.add("dtstart", assessment.closes_at - _NOTICE)
    event.add("dtend", assessment.closes_at)
    event.add("transp", "TRANSPARENT")
    event.add("summary", cut(one_line(said.plain("closes")), SUMMARY))
    event.add("description", said.plain("closes_about"))
    return event


def _event(action: Action, team: str, subject: str, ticket: Ticket | None, owner: str | None) -> "Event":
    from icalendar import Event

    said = words(
        "calendar",
        objective=action.objective,
        measure=action.measure,
        owner=owner,
        state=words("labels").plain(f"state_{action.state}"),
        over=str(action.state) if action.is_over else None,
        subject=subject,
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
