"""Step 5 of the white paper: from a gap to an action with an owner, a date and a measure, and what its
owner says of it since."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from conversation import again, carried, digests, followups, worktime
from conversation.assessments import (
    assessment_for,
    changeable,
    facilitated,
    facilitates,
    told_of,
    visible,
)
from conversation.carried import Carried
from conversation.desk import Desk
from conversation.digests import owners_of
from conversation.errors import (
    ActionChanged,
    ActionIsDone,
    AssessmentIsOpen,
    CannotTakePart,
    DueInThePast,
    NoSuchAssessment,
    NoSuchGap,
    NotYourAction,
)
from conversation.findings import Findings, GapFinding
from conversation.hours import own_zone
from conversation.pack import Item, Pack
from conversation.prioritising import NOTHING, Decided, Order, lay_over
from conversation.progress import progress
from conversation.reports import verdict_for, verdict_on
from conversation.scope import Ranking
from conversation.ticketing import NONE, Tickets, tickets_of
from scoring.burnup import BurnUp
from storage.records import Action, ActionState, Assessment, AssessmentState, Person, Posting
from storage.store import Tx

#: Days from now until an action of this priority (of 100) should be done.
DAYS_BY_PRIORITY = ((60, 30), (50, 60), (0, 90))


@dataclass(frozen=True)
class Board:
    """The ranked gaps of a result, and what was agreed about them. A plan is for everybody to read, so it
    knows no gap that readers do not see. `owns_some`: whoever looks owns one of the actions. `carried`
    is what earlier rounds left open."""

    assessment: Assessment
    pack: Pack
    findings: Findings
    actions: tuple[Action, ...]
    owners: dict[str, Person]
    facilitating: bool
    today: date
    ranking: Ranking = Ranking.WEIGHTED
    decided: Decided = NOTHING
    movers: dict[str, Person] = field(default_factory=dict)
    tickets: Tickets = NONE
    owns_some: bool = False
    progress: BurnUp | None = None
    carried: tuple[Carried, ...] = ()

    @cached_property
    def order(self) -> Order:
        """All gaps as they are ranked, by `ranking` and by what people decided."""
        top = len(self.pack.levels) - 1
        return lay_over(self.findings.gaps, self.decided, self.ranking, top=top, method=self.ranking)

    @property
    def open_gaps(self) -> tuple[GapFinding, ...]:
        """Gaps that nobody has taken on, in this order."""
        theirs = (each.action for each in self.carried)
        taken = {(action.question, action.level) for action in (*self.actions, *theirs)}
        return tuple(gap for gap in self.order.gaps if (gap.question, gap.level) not in taken)


@dataclass(frozen=True)
class Proposal:
    """What the form of a new action starts with."""

    assessment: Assessment
    item: Item
    gap: GapFinding
    level_name: str
    aspect_title: str
    due: date
    pack: Pack | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Promise:
    """An action as it stands now, with what is owed because of it."""

    assessment: Assessment
    action: Action
    owed: tuple[Posting, ...] = ()
    tickets: Tickets = NONE


def board(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Board:
    """Raises: NoSuchAssessment, AssessmentIsOpen, NotShared."""
    with desk.transaction() as tx:
        states = [AssessmentState.CLOSED, AssessmentState.OPEN]
        return board_in(desk, tx, user_id, assessment_for(tx, user_id, name, channel, states))


def board_of(desk: Desk, user_id: str, *, assessment: str, ranking: Ranking | None = None) -> Board:
    """The same for an assessment that is known, in this order if one is chosen.

    Raises: NoSuchAssessment, NotFacilitator.
    """
    with desk.transaction() as tx:
        found = board_in(desk, tx, user_id, facilitated(tx, user_id, assessment))
        return replace(found, ranking=ranking) if ranking else found


def board_seen(desk: Desk, user_id: str, *, assessment: str, channel: str | None) -> Board:
    """The same for whoever sees its result, there or because they take part.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared.
    """
    with desk.transaction() as tx:
        seen = {found.id: found for found in visible(tx, user_id, {channel}, [AssessmentState.CLOSED])}
        if assessment not in seen:
            raise NoSuchAssessment(name="")
        return board_in(desk, tx, user_id, seen[assessment])


def propose(desk: Desk, user_id: str, *, assessment: str, step: str) -> Proposal:
    """Raises: NoSuchAssessment, NotFacilitator, ImportedStays, NoSuchGap."""
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        verdict = verdict_on(desk, tx, found, private=True)
        gap = verdict.findings.for_readers.gap(step)
        if gap is None:
            raise NoSuchGap()
        today = worktime.today(desk.now(), own_zone(desk, tx.people.get(user_id)))
        return Proposal(
            found,
            verdict.pack.item(gap.question),
            gap,
            verdict.pack.levels[gap.level].name,
            verdict.pack.aspect(gap.aspect).title,
            worktime.workday_from(today + timedelta(days=_days(gap.priority))),
            verdict.pack,
        )


def agree(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    step: str,
    objective: str,
    measure: str,
    owner: Person,
    due: date,
    id: str,
) -> Promise:
    """Turn a gap into an action. Its owner is told at once, and reminded before and on the due day. The
    same `id` again is the same action.

    Raises: NoSuchAssessment, NotFacilitator, ImportedStays, NoSuchGap, DueInThePast.
    """
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        gap = verdict_on(desk, tx, found, private=True).findings.for_readers.gap(step)
        if gap is None:
            raise NoSuchGap()
        if due < worktime.today(desk.now(), own_zone(desk, owner)):
            raise DueInThePast(date=due)
        if there := tx.actions.find(id):
            return Promise(found, there)
        tx.people.remember(owner)
        action = tx.actions.add(
            id=id,
            assessment_id=found.id,
            question=gap.question,
            level=gap.level,
            objective=objective.strip(),
            measure=measure.strip(),
            owner=owner.user_id,
            due=due,
            agreed_by=user_id,
            agreed_at=desk.now(),
        )
        desk.write_down(
            tx,
            found.id,
            user_id,
            "agreed_action",
            action=action.id,
            owner=owner.user_id,
            objective=action.objective,
        )
        followups.plan(desk, tx, action)
        digests.follow(desk, tx, found)
        owed = desk.owe(
            tx,
            f"agreed/{action.id}",
            kind="agreed",
            subject_id=action.id,
            recipient=owner.user_id,
        )
        return Promise(found, action, (owed,) if owed else ())


def mark(desk: Desk, user_id: str, *, action: str, state: ActionState, text: str | None = None) -> Promise:
    """Say how an action goes. The same again is not news.

    Raises: NotYourAction for anybody but its owner and the facilitator; ActionIsDone.
    """
    with desk.transaction() as tx:
        found = _in_hand(tx, user_id, action)
        assessment = tx.assessments.get(found.assessment_id)
        if found.is_over and state is not found.state:
            raise ActionIsDone(objective=found.objective)
        if found.state is not state or text:
            tx.actions.mark(action, state=state, by=user_id, text=text, at=desk.now())
            followups.settle(desk, tx, found)
            digests.follow(desk, tx, assessment)
            if found.state is not state:
                desk.write_down(
                    tx,
                    assessment.id,
                    user_id,
                    "marked_action",
                    action=action,
                    state=state,
                    objective=found.objective,
                )
                again.owe_sooner(desk, tx, assessment)
        return Promise(assessment, _again(tx, action))


def hand_over(desk: Desk, user_id: str, *, action: str, owner: Person) -> Promise:
    """Somebody else owns the action from now on; they are told at once, and reminded like any owner. The same
    owner again is no news.

    Raises: NotYourAction for anybody but its owner and the facilitators; ActionIsDone, CannotTakePart.
    """
    with desk.transaction() as tx:
        found = _in_hand(tx, user_id, action)
        assessment = tx.assessments.get(found.assessment_id)
        if found.is_over:
            raise ActionIsDone(objective=found.objective)
        if not owner.asked:
            raise CannotTakePart(person=owner.user_id)
        if owner.user_id == found.owner:
            return Promise(assessment, found)
        tx.people.remember(owner)
        change = {"owner": owner.user_id, "accepted_at": None}
        if not tx.actions.change(found, by=user_id, what="handed_over", at=desk.now(), **change):
            raise ActionChanged(objective=found.objective)
        desk.write_down(
            tx,
            assessment.id,
            user_id,
            "handed_over_action",
            action=action,
            before=found.owner,
            to=owner.user_id,
        )
        followups.plan(desk, tx, _again(tx, action))
        digests.follow(desk, tx, assessment)
        owed = desk.owe(
            tx,
            f"agreed/{action}/{tx.deeds.number(assessment.id)}",
            kind="agreed",
            subject_id=action,
            recipient=owner.user_id,
        )
        return Promise(assessment, _again(tx, action), (owed,) if owed else ())


def to_hand_over(desk: Desk, user_id: str, *, action: str) -> Promise:
    """For the form. Raises: NotYourAction."""
    with desk.transaction() as tx:
        found = _in_hand(tx, user_id, action)
        return Promise(tx.assessments.get(found.assessment_id), found)


def without(desk: Desk, tx: Tx, user_id: str) -> tuple[Posting, ...]:
    """A step: this owner's account is gone. A facilitator of each assessment hears once which of its actions
    need another owner."""
    left: dict[str, list[Action]] = {}
    for action in tx.actions.owned_by(user_id):
        if not action.is_over:
            left.setdefault(action.assessment_id, []).append(action)
    owed = []
    for assessment_id, actions in left.items():
        assessment = tx.assessments.get(assessment_id)
        facilitator = told_of(assessment, user_id)
        key = f"ownerless/{assessment_id}/{user_id}"
        if facilitator and tx.postings.find(key) is None:
            values = {"person": user_id, "actions": [(each.id, each.objective) for each in actions]}
            owed.append(
                desk.owe(
                    tx,
                    key,
                    kind="told",
                    subject_id=assessment_id,
                    recipient=facilitator,
                    word="ownerless",
                    values=values,
                )
            )
    return tuple(filter(None, owed))


def look(desk: Desk, user_id: str, *, actions: Iterable[str]) -> tuple[Promise, ...]:
    """These actions as they stand now, as far as this person has a say in them."""
    with desk.transaction() as tx:
        found = [action for key in actions if (action := tx.actions.find(key))]
        tickets = tickets_of(desk, tx, found)
        promises = [
            Promise(tx.assessments.get(action.assessment_id), action, tickets=tickets) for action in found
        ]
        return tuple(
            promise
            for promise in promises
            if user_id == promise.action.owner or facilitates(promise.assessment, user_id)
        )


def board_in(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Board:
    if assessment.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    verdict = verdict_for(desk, tx, user_id, assessment)
    actions, taken_over = tuple(tx.actions.of(assessment.id)), carried.over_to(tx, assessment)
    now, tz = desk.now(), own_zone(desk, tx.people.get(user_id))
    since = assessment.closed_at or now
    return Board(
        assessment=assessment,
        pack=verdict.pack,
        findings=verdict.findings.for_readers,
        actions=actions,
        owners=owners_of(tx, (*actions, *(each.action for each in taken_over))),
        facilitating=facilitates(assessment, user_id) and not assessment.imported_at,
        today=worktime.today(now, tz),
        ranking=verdict.order.method,
        decided=verdict.decided,
        movers={move.by: tx.people.get(move.by) for move in verdict.decided.moves},
        tickets=tickets_of(desk, tx, actions),
        carried=taken_over,
        owns_some=any(action.owner == user_id for action in actions),
        progress=progress(actions, tx.actions.notes(assessment.id), since=since, now=now, tz=tz),
    )


def _in_hand(tx: Tx, user_id: str, action: str) -> Action:
    """An action in which this person has a say. Raises: NotYourAction, ImportedStays."""
    found = tx.actions.find(action)
    if found is None:
        raise NotYourAction()
    if user_id != found.owner and not facilitates(tx.assessments.get(found.assessment_id), user_id):
        raise NotYourAction(owner=found.owner)
    changeable(tx.assessments.get(found.assessment_id))
    return found


def _days(priority: float) -> int:
    return next(days for least, days in DAYS_BY_PRIORITY if priority >= least)


def _again(tx: Tx, action: str) -> Action:
    found = tx.actions.find(action)
    assert found is not None
    return found
