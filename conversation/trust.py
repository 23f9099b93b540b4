"""Whether a level hangs on one answer, and whether other people of the same kind would have come to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conversation import statements
from conversation.pack import Pack
from scoring.robustness import (
    MOST_RESAMPLED,
    Aspect,
    Bootstrap,
    LeaveOneOut,
    Removals,
    Resampling,
    bootstrap,
    leave_one_out,
    removals,
)
from storage.records import Count
from storage.store import Tx


@dataclass(frozen=True)
class Robustness:
    leave_one_out: LeaveOneOut
    bootstrap: Bootstrap


def robustness(
    tx: Tx,
    pack: Pack,
    assessment_id: str,
    *,
    aspects: Mapping[str, Aspect],
    counts: Sequence[Count],
    people: int,
    seed: int,
) -> dict[str, Robustness]:
    """By aspect. Among few people everybody's answers are read, to draw them again; among many only those of
    the people of whom some answer decides something."""
    said = statements.counted(pack, counts)
    asked = {question.id: question for aspect in aspects.values() for question in aspect.asked}
    removed = {key: removals(question, said[key]) for key, question in asked.items()}
    if people > MOST_RESAMPLED:
        few = tx.answers.sheets_with(assessment_id, _decisive(counts, removed))
        alone = leave_one_out(aspects, removed, map(statements.of_sheet, few))
        none = Bootstrap(Resampling.TOO_MANY, people, {})
        return {key: Robustness(alone[key], none) for key in aspects}

    sheets = [*map(statements.of_sheet, tx.answers.sheets(assessment_id))]
    alone = leave_one_out(aspects, removed, sheets)
    return {
        key: Robustness(alone[key], bootstrap(aspect, sheets, seed=seed)) for key, aspect in aspects.items()
    }


def _decisive(counts: Sequence[Count], removed: Mapping[str, Removals]) -> list[Count]:
    return [
        count
        for count in counts
        if count.question in removed and statements.of_count(count) in removed[count.question].changes
    ]
