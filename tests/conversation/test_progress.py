"""When an action was done or dropped, by what was said of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from conversation.progress import progress
from storage.records import Action, ActionNote, ActionState

CLOSED = datetime(2026, 12, 1, 9, tzinfo=UTC)
DONE, DROPPED, AT_RISK, ON_TRACK = (
    ActionState.DONE,
    ActionState.DROPPED,
    ActionState.AT_RISK,
    ActionState.ON_TRACK,
)


def at(day: int, hour: int = 12) -> datetime:
    return CLOSED.replace(hour=hour) + timedelta(days=day)


def action(state: ActionState, changed: int) -> Action:
    return Action(
        id="a",
        assessment_id="x",
        question="q",
        level=1,
        objective="O",
        measure="M",
        owner="U1",
        due=date(2026, 12, 20),
        state=state,
        agreed_by="U2",
        agreed_at=at(1),
        changed_at=at(changed),
    )


def note(state: ActionState, day: int, hour: int = 12) -> ActionNote:
    return ActionNote(action_id="a", by="U1", state=state, text=None, at=at(day, hour))


@pytest.mark.parametrize(
    ("state", "changed", "said", "expected"),
    [
        pytest.param(ON_TRACK, 3, [], [(1, 0), (1, 0), (1, 0)], id="goes on"),
        pytest.param(DONE, 3, [note(AT_RISK, 2), note(DONE, 3)], [(1, 0), (1, 1), (1, 1)], id="done"),
        pytest.param(
            DONE, 5, [note(DONE, 3), note(DONE, 5)], [(1, 0), (1, 1), (1, 1)], id="said twice: the first time"
        ),
        pytest.param(
            DONE,
            5,
            [note(DONE, 2), note(AT_RISK, 3), note(DONE, 5)],
            [(1, 0), (1, 0), (1, 1)],
            id="taken back in between",
        ),
        pytest.param(DROPPED, 3, [], [(1, 0), (0, 0), (0, 0)], id="dropped without a note"),
    ],
)
def test_what_is_done_by_when(
    state: ActionState, changed: int, said: list[ActionNote], expected: list[tuple[int, int]]
) -> None:
    """On the days 2, 3 and 5 after closing: how many are agreed, and how many done."""
    found = progress([action(state, changed)], said, since=CLOSED, now=at(6), tz="UTC")
    assert found is not None

    days = [found.on((CLOSED + timedelta(days=number)).date()) for number in (2, 3, 5)]
    assert [(day.agreed, day.done) for day in days] == expected


def test_days_are_those_of_the_readers_own_zone() -> None:
    late = note(DONE, 3, hour=23)

    found = [
        progress([action(DONE, 3)], [late], since=CLOSED, now=at(6), tz=tz) for tz in ("UTC", "Asia/Tokyo")
    ]

    first = [next(day.day for day in each.days if day.done) for each in found if each]
    assert first == [date(2026, 12, 4), date(2026, 12, 5)]


def test_without_an_action_there_is_no_progress() -> None:
    assert progress([], [], since=CLOSED, now=at(6), tz="UTC") is None
