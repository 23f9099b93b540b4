"""What is asked, for whoever reads of it in a channel; and that somebody would like to be asked."""

from typing import Any

from bot.render import Message, words
from bot.views import parts
from conversation.introduced import Questions, Wanted


def asked_modal(found: Questions) -> dict[str, Any]:
    said = words("introduced", subject=found.assessment.subject)
    blocks = parts.sections(said.slot("lead"))
    for aspect in found.aspects:
        items = [{"title": item.title, "ask": item.ask} for item in found.items[aspect.id]]
        part = words("introduced", subject=found.assessment.subject, aspect=aspect.title, items=items)
        blocks += [parts.section(chunk) for chunk in parts.chunks(part.slot("aspect").splitlines())]
    blocks.append(parts.context(said.slot("footer")))
    return parts.notice(said.plain("title"), blocks)


def wanted_in(done: Wanted) -> Message:
    said = words(
        "introduced",
        subject=done.assessment.subject,
        facilitator=done.assessment.facilitator,
        again=done.again,
    )
    return Message(said.text("wanted"), parts.sections(said.slot("wanted")))
