"""Before the launch: who was found in the sources, in which roles, what needs a look, how it will look, and a
trial of it. Nothing of this reaches anybody but the facilitator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conversation import trial, worktime
from conversation.again import Same, same_as_before
from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.drafting import MOST_PEOPLE, Draft, draft_of, hold, must_hide, must_leave_time
from conversation.errors import (
    DraftChanged,
    NobodyInvited,
    NobodyIsAsked,
    TooManyPeople,
)
from conversation.hours import hours_of, own_zone
from conversation.jobtitles import suggested_roles
from conversation.opening import with_retention
from conversation.pack import Pack, Role
from conversation.scope import ASK_THEM, Privacy, Scope
from conversation.sitting import Sitting
from conversation.standing import standing
from conversation.vocabulary import folded
from storage.records import (
    Assessment,
    AssessmentState,
    Fact,
    Person,
    PersonKind,
    Posting,
    Said,
    Seat,
    SeatState,
)
from storage.store import Tx

#: So many people with their roles are on one page of a form.
PAGE = 25


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked. `suggested` are the roles that a group or a job title suggests. `chosen`:
    the facilitator has decided on the roles; none then leaves them out. Their only role is ASK_THEM if they
    say it themselves."""

    person: Person
    roles: tuple[str, ...]
    suggested: tuple[str, ...]
    chosen: bool

    @property
    def left_out(self) -> bool:
        """Whether nothing more has to be decided about them to leave them out. Strangers are out until they
        are given a role."""
        return not self.roles and (self.chosen or self.person.kind is PersonKind.STRANGER)

    @property
    def chooses(self) -> bool:
        """Whether their invitation asks them for their role."""
        return self.roles == (ASK_THEM,)

    @property
    def waits(self) -> bool:
        """For a role."""
        return not self.roles and not self.left_out


@dataclass(frozen=True)
class Roster:
    """Who was found for a draft, those without a suggestion first; `bots` and those whose accounts are `gone`
    are not asked."""

    draft: Draft
    candidates: tuple[Candidate, ...]
    bots: tuple[Person, ...]
    gone: tuple[Person, ...]

    @property
    def waiting(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if candidate.waits)

    @property
    def asked(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if candidate.roles)

    @property
    def choosing(self) -> tuple[Candidate, ...]:
        """Who is asked for their role first."""
        return tuple(candidate for candidate in self.candidates if candidate.chooses)

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        return {candidate.person.user_id: candidate.roles for candidate in self.asked}

    @property
    def people(self) -> dict[str, Person]:
        return {candidate.person.user_id: candidate.person for candidate in self.asked}

    def of(self, kind: PersonKind) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if candidate.person.kind is kind)


@dataclass(frozen=True)
class LaunchCheck:
    """What a facilitator should know before they launch. `alone` are roles for which one person speaks,
    `missing` those of the pack for which nobody does; `too_late` are people whose working day does not come
    before closing; `running` are open assessments of the same subject; `facilitator` is set if they are asked
    themselves where answers do not carry names; `same` is said of a later round."""

    roster: Roster
    alone: tuple[Role, ...]
    missing: tuple[Role, ...]
    too_late: tuple[Person, ...]
    running: tuple[Assessment, ...]
    facilitator_hidden: bool
    same: Same | None = None

    @property
    def draft(self) -> Draft:
        return self.roster.draft

    @property
    def two_roles(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.roster.asked if len(candidate.roles) > 1)


@dataclass(frozen=True)
class TriedOut:
    """The trial of a draft, and what is owed for it; nothing, if it was there already."""

    assessment: Assessment
    role: Role
    owed: tuple[Posting, ...]


def gathered(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    found: Mapping[str, Iterable[str]],
    people: Iterable[Person],
    empty: Iterable[str] = (),
) -> Roster:
    """Keep who was found in the sources of a draft: `found` gives for each person in which; whoever was
    picked by hand is in none. Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, TooManyPeople."""
    must_not_be_too_many(len(found))
    with desk.transaction() as tx:
        draft = hold(tx, facilitated(tx, user_id, assessment))
        for person in people:
            tx.people.remember(person)
        kept = {user: tuple(sources) for user, sources in found.items()}
        tx.drafts.note(draft.id, found=kept, empty=tuple(empty))
        return roster_of(tx, draft_of(desk, tx, draft))


def must_not_be_too_many(people: int) -> None:
    """Raises: TooManyPeople."""
    if people > MOST_PEOPLE:
        raise TooManyPeople(number=people, most=MOST_PEOPLE)


