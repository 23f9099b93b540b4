"""How much a level hangs on single people, and on who happened to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scoring.levels import (
    ISO33020,
    AspectStatus,
    Gate,
    Question,
    QuestionResult,
    QuestionStatus,
    Sheet,
    Standing,
    Statement,
    Strictness,
    Tally,
    aspect_result,
    standing,
)


@dataclass(frozen=True, slots=True)
class Aspect:
    """All that an aspect's level is worked out from, but the answers.

    `elsewhere` are the questions of other aspects that its gates name.
    """

    questions: tuple[Question, ...]
    gates: tuple[Gate, ...] = ()
    elsewhere: tuple[Question, ...] = ()
    strictness: Strictness = ISO33020

    @property
    def top(self) -> int:
        return max(question.top for question in self.questions)

    @property
    def asked(self) -> tuple[Question, ...]:
        return (*self.questions, *self.elsewhere)

    def level(self, stands: Mapping[str, Standing]) -> int | None:
        results = {question.id: _result(question.id, stands[question.id]) for question in self.asked}
        return aspect_result(self.questions, results, self.gates, self.strictness).level


def _result(key: str, stands: Standing) -> QuestionResult:
    if not stands.applies:
        return QuestionResult(key, QuestionStatus.NOT_APPLICABLE, None)
    scored = stands.level is not None
    return QuestionResult(key, QuestionStatus.SCORED if scored else QuestionStatus.INSUFFICIENT, stands.level)


@dataclass(frozen=True, slots=True)
class Removals:
    """How a question stands, and `changes`: how it would stand without one of those who said that.

    What makes no difference is not among them. `counts` is how many people said what.
    """

    stands: Standing
    changes: Mapping[Statement, Standing]
    counts: Mapping[Statement, int]


def removals(question: Question, counts: Mapping[Statement, int]) -> Removals:
    """What a single person less would change, from counts alone.

    Who said the same leaves the same behind, so the work grows with what can be said, not with people; and
    among many people hardly any answer makes a difference.
    """
    tally = Tally.of_counts(question, counts)
    everybody = standing(question, tally)
    without = {said: standing(question, tally.without(question, said)) for said in counts}
    changes = {said: stands for said, stands in without.items() if stands != everybody}
    return Removals(everybody, changes, counts)


def decisive(removed: Mapping[str, Removals], sheets: Iterable[Sheet]) -> list[Sheet]:
    """Those of people of whom some answer is among the `changes`."""
    changes = {(key, said) for key, removal in removed.items() for said in removal.changes}
    return [sheet for sheet in sheets if not changes.isdisjoint(sheet.items())] if changes else []


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
    aspects: Mapping[str, Aspect], removed: Mapping[str, Removals], sheets: Iterable[Sheet]
) -> dict[str, LeaveOneOut]:
    """Each aspect again without each of those who answered it in turn, from the removals of its questions.

    Who answered only questions that an aspect's gates hang on is one of those who answered it. Needed are the
    sheets of the people of whom some answer is among the `changes`; more of them do no harm. They are read
    once and not kept, so they may be many.

    Raises ValueError if a sheet is missing.
    """
    watches = {key: _Watch(aspect, removed) for key, aspect in aspects.items()}
    for sheet in sheets:
        for watch in watches.values():
            watch.see(sheet)
    return {key: watch.conclude() for key, watch in watches.items()}


class _Watch:
    """What happens to one aspect while people are left out."""

    def __init__(self, aspect: Aspect, removed: Mapping[str, Removals]) -> None:
        self._aspect = aspect
        self._removed = {question.id: removed[question.id] for question in aspect.asked}
        self._seen: Counter[str] = Counter()
        self._decisive: Counter[tuple[str, Statement]] = Counter()
        self._outcomes: set[frozenset[tuple[str, Standing]]] = set()

    def see(self, sheet: Sheet) -> None:
        here = [key for key in self._removed if key in sheet]
        if not here:
            return
        telling = [(key, sheet[key]) for key in here if sheet[key] in self._removed[key].changes]
        self._seen.update(here)
        self._decisive.update(telling)
        self._outcomes.add(frozenset((key, self._removed[key].changes[said]) for key, said in telling))

    def conclude(self) -> LeaveOneOut:
        for key, removal in self._removed.items():
            for said in removal.changes:
                if self._decisive[key, said] < removal.counts[said]:
                    raise ValueError(f"not all sheets are here of those whose answer to {key} is decisive")
            if self._seen[key] < sum(removal.counts.values()):
                self._outcomes.add(frozenset())
        everybody = {key: removal.stands for key, removal in self._removed.items()}
        without_one = {self._aspect.level(everybody | dict(changed)) for changed in self._outcomes}
        return LeaveOneOut(
            self._aspect.level(everybody), tuple(sorted(without_one, key=lambda lv: -1 if lv is None else lv))
        )


REPLICATES = 2000
FEWEST_RESAMPLED, MOST_RESAMPLED = 5, 1000


class Resampling(StrEnum):
    """Whether people were resampled, or why not."""

    DONE = "done"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The share of the replicates that came out at each level, and (None) without one."""

    resampling: Resampling
    respondents: int
    shares: Mapping[int | None, Fraction]


def bootstrap(
    aspect: Aspect, sheets: Iterable[Sheet], *, seed: int, replicates: int = REPLICATES
) -> Bootstrap:
    """The level again with other people of the same kind: a cluster bootstrap.

    Each replicate draws as many respondents as there are, with replacement and each with all their answers
    (the cluster), among those who answered the aspect in the same roles (the stratum). So whoever is the only
    one of their kind is in every replicate, and a small team looks surer of itself than it is.

    Respondents are those who answered the aspect, or a question that its gates hang on. Of fewer than five an
    interval would be theatre; the bounds are for them. Of more than a thousand none is computed, because what
    it measures is no longer what is uncertain: a share among n people has a standard error of at most
    0.5 / sqrt(n), 1.6 % of a thousand, and who misread or was not asked matters more than that. And it would
    take all their sheets into memory.

    The same sheets in the same order with the same seed give the same shares, on every machine.
    """
    here = {question.id for question in aspect.asked}
    answered = [sheet for sheet in sheets if not here.isdisjoint(sheet)]
    if len(answered) < FEWEST_RESAMPLED:
        return Bootstrap(Resampling.TOO_FEW, len(answered), {})
    if len(answered) > MOST_RESAMPLED:
        return Bootstrap(Resampling.TOO_MANY, len(answered), {})
    from scoring import resampling  # brings numpy, which is not loaded before somebody needs it

    times = resampling.drawn([_roles(sheet, here) for sheet in answered], seed, replicates)
    found = Counter(resampling.levels(aspect, answered, times))
    shares = {level: Fraction(found[level], replicates) for level in (None, *range(aspect.top + 1))}
    return Bootstrap(Resampling.DONE, len(answered), shares)


def _roles(sheet: Sheet, here: Collection[str]) -> frozenset[str]:
    return frozenset(role for key, said in sheet.items() if key in here for role, _ in said)


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
