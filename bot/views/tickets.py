"""The issue of an action: how it stands, the form in which one chooses it, and what is said of it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Option, PlainTextInputElement, RadioButtonsElement

from bot import actions as ids
from bot.actions import ActionValue, TicketValue
from bot.render import Message, Mrkdwn, Words, cut, escape, label, one_line, shown, words
from bot.views import forms, parts
from bot.views.parts import Block, button
from conversation.remarks import Writing
from conversation.ticketing import Draft, Ticketing, TicketNews, Tickets, Wish
from conversation.trackers import TrackerHere
from storage.records import Action, ActionState, Ticket, TicketState, TrackerKind

#: What the form offers beside the trackers.
KEEP, NO_TICKET = "keep", "none"
LONGEST_LINK = 500
TITLE = 200


@dataclass(frozen=True)
class TicketForm:
    """A link, if one was pasted; else the tracker in which a new issue is wanted, or none at all."""

    choice: str
    link: str

    @property
    def tracker(self) -> TrackerKind | None:
        return TrackerKind(self.choice) if self.choice in list(TrackerKind) else None

    @property
    def wish(self) -> Wish:
        """The same in the form in which an action is agreed."""
        return Wish(self.tracker, self.link)


def ticket_button(tickets: Tickets, action: Action) -> Block | None:
    """Where a tracker is set up."""
    if not tickets.here:
        return None
    spoken = label("ticket_spoken", objective=action.objective)
    return button(label("ticket"), ids.TICKET, ActionValue(i=action.id), spoken=spoken)


def ticket_lines(tickets: Tickets, action: Action) -> list[Block]:
    """How its issue stands, if it has one."""
    ticket = tickets.by_action.get(action.id)
    return [parts.context(_about(ticket, tickets).slot("line"))] if ticket else []


def ticket_text(tickets: Tickets, action: Action) -> str | Mrkdwn | None:
    """The same within a sentence: where it is, and its status."""
    ticket = tickets.by_action.get(action.id)
    if ticket is None or not ticket.is_there:
        return None
    said = _about(ticket, tickets)
    return Mrkdwn(said.slot("short"), said.text("short"))


def issue_words(ticket: Ticket) -> str:
    """For a file: what people call it, and how it stood last."""
    stands = words("ticket", status=ticket.status and str(ticket.status), detail=ticket.detail).plain(
        "stands"
    )
    return words("ticket", issue=ticket.key, stands=stands).plain("short")


def ticket_modal(found: Ticketing) -> dict[str, Any]:
    writes = max((str(here.writes) for here in found.here), default="")
    said = words("ticket", objective=found.action.objective, has=found.ticket is not None, writes=writes)
    keep = [parts.option(said.plain("keep"), KEEP)] if found.ticket else []
    blocks = [
        *parts.sections(said.slot("lead")),
        *ticket_lines(found.tickets, found.action),
        *_choosing(said, found.here, keep),
        parts.context(said.slot("footer")),
    ]
    return parts.modal(
        ids.TICKET_MODAL,
        said.plain("title"),
        blocks,
        submit=said.plain("submit"),
        metadata=TicketValue(i=found.action.id, w=found.seen),
    )


def issue_fields(trackers: Sequence[TrackerHere]) -> list[Block]:
    """The same in the form in which an action is agreed, where a tracker is set up."""
    said = words("ticket", has=False)
    return _choosing(said, trackers, hint=said.plain("choice_hint")) if trackers else []


@forms.reads
def read_ticket(view: Mapping[str, Any]) -> TicketForm:
    choice = forms.choice(forms.entered(view, "choice")) or KEEP
    return TicketForm(choice, forms.typed_in(view, "link"))


def ticket_saved(found: Ticketing) -> dict[str, Any]:
    """What the form becomes."""
    said = words("ticket", objective=found.action.objective, has=found.ticket is not None)
    return parts.notice(
        said.plain("title"),
        [*parts.sections(said.slot("saved")), *ticket_lines(found.tickets, found.action)],
    )


def ticket_again(found: Ticketing) -> Message:
    """What a message becomes that told of a failure, once it is tried again."""
    said = words("ticket", objective=found.action.objective, has=True)
    lines = ticket_lines(found.tickets, found.action)
    return Message(said.text("again"), [*parts.sections(said.slot("again")), *lines])


def ticket_news(contents: TicketNews) -> Message:
    action, ticket = contents.action, contents.ticket
    tickets = Tickets(contents.here, {action.id: ticket})
    about = _about(
        ticket,
        tickets,
        objective=action.objective,
        subject=contents.assessment.subject,
        told=contents.told and str(contents.told),
        **({"why": contents.obstacle, "said": contents.words} if contents.obstacle else {}),
    )
    blocks = [*parts.sections(about.slot(contents.word)), *_offers(contents, tickets)]
    return Message(about.text(contents.word).replace("*", ""), blocks)


def issue_title(draft: Draft) -> str:
    return cut(one_line(shown(draft.objective)), TITLE)


def issue_body(draft: Draft) -> str:
    """In the tracker, as plain text."""
    said = words(
        "ticket", objective=draft.objective, measure=draft.measure, due=draft.due, subject=draft.subject
    )
    return said.plain("issue")


def _choosing(
    said: Words, trackers: Sequence[TrackerHere], first: Sequence[Option] = (), *, hint: str | None = None
) -> list[Block]:
    options: list[Option] = [
        *first,
        parts.option(said.plain("none"), NO_TICKET),
        *(
            parts.option(
                words("ticket", name=_name(here.kind), place=here.place, kind=str(here.kind)).plain("new"),
                str(here.kind),
            )
            for here in trackers
        ),
    ]
    choice = RadioButtonsElement(action_id="choice", options=options, initial_option=options[0])
    link = PlainTextInputElement(
        action_id="link", max_length=LONGEST_LINK, placeholder=parts.plain(said.plain("example"), 150)
    )
    return [
        parts.field("choice", said.plain("choice"), choice, hint=hint),
        parts.field("link", said.plain("link"), link, hint=said.plain("link_hint"), optional=True),
    ]


def remark_body(writing: Writing) -> str:
    """Below the issue, as plain text."""
    remark = writing.remark
    return words("ticket", due=remark.due, subject=writing.subject).plain(f"remark_{remark.word}")


def _offers(contents: TicketNews, tickets: Tickets) -> list[Block]:
    action, value = contents.action, ActionValue(i=contents.action.id)
    ticket = ticket_button(tickets, action)
    match contents.word:
        case "failed":
            spoken = label("try_again_spoken", objective=action.objective)
            again = button(label("try_again"), ids.TICKET_AGAIN, value, spoken=spoken, primary=True)
            return [parts.actions(again, ticket)]
        case "closed":
            done = label(f"mark_{ActionState.DONE}")
            spoken = label("mark_spoken", state=done, objective=action.objective)
            mark = button(
                label("mark_it_done"), f"{ids.MARK}{ActionState.DONE}", value, spoken=spoken, primary=True
            )
            return [parts.actions(mark, ticket)]
        case _:
            return parts.actions_if(ticket)


def _about(ticket: Ticket, tickets: Tickets, **more: Any) -> Words:
    here = next((each for each in tickets.here if each.kind is ticket.tracker), None)
    values = {
        "kind": str(ticket.tracker),
        "name": _name(ticket.tracker),
        "place": here.place if here else "",
        "state": str(ticket.state),
        "issue": _link(ticket),
        "status": str(ticket.status) if ticket.status else None,
        "detail": ticket.detail,
        "checked_at": ticket.checked_at,
        "why": ticket.refused,
        "said": ticket.words,
        "waits": ticket.state is TicketState.OWED and ticket.failures > 0,
        "again_at": ticket.due_at,
        "told": None,
        **more,
    }
    clauses = words("ticket", **values)
    return words("ticket", **values, **{name: _clause(clauses, name) for name in ("reason", "stands")})


def _clause(said: Words, name: str) -> Mrkdwn:
    """A part of several sentences."""
    return Mrkdwn(said.slot(name), said.text(name))


def _link(ticket: Ticket) -> Mrkdwn | str:
    if not ticket.url or not ticket.key:
        return ""
    return Mrkdwn(f"<{escape(ticket.url)}|{escape(ticket.key)}>", f"{ticket.key} ({ticket.url})")


def _name(kind: TrackerKind) -> str:
    return label(f"tracker_{kind}")
