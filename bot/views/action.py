"""One action, whole: what it is for, how far it is, its steps, what was said of it, and what can be done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement

from bot import actions as ids
from bot.actions import ActionChoice, ShownAction, ShownFile
from bot.render import cut, label, words
from bot.views import parts
from bot.views.action_buttons import (
    STATES,
    accept_buttons,
    done_buttons,
    form_button,
    mark_button,
    open_menu,
)
from bot.views.evidence import can_be_fetched, file_values
from bot.views.forms import choices
from bot.views.parts import OPTION, Block, button
from bot.views.plans import action_values
from bot.views.tickets import ticket_button, ticket_lines
from conversation.actions import Whole, shown_for
from storage.records import Action, ActionChange, ActionNote, ActionStep

#: So many of the last notes it shows; all of them are in its history.
NOTES = 5
#: So many files can be asked for, each named with so many letters.
FILES, NAME = 5, 40
#: So many lines of its history are a page.
PAGE = 20


def action_view(found: Whole, channel: str | None = None) -> dict[str, Any]:
    action = found.action
    said = words("action", **_values(found))
    blocks = [
        *parts.sections(said.slot("what")),
        *parts.sections(said.slot("about")),
        *ticket_lines(found.tickets, action),
        *(parts.sections(said.slot("needs")) if _has_relations(found) else []),
        *_related(found),
        *_steps(found),
        *_notes(found),
        *_files(found),
        *_doing(found),
        parts.context(said.slot("footer")),
    ]
    done = tuple(step.id for step in found.steps if step.done_at)
    view = parts.notice(said.plain("title"), blocks)
    value = ShownAction(i=action.id, h=channel, d=done)
    return view | {"callback_id": ids.ACTION_VIEW, "private_metadata": value.pack()}


def action_out_of_sight() -> dict[str, Any]:
    """To who gave it back, and does not see the plan that it is part of."""
    said = words("action")
    return parts.notice(said.plain("title"), parts.sections(said.slot("out_of_sight")))


def action_history(found: Whole, value: ShownAction) -> dict[str, Any]:
    """The newest first, who did what and when."""
    entries: list[ActionChange | ActionNote] = [*found.changes, *found.notes]
    entries.sort(key=lambda each: each.at, reverse=True)
    pages = max(-(-len(entries) // PAGE), 1)
    page = min(max(value.p, 0), pages - 1)
    said = words("action", objective=found.action.objective, entries=len(entries), page=page + 1, pages=pages)
    lines = [_line(found, each) for each in entries[page * PAGE : (page + 1) * PAGE]]
    turns = (("newer", page - 1), ("older", page + 1))
    buttons = [
        button(label(name), f"{ids.ACTION_HISTORY}{name}", value.model_copy(update={"p": to}))
        for name, to in turns
        if 0 <= to < pages
    ]
    blocks = [
        *parts.sections(said.slot("history_lead")),
        *map(parts.section, parts.chunks(lines)),
        *parts.actions_if(*buttons),
    ]
    return parts.notice(said.plain("history"), blocks)


def ticked(action: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps that are ticked now."""
    return choices(action)


def _values(found: Whole) -> dict[str, Any]:
    action, progress = found.action, found.progress
    return {
        **action_values(action, found.today),
        "subject": found.assessment.subject,
        "title": found.item.title if found.item else None,
        "level": action.level,
        "starts": action.starts,
        "to_accept": found.to_accept,
        "ownerless": found.owner is None or found.owner.gone,
        "informed": action.informed,
        "baseline": action.baseline,
        "current": action.current,
        "target": action.target,
        "unit": action.unit,
        "percent": progress.percent,
        "by": str(progress.by),
        "steps": len(found.steps),
        "steps_done": sum(step.done_at is not None for step in found.steps),
        "unmet": [_named(each) for each in found.unmet],
        "met": [_named(each) for each in found.needs if each not in found.unmet],
        "needed_by": [_named(each) for each in found.needed_by],
        "merged": [_named(each) for each in found.merged],
        "became": action.became is not None,
        "parts": [_named(each) for each in found.parts],
        "split_from": action.split_from is not None,
        "may_change": found.may_change,
        "over": action.is_over,
        "wished": found.wished,
    }


def _named(action: Action) -> dict[str, Any]:
    return {"objective": action.objective, "state": label(f"state_{action.state}")}


def _has_relations(found: Whole) -> bool:
    action = found.action
    return any((found.needs, found.needed_by, found.merged, found.parts, action.became, action.split_from))


def _related(found: Whole) -> list[Block]:
    near = (*found.needs, *found.needed_by, *found.merged, *found.parts)
    return open_menu(list({each.id: each for each in near}.values()), label("open_another"))


