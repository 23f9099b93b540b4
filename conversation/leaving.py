"""Whoever leaves a draft is told that it is kept."""

from conversation.assessments import facilitates
from conversation.desk import Desk
from storage.records import AssessmentState, Posting


def left(desk: Desk, user_id: str, *, assessment: str, form: str) -> tuple[Posting, ...]:
    """They closed this form about a draft; told twice is once. Whoever does not facilitate it
    is told nothing."""
    with desk.transaction() as tx:
        found = tx.assessments.find(assessment)
        if found is None or found.state is not AssessmentState.DRAFT or not facilitates(found, user_id):
            return ()
        owed = desk.owe(tx, f"kept/{form}", kind="kept", subject_id=found.id, recipient=user_id)
        return (owed,) if owed else ()
