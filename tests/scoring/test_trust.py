"""What may be shown, and how far a result can be trusted."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import resampling
from scoring.agreement import Reading, agreement, contested
from scoring.anonymity import hidden
from scoring.levels import Answer, AspectStatus, Question, Sheet
from scoring.robustness import (
    Aspect,
    LeaveOneOut,
    Resampling,
    bootstrap,
    confidence,
    leave_one_out,
    removals,
)
from tests.scoring.cases import without_each


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


SPLIT, SAME, ALONE = (1, 1, 0, 0), (0, 3, 0, 0), (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("freqs", "expect"),
    [
        ([SPLIT] * 4, Reading.TOO_LITTLE_OVERLAP),
        ([SPLIT] * 4 + [ALONE] * 9, Reading.TOO_LITTLE_OVERLAP),
        ([SAME] * 5 + [ALONE], Reading.ALL_IDENTICAL),
        ([SAME] * 4 + [SPLIT], Reading.WEAK),
        ([SAME, (3, 0, 0, 0)] * 5 + [SPLIT], Reading.RELIABLE),
        ([SAME, (3, 0, 0, 0)] * 2 + [SPLIT], Reading.TENTATIVE),
    ],
)
def test_alpha_needs_overlap_and_something_that_varies(freqs: list[tuple[int, ...]], expect: Reading) -> None:
    assert agreement(freqs).reading is expect


def alpha_of_pairs(freqs: list[tuple[int, ...]]) -> float:
    """Ordinal alpha by its definition: every two people on a question, beside any two people."""
    units = [[level for level, n in enumerate(freq) for _ in range(n)] for freq in freqs]
    every = sorted(level for unit in units for level in unit)

    def apart(a: int, b: int) -> float:
        low, high = sorted([a, b])
        between = sum(low <= level <= high for level in every)
        return (between - (every.count(low) + every.count(high)) / 2) ** 2 if low < high else 0

    within = sum(apart(a, b) / (len(unit) - 1) for unit in units for a, b in permutations(unit, 2))
    among = sum(apart(a, b) for a, b in permutations(every, 2)) / (len(every) - 1)
    return 1 - within / among


FREQ = st.tuples(*[st.integers(0, 2)] * 4).filter(lambda freq: sum(freq) > 1)


@settings(deadline=None)
@given(st.lists(FREQ, min_size=5, max_size=7))
def test_alpha_is_what_its_definition_gives(freqs: list[tuple[int, ...]]) -> None:
    found = agreement(freqs)

    if found.reading is not Reading.ALL_IDENTICAL:
        assert found.alpha == pytest.approx(alpha_of_pairs(freqs), abs=1e-6)


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

    found = without_each(Aspect((Question("Q", ("OPS",), ("DS",), top=3),)), answers)

    assert found == LeaveOneOut(2, (None, 2))
    assert found.fragile


def test_a_sheet_that_decides_something_must_not_be_missing() -> None:
    question = Question("Q", ("OPS",), top=3)
    removed = {"Q": removals(question, {frozenset([("OPS", 2)]): 1})}

    with pytest.raises(ValueError, match="not all sheets are here of those whose answer to Q is decisive"):
        leave_one_out({"it": Aspect((question,))}, removed, [])


ONE = Aspect((Question("Q", ("OPS",), top=3),))


def operators(*levels: int) -> list[Sheet]:
    return [{"Q": frozenset([("OPS", level)])} for level in levels]


def test_a_bootstrap_gives_the_shares_that_chance_gives() -> None:
    """Level 2 takes three of five draws, each of which is a 2 in four cases of five: 0.94208."""
    found = bootstrap(ONE, operators(2, 2, 2, 2, 1), seed=2026)

    assert (found.resampling, found.respondents) == (Resampling.DONE, 5)
    assert float(found.shares[2]) == pytest.approx(0.94208, abs=3 * sqrt(0.94208 * 0.05792 / 2000))
    assert found.shares[1] == 1 - found.shares[2]
    assert found == bootstrap(ONE, operators(2, 2, 2, 2, 1), seed=2026)
    assert found != bootstrap(ONE, operators(2, 2, 2, 2, 1), seed=2027)


def test_people_are_drawn_among_their_kind() -> None:
    times = resampling.drawn(["a", "b", "a", "a", "c", "b"], seed=1, replicates=500)

    assert (times[[0, 2, 3]].sum(axis=0) == 3).all()
    assert (times[[1, 5]].sum(axis=0) == 2).all()
    assert (times[4] == 1).all()
    assert {*times[0].tolist()} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("people", "expect"), [(4, Resampling.TOO_FEW), (1000, Resampling.DONE), (1001, Resampling.TOO_MANY)]
)
def test_few_are_no_sample_and_many_need_none(people: int, expect: Resampling) -> None:
    elsewhere: list[Sheet] = [{"elsewhere": frozenset([("OPS", 0)])}] * 5

    found = bootstrap(ONE, [*operators(*[2] * people), *elsewhere], seed=1, replicates=10)

    assert (found.resampling, found.respondents) == (expect, people)
    assert found.shares == ({None: 0, 0: 0, 1: 0, 2: 1, 3: 0} if expect is Resampling.DONE else {})


def test_numbers_too_large_for_a_machine_word_are_compared_exactly() -> None:
    """Twelve roles of sixty: their common denominator has 22 digits. Half of the voices are at 2, which is
    not more than half; with one more of the last role's people it is."""
    roles = [f"r{number}" for number in range(12)]
    heavy = Question("heavy", tuple(roles), weight=10**19, top=3)
    light = Question("light", tuple(roles), weight=Fraction(1, 7), top=3)
    sheets: list[Sheet] = [
        {"heavy": frozenset([(role, 2 - n % 2)]), "light": frozenset([(role, 0)])}
        for role in roles
        for n in range(60)
    ]
    times = np.ones((len(sheets), 2), dtype=np.int64)
    times[-2, 1] = 2

    assert resampling.levels(Aspect((heavy, light)), sheets, times) == [1, 2]


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
