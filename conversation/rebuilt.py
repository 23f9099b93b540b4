"""A result as scoring sees it, rebuilt from its snapshot: no answer is read again.

Findings hold what each question came to; the scope and the pack hold what was asked and how it counts. What
the reader of these findings may not see takes no part, and aspects of which nothing but the level is shown
are not rebuilt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Self

from conversation import scorecard
from conversation.contents import Verdict
from conversation.findings import AspectFinding, Findings, QuestionFinding
from conversation.pack import Pack
from conversation.scope import Scope
from scoring import roadmap
from scoring.levels import (
    STRICTNESS,
    AspectResult,
    AspectStatus,
    Overall,
    QuestionResult,
    QuestionStatus,
    Strictness,
    aspect_result,
    overall,
)
from scoring.robustness import Aspect
from scoring.what_if import Ladder


@dataclass(frozen=True)
class Rebuilt:
    pack: Pack
    scope: Scope
    findings: Findings

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        return cls(verdict.pack, verdict.scope, verdict.findings)

    @cached_property
    def aspects(self) -> dict[str, Aspect]:
        """Those whose level follows from what is shown."""
        found = scorecard.aspects(self.pack, self.scope.items(self.pack), self.strictness)
        return {key: aspect for key, aspect in found.items() if not self.findings.aspect(key).level_only}

    @cached_property
    def ladders(self) -> dict[str, Ladder]:
        return {key: Ladder(aspect.questions, aspect.gates) for key, aspect in self.aspects.items()}

    @cached_property
    def results(self) -> dict[str, QuestionResult]:
        """Of all questions in scope, as they count. What is hidden has left the scoring."""
        return {question.id: _result(question) for question in self.findings.questions}

    @cached_property
    def climbed(self) -> dict[str, AspectResult]:
        return {
            key: aspect_result(aspect.questions, self.results, aspect.gates, aspect.strictness)
            for key, aspect in self.aspects.items()
        }

    @cached_property
    def levels(self) -> dict[str, int | None]:
        return {key: result.level for key, result in self.results.items()}

    @cached_property
    def away(self) -> frozenset[str]:
        """What is no prerequisite: it does not apply, is about models out of scope, or is hidden."""
        kinds = self.scope.kinds or None
        said = (key for key, r in self.results.items() if r.status is QuestionStatus.NOT_APPLICABLE)
        return frozenset(said) | {item.id for item in self.pack.items if not item.is_about(kinds)}

    @cached_property
    def standings(self) -> dict[str, QuestionResult]:
        """The results, with all that is no prerequisite as not applicable."""
        gone = {key: QuestionResult(key, QuestionStatus.NOT_APPLICABLE, None) for key in self.away}
        return {**self.results, **gone}

    @cached_property
    def capabilities(self) -> tuple[roadmap.Capability, ...]:
        return scorecard.capabilities(self.pack)

    @cached_property
    def hidden(self) -> int:
        """How many questions take no part because they are not shown."""
        return sum(question.hidden for question in self.findings.questions)

    @property
    def strictness(self) -> Strictness:
        return STRICTNESS[self.scope.strictness]

    def path(self, goals: Mapping[str, int]) -> roadmap.Path:
        """All steps from where things stand to these goals, with what they require."""
        return roadmap.path(self.capabilities, self.levels, goals, self.away)

    def supposing(self, chosen: Mapping[str, int]) -> dict[str, QuestionResult]:
        """The results, with these questions scored at these levels."""
        then = {key: QuestionResult(key, QuestionStatus.SCORED, level) for key, level in chosen.items()}
        return {**self.results, **then}

    def whole(self, climbed: Mapping[str, AspectResult]) -> Overall | None:
        """The whole with these aspects and those of which only the level is shown; None if one is hidden."""
        alone = {aspect.id: self.level_alone(aspect) for aspect in self.findings.aspects if aspect.level_only}
        if any(result.level is None for result in alone.values()):
            return None
        return overall({**climbed, **alone})

    @staticmethod
    def level_alone(aspect: AspectFinding) -> AspectResult:
        """An aspect of which only the level is shown, or not even that."""
        status = AspectStatus.INSUFFICIENT if aspect.level is None else AspectStatus.OFFICIAL
        return AspectResult(status, aspect.level)


def _result(question: QuestionFinding) -> QuestionResult:
    if question.hidden:
        return QuestionResult(question.id, QuestionStatus.NOT_APPLICABLE, None)
    support = dict(enumerate(map(Fraction, question.support or ()), start=1))
    return QuestionResult(question.id, question.status, question.level, support=support or None)
