"""Step 1 of the white paper: what is assessed, who is asked, until when.

A scope is drafted first and launched when everybody has a role; nothing is sent before that.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from conversation import trial, worktime
from conversation.assessments import facilitated, held
from conversation.desk import Desk
from conversation.errors import (
    AlreadyLaunched,
    AlreadyOpen,
    ClosesTooSoon,
    DraftChanged,
    NobodyInvited,
    NobodyIsAsked,
    NoSubject,
    NotACreator,
    TooFewToHide,
    TooManyPeople,
    WouldLoosen,
)
from conversation.hours import hours_of, own_zone
from conversation.live import owe_launched
from conversation.merging import merge, remembered
from conversation.pack import Item, Length, Pack
from conversation.reminders import owe_closing_soon, owe_nudges
from conversation.vocabulary import folded
from storage.records import (
    Assessment,
    AssessmentState,
    Drafted,
    Person,
    PersonKind,
    Posting,
    PostingState,
    Seat,
    SeatState,
    subject_key,
)
from storage.store import Tx

CLOSING_HOUR = time(17, 0)
#: Working time of the facilitator; with less, nobody could answer in theirs.
SHORTEST_TIME = timedelta(hours=4)
#: Their job titles are read one by one, a hundred a minute.
MOST_PEOPLE = 300
WORKDAYS_TO_ANSWER = 7
#: Published practice: Lattice and Humaans show nothing of fewer than five, and allow 3 to 10.
DEFAULT_GROUP = 5
USUAL_WEIGHT = 2
#: In which one person answers.
MOST_ROLES = 2
#: How the field of a draft is called that holds somebody's roles.
ROLE = "role:"
#: Stands there in place of a role: their invitation asks them for it.
ASK_THEM = "?"

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


class Rhythm(StrEnum):
    """How often the channel hears how the plan goes."""

    WEEKLY = "weekly"
    TWO_WEEKLY = "two_weekly"
    MONTHLY = "monthly"
    OFF = "off"


class Scope(BaseModel):
    """What the facilitator decided: step 1 of the white paper, with its six questions.

    `target` is a level for every aspect that has none of its own in `targets`; None is one level up. Empty
    `criteria`, `stages` and `kinds` leave nothing out. `weights` say how much an aspect matters (1 little,
    2 as usual, 3 much). `group` is the fewest people of whom anything is shown to readers, unless answers are
    attributed. `reviewers` rule on evidence beside the facilitator. `people` are those to ask, from the
    launch on those who were invited; `sources` are user groups and channels whose members are asked too, as
    they are at the launch. `facilitators` facilitate beside the owner; `newcomers` of them do so only since
    people were asked. `sponsors` get a summary of the plan each month. `keep_months` is how long after
    closing it is kept, 0 for ever; None leaves that to the workspace, and is decided by the launch.
    `choosers` of the people were invited to say themselves which role is theirs.
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
    keep_months: Annotated[int | None, Field(ge=0)] = None
    reviewers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()
    rhythm: Rhythm = Rhythm.WEEKLY
    sponsors: tuple[str, ...] = ()
    choosers: tuple[str, ...] = ()

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

    def kept_for(self, most: int) -> int:
        """Months after closing, where the workspace keeps what has closed for `most`; 0 is for ever."""
        if self.keep_months is None:
            return most
        return min(self.keep_months, most) if self.keep_months and most else self.keep_months or most

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
    """`keep_most` is for how many months the workspace keeps what has closed, 0 for ever."""

    assessment: Assessment
    scope: Scope
    pack: Pack
    drafted: Drafted = field(default_factory=Drafted)
    keep_most: int = 0

    @property
    def fields(self) -> dict[str, Any]:
        """All that is decided, by the name of its field, as it is stored."""
        roles = {f"{ROLE}{key}": list(roles) for key, roles in self.drafted.roles.items()}
        about = {"subject": self.assessment.subject, "channel": self.assessment.channel}
        closes = {"closes_at": self.assessment.closes_at.isoformat()}
        return {**self.scope.model_dump(mode="json"), **about, **closes, **roles}


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


