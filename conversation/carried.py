"""What an earlier round agreed on and is still open belongs to the plan of the latest round, until it is
over. It stays an action of its own round, with one history, one owner and one row of reminders. Rounds that
were imported as results are only read: what they left open is nobody's to do, and their plan is no plan."""

from dataclasses import dataclass
from datetime import datetime

from storage.records import Action, Assessment, AssessmentState
from storage.store import Tx


@dataclass(frozen=True)
class Carried:
    """An action that was agreed in round `number`."""

    number: int
    action: Action


def over_to(tx: Tx, assessment: Assessment, *, since: datetime | None = None) -> tuple[Carried, ...]:
    """A step: what the plan of this round takes over, the earliest due first; with what became final after
    `since`. Nothing, if a later round has closed: then that one has it."""
    rounds = _rounds(tx, assessment)
    if not rounds or rounds[-1].id != assessment.id:
        return ()
    found = [
        Carried(each.round, action)
        for each in rounds[:-1]
        for action in tx.actions.of(each.id)
        if not action.is_over or (since is not None and action.changed_at > since and action.became is None)
    ]
    return tuple(sorted(found, key=lambda each: (each.action.due, each.action.id)))


def heir(tx: Tx, assessment: Assessment) -> Assessment:
    """A step: the round in whose plan an action of this one stands now."""
    return (_rounds(tx, assessment) or [assessment])[-1]


def _rounds(tx: Tx, assessment: Assessment) -> list[Assessment]:
    """The closed ones of its subject that have a plan of their own, in order."""
    closed = tx.assessments.in_states([AssessmentState.CLOSED])
    found = [each for each in closed if each.subject_key == assessment.subject_key and not each.imported_at]
    return sorted(found, key=lambda each: each.round)
