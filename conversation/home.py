"""Where one stands with Tidemark: one's own questionnaires, actions and assessments."""

from dataclasses import dataclass
from datetime import date

from conversation import worktime
from conversation.assessments import facilitates
from conversation.desk import Desk
from conversation.scope import Draft, Scope
from storage.records import NOT_ASKED, Action, ActionState, Assessment, AssessmentState, Seat, SeatState
from storage.store import Tx

UNFINISHED = (SeatState.INVITED, SeatState.STARTED)


@dataclass(frozen=True)
class Home:
    """`seats` are this person's places in open assessments, the unfinished ones first; `assessments` those
    that they facilitate, the open ones first; `actions` their unfinished ones, the earliest due first."""

    user_id: str
    today: date
    seats: tuple[tuple[Seat, Assessment], ...]
    actions: tuple[tuple[Action, Assessment], ...]
    assessments: tuple[Assessment, ...]
    draft: Draft | None


def home(desk: Desk, user_id: str) -> Home:
    with desk.transaction() as tx:
        actions = [action for action in tx.actions.owned_by(user_id) if action.state is not ActionState.DONE]
        return Home(
            user_id=user_id,
            today=worktime.today(desk.now(), tx.people.get(user_id).tz),
            seats=_seats(tx, user_id),
            actions=tuple((action, tx.assessments.get(action.assessment_id)) for action in actions),
            assessments=_facilitated(tx, user_id),
            draft=_draft(desk, tx, user_id),
        )


def _seats(tx: Tx, user_id: str) -> tuple[tuple[Seat, Assessment], ...]:
    held = [(seat, tx.assessments.get(seat.assessment_id)) for seat in tx.seats.held_by(user_id)]
    still_open = [
        (seat, assessment)
        for seat, assessment in held
        if assessment.state is AssessmentState.OPEN and seat.state not in {SeatState.DECLINED, *NOT_ASKED}
    ]
    return tuple(sorted(still_open, key=lambda place: place[0].state not in UNFINISHED))


def _facilitated(tx: Tx, user_id: str) -> tuple[Assessment, ...]:
    found = tx.assessments.in_states([AssessmentState.OPEN, AssessmentState.CLOSED])
    mine = [assessment for assessment in found if facilitates(assessment, user_id)]
    return tuple(sorted(mine, key=lambda assessment: assessment.state is not AssessmentState.OPEN))


def _draft(desk: Desk, tx: Tx, user_id: str) -> Draft | None:
    drafts = tx.assessments.in_states([AssessmentState.DRAFT])
    mine = next((assessment for assessment in drafts if assessment.facilitator == user_id), None)
    return Draft(mine, Scope.of(mine), desk.pack_of(tx, mine)) if mine else None
