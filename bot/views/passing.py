"""Who answers, and as what: passing on to a colleague, and 'my role is different'."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    PlainTextInputElement,
    StaticMultiSelectElement,
    UserSelectElement,
)

from bot import actions as ids
from bot.actions import PassingValue, SeatValue
from bot.render import Message, label, words
from bot.views import forms, parts
from bot.views.parts import button
from conversation.contents import HandedOver, MoreToAnswer, RoleCorrected
from conversation.delegation import LONGEST_NOTE, Passing
from conversation.scope import MOST_ROLES
from conversation.sitting import Sitting


def pass_modal(passing: Passing) -> dict[str, Any]:
    sitting, item = passing.sitting, passing.item
    said = words(
        "pass_on",
        number=sitting.interview.number(item.id) if item else None,
        ask=item.wording(sitting.seat.roles) if item else None,
        left=passing.left,
        answered=sitting.interview.answered,
        subject=sitting.assessment.subject,
        facilitator=sitting.assessment.facilitator,
    )
    note = PlainTextInputElement(action_id="note", multiline=True, max_length=LONGEST_NOTE)
    return parts.modal(
        ids.PASS_MODAL,
        said.plain("title"),
        [
            *parts.sections(said.slot("about")),
            parts.field("to", said.plain("to"), UserSelectElement(action_id="to")),
            parts.field("note", said.plain("note"), note, optional=True),
            parts.context(said.slot("footer")),
        ],
        submit=label("ask_them"),
        metadata=PassingValue(s=sitting.seat.id, q=item.id if item else None),
    )


@forms.reads
def read_passing(view: Mapping[str, Any]) -> tuple[str, str]:
    """To whom, and what is written to them."""
    return forms.somebody(view, "to"), forms.typed_in(view, "note")


def my_role_modal(sitting: Sitting) -> dict[str, Any]:
    said = words(
        "my_role",
        subject=sitting.assessment.subject,
        facilitator=sitting.assessment.facilitator,
        chooses=sitting.chooses_role,
    )
    options = [parts.option(role.title, role.id) for role in sitting.pack.roles]
    roles = StaticMultiSelectElement(
        action_id="roles",
        options=options,
        initial_options=[option for option in options if option.value in sitting.seat.roles],
        max_selected_items=MOST_ROLES,
    )
    return parts.modal(
        ids.MY_ROLE_MODAL,
        said.plain("title"),
        [
            *parts.sections(said.slot("about")),
            parts.field("roles", said.plain("roles"), roles, hint=said.plain("hint")),
        ],
        submit=label("save"),
        metadata=SeatValue(s=sitting.seat.id),
    )


@forms.reads
def read_my_role(view: Mapping[str, Any]) -> tuple[str, ...]:
    return forms.choices(forms.entered(view, "roles"))


def more(contents: MoreToAnswer) -> Message:
    """To somebody who is asked already, when more was passed to them."""
    sitting = contents.sitting
    said = words(
        "more",
        by=contents.by,
        note=contents.note,
        questions=contents.questions,
        subject=sitting.assessment.subject,
        closes_at=sitting.assessment.closes_at,
        started=sitting.interview.started,
    )
    go = label("continue" if sitting.interview.started else "start")
    onward = button(go, ids.START, SeatValue(s=sitting.seat.id), primary=True)
    quoted = [parts.quote(contents.note)] if contents.note else []
    return Message(said.text(), [*parts.sections(said.slot("body")), *quoted, parts.actions(onward)])


def handed_over(contents: HandedOver) -> Message:
    """To the facilitator."""
    said = words(
        "handed_over",
        by=contents.by,
        to=contents.to,
        single=contents.single,
        subject=contents.assessment.subject,
    )
    return Message(said.text(), parts.sections(said.slot("body")))


def role_corrected(contents: RoleCorrected) -> Message:
    """To the facilitator."""
    said = words(
        "role_corrected",
        who=contents.who,
        was=contents.was,
        now=contents.now,
        subject=contents.assessment.subject,
    )
    return Message(said.text(), parts.sections(said.slot("body")))
