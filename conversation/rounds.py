"""What a result is compared with: the earlier rounds of its subject, other teams, and data from elsewhere."""

from conversation import earlier
from conversation.assessments import assessment_for, visible
from conversation.desk import Desk
from conversation.earlier import CLOSED, Comparison
from conversation.errors import AssessmentIsOpen, NoSuchAssessment
from conversation.reports import verdict_for
from storage.records import Assessment, AssessmentState
from storage.store import Tx


def compare(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Comparison:
    """The latest result, beside what it can be compared with. Everybody gets every round as they may see it:
    the facilitator of a round the whole, others what readers see, once it was shared.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared.
    """
    with desk.transaction() as tx:
        found = assessment_for(tx, user_id, name, channel, [*CLOSED, AssessmentState.OPEN])
        if found.state is AssessmentState.OPEN:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        return compare_in(desk, tx, user_id, found, channel)


def compare_of(desk: Desk, user_id: str, *, assessment: str, channel: str | None) -> Comparison:
    """The same for one that is known, from where this person sees it. Raises: NoSuchAssessment, NotShared."""
    with desk.transaction() as tx:
        seen = {found.id: found for found in visible(tx, user_id, {channel}, CLOSED)}
        if assessment not in seen:
            raise NoSuchAssessment(name="")
        return compare_in(desk, tx, user_id, seen[assessment], channel)


def compare_in(
    desk: Desk,
    tx: Tx,
    user_id: str,
    assessment: Assessment,
    channel: str | None,
    *,
    for_readers: bool = False,
    seen_by: str = "",
) -> Comparison:
    """`for_readers`: nothing but what readers may see of each round, whoever asks. `seen_by`, if
    it is somebody else, is who finds the earlier rounds."""
    verdict = verdict_for(desk, tx, user_id, assessment)
    today = verdict.findings.for_readers if for_readers else verdict.findings
    return earlier.beside(
        desk,
        tx,
        user_id,
        assessment,
        verdict.pack,
        today,
        channel,
        gaps=verdict.order.gaps,
        for_readers=for_readers,
        seen_by=seen_by,
    )
