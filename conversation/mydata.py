"""What is kept of somebody, for themself: to look at, and to take along. Nothing of others is in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conversation import withdrawal
from conversation.contents import MyData, MyPart
from conversation.desk import Desk
from conversation.scope import Scope
from conversation.sitting import hear
from storage.records import Assessment, AssessmentState, Posting, Seat
from storage.store import Tx

_ASKED = [AssessmentState.OPEN, AssessmentState.CLOSED]


@dataclass(frozen=True)
class Export:
    """`mine` is to be looked at, `everything` all rows of the database that are about this person, ready for
    JSON."""

    mine: MyData
    everything: dict[str, Any]


def look(desk: Desk, user_id: str) -> MyData:
    with desk.transaction() as tx:
        return found(desk, tx, user_id)


def ask(desk: Desk, user_id: str, *, key: str) -> tuple[Posting, ...]:
    """The same as a message; `key` names what they wrote, so that it is said once."""
    with desk.transaction() as tx:
        owed = desk.owe(tx, f"my_data/{user_id}/{key}", kind="my_data", subject_id=user_id, recipient=user_id)
        return (owed,) if owed else ()


def export(desk: Desk, user_id: str) -> Export:
    """Everything that is kept of this person, to the last row."""
    with desk.transaction() as tx:
        return Export(found(desk, tx, user_id), _everything(tx, user_id))


def found(desk: Desk, tx: Tx, user_id: str) -> MyData:
    """A step: the newest assessment first."""
    held = {seat.assessment_id: seat for seat in tx.seats.held_by(user_id)}
    parts = [
        _part(desk, tx, assessment, held.get(assessment.id))
        for assessment in tx.assessments.in_states(list(AssessmentState))
        if assessment.id in held or (assessment.state in _ASKED and user_id in Scope.of(assessment).people)
    ]
    actions, facilitated = tx.actions.ever_owned_by(user_id), _facilitated(tx, user_id)
    return MyData(
        person=tx.people.get(user_id),
        parts=tuple(parts),
        actions=len(actions),
        facilitated=len(facilitated),
    )


def _part(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat | None) -> MyPart:
    pack = desk.pack_of(tx, assessment)
    if seat is None:
        return MyPart(assessment, pack, None)
    interview = hear(tx, pack, assessment, seat).interview
    return MyPart(
        assessment=assessment,
        pack=pack,
        seat=seat,
        replies=tuple(
            (item, interview.replies[item.id]) for item in interview.items if item.id in interview.replies
        ),
        comments={key: text for key, text in interview.comments.items() if text},
        evidence=tuple(tx.evidence.of_seat(seat.id)),
        one_less=str(withdrawal.outcome_of(tx, assessment)),
    )


def _facilitated(tx: Tx, user_id: str) -> list[Assessment]:
    every = tx.assessments.in_states(
        [state for state in AssessmentState if state is not AssessmentState.SELF_CHECK]
    )
    return [assessment for assessment in every if assessment.facilitator == user_id]


def _everything(tx: Tx, user_id: str) -> dict[str, Any]:
    actions, feed = tx.actions.ever_owned_by(user_id), tx.feeds.of(user_id)
    return {
        "person": tx.people.get(user_id).model_dump(mode="json") if tx.people.known(user_id) else None,
        "answered_in": [_seat(tx, seat) for seat in tx.seats.held_by(user_id)],
        "named_in": [_name(each) for each in _naming(tx, user_id)],
        "facilitates": [_name(each) | {"scope": _own_words(each)} for each in _facilitated(tx, user_id)],
        "actions": [action.model_dump(mode="json") for action in actions],
        "said_of_actions": [note.model_dump(mode="json") for note in tx.actions.notes_by(user_id)],
        "changed_of_actions": [each.model_dump(mode="json") for each in tx.actions.changes_by(user_id)],
        "steps_done": [step.model_dump(mode="json") for step in tx.actions.steps_by(user_id)],
        "informed_of": [
            action.model_dump(mode="json", include={"id", "assessment_id", "objective"})
            for action in tx.actions.informed(user_id)
        ],
        "agreed_levels": _each(tx.calibrations.by(user_id)),
        "ranked": _each(tx.rankings.by(user_id)),
        "deeds": _each(tx.deeds.by(user_id)),
        "calendar_address": feed.model_dump(mode="json", include={"made_at"}) if feed else None,
        "messages": [
            posting.model_dump(mode="json", include={"kind", "state", "due_at", "channel", "ts", "contents"})
            for posting in tx.postings.to(user_id)
        ],
    }


def _seat(tx: Tx, seat: Seat) -> dict[str, Any]:
    return {
        "assessment": _name(tx.assessments.get(seat.assessment_id)),
        "seat": seat.model_dump(mode="json"),
        "said": [fact.model_dump(mode="json") for fact in tx.answers.of(seat.id)],
        "evidence": [each.model_dump(mode="json") for each in tx.evidence.ever_of_seat(seat.id)],
        "messages": [
            posting.model_dump(mode="json", include={"kind", "state", "due_at", "channel", "ts", "contents"})
            for posting in tx.postings.all_about(seat.id)
        ],
    }


def _naming(tx: Tx, user_id: str) -> list[Assessment]:
    """Where they are on the list of whom to ask, or of who checks evidence."""
    return [
        assessment
        for assessment in tx.assessments.in_states(list(AssessmentState))
        if user_id in {*assessment.scope.get("people", ()), *assessment.scope.get("reviewers", ())}
    ]


def _name(assessment: Assessment) -> dict[str, Any]:
    return {"id": assessment.id, "subject": assessment.subject, "round": assessment.round}


def _own_words(assessment: Assessment) -> dict[str, Any]:
    """What they decided, without who was asked."""
    return {key: value for key, value in assessment.scope.items() if key not in {"people", "reviewers"}}


def _each(kept: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"assessment": assessment, **each.model_dump(mode="json")} for assessment, each in kept]
