"""Whoever leaves a draft is told that it is kept; once it is launched, or another took its place, that
message says so where it stands."""

from conversation.assessments import facilitates
from conversation.desk import Desk
from conversation.live import owe_drawn_again
from storage.records import Assessment, AssessmentState, Posting, PostingState
from storage.store import Tx


def left(desk: Desk, user_id: str, *, assessment: str, form: str) -> tuple[Posting, ...]:
    """They closed this form about a draft; told twice is once. Whoever does not facilitate it
    is told nothing."""
    with desk.transaction() as tx:
        found = tx.assessments.find(assessment)
        if found is None or found.state is not AssessmentState.DRAFT or not facilitates(found, user_id):
            return ()
        owed = desk.owe(tx, f"kept/{form}", kind="kept", subject_id=found.id, recipient=user_id)
        return (owed,) if owed else ()


def owe_ended(desk: Desk, tx: Tx, draft: Assessment) -> None:
    """A step: it is a draft no longer. What is on its way may be drawn already."""
    for old in _saying_that_it_is_kept(tx, draft):
        owe_drawn_again(desk, tx, f"kept_edit/{old.key}", "kept_edit", draft.id, old)


def _saying_that_it_is_kept(tx: Tx, draft: Assessment) -> list[Posting]:
    """To whoever closed a form, or stopped the conversation."""
    stopped = [
        each for each in tx.postings.about([draft.id], kind="setup") if each.contents["word"] == "stopped"
    ]
    there = {PostingState.SENT, PostingState.CLAIMED}
    return [each for each in (*tx.postings.about([draft.id], kind="kept"), *stopped) if each.state in there]
