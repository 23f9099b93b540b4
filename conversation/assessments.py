"""Which assessment somebody means, and whether they may."""

from collections.abc import Collection

from conversation.errors import NoSuchAssessment, NotFacilitator
from storage.records import Assessment, AssessmentState, subject_key
from storage.store import Tx


def facilitated(tx: Tx, user_id: str, assessment: str) -> Assessment:
    """Raises: NoSuchAssessment, NotFacilitator."""
    found = tx.assessments.find(assessment)
    if found is None or found.state is AssessmentState.DELETED:
        raise NoSuchAssessment(name="")
    if found.facilitator != user_id:
        raise NotFacilitator(subject=found.subject, facilitator=found.facilitator)
    return found


def may_review(assessment: Assessment, user_id: str) -> bool:
    """Whether they rule on evidence."""
    return user_id == assessment.facilitator or user_id in _reviewers(assessment)


def visible(
    tx: Tx, user_id: str, channels: Collection[str | None], states: list[AssessmentState]
) -> list[Assessment]:
    """Those that this person facilitates, reviews or was invited to, or finds in one of these channels,
    newest first. Somebody who sees an assessment may still have to wait for its result."""
    return [
        assessment
        for assessment in tx.assessments.in_states(states)
        if user_id in {assessment.facilitator, *_reviewers(assessment), *_invited(assessment)}
        or (assessment.channel and assessment.channel in channels)
    ]


def assessment_for(
    tx: Tx, user_id: str, name: str, channel: str | None, states: list[AssessmentState]
) -> Assessment:
    """The one that is meant: of those that this person facilitates, was invited to, or finds in this channel,
    the newest in the first of these states; one named in full before one named in part. Raises:
    NoSuchAssessment."""
    wanted = subject_key(name)
    theirs = visible(tx, user_id, {channel}, states)
    fitting = [a for a in theirs if wanted in a.subject.casefold()] if wanted else theirs
    fitting.sort(
        key=lambda a: (
            states.index(a.state),
            a.subject_key != wanted,
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
