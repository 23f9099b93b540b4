"""Step 3 of the white paper: a result beside the rounds before it, and beside other teams.

Results are snapshots, and each round may have asked other questions. So nothing is compared that does not
mean the same: a question by its meaning (its id, whose wording it is, its revision), an aspect only if it has
such a question in both rounds, the whole only if the same aspects make it up. What could not be compared is
counted, with the reason. Whoever reads is given findings as far as they may see them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from conversation.findings import Findings, QuestionFinding
from scoring.benchmark import Benchmark, benchmark
from scoring.levels import AspectStatus
from storage.records import Action

#: Stands for all aspects together, where an aspect's id would stand.
WHOLE = ""

_Pairs = Mapping[str, tuple[QuestionFinding, QuestionFinding]]


@dataclass(frozen=True)
class Round:
    """A closed round, with its findings as far as somebody may see them. `levels` are the names of the levels
    of its pack."""

    number: int
    closed_at: datetime
    levels: tuple[str, ...]
    findings: Findings


@dataclass(frozen=True)
class Point:
    """An aspect in one round. `hidden`: it has a level, which is not shown."""

    level: int | None
    continuous: float | None
    provisional: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Line:
    """An aspect (or the whole) over the rounds; None where a round has nothing that can be compared."""

    id: str
    title: str
    points: tuple[Point | None, ...]

    @property
    def levels(self) -> tuple[int | None, ...]:
        return tuple(point.level if point else None for point in self.points)

    @property
    def continuous(self) -> tuple[float | None, ...]:
        return tuple(point.continuous if point else None for point in self.points)

    @property
    def moved(self) -> int | None:
        """Levels up (or down) since the round before; None where either has none."""
        *_, before, now = (None, *self.levels)
        return None if before is None or now is None else now - before


class Measure(StrEnum):
    """What a chart draws: means, which move earlier, or levels, where some mean is not shown."""

    CONTINUOUS = "continuous"
    LEVEL = "level"


class Reason(StrEnum):
    """Why a question cannot be compared with the round before."""

    NEW = "new"
    GONE = "gone"
    REWORDED = "reworded"
    NOT_SHOWN = "not_shown"
    NO_LEVEL = "no_level"


@dataclass(frozen=True)
class Change:
    """A question that moved. `agreed`: in one of the rounds its level was settled on, not answered. `claims`
    are the actions on it that were done in between; some aim at a level beyond."""

    question: str
    title: str
    before: int
    now: int
    agreed: bool = False
    claims: tuple[Action, ...] = ()

    @property
    def up(self) -> bool:
        return self.now > self.before


@dataclass(frozen=True)
class Unseen:
    """An action that was done, while the question stays (`now`) under the level that it was for."""

    action: Action
    title: str
    now: int


class Measured(StrEnum):
    """What the measure of an action did, from its baseline to now."""

    REACHED = "reached"
    MOVED = "moved"
    STAYED = "stayed"


@dataclass(frozen=True)
class Outcome:
    """What came of an action that was agreed in round `number`: the levels that its question had then and has
    now. Where they cannot be told, `why` says why; an action without a question has no `title` either."""

    action: Action
    number: int
    title: str | None = None
    before: int | None = None
    now: int | None = None
    why: Reason | None = None

    @property
    def rose(self) -> bool:
        return self.before is not None and self.now is not None and self.now > self.before

    @property
    def reached(self) -> bool:
        """The level that it was for."""
        return self.now is not None and self.action.level is not None and self.now >= self.action.level

    @property
    def measured(self) -> Measured | None:
        """None unless its number is known before, in the end and now."""
        baseline, target, current = self.action.baseline, self.action.target, self.action.current
        if baseline is None or target is None or current is None:
            return None
        up = target >= baseline
        if current >= target if up else current <= target:
            return Measured.REACHED
        return Measured.MOVED if (current > baseline if up else current < baseline) else Measured.STAYED


@dataclass(frozen=True)
class Since:
    """What changed since the round before: rises first, the longest first."""

    before: Round
    compared: int
    not_compared: Mapping[Reason, int]
    changes: tuple[Change, ...]
    unseen: tuple[Unseen, ...]


@dataclass(frozen=True)
class Unlike:
    """What makes an earlier round another measure than the last: `same` of its `then` questions mean what one
    of the `now` questions does; strictness and method are named where they differ."""

    number: int
    same: int
    then: int
    now: int
    strictness: str | None = None
    method: int | None = None


@dataclass(frozen=True)
class Among:
    """An aspect (or the whole) among `teams` other teams; of too few there is no benchmark."""

    id: str
    title: str
    level: int | None
    teams: int
    benchmark: Benchmark | None


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class _KeptAspect(_Kept):
    id: str
    level: int | None


class _KeptBasis(_Kept):
    pack: str
    strictness: str


class TeamResult(_Kept):
    """As much of another team's result as a place among teams needs: who it is, is not in it."""

    level: int | None
    aspects: tuple[_KeptAspect, ...]
    basis: _KeptBasis | None = None
    published: TeamResult | None = None

    @classmethod
    def of(cls, body: Mapping[str, object]) -> Self:
        """From a result as it is stored, what its readers see of it."""
        whole = cls.model_validate(body)
        return cls.model_validate(whole.published or whole)

    @property
    def levels(self) -> dict[str, int | None]:
        return {aspect.id: aspect.level for aspect in self.aspects}


