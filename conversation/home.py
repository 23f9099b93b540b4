"""Where one stands with Tidemark: one's own questionnaires, actions and assessments."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from conversation import self_check, turnout, worktime
from conversation.actionprogress import Progress, progress_of
from conversation.assessments import facilitates, invited
from conversation.desk import Desk
from conversation.drafting import Draft, draft_of
from conversation.hours import own_zone
from conversation.shared import shared_revisions
from conversation.sitting import Sitting
from conversation.ticketing import NONE, Tickets, tickets_of
from storage.records import NOT_ASKED, UNFINISHED, Action, Assessment, AssessmentState, Seat, SeatState
from storage.store import Tx

#: Of closed assessments so many are named.
LATEST = 3
_OUT_OF_IT = (SeatState.DECLINED, SeatState.PASSED_ON, *NOT_ASKED)


@dataclass(frozen=True)
class Facilitated:
    """An assessment as its facilitator has it on Home: how many have sent, of how many; and whether its
    result is posted."""

    assessment: Assessment
    invited: int
    sent: int
    waiting: int
    shared: bool

    @property
    def is_open(self) -> bool:
        return self.assessment.state is AssessmentState.OPEN


@dataclass(frozen=True)
class Past:
    """A closed assessment in which this person was asked; whether they may see its result."""

    assessment: Assessment
    shared: bool


@dataclass(frozen=True)
class Home:
    """`seats` are this person's places in open assessments, the unfinished ones first; `assessments` those
    that they facilitate, the open ones first; `past` the latest others in which they were asked, which are
    closed; `actions` their unfinished ones, the earliest due first, and
    `progress` how far each is; `reachable`: calendars can subscribe to their dates;
    `check` is their self-check, `language` the one that they chose, if they did. `drawn` names
    their Home as it was drawn last."""

    user_id: str
    today: date
    seats: tuple[tuple[Seat, Assessment], ...]
    actions: tuple[tuple[Action, Assessment], ...]
    assessments: tuple[Facilitated, ...]
    draft: Draft | None
    language: str | None = None
    check: Sitting | None = None
    drawn: str | None = None
    progress: Mapping[str, Progress] = field(default_factory=dict)
    tickets: Tickets = NONE
    reachable: bool = False
    past: tuple[Past, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether nothing is here yet that would be theirs."""
        theirs = (self.seats, self.actions, self.assessments, self.draft, self.past, self.check)
        return not any(theirs)


def home(desk: Desk, user_id: str) -> Home:
    with desk.transaction() as tx:
        person = tx.people.get(user_id)
        known = tx.assessments.in_states([AssessmentState.OPEN, AssessmentState.CLOSED])
        held = tx.seats.held_by(user_id)
        actions = [action for action in tx.actions.owned_by(user_id) if not action.is_over]
        return Home(
            user_id=user_id,
            today=worktime.today(desk.now(), own_zone(desk, person)),
            seats=_seats(tx, held),
            actions=tuple((action, tx.assessments.get(action.assessment_id)) for action in actions),
            tickets=tickets_of(desk, tx, actions),
            reachable=bool(desk.public_url),
            assessments=_facilitated(tx, user_id, known),
            past=_past(tx, user_id, known, held),
            draft=_draft(desk, tx, user_id),
            language=person.language,
            check=self_check.of(desk, tx, user_id),
            drawn=person.home,
            progress=progress_of(tx, actions),
        )


def drawn(desk: Desk, user_id: str, *, as_: str) -> None:
    """Slack gave their Home this name; a change that does not know it came too late."""
    with desk.transaction() as tx:
        tx.people.remember_home(user_id, as_)


def to_draw(desk: Desk, user_ids: Collection[str]) -> tuple[str, ...]:
    """Those of them who have opened their Home at some time, so that it is there to be drawn again."""
    with desk.transaction() as tx:
        return tuple(user for user in dict.fromkeys(user_ids) if user and tx.people.get(user).home)


def _seats(tx: Tx, held: Iterable[Seat]) -> tuple[tuple[Seat, Assessment], ...]:
    places = [(seat, tx.assessments.get(seat.assessment_id)) for seat in held]
    still_open = [
        (seat, assessment)
        for seat, assessment in places
        if assessment.state is AssessmentState.OPEN and seat.state not in _OUT_OF_IT
    ]
    return tuple(sorted(still_open, key=lambda place: place[0].state not in UNFINISHED))


def _past(tx: Tx, user_id: str, known: Iterable[Assessment], held: Collection[Seat]) -> tuple[Past, ...]:
    """The newest first. Where who sat where is forgotten, also who declined is one of those who were
    asked."""
    sat = {seat.assessment_id for seat in held}
    stayed = {seat.assessment_id for seat in held if seat.state not in _OUT_OF_IT}
    closed = [
        assessment
        for assessment in known
        if assessment.state is AssessmentState.CLOSED
        and user_id in invited(assessment)
        and not facilitates(assessment, user_id)
        and assessment.id not in sat - stayed
    ]
    closed.sort(key=lambda assessment: assessment.closed_at or assessment.closes_at, reverse=True)
    latest = closed[:LATEST]
    shared = shared_revisions(tx, [each.id for each in latest], user_id) if latest else {}
    return tuple(Past(each, each.id in shared) for each in latest)


def _facilitated(tx: Tx, user_id: str, known: Iterable[Assessment]) -> tuple[Facilitated, ...]:
    mine = [assessment for assessment in known if facilitates(assessment, user_id)]
    posted = shared_revisions(tx, [assessment.id for assessment in mine]) if mine else {}
    mine.sort(key=lambda assessment: assessment.state is not AssessmentState.OPEN)
    return tuple(_counted(tx, assessment, assessment.id in posted) for assessment in mine)


def _counted(tx: Tx, assessment: Assessment, shared: bool) -> Facilitated:
    seats = tx.seats.counts(assessment.id)
    return Facilitated(
        assessment,
        invited=turnout.people(seats),
        sent=turnout.people(seats, SeatState.SENT),
        waiting=sum(turnout.people(seats, state) for state in UNFINISHED),
        shared=shared,
    )


def _draft(desk: Desk, tx: Tx, user_id: str) -> Draft | None:
    drafts = tx.assessments.in_states([AssessmentState.DRAFT])
    mine = next((assessment for assessment in drafts if assessment.facilitator == user_id), None)
    return draft_of(desk, tx, mine) if mine else None