def closing_to_show(now: datetime, tz: str, draft: Draft | None) -> date:
    """The closing date of the draft, as long as people could still answer until then."""
    if draft and worktime.hours_between(now, draft.assessment.closes_at, tz) >= SHORTEST_TIME:
        return worktime.today(draft.assessment.closes_at, tz)
    return proposed_closing(now, tz)


def must_be_creator(desk: Desk, person: Person, groups: Collection[str] = ()) -> None:
    """Somebody in these user groups may set up assessments. Raises: NotACreator."""
    named = not desk.creators or not {person.user_id, *groups}.isdisjoint(desk.creators)
    if person.kind is not PersonKind.MEMBER or not named:
        raise NotACreator(guest=person.kind is not PersonKind.MEMBER, creators=desk.creators)


def begin(desk: Desk, facilitator: Person, groups: Collection[str] = ()) -> Draft | None:
    """Somebody in these user groups wants to set up an assessment. Gives the draft that they left unfinished,
    if any. Raises: NotACreator."""
    must_be_creator(desk, facilitator, groups)
    with desk.transaction() as tx:
        tx.people.remember(facilitator)
        return waiting_of(desk, tx, facilitator.user_id)


def must_not_be_open(desk: Desk, user_id: str, *, subject: str) -> None:
    """An assessment of that subject is not set up once more by accident. Raises: AlreadyOpen."""
    with desk.transaction() as tx:
        for found in tx.assessments.in_states([AssessmentState.OPEN]):
            if found.subject_key == subject_key(subject):
                raise AlreadyOpen(
                    assessment=found.id,
                    subject=found.subject,
                    facilitator=found.facilitator,
                    mine=found.facilitator == user_id,
                    closes_at=found.closes_at,
                )


def draft(
    desk: Desk,
    facilitator: Person,
    *,
    subject: str,
    scope: Scope,
    channel: str | None,
    closes_on: date,
    assessment: str | None = None,
    seen: int | None = None,
) -> Draft:
    """Keep the scope as a draft: as that one, if it was begun from one, else in place of an earlier draft of
    the same facilitator. A draft of the same subject is changed, so that trying twice is not two rounds; what
    this scope does not say stays as it is there. `seen` is the revision of the draft that the form showed; 0
    if it showed none.

    Raises: NoSubject, NobodyInvited, TooManyPeople, ClosesTooSoon, AlreadyLaunched, DraftChanged.
    """
    tz = own_zone(desk, facilitator)
    closes_at = worktime.at_local(closes_on, CLOSING_HOUR, tz)
    subject = " ".join(subject.split())
    if not subject:
        raise NoSubject()
    if not scope.people and not scope.sources:
        raise NobodyInvited()
    if len(scope.people) > MOST_PEOPLE:
        raise TooManyPeople(number=len(scope.people), most=MOST_PEOPLE)
    if worktime.hours_between(desk.now(), closes_at, tz) < SHORTEST_TIME:
        raise ClosesTooSoon(date=closes_on)
    said = scope.model_dump(mode="json", include=scope.model_fields_set)
    wanted = {**said, "subject": subject, "channel": channel, "closes_at": closes_at.isoformat()}
    with desk.transaction() as tx:
        tx.people.remember(facilitator)
        old = _to_change(tx, facilitator.user_id, subject, assessment)
        kept = decide_now(desk, tx, facilitator.user_id, old, wanted, "scope", seen) if old else None
        kept = kept or add_draft(desk, tx, facilitator, subject, scope, channel, closes_at)
    return _or_refuse(kept)


def drafted(desk: Desk, user_id: str, *, assessment: str) -> Draft:
    """A draft as it stands. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return draft_of(desk, tx, facilitated(tx, user_id, assessment))


def refine(
    desk: Desk, user_id: str, *, assessment: str, step: str = "", seen: int | None = None, **decided: Any
) -> Draft:
    """Decide more about a draft: fields of Scope by name. `step` names the form in which it was decided, and
    `seen` the revision that it showed.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, DraftChanged.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        whole = Scope.model_validate(Scope.of(found).model_dump() | decided)
        wanted = whole.model_dump(mode="json", include=set(decided))
        kept = decide_now(desk, tx, user_id, found, wanted, step, seen)
    return _or_refuse(kept)


