from decimal import Decimal

import pytest

from storage.records import ActionChange, ActionState
from storage.store import Store
from tests.storage.given import NOW, an_action, an_assessment


@pytest.fixture
def with_action(store: Store) -> Store:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        an_action(tx)
    return store


def test_a_change_keeps_what_was_and_by_whom(with_action: Store) -> None:
    with with_action.transaction("T1") as tx:
        found = tx.actions.find("AC1")
        assert found is not None
        assert tx.actions.change(
            found, by="U-LEE", what="measured", at=NOW, target=Decimal("7.10"), informed=("U-BO",)
        )

        now = tx.actions.find("AC1")
        assert now is not None
        assert (str(now.target), now.informed, now.revision) == ("7.10", ("U-BO",), 1)
        assert tx.actions.changes("A1") == [
            ActionChange(
                action_id="AC1",
                by="U-LEE",
                what="measured",
                values={"target": [None, "7.10"], "informed": [[], ["U-BO"]]},
                at=NOW,
            )
        ]


def test_who_changes_what_somebody_else_has_changed_since_changes_nothing(with_action: Store) -> None:
    with with_action.transaction("T1") as tx:
        read = tx.actions.find("AC1")
        assert read is not None
        tx.actions.mark("AC1", state=ActionState.AT_RISK, by="U-ANA", text=None, at=NOW)

        assert not tx.actions.change(read, by="U-LEE", what="handed_over", at=NOW, owner="U-BO")

        now = tx.actions.find("AC1")
        assert now is not None
        assert (now.owner, now.state) == ("U-ANA", ActionState.AT_RISK)
        assert tx.actions.changes("A1") == []


def test_what_is_said_with_a_number_is_what_the_measure_is_now(with_action: Store) -> None:
    with with_action.transaction("T1") as tx:
        tx.actions.mark(
            "AC1", state=ActionState.ON_TRACK, by="U-ANA", text="2 of 7", at=NOW, measured=Decimal(2)
        )

        now = tx.actions.find("AC1")
        assert now is not None
        assert now.current == Decimal(2)
        assert [note.measured for note in tx.actions.notes("A1")] == [Decimal(2)]


def test_a_step_is_ticked_once_and_can_be_opened_again(with_action: Store) -> None:
    with with_action.transaction("T1") as tx:
        assert tx.actions.add_step("AC1", id="ST2", position=2, text="Name its keeper")
        assert tx.actions.add_step("AC1", id="ST1", position=1, text="Write the register")
        assert not tx.actions.add_step("AC1", id="ST1", position=3, text="Write it twice")

        assert [tx.actions.tick("AC1", "ST1", by="U-ANA", at=NOW) for _ in range(2)] == [True, False]
        assert [(step.id, step.done_by) for step in tx.actions.steps("A1")] == [
            ("ST1", "U-ANA"),
            ("ST2", None),
        ]
        assert tx.actions.tick("AC1", "ST1", by=None, at=None)
        assert tx.actions.remove_step("AC1", "ST2")
        assert [(step.text, step.done_at) for step in tx.actions.steps("A1")] == [
            ("Write the register", None)
        ]


def test_needs_are_what_was_set_last(with_action: Store) -> None:
    with with_action.transaction("T1") as tx:
        an_action(tx, "AC2")
        an_action(tx, "AC3")
        tx.actions.set_needs("AC1", ["AC3", "AC2"])
        tx.actions.set_needs("AC2", ["AC3"])
        tx.actions.set_needs("AC1", ["AC2"])

        assert tx.actions.needs("A1") == {"AC1": {"AC2"}, "AC2": {"AC3"}}


def test_an_action_of_another_workspace_stays_as_it_is(store: Store) -> None:
    for team in ("T1", "T2"):
        with store.transaction(team) as tx:
            an_assessment(tx)
            an_action(tx)

    with store.transaction("T1") as tx:
        found = tx.actions.find("AC1")
        assert found is not None
        assert tx.actions.change(found, by="U-LEE", what="edited", at=NOW, objective="Another")

    with store.transaction("T2") as tx:
        there = tx.actions.find("AC1")
        assert there is not None
        assert there.objective == found.objective
