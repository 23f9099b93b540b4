"""Who is asked while an assessment runs: how far they are, and who comes, goes, or takes somebody's place.

Whoever is not asked any more leaves their answers: they count, and are theirs to have deleted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conversation.assessments import facilitated, held, told_of
from conversation.desk import Desk
from conversation.drafting import MOST_PEOPLE
from conversation.errors import (
    AlreadyTakesPart,
    CannotTakePart,
    NobodyInvited,
    NoRoleSuggested,
    NotOnTheList,
    TooManyPeople,
)
from conversation.interview import tell_when_all_are_done
from conversation.jobtitles import suggested_roles
from conversation.live import owe_intro_edit, owe_intro_edit_if_named, owe_refresh, tell
from conversation.opening import invite, with_people
from conversation.scope import ASK_THEM, Privacy, Scope
from conversation.sitting import asked_again
from storage.records import (
    NOT_ASKED,
    UNFINISHED,
    Assessment,
    AssessmentState,
    Person,
    Posting,
    PostingState,
    Seat,
    SeatState,
)
from storage.store import Tx


@dataclass(frozen=True)
class Member:
    """Somebody who is or was asked. How far they are is only known where answers are not anonymous; so is
    the role of who was invited to say it, or it would tell that they came to it. They `choose` as long as we
    know none."""

    person: Person
    roles: tuple[str, ...]
    state: SeatState | None
    answered: int
    questions: int
    off: bool
    chooses: bool = False


@dataclass(frozen=True)
class Roster:
    """Everybody by name, as far as that may be; `counts` are of all. `owed` is what follows from a change."""

    assessment: Assessment
    scope: Scope
    roles: Mapping[str, str]
    members: tuple[Member, ...]
    counts: Mapping[SeatState, int]
    owed: tuple[Posting, ...] = ()

    @property
    def named(self) -> bool:
        return self.scope.privacy is not Privacy.ANONYMOUS

    def member(self, user_id: str) -> Member | None:
        return next((each for each in self.members if each.person.user_id == user_id), None)


def progress(desk: Desk, user_id: str, *, assessment: str, key: str) -> Roster:
    """How far people are, never what they answered; it is written down that somebody looked, once for each
    `key`.

    Raises: NoSuchAssessment, NotFacilitator.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        seen = _roster(desk, tx, found)
        if seen.named:
            desk.write_down_once(tx, found.id, user_id, "saw_progress", key=key)
        return seen


def look(desk: Desk, user_id: str, *, assessment: str) -> Roster:
    """The same for a form in which somebody is chosen. Raises: NoSuchAssessment, NotFacilitator,
    AlreadyClosed."""
    with desk.transaction() as tx:
        return _roster(desk, tx, _running(desk, tx, user_id, assessment))


def member(desk: Desk, user_id: str, *, assessment: str, person: str) -> tuple[Roster, Member]:
    """One of them, for a form. Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, NotOnTheList."""
    found = look(desk, user_id, assessment=assessment)
    one = found.member(person)
    if one is None:
        raise NotOnTheList(person=person)
    return found, one


def add(
    desk: Desk, user_id: str, *, assessment: str, people: Sequence[Person], role: str | None = None
) -> Roster:
    """Ask these people too: the usual invitation, with the same closing date. Without a role each gets the
    one that their job title suggests; with ASK_THEM each says it themselves. Whoever was taken off the list
    is on it again, where they were.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, NobodyInvited, CannotTakePart, NoRoleSuggested
    (with `without`), TooManyPeople, AlreadyTakesPart if nobody of them is new.
    """
    if not people:
        raise NobodyInvited()
    with desk.transaction() as tx:
        found = _running(desk, tx, user_id, assessment)
        pack = desk.pack_of(tx, found)
        seats = {seat.user_id: seat for seat in tx.seats.of(found.id)}
        back = [seats[each.user_id] for each in people if _is_off(seats.get(each.user_id))]
        new = {
            each: (role,) if role else suggested_roles(pack, each.title)
            for each in people
            if each.user_id not in seats
        }
        _must_fit(people, new, len(seats))
        if not new and not back:
            raise AlreadyTakesPart(person=people[0].user_id)
        for seat in back:
            asked_again(desk, tx, found, seat)
        for person, roles in new.items():
            invite(desk, tx, found, pack, Scope.of(found), person, roles)
        found = _with_people(tx, found, [person.user_id for person in new], choose=role == ASK_THEM)
        desk.write_down(tx, found.id, user_id, "added_people", people=len(new) + len(back))
        owe_refresh(desk, tx, found)
        if new:
            owe_intro_edit(desk, tx, found)
        return _roster(desk, tx, found)


