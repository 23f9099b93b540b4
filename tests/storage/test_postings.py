from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest

from storage.records import Posting, PostingState
from storage.store import Store, Tx
from tests.storage.given import LEASE, NOW, a_posting, at_once

KEY = "card/S1/1"


@pytest.fixture
def second(store: Store, database_url: str) -> Iterator[Store]:
    """Another process on the same database."""
    second = Store.open(database_url)
    yield second
    second.close()


def claimed(tx: Tx, key: str = KEY, *, token: str = "me", at: timedelta = timedelta()) -> Posting:
    posting = tx.postings.claim(key, token=token, now=NOW + at, lease=LEASE)
    assert posting is not None
    return posting


def test_what_is_owed_twice_is_owed_once(store: Store) -> None:
    with store.transaction("T1") as tx:
        assert a_posting(tx)
        assert not a_posting(tx, due_at=NOW + LEASE)

        assert [posting.due_at for posting in tx.postings.in_state(PostingState.OWED)] == [NOW]


def test_what_was_sent_is_not_owed_again(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        assert tx.postings.sent(claimed(tx), channel="D1", ts="1.1")

        assert not a_posting(tx)
        assert tx.postings.claim_next(token="t", now=NOW + 9 * LEASE, lease=LEASE) is None
        assert tx.postings.find(KEY) == Posting(
            key=KEY,
            kind="card",
            subject_id="S1",
            recipient="U-ANA",
            state=PostingState.SENT,
            due_at=NOW,
            contents={"n": 1},
            attempts=1,
            attempted_at=NOW,
            channel="D1",
            ts="1.1",
        )
        assert tx.postings.at(channel="D1", ts="1.1") == tx.postings.find(KEY)
        assert tx.postings.latest(subject_id="S1", kind="card") == tx.postings.find(KEY)


def test_the_longest_due_comes_first_and_nothing_before_its_time(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx, "tomorrow", due_at=NOW + timedelta(days=1))
        a_posting(tx, "just due", due_at=NOW)
        a_posting(tx, "overdue", due_at=NOW - LEASE)
        order = [tx.postings.claim_next(token="t", now=NOW, lease=LEASE) for _ in range(3)]

    assert [posting and posting.key for posting in order] == ["overdue", "just due", None]


def test_who_is_written_to_next_is_known_before_it_is_claimed(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx, "1", kind="invite", recipient="U-DUE")
        a_posting(tx, "2", kind="nudge", recipient="U-OVERDUE", due_at=NOW - LEASE)
        a_posting(tx, "3", kind="invite", recipient="U-LATER", due_at=NOW + LEASE)
        a_posting(tx, "4", kind="card", recipient="U-OTHER", due_at=NOW - LEASE)
        a_posting(tx, "5", kind="invite", recipient="U-BEING-SENT")
        claimed(tx, "5")

        both = tx.postings.readers_due(["invite", "nudge"], now=NOW, most=9)
        one = tx.postings.readers_due(["invite", "nudge"], now=NOW, most=1)

    assert (both, one) == (["U-OVERDUE", "U-DUE"], ["U-OVERDUE"])


def test_what_is_owed_and_what_was_left_by_whoever_died_come_in_one_order(store: Store) -> None:
    """By when it was due; then by when it was written down, and by its key."""
    with store.transaction("T1") as tx:
        for key, minutes in [("d", 2), ("b", 1), ("a", 1), ("e", 0), ("c", 1)]:
            a_posting(tx, key, due_at=NOW + timedelta(minutes=minutes))
        for key, lease in [
            ("e", timedelta(minutes=9)),
            ("b", timedelta(minutes=1)),
            ("d", timedelta(hours=9)),
        ]:
            assert tx.postings.claim(key, token="died", now=NOW + timedelta(minutes=2), lease=lease)
        later = NOW + timedelta(minutes=3)
        order = [tx.postings.claim_next(token="t", now=later, lease=LEASE) for _ in range(5)]

    assert [posting and posting.key for posting in order] == ["a", "b", "c", "d", None]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_claim_costs_the_same_however_much_is_due(store: Store) -> None:
    def owe(numbers: range) -> None:
        with store.transaction("T1") as tx:
            for number in numbers:
                a_posting(tx, f"card/{number}", due_at=NOW - number * timedelta(seconds=1))

    def steps() -> int:
        """Of SQLite's, for the next claim."""
        done: list[None] = []
        with store.transaction("T1") as tx:
            tx._line.driver.set_progress_handler(lambda: done.append(None), 1)
            assert tx.postings.claim_next(token="t", now=NOW, lease=LEASE)
            tx._line.driver.set_progress_handler(None, 0)
        return len(done)

    owe(range(10))
    few = steps()
    owe(range(10, 1000))

    assert steps() < 1.5 * few


def test_a_claim_holds_for_its_lease_and_comes_back_as_a_second_attempt(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        claimed(tx, token="first")

    with store.transaction("T1") as tx:
        just_before, at_the_end = NOW + LEASE - timedelta(microseconds=1), NOW + LEASE
        assert tx.postings.claim_next(token="second", now=just_before, lease=LEASE) is None
        again = tx.postings.claim_next(token="second", now=at_the_end, lease=LEASE)

    assert again is not None
    assert (again.claim, again.attempts, again.attempted_at) == ("second", 2, NOW)


def test_only_who_holds_the_claim_may_settle_it(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        lost = claimed(tx, token="first")
        held = claimed(tx, token="second", at=LEASE)

        assert not tx.postings.sent(lost, channel="D1", ts="1.1")
        assert not tx.postings.not_sent(lost, due_at=NOW, note="late")
        assert not tx.postings.give_up(lost, state=PostingState.FAILED, note="late")
        assert tx.postings.find(KEY) == held
        assert tx.postings.sent(held, channel="D1", ts="2.2")
        assert not tx.postings.sent(held, channel="D1", ts="3.3")


def test_what_was_surely_not_sent_is_owed_as_if_never_tried(store: Store) -> None:
    later = NOW + timedelta(seconds=30)
    with store.transaction("T1") as tx:
        a_posting(tx)
        assert tx.postings.not_sent(claimed(tx), due_at=later, note="rate limited")

        assert tx.postings.claim_next(token="t", now=NOW, lease=LEASE) is None
        again = tx.postings.claim_next(token="t", now=later, lease=LEASE)
        assert again is not None
        assert (again.attempts, again.attempted_at, again.note) == (1, later, "rate limited")


def test_how_often_it_went_wrong_is_kept_until_somebody_wants_it_again(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        for number in range(3):
            posting = claimed(tx)
            assert posting.failures == number
            assert tx.postings.count_failure(posting)
            assert tx.postings.not_sent(posting, due_at=NOW, note="why")
        posting = claimed(tx)
        assert tx.postings.give_up(posting, state=PostingState.FAILED, note="why")
        assert not tx.postings.count_failure(posting)

        tx.postings.owe_again(KEY, due_at=NOW)

        assert claimed(tx).failures == 0


def test_times_are_kept_in_utc_whatever_zone_they_came_in(store: Store) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with store.transaction("T1") as tx:
        a_posting(tx, due_at=elsewhere)
        tx.postings.claim(KEY, token="t", now=elsewhere, lease=LEASE)

    with store.transaction("T1") as tx:
        posting = tx.postings.find(KEY)
        assert posting is not None
        assert [(at, at.utcoffset()) for at in (posting.due_at, posting.attempted_at) if at] == [
            (NOW, timedelta()),
            (NOW, timedelta()),
        ]


def test_many_who_claim_at_once_get_each_posting_once(store: Store, second: Store) -> None:
    keys = [f"card/S1/{n:02}" for n in range(30)]
    with store.transaction("T1") as tx:
        for key in keys:
            a_posting(tx, key)

    def take_all(where: Store, token: str) -> list[str]:
        taken: list[str] = []
        while True:
            with where.transaction("T1") as tx:
                posting = tx.postings.claim_next(token=token, now=NOW, lease=LEASE)
            if posting is None:
                return taken
            taken.append(posting.key)

    taken = at_once(*[lambda n=n: take_all((store, second)[n % 2], f"worker {n}") for n in range(4)])

    assert sorted(key for each in taken for key in each) == keys


def test_many_who_claim_one_posting_at_once_are_one_who_has_it(store: Store, second: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)

    def take(where: Store, token: str) -> Posting | None:
        with where.transaction("T1") as tx:
            return tx.postings.claim(KEY, token=token, now=NOW, lease=LEASE)

    taken = at_once(*[lambda n=n: take((store, second)[n % 2], str(n)) for n in range(6)])

    assert [posting.attempts for posting in taken if posting] == [1]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_nobody_waits_for_a_claim_in_the_making(store: Store, second: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx, "1")
        a_posting(tx, "2")

    with store.transaction("T1") as mine, second.transaction("T1") as theirs:
        order = [tx.postings.claim_next(token="t", now=NOW, lease=LEASE) for tx in (mine, theirs, mine)]

    assert [posting and posting.key for posting in order] == ["1", "2", None]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_who_waited_for_a_claim_looks_again(store: Store, second: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)

    def take() -> Posting | None:
        with second.transaction("T1") as tx:
            return tx.postings.claim(KEY, token="late", now=NOW, lease=LEASE)

    with ThreadPoolExecutor(1) as thread, store.transaction("T1") as tx:
        claimed(tx)
        waiting = thread.submit(take)
        tx.postings.in_state(PostingState.OWED)  # still ours: nothing is committed yet
        assert not waiting.done()

    assert waiting.result() is None


def test_a_claim_can_be_held_longer_but_not_once_it_is_anothers(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        first = claimed(tx)
        assert tx.postings.hold(first, until=NOW + 2 * LEASE)
        assert tx.postings.claim_next(token="second", now=NOW + LEASE, lease=LEASE) is None
        claimed(tx, token="second", at=2 * LEASE)

        assert not tx.postings.hold(first, until=NOW + 9 * LEASE)


def test_who_claims_again_what_it_lost_cannot_settle_by_the_claim_that_it_lost(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        lost = claimed(tx)
        held = claimed(tx, at=LEASE)

        assert (lost.claim, lost.attempts, held.attempts) == (held.claim, 1, 2)
        assert not tx.postings.sent(lost, channel="D1", ts="1.1")
        assert tx.postings.sent(held, channel="D1", ts="2.2")


def test_a_claim_of_whoever_had_a_clock_that_was_a_year_ahead_is_free(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        claimed(tx, at=timedelta(days=365))

        assert claimed(tx, token="whose clock is right").attempts == 2


def test_who_lost_a_claim_cannot_settle_the_first_one_of_a_new_count(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        lost = claimed(tx, token="first")
        assert tx.postings.not_sent(claimed(tx, token="second", at=LEASE), due_at=NOW, note="why")
        held = claimed(tx, token="third")

        assert lost.attempts == held.attempts
        assert not tx.postings.sent(lost, channel="D1", ts="1.1")


def test_what_is_on_its_way_or_there_is_not_owed_again_nor_moved_nor_taken_back(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx)
        held = claimed(tx)
        for is_there in (False, True):
            assert not is_there or tx.postings.sent(held, channel="D1", ts="1.1")
            before = tx.postings.find(KEY)

            assert not tx.postings.owe_again(KEY, due_at=NOW)
            assert not tx.postings.owe_elsewhere(KEY, "U-LEE", due_at=NOW)
            assert not tx.postings.move(held, due_at=NOW + LEASE)
            assert not tx.postings.withdraw(held, note="why")
            tx.postings.readdress("S1", was="U-ANA", now="U-LEE")
            assert tx.postings.find(KEY) == before

        assert not tx.postings.fold(held, into="another")


def test_of_somebody_who_is_forgotten_some_kinds_stay(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_posting(tx, "1", kind="card")
        a_posting(tx, "2", kind="told")

        tx.postings.forget_of("U-ANA", besides=["told"])

        assert [posting.key for posting in tx.postings.to("U-ANA")] == ["2"]
