"""How much a level hangs on single people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scoring.levels import (
    ISO33020,
    Answer,
    AspectStatus,
    Gate,
    Question,
    QuestionResult,
    QuestionStatus,
    Strictness,
    Tally,
    Value,
    aspect_result,
    latest,
    question_result,
)


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """The level with everybody, and the levels that came out without one of them; whose is not kept."""

    level: int | None
    without_one: tuple[int | None, ...]

    @property
    def fragile(self) -> bool:
        """One answer away: somebody's absence would have changed the level."""
        return any(level != self.level for level in self.without_one)


def leave_one_out(
    questions: Sequence[Question],
    answers: Iterable[Answer],
    gates: Sequence[Gate] = (),
    strictness: Strictness = ISO33020,
) -> LeaveOneOut:
    """The aspect again without each of those who answered it in turn.

    Who said the same leaves the same behind, so a question is scored once for all of them, and so is an
    aspect with the same levels: many people cost little more than few.
    """
    sheets: dict[str, dict[str, set[tuple[str, Value]]]] = {}
    for key, said in latest(questions, answers).items():
        for (respondent, role), value in said.items():
            sheets.setdefault(respondent, {}).setdefault(key, set()).add((role, value))
    rounds = {q.id: _Round(q, [sheet[q.id] for sheet in sheets.values() if q.id in sheet]) for q in questions}
    everybody = {key: around.without(frozenset()) for key, around in rounds.items()}

    levels: dict[tuple[tuple[QuestionStatus, int | None], ...], int | None] = {}

    def level(results: Mapping[str, QuestionResult]) -> int | None:
        standing = tuple((results[q.id].status, results[q.id].level) for q in questions)
        if standing not in levels:
            levels[standing] = aspect_result(questions, results, gates, strictness).level
        return levels[standing]

    without_one = {
        level(everybody | {key: rounds[key].without(frozenset(said)) for key, said in sheet.items()})
        for sheet in sheets.values()
    }
    return LeaveOneOut(level(everybody), tuple(sorted(without_one, key=lambda lv: -1 if lv is None else lv)))


class _Round:
    """What everybody said to one question, by role, and its results without one of them."""

    def __init__(self, question: Question, sheets: Sequence[Set[tuple[str, Value]]]) -> None:
        self._question = question
        self._counts = Counter(each for said in sheets for each in said)
        self._several = Counter(frozenset(said) for said in sheets if len(said) > 1)
        self._results: dict[frozenset[tuple[str, Value]], QuestionResult] = {}

    def without(self, said: frozenset[tuple[str, Value]]) -> QuestionResult:
        if said not in self._results:
            several = self._several - Counter([said])
            tally = Tally.of_counts(self._question, self._counts - Counter(said), several)
            self._results[said] = question_result(self._question, tally)
        return self._results[said]


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def confidence(
    status: AspectStatus, contested: Fraction, evidenced: Fraction, *, fragile: bool
) -> Confidence:
    """How far to trust a level, from the shares of the aspect's scored weight contested and evidenced.

    High: official, not one answer away, less than 20 % contested, at least half with accepted evidence.
    Low: provisional, or one answer away and more than 40 % contested. Without a level there is no trust
    either.
    """
    if status is not AspectStatus.OFFICIAL or (fragile and contested > Fraction(40, 100)):
        return Confidence.LOW
    if not fragile and contested < Fraction(20, 100) and evidenced >= Fraction(1, 2):
        return Confidence.HIGH
    return Confidence.MEDIUM