def roster(desk: Desk, user_id: str, *, assessment: str) -> Roster:
    """Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return roster_of(tx, draft_of(desk, tx, facilitated(tx, user_id, assessment)))


def onward(desk: Desk, user_id: str, *, assessment: str) -> Roster | LaunchCheck:
    """What comes next for this draft: the roles as long as somebody waits for one, then the launch check.

    Raises: NoSuchAssessment, NotFacilitator.
    """
    with desk.transaction() as tx:
        found = roster_of(tx, draft_of(desk, tx, facilitated(tx, user_id, assessment)))
        return found if found.waiting or not found.asked else check_of(desk, tx, found)


def check(desk: Desk, user_id: str, *, assessment: str) -> LaunchCheck:
    """Everything that needs a look. Raises: NoSuchAssessment, NotFacilitator, NobodyInvited (with `without`:
    people who have no role), TooFewToHide, NobodyIsAsked, ClosesTooSoon."""
    with desk.transaction() as tx:
        found = roster_of(tx, draft_of(desk, tx, facilitated(tx, user_id, assessment)))
        must_be_ready(desk, tx, found)
        return check_of(desk, tx, found)


def after_page(desk: Desk, user_id: str, *, assessment: str, page: int) -> Roster | LaunchCheck:
    """When that page of the roles is filled in: the roles, if there is another page, else the check.

    Raises: as `check`.
    """
    with desk.transaction() as tx:
        found = roster_of(tx, draft_of(desk, tx, facilitated(tx, user_id, assessment)))
        if (page + 1) * PAGE < len(found.candidates):
            return found
        must_be_ready(desk, tx, found)
        return check_of(desk, tx, found)


def ready(desk: Desk, user_id: str, *, assessment: str, seen: int) -> LaunchCheck:
    """The same, for who launches what they saw. Raises: as `check`, and AlreadyLaunched, DraftChanged if it
    is not what they saw."""
    with desk.transaction() as tx:
        draft = draft_of(desk, tx, hold(tx, facilitated(tx, user_id, assessment)))
        if draft.drafted.revision != seen:
            raise DraftChanged(draft=draft, step="launch", aside="", fields=())
        found = roster_of(tx, draft)
        must_be_ready(desk, tx, found)
        return check_of(desk, tx, found)


def preview(desk: Desk, user_id: str, *, assessment: str, role: str) -> Sitting:
    """As somebody in this role will find it: nobody's seat. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        draft = draft_of(desk, tx, facilitated(tx, user_id, assessment))
        items = draft.scope.questions(draft.pack, (role,))
        begun = Fact(key="start", kind=Said.STARTED, at=desk.now())
        seat = Seat(
            id="",
            assessment_id=draft.assessment.id,
            user_id="",
            roles=(role,),
            state=SeatState.INVITED,
            questions=len(items),
            answered=0,
            invited_at=desk.now(),
            active_at=None,
        )
        scope = with_retention(desk, draft.scope)
        return Sitting(draft.assessment, scope, draft.pack, seat, standing(items, [begun]))


def try_out(desk: Desk, user_id: str, *, assessment: str, role: str = "") -> TriedOut:
    """Send the invitation and the questions to the facilitator alone: in this role, else in their own, else
    in the one that most people have. A trial of the same questions that is there already stays.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyLaunched, NobodyInvited, NobodyIsAsked.
    """
    with desk.transaction() as tx:
        draft = draft_of(desk, tx, hold(tx, facilitated(tx, user_id, assessment)))
        found = roster_of(tx, draft)
        wanted = (role,) if role else _own_role(found, user_id) or _commonest(found)
        alone = {"people": (), "sources": (), "reviewers": ()}
        scope = with_retention(desk, draft.scope).model_copy(update=alone)
        if (running := draft.drafted.trial) and _is_the_same(tx, running, scope, wanted):
            return TriedOut(tx.assessments.get(running), draft.pack.role(wanted[0]), ())
        if running:
            trial.erase(tx, running)
        items = scope.questions(draft.pack, wanted)
        if not items:
            raise NobodyIsAsked(person=user_id)
        new = tx.assessments.add_trial(
            desk.new_id(), draft.assessment, scope=scope.model_dump(mode="json"), at=desk.now()
        )
        tx.drafts.note(draft.assessment.id, trial=new.id)
        seat = desk.new_id()
        tx.seats.add(
            id=seat,
            assessment_id=new.id,
            user_id=user_id,
            roles=wanted,
            questions=len(items),
            invited_at=desk.now(),
        )
        owed = desk.owe(tx, f"invite/{seat}", kind="invite", subject_id=seat, recipient=user_id)
        return TriedOut(new, draft.pack.role(wanted[0]), (owed,) if owed else ())


