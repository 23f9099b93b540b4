from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.records import ActionNote, ActionState, Person, Seat, SeatState
from storage.store import Store
from tests.storage.given import NOW, a_fact, a_seat, an_action, an_assessment, at_once


def test_a_seat_comes_back_as_it_was_given(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx, roles=("owner", "engineer"))
        tx.seats.change("S1", state=SeatState.STARTED, answered=3, active_at=NOW + timedelta(minutes=1))

    expected = Seat(
        id="S1",
        assessment_id="A1",
        user_id="U-ANA",
        roles=("engineer", "owner"),
        state=SeatState.STARTED,
        questions=20,
        answered=3,
        invited_at=NOW,
        active_at=NOW + timedelta(minutes=1),
    )
    with store.transaction("T1") as tx:
        assert tx.seats.find("S1") == tx.seats.lock("S1") == expected
        assert tx.seats.of("A1") == tx.seats.held_by("U-ANA") == [expected]
        assert tx.seats.find("S2") is tx.seats.lock("S2") is None


def test_nobody_sits_twice_in_one_assessment(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx, "S1")

    with pytest.raises(IntegrityError), store.transaction("T1") as tx:
        a_seat(tx, "S2")


def test_an_assessment_is_done_when_every_seat_has_sent_or_declined(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx, "S1", user="U-ANA")
        a_seat(tx, "S2", user="U-BEN")

        tx.seats.change("S1", state=SeatState.SENT)
        assert tx.seats.any_open("A1")
        tx.seats.change("S2", state=SeatState.DECLINED)
        assert not tx.seats.any_open("A1")


def test_clicks_on_one_seat_come_one_after_the_other(store: Store, database_url: str) -> None:
    second = Store.open(database_url)
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx)

    def click(where: Store, key: str) -> None:
        with where.transaction("T1") as tx:
            tx.seats.lock("S1")
            said = tx.answers.of("S1")
            tx.answers.put("S1", "A1", a_fact(key))
            tx.seats.change("S1", answered=len(said) + 1)

    at_once(*[lambda n=n: click((store, second)[n % 2], str(n)) for n in range(6)])

    with second.transaction("T1") as tx:
        seat = tx.seats.find("S1")
        assert seat is not None
        assert (seat.answered, len(tx.answers.of("S1"))) == (6, 6)
    second.close()


def test_we_remember_the_last_we_heard_of_somebody(store: Store) -> None:
    with store.transaction("T1") as tx:
        tx.people.remember_dm("U1", "D1")
        tx.people.remember(Person(user_id="U1", name="Ana", tz="Europe/Berlin"))
        tx.people.remember(Person(user_id="U1", name="Ana B.", tz="UTC"))

        assert tx.people.get("U1") == Person(user_id="U1", name="Ana B.", tz="UTC", dm="D1")


def test_a_pack_is_kept_as_it_was_first(store: Store) -> None:
    with store.transaction("T1") as tx:
        for body in ("first", "second"):
            tx.packs.keep(digest="d1", name="mlops", version=1, body=body)

        assert tx.packs.body("d1") == "first"


def test_what_an_owner_says_is_noted_and_becomes_the_state(store: Store) -> None:
    later = NOW + timedelta(days=1)
    with store.transaction("T1") as tx:
        an_assessment(tx)
        an_action(tx, "AC1", due=date(2026, 12, 24))
        an_action(tx, "AC2", due=date(2026, 12, 1))
        tx.actions.mark("AC1", state=ActionState.BLOCKED, by="U-ANA", text="no budget", at=NOW)
        tx.actions.mark("AC1", state=ActionState.DONE, by="U-BEN", text=None, at=later)

    with store.transaction("T1") as tx:
        assert [(a.id, a.state, a.changed_at) for a in tx.actions.of("A1")] == [
            ("AC2", ActionState.ON_TRACK, NOW),
            ("AC1", ActionState.DONE, later),
        ]
        assert tx.actions.owned_by("U-ANA") == tx.actions.of("A1")
        assert tx.actions.notes("A1") == [
            ActionNote(action_id="AC1", by="U-ANA", state=ActionState.BLOCKED, text="no budget", at=NOW),
            ActionNote(action_id="AC1", by="U-BEN", state=ActionState.DONE, text=None, at=later),
        ]
