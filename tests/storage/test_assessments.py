from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage.records import AssessmentState
from storage.store import Store
from tests.storage.given import NOW, an_assessment, at_once


@pytest.fixture
def second(store: Store, database_url: str) -> Any:
    """Another process on the same database."""
    second = Store.open(database_url)
    yield second
    second.close()


def test_rounds_of_one_subject_are_numbered_however_its_name_is_written(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx, "A1", subject="ABC Inc.")
        an_assessment(tx, "A2", subject=" abc  INC. ")
        an_assessment(tx, "A3", subject="Straße")

        assert [tx.assessments.get(id).round for id in ("A1", "A2", "A3")] == [1, 2, 1]


def test_two_rounds_begun_at_once_get_two_numbers(store: Store, second: Store) -> None:
    def begin(where: Store, id: str) -> int:
        with where.transaction("T1") as tx:
            return an_assessment(tx, id).round

    assert sorted(at_once(lambda: begin(store, "A1"), lambda: begin(second, "A2"))) == [1, 2]


def test_an_id_is_given_once(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx, "A1")

    with pytest.raises(IntegrityError), store.transaction("T1") as tx:
        an_assessment(tx, "A1")


def test_of_two_who_open_it_one_wins(store: Store, second: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)

    def open_it(where: Store) -> bool:
        with where.transaction("T1") as tx:
            return tx.assessments.change(
                "A1", only_if=AssessmentState.DRAFT, state=AssessmentState.OPEN, opened_at=NOW
            )

    assert sorted(at_once(lambda: open_it(store), lambda: open_it(second))) == [False, True]
    with store.transaction("T1") as tx:
        assert (tx.assessments.get("A1").state, tx.assessments.get("A1").opened_at) == (
            AssessmentState.OPEN,
            NOW,
        )


def test_open_ones_are_to_close_when_their_time_has_come(store: Store) -> None:
    with store.transaction("T1") as tx:
        draft = an_assessment(tx, "A1")
        an_assessment(tx, "A2")
        tx.assessments.change("A2", only_if=AssessmentState.DRAFT, state=AssessmentState.OPEN)

        assert tx.assessments.to_close(draft.closes_at - timedelta(seconds=1)) == []
        assert [a.id for a in tx.assessments.to_close(draft.closes_at)] == ["A2"]
        assert [a.id for a in tx.assessments.in_states(list(AssessmentState))] == ["A2", "A1"]
        assert tx.assessments.in_states([]) == []


def test_every_new_result_is_a_revision_and_the_old_one_stays(store: Store, second: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)

    def publish(where: Store, level: int) -> int:
        with where.transaction("T1") as tx:
            return tx.results.add("A1", body={"level": level}, at=NOW, by="U-LEE").revision

    assert sorted(at_once(lambda: publish(store, 1), lambda: publish(second, 1))) == [1, 2]
    assert publish(store, 3) == 3
    with second.transaction("T1") as tx:
        latest = tx.results.latest("A1")
        assert latest is not None
        assert (latest.revision, latest.body, latest.at) == (3, {"level": 3}, NOW)