def assign(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    roles: Mapping[str, Iterable[str]],
    seen: int | None = None,
) -> Draft:
    """Who speaks for which roles, by person, or by the source whose members do; no role leaves them out.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, DraftChanged.
    """
    wanted = {f"{ROLE}{key}": list(dict.fromkeys(taken)) for key, taken in roles.items()}
    with desk.transaction() as tx:
        kept = decide_now(desk, tx, user_id, facilitated(tx, user_id, assessment), wanted, "roles", seen)
    return _or_refuse(kept)


def settle(desk: Desk, user_id: str, *, assessment: str, mine: bool, seen: int) -> tuple[Draft, str]:
    """After DraftChanged: save what this person wanted after all, or take what was saved; what they changed
    apart from it is saved either way. Says in which step they were.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, DraftChanged.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        aside = dict(tx.drafts.get(found.id).aside)
        waiting = aside.pop(user_id, {"wanted": {}, "clashing": [], "step": ""})
        theirs = set() if mine else set(waiting["clashing"])
        wanted = {field: value for field, value in waiting["wanted"].items() if field not in theirs}
        kept = decide_now(desk, tx, user_id, found, wanted, waiting["step"], seen)
        if isinstance(kept, Draft):
            tx.drafts.note(found.id, aside=aside)
    return _or_refuse(kept), waiting["step"]


def copy(desk: Desk, user_id: str, *, assessment: str) -> Draft:
    """A draft of the next round with what was decided for this one, because an assessment is not changed
    once people were asked. One that waits already is that draft. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        facilitator = tx.people.get(user_id)
        for waiting in _drafts_of(tx, user_id):
            if waiting.subject_key == found.subject_key:
                return draft_of(desk, tx, waiting)
        tz = own_zone(desk, facilitator)
        closes_at = worktime.at_local(proposed_closing(desk.now(), tz), CLOSING_HOUR, tz)
        scope = within(desk.pack, Scope.of(found).model_copy(update={"choosers": ()}))
        copied = add_draft(desk, tx, facilitator, found.subject, scope, found.channel, closes_at)
        seats = [seat for seat in tx.seats.of(found.id) if seat.user_id]
        roles = {seat.user_id: seat.roles or (ASK_THEM,) for seat in seats}
        return with_roles(tx, copied, roles)


def with_roles(tx: Tx, draft: Draft, roles: Mapping[str, Iterable[str]]) -> Draft:
    """A step: the draft with these roles, by person."""
    chosen = {person: tuple(taken) for person, taken in roles.items()}
    return replace(draft, drafted=tx.drafts.note(draft.assessment.id, roles=chosen))


def draft_of(desk: Desk, tx: Tx, found: Assessment) -> Draft:
    pack, drafted = desk.pack_of(tx, found), tx.drafts.get(found.id)
    return Draft(found, Scope.of(found), pack, drafted, desk.retention_months)


def hold(tx: Tx, found: Assessment) -> Assessment:
    """The draft, held until the transaction ends, so that two who change it come one after the other.
    Raises: AlreadyLaunched."""
    if not tx.assessments.change(found.id, only_if=AssessmentState.DRAFT, state=AssessmentState.DRAFT):
        raise AlreadyLaunched(subject=found.subject)
    return tx.assessments.get(found.id)


@dataclass(frozen=True)
class Clash:
    """Somebody else saved these fields otherwise: name, what was wanted, what was saved."""

    draft: Draft
    step: str
    fields: tuple[tuple[str, Any, Any], ...]


def _or_refuse(kept: Draft | Clash) -> Draft:
    """Out of the transaction, so that what was set aside stays."""
    if isinstance(kept, Clash):
        raise DraftChanged(
            draft=kept.draft, step=kept.step, fields=kept.fields, subject=kept.draft.assessment.subject
        )
    return kept


