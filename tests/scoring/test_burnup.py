"""A plan burns up: what is agreed, done and due by each day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.burnup import BurnUp, Task, burn_up

FIRST = date(2026, 12, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def task(agreed: int, due: int, done: int | None = None, dropped: int | None = None) -> Task:
    ends = [None if each is None else day(each) for each in (done, dropped)]
    return Task(day(agreed), day(due), *ends)


def curve(found: BurnUp | None) -> list[tuple[int, int, int, int]]:
    assert found is not None
    return [((each.day - FIRST).days, each.agreed, each.done, each.due) for each in found.days]


@pytest.mark.parametrize(
    ("tasks", "start", "today", "expected"),
    [
        pytest.param([task(0, 9)], 3, 5, [(0, 1, 0, 0), (5, 1, 0, 0), (9, 1, 0, 1)], id="agreed before"),
        pytest.param(
            [task(2, 9)], 0, 5, [(0, 0, 0, 0), (2, 1, 0, 0), (5, 1, 0, 0), (9, 1, 0, 1)], id="begun"
        ),
        pytest.param(
            [task(0, 4, done=6), task(0, 8)],
            0,
            6,
            [(0, 2, 0, 0), (4, 2, 0, 1), (6, 2, 1, 1), (8, 2, 1, 2)],
            id="one is done, late",
        ),
        pytest.param(
            [task(0, 4), task(0, 9, dropped=3)],
            0,
            5,
            [(0, 2, 0, 0), (3, 1, 0, 0), (4, 1, 0, 1), (5, 1, 0, 1)],
            id="what was dropped leaves with its due date",
        ),
        pytest.param([task(1, 1, done=1)], 3, 3, [(1, 1, 1, 1), (3, 1, 1, 1)], id="agreed before the start"),
        pytest.param([task(4, 2)], 0, 4, [(0, 0, 0, 0), (4, 1, 0, 1)], id="agreed when it was due already"),
    ],
)
def test_a_curve(tasks: list[Task], start: int, today: int, expected: list[tuple[int, ...]]) -> None:
    assert curve(burn_up(tasks, day(start), day(today))) == expected


def test_without_a_task_there_is_no_curve() -> None:
    assert burn_up([], FIRST, FIRST) is None


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Task], date]:
    """Nothing is done, dropped or agreed after today, and nothing is both done and dropped."""
    today = draw(st.integers(0, 30))
    tasks = []
    for _ in range(draw(st.integers(1, 8))):
        agreed = draw(st.integers(0, today))
        over = draw(st.none() | st.integers(agreed, today))
        done = over if draw(st.booleans()) else None
        tasks.append(task(agreed, draw(st.integers(0, 60)), done, None if done is not None else over))
    return tasks, day(today)


@given(histories())
def test_on_every_day_the_curve_is_what_counting_gives(history: tuple[list[Task], date]) -> None:
    tasks, today = history
    found = burn_up(tasks, FIRST, today)
    assert found is not None

    for number in range(62):
        then = day(number)
        there = [
            each for each in tasks if each.agreed <= then and (each.dropped is None or each.dropped > then)
        ]
        on = found.on(then)
        assert on.agreed == len(there)
        assert on.done == sum(each.done is not None and each.done <= then for each in there)
        assert on.due == sum(each.due <= then for each in there)


@given(histories())
def test_done_and_due_never_pass_what_is_agreed_and_in_the_end_all_is_due(
    history: tuple[list[Task], date],
) -> None:
    tasks, today = history
    found = burn_up(tasks, FIRST, today)
    assert found is not None

    days = [each.day for each in found.days]
    assert days == sorted(set(days))
    assert found.now.day == today
    assert all(max(each.done, each.due) <= each.agreed for each in found.days)
    after = [each for each in found.days if each.day >= today]
    assert [each.due for each in after] == sorted(each.due for each in after)
    assert after[-1].due == after[-1].agreed
