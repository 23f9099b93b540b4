"""The announcement in the channel says how many people are asked, and what that number does not give away."""

from collections.abc import Callable, Iterable

import pytest

from conversation import delegation, latecomers, leavers, ledger, reports, roster, withdrawal
from conversation.scope import Privacy
from storage.records import Assessment, Person
from tests.conversation.desk import Bench

ZOE = Person(user_id="U-ZOE", name="Zoe", title="Baker")
ROLES = {"U-ANA": ["BAKER"], "U-BEA": ["BAKER"], "U-SAM": ["SELLER"]}
HIDDEN = [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS]


def gone(user: str) -> Person:
    return Person(user_id=user, name=user, gone=True)


def added(bench: Bench, opened: Assessment) -> None:
    roster.add(bench.desk, "U-LEE", assessment=opened.id, people=[ZOE])


def offered_and_invited(bench: Bench, opened: Assessment) -> None:
    with bench.desk.transaction() as tx:
        tx.people.remember(ZOE)
    latecomers.invite(bench.desk, "U-LEE", assessment=opened.id, person="U-ZOE", roles=("BAKER",))


def passed_on(bench: Bench, opened: Assessment) -> None:
    """One question, so that both are asked."""
    passes(bench, "U-BEA", ZOE, "FLOUR")


def taken_off(bench: Bench, opened: Assessment, user: str = "U-ANA") -> None:
    roster.take_off(bench.desk, "U-LEE", assessment=opened.id, person=user)


def left(bench: Bench, opened: Assessment) -> None:
    leavers.changed(bench.desk, gone("U-ANA"))


def replaced(bench: Bench, opened: Assessment) -> None:
    roster.replace(bench.desk, "U-LEE", assessment=opened.id, person="U-ANA", by=ZOE)


def left_and_came_back(bench: Bench, opened: Assessment) -> None:
    left(bench, opened)
    told(bench)
    leavers.changed(bench.desk, Person(user_id="U-ANA", name="Ana"))


def taken_off_and_added(bench: Bench, opened: Assessment) -> None:
    taken_off(bench, opened)
    told(bench)
    roster.add(bench.desk, "U-LEE", assessment=opened.id, people=[Person(user_id="U-ANA", name="Ana")])


def passed_all_on(bench: Bench, opened: Assessment) -> None:
    """To somebody who is asked already."""
    passes(bench, "U-ANA", Person(user_id="U-SAM", name="Sam"))


def passes(bench: Bench, user: str, to: Person, question: str | None = None) -> None:
    bench.starts(user)
    seat = bench.seat(user)
    spoken = delegation.pass_on(bench.desk, user, seat=seat, question=question, to=to, note="", key="k")
    bench.drawn(spoken)


@pytest.mark.parametrize(
    ("happens", "people"),
    [
        (added, [4]),
        (offered_and_invited, [4]),
        (passed_on, [4]),
        (taken_off, [2]),
        (left, [2]),
        (replaced, [3]),
        (left_and_came_back, [3]),
        (taken_off_and_added, [3]),
        (passed_all_on, [2]),
    ],
)
def test_with_names_the_announcement_follows_who_is_asked_as_the_status_does(
    bench: Bench, happens: Callable[[Bench, Assessment], None], people: list[int]
) -> None:
    opened = bench.opened(ROLES)

    happens(bench, opened)

    assert told(bench) == people
    assert [reports.status(bench.desk, "U-LEE").invited] == people


def test_of_several_changes_within_a_minute_the_last_number_is_told_once(bench: Bench) -> None:
    opened = bench.opened(ROLES)

    added(bench, opened)
    taken_off(bench, opened)
    taken_off(bench, opened, "U-BEA")

    assert told(bench) == [2]


@pytest.mark.parametrize("privacy", HIDDEN)
@pytest.mark.parametrize("happens", [added, offered_and_invited, passed_on, replaced])
def test_without_names_it_counts_everybody_who_was_ever_asked(
    bench: Bench, happens: Callable[[Bench, Assessment], None], privacy: Privacy
) -> None:
    opened = bench.opened(ROLES, privacy=privacy, group=3)

    happens(bench, opened)

    assert told(bench) == [4]


@pytest.mark.parametrize("privacy", HIDDEN)
@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("happens", [taken_off, left, left_and_came_back, passed_all_on])
def test_without_names_nothing_tells_the_channel_that_somebody_is_not_asked_any_more(
    bench: Bench, happens: Callable[[Bench, Assessment], None], begun: bool, privacy: Privacy
) -> None:
    opened = bench.opened(ROLES, privacy=privacy, group=3)
    if begun and happens is not passed_all_on:
        bench.starts("U-ANA")
        bench.clicks("U-ANA", 1)

    happens(bench, opened)

    assert told(bench) == []


@pytest.mark.parametrize("privacy", HIDDEN)
@pytest.mark.parametrize("withdraws", [False, True])
@pytest.mark.parametrize("before", [[], [taken_off], [left], [passed_all_on]])
def test_without_names_the_number_is_the_same_whether_somebody_withdrew(
    bench: Bench,
    before: Iterable[Callable[[Bench, Assessment], None]],
    withdraws: bool,
    privacy: Privacy,
) -> None:
    opened = bench.opened(ROLES, privacy=privacy, group=3)
    for happens in before:
        happens(bench, opened)

    if withdraws:
        withdrawal.withdraw(bench.desk, "U-ANA", seat=bench.seat("U-ANA"))
    at_once = told(bench)
    added(bench, opened)

    assert (at_once, told(bench)) == ([], [4])


def told(bench: Bench) -> list[int]:
    """How many are asked, in each edit of the announcement that is due by now."""
    bench.clock.passes(minutes=1)
    said = []
    while posting := ledger.claim_next(bench.desk):
        if posting.kind == "intro_edit":
            contents = reports.contents(bench.desk, posting)
            said.append(contents.people)  # type: ignore[union-attr]
        bench.post([posting])
    return said
