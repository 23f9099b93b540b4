"""Drafts of an assessment: begun, changed by several people, copied. Nothing is sent yet."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from conversation import leaving, trial, worktime
from conversation.assessments import facilitated, open_to
from conversation.dates import must_be_near
from conversation.desk import Desk
from conversation.errors import (
    AlreadyLaunched,
    AlreadyOpen,
    CannotTakePart,
    ClosesTooSoon,
    DraftChanged,
    NobodyInvited,
    NoSubject,
    NoSuchRole,
    NotACreator,
    TooFewToHide,
    TooManyPeople,
)
from conversation.hours import own_zone
from conversation.merging import merge, remembered
from conversation.pack import Pack
from conversation.scope import ASK_THEM, CLOSING_HOUR, LONGEST_YEARS, SHORTEST_TIME, Privacy, Scope
from storage.records import Assessment, AssessmentState, Drafted, Person, PersonKind, subject_key
from storage.store import Tx

#: Their job titles are read one by one, a hundred a minute.
MOST_PEOPLE = 300
WORKDAYS_TO_ANSWER = 7
#: How the field of a draft is called that holds somebody's roles.
ROLE = "role:"


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


def proposed_closing(now: datetime, tz: str) -> date:
    return worktime.workdays_after(worktime.today(now, tz), WORKDAYS_TO_ANSWER)


def closing_to_show(now: datetime, tz: str, draft: Draft | None) -> date:
    """The closing date of the draft, as long as people could still answer until then."""
    if draft and worktime.is_time_for(SHORTEST_TIME, now, draft.assessment.closes_at, tz):
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
                raise AlreadyOpen(**open_to(found, user_id))


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

    Raises: NoSubject, NobodyInvited, TooManyPeople, ClosesTooSoon, TooFarAhead, AlreadyLaunched,
    DraftChanged.
    """
    tz = own_zone(desk, facilitator)
    must_be_near(closes_on, worktime.today(desk.now(), tz), years=LONGEST_YEARS)
    closes_at = worktime.at_local(closes_on, CLOSING_HOUR, tz)
    subject = " ".join(subject.split())
    if not subject:
        raise NoSubject()
    if not scope.people and not scope.sources:
        raise NobodyInvited()
    if len(scope.people) > MOST_PEOPLE:
        raise TooManyPeople(number=len(scope.people), most=MOST_PEOPLE)
    must_leave_time(desk.now(), closes_at, tz)
    said = scope.model_dump(mode="json", include=scope.model_fields_set)
    wanted = {**said, "subject": subject, "channel": channel, "closes_at": closes_at.isoformat()}
    with desk.transaction() as tx:
        tx.people.remember(facilitator)
        old = _to_change(tx, facilitator.user_id, subject, assessment)
        kept = decide_now(desk, tx, facilitator.user_id, old, wanted, "scope", seen) if old else None
        kept = kept or add_draft(desk, tx, facilitator, subject, scope, channel, closes_at)
    return _or_refuse(kept)


def drafted(desk: Desk, user_id: str, *, assessment: str) -> Draft:
    """A draft as it stands. Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        if found.state is not AssessmentState.DRAFT:
            raise AlreadyLaunched(subject=found.subject)
        return draft_of(desk, tx, found)


def refine(
    desk: Desk, user_id: str, *, assessment: str, step: str = "", seen: int | None = None, **decided: Any
) -> Draft:
    """Decide more about a draft: fields of Scope by name. `step` names the form in which it was decided, and
    `seen` the revision that it showed.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, DraftChanged; TooFewToHide for who answers are
    kept from, as far as it is known before groups and channels are read.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        whole = Scope.model_validate(Scope.of(found).model_dump() | decided)
        if {"privacy", "group"} & decided.keys() and not whole.sources:
            must_hide(whole, len(whole.people))
        wanted = whole.model_dump(mode="json", include=set(decided))
        kept = decide_now(desk, tx, user_id, found, wanted, step, seen)
    return _or_refuse(kept)


def must_hide(scope: Scope, people: int) -> None:
    """Raises: TooFewToHide."""
    if scope.privacy is not Privacy.ATTRIBUTED and people < scope.group:
        raise TooFewToHide(people=people, group=scope.group)


def must_leave_time(now: datetime, closes_at: datetime, tz: str) -> None:
    """Raises: ClosesTooSoon."""
    if not worktime.is_time_for(SHORTEST_TIME, now, closes_at, tz):
        day = worktime.today(closes_at, tz)
        raise ClosesTooSoon(date=day, passed=day < worktime.today(now, tz))


def must_be_people(chosen: Iterable[Person | None]) -> None:
    """At least one of them; of None nothing is known yet. Raises: CannotTakePart."""
    known = tuple(chosen)
    if known and all(person and not person.asked for person in known):
        raise CannotTakePart()


