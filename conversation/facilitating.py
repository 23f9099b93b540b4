"""Who facilitates an assessment: its owner, whoever helps them, and who comes after them.

The owner chooses. Whoever facilitates may do all else, but whom people had not heard of when they were asked
does not learn who answered what.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from conversation.assessments import facilitated, facilitates, facilitators, held, may_be_called, visible
from conversation.desk import Desk
from conversation.errors import CannotFacilitate, ChangedMeanwhile, NoSuchAssessment, NotOwner, OwnerIsHere
from conversation.live import owe_launched, owe_refresh, tell
from conversation.scope import Scope
from storage.records import Assessment, AssessmentState, Person, PersonKind, Posting
from storage.store import Tx

_ALIVE = (AssessmentState.DRAFT, AssessmentState.OPEN, AssessmentState.CLOSED)
_LAUNCHED = (AssessmentState.OPEN, AssessmentState.CLOSED)


@dataclass(frozen=True)
class Facilitators:
    """As they are now; `owed` are the messages to those whom a change concerns."""

    assessment: Assessment
    owner: str
    others: tuple[str, ...]
    owned: bool
    owed: tuple[Posting, ...] = ()


def look(desk: Desk, user_id: str, *, assessment: str) -> Facilitators:
    """Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return _as_seen(facilitated(tx, user_id, assessment), user_id)


def choose(
    desk: Desk, user_id: str, *, assessment: str, others: Sequence[Person], was: Collection[str]
) -> Facilitators:
    """Let these people facilitate beside the owner, and nobody else. `was`: who did when the form was opened.

    Raises: NoSuchAssessment, NotFacilitator, NotOwner, ChangedMeanwhile, CannotFacilitate.
    """
    with desk.transaction() as tx:
        found = _owned(desk, tx, user_id, assessment)
        before = facilitators(found)[1:]
        if set(before) != set(was):
            raise ChangedMeanwhile(subject=found.subject)
        chosen = [person for person in others if person.user_id != found.facilitator]
        added = [_able(tx, person) for person in chosen if person.user_id not in before]
        now = tuple(person.user_id for person in chosen)
        removed = tuple(each for each in before if each not in now)
        if not added and not removed:
            return _as_seen(found, user_id)
        found = _change(tx, found, facilitators=now, newcomers=_newcomers(found, added))
        desk.write_down(tx, found.id, user_id, "facilitators", added=sorted(added), removed=sorted(removed))
        owed = [tell(desk, tx, found, each, "added", by=user_id) for each in added]
        owed += [tell(desk, tx, found, each, "removed", by=user_id) for each in removed]
        return _as_seen(found, user_id, owed)


def hand_over(desk: Desk, user_id: str, *, assessment: str, to: Person, admin: bool = False) -> Facilitators:
    """Somebody else owns it from now on; who owned it goes on as one who helps, if they are still here. A
    workspace `admin` may do this for what nobody facilitates any more.

    Raises: NoSuchAssessment, NotFacilitator, NotOwner, OwnerIsHere, CannotFacilitate.
    """
    with desk.transaction() as tx:
        found = _to_give(desk, tx, user_id, assessment, admin=admin)
        if to.user_id == found.facilitator:
            return _as_seen(found, user_id)
        _able(tx, to)
        return _as_seen(*_owned_by(desk, tx, found, to.user_id, by=user_id))


def about_to_hand_over(desk: Desk, user_id: str, *, assessment: str, admin: bool = False) -> Assessment:
    """For the form. Raises: NoSuchAssessment, NotFacilitator, NotOwner, OwnerIsHere."""
    with desk.transaction() as tx:
        return _to_give(desk, tx, user_id, assessment, admin=admin)


def step_down(desk: Desk, user_id: str, *, assessment: str) -> Facilitators:
    """Facilitate no longer; the owner hands over instead. Raises: NoSuchAssessment, NotFacilitator,
    NotOwner."""
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, _ALIVE)
        if user_id == found.facilitator:
            raise NotOwner(subject=found.subject, facilitator=None)
        left = tuple(each for each in facilitators(found)[1:] if each != user_id)
        found = _change(tx, found, facilitators=left)
        desk.write_down(tx, found.id, user_id, "facilitators", added=[], removed=[user_id])
        owed = tell(desk, tx, found, found.facilitator, "stepped_down", by=user_id)
        return _as_seen(found, user_id, [owed])


def to_hand_over(desk: Desk, user_id: str, *, name: str, admin: bool) -> Assessment:
    """The newest that this person may hand over, by a part of its name if one is given: their own, or for a
    workspace admin one whose owner's account is gone. Raises: NoSuchAssessment, NotOwner."""
    with desk.transaction() as tx:
        theirs = [
            found
            for found in tx.assessments.in_states(_ALIVE)
            if found.facilitator == user_id or (admin and tx.people.get(found.facilitator).gone)
        ]
        fitting = [found for found in theirs if may_be_called(name, found.subject)]
        if not fitting:
            for found in visible(tx, user_id, (), [*_LAUNCHED]):
                if may_be_called(name, found.subject):
                    raise NotOwner(subject=found.subject, facilitator=found.facilitator)
            raise NoSuchAssessment(name=name, known=tuple(dict.fromkeys(each.subject for each in theirs)))
        return min(fitting, key=lambda found: found.facilitator == user_id)