def _steps(found: Whole) -> list[Block]:
    """Boxes that can be ticked, each saved at once; the whole words above, where a box has no room."""
    if not found.steps:
        return []
    said = words("action", steps=[_step_values(step) for step in found.steps])
    locked = not found.may_change or found.action.is_over
    short = all(len(step.text) <= OPTION - len("10. ") for step in found.steps)
    lead = parts.sections(said.slot("steps_lead" if short and not locked else "steps_list"))
    if locked:
        return lead
    options = {
        step.id: parts.option(label("numbered", number=number, text=step.text), step.id)
        for number, step in enumerate(found.steps, start=1)
    }
    ticked = [options[step.id] for step in found.steps if step.done_at]
    boxes = CheckboxesElement(
        action_id=ids.TICK, options=list(options.values()), initial_options=ticked or None
    )
    # Another name each time, or Slack keeps what was ticked before.
    return [*lead, parts.actions(boxes.to_dict()) | {"block_id": f"steps-{len(found.changes)}"}]


def _step_values(step: ActionStep) -> dict[str, Any]:
    return {"text": step.text, "done": step.done_at is not None, "by": step.done_by}


def _notes(found: Whole) -> list[Block]:
    told = [note for note in found.notes if note.text or note.link or note.files or note.measured is not None]
    if not told:
        return []
    said = words("action", more=max(len(told) - NOTES, 0))
    lines = [_line(found, note) for note in told[::-1][:NOTES]]
    return [*parts.sections(said.slot("notes_lead")), *map(parts.section, parts.chunks(lines))]


def _files(found: Whole) -> list[Block]:
    """What was shown as a file; whoever sees the action can have a copy."""
    to_be_had = [each for each in shown_for(found.notes) if can_be_fetched(each)][:FILES]
    buttons = (
        button(
            label("fetch_shown", name=cut(file.name, NAME)),
            f"{ids.FETCH_SHOWN}{number}",
            ShownFile(i=found.action.id, f=file.id),
            spoken=label("fetch_spoken", what=file.name),
        )
        for number, file in enumerate(to_be_had)
    )
    return parts.actions_if(*buttons)


def _line(found: Whole, entry: ActionChange | ActionNote) -> str:
    if isinstance(entry, ActionNote):
        values: dict[str, Any] = {
            "what": "said",
            "state": label(f"state_{entry.state}"),
            "text": entry.text,
            "link": entry.link,
            "measured": entry.measured,
            "unit": found.action.unit,
            "files": [file_values(file) for file in entry.files],
            "kept": {},
            "fields": [],
        }
    else:
        values = {"what": entry.what, "kept": _kept(entry), "fields": _changed(entry), "files": []}
    return words("action", by=entry.by, at=entry.at, **values).slot("line")


def _kept(change: ActionChange) -> dict[str, Any]:
    """What has no column, a day as one."""
    days = {name: date.fromisoformat(each) for name, each in change.values.items() if name == "date"}
    return {**change.values, **days}


#: Columns that are told as what they were and are; of the others only that they were changed.
_TOLD = ("due", "starts", "baseline", "target", "current", "unit")


def _changed(change: ActionChange) -> list[dict[str, Any]]:
    found = []
    for name, values in change.values.items():
        if isinstance(values, list) and len(values) == 2 and name not in {"needs", "accepted_at"}:
            was, now = (_in_words(name, each) for each in values)
            found.append({"name": label(f"action_{name}"), "was": was, "now": now, "both": name in _TOLD})
    return found


def _in_words(name: str, value: Any) -> Any:
    if value is None:
        return None
    return date.fromisoformat(value) if name in {"due", "starts"} else str(value)


def _doing(found: Whole) -> list[Block]:
    """What this person can do with it, the likely things first."""
    action = found.action
    see = button(label("see_history"), f"{ids.ACTION_HISTORY}open", ShownAction(i=action.id))
    if not found.may_change:
        return [parts.actions(form_button(ids.SUGGEST, action), see)]
    note = form_button(ids.NOTE, action)
    if action.is_over:
        return [parts.actions(*done_buttons(action, undoable=found.undoable, wished=found.wished), note, see)]
    accept = parts.actions_if(*(accept_buttons(action) if found.owned and found.to_accept else ()))
    menu = parts.menu(
        ids.ACTION_MENU,
        [
            (label(f"action_do_{name}"), ActionChoice(i=action.id, m=name))
            for name in (ids.EDIT, ids.OVER, ids.SPLIT, ids.MERGE, ids.DROP)
        ],
    )
    return [
        *accept,
        parts.actions(
            *(mark_button(action, state) for state in STATES), ticket_button(found.tickets, action), menu
        ),
        parts.actions(note, form_button(ids.STEPS, action), form_button(ids.NEEDS, action), see),
    ]
