"""Who reads somebody's dates by the private address of their calendar, and until when."""

from dataclasses import replace

import pytest

from conversation import feeds, leavers, mydata, withdrawal
from conversation.errors import ChangedMeanwhile, NoCalendarAddress
from conversation.feeds import Address
from storage.records import Person
from tests.conversation.desk import LEE, Bench
from tests.conversation.test_importing_result import OMAR, a_round, with_a_plan

SECRET, OTHER = "s" * 43, "t" * 43


@pytest.fixture
def reached(bench: Bench) -> Bench:
    """Calendars reach us, and Omar owns two actions."""
    bench.desk = replace(bench.desk, public_url="https://tidemark.example")
    with_a_plan(bench, a_round(bench))
    return bench


def make(bench: Bench, user: str, secret: str = SECRET, seen: str = "") -> Address:
    return feeds.renew(bench.desk, user, secret=secret, seen=seen)


def test_an_owner_reads_their_own_actions_by_the_address_that_was_shown(reached: Bench) -> None:
    made = make(reached, "U-OMAR")

    dates = feeds.read(reached.desk, SECRET)
    assert dates
    assert {action.owner for action in dates.actions} == {"U-OMAR"}
    assert len(dates.actions) == 2
    assert [*dates.subjects.values()] == ["ABC Inc."]
    assert made.url == f"https://tidemark.example/calendar/{reached.desk.team}/{SECRET}.ics"
    assert feeds.look(reached.desk, "U-OMAR") == Address(made.made_at)
    assert SECRET not in str(mydata.export(reached.desk, "U-OMAR").everything)


def test_who_facilitates_reads_when_it_closes_and_nobody_else_does(bench: Bench) -> None:
    bench.desk = replace(bench.desk, public_url="https://tidemark.example")
    opened = bench.opened({"U-ANA": ["BAKER"]})
    for user, secret in (("U-LEE", SECRET), ("U-ANA", OTHER)):
        make(bench, user, secret)

    theirs = [feeds.read(bench.desk, secret) for secret in (SECRET, OTHER)]

    assert [[each.id for each in dates.closings] for dates in theirs if dates] == [[opened.id], []]


def test_a_new_address_ends_the_old_one_and_is_made_once(reached: Bench) -> None:
    first = make(reached, "U-OMAR")
    reached.clock.passes(minutes=1)
    make(reached, "U-OMAR", OTHER, first.seen)

    with pytest.raises(ChangedMeanwhile):
        make(reached, "U-OMAR", "u" * 43, first.seen)

    assert [feeds.read(reached.desk, secret) is None for secret in (SECRET, OTHER)] == [True, False]


def test_an_address_ends_with_whoever_it_belongs_to(reached: Bench) -> None:
    with reached.desk.transaction() as tx:
        tx.people.remember(LEE)
    ends = (
        lambda: feeds.withdraw(reached.desk, "U-OMAR"),
        lambda: leavers.changed(reached.desk, OMAR.model_copy(update={"gone": True})),
        lambda: withdrawal.forget(reached.desk, "U-OMAR"),
    )
    for end in ends:
        with reached.desk.transaction() as tx:
            tx.people.remember(Person(user_id="U-OMAR", name="Omar"))
        make(reached, "U-OMAR", seen="")
        assert feeds.read(reached.desk, SECRET)

        end()

        assert feeds.read(reached.desk, SECRET) is None


def test_nobody_reads_where_we_were_removed_until_we_are_back(reached: Bench) -> None:
    make(reached, "U-OMAR")

    with reached.desk.transaction() as tx:
        tx.departures.leave(why="app_uninstalled", since=reached.clock.at, erase_at=None)
    away = feeds.read(reached.desk, SECRET)
    with reached.desk.transaction() as tx:
        tx.departures.back()

    assert away is None
    assert feeds.read(reached.desk, SECRET)


def test_nobody_reads_the_dates_of_somebody_of_whom_slack_says_that_they_left(reached: Bench) -> None:
    """Whoever asked Slack; nothing else was done about it yet."""
    make(reached, "U-OMAR")
    with reached.desk.transaction() as tx:
        tx.people.remember(OMAR.model_copy(update={"gone": True}))

    assert feeds.read(reached.desk, SECRET) is None


def test_where_no_calendar_reaches_us_there_is_no_address(bench: Bench) -> None:
    with pytest.raises(NoCalendarAddress):
        make(bench, "U-LEE")
