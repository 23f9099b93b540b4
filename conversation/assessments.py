"""Which assessment somebody means, and whether they may."""

from collections.abc import Collection, Iterable
from typing import Any

from conversation.desk import Desk
from conversation.errors import (
    AlreadyClosed,
    AssessmentIsOpen,
    ImportedStays,
    NoSuchAssessment,
    NotFacilitator,
)
from conversation.vocabulary import folded
from storage.records import Assessment, AssessmentState, Result, subject_key
from storage.store import Tx


def facilitated(tx: Tx, user_id: str, assessment: str) -> Assessment:
    """Raises: NoSuchAssessment, NotFacilitator."""
    found = tx.assessments.find(assessment)
    if found is None or found.state is AssessmentState.DELETED:
        raise NoSuchAssessment(name="")
    if not facilitates(found, user_id):
        raise NotFacilitator(**named_to(found, user_id))
    return found


def named_to(found: Assessment, user_id: str) -> dict[str, Any]:
    """What a no may tell this person of it: its name and its owner; neither, if they have nothing to do with
    it, as somebody who tries an id."""
    knows = user_id in {*facilitators(found), *_reviewers(found), *invited(found)}
    return {
        "subject": found.subject if knows else None,
        "facilitator": found.facilitator if knows else None,
    }


def open_to(found: Assessment, user_id: str) -> dict[str, Any]:
    """What this person may be told of what is open under a name: that it is taken, and nothing more, if they
    have nothing to do with it."""
    known = named_to(found, user_id)
    if not known["subject"]:
        return known
    mine = found.facilitator == user_id
    return {**known, "assessment": found.id, "mine": mine, "closes_at": found.closes_at}


def held(
    desk: Desk,
    tx: Tx,
    user_id: str,
    assessment: str,
    states: Collection[AssessmentState] = (AssessmentState.DRAFT, AssessmentState.OPEN),
) -> Assessment:
    """The same, kept until the transaction ends: of two who change something at once, one does after the
    other, and who closes comes before or after.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed if it is in none of these states.
    """
    found = facilitated(tx, user_id, assessment)
    if not tx.assessments.hold(found.id, states):
        raise AlreadyClosed(**how_it_closed(desk, found))
    return tx.assessments.get(found.id)


def changeable(found: Assessment) -> Assessment:
    """A step before its result or plan is changed. Raises: ImportedStays."""
    if found.imported_at:
        raise ImportedStays(subject=found.subject, number=found.round)
    return found


def result_of(tx: Tx, found: Assessment) -> Result:
    """A step: what it came to last. Raises: AssessmentIsOpen."""
    result = tx.results.latest(found.id)
    if result is None or found.state is not AssessmentState.CLOSED:
        raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
    return result


def how_it_closed(desk: Desk, assessment: Assessment) -> dict[str, Any]:
    """Who closed it (`by_clock`: its time had come) and when, for who comes second."""
    at, by = assessment.closed_at, assessment.closed_by
    return {
        "subject": assessment.subject,
        "person": by or None,
        "by_clock": by == "",
        "at": at,
        "minutes": int((desk.now() - at).total_seconds() // 60) if at else None,
    }


def facilitates(assessment: Assessment, user_id: str) -> bool:
    """Its owner, or one of those who facilitate it beside them."""
    return user_id in facilitators(assessment)


def facilitators(assessment: Assessment) -> tuple[str, ...]:
    """The owner first."""
    return (assessment.facilitator, *assessment.scope.get("facilitators", ()))


def told_of(assessment: Assessment, user_id: str) -> str | None:
    """The facilitator who hears what happened to this person: never the person."""
    return next((each for each in facilitators(assessment) if each != user_id), None)


def sees_names(assessment: Assessment, user_id: str) -> bool:
    """Whether a facilitator sees who answered what, where the facilitator does and others do not. Who
    became one after people were asked does not: they were told another name."""
    return facilitates(assessment, user_id) and user_id not in assessment.scope.get("newcomers", ())


def may_review(assessment: Assessment, user_id: str) -> bool:
    """Whether they rule on evidence."""
    return facilitates(assessment, user_id) or user_id in _reviewers(assessment)


def invited(assessment: Assessment) -> tuple[str, ...]:
    """Known by the list of whom to ask, because who sat where may be forgotten."""
    return tuple(assessment.scope.get("people", ()))


def concerned(assessment: Assessment) -> tuple[str, ...]:
    """On whose Home it stands: those who facilitate it, and those who were asked."""
    return (*facilitators(assessment), *invited(assessment))


def visible(
    tx: Tx, user_id: str, channels: Collection[str | None], states: list[AssessmentState]
) -> list[Assessment]:
    """Those that this person facilitates, reviews or was invited to, or finds in one of these channels,
    newest first. Somebody who sees an assessment may still have to wait for its result."""
    return [
        assessment
        for assessment in tx.assessments.in_states(states)
        if user_id in {*facilitators(assessment), *_reviewers(assessment), *invited(assessment)}
        or (assessment.channel and assessment.channel in channels)
    ]


def seen(
    tx: Tx, user_id: str, assessment: str, channel: str | None, states: list[AssessmentState]
) -> Assessment:
    """The one with this id, if this person finds it, in this channel or because they have to do with it.
    Raises: NoSuchAssessment."""
    theirs = (found for found in visible(tx, user_id, {channel}, states) if found.id == assessment)
    if (found := next(theirs, None)) is None:
        raise NoSuchAssessment(name="")
    return found


def assessment_for(
    tx: Tx, user_id: str, name: str, channel: str | None, states: list[AssessmentState]
) -> Assessment:
    """The one that is meant: of those that this person facilitates, was invited to, or finds in this channel,
    the newest in the first of these states; one named in full before one named in part. Raises:
    NoSuchAssessment."""
    theirs = visible(tx, user_id, {channel}, states)
    fitting = [a for a in theirs if may_be_called(name, a.subject)]
    full = subjects_meant(name, (a.subject for a in fitting))
    fitting.sort(
        key=lambda a: (
            states.index(a.state),
            a.subject not in full,
            channel is not None and a.channel != channel,
        )
    )
    if not fitting:
        raise NoSuchAssessment(name=name, known=tuple(dict.fromkeys(a.subject for a in theirs)))
    return fitting[0]


def may_be_called(name: str, subject: str) -> bool:
    """Whether this is its name, or a part of it, in any case and with or without accents."""
    return _plain(name) in _plain(subject)


def subjects_meant(name: str, subjects: Iterable[str]) -> list[str]:
    """Those that may be called so: the one that is named in full, if there is one, and else all."""
    fitting = [each for each in subjects if may_be_called(name, each)]
    as_typed = [each for each in fitting if subject_key(each) == subject_key(name)]
    in_full = [each for each in fitting if _plain(each) == _plain(name)]
    return as_typed or in_full or fitting


def _plain(subject: str) -> str:
    return folded(subject_key(subject))


def _reviewers(assessment: Assessment) -> tuple[str, ...]:
    return tuple(assessment.scope.get("reviewers", ()))
