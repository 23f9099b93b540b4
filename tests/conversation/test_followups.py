"""When an owner hears of an action, and when somebody else does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import acting, agreeing, away, facilitating, followups, worktime
from conversation.contents import Contents, Due, Escalated
from conversation.errors import ActionIsDone, AskedTooSoon, NoFollowUpLeft, NotYourAction
from conversation.followups import Later, days
from storage.records import Action, ActionState, Assessment, FollowUpKind, Person, PostingState
from tests.conversation.desk import Bench

ZOE = Person(user_id="U-ZOE", name="Zoe", tz="Europe/Berlin")
LATE, ESCALATION = FollowUpKind.LATE, FollowUpKind.ESCALATION
#: A Thursday.
DUE = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (DUE, "12-03 before, 12-08 before, 12-10 due, 12-14 late, 12-17 late, 12-21 late, 12-23 escalation"),
        # A Sunday: what is before it comes on the Friday, what is after it on a Monday or later.
        (
            date(2026, 12, 6),
            "11-27 before, 12-04 due, 12-09 late, 12-14 late, 12-16 late, 12-18 escalation",
        ),
    ],
)
def test_the_days(due: date, expected: str) -> None:
    assert ", ".join(f"{day:%m-%d} {kind}" for day, kind in sorted(days(due).items())) == expected


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_at_most_six_working_days_of_which_three_are_late_then_once_somebody_else(due: date) -> None:
    found = days(due)

    assert all(map(worktime.is_workday, found))
    late = [day for day, kind in found.items() if kind is LATE]
    (escalation,) = [day for day, kind in found.items() if kind is ESCALATION]
    early = found.keys() - {*late, escalation}
    assert len(late) == 3
    assert len(early) in {2, 3}
    assert max(early) <= due < min(late)
    assert due - max(early) <= timedelta(days=2)
    assert max(late) < escalation


def agree(
    bench: Bench, assessment: Assessment, id: str = "V1", *, due: date = DUE, owner: Person = ZOE
) -> Action:
    step = {"V1": "HEAT@1", "V2": "FLOUR@1"}[id]
    promise = agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=assessment.id,
        step=step,
        objective=f"Objective {id}",
        measure="0 of 3 now",
        owner=owner,
        due=due,
        id=id,
    )
    bench.post(promise.owed)
    return promise.action


def heard(bench: Bench, until: date) -> list[str]:
    """What came by itself until that day, each in its own time."""
    found, end = [], datetime(until.year, until.month, until.day, tzinfo=UTC)
    while (at := _next(bench)) and at < end:
        bench.clock.at = max(at, bench.clock.at)
        for contents in bench.beat():
            found += [f"{bench.clock.at:%m-%d} {line}" for line in lines(contents)]
    bench.clock.at = end
    return found


def _next(bench: Bench) -> datetime | None:
    with bench.store.transaction("T1") as tx:
        owed = tx.postings.in_state(PostingState.OWED)
    return min((posting.due_at for posting in owed), default=None)


def lines(contents: Contents) -> list[str]:
    if isinstance(contents, Due):
        late = {line.action.id: line.late for line in contents.actions}
        return [" ".join(f"{id} late {n}" if n else id for id, n in late.items())]
    if isinstance(contents, Escalated):
        return [f"{each.action.id} escalated after {each.reminders}" for each in contents.actions]
    return []


def test_an_owner_who_never_answers_hears_six_times_then_the_facilitator_once_then_it_is_quiet(
    bench: Bench, closed: Assessment
) -> None:
    agree(bench, closed)

    assert heard(bench, date(2027, 3, 1)) == [
        "12-03 V1",
        "12-08 V1",
        "12-10 V1",
        "12-14 V1 late 1",
        "12-17 V1 late 2",
        "12-21 V1 late 3",
        "12-23 V1 escalated after 3",
    ]


def test_two_actions_are_one_message_a_day(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)
    agree(bench, closed, "V2", due=date(2026, 12, 8))

    assert heard(bench, date(2026, 12, 11)) == ["12-01 V2", "12-03 V1", "12-04 V2", "12-08 V2 V1", "12-10 V1"]


def test_what_is_done_is_asked_of_nobody(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)
    heard(bench, date(2026, 12, 9))

    acting.finish(bench.desk, "U-ZOE", action="V1", text="Seen.")

    assert heard(bench, date(2027, 2, 1)) == []
    with pytest.raises(ActionIsDone):
        followups.put_off(bench.desk, "U-ZOE", action="V1", until=Later.TOMORROW)


def test_who_is_away_hears_of_everything_at_once_when_they_are_back(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)
    away.leave(bench.desk, "U-ZOE", words="until 15 December")

    assert heard(bench, date(2026, 12, 17)) == ["12-15 V1 late 1"]


def test_what_is_put_off_is_moved_and_nothing_is_added(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)
    heard(bench, date(2026, 12, 9))

    moved = followups.put_off(bench.desk, "U-ZOE", action="V1", until=Later.NEXT_WEEK)

    assert moved.day == date(2026, 12, 14)
    assert heard(bench, date(2027, 2, 1)) == [
        "12-14 V1",
        "12-17 V1 late 1",
        "12-21 V1 late 2",
        "12-23 V1 escalated after 2",
    ]
    with pytest.raises(NoFollowUpLeft):
        followups.put_off(bench.desk, "U-ZOE", action="V1", until=Later.TOMORROW)


def test_who_is_blocked_says_when_to_hear_of_it_next(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)

    for _ in range(2):
        acting.mark(
            bench.desk,
            "U-ZOE",
            action="V1",
            state=ActionState.BLOCKED,
            text="No oven.",
            ask_on=date(2026, 12, 12),
        )
    asked = heard(bench, date(2027, 2, 1))
    acting.mark(bench.desk, "U-LEE", action="V1", state=ActionState.BLOCKED, ask_on=date(2027, 2, 3))

    assert asked[0] == "12-14 V1"
    assert asked[-1].startswith("12-23 V1 escalated")
    assert heard(bench, date(2027, 6, 1)) == ["02-03 V1"]
    with pytest.raises(AskedTooSoon):
        acting.mark(bench.desk, "U-ZOE", action="V1", state=ActionState.BLOCKED, ask_on=date(2027, 6, 1))


def test_only_its_owner_puts_it_off(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)

    with pytest.raises(NotYourAction):
        followups.put_off(bench.desk, "U-LEE", action="V1", until=Later.TOMORROW)


def test_an_answer_takes_the_place_of_what_was_missed(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)
    away.leave(bench.desk, "U-ZOE", words="until 15 December")
    heard(bench, date(2026, 12, 14))

    acting.mark(bench.desk, "U-ZOE", action="V1", state=ActionState.AT_RISK)

    assert heard(bench, date(2026, 12, 18)) == ["12-17 V1 late 1"]


def test_the_new_owner_starts_anew_and_the_old_one_hears_no_more(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)
    heard(bench, date(2026, 12, 15))

    bench.post(
        agreeing.hand_over(
            bench.desk, "U-LEE", action="V1", owner=Person(user_id="U-ANA", name="Ana", tz="UTC")
        ).owed
    )

    assert heard(bench, date(2027, 2, 1)) == [
        "12-17 V1 late 1",
        "12-21 V1 late 2",
        "12-23 V1 escalated after 2",
    ]


def test_a_facilitator_who_owns_it_is_not_told_of_themself(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed, owner=Person(user_id="U-LEE", name="Lee", tz="UTC"))

    found = heard(bench, date(2027, 2, 1))

    assert len(found) == 6
    assert not any("escalated" in line for line in found)


def test_a_co_facilitator_is_told_in_their_place(bench: Bench, closed: Assessment) -> None:
    kim = Person(user_id="U-KIM", name="Kim", tz="UTC")
    facilitating.choose(bench.desk, "U-LEE", assessment=closed.id, others=[kim], was=[])
    agree(bench, closed, owner=Person(user_id="U-LEE", name="Lee", tz="UTC"))

    assert heard(bench, date(2027, 2, 1))[-1] == "12-23 V1 escalated after 3"


def test_a_facilitator_can_have_it_asked_once_more(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)
    heard(bench, date(2027, 1, 11))

    first = followups.ask_again(bench.desk, "U-LEE", action="V1")
    second = followups.ask_again(bench.desk, "U-LEE", action="V1")

    assert (first.again, second.again, first.day == second.day) == (False, True, True)
    assert heard(bench, date(2027, 2, 1)) == ["01-11 V1"]
    with pytest.raises(NotYourAction):
        followups.ask_again(bench.desk, "U-ZOE", action="V1")
    agreeing.decline(bench.desk, "U-ZOE", action="V1", reason="No time.")
    with pytest.raises(NoFollowUpLeft):
        followups.ask_again(bench.desk, "U-LEE", action="V1")


def test_actions_from_before_follow_ups_were_kept_are_followed_up(bench: Bench, closed: Assessment) -> None:
    action = agree(bench, closed)
    with bench.store.transaction("T1") as tx:
        for each in tx.followups.about(action.id):
            tx.followups.cancel(each)
        for posting in tx.postings.about(["U-ZOE"], kind="remind"):
            tx.postings.move(posting, due_at=posting.due_at, day=posting.key.rpartition("/")[2])
    bench.clock.passes(days=1)

    assert heard(bench, date(2027, 2, 1))[:4] == ["12-03 V1", "12-08 V1", "12-10 V1", "12-14 V1 late 1"]