# Rounds of one subject.


def pairs(before: Findings, now: Findings) -> _Pairs:
    """The questions that mean the same in both, by id. Where no meaning was noted, there is no pair."""
    earlier = {question.meaning: question for question in before.questions if question.meaning}
    return {
        question.id: (earlier[question.meaning], question)
        for question in now.questions
        if question.meaning in earlier
    }


def trend(rounds: Sequence[Round]) -> tuple[Line, ...]:
    """The aspects of the last round, and the whole, over all of them."""
    now = rounds[-1].findings
    columns = [_points(each.findings, now) for each in rounds]
    titles = {aspect.id: aspect.title for aspect in now.aspects} | {WHOLE: ""}
    return tuple(
        Line(key, title, tuple(column.get(key) for column in columns)) for key, title in titles.items()
    )


def drawable(lines: Iterable[Line]) -> tuple[Measure, tuple[Line, ...]]:
    """The aspects that have a value in every round, by the measure that has more of them."""
    aspects = [line for line in lines if line.id != WHOLE]
    means = tuple(line for line in aspects if None not in line.continuous)
    levels = tuple(line for line in aspects if None not in line.levels)
    return (Measure.CONTINUOUS, means) if len(means) >= len(levels) else (Measure.LEVEL, levels)


def unlike(before: Round, now: Round) -> Unlike | None:
    """None if both rounds were worked out from the same questions by the same rules."""
    earlier, later = before.findings, now.findings
    same, then, asked = len(pairs(earlier, later)), len(earlier.questions), len(later.questions)
    by, rules = earlier.basis, later.basis
    strictness = by.strictness if by and rules and by.strictness != rules.strictness else None
    method = by.method if by and rules and by.method != rules.method else None
    if same == then == asked and strictness is None and method is None:
        return None
    return Unlike(before.number, same, then, asked, strictness, method)


def since(before: Round, now: Round, done: Collection[Action]) -> Since:
    """What changed from one round to the next. `done` are the actions that were done in between."""
    common = pairs(before.findings, now.findings)
    levels = {
        key: (then.level, today.level)
        for key, (then, today) in common.items()
        if then.level is not None and today.level is not None
    }
    claims = {key: _beyond(done, key, then) for key, (then, _) in levels.items()}
    changes = [
        Change(
            question=key,
            title=common[key][1].title,
            before=then,
            now=today,
            agreed=any(each.settled for each in common[key]),
            claims=claims[key] if today > then else (),
        )
        for key, (then, today) in levels.items()
        if then != today
    ]
    unseen = [
        Unseen(action, common[key][1].title, today)
        for key, (then, today) in levels.items()
        if today <= then
        for action in claims[key]
    ]
    return Since(
        before=before,
        compared=len(levels),
        not_compared=_reasons(before.findings, now.findings, common),
        changes=tuple(sorted(changes, key=lambda change: (not change.up, -abs(change.now - change.before)))),
        unseen=tuple(unseen),
    )


