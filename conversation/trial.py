"""A trial of a draft: what its facilitator said in it is gone with it."""

from storage.records import AssessmentState
from storage.store import Tx


def erase(tx: Tx, trial: str) -> bool:
    """Its answers, its evidence, its seat and what was written about it; says whether there was one."""
    if not tx.assessments.change(trial, only_if=AssessmentState.TRIAL, state=AssessmentState.CANCELLED):
        return False
    seats = tx.seats.of(trial)
    tx.evidence.erase(trial)
    tx.postings.forget_about([seat.id for seat in seats])
    for seat in seats:
        tx.answers.erase(seat.id)
        tx.seats.let_go(seat.id)
    return True
