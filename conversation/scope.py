"""Step 1 of the white paper: what is assessed, who is asked, until when.

A scope is drafted first and launched when everybody has a role; nothing is sent before that.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from conversation import worktime
from conversation.assessments import facilitated, held
from conversation.desk import Desk
from conversation.errors import (
    AlreadyLaunched,
    ClosesTooSoon,
    NobodyInvited,
    NobodyIsAsked,
    NoSubject,
    TooFewToHide,
    TooManyPeople,
    WouldLoosen,
)
from conversation.hours import hours_of
from conversation.live import owe_launched
from conversation.pack import Item, Length, Pack
from conversation.reminders import owe_closing_soon, owe_nudges
from conversation.vocabulary import folded
from storage.records import Assessment, AssessmentState, Person, Posting, PostingState, Seat
from storage.store import Tx

CLOSING_HOUR = time(17, 0)
#: Less than this before closing, nobody could answer in their working hours.
SHORTEST_TIME = timedelta(hours=4)
#: One modal of 100 blocks shows this many people with their roles.
MOST_PEOPLE = 90
WORKDAYS_TO_ANSWER = 7
#: Published practice: Lattice and Humaans show nothing of fewer than five, and allow 3 to 10.
DEFAULT_GROUP = 5
USUAL_WEIGHT = 2

_Asked = tuple[str, tuple[str, ...], Length, *tuple[tuple[str, ...], ...]]
_ASKED: dict[_Asked, tuple[Item, ...]] = {}


class Privacy(StrEnum):
    """Who learns who answered what. In this order each mode is tighter than the one before."""

    ATTRIBUTED = "attributed"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"

    def is_looser_than(self, other: "Privacy") -> bool:
        order = list(Privacy)
        return order.index(self) < order.index(other)


#: What stands between the words of a job title: data scientist/analyst, ingeniero(a) de datos.
_MARKS = re.compile(r"[/,()|]")


class Ranking(StrEnum):
    """By what gaps are put in order."""

    WEIGHTED = "weighted"
    WSJF = "wsjf"
    RICE = "rice"


class Scope(BaseModel):
    """What the facilitator decided: step 1 of the white paper, with its six questions.

    `target` is a level for every aspect that has none of its own in `targets`; None is one level up. Empty
    `criteria`, `stages` and `kinds` leave nothing out. `weights` say how much an aspect matters (1 little,
    2 as usual, 3 much). `group` is the fewest people of whom anything is shown to readers, unless answers are
    attributed. `reviewers` rule on evidence beside the facilitator. `people` are those to ask, from the
    launch on those who were invited. `facilitators` facilitate beside the owner; `newcomers` of them do so
    only since people were asked.
    """

    model_config = ConfigDict(frozen=True)

    goal: str = ""
    goals: tuple[str, ...] = ()
    other_goals: str = ""
    pains: tuple[str, ...] = ()
    other_pains: str = ""
    aspects: tuple[str, ...]
    criteria: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tools: str = ""
    metrics: str = ""
    regulated: bool = False
    length: Length = Length.STANDARD
    target: int | None = None
    targets: Mapping[str, int] = {}
    weights: Mapping[str, int] = {}
    strictness: Literal["iso33020", "all", "majority"] = "iso33020"
    ranking: Ranking = Ranking.WEIGHTED
    privacy: Privacy = Privacy.ATTRIBUTED
    group: Annotated[int, Field(ge=3, le=10)] = DEFAULT_GROUP
    reviewers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()

    @classmethod
    def of(cls, assessment: Assessment) -> Self:
        return cls.model_validate(assessment.scope)

    @property
    def names_are_known(self) -> bool:
        """To the facilitator."""
        return self.privacy is not Privacy.ANONYMOUS

    def would_loosen(self, privacy: Privacy, group: int) -> bool:
        """Whether this would show more than people were told. Where answers carry names, no group was
        promised yet."""
        fewer = self.privacy is not Privacy.ATTRIBUTED and group < self.group
        return privacy.is_looser_than(self.privacy) or fewer

    def weight(self, aspect: str) -> int:
        return self.weights.get(aspect, USUAL_WEIGHT)

    def target_of(self, aspect: str) -> int | None:
        return self.targets.get(aspect, self.target)

    def items(self, pack: Pack) -> tuple[Item, ...]:
        """All questions in scope, whoever is asked them."""
        return tuple(
            item
            for item in pack.items
            if item.aspect in self.aspects
            and (not self.criteria or item.criterion in self.criteria)
            and (not self.stages or not set(item.stages).isdisjoint(self.stages))
            and item.is_about(self.kinds or None)
        )

    def questions(self, pack: Pack, roles: Iterable[str]) -> tuple[Item, ...]:
        """What somebody in these roles is asked. Worked out once for each: every answer needs it."""
        key: _Asked = (
            pack.digest,
            tuple(roles),
            self.length,
            self.aspects,
            self.criteria,
            self.stages,
            self.kinds,
        )
        if key not in _ASKED:
            _ASKED[key] = pack.questions_for(
                key[1],
                self.length,
                aspects=self.aspects,
                criteria=self.criteria or None,
                stages=self.stages or None,
                kinds=self.kinds or None,
            )
        return _ASKED[key]


@dataclass(frozen=True)
class Draft:
    assessment: Assessment
    scope: Scope
    pack: Pack


@dataclass(frozen=True)
class Launched:
    assessment: Assessment
    people: int
    owed: tuple[Posting, ...]


@dataclass(frozen=True)
class Tightened:
    """Who sees what, as it is now; so many people are told that it has changed."""

    assessment: Assessment
    scope: Scope
    told: int = 0


def proposed_closing(now: datetime, tz: str) -> date:
    return worktime.workdays_after(worktime.today(now, tz), WORKDAYS_TO_ANSWER)


def draft(
    desk: Desk, facilitator: Person, *, subject: str, scope: Scope, channel: str | None, closes_on: date
) -> Draft:
    """Keep the scope as a draft, in place of an earlier draft of the same facilitator. A draft of the same
    subject is changed, so that trying twice is not two rounds; what this scope does not say stays as it is
    there.

    Raises: NoSubject, NobodyInvited, TooManyPeople, ClosesTooSoon.
    """
    closes_at = worktime.at_local(closes_on, CLOSING_HOUR, facilitator.tz)
    subject = " ".join(subject.split())
    if not subject:
        raise NoSubject()
    if not scope.people:
        raise NobodyInvited()
    if len(scope.people) > MOST_PEOPLE:
        raise TooManyPeople(number=len(scope.people), most=MOST_PEOPLE)
    if closes_at < desk.now() + SHORTEST_TIME:
        raise ClosesTooSoon(date=closes_on)
    with desk.transaction() as tx:
        pack = desk.pack
        tx.packs.keep(digest=pack.digest, name=pack.id, version=pack.version, body=pack.snapshot())
        tx.people.remember(facilitator)
        decided: dict[str, Any] = {
            "subject": subject,
            "channel": channel,
            "pack_digest": pack.digest,
            "created_at": desk.now(),
            "closes_at": closes_at,
        }
        for old in _drafts_of(tx, facilitator.user_id):
            if old.subject.casefold() == subject.casefold():
                said = scope.model_dump(include=scope.model_fields_set)
                whole = _within(pack, Scope.of(old).model_copy(update=said))
                decided["scope"] = whole.model_dump(mode="json")
                tx.assessments.change(old.id, only_if=AssessmentState.DRAFT, **decided)
                return Draft(tx.assessments.get(old.id), whole, pack)
            tx.assessments.change(old.id, only_if=AssessmentState.DRAFT, state=AssessmentState.CANCELLED)
        decided["scope"] = scope.model_dump(mode="json")
        assessment = tx.assessments.add(id=desk.new_id(), facilitator=facilitator.user_id, **decided)
        return Draft(assessment, scope, pack)


def drafted(desk: Desk, user_id: str, *, assessment: str) -> Draft:
    """A draft as it stands. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        return Draft(found, Scope.of(found), desk.pack_of(tx, found))


