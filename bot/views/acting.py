"""The forms in which an action is done, blocked, moved, given back, split … each with what it asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement, StaticMultiSelectElement
from slack_sdk.models.blocks.block_elements import FileInputElement

from bot import actions as ids
from bot.actions import ActionFormValue, StepPlace
from bot.render import label, words
from bot.views import forms, parts
from bot.views.action_buttons import RELATED
from bot.views.evidence import slack_files
from bot.views.parts import Block
from bot.views.planning import (
    date_field,
    edit_modal,
    lines_in,
    number_field,
    number_in,
    person_field,
    text_field,
)
from conversation.actions import Whole
from conversation.evidence import MOST_AT_ONCE
from storage.records import Action, ActionStep, SlackFile

TEXT, LINK = 3000, 2000


@dataclass(frozen=True)
class Entered:
    """What was entered in any of these forms; people by their ids."""

    text: str = ""
    link: str = ""
    measured: Decimal | None = None
    person: str = ""
    other: str = ""
    due: date | None = None
    files: tuple[SlackFile, ...] = ()
    first: str = ""
    second: str = ""
    lines: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


def action_form(
    what: str, found: Whole, value: ActionFormValue, *, files: bool = True
) -> dict[str, Any] | None:
    """None for a form that we do not know. `files` False where Slack lets us read none."""
    value = value.model_copy(update={"n": len(found.changes), "w": found.action.owner})
    if what == ids.EDIT:
        return edit_modal(found, value)
    fields = _FIELDS.get(what)
    if fields is None:
        return None
    action = found.action
    said = words(
        "acting",
        what=what,
        objective=action.objective,
        unmet=[each.objective for each in found.unmet],
        suggests=found.to_accept and found.owned and not found.facilitating,
        unit=action.unit,
        facilitator=found.assessment.facilitator,
        owner=action.owner,
        files=files,
    )
    blocks = [
        *parts.sections(said.slot("lead")),
        *fields(found),
        *(_files() if files and what in _SHOWING else ()),
    ]
    return parts.modal(
        f"{ids.ACTION_FORM_MODAL}{what}",
        said.plain("title"),
        blocks,
        submit=said.plain("submit"),
        metadata=value,
    )


@forms.reads
def read_entered(view: Mapping[str, Any]) -> Entered:
    """Raises: NoNumber."""
    day = forms.entered(view, "due").get("selected_date")
    return Entered(
        text=forms.typed_in(view, "text"),
        link=forms.typed_in(view, "link"),
        measured=number_in(view, "measured"),
        person=forms.entered(view, "person").get("selected_user") or "",
        other=forms.entered(view, "other").get("selected_user") or "",
        due=date.fromisoformat(day) if day else None,
        first=forms.typed_in(view, "first"),
        second=forms.typed_in(view, "second"),
        lines=lines_in(view, "lines"),
        chosen=forms.choices(forms.entered(view, "chosen")),
        files=slack_files(forms.entered(view, "files").get("files") or ()),
    )


def _done(found: Whole) -> list[Block]:
    return [*_shown(optional=True), _number(found)]


def _note(found: Whole) -> list[Block]:
    return [*_shown(optional=True), _number(found)]


def _blocked(found: Whole) -> list[Block]:
    said = words("acting")
    return [
        text_field("text", said.plain("in_the_way"), limit=TEXT),
        person_field("person", said.plain("helper"), None, hint=said.plain("helper_hint"), optional=True),
        *(
            [date_field("due", said.plain("ask_on"), None, hint=said.plain("ask_on_hint"))]
            if found.owner
            else ()
        ),
    ]


def _date(found: Whole) -> list[Block]:
    said = words("acting")
    blocks = [date_field("due", said.plain("day"), found.action.due)]
    if found.to_accept and found.owned and not found.facilitating:
        blocks.append(text_field("text", said.plain("why"), limit=TEXT, optional=True))
    return blocks


def _reason(found: Whole) -> list[Block]:
    return [text_field("text", words("acting").plain("why"), limit=TEXT)]


def _suggest(found: Whole) -> list[Block]:
    return [text_field("text", words("acting").plain("suggestion"), limit=TEXT)]


def _steps(found: Whole) -> list[Block]:
    """Each with what moves it; then what adds some and takes some away."""
    said = words("acting")
    blocks = [
        block
        for number, step in enumerate(found.steps, start=1)
        for block in _step(found.action.id, step, number, len(found.steps))
    ]
    blocks.append(text_field("lines", said.plain("new_steps"), limit=TEXT, optional=True))
    if found.steps:
        options = [
            parts.option(label("numbered", number=number, text=step.text), step.id)
            for number, step in enumerate(found.steps, start=1)
        ]
        boxes = CheckboxesElement(action_id="chosen", options=options)
        blocks.append(parts.field("chosen", said.plain("remove_steps"), boxes, optional=True))
    return blocks


def _step(action: str, step: ActionStep, number: int, steps: int) -> list[Block]:
    """The first goes no further up, and the last no further down."""
    said = words("acting", number=number, step=step.text, done=step.done_at is not None)
    turns = [("up", number - 1), ("down", number + 1)]
    buttons = [
        parts.button(
            label(f"place_{way}"),
            f"{ids.PLACE_STEP}{way}:{number}",
            StepPlace(i=action, s=step.id, n=to),
            spoken=label(f"place_{way}_spoken", step=step.text),
        )
        for way, to in turns
        if 1 <= to <= steps
    ]
    return [*parts.sections(said.slot("step")), *parts.actions_if(*buttons)]


def _needs(found: Whole) -> list[Block]:
    there = {each.id for each in found.needs}
    candidates = {each.id: each for each in (*found.needs, *found.others)}
    return _several("before", tuple(candidates.values()), there)


def _merge(found: Whole) -> list[Block]:
    return _several("merged", found.others, frozenset())


def _split(found: Whole) -> list[Block]:
    said, action = words("acting"), found.action
    return [
        text_field("first", said.plain("first"), action.objective),
        person_field("person", said.plain("first_owner"), action.owner),
        text_field("second", said.plain("second")),
        person_field("other", said.plain("second_owner"), action.owner),
    ]


#: Forms in which something can be shown.
_SHOWING = {ids.DONE, ids.NOTE}
_FIELDS: dict[str, Callable[[Whole], list[Block]]] = {
    ids.DONE: _done,
    ids.NOTE: _note,
    ids.BLOCKED: _blocked,
    ids.DATE: _date,
    ids.DROP: _reason,
    ids.DECLINE: _reason,
    ids.SUGGEST: _suggest,
    ids.STEPS: _steps,
    ids.NEEDS: _needs,
    ids.MERGE: _merge,
    ids.SPLIT: _split,
}


def _files() -> list[Block]:
    said = words("acting")
    picker = FileInputElement(action_id="files", max_files=MOST_AT_ONCE)
    return [parts.field("files", said.plain("files"), picker, hint=said.plain("files_hint"), optional=True)]


def _shown(*, optional: bool) -> list[Block]:
    said = words("acting")
    return [
        text_field("text", said.plain("note"), limit=TEXT, optional=optional),
        text_field("link", said.plain("link"), limit=LINK, lines=False, optional=optional),
    ]


def _number(found: Whole) -> Block:
    action = found.action
    said = words("acting", unit=action.unit, current=action.current, target=action.target)
    return number_field("measured", said.plain("number"), None, hint=said.plain("number_hint"))


def _several(name: str, actions: tuple[Action, ...], chosen: frozenset[str] | set[str]) -> list[Block]:
    """A choice of other actions, or that there is none."""
    said = words("acting")
    if not actions:
        return parts.sections(said.slot("none_there"))
    options = {each.id: parts.option(each.objective, each.id) for each in actions[:RELATED]}
    picked = [options[each] for each in options if each in chosen]
    select = StaticMultiSelectElement(
        action_id="chosen", options=list(options.values()), initial_options=picked or None
    )
    return [parts.field("chosen", said.plain(name), select, optional=name == "before")]
