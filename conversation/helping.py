"""Somebody who reads a digest can help with what is blocked there."""

from dataclasses import dataclass

from conversation.assessments import visible
from conversation.desk import Desk
from conversation.errors import NoSuchAssessment, NothingBlocked
from storage.records import ActionState, Assessment, AssessmentState, Posting


@dataclass(frozen=True)
class Offered:
    """`owners` of blocked actions know that this person could help."""

    assessment: Assessment
    owners: tuple[str, ...]
    owed: tuple[Posting, ...] = ()


def offer(desk: Desk, user_id: str, *, assessment: str, channel: str | None) -> Offered:
    """The owner of every blocked action hears once that this person could help.

    Raises: NoSuchAssessment, NothingBlocked.
    """
    with desk.transaction() as tx:
        closed = [AssessmentState.CLOSED]
        found = {each.id: each for each in visible(tx, user_id, {channel}, closed)}.get(assessment)
        if found is None:
            raise NoSuchAssessment(name="")
        blocked = [
            action
            for action in tx.actions.of(found.id)
            if action.state is ActionState.BLOCKED and action.owner not in {None, user_id}
        ]
        if not blocked:
            raise NothingBlocked(subject=found.subject)
        owed = [
            desk.owe(
                tx,
                f"help_offered/{action.id}/{user_id}",
                kind="told",
                subject_id=found.id,
                recipient=action.owner or "",
                word="help_offered",
                values={"person": user_id, "objective": action.objective},
            )
            for action in blocked
        ]
        owners = tuple(dict.fromkeys(action.owner or "" for action in blocked))
        return Offered(found, owners, tuple(filter(None, owed)))
