"""What those who were asked see once it is closed."""

from bot.render import Message, Words, words
from bot.views import parts
from bot.views.invitation import promise
from conversation.contents import ClosedEarly, NoLongerAsked
from conversation.sitting import Sitting
from storage.records import Assessment


def early(contents: ClosedEarly) -> Message:
    return _message("early", contents.sitting.assessment, contents.sitting)


def instead(contents: NoLongerAsked) -> Message:
    message = _message("instead", contents.assessment, contents.sitting)
    if contents.scope is None:
        return message
    said = words("invite", promise=promise(contents.scope), months=contents.scope.keep_months)
    blocks = [*message.blocks, *parts.sections(said.slot("privacy"))]
    return Message(f"{message.text}\n{said.text('privacy')}", blocks)


def _message(name: str, assessment: Assessment, sitting: Sitting | None) -> Message:
    said = _words(assessment, sitting)
    return Message(said.text(name), parts.sections(said.slot(name)))


def _words(assessment: Assessment, sitting: Sitting | None) -> Words:
    answered = sitting.interview.answered if sitting else 0
    last = len(sitting.interview.items) if sitting else 0
    return words(
        "closed",
        by=assessment.closed_by,
        subject=assessment.subject,
        closed_at=assessment.closed_at,
        known=sitting is not None,
        answered=answered,
        last=last,
        left=last - answered,
    )
