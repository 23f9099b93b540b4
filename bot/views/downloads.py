"""A result as a file: in which form, and that it comes."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import RadioButtonsElement

from bot import actions as ids
from bot.actions import AssessmentValue, DownloadValue
from bot.render import label, words
from bot.views import forms, parts
from bot.views.parts import Block, button
from conversation.exports import Exportable
from storage.records import Assessment

#: In the order in which they are offered; the first is chosen.
OFFERED = ("pdf", "html", "xlsx", "csv", "markdown", "json")


def download_button(assessment: Assessment) -> Block:
    spoken = label("download_spoken", subject=assessment.subject)
    return button(label("download"), ids.DOWNLOAD, AssessmentValue(a=assessment.id), spoken=spoken)


def download_modal(found: Exportable, channel: str | None) -> dict[str, Any]:
    """`channel` is where its result was read, for whoever sees it only there."""
    said = words("download", subject=found.assessment.subject, shared=found.shared)
    options = [parts.option(said.plain(form), form, hint=said.plain(f"{form}_hint")) for form in OFFERED]
    choice = RadioButtonsElement(action_id="format", options=options, initial_option=options[0])
    return parts.modal(
        ids.DOWNLOAD_MODAL,
        said.plain("title"),
        [*parts.sections(said.slot("lead")), parts.field("format", said.plain("field"), choice)],
        submit=said.plain("submit"),
        metadata=DownloadValue(a=found.assessment.id, c=channel),
    )


@forms.reads
def read_format(view: Mapping[str, Any]) -> str:
    """Raises: OldButton, for one that was not offered."""
    wanted = forms.choice(forms.entered(view, "format")) or OFFERED[0]
    return OFFERED[OFFERED.index(wanted)]


def download_comes(subject: str, file: str) -> dict[str, Any]:
    comes = words("notes", subject=subject, file=file)
    return parts.notice(words("download").plain("title"), parts.sections(comes.slot("export_comes")))
