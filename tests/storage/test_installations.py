"""Where we are installed: kept as ciphertext, renewed by one process, and nobody's but theirs."""

from datetime import timedelta

from storage.records import Installation
from storage.store import Store
from tests.storage.given import NOW, an_installation, at_once

SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(hours=12)
LEASE = timedelta(minutes=2)


def claim(store: Store, *, at_minute: int = 0, team: str = "T1") -> Installation | None:
    now = NOW + timedelta(minutes=at_minute)
    with store.transaction(team) as tx:
        return tx.installations.claim_renewal(due=now + timedelta(hours=2), now=now, until=now + LEASE)


def put(store: Store, installation: Installation) -> None:
    with store.transaction(installation.team_id) as tx:
        tx.installations.put(installation)


def test_one_of_many_renews_a_token_and_another_one_if_that_one_dies(store: Store) -> None:
    put(store, an_installation(expires_at=SOON))
    put(store, an_installation("T2", expires_at=LATER))
    put(store, an_installation("T3"))

    claimed = at_once(*[lambda: claim(store)] * 4)

    assert sum(each is not None for each in claimed) == 1
    assert claim(store, at_minute=1) is None
    assert claim(store, at_minute=2) is not None
    assert [claim(store, team=team) for team in ("T2", "T3")] == [None, None]


def test_who_installs_it_anew_meanwhile_has_the_newer_tokens(store: Store) -> None:
    put(store, an_installation(expires_at=SOON, sealed="old"))
    claimed = claim(store)
    assert claimed
    put(store, an_installation(expires_at=LATER, sealed="newest"))

    with store.transaction("T1") as tx:
        too_late = tx.installations.renewed(claimed, sealed="new", expires_at=LATER)
        resealed = tx.installations.reseal("newest, under another key", was="newest")
        moved = tx.installations.reseal("old, under another key", was="old")
        kept = tx.installations.current()

    assert (too_late, resealed, moved) == (False, True, False)
    assert kept
    assert (kept.sealed, kept.version) == ("newest, under another key", 2)


def test_a_renewed_token_has_another_version_and_a_state_is_good_once(store: Store) -> None:
    put(store, an_installation(expires_at=SOON))
    claimed = claim(store)
    assert claimed
    with store.transaction("T1") as tx:
        assert tx.installations.renewed(claimed, sealed="new", expires_at=LATER)
    with store.transaction("") as tx:
        tx.consents.expect(state="s", browser="b", until=SOON)
        tx.consents.expect(state="over", browser="b", until=NOW)
        tx.consents.forget_over(NOW)
        taken = [tx.consents.take("s"), tx.consents.take("s"), tx.consents.take("over")]

    assert [each.version for each in store.installations()] == [2]
    assert taken == [("b", SOON), None, None]
