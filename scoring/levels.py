"""From answers to levels: one question, one aspect, the whole.

Each role speaks with one voice, so five data scientists do not outvote one operator. A question reaches a
level when strictly more than half of that weighted voice is there; an aspect climbs a ladder whose
thresholds are those of ISO/IEC 33020; the whole is as mature as its least mature aspect. docs/method.md
tells the same in words.

A level is a number from 0, where everybody starts, to the `top` of the question's scale. What the levels are
called is the pack's affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from math import floor, gcd, lcm
from typing import Literal

from scoring.agreement import consensus, contested

Value = int | Literal["dk", "na"]
"""What was answered: a level, "dk" (don't know) or "na" (does not apply to us)."""

Number = int | Fraction


class QuestionStatus(StrEnum):
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"
    INSUFFICIENT = "insufficient"


class Flag(StrEnum):
    APPLICABILITY_CONTESTED = "applicability_contested"
    NOBODY_KNOWS = "nobody_knows"
    CONTESTED = "contested"
    PRIMARY_ROLE_MISSING = "primary_role_missing"
    PRIMARY_ROLES_MOSTLY_DONT_KNOW = "primary_roles_mostly_dont_know"


class AspectStatus(StrEnum):
    """Of an aspect, and of the whole."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"
    INSUFFICIENT = "insufficient"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Answer:
    respondent: str
    role: str
    question: str
    value: Value


@dataclass(frozen=True, slots=True)
class Question:
    """`top` is the highest level of its scale.

    The method weighs primary roles 2 and others 1. A role that is named neither primary nor secondary was
    not meant to judge this (in a self-check it may be asked all the same): it has no voice, so it changes no
    level, but its people are counted among those who answered.
    """

    id: str
    primary: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    weight: Number = 1
    top: int = field(kw_only=True)

    def __post_init__(self) -> None:
        if self.top < 1:
            raise ValueError(f"question {self.id} must have a level above 0, not {self.top} as its highest")
        if self.weight <= 0:
            raise ValueError(f"question {self.id} must weigh more than nothing, not {self.weight}")

    @property
    def steps(self) -> range:
        """The levels that have to be reached; at level 0 everybody starts."""
        return range(1, self.top + 1)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each value was given; `levels` has an entry for each level of the scale."""

    levels: tuple[int, ...]
    dk: int = 0
    na: int = 0

    @staticmethod
    def of(values: Mapping[Value, int], top: int) -> Counts:
        """Raises ValueError if a level was given that the scale does not have."""
        strange = [value for value in values if isinstance(value, int) and not 0 <= value <= top]
        if strange:
            raise ValueError(f"{strange[0]} is no level from 0 to {top}")
        levels = tuple(values.get(level, 0) for level in range(top + 1))
        return Counts(levels, values.get("dk", 0), values.get("na", 0))

    @property
    def valid(self) -> int:
        return sum(self.levels)

    @property
    def all(self) -> int:
        return self.valid + self.dk + self.na

    def at_least(self, level: int) -> int:
        return sum(self.levels[level:])

    def less(self, value: Value) -> Counts:
        """One of them less."""
        if value == "dk":
            return replace(self, dk=self.dk - 1)
        if value == "na":
            return replace(self, na=self.na - 1)
        levels = tuple(count - (level == value) for level, count in enumerate(self.levels))
        return replace(self, levels=levels)


Statement = frozenset[tuple[str, Value]]
"""What one person said to one question: a value in each of the roles that they speak for."""

Sheet = Mapping[str, Statement]
"""What one person said, by question."""


def sheets(questions: Iterable[Question], answers: Iterable[Answer]) -> Mapping[str, Sheet]:
    """What each respondent said to these questions. The last answer of a person in a role counts."""
    asked = {question.id for question in questions}
    said: dict[str, dict[str, Statement]] = {}
    alone: dict[tuple[str, Value], Statement] = {}  # of all who say the same in one role, one object
    for answer in answers:
        if answer.question in asked:
            sheet = said.setdefault(answer.respondent, {})
            each = answer.role, answer.value
            before = sheet.get(answer.question)
            if before is None:
                sheet[answer.question] = alone.setdefault(each, frozenset((each,)))
            else:
                sheet[answer.question] = frozenset((dict(before) | dict((each,))).items())
    return said


def counted(sheets: Iterable[Sheet]) -> dict[str, Counter[Statement]]:
    """By question, how many people said what."""
    counts: dict[str, Counter[Statement]] = {}
    for sheet in sheets:
        for key, statement in sheet.items():
            counts.setdefault(key, Counter())[statement] += 1
    return counts


@dataclass(frozen=True, slots=True)
class Tally:
    """All that a question's level depends on.

    `roles` holds answers by each role that has a voice; `people` counts everybody once, however many roles
    they answered in; `primary` counts once each of those who answered in a primary role, by what they said
    there. Who differs from themselves is counted by their lowest level, and as not knowing only if they gave
    none.
    """

    roles: Mapping[str, Counts]
    people: Counts
    primary: Counts

    @staticmethod
    def of(question: Question, answers: Iterable[Answer]) -> Tally:
        """Of the answers to this question, the last one of a person in a role counts."""
        return tallies((question,), answers)[question.id]

    @staticmethod
    def of_counts(question: Question, counts: Mapping[Statement, int]) -> Tally:
        """From people counted by what they said, as a database groups them."""
        by_role: dict[str, Counter[Value]] = {}
        people: Counter[Value] = Counter()
        primary: Counter[Value] = Counter()
        for statement, number in counts.items():
            for role, value in statement:
                if voice_weight(question, role):
                    by_role.setdefault(role, Counter())[value] += number
            people[_one_value(statement)] += number
            if first_hand := _first_hand(question, statement):
                primary[_one_value(first_hand)] += number
        roles = {role: Counts.of(by_role[role], question.top) for role in sorted(by_role)}
        return Tally(roles, Counts.of(people, question.top), Counts.of(primary, question.top))

    def without(self, question: Question, statement: Statement) -> Tally:
        """Without one of those who said this."""
        roles = dict(self.roles)
        for role, value in statement:
            if role in roles:
                roles[role] = roles[role].less(value)
        first_hand = _first_hand(question, statement)
        return Tally(
            roles,
            self.people.less(_one_value(statement)),
            self.primary.less(_one_value(first_hand)) if first_hand else self.primary,
        )


def _first_hand(question: Question, statement: Statement) -> Statement:
    """What was said in primary roles."""
    return frozenset(said for said in statement if said[0] in question.primary)


def _one_value(statement: Statement) -> Value:
    values = [value for _, value in statement]
    levels = [value for value in values if isinstance(value, int)]
    if levels:
        return min(levels)
    return "dk" if "dk" in values else "na"


def tallies(questions: Iterable[Question], answers: Iterable[Answer]) -> dict[str, Tally]:
    """The tally of every question, in one pass over the answers."""
    asked = tuple(questions)
    counts = counted(sheets(asked, answers).values())
    return {question.id: Tally.of_counts(question, counts.get(question.id, {})) for question in asked}


@dataclass(frozen=True, slots=True)
class Standing:
    """All that an aspect's level depends on in a question: whether it applies, and the level if scored."""

    applies: bool
    level: int | None = None


def standing(question: Question, tally: Tally) -> Standing:
    status = _status(question, tally)
    return Standing(status is not QuestionStatus.NOT_APPLICABLE, _level(question, tally, status))


def _level(question: Question, tally: Tally, status: QuestionStatus) -> int | None:
    """The highest level with more than half of the support, if the question is scored."""
    if status is not QuestionStatus.SCORED:
        return None
    voices = [(voice_weight(question, role), counts) for role, counts in tally.roles.items() if counts.valid]
    reached = (
        level
        for level in question.steps
        if _more_than_half([(weight, counts.at_least(level), counts.valid) for weight, counts in voices])
    )
    return max(reached, default=0)


def _more_than_half(shares: Sequence[tuple[int, int, int]]) -> bool:
    """Whether the sum of weight * part / whole exceeds half of the weight. In integers: a tie is a tie."""
    common = lcm(*(whole for _, _, whole in shares))
    have = sum(weight * part * (common // whole) for weight, part, whole in shares)
    return 2 * have > common * sum(weight for weight, _, _ in shares)


@dataclass(frozen=True)
class QuestionResult:
    """`support[L]` is the weighted share of the roles at L or better; `mean` is for trends only."""

    id: str
    status: QuestionStatus
    level: int | None
    flags: tuple[Flag, ...] = ()
    n_valid: int = 0
    n_dk: int = 0
    n_na: int = 0
    support: Mapping[int, Fraction] | None = None
    mean: Fraction | None = None
    role_levels: Mapping[str, int] | None = None
    freq: tuple[int, ...] | None = None
    cns: float | None = None


def question_result(question: Question, tally: Tally) -> QuestionResult:
    """The state of a question, its level if it is scored, and why.

    What was validly answered is described whatever the state is.
    """
    status = _status(question, tally)
    voices = {role: counts for role, counts in tally.roles.items() if counts.valid}
    role_levels = {role: _lower_median(counts, question.steps) for role, counts in voices.items()}
    cns = consensus(tally.people.levels)
    result = QuestionResult(
        question.id,
        status,
        _level(question, tally, status),
        _flags(status, tally, contested(cns, role_levels.values(), question.top)),
        n_valid=tally.people.valid,
        n_dk=tally.people.dk,
        n_na=tally.people.na,
    )
    if not voices:
        return result

    weights = {role: voice_weight(question, role) for role in voices}
    total = sum(weights.values())
    support = {
        level: sum(
            (Fraction(w * voices[r].at_least(level), voices[r].valid) for r, w in weights.items()), Fraction()
        )
        / total
        for level in question.steps
    }
    return replace(
        result,
        support=support,
        # An answer stands in the support of each level that it reaches, so the supports add up to the mean.
        mean=sum(support.values(), Fraction()),
        role_levels=role_levels,
        freq=tally.people.levels,
        cns=cns,
    )


def voice_weight(question: Question, role: str) -> int:
    if role in question.primary:
        return 2
    return 1 if role in question.secondary else 0


def _lower_median(counts: Counts, steps: range) -> int:
    return max((level for level in steps if 2 * counts.at_least(level) > counts.valid), default=0)


def _status(question: Question, tally: Tally) -> QuestionStatus:
    """The first that fits: not applicable, unanswered, unknown, too little from primary roles; else scored.

    Not applicable weighs roles like the support does; the share of primary roles that don't know counts
    people. Secondary roles that don't know never block.
    """
    if _mostly_not_applicable(question, tally):
        return QuestionStatus.NOT_APPLICABLE
    if not tally.people.all:
        return QuestionStatus.UNANSWERED
    if not tally.people.valid:
        return QuestionStatus.UNKNOWN
    if _primary_missing(tally.primary) or _primary_mostly_dont_know(tally.primary):
        return QuestionStatus.INSUFFICIENT
    return QuestionStatus.SCORED


def _flags(status: QuestionStatus, tally: Tally, disagree: bool) -> tuple[Flag, ...]:
    if status in (QuestionStatus.NOT_APPLICABLE, QuestionStatus.UNANSWERED):
        return ()
    if status is QuestionStatus.UNKNOWN:
        return (Flag.NOBODY_KNOWS,)
    raised = {
        Flag.APPLICABILITY_CONTESTED: tally.people.na > 0,
        Flag.CONTESTED: disagree,
        Flag.PRIMARY_ROLE_MISSING: _primary_missing(tally.primary),
        Flag.PRIMARY_ROLES_MOSTLY_DONT_KNOW: _primary_mostly_dont_know(tally.primary),
    }
    return tuple(flag for flag, up in raised.items() if up)


def _primary_missing(primary: Counts) -> bool:
    return not primary.valid and not primary.dk


def _primary_mostly_dont_know(primary: Counts) -> bool:
    return primary.dk > 0 and (not primary.valid or 2 * primary.dk > primary.all)


def _mostly_not_applicable(question: Question, tally: Tally) -> bool:
    shares = [
        (voice_weight(question, role), counts.na, counts.na + counts.valid)
        for role, counts in tally.roles.items()
        if counts.na + counts.valid
    ]
    return _more_than_half(shares)


@dataclass(frozen=True, slots=True)
class Strictness:
    """The share of the weight to exceed at the level itself and at those below it; None: all of it."""

    name: str
    here: Fraction | None
    below: Fraction | None


ISO33020 = Strictness("iso33020", Fraction(1, 2), Fraction(85, 100))
"""Largely achieved is more than 50 %, fully more than 85 % (ISO/IEC 33020, read through Automotive SPICE)."""
ALL = Strictness("all", None, None)
MAJORITY = Strictness("majority", Fraction(1, 2), Fraction(1, 2))
STRICTNESS = {setting.name: setting for setting in (ISO33020, ALL, MAJORITY)}

OFFICIAL_FROM = Fraction(2, 3)
PROVISIONAL_FROM = Fraction(1, 3)


@dataclass(frozen=True, slots=True)
class Gate:
    """The aspect cannot reach `level` unless `item` has, of whichever aspect the item is.

    An item that has no level does not open its gate. In place of one that does not apply, or that was not
    asked, `otherwise` holds the gate; if that does not apply either, or was not asked or not named, nothing
    does.
    """

    item: str
    level: int
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A condition of the ladder: of the weight `of`, `more_than` must be at `at_least` or better; `have` is.

    `enough` is the least weight that questions of these weights can add up to and that meets it.
    """

    at_least: int
    have: Number
    more_than: Fraction
    of: Number
    enough: Number

    @property
    def met(self) -> bool:
        return self.have > self.more_than


@dataclass(frozen=True)
class AspectResult:
    """`bounds` is the level if every unscored question were at 0, and if every one were at the top.

    `blockers` are the scored questions below the next level, lowest first; `needs` are its conditions.
    Both are empty at the highest level, and, like all that describes a level, when there is none.
    """

    status: AspectStatus
    level: int | None
    coverage: Fraction | None = None
    n_applicable: int = 0
    n_scored: int = 0
    bounds: tuple[int, int] | None = None
    level_before_gates: int | None = None
    achievement: Mapping[int, Fraction] = field(default_factory=dict)
    gates: tuple[str, ...] = ()
    continuous: Fraction | None = None
    blockers: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    strictness: str = ISO33020.name


def aspect_result(
    questions: Iterable[Question],
    results: Mapping[str, QuestionResult],
    gates: Iterable[Gate] = (),
    strictness: Strictness = ISO33020,
) -> AspectResult:
    """The level of an aspect from its questions, which share a scale; one without a result is unanswered.

    `results` may hold those of other aspects too: a gate may hang on them.
    """
    away = {key for key, result in results.items() if result.status is QuestionStatus.NOT_APPLICABLE}
    applicable = [q for q in questions if q.id not in away]
    if not applicable:
        return AspectResult(AspectStatus.NOT_APPLICABLE, None, strictness=strictness.name)

    top = _top(applicable)
    levels = {key: result.level for key, result in results.items() if key not in away}
    levels = dict.fromkeys((q.id for q in applicable), None) | levels
    scored = [q for q in applicable if levels[q.id] is not None]
    coverage = Fraction(_weight(scored)) / _weight(applicable)
    gates = tuple(gates)

    def standing(unscored: int) -> int:
        supposed = {key: unscored if level is None else level for key, level in levels.items()}
        return _capped(_climb(applicable, supposed, strictness), supposed, gates)[0]

    result = AspectResult(
        _coverage_status(coverage),
        level=None,
        coverage=coverage,
        n_applicable=len(applicable),
        n_scored=len(scored),
        bounds=(standing(0), standing(top)),
        strictness=strictness.name,
    )
    if result.status is AspectStatus.INSUFFICIENT:
        return result

    known = {q.id: level for q in scored if (level := levels[q.id]) is not None}
    before_gates = _climb(scored, known, strictness)
    level, capping = _capped(before_gates, levels, gates)
    blockers = sorted((known[q.id], q.id) for q in scored if known[q.id] <= level < top)
    return replace(
        result,
        level=level,
        level_before_gates=before_gates,
        achievement={
            step: Fraction(_weight(q for q in scored if known[q.id] >= step)) / _weight(scored)
            for step in range(1, top + 1)
        },
        gates=capping,
        continuous=sum((q.weight * _mean(results[q.id]) for q in scored), Fraction()) / _weight(scored),
        blockers=tuple(key for _, key in blockers),
        needs=_needs(scored, known, level + 1, strictness) if level < top else (),
    )


def _top(questions: Iterable[Question]) -> int:
    tops = {question.top for question in questions}
    if len(tops) > 1:
        raise ValueError(f"the questions of an aspect share a scale, and these end at {sorted(tops)}")
    return tops.pop()


def _weight(questions: Iterable[Question]) -> Number:
    return sum(question.weight for question in questions)


def _mean(result: QuestionResult) -> Fraction:
    """A level that was agreed on without answers stands for their mean."""
    if result.mean is not None:
        return result.mean
    assert result.level is not None
    return Fraction(result.level)


def _coverage_status(coverage: Fraction) -> AspectStatus:
    if coverage >= OFFICIAL_FROM:
        return AspectStatus.OFFICIAL
    return AspectStatus.PROVISIONAL if coverage >= PROVISIONAL_FROM else AspectStatus.INSUFFICIENT


def _climb(questions: Sequence[Question], levels: Mapping[str, int], strictness: Strictness) -> int:
    reached = [
        level
        for level in range(1, _top(questions) + 1)
        if all(have > more_than for _, have, more_than in _conditions(questions, levels, level, strictness))
    ]
    return max(reached, default=0)


def _conditions(
    questions: Sequence[Question], levels: Mapping[str, int], level: int, strictness: Strictness
) -> Iterable[tuple[int, Number, Number]]:
    """For every level below, and for the level itself: the weight that is there, and what it must exceed."""
    total = _weight(questions)
    for step in range(1, level + 1):
        share = strictness.here if step == level else strictness.below
        more_than = total - min(q.weight for q in questions) if share is None else share * total
        yield step, _weight(q for q in questions if levels[q.id] >= step), more_than


def _needs(
    questions: Sequence[Question], levels: Mapping[str, int], level: int, strictness: Strictness
) -> tuple[Need, ...]:
    of, unit = _weight(questions), _unit(question.weight for question in questions)
    return tuple(
        Need(
            at_least=step,
            have=have,
            more_than=Fraction(more_than),
            of=of,
            enough=(floor(more_than / unit) + 1) * unit,
        )
        for step, have, more_than in _conditions(questions, levels, level, strictness)
    )


def _unit(weights: Iterable[Number]) -> Fraction:
    """The greatest weight of which all others are multiples."""
    exact = [Fraction(weight) for weight in weights]
    common = lcm(*(weight.denominator for weight in exact))
    return Fraction(gcd(*(int(weight * common) for weight in exact)), common)


def _capped(
    level: int, levels: Mapping[str, int | None], gates: Iterable[Gate]
) -> tuple[int, tuple[str, ...]]:
    """The level that the gates leave of this one, and the items that hold it there."""
    shut = [
        (holds, gate.level)
        for gate in gates
        if (holds := _holds(gate, levels)) and (levels[holds] or 0) < gate.level <= level
    ]
    return min((at - 1 for _, at in shut), default=level), tuple(dict.fromkeys(item for item, _ in shut))


def _holds(gate: Gate, asked: Container[str]) -> str | None:
    """The item that the gate depends on, of those that were asked and apply."""
    if gate.item in asked:
        return gate.item
    return gate.otherwise if gate.otherwise in asked else None


def cell_level(questions: Iterable[Question], results: Mapping[str, QuestionResult]) -> int | None:
    """A cell of the heatmap (aspect and criterion): a strict majority of the scored weight, no 85 % rule.

    A cell with nothing scored has no value, which is not 0.
    """
    levels = {key: result.level for key, result in results.items() if result.level is not None}
    scored = [question for question in questions if question.id in levels]
    return _climb(scored, levels, MAJORITY) if scored else None


@dataclass(frozen=True, slots=True)
class Overall:
    """`missing` are the aspects in scope without a level, `limiting` those that hold the whole back."""

    level: int | None
    status: AspectStatus
    missing: tuple[str, ...] = ()
    limiting: tuple[str, ...] = ()


def overall(aspects: Mapping[str, AspectResult]) -> Overall:
    """The minimum over the aspects; one that does not apply leaves the whole.

    Provisional as soon as an aspect is, or has no level; insufficient when none has; not applicable when
    none applies.
    """
    in_scope = {
        key: aspects[key] for key in sorted(aspects) if aspects[key].status is not AspectStatus.NOT_APPLICABLE
    }
    levels = {key: aspect.level for key, aspect in in_scope.items() if aspect.level is not None}
    missing = tuple(key for key in in_scope if key not in levels)
    if not in_scope:
        return Overall(None, AspectStatus.NOT_APPLICABLE)
    if not levels:
        return Overall(None, AspectStatus.INSUFFICIENT, missing)
    level = min(levels.values())
    official = all(aspect.status is AspectStatus.OFFICIAL for aspect in in_scope.values())
    return Overall(
        level,
        AspectStatus.OFFICIAL if official else AspectStatus.PROVISIONAL,
        missing,
        tuple(key for key in levels if levels[key] == level),
    )