def take_off(desk: Desk, user_id: str, *, assessment: str, person: str) -> Roster:
    """Do not ask this person any more. They are told once; what they answered counts until they ask to have
    it deleted. The same again changes nothing.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, NotOnTheList.
    """
    with desk.transaction() as tx:
        found = _running(desk, tx, user_id, assessment)
        seat = _seat(tx, found, person)
        if seat.state is SeatState.OFF:
            return _roster(desk, tx, found)
        desk.write_down(tx, found.id, user_id, "took_off", people=1)
        owed = _off(desk, tx, found, seat, by=user_id)
        owed += tell_when_all_are_done(desk, tx, found)
        return _roster(desk, tx, found, owed)


def replace(desk: Desk, user_id: str, *, assessment: str, person: str, by: Person) -> Roster:
    """Somebody else is asked in this person's place, in the same roles. Answers are not handed on: those that
    were given count, and who comes answers for themselves.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, NotOnTheList, AlreadyTakesPart, CannotTakePart,
    TooManyPeople.
    """
    with desk.transaction() as tx:
        found = _running(desk, tx, user_id, assessment)
        seat = _seat(tx, found, person)
        seats = {each.user_id: each for each in tx.seats.of(found.id)}
        if by.user_id in seats and not _is_off(seats[by.user_id]):
            raise AlreadyTakesPart(person=by.user_id)
        roles = seat.roles or (ASK_THEM,)
        _must_fit([by], {by: roles}, len(seats))
        owed = () if seat.state in NOT_ASKED else _off(desk, tx, found, seat, by=user_id)
        if by.user_id in seats:
            asked_again(desk, tx, found, seats[by.user_id])
        else:
            invite(desk, tx, found, desk.pack_of(tx, found), Scope.of(found), by, roles)
            owe_intro_edit(desk, tx, found)
        found = _with_people(tx, found, [by.user_id], choose=not seat.roles)
        desk.write_down(tx, found.id, user_id, "replaced", people=1)
        owe_refresh(desk, tx, found)
        return _roster(desk, tx, found, owed)


def without(desk: Desk, tx: Tx, user_id: str, *, news: bool) -> tuple[Posting, ...]:
    """A step: this person's account is gone. What they answered counts; a facilitator hears of it once. Where
    answers are anonymous that is so whether they have finished or not, or it would tell which."""
    owed: list[Posting | None] = []
    for seat, found in _open_seats(tx, user_id):
        hidden = Scope.of(found).privacy is Privacy.ANONYMOUS
        if seat.state in UNFINISHED:
            tx.seats.change(seat.id, state=SeatState.LEFT)
            owed.append(_tell(desk, tx, found, user_id, "seat_left"))
            owed += tell_when_all_are_done(desk, tx, found)
            owe_refresh(desk, tx, found)
            owe_intro_edit_if_named(desk, tx, found)
        elif hidden and news and seat.state is not SeatState.LEFT:
            owed.append(_tell(desk, tx, found, user_id, "seat_left"))
    return tuple(filter(None, owed))


def back(desk: Desk, tx: Tx, user_id: str) -> tuple[Posting, ...]:
    """A step: the account is there again, and so is the seat, where it was. The person hears nothing of
    it."""
    owed: list[Posting | None] = []
    for seat, found in _open_seats(tx, user_id):
        if seat.state is SeatState.LEFT:
            asked_again(desk, tx, found, seat)
            owed.append(_tell(desk, tx, found, user_id, "seat_back"))
            owe_refresh(desk, tx, found)
    return tuple(filter(None, owed))