def decide_now(
    desk: Desk,
    tx: Tx,
    user_id: str,
    found: Assessment,
    wanted: Mapping[str, Any],
    step: str = "",
    seen: int | None = None,
) -> Draft | Clash:
    found = hold(tx, found)
    before = draft_of(desk, tx, found)
    stored = before.fields
    merged = merge(stored, wanted, before.drafted.changes, seen=seen)
    if merged.clashing:
        mine = {"wanted": dict(merged.decided), "clashing": list(merged.clashing), "step": step}
        tx.drafts.note(found.id, aside={**before.drafted.aside, user_id: mine})
        clashing = tuple((field, wanted[field], stored.get(field)) for field in merged.clashing)
        return Clash(before, step, clashing)
    if merged.decided:
        _save(desk, tx, user_id, before, merged.decided)
    return draft_of(desk, tx, tx.assessments.get(found.id))


def _save(desk: Desk, tx: Tx, user_id: str, before: Draft, decided: Mapping[str, Any]) -> None:
    found, drafted = before.assessment, before.drafted
    told = {field: value for field, value in decided.items() if field in Scope.model_fields}
    roles = {key.removeprefix(ROLE): tuple(value) for key, value in decided.items() if key.startswith(ROLE)}
    if subject := decided.get("subject"):
        _rename(tx, found, subject)
    about: dict[str, Any] = {}
    if "channel" in decided:
        about["channel"] = decided["channel"]
    if closes_at := decided.get("closes_at"):
        about["closes_at"] = datetime.fromisoformat(closes_at)
    pack = desk.pack if told else before.pack
    whole = within(pack, Scope.model_validate(before.scope.model_dump() | told))
    _keep_pack(tx, pack)
    tx.assessments.change(
        found.id,
        only_if=AssessmentState.DRAFT,
        pack_digest=pack.digest,
        scope=whole.model_dump(mode="json"),
        **about,
    )
    changes = remembered(drafted.changes, before.fields, decided, revision=drafted.revision + 1)
    found_before = {} if {"people", "sources"} & decided.keys() else drafted.found
    tx.drafts.change(
        found.id,
        by=user_id,
        at=desk.now(),
        changes=changes,
        roles={**drafted.roles, **roles},
        found=found_before,
    )


def add_draft(
    desk: Desk,
    tx: Tx,
    facilitator: Person,
    subject: str,
    scope: Scope,
    channel: str | None,
    closes_at: datetime,
) -> Draft:
    """A new draft, in place of earlier ones."""
    for old in _drafts_of(tx, facilitator.user_id):
        _drop(tx, old)
    _keep_pack(tx, desk.pack)
    added = tx.assessments.add(
        id=desk.new_id(),
        facilitator=facilitator.user_id,
        subject=subject,
        channel=channel,
        pack_digest=desk.pack.digest,
        scope=scope.model_dump(mode="json"),
        created_at=desk.now(),
        closes_at=closes_at,
    )
    new = Draft(added, scope, desk.pack, keep_most=desk.retention_months)
    changes = remembered((), {}, new.fields, revision=1)
    drafted = tx.drafts.change(added.id, by=facilitator.user_id, at=desk.now(), changes=changes)
    return replace(new, drafted=drafted)


def _drop(tx: Tx, draft: Assessment) -> None:
    if tx.assessments.change(draft.id, only_if=AssessmentState.DRAFT, state=AssessmentState.CANCELLED):
        end_drafting(tx, draft.id)


def end_drafting(tx: Tx, assessment: str) -> None:
    """What belonged to the draft is gone, and its trial with it."""
    if trial_of := tx.drafts.get(assessment).trial:
        trial.erase(tx, trial_of)
    tx.drafts.forget(assessment)


def _to_change(tx: Tx, user_id: str, subject: str, assessment: str | None) -> Assessment | None:
    if assessment:
        return facilitated(tx, user_id, assessment)
    drafts = _drafts_of(tx, user_id)
    return next((old for old in drafts if old.subject_key == subject_key(subject)), None)


def _rename(tx: Tx, found: Assessment, subject: str) -> None:
    if subject_key(subject) == found.subject_key:
        tx.assessments.change(found.id, only_if=AssessmentState.DRAFT, subject=subject)
    else:
        tx.assessments.rename(found, subject)


