"""The forms in which an action is agreed and changed: all that it is made of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from slack_sdk.models.blocks import (
    DatePickerElement,
    NumberInputElement,
    PlainTextInputElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from bot import actions as ids
from bot.actions import ActionFormValue, AssessmentValue, GapValue
from bot.render import cut, date_words, label, words
from bot.views import forms, parts
from bot.views.parts import Block
from bot.views.results import points
from bot.views.tickets import issue_fields, read_ticket
from conversation.actions import Whole
from conversation.adjusting import MOST_STEPS, Wanted
from conversation.errors import ActionClash, NoNumber
from conversation.plans import Addition, Proposal
from conversation.ticketing import NO_WISH, Wish

OBJECTIVE, STEP, UNIT, NUMBER, INFORMED = 600, 300, 40, 20, 20
#: Of a placeholder.
PLACEHOLDER = 150
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡\"])")


@dataclass(frozen=True)
class ActionForm:
    """What was entered; people by their ids."""

    objective: str
    measure: str
    due: date
    owner: str = ""
    starts: date | None = None
    unit: str | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    current: Decimal | None = None
    informed: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    issue: Wish = NO_WISH


def action_modal(proposal: Proposal, owner: str | None) -> dict[str, Any]:
    """For a gap. Its first steps are what the pack advises."""
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
        measured=item.measure,
    )
    form = ActionForm(
        objective=cut(said.plain("objective_first"), OBJECTIVE),
        measure="",
        due=proposal.due,
        owner=owner or "",
        unit=proposal.unit,
        baseline=proposal.baseline,
        steps=_advised(item.advice.get(gap.level, "")),
    )
    example, hint = said.plain("measure_example"), said.plain("measure_hint")
    blocks = [
        parts.context(said.slot("about")),
        *_what(form, example=example, hint=hint),
        *_who(form),
        *_when(form),
        *_more(form),
        _steps(form),
        *issue_fields(proposal.trackers),
    ]
    return parts.modal(
        ids.ACTION_MODAL,
        said.plain("form"),
        blocks,
        submit=said.plain("submit"),
        metadata=GapValue(a=proposal.assessment.id, g=gap.step),
    )


def add_action_modal(found: Addition) -> dict[str, Any]:
    """For an action that is about no gap."""
    said = words("action_form", subject=found.assessment.subject, evidence=(), measured=None)
    form = ActionForm("", "", found.due)
    blocks = [
        parts.context(said.slot("about_none")),
        *_what(form, example=said.plain("measure_example"), hint=said.plain("measure_hint")),
        *_who(form),
        *_when(form),
        *_more(form),
        _steps(form),
        *issue_fields(found.trackers),
    ]
    return parts.modal(
        ids.ACTION_MODAL,
        said.plain("form"),
        blocks,
        submit=said.plain("submit"),
        metadata=AssessmentValue(a=found.assessment.id),
    )


def edit_modal(
    found: Whole, value: ActionFormValue, *, wanted: Wanted | None = None, lead: Sequence[Block] = ()
) -> dict[str, Any]:
    """With what it has, or with what somebody `wanted`."""
    said = words("action_form", evidence=(), measured=None)
    form = _form_of(wanted) if wanted else _form_of(found.action)
    blocks = [
        *lead,
        *_what(form, example=said.plain("measure_example"), hint=said.plain("measure_hint"), now=True),
        *_when(form),
        *_more(form),
    ]
    return parts.modal(
        f"{ids.ACTION_FORM_MODAL}{ids.EDIT}",
        said.plain("edit"),
        blocks,
        submit=label("save"),
        metadata=value,
    )


def clash_modal(clash: ActionClash, value: ActionFormValue) -> dict[str, Any]:
    """What differs, above what was entered: to save it again is to want it all the same."""
    whole, fields = clash.values["whole"], clash.values["fields"]
    said = words(
        "action_form",
        person=clash.values["person"],
        fields=[
            (label(f"action_{name}"), _shown(name, mine), _shown(name, theirs))
            for name, mine, theirs in fields
        ],
    )
    value = value.model_copy(update={"k": len(whole.changes)})
    return edit_modal(whole, value, wanted=clash.values["wanted"], lead=parts.sections(said.slot("clash")))


def is_about_a_gap(metadata: str) -> bool:
    """Whether the form of a new action was opened from a gap."""
    return '"g"' in metadata


@forms.reads
def read_action(view: Mapping[str, Any]) -> ActionForm:
    """Raises: NoNumber."""
    return ActionForm(
        objective=forms.typed_in(view, "objective"),
        measure=forms.typed_in(view, "measure"),
        due=date.fromisoformat(forms.entered(view, "due")["selected_date"]),
        owner=forms.entered(view, "owner").get("selected_user") or "",
        starts=_day(view, "starts"),
        unit=forms.typed_in(view, "unit") or None,
        baseline=number_in(view, "baseline"),
        target=number_in(view, "target"),
        current=number_in(view, "current"),
        informed=tuple(forms.entered(view, "informed").get("selected_users") or ()),
        steps=lines_in(view, "steps"),
        issue=read_ticket(view).wish,
    )


def number_in(view: Mapping[str, Any], block_id: str) -> Decimal | None:
    """Raises: NoNumber."""
    typed = forms.typed_in(view, block_id)
    try:
        number = Decimal(typed) if typed else None
    except InvalidOperation as error:
        raise NoNumber(said=typed) from error
    if number is not None and (not number.is_finite() or len(typed) > NUMBER):
        raise NoNumber(said=typed)
    return number


def lines_in(view: Mapping[str, Any], block_id: str) -> tuple[str, ...]:
    """One for each line, without what marks it as one of a list."""
    lines = (line.strip().lstrip("-*•").strip() for line in forms.typed_in(view, block_id).splitlines())
    return tuple(cut(line, STEP) for line in lines if line)


def number_field(block_id: str, text: str, value: Decimal | None, *, hint: str | None = None) -> Block:
    element = NumberInputElement(
        action_id=block_id,
        is_decimal_allowed=True,
        initial_value=None if value is None else f"{value:f}",
    )
    return parts.field(block_id, text, element, hint=hint, optional=True)


def text_field(
    block_id: str,
    text: str,
    value: str = "",
    *,
    limit: int = OBJECTIVE,
    lines: bool = True,
    placeholder: str = "",
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    element = PlainTextInputElement(
        action_id=block_id,
        multiline=lines,
        max_length=limit,
        initial_value=value or None,
        placeholder=parts.plain(placeholder, PLACEHOLDER) if placeholder else None,
    )
    return parts.field(block_id, text, element, hint=hint, optional=optional)


def date_field(block_id: str, text: str, day: date | None, *, hint: str | None = None) -> Block:
    picker = DatePickerElement(action_id=block_id, initial_date=day.isoformat() if day else None)
    return parts.field(block_id, text, picker, hint=hint, optional=day is None)


def people_field(block_id: str, text: str, people: Sequence[str], *, hint: str | None = None) -> Block:
    picker = UserMultiSelectElement(
        action_id=block_id, initial_users=list(people[:INFORMED]) or None, max_selected_items=INFORMED
    )
    return parts.field(block_id, text, picker, hint=hint, optional=True)


def person_field(
    block_id: str, text: str, person: str | None, *, hint: str | None = None, optional: bool = False
) -> Block:
    picker = UserSelectElement(action_id=block_id, initial_user=person or None)
    return parts.field(block_id, text, picker, hint=hint, optional=optional)


def _what(form: ActionForm, *, example: str, hint: str, now: bool = False) -> list[Block]:
    said = words("action_form")
    blocks = [
        text_field("objective", said.plain("objective"), form.objective),
        text_field("measure", said.plain("measure"), form.measure, placeholder=example, hint=hint),
        number_field("baseline", said.plain("baseline"), form.baseline, hint=said.plain("number_hint")),
        number_field("target", said.plain("target"), form.target),
        text_field("unit", said.plain("unit"), form.unit or "", limit=UNIT, lines=False, optional=True),
    ]
    if now:
        blocks.insert(3, number_field("current", said.plain("current"), form.current))
    return blocks


def _who(form: ActionForm) -> list[Block]:
    said = words("action_form")
    return [person_field("owner", said.plain("owner"), form.owner, hint=said.plain("owner_hint"))]


def _when(form: ActionForm) -> list[Block]:
    said = words("action_form")
    starts = DatePickerElement(
        action_id="starts", initial_date=form.starts.isoformat() if form.starts else None
    )
    return [
        date_field("due", said.plain("due"), form.due),
        parts.field("starts", said.plain("starts"), starts, optional=True),
    ]


def _more(form: ActionForm) -> list[Block]:
    said = words("action_form")
    hint = said.plain("informed_hint")
    return [people_field("informed", said.plain("informed"), form.informed, hint=hint)]


def _steps(form: ActionForm) -> Block:
    said = words("action_form", most=MOST_STEPS)
    return text_field(
        "steps",
        said.plain("steps"),
        "\n".join(form.steps),
        limit=3000,
        hint=said.plain("steps_hint"),
        optional=True,
    )


def _advised(advice: str) -> tuple[str, ...]:
    """A sentence each."""
    return tuple(cut(each.strip(), STEP) for each in _SENTENCE.split(advice) if each.strip())[:MOST_STEPS]


def _form_of(found: Any) -> ActionForm:
    """Of an action, or of what somebody wanted it to be."""
    people = tuple(each if isinstance(each, str) else each.user_id for each in found.informed)
    return ActionForm(
        objective=found.objective,
        measure=found.measure,
        due=found.due,
        starts=found.starts,
        unit=found.unit,
        baseline=found.baseline,
        target=found.target,
        current=found.current,
        informed=people,
    )


def _shown(name: str, value: Any) -> Any:
    """A day in words, people as a list."""
    if value and name in {"due", "starts"}:
        return date_words(date.fromisoformat(value))
    return list(value) if isinstance(value, (list, tuple)) else value


def _day(view: Mapping[str, Any], block_id: str) -> date | None:
    day = forms.entered(view, block_id).get("selected_date")
    return date.fromisoformat(day) if day else None
