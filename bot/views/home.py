"""The Home tab: for a stranger what this is, for everybody else what is open, the most urgent first."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot import actions as ids
from bot.actions import AssessmentValue, SeatValue
from bot.render import label, words
from bot.views import languages, next_round, parts, plans, self_check
from bot.views.feed import feed_button
from bot.views.help import starting
from bot.views.parts import Block, button
from bot.views.results import rank_button
from bot.views.status import close_button
from conversation.home import LATEST, Facilitated, Home, Past
from storage.records import UNFINISHED, Assessment, Seat, SeatState

#: What fits into the hundred blocks of a home, with what stands around it.
SEATS, ACTIONS, ASSESSMENTS = 10, 20, 10


def home(found: Home) -> dict[str, Any]:
    blocks = _for_a_stranger(found) if found.is_new else [*_theirs(found), *_foot(found)]
    return {"type": "home", "blocks": blocks}


def _for_a_stranger(found: Home) -> list[Block]:
    said = words("home")
    return [
        parts.header(said.plain("question")),
        *parts.sections(said.slot("welcome")),
        starting(),
        {"type": "divider"},
        *parts.sections(said.slot("how")),
        _language(found),
        parts.context(said.slot("footer")),
    ]


def _theirs(found: Home) -> Iterable[Block]:
    seats = [[_seat(*place, first=place is found.seats[0])] for place in found.seats]
    yield from _part("questionnaires", seats, SEATS)
    yield from _part("actions", [*_actions(found)], ACTIONS)
    yield from _part("assessments", [_assessment(each) for each in found.assessments], ASSESSMENTS)
    if found.draft:
        said = words("home", subject=found.draft.assessment.subject)
        yield parts.section(said.slot("draft"), button(label("resume_scope"), ids.SCOPE))
    yield from _part("past", [[_past(each)] for each in found.past], LATEST)
    if found.check:
        yield self_check.on_home(found.check)


def _foot(found: Home) -> list[Block]:
    """What anybody can do; what stands on the page already is not there twice."""
    footer = words("home").slot("footer")
    buttons = parts.actions(
        None if found.draft else button(label("scope"), ids.SCOPE),
        None if found.check else button(label("self_check"), ids.SELF_CHECK),
        button(label("reminders"), ids.REMINDERS),
        feed_button(reachable=found.reachable and bool(found.actions or found.assessments)),
        button(label("about"), ids.ABOUT),
        button(label("help"), ids.HELP),
    )
    return [{"type": "divider"}, buttons, _language(found), parts.context(footer)]


def _language(found: Home) -> Block:
    return parts.section(words("language").slot("home"), languages.menu(found.language))


def _part(name: str, groups: Sequence[list[Block]], most: int) -> Iterable[Block]:
    """A heading with what belongs under it, as far as it fits."""
    if not groups:
        return
    yield parts.header(words("home").plain(name))
    for group in groups[:most]:
        yield from group
    if len(groups) > most:
        yield parts.context(words("home", more=len(groups) - most).slot("more"))


def _actions(found: Home) -> Iterable[list[Block]]:
    for action, assessment in found.actions:
        values = plans.action_values(action, found.today) | {"subject": assessment.subject}
        values |= plans.progress_values(found.progress.get(action.id))
        yield plans.action_blocks(action, values, "home_action", found.tickets)


def _seat(seat: Seat, assessment: Assessment, *, first: bool) -> Block:
    said = words(
        "home_seat",
        subject=assessment.subject,
        facilitator=assessment.facilitator,
        closes_at=assessment.closes_at,
        state=str(seat.state),
        answered=seat.answered,
        questions=seat.questions,
        chooses=not seat.roles,
    )
    value, subject = SeatValue(s=seat.id), assessment.subject
    if seat.state not in UNFINISHED:
        onward = button(label("review"), ids.REVIEW, value, spoken=label("review_spoken", subject=subject))
    else:
        name = "start" if seat.state is SeatState.INVITED else "continue"
        spoken = label(f"{name}_spoken", subject=subject)
        onward = button(label(name), ids.START, value, spoken=spoken, primary=first)
    return parts.section(said.slot("body"), onward)


def _assessment(found: Facilitated) -> list[Block]:
    assessment = found.assessment
    said = words(
        "home_assessment",
        subject=assessment.subject,
        round=assessment.round,
        closed=not found.is_open,
        closes_at=assessment.closes_at,
        closed_at=assessment.closed_at,
        invited=found.invited,
        sent=found.sent,
        waiting=found.waiting,
        shared=found.shared,
        channel=assessment.channel,
    )
    return [parts.section(said.slot("body")), parts.actions(*_next_steps(found))]


def _past(found: Past) -> Block:
    """With the result, where they may see it."""
    assessment = found.assessment
    said = words(
        "home_past",
        subject=assessment.subject,
        round=assessment.round,
        closed_at=assessment.closed_at,
        facilitator=assessment.facilitator,
        shared=found.shared,
    )
    return parts.section(said.slot("body"), _result(assessment) if found.shared else None)


def _result(assessment: Assessment) -> Block:
    spoken = label("result_spoken", subject=assessment.subject)
    return button(label("result"), ids.RESULT, AssessmentValue(a=assessment.id), spoken=spoken)


def _remind(found: Facilitated) -> Block:
    """First what it means and how it reads; nobody is reminded by this press."""
    return button(
        label("remind_number", number=found.waiting),
        ids.REMIND,
        AssessmentValue(a=found.assessment.id),
        spoken=label("remind_spoken", number=found.waiting, subject=found.assessment.subject),
    )


def _next_steps(found: Facilitated) -> list[Block]:
    """The likely one first."""
    value, subject = AssessmentValue(a=found.assessment.id), found.assessment.subject
    status = button(label("status"), ids.STATUS, value, spoken=label("status_spoken", subject=subject))
    copy = button(label("copy"), ids.COPY, value, spoken=label("copy_spoken", subject=subject))
    if found.is_open:
        return (
            [status, _remind(found), copy]
            if found.waiting
            else [close_button(found.assessment), status, copy]
        )
    result = _result(found.assessment)
    board = button(label("board"), ids.BOARD, value, spoken=label("board_spoken", subject=subject))
    rank, again = rank_button(found.assessment), next_round.begin_button(found.assessment)
    return [board, result, rank, again] if found.shared else [result, rank, board, again]
