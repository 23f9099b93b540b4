"""A draft is opened: everybody who is asked gets a seat, an invitation and reminders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conversation import worktime
from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.drafting import end_drafting, must_hide, must_leave_time
from conversation.errors import AlreadyLaunched, NobodyInvited, NobodyIsAsked
from conversation.hours import hours_of, own_zone
from conversation.live import intro_key, owe_intro_edit, owe_launched
from conversation.pack import Pack
from conversation.reminders import owe_closing_soon, owe_nudges
from conversation.scope import ASK_THEM, Scope
from storage.records import Assessment, AssessmentState, Person, Posting
from storage.store import Tx


@dataclass(frozen=True)
class Launched:
    assessment: Assessment
    people: int
    owed: tuple[Posting, ...]


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
    must_leave_time(now, found.closes_at, tz)
    if not tx.assessments.change(
        found.id,
        only_if=AssessmentState.DRAFT,
        state=AssessmentState.OPEN,
        opened_at=now,
        scope=scope.model_dump(mode="json"),
    ):
        raise AlreadyLaunched(subject=found.subject)
    must_hide(scope, len(seated))
    end_drafting(desk, tx, found)
    desk.write_down(tx, found.id, user_id, "launched", people=len(seated))
    owed = [_introduce(desk, tx, found)]
    for person, taken in seated.items():
        invite(desk, tx, found, pack, scope, people[person], taken)
    owed.append(owe_launched(desk, tx, found))
    owe_closing_soon(desk, tx, found)
    return Launched(tx.assessments.get(found.id), len(seated), tuple(filter(None, owed)))


def _introduce(desk: Desk, tx: Tx, assessment: Assessment) -> Posting | None:
    if assessment.channel is None:
        return None
    return desk.owe(
        tx,
        intro_key(assessment),
        kind="intro",
        subject_id=assessment.id,
        recipient=assessment.channel,
    )


def invite_late(desk: Desk, tx: Tx, found: Assessment, person: Person, roles: tuple[str, ...]) -> None:
    """One more seat in an open assessment, which the caller holds."""
    scope = Scope.of(found)
    wider = with_people(scope, [person.user_id], choose=roles == (ASK_THEM,))
    tx.assessments.change(found.id, only_if=AssessmentState.OPEN, scope=wider.model_dump(mode="json"))
    invite(desk, tx, found, desk.pack_of(tx, found), wider, person, roles)
    owe_intro_edit(desk, tx, found)


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


def with_retention(desk: Desk, scope: Scope) -> Scope:
    """How long it is kept, as people are told it."""
    return scope.model_copy(update={"keep_months": scope.kept_for(desk.retention_months)})


def with_people(scope: Scope, new: Iterable[str], *, choose: bool) -> Scope:
    """Who was asked once may read what is shared, even if not asked any more."""
    people = tuple(sorted({*scope.people, *new}))
    choosers = tuple(sorted({*scope.choosers, *new})) if choose else scope.choosers
    return scope.model_copy(update={"people": people, "choosers": choosers})
