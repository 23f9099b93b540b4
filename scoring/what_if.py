"""What would happen if these items stood elsewhere? The levels again, with some of them supposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.levels import (
    ISO33020,
    AspectResult,
    Gate,
    Overall,
    Question,
    QuestionResult,
    QuestionStatus,
    Strictness,
    aspect_result,
    overall,
)


@dataclass(frozen=True, slots=True)
class Ladder:
    """What an aspect climbs: its questions, and the gates on the way."""

    questions: tuple[Question, ...]
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True)
class Outcome:
    aspects: Mapping[str, AspectResult]
    overall: Overall


@dataclass(frozen=True)
class WhatIf:
    """As it is, and as it would be."""

    before: Outcome
    after: Outcome


def what_if(
    ladders: Mapping[str, Ladder],
    results: Mapping[str, QuestionResult],
    supposed: Mapping[str, int],
    strictness: Strictness = ISO33020,
) -> WhatIf:
    """Suppose that these items are scored, at these levels, whatever was answered.

    The supposed level stands for the mean of the item as well. Raises ValueError for an item that is in no
    aspect, and for a level that its scale does not have.
    """
    tops = {question.id: question.top for ladder in ladders.values() for question in ladder.questions}
    for item, level in supposed.items():
        if item not in tops:
            raise ValueError(f"there is no item {item} in these aspects")
        if not 0 <= level <= tops[item]:
            raise ValueError(f"{item} cannot be at {level}: its scale goes from 0 to {tops[item]}")
    then = {item: QuestionResult(item, QuestionStatus.SCORED, level) for item, level in supposed.items()}
    return WhatIf(_outcome(ladders, results, strictness), _outcome(ladders, {**results, **then}, strictness))


def _outcome(
    ladders: Mapping[str, Ladder], results: Mapping[str, QuestionResult], strictness: Strictness
) -> Outcome:
    aspects = {
        key: aspect_result(ladder.questions, results, ladder.gates, strictness)
        for key, ladder in ladders.items()
    }
    return Outcome(aspects, overall(aspects))