def outcome(action: Action, then: Round, now: Round) -> Outcome:
    """Of an action that was agreed about the result of an earlier round."""
    if action.question is None:
        return Outcome(action, then.number)
    earlier, later = then.findings.question(action.question), now.findings.question(action.question)
    title = later.title if later else earlier.title if earlier else None
    common = pairs(then.findings, now.findings).get(action.question)
    if common is None:
        reworded = earlier is not None and later is not None
        return Outcome(action, then.number, title, why=Reason.REWORDED if reworded else Reason.GONE)
    before, today = common
    why = None
    if before.level is None or today.level is None:
        why = Reason.NOT_SHOWN if before.hidden or today.hidden else Reason.NO_LEVEL
    return Outcome(action, then.number, title, before.level, today.level, why)


def _points(found: Findings, now: Findings) -> dict[str, Point]:
    """By aspect, and the whole, as far as they can be compared with the last round."""
    alike = {today.aspect for then, today in pairs(found, now).values() if then.aspect == today.aspect}
    points = {
        aspect.id: Point(
            aspect.level, aspect.continuous, aspect.status is AspectStatus.PROVISIONAL, aspect.hidden
        )
        for aspect in found.aspects
        if aspect.id in alike or found is now
    }
    if points.keys() == {aspect.id for aspect in now.aspects} == {aspect.id for aspect in found.aspects}:
        points[WHOLE] = Point(found.level, None, found.status is AspectStatus.PROVISIONAL)
    return points


def _beyond(done: Collection[Action], question: str, level: int) -> tuple[Action, ...]:
    """What was done for this question to get it above the level that it had."""
    found = (action for action in done if action.question == question and (action.level or 0) > level)
    return tuple(sorted(found, key=lambda action: (action.level or 0, action.id)))


def _reasons(before: Findings, now: Findings, common: _Pairs) -> dict[Reason, int]:
    earlier, later = ({question.id for question in found.questions} for found in (before, now))
    why = Counter(
        Reason.NOT_SHOWN if then.hidden or today.hidden else Reason.NO_LEVEL
        for then, today in common.values()
        if then.level is None or today.level is None
    )
    why[Reason.REWORDED] = len((earlier & later) - common.keys())
    why[Reason.NEW] = len(later - earlier)
    why[Reason.GONE] = len(earlier - later)
    return {reason: why[reason] for reason in Reason if why[reason]}


# Other teams.


def among(now: Findings, teams: Iterable[TeamResult]) -> tuple[Among, ...]:
    """Each aspect, and the whole, among the teams whose results were worked out from the same pack (of any
    version) as strictly; the whole only among those of the same aspects."""
    basis = now.basis
    alike = [
        team
        for team in teams
        if basis and team.basis and (team.basis.pack, team.basis.strictness) == (basis.pack, basis.strictness)
    ]
    aspects = {aspect.id for aspect in now.aspects}
    places = [
        _place(aspect.id, aspect.title, aspect.level, [team.levels.get(aspect.id) for team in alike])
        for aspect in now.aspects
    ]
    whole = [team.level for team in alike if team.levels.keys() == aspects]
    return (*places, _place(WHOLE, "", now.level, whole))


def _place(key: str, title: str, level: int | None, theirs: Iterable[int | None]) -> Among:
    others = [each for each in theirs if each is not None]
    found = None if level is None else benchmark(level, others)
    return Among(key, title, level, len(others), found)
