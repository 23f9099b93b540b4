"""How far an action is: its laws."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from conversation.actionprogress import By, progress
from storage.records import Action, ActionState, ActionStep

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NUMBERS = st.decimals(-1000, 1000, places=2)
STATES = st.sampled_from(ActionState)


def action(
    *,
    was: Decimal | None = None,
    target: Decimal | None = None,
    now: Decimal | None = None,
    state: ActionState = ActionState.ON_TRACK,
) -> Action:
    return Action(
        id="AC1",
        assessment_id="A1",
        question=None,
        level=None,
        objective="Thermometers",
        measure="Ovens with one",
        owner=None,
        due=date(2026, 12, 10),
        state=state,
        agreed_by="U-LEE",
        agreed_at=NOW,
        changed_at=NOW,
        baseline=was,
        target=target,
        current=now,
    )


def steps(*done: bool) -> list[ActionStep]:
    return [
        ActionStep(id=str(number), action_id="AC1", position=number, text="", done_at=NOW if each else None)
        for number, each in enumerate(done)
    ]


@given(NUMBERS, NUMBERS, NUMBERS, STATES, st.lists(st.booleans(), max_size=5))
def test_progress_is_part_of_the_way(
    was: Decimal, target: Decimal, now: Decimal, state: ActionState, done: list[bool]
) -> None:
    assert 0 <= progress(action(was=was, target=target, now=now, state=state), steps(*done)).share <= 1


@given(NUMBERS, NUMBERS.filter(bool), st.fractions(0, 1, max_denominator=50))
def test_a_number_on_its_way_says_how_far_it_is_whichever_way_it_goes(
    was: Decimal, way: Decimal, share: Fraction
) -> None:
    now = was + way * share.numerator / share.denominator

    found = progress(action(was=was, target=was + way, now=now), steps(True))

    assert found.by is By.NUMBER
    assert abs(found.share - share) < Fraction(1, 10**6)


@given(NUMBERS, NUMBERS.filter(bool), st.decimals(0, 1000, places=2))
def test_beyond_the_target_is_there_and_worse_than_before_is_at_the_beginning(
    was: Decimal, way: Decimal, further: Decimal
) -> None:
    beyond = was + way + (further if way > 0 else -further)
    worse = was - (further if way > 0 else -further)

    shares = [progress(action(was=was, target=was + way, now=now), []).share for now in (beyond, worse)]

    assert shares == [1, 0]


@given(NUMBERS, NUMBERS, STATES)
def test_what_nobody_has_measured_is_where_it_was(was: Decimal, target: Decimal, state: ActionState) -> None:
    if was != target:
        assert progress(action(was=was, target=target, state=state), []).share == 0


@given(st.lists(st.booleans(), min_size=1, max_size=8), STATES)
def test_without_a_number_each_step_counts_alike(done: list[bool], state: ActionState) -> None:
    found = progress(action(state=state), steps(*done))

    assert (found.share, found.by) == (Fraction(sum(done), len(done)), By.STEPS)


@given(STATES, NUMBERS)
def test_without_a_number_to_reach_and_without_steps_only_what_is_done_is_done(
    state: ActionState, number: Decimal
) -> None:
    found = progress(action(was=number, target=number, now=number, state=state), [])

    assert (found.share, found.by) == (Fraction(state is ActionState.DONE), By.STATE)
