"""The published cases, as our types: tests/data holds the method's worked vectors and the ABC Inc. case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from scoring.levels import Answer, Question, QuestionResult, QuestionStatus, counted, sheets
from scoring.robustness import Aspect, LeaveOneOut, decisive, leave_one_out, removals

DATA = Path(__file__).parents[1] / "data"
VECTORS: dict[str, Any] = json.loads((DATA / "method-vectors.json").read_text("utf-8"))
ABC: dict[str, Any] = json.loads((DATA / "abc-inc.json").read_text("utf-8"))
TOP = 3
"""All of them are on a scale of four levels."""


def question(entry: Mapping[str, Any]) -> Question:
    return Question(
        entry["id"],
        tuple(entry.get("primary", ())),
        tuple(entry.get("secondary", ())),
        Fraction(entry.get("weight", 1)),
        top=TOP,
    )


def answers(entries: Iterable[Mapping[str, Any]], question: str) -> list[Answer]:
    return [Answer(e["respondent"], e["role"], e.get("question", question), e["value"]) for e in entries]


def without_each(aspect: Aspect, said: Iterable[Answer]) -> LeaveOneOut:
    """Leaving one out, with no more of the sheets than it needs."""
    by_person = sheets(aspect.asked, said)
    counts = counted(by_person.values())
    removed = {asked.id: removals(asked, counts.get(asked.id, {})) for asked in aspect.asked}
    return leave_one_out({"it": aspect}, removed, decisive(removed, by_person.values()))["it"]


def result(key: str, entry: Mapping[str, Any]) -> QuestionResult:
    return QuestionResult(key, QuestionStatus(entry["status"]), entry["level"])


def scored(**levels: int) -> dict[str, QuestionResult]:
    return {key: QuestionResult(key, QuestionStatus.SCORED, level) for key, level in levels.items()}
