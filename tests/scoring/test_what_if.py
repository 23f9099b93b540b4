"""What would happen if."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conversation.scorecard import capabilities, gates, questions
from scoring.levels import AspectStatus, Gate, Question, QuestionResult, QuestionStatus
from scoring.minimum_path import minimum_path
from scoring.what_if import Ladder, WhatIf, what_if
from tests.scoring.cases import scored
from tests.scoring.test_abc import CARD, PACK

LADDERS = {
    "building": Ladder(tuple(Question(key, top=2) for key in "abc")),
    "running": Ladder((Question("d", top=2),), (Gate("a", 1),)),
    "ruling": Ladder((Question("e", top=2),)),
}


def levels(found: WhatIf) -> tuple[dict[str, int | None], int | None]:
    return {key: aspect.level for key, aspect in found.after.aspects.items()}, found.after.overall.level


def changed(found: WhatIf) -> set[str]:
    """The aspects whose level would be another."""
    before, after = found.before.aspects, found.after.aspects
    return {key for key in before if before[key].level != after[key].level}


def test_an_item_raised_opens_a_gate_elsewhere() -> None:
    found = what_if(LADDERS, scored(a=0, b=1, c=1, d=1, e=1), {"a": 1})

    assert {key: aspect.level for key, aspect in found.before.aspects.items()} == {
        "building": 1,
        "running": 0,
        "ruling": 1,
    }
    assert levels(found) == ({"building": 1, "running": 1, "ruling": 1}, 1)


def test_what_was_unknown_or_did_not_apply_counts_as_soon_as_it_is_supposed() -> None:
    results = scored(a=1, b=1, d=1) | {"e": QuestionResult("e", QuestionStatus.NOT_APPLICABLE, None)}

    found = what_if(LADDERS, results, {"c": 2, "e": 0})

    assert found.before.aspects["ruling"].status is AspectStatus.NOT_APPLICABLE
    assert levels(found) == ({"building": 1, "running": 1, "ruling": 0}, 0)
    assert found.after.aspects["building"].n_scored == 3


def test_a_supposed_level_stands_for_its_mean() -> None:
    found = what_if(LADDERS, scored(a=0, b=0, c=0, d=0, e=0), {"a": 2})

    assert found.after.aspects["building"].continuous == Fraction(2, 3)
    assert found.after.aspects["building"].level == found.before.aspects["building"].level


def test_nothing_supposed_changes_nothing() -> None:
    found = what_if(LADDERS, scored(a=1, d=2), {})

    assert found.before == found.after


@pytest.mark.parametrize(
    ("supposed", "problem"),
    [({"x": 1}, "no item x in these aspects"), ({"a": 3}, "a cannot be at 3: its scale goes from 0 to 2")],
)
def test_what_cannot_be_supposed(supposed: dict[str, int], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        what_if(LADDERS, {}, supposed)


def test_abc_inc_at_the_end_of_its_minimum_path_is_where_it_leads() -> None:
    """Monitoring at 2; and with the same for development and governance all of it."""
    ladders = {
        aspect.id: Ladder(questions(PACK, aspect.id), gates(PACK, aspect.id)) for aspect in PACK.aspects
    }
    raised: dict[str, int] = {}
    reached = []
    for aspect in ("monitoring", "development", "governance"):
        way = minimum_path(
            ladders[aspect].questions,
            CARD.question_results,
            2,
            capabilities(PACK),
            gates=ladders[aspect].gates,
            capacity=40,
        )
        raised |= {step.item: step.level for step in sorted(way.steps, key=lambda step: step.level)}
        reached.append(what_if(ladders, CARD.question_results, raised))

    assert [changed(found) for found in reached] == [
        {"monitoring"},
        {"development", "monitoring"},
        {"development", "monitoring", "governance"},
    ]
    assert [found.after.overall.level for found in reached] == [1, 1, 2]
