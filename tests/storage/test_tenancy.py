"""Many Slack workspaces share one database, and none sees or touches another's rows."""

import pytest
from sqlalchemy.exc import NoResultFound

from storage.records import ActionState, AssessmentState, Count, EvidenceState, Person, PostingState
from storage.store import Store, Tx
from tests.storage.given import LEASE, NOW, a_fact, a_posting, a_row_in_every_table
from tests.storage.statements import of_every_workspace, statements


def what_can_be_seen(tx: Tx) -> list[object]:
    return [
        tx.assessments.find("A1"),
        tx.assessments.in_states(list(AssessmentState)),
        tx.assessments.to_close(NOW + 100 * LEASE),
        tx.seats.find("S1"),
        tx.seats.lock("S1"),
        tx.seats.held_by("U-ANA"),
        tx.seats.of("A1"),
        tx.answers.of("S1"),
        tx.answers.heard("card/q1/0", ["S1"]),
        tx.answers.counts("A1"),
        tx.seats.counts("A1"),
        tx.evidence.find("E1"),
        tx.evidence.of_seat("S1"),
        tx.evidence.in_state("A1", EvidenceState.WAITING),
        tx.evidence.counts("A1"),
        tx.calibrations.of("A1"),
        [*tx.answers.sheets("A1")],
        [
            *tx.answers.sheets_with(
                "A1", [Count(question="q1", roles=("engineer",), kind="answered", value=2, n=1)]
            )
        ],
        tx.postings.find("card/S1/1"),
        tx.postings.in_state(PostingState.OWED),
        tx.postings.about(["S1"], kind="card"),
        tx.results.latest("A1"),
        tx.rankings.get("A1").revision,
        tx.rankings.ratings("A1"),
        tx.rankings.needs("A1"),
        tx.rankings.moves("A1"),
        tx.rankings.by("U-LEE"),
        tx.actions.find("AC1"),
        tx.actions.of("A1"),
        tx.actions.owned_by("U-ANA"),
        tx.actions.notes("A1"),
        tx.installations.current(),
    ]


def test_another_workspace_sees_nothing(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_row_in_every_table(tx)

    with store.transaction("T2") as other:
        assert not any(what_can_be_seen(other))
        assert not other.seats.any_open("A1")
        assert other.people.get("U-ANA") == Person(user_id="U-ANA", name="<@U-ANA>")
        with pytest.raises(NoResultFound):
            other.packs.body("d1")
        with pytest.raises(NoResultFound):
            other.assessments.get("A1")
        with pytest.raises(NoResultFound):
            other.results.get("A1", 1)


def test_another_workspace_changes_nothing(store: Store) -> None:
    with store.transaction("T1") as tx:
        a_row_in_every_table(tx)
        before, action = what_can_be_seen(tx), tx.actions.find("AC1")
    assert action is not None

    with store.transaction("T2") as other:
        other.assessments.change("A1", only_if=AssessmentState.DRAFT, state=AssessmentState.OPEN)
        other.seats.change("S1", answered=9)
        assert other.seats.set_anew("A1", lambda: "S2", at=NOW) == {}
        other.seats.forget("A1", ["S1"])
        other.answers.move({"S1": "S2"}, at=NOW)
        other.evidence.support("E1", level=9)
        other.evidence.forget_authors("A1", at=NOW)
        other.postings.forget_about(["S1"])
        ruling = {"only_if": EvidenceState.WAITING, "state": EvidenceState.ACCEPTED, "by": "U-LEE"}
        assert not other.actions.change(action, by="U-ANA", what="edited", at=NOW, objective="Theirs")
        assert not other.evidence.rule("E1", at=NOW, **ruling)
        assert other.postings.claim("card/S1/1", token="t", now=NOW, lease=LEASE) is None
        assert other.postings.claim_next(token="t", now=NOW, lease=LEASE) is None

    with store.transaction("T1") as tx:
        assert what_can_be_seen(tx) == before


def test_the_same_ids_in_two_workspaces_do_not_meet(store: Store) -> None:
    for team in ("T1", "T2"):
        with store.transaction(team) as tx:
            a_row_in_every_table(tx)

    with store.transaction("T1") as tx:
        tx.answers.put("S1", "A1", a_fact("card/q1/1", value=4))
        tx.seats.change("S1", answered=1)
        tx.actions.mark("AC1", state=ActionState.DONE, by="U-ANA", text=None, at=NOW)
        claimed = tx.postings.claim("card/S1/1", token="t", now=NOW, lease=LEASE)
        assert claimed is not None

    with store.transaction("T2") as tx:
        assert [count.value for count in tx.answers.counts("A1")] == [2]
        assert [seat.answered for seat in tx.seats.of("A1")] == [0]
        assert [action.state for action in tx.actions.of("A1")] == [ActionState.AT_RISK, ActionState.ON_TRACK]
        assert not tx.postings.sent(claimed, channel="D1", ts="1.1")
        assert not a_posting(tx)
        assert tx.postings.claim_next(token="t", now=NOW, lease=LEASE) == claimed


def test_every_statement_says_of_which_workspace() -> None:
    found = [(where, of_every_workspace(each)) for where, each in statements()]

    assert len(found) > 200
    assert [(where, tables) for where, tables in found if tables] == []
