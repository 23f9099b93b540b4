"""The Home tab: for a stranger what this is, for everybody else what is open."""

from typing import Any

from bot import actions as ids
from bot.actions import AssessmentValue, SeatValue
from bot.render import label, words
from bot.views import languages, parts, plans
from bot.views.parts import Block, button
from conversation.home import UNFINISHED, Home
from storage.records import Assessment, AssessmentState, Seat, SeatState

#: What fits into the hundred blocks of a home, with what stands around it.
SEATS, ACTIONS, ASSESSMENTS = 10, 20, 10


def home(found: Home) -> dict[str, Any]:
    said = words("home", draft=found.draft.assessment.subject if found.draft else None)
    blocks = [
        *parts.sections(said.slot("welcome")),
        parts.actions(
            button(label("resume_scope" if found.draft else "scope"), ids.SCOPE, primary=not found.seats),
            button(label("help"), ids.HELP),
        ),
    ]
    if found.seats:
        blocks.append(parts.header(said.plain("questionnaires")))
        blocks += [_seat(seat, assessment) for seat, assessment in found.seats[:SEATS]]
    if found.actions:
        blocks.append(parts.header(said.plain("actions")))
        for action, assessment in found.actions[:ACTIONS]:
            values = plans.action_values(action, found.today) | {"subject": assessment.subject}
            blocks += plans.action_blocks(action, values, "due")
        blocks += _more(len(found.actions) - ACTIONS)
    if found.assessments:
        blocks.append(parts.header(said.plain("assessments")))
        for assessment in found.assessments[:ASSESSMENTS]:
            blocks += _assessment(assessment)
        blocks += _more(len(found.assessments) - ASSESSMENTS)
    blocks.append(parts.section(words("language").slot("home"), languages.menu(found.language)))
    return {"type": "home", "blocks": blocks}


def _seat(seat: Seat, assessment: Assessment) -> Block:
    said = words(
        "home_seat",
        subject=assessment.subject,
        facilitator=assessment.facilitator,
        closes_at=assessment.closes_at,
        state=str(seat.state),
        answered=seat.answered,
        questions=seat.questions,
    )
    value, subject = SeatValue(s=seat.id), assessment.subject
    if seat.state not in UNFINISHED:
        onward = button(label("review"), ids.REVIEW, value, spoken=label("review_spoken", subject=subject))
    else:
        name = "start" if seat.state is SeatState.INVITED else "continue"
        spoken = label(f"{name}_spoken", subject=subject)
        onward = button(label(name), ids.START, value, spoken=spoken, primary=True)
    return parts.section(said.slot("body"), onward)


def _assessment(assessment: Assessment) -> list[Block]:
    said = words(
        "home_assessment",
        subject=assessment.subject,
        round=assessment.round,
        closed=assessment.state is not AssessmentState.OPEN,
        closes_at=assessment.closes_at,
        closed_at=assessment.closed_at,
    )
    return [parts.section(said.slot("body")), parts.actions(*_assessment_buttons(assessment))]


def _assessment_buttons(assessment: Assessment) -> list[Block]:
    value, subject = AssessmentValue(a=assessment.id), assessment.subject
    status = button(label("status"), ids.STATUS, value, spoken=label("status_spoken", subject=subject))
    if assessment.state is AssessmentState.OPEN:
        return [status]
    return [button(label("board"), ids.BOARD, value, spoken=label("board_spoken", subject=subject)), status]


def _more(number: int) -> list[Block]:
    return [parts.context(words("home", more=number, draft=None).slot("more"))] if number > 0 else []
