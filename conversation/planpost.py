"""The plan in its channel: posted once, when a facilitator says so, and edited in place from then on."""

from conversation import live, worktime
from conversation.actionprogress import progress_of
from conversation.assessments import facilitated
from conversation.contents import PlanPost
from conversation.desk import Desk
from conversation.digests import owners_of
from conversation.errors import NoChannel, NothingPlanned, ResultFirst
from conversation.hours import own_zone
from conversation.shared import shared_revisions
from storage.records import Assessment, Posting
from storage.store import Tx


def post(desk: Desk, user_id: str, *, assessment: str) -> tuple[Posting, ...]:
    """Post it to the channel of the assessment. Once it stands there, asking again posts nothing.

    Raises: NoSuchAssessment, NotFacilitator, NoChannel, ResultFirst, NothingPlanned.
    """
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        if found.channel is None:
            raise NoChannel(subject=found.subject)
        if found.id not in shared_revisions(tx, [found.id]):
            raise ResultFirst(subject=found.subject)
        if not tx.actions.of(found.id):
            raise NothingPlanned(subject=found.subject)
        if is_posted(tx, found):
            return ()
        desk.write_down(tx, found.id, user_id, "posted_plan", channel=found.channel)
        number = len(_posted(tx, found)) + 1
        key = f"plan/{found.id}/{number}"
        owed = desk.owe(tx, key, kind="plan", subject_id=found.id, recipient=found.channel)
        return (owed,) if owed else ()


def is_posted(tx: Tx, assessment: Assessment) -> bool:
    """To the channel that it has now."""
    return any(each.recipient == assessment.channel for each in _posted(tx, assessment))


def owe_edit(desk: Desk, tx: Tx, assessment: str) -> None:
    """A step: something that the posted plan tells has changed. What else changes until the minute is over is
    told by the same edit."""
    found = tx.assessments.get(assessment)
    if found.channel is None or not is_posted(tx, found):
        return
    live.owe_edit(desk, tx, f"plan_edit/{found.id}", "plan_edit", found, found.channel)


def contents(desk: Desk, tx: Tx, posting: Posting) -> PlanPost | None:
    """As it is now; not for a channel that the assessment has left."""
    assessment = tx.assessments.get(posting.subject_id)
    actions = tuple(tx.actions.of(assessment.id))
    if posting.recipient != assessment.channel or not actions:
        return None
    return PlanPost(
        assessment=assessment,
        actions=actions,
        owners=owners_of(tx, actions),
        progress=progress_of(tx, actions),
        today=worktime.today(desk.now(), own_zone(desk, tx.people.get(assessment.facilitator))),
    )


def _posted(tx: Tx, assessment: Assessment) -> list[Posting]:
    """Wherever it was posted, or waits to be."""
    return tx.postings.about([assessment.id], kind="plan")
