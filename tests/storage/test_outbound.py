"""What is owed to others than Slack: issues to create, and events to deliver."""

from datetime import timedelta

import pytest

from storage.records import Delivery, Ticket, TicketState, TicketStatus
from storage.store import Store
from tests.storage.given import LEASE, NOW, a_delivery, a_remark, a_ticket, an_action, an_assessment, at_once


@pytest.fixture(autouse=True)
def _begin(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        an_action(tx)
        an_action(tx, "AC2")


def claim(store: Store, *, after: timedelta = timedelta()) -> Ticket | None:
    with store.transaction("T1") as tx:
        return tx.tickets.claim_next(token="me", now=NOW + after, lease=LEASE)


def take(store: Store, *, after: timedelta = timedelta()) -> Delivery | None:
    with store.transaction("T1") as tx:
        return tx.deliveries.claim_next(token="me", now=NOW + after, lease=LEASE)


def test_of_many_who_claim_an_issue_one_has_it_until_the_lease_runs_out(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx)

    held = [found for found in at_once(*[lambda: claim(store)] * 4) if found]
    later = claim(store, after=LEASE)

    assert [ticket.attempts for ticket in held] == [1]
    assert later is not None
    assert (later.attempts, later.attempted_at) == (2, NOW)


def test_who_lost_the_claim_cannot_settle_it(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx)
    first, second = claim(store), claim(store, after=LEASE)
    assert first
    assert second

    with store.transaction("T1") as tx:
        settled = [
            tx.tickets.settle(ticket, state=TicketState.CREATED, key=key, status=TicketStatus.OPEN)
            for ticket, key in ((first, "1"), (second, "2"))
        ]
        found = tx.tickets.find("AC1")

    assert settled == [False, True]
    assert found is not None
    assert (found.key, found.claim, found.is_there) == ("2", None, True)


def test_another_choice_takes_the_place_of_what_was_under_way(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx)
    held = claim(store)
    assert held

    with store.transaction("T1") as tx:
        a_ticket(tx, state=TicketState.LINKED)
        assert not tx.tickets.settle(held, state=TicketState.CREATED)
        assert {key: ticket.state for key, ticket in tx.tickets.of(["AC1", "AC2"]).items()} == {
            "AC1": TicketState.LINKED
        }


def test_who_began_with_another_choice_cannot_settle_this_one(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx)
    first = claim(store)
    with store.transaction("T1") as tx:
        a_ticket(tx)
        second = tx.tickets.claim_next(token="another", now=NOW, lease=LEASE)
        assert first
        assert second
        assert first.attempts == second.attempts

        settled = [tx.tickets.settle(held, state=TicketState.CREATED) for held in (first, second)]

    assert settled == [False, True]


def test_what_failed_is_not_tried_by_itself_and_again_when_somebody_asks(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx)
    held = claim(store)
    assert held
    with store.transaction("T1") as tx:
        tx.tickets.settle(held, state=TicketState.FAILED, refused="forbidden")

    assert claim(store, after=LEASE) is None
    with store.transaction("T1") as tx:
        tx.tickets.owe_again("AC1", at=NOW)
    again = claim(store)

    assert again is not None
    assert (again.attempts, again.refused) == (2, None)


def test_events_of_one_subject_wait_for_those_before_them(store: Store) -> None:
    with store.transaction("T1") as tx:
        for event, subject in (("1", "AC1"), ("2", "AC1"), ("3", "AC2")):
            a_delivery(tx, event, subject=subject)

    first, other, none = take(store), take(store), take(store)
    assert first
    assert other
    with store.transaction("T1") as tx:
        assert tx.deliveries.later(first, due_at=NOW + timedelta(hours=1))
        assert tx.deliveries.done(other)
    waits = take(store)
    first = take(store, after=timedelta(hours=1))
    assert first
    with store.transaction("T1") as tx:
        assert tx.deliveries.done(first)
        assert not tx.deliveries.done(first)
    second = take(store, after=timedelta(hours=1))

    assert second
    assert ([first.event, other.event, second.event], first.attempts) == (["1", "3", "2"], 2)
    assert (none, waits) == (None, None)


def test_a_claim_of_whoever_had_a_clock_that_was_a_year_ahead_is_free(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx)
        a_delivery(tx)
    assert claim(store, after=timedelta(days=365))
    assert take(store, after=timedelta(days=365))

    ticket, delivery = claim(store), take(store)

    assert ticket
    assert delivery
    assert (ticket.attempts, delivery.attempts) == (2, 2)


def test_an_erased_assessment_takes_them_along(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx)
        a_delivery(tx)
        tx.erasure.erase("A1")

    assert (claim(store), take(store)) == (None, None)


@pytest.mark.parametrize(
    ("state", "marker", "is_taken"),
    [
        (TicketState.OWED, "M1", False),
        (TicketState.FAILED, "M1", False),
        (TicketState.CREATED, "M1", True),
        (TicketState.OWED, "M0", True),
    ],
)
def test_what_is_to_be_written_waits_for_its_issue_and_for_no_other(
    store: Store, state: TicketState, marker: str, is_taken: bool
) -> None:
    with store.transaction("T1") as tx:
        a_ticket(tx, state=state)
        a_remark(tx, ticket=marker)

        taken = tx.remarks.claim_next(token="me", now=NOW, lease=LEASE)

    assert bool(taken) is is_taken
