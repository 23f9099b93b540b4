"""Short answers to a click or a mention: what it did, and where things are now."""

from typing import Any

from bot.render import Message, words
from bot.views import parts, plans, refusals
from bot.views.help import starting
from bot.views.tickets import ticket_lines
from conversation.actionprogress import has_number
from conversation.actions import Promise
from conversation.contents import No
from conversation.sharing import Shared
from conversation.sitting import Sitting
from storage.records import Assessment, Person, SlackFile


def declined(sitting: Sitting) -> Message:
    return _note("declined", subject=sitting.assessment.subject, closes_at=sitting.assessment.closes_at)


def closed(assessment: Assessment) -> Message:
    return _note("closed", subject=assessment.subject)


def shared(done: Shared) -> Message:
    before = done.before
    return _note(
        "shared" if done.owed else "shared_before",
        subject=done.assessment.subject,
        channel=done.channel,
        by=before.by if before else None,
        at=before.at if before else None,
        minutes=done.minutes,
    )


def withdrawn(sitting: Sitting) -> Message:
    return _note("withdrawn", subject=sitting.assessment.subject)


def file_missing(file: SlackFile, why: str) -> Message:
    return _note("file_missing", file=file.name, why=why)


def file_passed_on(file: SlackFile) -> Message:
    return _note("file_passed_on", file=file.name)


def export_comes(subject: str, name: str) -> Message:
    return _note("export_comes", subject=subject, file=name)


def export_given(subject: str, *, shared: bool) -> Message:
    return _note("export_given", subject=subject, shared=shared)


def export_failed(name: str, why: str) -> Message:
    return _note("export_failed", file=name, why=why)


def calendar_given(subject: str, *, mine: bool) -> Message:
    return _note("calendar_given", subject=subject, mine=mine)


def mentioned() -> Message:
    return _note("mentioned")


def no(contents: No) -> Message:
    """A refusal of something that was written."""
    return refusals.of(contents.key, contents.values)


def old_button(*, here: bool) -> Message:
    """`here`: the current one is there."""
    if here:
        return _note("old_button")
    said = words("notes")
    blocks = [*parts.sections(said.slot("old_button_elsewhere")), starting()]
    return Message(said.text("old_button_elsewhere"), blocks)


def old_form() -> dict[str, Any]:
    said = words("notes")
    return parts.notice(said.plain("old_form_title"), parts.sections(said.slot("old_form")))


def agreed_modal(promise: Promise, owner: Person) -> dict[str, Any]:
    action = promise.action
    values = plans.action_values(action, None) | {
        "owner": owner.user_id,
        "own": not promise.to_accept,
        "counts": has_number(action),
    }
    said = words("notes", **values)
    blocks = [*parts.sections(said.slot("agreed")), *ticket_lines(promise.tickets, action)]
    return parts.notice(said.plain("agreed_title"), blocks)


def _note(name: str, **values: Any) -> Message:
    said = words("notes", **values)
    return Message(said.text(name), parts.sections(said.slot(name)))
