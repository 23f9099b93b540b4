"""What a result is concluded from: counts by question, roles and answer, evidence, and what was agreed on.

Single people's answers are looked at only to see whether a level hangs on one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conversation import evidence as shown_evidence
from conversation import statements
from conversation.evidence import Checked
from conversation.findings import Findings, Quote
from conversation.pack import Pack
from scoring.levels import Sheet, Statement
from scoring.robustness import Removals
from storage.records import Assessment, Calibration, Count, SeatCount
from storage.store import Tx


@dataclass(frozen=True)
class Sheets:
    """What single people answered: of all, or of those whose answers are decisive somewhere. It is asked for
    only where counts do not tell."""

    number: int
    all: Callable[[], list[Sheet]]
    deciding: Callable[[Mapping[str, Removals]], Iterable[Sheet]]


@dataclass(frozen=True)
class Material:
    """What a result is concluded from. `before` is the first revision of it, if anybody had
    answered; `seed` is that of the resampling."""

    counts: tuple[Count, ...]
    seats: tuple[SeatCount, ...] = ()
    evidence: Mapping[str, Checked] = field(default_factory=dict)
    agreed: Mapping[str, Calibration] = field(default_factory=dict)
    sheets: Sheets | None = None
    quotes: tuple[Quote, ...] = ()
    seed: int = 0
    before: Findings | None = None

    def said(self, pack: Pack) -> Mapping[str, Mapping[Statement, int]]:
        """By question, how many people said what."""
        return statements.counted(pack, self.counts)


def gather(tx: Tx, assessment: Assessment) -> Material:
    """What the store holds of an assessment."""
    counts, seats = tuple(tx.answers.counts(assessment.id)), tuple(tx.seats.counts(assessment.id))
    begun = sum(seat.begun for seat in seats)
    first = tx.results.first(assessment.id)
    before = Findings.model_validate(first.body) if first else None
    return Material(
        counts=counts,
        seats=seats,
        evidence=shown_evidence.checked(tx, assessment.id),
        agreed=tx.calibrations.standing(assessment.id),
        sheets=_stored(tx, assessment.id, counts, begun),
        quotes=tuple(Quote(question=key, text=text) for key, text in tx.answers.quotes(assessment.id)),
        seed=seed_of(assessment.id),
        before=before if before and before.answered else None,
    )


def seed_of(assessment: str) -> int:
    """The same result again has the same seed."""
    return int.from_bytes(hashlib.sha256(assessment.encode()).digest()[:4])


def audiences(counts: Iterable[Count]) -> dict[str, dict[frozenset[str], int]]:
    """Who said something to each question, by their roles."""
    audiences: dict[str, dict[frozenset[str], int]] = {}
    for count in counts:
        if statements.of_count(count):
            audience = audiences.setdefault(count.question, {})
            roles = frozenset(count.roles)
            audience[roles] = audience.get(roles, 0) + count.n
    return audiences


def _stored(tx: Tx, assessment: str, counts: Sequence[Count], number: int) -> Sheets:
    def deciding(removed: Mapping[str, Removals]) -> Iterator[Sheet]:
        decisive = [
            count
            for count in counts
            if count.question in removed and statements.of_count(count) in removed[count.question].changes
        ]
        return map(statements.of_sheet, tx.answers.sheets_with(assessment, decisive))

    def everybody() -> list[Sheet]:
        return [*map(statements.of_sheet, tx.answers.sheets(assessment))]

    return Sheets(number, everybody, deciding)
