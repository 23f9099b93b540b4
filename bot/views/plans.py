"""The plan: ranked gaps, the actions that were agreed about them, and how these go."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from slack_sdk.models.blocks import StaticSelectElement

from bot import actions as ids
from bot.actions import ActionValue, AssessmentValue, GapValue, OrderValue
from bot.render import LONGEST_TEXT, Message, Words, cut, label, words
from bot.views import parts
from bot.views.action_buttons import (
    accept_buttons,
    done_buttons,
    open_button,
    open_menu,
    owner_buttons,
)
from bot.views.downloads import download_button
from bot.views.evidence import file_values
from bot.views.feed import feed_button
from bot.views.parts import Block, button
from bot.views.paths import path_buttons
from bot.views.ranking import ranking_button
from bot.views.results import gap_values, rank_button
from bot.views.tickets import ticket_button, ticket_lines, ticket_text
from conversation.actionprogress import By, Progress
from conversation.actions import Promise, to_accept
from conversation.contents import Agreed, Heard, Informed, PlanPost, Unaccepted
from conversation.plans import Board, Group, group_of
from conversation.scope import Ranking
from conversation.ticketing import NONE, Tickets
from storage.records import Action, ActionState, Assessment, Person

#: How many gaps a board shows, how many actions with a button of their own, how many of each group as a line,
#: and how many actions one message asks about.
GAPS, OPENED, AGREED, ASKED = 10, 10, 15, 20
#: How many actions stand in the plan that is posted to a channel.
POSTED = 30


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
        carried=[
            action_values(each.action, found.today) | {"round": each.number}
            for each in found.carried[:AGREED]
        ],
        more_carried=max(len(found.carried) - AGREED, 0),
    )
    blocks = [parts.header(said.plain("title")), *_groups(found), *_lead(found, said)]
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
    blocks += _planning(found)
    if found.actions:
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


def _groups(found: Board) -> list[Block]:
    """What was agreed, the urgent first: what is not over has a button each, as far as there is room, and the
    rest a menu."""
    blocks: list[Block] = []
    opened: list[Action] = []
    for group, actions in found.groups.items():
        if not actions:
            continue
        values = [_on_board(found, action) for action in actions]
        said = words(
            "board", group=str(group), actions=values[:AGREED], more_actions=max(len(values) - AGREED, 0)
        )
        if group in {Group.DONE, Group.DROPPED}:
            blocks += parts.sections(said.slot("over"))
            continue
        blocks += parts.sections(said.slot("group"))
        for action, value in zip(actions, values, strict=True):
            if len(opened) < OPENED:
                opened.append(action)
                blocks.append(parts.section(words("board", action=value).slot("action"), open_button(action)))
    rest = [action for action in found.actions if action not in opened]
    return [*blocks, *open_menu(rest, label("open_another"))]


def _on_board(found: Board, action: Action) -> dict[str, Any]:
    progress, needs = found.how_far(action), found.needs.get(action.id, frozenset())
    plan = {each.id: each for each in found.actions}
    waits = [plan[each].objective for each in sorted(needs) if plan[each].state is not ActionState.DONE]
    owner = found.owners.get(action.owner or "")
    return {
        **action_values(action, found.today),
        **progress_values(progress),
        "waits": waits,
        "ticket": ticket_text(found.tickets, action),
        "ownerless": owner is None or owner.gone,
    }


def progress_values(progress: Progress | None) -> dict[str, Any]:
    """What its state says already is not said twice."""
    known = progress is not None and progress.by is not By.STATE
    return {"percent": progress.percent if progress and known else None}


def _planning(found: Board) -> list[Block]:
    """What only who facilitates does."""
    if not found.facilitating:
        return []
    value, subject = AssessmentValue(a=found.assessment.id), found.assessment.subject
    add = button(
        label("add_action"), ids.ADD_ACTION, value, spoken=label("add_action_spoken", subject=subject)
    )
    post = button(label("post_plan"), ids.POST_PLAN, value, spoken=label("post_plan_spoken", subject=subject))
    postable = bool(found.actions) and found.assessment.channel is not None and not found.posted
    return [parts.actions(add, post if postable else None)]


def _files(found: Board) -> Block:
    """How far it is as a picture, and the due dates as a file: everybody's, and one's own."""
    value = AssessmentValue(a=found.assessment.id)
    return parts.actions(
        _progress_button(found.assessment),
        button(label("calendar"), f"{ids.CALENDAR}{ids.ALL}", value),
        button(label("calendar_mine"), f"{ids.CALENDAR}{ids.MINE}", value) if found.owns_some else None,
        feed_button(reachable=found.reachable and (found.owns_some or found.facilitating)),
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


def agreed(contents: Agreed) -> Message:
    action = contents.action
    measured = action.current is not None
    said = words(
        "agreed",
        **{
            **action_values(action, None),
            "subject": contents.assessment.subject,
            "title": contents.title,
            "agreed_by": action.agreed_by,
            "level": action.level,
            "starts": action.starts,
            "before": action.baseline if measured else None,
            "now": action.current if measured else action.baseline,
            "target": action.target,
            "unit": action.unit,
            "asked": to_accept(action),
        },
    )
    buttons = accept_buttons(action) if to_accept(action) else []
    return Message(
        said.text(),
        [
            *parts.sections(said.slot("body")),
            *ticket_lines(contents.tickets, action),
            parts.actions(*buttons, open_button(action), ticket_button(contents.tickets, action))
            if buttons
            else owner_buttons(action, contents.tickets),
            parts.context(said.slot("footer")),
        ],
    )


def unaccepted(contents: Unaccepted) -> Message:
    """To a facilitator: somebody has not said whether they take it on."""
    action = contents.action
    said = words("unaccepted", **action_values(action, None), subject=contents.assessment.subject)
    over = button(
        label("hand_over"),
        ids.HAND_OVER_ACTION,
        ActionValue(i=action.id),
        spoken=label("hand_over_spoken", what=action.objective),
    )
    return Message(
        said.text(), [*parts.sections(said.slot("body")), parts.actions(over, open_button(action))]
    )


def informed(contents: Informed) -> Message:
    """To somebody who does not do it, and wants to know."""
    action, note = contents.action, contents.note
    values: dict[str, Any] = action_values(action, None) | {
        "subject": contents.assessment.subject,
        "tells": contents.tells,
        "moved_from": contents.moved_from,
        "note": note.text if note else None,
        "link": note.link if note else None,
        "files": [file_values(file) for file in note.files] if note else [],
    }
    said = words("informed", **values)
    return Message(said.text(), [*parts.sections(said.slot("body")), parts.actions(open_button(action))])


def heard(contents: Heard) -> Message:
    """What we say to a line about an action."""
    found = contents.actions
    files = [{"name": name, "only_name": why} for name, why in contents.files]
    said = words("heard", actions=[action_values(action, None) for action in found], files=files)
    blocks = parts.sections(said.slot(contents.word))
    if files:
        blocks += parts.sections(said.slot("files"))
    for action in found:
        if contents.word != "which" and action.is_over:
            blocks += parts.actions_if(*done_buttons(action, undoable=contents.undoable, wished=False))
        elif contents.word == "which":
            blocks += action_blocks(action, action_values(action, None), "mine")
        else:
            blocks.append(owner_buttons(action))
    spoken = [said.text(contents.word), *([said.text("files")] if files else [])]
    return Message("\n".join(spoken).replace("*", ""), blocks)


def date_decided(promise: Promise, *, taken: bool) -> Message:
    """To the facilitator who answered an owner."""
    said = words("marked", **action_values(promise.action, None), taken=taken)
    open_it = parts.actions(open_button(promise.action))
    return Message(said.text("date_decided"), [*parts.sections(said.slot("date_decided")), open_it])


def posted(contents: PlanPost) -> Message:
    """In the channel: people are written out, so that nobody is called."""
    assessment, today = contents.assessment, contents.today
    groups: dict[str, list[dict[str, Any]]] = {str(group): [] for group in Group}
    for action in contents.actions[:POSTED]:
        owner = contents.owners.get(action.owner or "")
        group = group_of(action, today, ownerless=owner is None or owner.gone)
        values = action_values(action, today) | owner_values(owner)
        groups[group].append(values | progress_values(contents.progress[action.id]))
    states = [action.state for action in contents.actions]
    said = words(
        "plan_post",
        subject=assessment.subject,
        total=len(states),
        done=states.count(ActionState.DONE),
        groups=groups,
        more=max(len(contents.actions) - POSTED, 0),
    )
    blocks = [parts.header(said.plain("title"))]
    for name, rows in groups.items():
        if rows:
            part = words("plan_post", group=name, actions=rows)
            blocks += parts.sections(part.slot("group"))
    menu = open_menu(contents.actions, label("open_an_action"))
    return Message(said.text(), [*blocks, *menu, parts.context(said.slot("footer"))])


def mine(actions: Sequence[Action]) -> Message:
    """Somebody's own unfinished actions, whenever they ask."""
    return _asking("mine", [action_values(action, None) for action in actions], actions)


