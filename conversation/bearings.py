"""What waits for whoever asks for help: one thing of each kind, the most urgent."""

from dataclasses import dataclass

from conversation import turnout
from conversation.assessments import facilitates
from conversation.desk import Desk
from conversation.shared import shared_revisions
from storage.records import UNFINISHED, Action, Assessment, AssessmentState, Seat
from storage.store import Tx


@dataclass(frozen=True)
class Bearings:
    """`seat` is an unfinished questionnaire, `action` the one due first, `facilitated` an assessment that
    they facilitate and `waiting` how many there have not sent, `draft` what they are setting up, `result`
    the latest that they took part in and may see. `took_part`: they were asked at some time."""

    seat: tuple[Seat, Assessment] | None = None
    action: Action | None = None
    facilitated: Assessment | None = None
    waiting: int = 0
    draft: Assessment | None = None
    result: Assessment | None = None
    took_part: bool = False

    @property
    def is_free(self) -> bool:
        """Whether nothing waits for them."""
        return not (self.seat or self.action or self.facilitated or self.draft or self.result)


NOWHERE = Bearings()


def bearings(desk: Desk, user_id: str) -> Bearings:
    with desk.transaction() as tx:
        return bearings_of(tx, user_id)


def bearings_of(tx: Tx, user_id: str, *, besides: str = "") -> Bearings:
    """A step: `besides` is the seat at which they are."""
    held = [(seat, tx.assessments.get(seat.assessment_id)) for seat in tx.seats.held_by(user_id)]
    mine = tx.assessments.in_states([AssessmentState.DRAFT, AssessmentState.OPEN, AssessmentState.CLOSED])
    drafts = [each for each in mine if each.state is AssessmentState.DRAFT and each.facilitator == user_id]
    actions = [action for action in tx.actions.owned_by(user_id) if not action.is_over]
    facilitated = _facilitated(mine, user_id)
    return Bearings(
        seat=next((place for place in held if _is_unfinished(*place) and place[0].id != besides), None),
        action=min(actions, key=lambda action: action.due, default=None),
        facilitated=facilitated,
        waiting=_waiting(tx, facilitated) if facilitated else 0,
        draft=drafts[0] if drafts else None,
        result=_result(tx, user_id, [assessment for _, assessment in held]),
        took_part=any(assessment.state is not AssessmentState.SELF_CHECK for _, assessment in held),
    )


def _is_unfinished(seat: Seat, assessment: Assessment) -> bool:
    return seat.state in UNFINISHED and assessment.state is AssessmentState.OPEN


def _facilitated(found: list[Assessment], user_id: str) -> Assessment | None:
    """An open one before a closed one, of two alike the newest."""
    mine = [each for each in found if each.state is not AssessmentState.DRAFT and facilitates(each, user_id)]
    return max(mine, key=lambda each: (each.state is AssessmentState.OPEN, each.created_at), default=None)


def _waiting(tx: Tx, assessment: Assessment) -> int:
    seats = tx.seats.counts(assessment.id)
    return sum(turnout.people(seats, state) for state in UNFINISHED)


def _result(tx: Tx, user_id: str, asked: list[Assessment]) -> Assessment | None:
    closed = [assessment for assessment in asked if assessment.state is AssessmentState.CLOSED]
    known = shared_revisions(tx, [each.id for each in closed], user_id) if closed else {}
    return next((assessment for assessment in closed if assessment.id in known), None)
