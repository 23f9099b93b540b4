"""The buttons of an action, wherever it is shown."""

from collections.abc import Sequence
from datetime import date

from bot import actions as ids
from bot.actions import ActionChoice, ActionValue, DateValue
from bot.render import label
from bot.views import parts
from bot.views.parts import Block, button
from bot.views.tickets import ticket_button
from conversation.actions import to_accept
from conversation.followups import Later
from conversation.ticketing import NONE, Tickets
from storage.records import Action, ActionState

#: In the order in which they are offered.
STATES = (ActionState.DONE, ActionState.ON_TRACK, ActionState.AT_RISK, ActionState.BLOCKED)
#: So many actions a menu holds.
RELATED = 100


def owner_buttons(action: Action, tickets: Tickets = NONE) -> Block:
    """In a message to its owner: how it goes, and what else they may want."""
    asked = [_accept(action)] if to_accept(action) else []
    offered = [ids.OPEN, ids.DATE, ids.OVER, *([ids.DECLINE] if asked else []), ids.DROP]
    return parts.actions(*asked, *_marks(action), ticket_button(tickets, action), _menu(action, offered))


def reminder_buttons(action: Action, tickets: Tickets = NONE) -> Block:
    """In a reminder to its owner, whose next one can be put off."""
    asked = [_accept(action)] if to_accept(action) else []
    offered = [*(f"{ids.PUTTING_OFF}{each}" for each in Later), ids.DATE, ids.OVER, ids.OPEN]
    return parts.actions(*asked, *_marks(action), ticket_button(tickets, action), _menu(action, offered))


def _marks(action: Action) -> list[Block]:
    return [mark_button(action, state) for state in STATES]


def mark_button(action: Action, state: ActionState) -> Block:
    text = label(f"mark_{state}")
    return button(
        text,
        f"{ids.MARK}{state}",
        ActionValue(i=action.id),
        spoken=label("mark_spoken", state=text, objective=action.objective),
        primary=state is ActionState.DONE and not to_accept(action),
    )


def open_button(action: Action) -> Block:
    """To the whole of it."""
    return open_by_id(action.id, action.objective)


def open_by_id(action: str, objective: str) -> Block:
    spoken = label("open_action_spoken", objective=objective)
    return button(label("open_action"), ids.OPEN_ACTION, ActionValue(i=action), spoken=spoken)


def open_menu(actions: Sequence[Action], placeholder: str) -> list[Block]:
    """To one of several."""
    choices = [(action.objective, ActionValue(i=action.id)) for action in actions[:RELATED]]
    return [parts.actions(parts.select(ids.OPEN_ACTION, placeholder, choices))] if choices else []


def form_button(name: str, action: Action, *, primary: bool = False) -> Block:
    text = label(f"action_do_{name}")
    spoken = label("mark_spoken", state=text, objective=action.objective)
    return button(text, f"{ids.ACTION_FORM}{name}", ActionValue(i=action.id), spoken=spoken, primary=primary)


def accept_buttons(action: Action) -> list[Block]:
    """What an owner who was asked can say."""
    suggest = label("suggest_date")
    other = button(
        suggest,
        f"{ids.ACTION_FORM}{ids.DATE}",
        ActionValue(i=action.id),
        spoken=label("mark_spoken", state=suggest, objective=action.objective),
    )
    return [_accept(action), other, form_button(ids.DECLINE, action)]


def done_buttons(action: Action, *, undoable: bool, wished: bool) -> list[Block]:
    """What can be done with what is done."""
    value, found = ActionValue(i=action.id), []
    if undoable:
        spoken = label("undo_done_spoken", objective=action.objective)
        found.append(button(label("undo_done"), ids.UNDO_DONE, value, spoken=spoken))
    if action.state is ActionState.DONE and action.question and not wished:
        spoken = label("ask_question_spoken", objective=action.objective)
        found.append(button(label("ask_question"), ids.ASK_QUESTION, value, spoken=spoken))
    return found


def _menu(action: Action, offered: Sequence[str]) -> Block:
    choices = ((label(f"action_do_{name}"), ActionChoice(i=action.id, m=name)) for name in offered)
    return parts.menu(ids.ACTION_MENU, choices)


def _accept(action: Action) -> Block:
    text = label("accept_action")
    spoken = label("mark_spoken", state=text, objective=action.objective)
    return button(text, ids.ACCEPT_ACTION, ActionValue(i=action.id), spoken=spoken, primary=True)


def date_buttons(action: str, objective: str, day: date) -> Block:
    """A day that an owner suggested: to take it or not."""
    value = DateValue(i=action, d=day)
    return parts.actions(
        *(
            button(
                label(f"date_{name}"),
                f"{ids.DATE_DECIDED}{name}",
                value,
                spoken=label("mark_spoken", state=label(f"date_{name}"), objective=objective),
                primary=name == "take",
            )
            for name in ("take", "keep")
        )
    )