def promises(found: Sequence[Promise]) -> Message:
    """What the owner's message becomes after a button: each of its actions as it stands now."""
    each = [marked(promise) for promise in found]
    if not each:
        said = words("marked")
        return Message(said.text("not_yours"), parts.sections(said.slot("not_yours")))
    return Message(
        cut("\n".join(message.text for message in each), LONGEST_TEXT),
        [block for message in each for block in message.blocks],
    )


def actions_in(blocks: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The actions that a message of ours with these blocks has buttons for, in their order."""
    values = (
        element.get("value")
        for block in blocks
        for element in block.get("elements", ())
        if element.get("action_id", "").startswith(_OF_ONE)
    )
    return tuple(dict.fromkeys(ActionValue.read(value).i for value in values))


#: Buttons that carry an action.
_OF_ONE = (ids.MARK, ids.ACCEPT_ACTION, ids.UNDO_DONE, ids.ASK_QUESTION)


def marked(promise: Promise) -> Message:
    """What the message becomes after a button: one line, and what can be done now."""
    action = promise.action
    said = words(
        "marked",
        **action_values(action, None) | {"ticket": ticket_text(promise.tickets, action)},
        undoable=promise.undoable,
        asked_on=promise.asked_on,
    )
    buttons = parts.actions_if(*done_buttons(action, undoable=promise.undoable, wished=promise.wished))
    return Message(
        said.text(),
        [
            *parts.sections(said.slot("body")),
            *(buttons if action.is_over else [owner_buttons(action, promise.tickets)]),
        ],
    )


def date_suggested(promise: Promise) -> dict[str, Any]:
    """A facilitator decides."""
    assert promise.suggested
    said = words("marked", suggested=promise.suggested, due=promise.action.due)
    return parts.notice(said.plain("suggested_title"), parts.sections(said.slot("suggested")))


def action_blocks(
    action: Action, values: dict[str, Any], template: str, tickets: Tickets = NONE
) -> list[Block]:
    """One action with its issue and its buttons, for its owner."""
    said = words(template, **{**values, "ticket": ticket_text(tickets, action)})
    return [*parts.sections(said.slot("action")), owner_buttons(action, tickets)]


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
        "to_accept": to_accept(action),
        "dropped": action.state is ActionState.DROPPED,
        "days": (action.due - today).days if today else None,
        "late": None,
        "tells": None,
        "asked": False,
        "ticket": None,
    }


def owner_values(person: Person | None) -> dict[str, Any]:
    return {"owner_name": _name(person), "ownerless": person is None or person.gone}


def _name(person: Person | None) -> str:
    """Written out, not mentioned: nobody is called into a channel by a digest."""
    return person.name.removeprefix("<@").removesuffix(">") if person else "–"
