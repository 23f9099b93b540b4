"""What whoever reads of an assessment in its channel can do about it: see what is asked, ask to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from conversation.assessments import how_it_closed, visible
from conversation.desk import Desk
from conversation.errors import AlreadyClosed, AlreadyOnTheList, CannotTakePart, NoSuchAssessment
from conversation.pack import Item, Pack
from conversation.packparts import Aspect
from conversation.scope import Scope
from storage.records import Assessment, AssessmentState, Person, Posting
from storage.store import Tx

#: The source of somebody who was found nowhere, but asked for it.
THEMSELVES = ""
_OPEN_OR_CLOSED = [AssessmentState.OPEN, AssessmentState.CLOSED]


@dataclass(frozen=True)
class Questions:
    """All that some role is asked, by aspect."""

    assessment: Assessment
    pack: Pack
    items: Mapping[str, tuple[Item, ...]]

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        return tuple(aspect for aspect in self.pack.aspects if self.items.get(aspect.id))


@dataclass(frozen=True)
class Wanted:
    """Its facilitator hears that this person would like to be asked; `again`: they did before."""

    assessment: Assessment
    again: bool
    owed: tuple[Posting, ...] = ()


def questions(desk: Desk, user_id: str, *, assessment: str, channel: str | None) -> Questions:
    """For whoever reads of it there. Raises: NoSuchAssessment."""
    with desk.transaction() as tx:
        found = _seen(tx, user_id, assessment, channel)
        pack, scope = desk.pack_of(tx, found), Scope.of(found)
        asked = {item.id for role in pack.roles for item in scope.questions(pack, (role.id,))}
        return Questions(
            found,
            pack,
            {
                aspect.id: tuple(item for item in pack.items if item.aspect == aspect.id and item.id in asked)
                for aspect in pack.aspects
            },
        )


def wants_in(desk: Desk, person: Person, *, assessment: str, channel: str | None) -> Wanted:
    """They would like to be asked too: its facilitator is offered to invite them, once.

    Raises: NoSuchAssessment, AlreadyClosed, AlreadyOnTheList, CannotTakePart.
    """
    with desk.transaction() as tx:
        found = _seen(tx, person.user_id, assessment, channel)
        if found.state is not AssessmentState.OPEN:
            raise AlreadyClosed(**how_it_closed(desk, found))
        if person.user_id in Scope.of(found).people:
            raise AlreadyOnTheList(subject=found.subject)
        if not person.asked:
            raise CannotTakePart(person=person.user_id)
        tx.people.remember(person)
        key = f"offer/{found.id}/{person.user_id}"
        again = tx.postings.find(key) is not None
        owed = desk.owe(
            tx,
            key,
            kind="offer",
            subject_id=found.id,
            recipient=found.facilitator,
            person=person.user_id,
            source=THEMSELVES,
        )
        return Wanted(found, again, (owed,) if owed and not again else ())


def _seen(tx: Tx, user_id: str, assessment: str, channel: str | None) -> Assessment:
    seen = {each.id: each for each in visible(tx, user_id, {channel}, _OPEN_OR_CLOSED)}
    if assessment not in seen:
        raise NoSuchAssessment(name="")
    return seen[assessment]