def assign(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    roles: Mapping[str, Iterable[str]],
    seen: int | None = None,
) -> Draft:
    """Who speaks for which roles, by person, or by the source whose members do; no role leaves them out.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, NoSuchRole, DraftChanged.
    """
    wanted = {f"{ROLE}{key}": list(dict.fromkeys(taken)) for key, taken in roles.items()}
    with desk.transaction() as tx:
        found = hold(tx, facilitated(tx, user_id, assessment))
        known = {ASK_THEM, *(role.id for role in draft_of(desk, tx, found).pack.roles)}
        if unknown := next((role for taken in wanted.values() for role in taken if role not in known), None):
            raise NoSuchRole(said=unknown)
        kept = decide_now(desk, tx, user_id, found, wanted, "roles", seen)
    return _or_refuse(kept)


def settle(
    desk: Desk, user_id: str, *, assessment: str, aside: str, step: str, seen: int, mine: bool
) -> Draft:
    """After DraftChanged: save what this person wanted (it was put `aside`) after all, or take what was
    saved; what they changed apart from it is saved either way. Once that is done the same again changes
    nothing.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, DraftChanged.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        waiting = dict(tx.drafts.get(found.id).aside)
        put = waiting.pop(aside, None)
        if put is None or put["by"] != user_id:
            return draft_of(desk, tx, hold(tx, found))
        theirs = set() if mine else set(put["clashing"])
        wanted = {field: value for field, value in put["wanted"].items() if field not in theirs}
        tx.drafts.note(found.id, aside=waiting)
        kept = decide_now(desk, tx, user_id, found, wanted, step, seen)
    return _or_refuse(kept)


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
    if not tx.assessments.hold(found.id, [AssessmentState.DRAFT]):
        raise AlreadyLaunched(subject=found.subject)
    return tx.assessments.get(found.id)


@dataclass(frozen=True)
class Clash:
    """Somebody else saved these fields otherwise: name, what was wanted, what was saved. All that was wanted
    is put `aside` under that id."""

    draft: Draft
    step: str
    aside: str
    fields: tuple[tuple[str, Any, Any], ...]


def _or_refuse(kept: Draft | Clash) -> Draft:
    """Out of the transaction, so that what was set aside stays."""
    if isinstance(kept, Clash):
        raise DraftChanged(
            draft=kept.draft,
            step=kept.step,
            aside=kept.aside,
            fields=kept.fields,
            subject=kept.draft.assessment.subject,
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
        mine = {"by": user_id, "wanted": dict(merged.decided), "clashing": list(merged.clashing)}
        aside = desk.new_id()
        tx.drafts.note(found.id, aside={**before.drafted.aside, aside: mine})
        clashing = tuple((field, wanted[field], stored.get(field)) for field in merged.clashing)
        return Clash(before, step, aside, clashing)
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
    scope = within(desk.pack, scope)
    for old in _drafts_of(tx, facilitator.user_id):
        _drop(desk, tx, old)
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


def _drop(desk: Desk, tx: Tx, draft: Assessment) -> None:
    if tx.assessments.change(draft.id, only_if=AssessmentState.DRAFT, state=AssessmentState.CANCELLED):
        end_drafting(desk, tx, draft)


def end_drafting(desk: Desk, tx: Tx, draft: Assessment) -> None:
    """What belonged to the draft is gone, and its trial with it; what offered to continue it says so."""
    if trial_of := tx.drafts.get(draft.id).trial:
        trial.erase(tx, trial_of)
    tx.drafts.forget(draft.id)
    leaving.owe_ended(desk, tx, draft)


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
    """Without what this pack does not have: the draft may have been begun with another one. Where it has none
    of the aspects, all are in scope."""
    aspects = {aspect.id for aspect in pack.aspects}
    known = {
        "aspects": aspects,
        "goals": {goal.id for goal in pack.goals},
        "pains": {pain.id for pain in pack.pains},
        "criteria": {criterion.id for criterion in pack.criteria},
        "stages": {stage.id for stage in pack.stages},
        "kinds": {kind.id for kind in pack.kinds},
    }
    kept: dict[str, Any] = {
        field: tuple(key for key in getattr(scope, field) if key in keys) for field, keys in known.items()
    }
    for name in ("targets", "weights"):
        kept[name] = {key: value for key, value in getattr(scope, name).items() if key in aspects}
    kept["aspects"] = kept["aspects"] or tuple(aspect.id for aspect in pack.aspects)
    return scope.model_copy(update=kept)


def waiting_draft(desk: Desk, user_id: str) -> Draft | None:
    """The draft that this facilitator left unfinished, if any."""
    with desk.transaction() as tx:
        return waiting_of(desk, tx, user_id)


def waiting_of(desk: Desk, tx: Tx, user_id: str) -> Draft | None:
    return next((draft_of(desk, tx, found) for found in _drafts_of(tx, user_id)), None)


def _drafts_of(tx: Tx, user_id: str) -> list[Assessment]:
    drafts = tx.assessments.in_states([AssessmentState.DRAFT])
    return [assessment for assessment in drafts if assessment.facilitator == user_id]
