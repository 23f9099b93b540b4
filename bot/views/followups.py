"""What owners hear of their actions by themselves, and whom it is passed to when they do not answer."""

from datetime import date
from typing import Any

from bot import actions as ids
from bot.actions import ActionValue
from bot.render import Message, label, words
from bot.views import parts
from bot.views.action_buttons import form_button, reminder_buttons
from bot.views.parts import Block, button
from bot.views.plans import ASKED, action_values
from bot.views.tickets import ticket_text
from conversation.contents import Due, DueLine, Escalated, EscalatedLine
from conversation.followups import MOST_LATE, Followed
from conversation.helping import Offered


def due(contents: Due) -> Message:
    """The most urgent first; what does not fit is said in a line."""
    values = [
        _line(line, contents.today) | {"ticket": ticket_text(contents.tickets, line.action)}
        for line in contents.actions
    ]
    said = words("due", actions=values, more=max(len(values) - ASKED, 0))
    blocks = parts.sections(said.slot("lead"))
    for line, value in zip(contents.actions[:ASKED], values, strict=False):
        blocks += parts.sections(words("due", **value).slot("action"))
        blocks.append(reminder_buttons(line.action, contents.tickets))
    if len(values) > ASKED:
        blocks += parts.sections(said.slot("more"))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def escalated(contents: Escalated) -> Message:
    values = [_escalated(line, contents.today) for line in contents.actions]
    subject = contents.assessment.subject
    said = words("escalated", subject=subject, actions=values, more=max(len(values) - ASKED, 0))
    blocks = parts.sections(said.slot("lead"))
    for line, value in zip(contents.actions[:ASKED], values, strict=False):
        blocks += parts.sections(words("escalated", **value).slot("action"))
        blocks.append(_ways_out(line))
    if len(values) > ASKED:
        blocks += parts.sections(said.slot("more"))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def put_off(done: Followed) -> Message:
    said = words("put_off", objective=done.action.objective, day=done.day)
    return Message(said.text(), parts.sections(said.slot("body")))


def asked_again(done: Followed) -> Message:
    action = done.action
    said = words(
        "asked_again", objective=action.objective, owner=action.owner, day=done.day, again=done.again
    )
    return Message(said.text(), parts.sections(said.slot("body")))


def help_offered(done: Offered) -> Message:
    said = words("help_offered", owners=done.owners)
    return Message(said.text(), parts.sections(said.slot("body")))


def _ways_out(line: EscalatedLine) -> Block:
    value, what = ActionValue(i=line.action.id), line.action.objective
    return parts.actions(
        form_button(ids.DATE, line.action),
        button(label("hand_over"), ids.HAND_OVER_ACTION, value, spoken=label("hand_over_spoken", what=what)),
        form_button(ids.DROP, line.action),
        button(label("ask_again"), ids.ASK_AGAIN, value, spoken=label("ask_again_spoken", what=what)),
    )


def _line(line: DueLine, today: date) -> dict[str, Any]:
    return action_values(line.action, today) | {
        "subject": line.assessment.subject,
        "late": line.late,
        "most": MOST_LATE,
        "tells": line.tells,
        "asked": line.asked,
    }


def _escalated(line: EscalatedLine, today: date) -> dict[str, Any]:
    last = line.last
    return action_values(line.action, today) | {
        "owner": line.owner.user_id,
        "owner_gone": line.owner.gone,
        "away": line.owner.away_until if line.owner.away_until and line.owner.away_until > today else None,
        "reminders": line.reminders,
        "last_state": label(f"state_{last.state}") if last else "",
        "last_text": (last.text or "") if last else "",
        "last_at": last.at if last else None,
    }
