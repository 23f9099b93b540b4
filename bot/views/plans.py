"""The plan: ranked gaps, the actions that were agreed about them, and how these go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    DatePickerElement,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)

from bot import actions as ids
from bot.actions import ActionValue, AssessmentValue, GapValue, OrderValue
from bot.render import LONGEST_TEXT, Message, Words, cut, label, words
from bot.views import forms, parts
from bot.views.downloads import download_button
from bot.views.parts import Block, button
from bot.views.paths import path_buttons
from bot.views.ranking import ranking_button
from bot.views.results import gap_values, points, rank_button
from bot.views.tickets import ticket_button, ticket_lines, ticket_text
from conversation.contents import Agreed
from conversation.plans import Board, Promise, Proposal
from conversation.scope import Ranking
from conversation.ticketing import NONE, Tickets
from storage.records import Action, ActionState, Assessment

#: How many gaps a board shows, how many of the agreed actions, and how many actions one message asks about.
GAPS, AGREED, ASKED = 10, 30, 20
OBJECTIVE = 600
#: Of a placeholder.
PLACEHOLDER = 150
#: In the order in which they are offered.
STATES = (ActionState.DONE, ActionState.ON_TRACK, ActionState.AT_RISK, ActionState.BLOCKED)


@dataclass(frozen=True)
class ActionForm:
    objective: str
    measure: str
    owner: str
    due: date


def board(found: Board) -> Message:
    pack, gaps = found.pack, found.open_gaps
    moved = {each.step: each.moved for each in found.order.moved}
    shown = [gap_values(pack, gap) | {"moved": moved.get(gap.step)} for gap in gaps[:GAPS]]
    agreed_on = [
        action_values(action, found.today) | {"ticket": ticket_text(found.tickets, action)}
        for action in found.actions
    ]
    said = words(
        "board",
        subject=found.assessment.subject,
        facilitator=found.assessment.facilitator,
        facilitating=found.facilitating,
        ranking=str(found.ranking),
        gaps=shown,
        by_people=found.order.by_people,
        cut_off=found.order.cut_off,
        later=len(gaps) > found.order.cut_off,
        more=max(len(gaps) - GAPS, 0),
        none_at_all=not found.findings.gaps,
        actions=agreed_on[:AGREED],
        more_actions=max(len(agreed_on) - AGREED, 0),
        done=sum(action.state is ActionState.DONE for action in found.actions),
        carried=[
            action_values(each.action, found.today) | {"round": each.number}
            for each in found.carried[:AGREED]
        ],
        more_carried=max(len(found.carried) - AGREED, 0),
    )
    blocks = [parts.header(said.plain("title")), *_lead(found, said)]
    for number, (gap, values) in enumerate(zip(gaps, shown, strict=False), start=1):
        plan = button(
            label("plan_gap"),
            ids.PLAN_GAP,
            GapValue(a=found.assessment.id, g=gap.step),
            spoken=label("plan_gap_spoken", title=gap.title, level=gap.level),
        )
        part = words("board", **{**said.values, "number": number, "gap": values})
        first, *rest = parts.chunks(part.slot("gap").splitlines())
        blocks.append(parts.section(first, plan if found.facilitating else None))
        blocks += map(parts.section, rest)
    if found.actions:
        blocks += parts.sections(said.slot("agreed"))
        blocks.append(parts.actions(_progress_button(found.assessment)))
        blocks += _tickets(found)
        blocks.append(_files(found))
    if found.carried:
        blocks += parts.sections(said.slot("carried"))
    if found.order.ranked:
        rank = rank_button(found.assessment) if found.facilitating else None
        blocks.append(parts.actions(rank, ranking_button(found.assessment)))
    blocks.append(path_buttons(found.assessment.id, download_button(found.assessment)))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def _files(found: Board) -> Block:
    """How far it is as a picture, and the due dates as a file: everybody's, and one's own."""
    value = AssessmentValue(a=found.assessment.id)
    return parts.actions(
        _progress_button(found.assessment),
        button(label("calendar"), f"{ids.CALENDAR}{ids.ALL}", value),
        button(label("calendar_mine"), f"{ids.CALENDAR}{ids.MINE}", value) if found.owns_some else None,
    )


def _tickets(found: Board) -> list[Block]:
    """For who plans: the issues of the agreed actions."""
    if not (found.tickets.here and found.facilitating):
        return []
    choices = [(action.objective, ActionValue(i=action.id)) for action in found.actions[:AGREED]]
    return [parts.actions(parts.select(ids.TICKET, label("ticket_of"), choices))]


def _progress_button(assessment: Assessment) -> Block:
    spoken = label("show_progress_spoken", subject=assessment.subject)
    return button(label("show_progress"), ids.PROGRESS, AssessmentValue(a=assessment.id), spoken=spoken)


def _lead(found: Board, said: Words) -> list[Block]:
    """With the choice of an order for who plans, where there is something to order."""
    if not (found.facilitating and found.open_gaps):
        return parts.sections(said.slot("lead"))
    options = {
        ranking: parts.option(
            label(f"order_{ranking}"),
            OrderValue(a=found.assessment.id, o=ranking.value).pack(),
            hint=label(f"order_{ranking}_hint"),
        )
        for ranking in Ranking
    }
    select = StaticSelectElement(
        action_id=ids.BOARD_ORDER, options=list(options.values()), initial_option=options[found.ranking]
    )
    first, *rest = parts.sections(said.slot("lead"))
    return [first | {"accessory": select.to_dict()}, *rest]


def action_modal(proposal: Proposal, owner: str | None) -> dict[str, Any]:
    gap, item = proposal.gap, proposal.item
    said = words(
        "action_form",
        title=item.title,
        aspect=proposal.aspect_title,
        level=gap.level,
        level_name=proposal.level_name,
        priority=points(gap.priority),
        anchor=gap.anchor,
        evidence=item.evidence_for(gap.level),
    )

    objective = PlainTextInputElement(
        action_id="objective",
        multiline=True,
        max_length=OBJECTIVE,
        initial_value=cut(said.plain("objective_first"), OBJECTIVE),
    )
    measure = PlainTextInputElement(
        action_id="measure",
        multiline=True,
        min_length=1,
        max_length=OBJECTIVE,
        placeholder=parts.plain(said.plain("measure_example"), PLACEHOLDER),
    )
    blocks = [
        parts.context(said.slot("about")),
        parts.field("objective", said.plain("objective"), objective),
        parts.field("measure", said.plain("measure"), measure, hint=said.plain("measure_hint")),
        parts.field(
            "owner",
            said.plain("owner"),
            UserSelectElement(action_id="owner", initial_user=owner),
            hint=said.plain("owner_hint"),
        ),
        parts.field(
            "due",
            said.plain("due"),
            DatePickerElement(action_id="due", initial_date=proposal.due.isoformat()),
        ),
    ]
    return parts.modal(
        ids.ACTION_MODAL,
        said.plain("form"),
        blocks,
        submit=said.plain("submit"),
        metadata=GapValue(a=proposal.assessment.id, g=gap.step),
    )


def read_action(view: Mapping[str, Any]) -> ActionForm:
    return ActionForm(
        objective=forms.text(forms.entered(view, "objective")),
        measure=forms.text(forms.entered(view, "measure")),
        owner=forms.entered(view, "owner")["selected_user"],
        due=date.fromisoformat(forms.entered(view, "due")["selected_date"]),
    )


def agreed(contents: Agreed) -> Message:
    action = contents.action
    said = words(
        "agreed",
        subject=contents.assessment.subject,
        title=contents.title,
        agreed_by=action.agreed_by,
        objective=action.objective,
        measure=action.measure,
        level=action.level,
        due=action.due,
    )
    blocks = [
        *parts.sections(said.slot("body")),
        *ticket_lines(contents.tickets, action),
        mark_buttons(action, contents.tickets),
        parts.context(said.slot("footer")),
    ]
    return Message(said.text(), blocks)


def mine(actions: Sequence[Action]) -> Message:
    """Somebody's own unfinished actions, whenever they ask."""
    return _asking("mine", [action_values(action, None) for action in actions], actions)