def without(desk: Desk, tx: Tx, user_id: str) -> tuple[tuple[Assessment, ...], tuple[Posting, ...]]:
    """A step: this person's account is gone. Whoever helps them first owns what they owned. Returns what
    nobody facilitates any more, and what is owed."""
    orphans: list[Assessment] = []
    owed: list[Posting | None] = []
    for found in tx.assessments.in_states(_LAUNCHED):
        others = facilitators(found)[1:]
        if user_id in others:
            _change(tx, _kept(tx, found), facilitators=tuple(each for each in others if each != user_id))
            desk.write_down(tx, found.id, "", "facilitators", added=[], removed=[user_id])
        elif user_id == found.facilitator and others:
            *_, told = _owned_by(desk, tx, _kept(tx, found), others[0], by="")
            owed += told
        elif user_id == found.facilitator:
            orphans.append(found)
    return tuple(orphans), tuple(filter(None, owed))


def ask_admin(desk: Desk, admin: str, *, owner: str) -> tuple[Posting, ...]:
    """Ask once who is to facilitate what this owner has left behind."""
    with desk.transaction() as tx:
        left = [found for found in tx.assessments.in_states(_LAUNCHED) if found.facilitator == owner]
        if not left:
            return ()
        owed = desk.owe(
            tx,
            f"orphaned/{owner}/{left[0].id}",
            kind="told",
            subject_id=left[0].id,
            recipient=admin,
            word="orphaned",
            values={"owner": owner, "assessments": [(found.id, found.subject) for found in left]},
        )
        return (owed,) if owed else ()


def _to_give(desk: Desk, tx: Tx, user_id: str, assessment: str, *, admin: bool) -> Assessment:
    found = tx.assessments.find(assessment)
    if found is None or not admin or facilitates(found, user_id):
        return _owned(desk, tx, user_id, assessment)
    if not tx.people.get(found.facilitator).gone:
        raise OwnerIsHere(subject=found.subject, facilitator=found.facilitator)
    return _kept(tx, found)


def _owned_by(
    desk: Desk, tx: Tx, found: Assessment, new: str, *, by: str
) -> tuple[Assessment, str, list[Posting | None]]:
    old = found.facilitator
    others = tuple(each for each in facilitators(found)[1:] if each != new)
    if not tx.people.get(old).gone:
        others = (*others, old)
    known = new in facilitators(found)
    newcomers = Scope.of(found).newcomers if known else _newcomers(found, [new])
    found = _change(tx, found, owner=new, facilitators=others, newcomers=newcomers)
    tx.postings.readdress(found.id, was=old, now=new)
    desk.write_down(tx, found.id, by, "handed_over", to=new, before=old)
    owed = [tell(desk, tx, found, new, "owner", by=by or None, before=old)]
    owed += [tell(desk, tx, found, each, "other_owner", to=new) for each in others if each != by]
    if found.state is AssessmentState.OPEN:
        owed.append(owe_launched(desk, tx, found))
    owe_refresh(desk, tx, found)
    return found, by, owed


def _newcomers(assessment: Assessment, added: Collection[str]) -> tuple[str, ...]:
    """Of a draft nobody has been told anything yet."""
    if assessment.state is AssessmentState.DRAFT:
        return ()
    return tuple(sorted({*Scope.of(assessment).newcomers, *added}))


def _owned(desk: Desk, tx: Tx, user_id: str, assessment: str) -> Assessment:
    found = held(desk, tx, user_id, assessment, _ALIVE)
    if found.facilitator != user_id:
        raise NotOwner(subject=found.subject, facilitator=found.facilitator)
    return found


def _kept(tx: Tx, found: Assessment) -> Assessment:
    """As it is now, and held until the transaction ends."""
    tx.assessments.hold(found.id)
    return tx.assessments.get(found.id)


def _able(tx: Tx, person: Person) -> str:
    if person.kind is not PersonKind.MEMBER or person.gone:
        raise CannotFacilitate(person=person.user_id)
    tx.people.remember(person)
    return person.user_id


def _change(tx: Tx, found: Assessment, *, owner: str | None = None, **scope: Any) -> Assessment:
    changed = Scope.of(found).model_copy(update=scope).model_dump(mode="json")
    tx.assessments.change(
        found.id, only_if=found.state, scope=changed, facilitator=owner or found.facilitator
    )
    return tx.assessments.get(found.id)


def _as_seen(found: Assessment, user_id: str, owed: Sequence[Posting | None] = ()) -> Facilitators:
    owner, *others = facilitators(found)
    return Facilitators(found, owner, tuple(others), owned=owner == user_id, owed=tuple(filter(None, owed)))
