"""How long an assessment is kept, and how it goes."""

from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.models.blocks import PlainTextInputElement, StaticSelectElement

from bot import actions as ids
from bot.actions import AssessmentValue, KeepValue, MonthsValue
from bot.render import Message, Words, label, words
from bot.views import forms, parts
from bot.views.parts import button
from conversation.contents import Deleting, Expiring
from conversation.retention import Keeping, Kept
from storage.records import Assessment, AssessmentState


def expiring(contents: Expiring) -> Message:
    """Two weeks before it is erased."""
    assessment = contents.assessment
    assert assessment.erase_at
    said = _words(assessment)
    value = KeepValue(a=assessment.id, u=int(assessment.erase_at.timestamp()))
    keep = button(
        label("keep_longer"),
        ids.KEEP_LONGER,
        value,
        spoken=label("keep_longer_spoken", subject=assessment.subject),
    )
    return Message(said.text("notice_text"), [*parts.sections(said.slot("notice")), parts.actions(keep)])


def kept(found: Kept) -> Message:
    said = _words(found.assessment)
    return Message(said.text("kept_text"), parts.sections(said.slot("kept")))


def deleting(contents: Deleting) -> Message:
    assessment = contents.assessment
    said = _words(assessment)
    restore = button(
        label("restore"),
        ids.RESTORE,
        AssessmentValue(a=assessment.id),
        spoken=label("restore_spoken", subject=assessment.subject),
    )
    return Message(
        said.text("deleting_text"), [*parts.sections(said.slot("deleting")), parts.actions(restore)]
    )


def restored(found: Kept) -> Message:
    said = _words(found.assessment)
    return Message(said.text("restored_text"), parts.sections(said.slot("restored")))


def keep_modal(found: Keeping) -> dict[str, Any]:
    """What may be chosen, with what is now picked."""
    assessment = found.assessment
    said = _words(assessment)
    menu = months_menu(found.choices, found.months)
    return parts.modal(
        ids.KEEP_MODAL,
        said.plain("keep_title"),
        [
            *parts.sections(said.slot("keep_lead")),
            parts.field("keep", said.plain("keep_field"), menu, hint=said.plain("keep_hint")),
        ],
        submit=label("save"),
        metadata=MonthsValue(a=assessment.id, m=found.months),
    )


def months_menu(choices: Iterable[int], months: int) -> StaticSelectElement:
    """How long after closing, 0 for ever."""
    options = [parts.option(words("retention", months=each).plain("months"), str(each)) for each in choices]
    chosen = next(option for option in options if option.value == str(months))
    return StaticSelectElement(action_id="keep", options=options, initial_option=chosen)


@forms.reads
def read_keeping(view: Mapping[str, Any]) -> int:
    return int(forms.choice(forms.entered(view, "keep")) or 0)


def kept_for_modal(found: Kept, months: int) -> dict[str, Any]:
    said = _words(found.assessment, months=months)
    return parts.notice(said.plain("keep_title"), parts.sections(said.slot("kept_for")))


def delete_modal(assessment: Assessment) -> dict[str, Any]:
    """Its name has to be typed, so that nobody deletes it by a slip."""
    said = _words(assessment)
    name = PlainTextInputElement(action_id="text", max_length=200)
    return parts.modal(
        ids.DELETE_MODAL,
        said.plain("title"),
        [
            *parts.sections(said.slot("ask")),
            parts.field("name", said.plain("field"), name, hint=said.plain("hint")),
        ],
        submit=label("delete_assessment"),
        metadata=AssessmentValue(a=assessment.id),
    )


def deleted_modal(found: Kept) -> dict[str, Any]:
    said = _words(found.assessment)
    return parts.notice(said.plain("title"), parts.sections(said.slot("deleting")))


def _words(assessment: Assessment, **values: Any) -> Words:
    return words(
        "retention",
        subject=assessment.subject,
        erase_at=assessment.erase_at,
        closed_at=assessment.closed_at or assessment.created_at,
        closes_at=assessment.closes_at,
        open=assessment.state is AssessmentState.OPEN,
        **values,
    )
