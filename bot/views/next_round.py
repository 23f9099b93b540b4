"""Whether to begin the next round."""

from bot import actions as ids
from bot.actions import AgainValue, AssessmentValue
from bot.render import Message, Words, label, words
from bot.views import parts
from bot.views.parts import Block, button
from conversation.again import Again
from conversation.scope import Scope
from storage.records import Assessment


def proposal(contents: Again) -> Message:
    said = _words(contents)
    value = AgainValue(a=contents.assessment.id, n=contents.number)
    buttons = parts.actions(
        begin_button(contents.assessment, primary=True),
        button(label("again_later"), ids.AGAIN_LATER, value),
        button(label("again_never"), ids.AGAIN_NEVER, value),
    )
    return Message(
        said.text(), [*parts.sections(said.slot("body")), buttons, parts.context(said.slot("how"))]
    )


def put_off(found: Again) -> Message:
    """It is asked again in a month; or never, if no day is set."""
    said = _words(found)
    blocks = [*parts.sections(said.slot("put_off")), parts.actions(begin_button(found.assessment))]
    return Message(said.text("put_off").replace("*", ""), blocks)


def begin_button(assessment: Assessment, *, primary: bool = False) -> Block:
    return button(
        label("again"),
        ids.AGAIN,
        AssessmentValue(a=assessment.id),
        spoken=label("again_spoken", subject=assessment.subject),
        primary=primary,
    )


def _words(found: Again) -> Words:
    assessment = found.assessment
    return words(
        "next_round",
        subject=assessment.subject,
        number=assessment.round,
        closed_at=assessment.closed_at,
        months=found.months,
        actions=found.actions,
        done=found.done,
        dropped=found.dropped,
        known=Scope.of(assessment).names_are_known,
        next_on=found.next_on,
    )
