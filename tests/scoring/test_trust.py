"""What may be shown, and how far a result can be trusted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from scoring.agreement import contested
from scoring.anonymity import hidden
from scoring.levels import Answer, AspectStatus, Question
from scoring.robustness import LeaveOneOut, confidence, leave_one_out


@pytest.mark.parametrize(
    ("cns", "role_levels", "top", "expect"),
    [
        (0.65, [1, 2], 3, False),
        (0.649999, [1, 2], 3, True),
        (1.0, [0, 2], 3, True),
        (1.0, [0, 1], 2, False),
        (1.0, [0, 1], 1, True),
        (None, [1], 3, False),
        (None, [], 3, False),
    ],
)
def test_contested(cns: float | None, role_levels: list[int], top: int, expect: bool) -> None:
    assert contested(cns, role_levels, top) is expect


@pytest.mark.parametrize(
    ("counts", "expect"),
    [
        ({"ds": 6, "mle": 2, "ops": 2}, ("ds", "mle", "ops")),
        ({"ds": 5}, ()),
        ({"ds": 9, "mle": 3, "ops": 2}, ("mle", "ops")),
        ({"ds": 6, "ops": 0}, ()),
        ({"ds": 6, "mle": 6, "ops": 4, "pm": 0}, ("ds", "ops")),
    ],
)
def test_small_groups_are_hidden_and_cannot_be_found_by_subtraction(
    counts: dict[str, int], expect: tuple[str, ...]
) -> None:
    assert hidden(counts) == expect


def test_a_level_that_hangs_on_the_only_one_who_knows() -> None:
    answers = [Answer("ann", "OPS", "Q", 2), Answer("bob", "DS", "Q", 2), Answer("eve", "DS", "elsewhere", 0)]

    found = leave_one_out([Question("Q", ("OPS",), ("DS",), top=3)], answers)

    assert found == LeaveOneOut(2, (None, 2))
    assert found.fragile


@pytest.mark.parametrize(
    ("status", "contested_share", "evidenced", "fragile", "expect"),
    [
        ("official", 0.19, 0.5, False, "high"),
        ("official", 0.2, 0.5, False, "medium"),
        ("official", 0.19, 0.49, False, "medium"),
        ("official", 0.0, 1, True, "medium"),
        ("official", 0.41, 1, True, "low"),
        ("provisional", 0.0, 1, False, "low"),
    ],
)
def test_confidence(
    status: str, contested_share: float, evidenced: float, fragile: bool, expect: str
) -> None:
    shares = Fraction(str(contested_share)), Fraction(str(evidenced))

    assert confidence(AspectStatus(status), *shares, fragile=fragile) == expect