def promises(found: Sequence[Promise]) -> Message:
    """What the owner's message becomes after a button: each of its actions as it stands now."""
    each = [marked(promise) for promise in found]
    return Message(
        cut("\n".join(message.text for message in each), LONGEST_TEXT) or words("mine", actions=[]).text(),
        [block for message in each for block in message.blocks]
        or parts.sections(words("mine", actions=[]).slot("lead")),
    )


def actions_in(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The actions that a message of ours has buttons for, in their order."""
    values = (
        element.get("value")
        for block in message.get("blocks", ())
        for element in block.get("elements", ())
        if element.get("action_id", "").startswith(ids.MARK)
    )
    return tuple(dict.fromkeys(ActionValue.read(value).i for value in values))


def marked(promise: Promise) -> Message:
    """What the message becomes after a button: one line, and the buttons again unless it is done."""
    action = promise.action
    said = words("marked", **action_values(action, None) | {"ticket": ticket_text(promise.tickets, action)})
    blocks = parts.sections(said.slot("body"))
    if not action.is_over:
        blocks.append(mark_buttons(action, promise.tickets))
    return Message(said.text(), blocks)


def action_blocks(
    action: Action, values: dict[str, Any], template: str, tickets: Tickets = NONE
) -> list[Block]:
    """One action with its issue and its buttons."""
    said = words(template, **{**values, "ticket": ticket_text(tickets, action)})
    return [*parts.sections(said.slot("action")), mark_buttons(action, tickets)]


def _asking(
    template: str, values: list[dict[str, Any]], actions: Sequence[Action], tickets: Tickets = NONE
) -> Message:
    said = words(template, actions=values, more=max(len(values) - ASKED, 0))
    blocks = parts.sections(said.slot("lead"))
    for action, value in zip(actions[:ASKED], values, strict=False):
        blocks += action_blocks(action, value, template, tickets)
    if len(values) > ASKED:
        blocks += parts.sections(said.slot("more"))
    return Message(said.text(), blocks)


def mark_buttons(action: Action, tickets: Tickets = NONE) -> Block:
    """To say how it goes, and to have an issue, in one row."""
    marks = (_mark_button(action, state) for state in STATES)
    return parts.actions(*marks, ticket_button(tickets, action))


def _mark_button(action: Action, state: ActionState) -> Block:
    text = label(f"mark_{state}")
    return button(
        text,
        f"{ids.MARK}{state}",
        ActionValue(i=action.id),
        spoken=label("mark_spoken", state=text, objective=action.objective),
        primary=state is ActionState.DONE,
    )


def action_values(action: Action, today: date | None) -> dict[str, Any]:
    """`days` until it is due: negative when late, None when nobody asks. What only a reminder says of it is
    empty."""
    return {
        "objective": action.objective,
        "measure": action.measure,
        "owner": action.owner,
        "due": action.due,
        "state": label(f"state_{action.state}"),
        "done": action.state is ActionState.DONE,
        "dropped": action.state is ActionState.DROPPED,
        "days": (action.due - today).days if today else None,
        "late": None,
        "tells": None,
        "asked": False,
        "ticket": None,
    }
