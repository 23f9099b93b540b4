"""Somebody removes us from a workspace: what is owed waits, and after a while nothing of it is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from conversation import departed, installation, installing
from storage.store import Store
from tests.conversation.desk import Bench
from tests.storage.given import a_row_in_every_table, an_installation, rows

EVER = timedelta(days=4000)


@pytest.fixture
def bench() -> Bench:
    bench = Bench(Store.in_memory())
    with bench.store.transaction("T1") as tx:
        a_row_in_every_table(tx)
        tx.departures.back()
    return bench


def kept_of(store: Store) -> dict[str, set[object]]:
    """Of which workspaces each table has rows."""
    found = rows(store._engine)
    return {table: {row["team_id"] for row in there} for table, there in found.items()}


def test_we_are_gone_until_slack_takes_our_token_again(bench: Bench) -> None:
    assert not installation.is_lost(bench.desk)
    installation.lost(bench.desk, why="app_uninstalled")
    installation.lost(bench.desk, why="tokens_revoked")
    assert installation.is_lost(bench.desk)

    assert installation.back(bench.desk)
    assert not installation.back(bench.desk)
    assert not installation.is_lost(bench.desk)


def test_a_word_that_comes_late_is_about_the_installation_before(bench: Bench) -> None:
    anew = an_installation(sealed="another").model_copy(update={"installed_at": bench.clock.at})
    installing.install(bench.desk, anew)

    before = installation.lost(bench.desk, why="app_uninstalled", at=bench.clock.at - timedelta(minutes=5))
    assert (before, installation.is_lost(bench.desk)) == (False, False)
    now = installation.lost(bench.desk, why="app_uninstalled", at=bench.clock.at)
    assert (now, installation.is_lost(bench.desk)) == (True, True)


def test_after_the_days_of_grace_nothing_of_that_workspace_is_left_and_nothing_of_others_is_lost(
    bench: Bench,
) -> None:
    with bench.store.transaction("T2") as tx:
        a_row_in_every_table(tx)
        tx.departures.back()
    before = kept_of(bench.store)
    at = bench.clock.at
    installation.lost(bench.desk, why="app_uninstalled")

    early = departed.erase(bench.store, at + timedelta(days=29))
    late = departed.erase(bench.store, at + timedelta(days=31))

    assert (early, late) == ((), ("T1",))
    assert {table for table, teams in before.items() if teams != {"T1", "T2"}} == {"departure"}
    assert kept_of(bench.store) == {table: teams - {"T1"} for table, teams in before.items()}


def test_who_comes_back_in_time_has_lost_nothing(bench: Bench) -> None:
    before = kept_of(bench.store)
    installation.lost(bench.desk, why="tokens_revoked")
    installation.back(bench.desk)

    assert departed.erase(bench.store, bench.clock.at + EVER) == ()
    assert kept_of(bench.store) == before


def test_without_a_number_of_days_all_is_kept(bench: Bench) -> None:
    installation.lost(replace(bench.desk, uninstalled_days=0), why="app_uninstalled")

    assert departed.erase(bench.store, bench.clock.at + EVER) == ()
