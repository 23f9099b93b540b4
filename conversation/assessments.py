"""Which assessment somebody means, and whether they may."""

from conversation.errors import NoSuchAssessment, NotFacilitator
from storage.records import Assessment, AssessmentState
from storage.store import Tx


def facilitated(tx: Tx, user_id: str, assessment: str) -> Assessment:
    """Raises: NoSuchAssessment, NotFacilitator."""
    found = tx.assessments.find(assessment)
    if found is None:
        raise NoSuchAssessment(name="")
    if found.facilitator != user_id:
        raise NotFacilitator(subject=found.subject, facilitator=found.facilitator)
    return found


def may_review(assessment: Assessment, user_id: str) -> bool:
    """Whether they rule on evidence."""
    return user_id == assessment.facilitator or user_id in _reviewers(assessment)


def assessment_for(
    tx: Tx, user_id: str, name: str, channel: str | None, states: list[AssessmentState]
) -> Assessment:
    """The one that is meant: of those that this person facilitates, was invited to, or finds in this channel,
    the newest in the first of these states; one named in full before one named in part. Raises:
    NoSuchAssessment."""
    wanted = " ".join(name.casefold().split())
    theirs = [
        assessment
        for assessment in tx.assessments.in_states(states)
        if user_id in {assessment.facilitator, *_reviewers(assessment), *_invited(assessment)}
        or (channel and assessment.channel == channel)
    ]
    fitting = [a for a in theirs if wanted in a.subject.casefold()] if wanted else theirs
    fitting.sort(
        key=lambda a: (
            states.index(a.state),
            " ".join(a.subject.casefold().split()) != wanted,
            channel is not None and a.channel != channel,
        )
    )
    if not fitting:
        raise NoSuchAssessment(name=name, known=tuple(dict.fromkeys(a.subject for a in theirs)))
    return fitting[0]


def _reviewers(assessment: Assessment) -> tuple[str, ...]:
    return tuple(assessment.scope.get("reviewers", ()))


def _invited(assessment: Assessment) -> tuple[str, ...]:
    """Known by the list of whom to ask, because who sat where may be forgotten."""
    return tuple(assessment.scope.get("people", ()))