def _tell(desk: Desk, tx: Tx, found: Assessment, user_id: str, word: str) -> Posting | None:
    facilitator = told_of(found, user_id)
    if facilitator is None:
        return None
    shown = Scope.of(found).privacy is not Privacy.ANONYMOUS
    seat = _seat(tx, found, user_id)
    desk.write_down(tx, found.id, "", word)
    answered, questions = (seat.answered, seat.questions) if shown else (None, None)
    return tell(
        desk,
        tx,
        found,
        facilitator,
        word,
        about=user_id,
        person=user_id,
        answered=answered,
        questions=questions,
    )


def _off(desk: Desk, tx: Tx, found: Assessment, seat: Seat, *, by: str) -> tuple[Posting, ...]:
    """Who has not heard of it yet never does."""
    invitation = tx.postings.find(f"invite/{seat.id}")
    waiting = invitation is not None and invitation.state is PostingState.OWED
    tx.seats.change(seat.id, state=SeatState.OFF)
    if invitation and waiting:
        tx.postings.withdraw(invitation, note="taken off the list")
    owe_refresh(desk, tx, found)
    owe_intro_edit_if_named(desk, tx, found)
    if waiting or tx.people.get(seat.user_id).gone:
        return ()
    hidden = Scope.of(found).privacy is Privacy.ANONYMOUS  # and nothing is kept that tells of it
    answered = None if hidden else seat.answered
    owed = tell(desk, tx, found, seat.user_id, "taken_off", by=by, answered=answered)
    return (owed,) if owed else ()


def _roster(desk: Desk, tx: Tx, found: Assessment, owed: tuple[Posting, ...] = ()) -> Roster:
    scope, pack = Scope.of(found), desk.pack_of(tx, found)
    named = scope.privacy is not Privacy.ANONYMOUS
    seats = tx.seats.of(found.id)
    members = [
        Member(
            person=tx.people.get(seat.user_id),
            roles=seat.roles if named or seat.user_id not in scope.choosers else (),
            state=seat.state if named else None,
            answered=seat.answered if named else 0,
            questions=seat.questions if named else 0,
            off=seat.state is SeatState.OFF,
            chooses=seat.user_id in scope.choosers and not (named and seat.roles),
        )
        for seat in seats
        if seat.user_id
    ]
    return Roster(
        assessment=found,
        scope=scope,
        roles={role.id: role.title for role in pack.roles},
        members=tuple(sorted(members, key=lambda each: each.person.name.casefold())),
        counts={state: sum(seat.state is state for seat in seats) for state in SeatState},
        owed=owed,
    )


def _running(desk: Desk, tx: Tx, user_id: str, assessment: str) -> Assessment:
    return held(desk, tx, user_id, assessment, [AssessmentState.OPEN])


def _seat(tx: Tx, found: Assessment, user_id: str) -> Seat:
    for seat in tx.seats.held_by(user_id):
        if seat.assessment_id == found.id:
            return tx.seats.lock(seat.id) or seat
    raise NotOnTheList(person=user_id)


def _open_seats(tx: Tx, user_id: str) -> list[tuple[Seat, Assessment]]:
    seats = [(seat, tx.assessments.get(seat.assessment_id)) for seat in tx.seats.held_by(user_id)]
    return [
        (tx.seats.lock(seat.id) or seat, found)
        for seat, found in seats
        if found.state is AssessmentState.OPEN
    ]


def _is_off(seat: Seat | None) -> bool:
    return seat is not None and seat.state is SeatState.OFF


def _must_fit(people: Sequence[Person], new: Mapping[Person, Sequence[str]], seated: int) -> None:
    for person in people:
        if not person.asked:
            raise CannotTakePart(person=person.user_id)
    without = [person.user_id for person, roles in new.items() if not roles]
    if without:
        raise NoRoleSuggested(person=without[0], number=len(without))
    if seated + len(new) > MOST_PEOPLE:
        raise TooManyPeople(number=seated + len(new), most=MOST_PEOPLE)


def _with_people(tx: Tx, found: Assessment, new: Sequence[str], *, choose: bool) -> Assessment:
    wider = with_people(Scope.of(found), new, choose=choose)
    tx.assessments.change(found.id, only_if=found.state, scope=wider.model_dump(mode="json"))
    return tx.assessments.get(found.id)