def _keep_pack(tx: Tx, pack: Pack) -> None:
    tx.packs.keep(digest=pack.digest, name=pack.id, version=pack.version, body=pack.snapshot())


def within(pack: Pack, scope: Scope) -> Scope:
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
    for name in ("targets", "weights"):
        kept[name] = {key: value for key, value in getattr(scope, name).items() if key in aspects}
    return scope.model_copy(update=kept)


def waiting_draft(desk: Desk, user_id: str) -> Draft | None:
    """The draft that this facilitator left unfinished, if any."""
    with desk.transaction() as tx:
        return waiting_of(desk, tx, user_id)


def waiting_of(desk: Desk, tx: Tx, user_id: str) -> Draft | None:
    return next((draft_of(desk, tx, found) for found in _drafts_of(tx, user_id)), None)


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

    `roles` by person, one or two each, or ASK_THEM.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, NobodyInvited (with `without`: people who
    have no role), NobodyIsAsked, ClosesTooSoon, TooFewToHide.
    """
    with desk.transaction() as tx:
        return open_now(desk, tx, user_id, facilitated(tx, user_id, assessment), roles, people)


def open_now(
    desk: Desk,
    tx: Tx,
    user_id: str,
    found: Assessment,
    roles: Mapping[str, Iterable[str]],
    people: Mapping[str, Person],
) -> Launched:
    seated = {person: tuple(dict.fromkeys(taken)) for person, taken in roles.items()}
    without = [person for person, taken in seated.items() if not taken]
    if not seated or without:
        raise NobodyInvited(without=without)
    now, pack = desk.now(), desk.pack_of(tx, found)
    choosers = tuple(sorted(person for person, taken in seated.items() if taken == (ASK_THEM,)))
    decided = {"people": tuple(sorted(seated)), "choosers": choosers}
    scope = with_retention(desk, Scope.of(found)).model_copy(update=decided)
    tz = own_zone(desk, tx.people.get(found.facilitator))
    if worktime.hours_between(now, found.closes_at, tz) < SHORTEST_TIME:
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
    end_drafting(tx, found.id)
    desk.write_down(tx, found.id, user_id, "launched", people=len(seated))
    owed = [_introduce(desk, tx, found, len(seated))]
    for person, taken in seated.items():
        invite(desk, tx, found, pack, scope, people[person], taken)
    owed.append(owe_launched(desk, tx, found))
    owe_closing_soon(desk, tx, found)
    return Launched(tx.assessments.get(found.id), len(seated), tuple(filter(None, owed)))


def invite_late(desk: Desk, tx: Tx, found: Assessment, person: Person, roles: tuple[str, ...]) -> None:
    """One more seat in an open assessment, which the caller holds."""
    scope = Scope.of(found)
    wider = with_people(scope, [person.user_id], choose=roles == (ASK_THEM,))
    tx.assessments.change(found.id, only_if=AssessmentState.OPEN, scope=wider.model_dump(mode="json"))
    invite(desk, tx, found, desk.pack_of(tx, found), wider, person, roles)


def with_retention(desk: Desk, scope: Scope) -> Scope:
    """How long it is kept, as people are told it."""
    return scope.model_copy(update={"keep_months": scope.kept_for(desk.retention_months)})


def with_people(scope: Scope, new: Iterable[str], *, choose: bool) -> Scope:
    """Who was asked once may read what is shared, even if not asked any more."""
    people = tuple(sorted({*scope.people, *new}))
    choosers = tuple(sorted({*scope.choosers, *new})) if choose else scope.choosers
    return scope.model_copy(update={"people": people, "choosers": choosers})


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
        seats = [seat for seat in tx.seats.of(found.id) if seat.state is not SeatState.PASSED_ON]
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
    """A step: a seat for this person, with their invitation and reminders; without a role, where that is to
    ask them for it. Raises: NobodyIsAsked."""
    now, seat = desk.now(), desk.new_id()
    roles, chooses = (() if roles == (ASK_THEM,) else roles), roles == (ASK_THEM,)
    questions = () if chooses else scope.questions(pack, roles)
    if not questions and not chooses:
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