def end_trial(desk: Desk, user_id: str, *, assessment: str) -> Assessment:
    """The trial is over and what was said in it is gone; twice is once. Raises: NoSuchAssessment,
    NotFacilitator."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        trial.erase(tx, found.id)
        return found


def _is_the_same(tx: Tx, running: str, scope: Scope, roles: tuple[str, ...]) -> bool:
    found = tx.assessments.get(running)
    seats = tx.seats.of(running)
    return (
        found.state is AssessmentState.TRIAL
        and Scope.of(found) == scope
        and [seat.roles for seat in seats] == [tuple(sorted(roles))]
    )


def _own_role(found: Roster, user_id: str) -> tuple[str, ...]:
    roles = found.roles.get(user_id, ())
    return () if roles == (ASK_THEM,) else roles


def _commonest(found: Roster) -> tuple[str, ...]:
    """The first of the pack that is asked something, where everybody is to say it. Raises: NobodyInvited."""
    taken = [role for candidate in found.asked for role in candidate.roles if not candidate.chooses]
    if not taken and found.asked:
        taken = [role.id for role in roles_asked(found.draft)]
    if not taken:
        raise NobodyInvited()
    return (max(taken, key=taken.count),)


def roles_asked(draft: Draft) -> tuple[Role, ...]:
    """The roles for which there is a question in scope."""
    return tuple(role for role in draft.pack.roles if draft.scope.questions(draft.pack, (role.id,)))


def roster_of(tx: Tx, draft: Draft) -> Roster:
    found = draft.drafted.found or dict.fromkeys(draft.scope.people, ())
    people = [tx.people.get(user) for user in found]
    candidates = [_candidate(draft, person, found[person.user_id]) for person in people if person.asked]
    return Roster(
        draft=draft,
        candidates=tuple(sorted(candidates, key=_hardest_first)),
        bots=tuple(person for person in people if person.kind is PersonKind.BOT),
        gone=tuple(person for person in people if person.gone and person.kind is not PersonKind.BOT),
    )


def _candidate(draft: Draft, person: Person, sources: Iterable[str]) -> Candidate:
    chosen, suggested = draft.drafted.roles, _suggested(draft, person, sources)
    if person.user_id in chosen:
        return Candidate(person, chosen[person.user_id], suggested, chosen=True)
    return Candidate(person, suggested, suggested, chosen=False)


def _suggested(draft: Draft, person: Person, sources: Iterable[str]) -> tuple[str, ...]:
    """The role of a group in which they were found; else what their job title suggests. To strangers none."""
    if person.kind is PersonKind.STRANGER:
        return ()
    for source in sources:
        if roles := draft.drafted.roles.get(source):
            return roles
    return suggested_roles(draft.pack, person.title)


def _hardest_first(candidate: Candidate) -> tuple[bool, str]:
    """In an order that does not change while roles are chosen."""
    return bool(candidate.suggested), candidate.person.name.casefold()


def must_be_ready(desk: Desk, tx: Tx, found: Roster) -> None:
    draft, scope = found.draft, found.draft.scope
    without = [candidate.person.user_id for candidate in found.waiting]
    if without or not found.asked:
        raise NobodyInvited(without=without)
    for candidate in found.asked:
        if not candidate.chooses and not scope.questions(draft.pack, candidate.roles):
            raise NobodyIsAsked(person=candidate.person.user_id)
    must_hide(scope, len(found.asked))
    tz = own_zone(desk, tx.people.get(draft.assessment.facilitator))
    must_leave_time(desk.now(), draft.assessment.closes_at, tz)


def check_of(desk: Desk, tx: Tx, found: Roster) -> LaunchCheck:
    draft = found.draft
    spoken = [role for candidate in found.asked for role in candidate.roles]
    asking = roles_asked(draft)
    facilitator = draft.assessment.facilitator
    still_open = tx.assessments.in_states([AssessmentState.OPEN])
    return LaunchCheck(
        roster=found,
        alone=tuple(role for role in asking if spoken.count(role.id) == 1),
        missing=tuple(role for role in asking if role.id not in spoken),
        too_late=tuple(
            candidate.person
            for candidate in found.asked
            if _sees_it_too_late(desk, tx, draft, candidate.person)
        ),
        running=tuple(each for each in still_open if each.subject_key == draft.assessment.subject_key),
        facilitator_hidden=facilitator in found.roles and draft.scope.privacy is not Privacy.ATTRIBUTED,
        same=same_as_before(desk, tx, draft),
    )


def _sees_it_too_late(desk: Desk, tx: Tx, draft: Draft, person: Person) -> bool:
    hours = hours_of(desk, tx, person, draft.assessment.facilitator)
    return worktime.in_worktime(desk.now(), hours.tz) >= draft.assessment.closes_at


def known_role(pack: Pack, words: str) -> tuple[str, ...]:
    """The role that these words name: by its id, its title in any language, or a job title; none if they name
    none."""
    plain = folded(" ".join(words.split()))
    for role in pack.roles:
        titles = [folded(each.role(role.id).title) for each in pack.in_all_languages]
        if plain in {folded(role.id), *titles, *(f"{title}s" for title in titles)}:
            return (role.id,)
    return suggested_roles(pack, plain) or suggested_roles(pack, plain.removesuffix("s"))
