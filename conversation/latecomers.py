"""Whoever joins a group or a channel from which people were taken is offered to the facilitator, and invited
only if they say so."""

from collections.abc import Iterable
from dataclasses import dataclass

from conversation.assessments import facilitated
from conversation.desk import Desk
from conversation.errors import AlreadyClosed, NoSuchRole
from conversation.jobtitles import suggested_roles
from conversation.opening import invite_late
from conversation.pack import Pack, Role
from conversation.scope import ASK_THEM, Scope
from storage.records import Assessment, AssessmentState, Person, Posting
from storage.store import Tx


@dataclass(frozen=True)
class Offer:
    """To the facilitator: somebody is in one of their sources now; `roles` are what fits the job title."""

    assessment: Assessment
    pack: Pack
    person: Person
    source: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Decided:
    """`invited` in these roles, or without one to be asked for it; if nothing suggests a role, that has to be
    decided first."""

    assessment: Assessment
    pack: Pack
    person: Person
    roles: tuple[Role, ...]
    invited: bool


def concerns(desk: Desk, source: str) -> bool:
    """Whether an open assessment took people from there."""
    with desk.transaction() as tx:
        return bool(_from(tx, source))


def joined(desk: Desk, *, source: str, people: Iterable[Person]) -> tuple[Posting, ...]:
    """They are in this group or channel now. Each is offered once; bots, and who was asked, are not."""
    owed = []
    with desk.transaction() as tx:
        for person in people:
            tx.people.remember(person)
            for found in _from(tx, source) if person.asked else ():
                if person.user_id not in Scope.of(found).people:
                    owed.append(
                        desk.owe(
                            tx,
                            f"offer/{found.id}/{person.user_id}",
                            kind="offer",
                            subject_id=found.id,
                            recipient=found.facilitator,
                            person=person.user_id,
                            source=source,
                        )
                    )
    return tuple(filter(None, owed))


def offer(desk: Desk, tx: Tx, posting: Posting) -> Offer | None:
    """What to say of it, unless it is closed, or they are asked already."""
    found = tx.assessments.get(posting.subject_id)
    person = tx.people.get(posting.contents["person"])
    if found.state is not AssessmentState.OPEN or person.user_id in Scope.of(found).people:
        return None
    pack = desk.pack_of(tx, found)
    return Offer(found, pack, person, posting.contents["source"], _roles(pack, person))


def invite(desk: Desk, user_id: str, *, assessment: str, person: str, roles: tuple[str, ...] = ()) -> Decided:
    """Invite them too, until the same closing date: in these roles (ASK_THEM: they say it), or in those that
    fit the job title.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, NobodyIsAsked, NoSuchRole.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        pack, who = desk.pack_of(tx, found), tx.people.get(person)
        asks = roles == (ASK_THEM,)
        known = {role.id: role.title for role in pack.roles}
        if not asks and (unknown := ", ".join(role for role in roles if role not in known)):
            raise NoSuchRole(said=unknown, known=tuple(known.values()))
        taken = () if asks else tuple(pack.role(role) for role in roles) or _roles(pack, who)
        if not tx.assessments.hold(found.id, [AssessmentState.OPEN]):
            raise AlreadyClosed(subject=found.subject)
        found = tx.assessments.get(found.id)
        if (taken or asks) and person not in Scope.of(found).people:
            ids = roles if asks else tuple(role.id for role in taken)
            invite_late(desk, tx, found, who, ids)
            desk.write_down(
                tx, found.id, user_id, "invited_late", person=person, roles=[role.id for role in taken]
            )
        return Decided(found, pack, who, taken, invited=bool(taken or asks))


def left_out(desk: Desk, user_id: str, *, assessment: str, person: str) -> Decided:
    """They are not asked. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        return Decided(found, desk.pack_of(tx, found), tx.people.get(person), (), invited=False)


def _from(tx: Tx, source: str) -> list[Assessment]:
    found = tx.assessments.in_states([AssessmentState.OPEN])
    return [each for each in found if source in each.scope.get("sources", ())]


def _roles(pack: Pack, person: Person) -> tuple[Role, ...]:
    return tuple(pack.role(role) for role in suggested_roles(pack, person.title))
