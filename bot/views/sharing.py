"""What becomes of a result: its headline, its channel, and those to whom it is sent."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationSelectElement,
    PlainTextInputElement,
)

from bot import actions as ids
from bot.actions import AssessmentValue, ChannelValue, HeadlineValue
from bot.render import Message, cut, words
from bot.views import forms, parts
from bot.views.results import verdict_words
from conversation.channels import Channel
from conversation.contents import Verdict
from conversation.deadline import Extended
from conversation.sharing import LONGEST_HEADLINE, Audience, Sent
from storage.records import Assessment, AssessmentState

GUESTS = "guests"


def headline_modal(verdict: Verdict) -> dict[str, Any]:
    """Begins with the sentence that stands there now."""
    said = words("sharing", **verdict_words(verdict).values)
    first = verdict.headline or said.plain("headline_first")
    field = PlainTextInputElement(
        action_id="headline",
        multiline=True,
        max_length=LONGEST_HEADLINE,
        initial_value=cut(first, LONGEST_HEADLINE) or None,
    )
    return parts.modal(
        ids.HEADLINE_MODAL,
        said.plain("headline_title"),
        [
            *parts.sections(said.slot("headline_lead")),
            parts.field(
                "headline",
                said.plain("headline_field"),
                field,
                hint=said.plain("headline_hint"),
                optional=True,
            ),
        ],
        submit=words("labels").plain("save"),
        metadata=HeadlineValue(a=verdict.assessment.id, r=verdict.revision, w=verdict.headline or ""),
    )


@forms.reads
def read_headline(view: Mapping[str, Any]) -> str:
    return forms.typed_in(view, "headline")


def headline_saved(assessment: Assessment, headline: str) -> dict[str, Any]:
    return _notice("headline_title", "headline_saved", subject=assessment.subject, headline=headline)


def participants_modal(found: Audience) -> dict[str, Any]:
    said = words(
        "sharing",
        subject=found.assessment.subject,
        people=len(found.people),
        guests=len(found.guests),
        told=found.told_before,
    )
    blocks = parts.sections(said.slot("send_lead"))
    if found.guests:
        option = parts.option(said.plain("guests_option"), GUESTS)
        ticks = CheckboxesElement(action_id="guests", options=[option])
        blocks.append(parts.field("guests", said.plain("guests"), ticks, optional=True))
    return parts.modal(
        ids.PARTICIPANTS_MODAL,
        said.plain("send_title"),
        blocks,
        submit=said.plain("send_submit"),
        metadata=AssessmentValue(a=found.assessment.id),
    )


@forms.reads
def guests_too(view: Mapping[str, Any]) -> bool:
    return GUESTS in forms.choices(forms.entered(view, "guests"))


def sent_modal(found: Sent) -> dict[str, Any]:
    return _notice("send_title", "sent", subject=found.assessment.subject, people=found.people)


def result_channel_modal(assessment: Assessment, *, share: bool) -> dict[str, Any]:
    said = words(
        "sharing",
        subject=assessment.subject,
        channel=assessment.channel,
        closed=assessment.state is AssessmentState.CLOSED,
    )
    picker = ConversationSelectElement(
        action_id="channel",
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
    return parts.modal(
        ids.RESULT_CHANNEL_MODAL,
        said.plain("channel_title"),
        [
            *parts.sections(said.slot("channel_lead")),
            parts.field("channel", said.plain("channel_field"), picker, hint=said.plain("channel_hint")),
        ],
        submit=said.plain("channel_submit"),
        metadata=ChannelValue(a=assessment.id, s=share),
    )


@forms.reads
def read_result_channel(view: Mapping[str, Any]) -> str:
    return str(forms.entered(view, "channel")["selected_conversation"])


def channel_chosen(found: Channel) -> dict[str, Any]:
    return _notice(
        "channel_title",
        "channel_done",
        subject=found.assessment.subject,
        channel=found.channel,
        waiting=len(found.owed),
    )


def kept_private(assessment: Assessment) -> Message:
    return _note("kept_private", subject=assessment.subject)


def resumed(found: Channel) -> Message:
    return _note("resumed", channel=found.channel, waiting=len(found.owed))


def reopened(found: Extended) -> Message:
    assessment = found.assessment
    return _note(
        "reopened",
        subject=assessment.subject,
        closes_at=assessment.closes_at,
        unfinished=found.unfinished,
    )


def delivered_again(number: int) -> Message:
    return _note("delivered", number=number)


def _note(name: str, **values: Any) -> Message:
    said = words("sharing", **values)
    return Message(said.text(name), parts.sections(said.slot(name)))


def _notice(title: str, slot: str, **values: Any) -> dict[str, Any]:
    said = words("sharing", **values)
    return parts.notice(said.plain(title), parts.sections(said.slot(slot)))
