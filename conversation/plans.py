"""Step 5 of the white paper: the plan, with the gaps that nobody has taken on yet and the actions that were
agreed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from conversation import carried, planpost, worktime
from conversation.actionprogress import Progress, steps_by_action
from conversation.actionprogress import progress as how_far
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
from conversation.digests import needs_attention, owners_of
from conversation.errors import AssessmentIsOpen, NoSuchAssessment, NoSuchGap
from conversation.findings import Findings, GapFinding
from conversation.hours import own_zone
from conversation.pack import Item, Pack
from conversation.prioritising import NOTHING, Decided, Order, lay_over
from conversation.progress import progress
from conversation.reports import verdict_for, verdict_on
from conversation.scope import Ranking
from conversation.ticketing import NONE, Tickets, tickets_of
from conversation.trackers import TrackerHere
from scoring.burnup import BurnUp
from storage.records import (
    Action,
    ActionState,
    ActionStep,
    Assessment,
    AssessmentState,
    EvidenceState,
    Person,
    Posting,
)
from storage.store import Tx

#: Days from now until an action of this priority (of 100) should be done.
DAYS_BY_PRIORITY = ((60, 30), (50, 60), (0, 90))
#: And of one that has none.
DAYS = 60


class Group(StrEnum):
    """How an action goes, for whoever reads the plan."""

    ATTENTION = "attention"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Board:
    """The ranked gaps of a result, and what was agreed about them. A plan is for everybody to read, so it
    knows no gap that readers do not see. `owns_some`: whoever looks owns one of the actions. `carried`
    is what earlier rounds left open; `reachable`: calendars can subscribe to one's dates."""

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
    steps: Mapping[str, tuple[ActionStep, ...]] = field(default_factory=dict)
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    posted: bool = False
    reachable: bool = False

    def how_far(self, action: Action) -> Progress:
        return how_far(action, self.steps.get(action.id, ()))

    @property
    def groups(self) -> Mapping[Group, tuple[Action, ...]]:
        """Its actions by how they go, those that are due first before the others."""
        found: dict[Group, tuple[Action, ...]] = dict.fromkeys(Group, ())
        for action in self.actions:
            owner = self.owners.get(action.owner or "")
            group = group_of(action, self.today, ownerless=owner is None or owner.gone)
            found[group] = (*found[group], action)
        return found

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
    baseline: Decimal | None = None
    unit: str | None = None
    trackers: tuple[TrackerHere, ...] = ()


@dataclass(frozen=True)
class Addition:
    """The same of one that is about no gap."""

    assessment: Assessment
    due: date
    trackers: tuple[TrackerHere, ...] = ()


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
        ranked = verdict.order.find(step)
        gap = ranked.gap if ranked else gap
        today = worktime.today(desk.now(), own_zone(desk, tx.people.get(user_id)))
        baseline, unit = _known_number(tx, found, gap.question)
        return Proposal(
            found,
            verdict.pack.item(gap.question),
            gap,
            verdict.pack.levels[gap.level].name,
            verdict.pack.aspect(gap.aspect).title,
            worktime.workday_from(today + timedelta(days=_days(gap.priority))),
            verdict.pack,
            baseline,
            unit,
            desk.trackers,
        )


def to_add(desk: Desk, user_id: str, *, assessment: str) -> Addition:
    """For the form of an action that is about no gap.

    Raises: NoSuchAssessment, NotFacilitator, ImportedStays, AssessmentIsOpen.
    """
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        if found.state is AssessmentState.OPEN:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        today = worktime.today(desk.now(), own_zone(desk, tx.people.get(user_id)))
        due = worktime.workday_from(today + timedelta(days=DAYS))
        return Addition(found, due, desk.trackers)


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
        steps=steps_by_action(tx, assessment.id),
        needs=tx.actions.needs(assessment.id),
        posted=planpost.is_posted(tx, assessment),
        reachable=bool(desk.public_url),
    )


def group_of(action: Action, day: date, *, ownerless: bool) -> Group:
    """Late, at risk, blocked, due within a week or without an owner, it needs attention."""
    if action.is_over:
        return Group.DONE if action.state is ActionState.DONE else Group.DROPPED
    return Group.ATTENTION if ownerless or needs_attention(action, day) else Group.UNDER_WAY


def _known_number(tx: Tx, assessment: Assessment, question: str) -> tuple[Decimal | None, str | None]:
    """The last number that was shown for this question and accepted, with its unit."""
    accepted = tx.evidence.in_state(assessment.id, EvidenceState.ACCEPTED)
    numbers = [each for each in accepted if each.question == question and each.number]
    if not numbers:
        return None, None
    last = max(numbers, key=lambda each: each.at)
    return Decimal(last.number or ""), last.unit


def _days(priority: float) -> int:
    return next(days for least, days in DAYS_BY_PRIORITY if priority >= least)