def refine(desk: Desk, user_id: str, *, assessment: str, **decided: Any) -> Draft:
    """Decide more about a draft: fields of Scope by name.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        pack = desk.pack_of(tx, found)
        scope = Scope.model_validate(Scope.of(found).model_dump() | decided)
        if not tx.assessments.change(
            found.id, only_if=AssessmentState.DRAFT, scope=scope.model_dump(mode="json")
        ):
            raise AlreadyLaunched(subject=found.subject)
        return Draft(tx.assessments.get(found.id), scope, pack)


def _within(pack: Pack, scope: Scope) -> Scope:
    """Without what this pack does not have: the draft may have been begun with another one."""
    known = {
        "goals": {goal.id for goal in pack.goals},
        "pains": {pain.id for pain in pack.pains},
        "criteria": {criterion.id for criterion in pack.criteria},
        "stages": {stage.id for stage in pack.stages},
        "kinds": {kind.id for kind in pack.kinds},
    }
    kept: dict[str, Any] = {
        field: tuple(key for key in getattr(scope, field) if key in keys) for field, keys in known.items()
    }
    aspects = {aspect.id for aspect in pack.aspects}
    for field in ("targets", "weights"):
        kept[field] = {key: value for key, value in getattr(scope, field).items() if key in aspects}
    return scope.model_copy(update=kept)


def waiting_draft(desk: Desk, user_id: str) -> Draft | None:
    """The draft that this facilitator left unfinished, if any."""
    with desk.transaction() as tx:
        for assessment in _drafts_of(tx, user_id):
            return Draft(assessment, Scope.of(assessment), desk.pack_of(tx, assessment))
        return None


def suggested_roles(pack: Pack, job_title: str) -> tuple[str, ...]:
    """The role whose words, in any language of the pack, fit the job title best: the longest found in it."""
    title = _set_off(job_title)
    found = [
        (len(word), role.id)
        for role in pack.roles
        for word in pack.job_titles(role.id)
        if _set_off(word) in title
    ]
    return (max(found)[1],) if found else ()


def _set_off(words: str) -> str:
    """Without case, accents and marks, and with a blank on both sides, so that only whole words are found."""
    return f" {' '.join(_MARKS.sub(' ', folded(words)).split())} "


def launch(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    roles: Mapping[str, Iterable[str]],
    people: Mapping[str, Person],
) -> Launched:
    """Open the assessment and owe everybody their invitation, each in their own working hours.

    `roles` by person, one or two each. Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched,
    NobodyInvited (with `without`: people who have no role), NobodyIsAsked, ClosesTooSoon, TooFewToHide.
    """
    seated = {person: tuple(dict.fromkeys(taken)) for person, taken in roles.items()}
    without = [person for person, taken in seated.items() if not taken]
    if not seated or without:
        raise NobodyInvited(without=without)
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        now, pack = desk.now(), desk.pack_of(tx, found)
        scope = Scope.of(found).model_copy(update={"people": tuple(sorted(seated))})
        if found.closes_at < now + SHORTEST_TIME:
            raise ClosesTooSoon(date=found.closes_at.date())
        if not tx.assessments.change(
            found.id,
            only_if=AssessmentState.DRAFT,
            state=AssessmentState.OPEN,
            opened_at=now,
            scope=scope.model_dump(mode="json"),
        ):
            raise AlreadyLaunched(subject=found.subject)
        if scope.privacy is not Privacy.ATTRIBUTED and len(seated) < scope.group:
            raise TooFewToHide(people=len(seated), group=scope.group)
        desk.write_down(tx, found.id, user_id, "launched", people=len(seated))
        owed = [_introduce(desk, tx, found, len(seated))]
        for person, taken in seated.items():
            invite(desk, tx, found, pack, scope, people[person], taken)
        owed.append(owe_launched(desk, tx, found))
        owe_closing_soon(desk, tx, found)
        return Launched(tx.assessments.get(found.id), len(seated), tuple(filter(None, owed)))


def who_sees_what(desk: Desk, user_id: str, *, assessment: str) -> Tightened:
    """As it is now, for who may change it. Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed."""
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment)
        return Tightened(found, Scope.of(found))


def tighten(desk: Desk, user_id: str, *, assessment: str, privacy: Privacy, group: int) -> Tightened:
    """Let less be seen of who answered what than people were told, never more. Whoever was told is told of
    the change; invitations that are still to go out say it themselves. The same as before changes nothing.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, WouldLoosen, TooFewToHide.
    """
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment)
        scope = Scope.of(found)
        if scope.would_loosen(privacy, group):
            raise WouldLoosen()
        if (privacy, group) == (scope.privacy, scope.group):
            return Tightened(found, scope)
        seats = tx.seats.of(found.id)
        if seats and privacy is not Privacy.ATTRIBUTED and len(seats) < group:
            raise TooFewToHide(people=len(seats), group=group)
        tighter = Scope.model_validate(scope.model_dump() | {"privacy": privacy, "group": group})
        tx.assessments.change(found.id, only_if=found.state, scope=tighter.model_dump(mode="json"))
        desk.write_down(tx, found.id, user_id, "tightened", privacy=privacy, group=group)
        told = [seat for seat in seats if privacy is not Privacy.ATTRIBUTED and _was_invited(tx, seat)]
        for seat in told:
            _tell_of_privacy(desk, tx, seat, tighter)
        return Tightened(tx.assessments.get(found.id), tighter, len(told))


def _was_invited(tx: Tx, seat: Seat) -> bool:
    invitation = tx.postings.find(f"invite/{seat.id}")
    return invitation is None or invitation.state is not PostingState.OWED


def _tell_of_privacy(desk: Desk, tx: Tx, seat: Seat, scope: Scope) -> None:
    """In their working hours, and left to the beat, as invitations are."""
    now = desk.now()
    facilitator = tx.assessments.get(seat.assessment_id).facilitator
    hours = hours_of(desk, tx, tx.people.get(seat.user_id), facilitator)
    tx.postings.owe(
        f"tightened/{seat.id}/{scope.privacy}/{scope.group}",
        kind="tightened",
        subject_id=seat.id,
        recipient=seat.user_id,
        due_at=worktime.in_worktime(now, hours.tz),
        contents={"privacy": scope.privacy, "group": scope.group},
        now=now,
    )


def _drafts_of(tx: Tx, user_id: str) -> list[Assessment]:
    drafts = tx.assessments.in_states([AssessmentState.DRAFT])
    return [assessment for assessment in drafts if assessment.facilitator == user_id]


def _introduce(desk: Desk, tx: Tx, assessment: Assessment, people: int) -> Posting | None:
    if assessment.channel is None:
        return None
    return desk.owe(
        tx,
        f"intro/{assessment.id}",
        kind="intro",
        subject_id=assessment.id,
        recipient=assessment.channel,
        people=people,
    )


def invite(
    desk: Desk,
    tx: Tx,
    assessment: Assessment,
    pack: Pack,
    scope: Scope,
    person: Person,
    roles: tuple[str, ...],
) -> None:
    """A step: a seat for this person, with their invitation and reminders. Raises: NobodyIsAsked."""
    now, seat = desk.now(), desk.new_id()
    questions = scope.questions(pack, roles)
    if not questions:
        raise NobodyIsAsked(person=person.user_id)
    tx.people.remember(person)
    hours = hours_of(desk, tx, tx.people.get(person.user_id), assessment.facilitator)
    invited_at = worktime.in_worktime(now, hours.tz)
    tx.seats.add(
        id=seat,
        assessment_id=assessment.id,
        user_id=person.user_id,
        roles=roles,
        questions=len(questions),
        invited_at=invited_at,
    )
    owe_nudges(desk, tx, assessment, seat, person, invited_at)
    # Left to the beat: many at once would outlast a claim's lease at Slack's pace.
    tx.postings.owe(
        f"invite/{seat}",
        kind="invite",
        subject_id=seat,
        recipient=person.user_id,
        due_at=invited_at,
        contents={},
        now=now,
    )
