"""What is worked out from answers, evidence and what people agreed on, each figure once, when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from conversation import scorecard
from conversation.material import Material
from conversation.pack import Pack
from conversation.scope import Scope
from scoring.evidence import evidenced
from scoring.gaps import default_target
from scoring.levels import (
    STRICTNESS,
    AspectResult,
    Flag,
    Overall,
    Question,
    QuestionResult,
    QuestionStatus,
    Standing,
    Tally,
    aspect_result,
    overall,
    question_result,
)
from scoring.robustness import (
    MOST_RESAMPLED,
    Aspect,
    Bootstrap,
    Confidence,
    LeaveOneOut,
    Removals,
    Resampling,
    bootstrap,
    confidence,
    leave_one_out,
    removals,
)
from storage.records import Calibration


class Workings:
    """One run from answers to levels."""

    def __init__(self, pack: Pack, scope: Scope, material: Material) -> None:
        self.pack, self.scope, self.material = pack, scope, material
        self.items = scope.items(pack)
        self.said = material.said(pack)
        self.strictness = STRICTNESS[scope.strictness]

    @cached_property
    def questions(self) -> dict[str, Question]:
        return {item.id: scorecard.question(item) for item in self.items}

    @cached_property
    def tallies(self) -> dict[str, Tally]:
        return {key: Tally.of_counts(asked, self.said[key]) for key, asked in self.questions.items()}

    @cached_property
    def claimed(self) -> dict[str, QuestionResult]:
        """What the answers alone come to."""
        return {key: question_result(asked, self.tallies[key]) for key, asked in self.questions.items()}

    @cached_property
    def results(self) -> dict[str, QuestionResult]:
        """What counts: a level that was agreed on takes the place of the claimed one."""
        return {key: _settled(result, self.material.agreed.get(key)) for key, result in self.claimed.items()}

    @cached_property
    def borne_out(self) -> dict[str, QuestionResult]:
        """The same with what accepted evidence leaves of each level."""
        return {
            key: result
            if result.level is None
            else replace(result, level=evidenced(result.level, self._accepted(key)))
            for key, result in self.results.items()
        }

    @cached_property
    def aspects(self) -> dict[str, Aspect]:
        return scorecard.aspects(self.pack, self.items, self.strictness)

    @cached_property
    def aspect_results(self) -> dict[str, AspectResult]:
        return self._climbed(self.results)

    @cached_property
    def aspects_borne_out(self) -> dict[str, AspectResult]:
        """The ladder once more, with what evidence bears out."""
        return self._climbed(self.borne_out)

    @cached_property
    def overall(self) -> Overall:
        return overall(self.aspect_results)

    @cached_property
    def targets(self) -> dict[str, int | None]:
        return {key: self._target(key, result.level) for key, result in self.aspect_results.items()}

    @cached_property
    def stands(self) -> dict[str, Standing]:
        return {
            key: Standing(result.status is not QuestionStatus.NOT_APPLICABLE, result.level)
            for key, result in self.results.items()
        }

    @cached_property
    def left_out(self) -> Mapping[str, LeaveOneOut]:
        sheets = self.material.sheets
        if sheets is None:
            return {}
        removed = {key: self._removals(key, asked) for key, asked in self.questions.items()}
        return leave_one_out(self.aspects, removed, sheets.deciding(removed))

    @cached_property
    def resampled(self) -> Mapping[str, Bootstrap]:
        """Where a level was agreed on, the answers alone no longer decide, and are not drawn again."""
        sheets = self.material.sheets
        if sheets is None:
            return {}
        if sheets.number > MOST_RESAMPLED:
            return dict.fromkeys(self.aspects, Bootstrap(Resampling.TOO_MANY, sheets.number, {}))
        everybody = sheets.all()
        return {
            key: bootstrap(aspect, everybody, seed=self.material.seed)
            for key, aspect in self.aspects.items()
            if not any(question.id in self.material.agreed for question in aspect.asked)
        }

    @cached_property
    def trust(self) -> dict[str, Confidence | None]:
        return {key: self._confidence(key) for key in self.aspects}

    def _confidence(self, key: str) -> Confidence | None:
        out, result = self.left_out.get(key), self.aspect_results[key]
        if out is None or result.level is None:
            return None
        scored = [q for q in self.aspects[key].questions if self.results[q.id].level is not None]
        whole = Fraction(sum(question.weight for question in scored))
        disputed = sum(q.weight for q in scored if Flag.CONTESTED in self.results[q.id].flags)
        shown = sum(q.weight for q in scored if self.borne_out[q.id].level == self.results[q.id].level)
        return confidence(result.status, disputed / whole, shown / whole, fragile=out.fragile)

    def _target(self, key: str, level: int | None) -> int | None:
        chosen = self.scope.target_of(key)
        if chosen is not None:
            return chosen
        return None if level is None else default_target(level, scorecard.top(self.pack))

    def _climbed(self, results: Mapping[str, QuestionResult]) -> dict[str, AspectResult]:
        return {
            key: aspect_result(aspect.questions, results, aspect.gates, aspect.strictness)
            for key, aspect in self.aspects.items()
        }

    def _accepted(self, key: str) -> tuple[int, ...]:
        checked = self.material.evidence.get(key)
        return () if checked is None or checked.accepted is None else (checked.accepted,)

    def _removals(self, key: str, asked: Question) -> Removals:
        """Without anybody, what was agreed on stays."""
        if key in self.material.agreed:
            return Removals(self.stands[key], {}, self.said[key])
        return removals(asked, self.said[key])


def _settled(result: QuestionResult, agreed: Calibration | None) -> QuestionResult:
    """The answers stay as they were; the level is the agreed one, and stands for their mean."""
    if agreed is None or agreed.level is None:
        return result
    flags = tuple(flag for flag in result.flags if flag is not Flag.CONTESTED)
    return replace(result, status=QuestionStatus.SCORED, level=agreed.level, mean=None, flags=flags)
