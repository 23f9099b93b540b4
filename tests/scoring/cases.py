"""The published cases, as our types: tests/data holds the method's worked vectors and the ABC Inc. case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from scoring.levels import Answer, AspectResult, Level, Question, QuestionResult, QuestionStatus

DATA = Path(__file__).parents[1] / "data"
VECTORS: dict[str, Any] = json.loads((DATA / "method-vectors.json").read_text("utf-8"))
ABC: dict[str, Any] = json.loads((DATA / "abc-inc.json").read_text("utf-8"))


def question(entry: Mapping[str, Any]) -> Question:
    return Question(
        entry["id"],
        tuple(entry.get("primary", ())),
        tuple(entry.get("secondary", ())),
        Fraction(entry.get("weight", 1)),
    )


def answers(entries: Iterable[Mapping[str, Any]], question: str) -> list[Answer]:
    return [Answer(e["respondent"], e["role"], e.get("question", question), e["value"]) for e in entries]


def result(key: str, entry: Mapping[str, Any]) -> QuestionResult:
    level = entry["level"]
    return QuestionResult(key, QuestionStatus(entry["status"]), None if level is None else Level(level))


def scored(**levels: int) -> dict[str, QuestionResult]:
    return {key: QuestionResult(key, QuestionStatus.SCORED, Level(level)) for key, level in levels.items()}


def shown(result: QuestionResult | AspectResult) -> dict[str, Any]:
    """As the vectors print results: plain numbers, and nothing where there is nothing to say."""
    absent = {
        "support": None, "role_levels": None, "freq": None, "achievement": {}, "bounds": None,
        "strictness": "iso33020",
    }  # fmt: skip
    fields = {name: getattr(result, name) for name in result.__dataclass_fields__}
    if isinstance(result, QuestionResult) and not result.n_valid:
        del fields["cns"]
    if isinstance(result, AspectResult) and result.level is None:
        for name in ("level_before_gates", "gates", "continuous"):
            del fields[name]
    if isinstance(result, AspectResult) and not result.needs:
        del fields["needs"], fields["blockers"]
    return {
        name: plain(value) for name, value in fields.items() if name not in absent or value != absent[name]
    }


def plain(value: Any) -> Any:
    match value:
        case Fraction():
            return float(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
        case _ if hasattr(value, "__dataclass_fields__"):
            return {
                name: plain(getattr(value, name)) for name in value.__dataclass_fields__ if name != "enough"
            }
        case _:
            return value
