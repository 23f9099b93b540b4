"""Evidence and calibrations: kept once, ruled on once, and forgotten about whom and when."""

from datetime import timedelta

from storage.records import EvidenceState, PostingState, Said, SeatCount, SeatState
from storage.store import Store
from tests.storage.given import (
    NOW,
    a_calibration,
    a_fact,
    a_posting,
    a_seat,
    an_assessment,
    some_evidence,
)


def test_the_same_form_twice_is_one_piece_of_evidence(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx)

        assert some_evidence(tx, "E1")
        assert not some_evidence(tx, "E2")

        assert [found.id for found in tx.evidence.of_seat("S1")] == ["E1"]
        assert tx.evidence.of_seat("S1")[0].file is not None


def test_of_two_rulings_one_counts(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx)
        some_evidence(tx)

        first = tx.evidence.rule(
            "E1", only_if=EvidenceState.WAITING, state=EvidenceState.ACCEPTED, by="U-LEE", at=NOW, level=2
        )
        second = tx.evidence.rule(
            "E1", only_if=EvidenceState.WAITING, state=EvidenceState.RETURNED, by="U-KIM", at=NOW, reason="no"
        )

        found = tx.evidence.find("E1")
        assert (first, second) == (True, False)
        assert found is not None
        assert (found.state, found.ruled_by, found.reason) == (EvidenceState.ACCEPTED, "U-LEE", None)
        assert tx.evidence.counts("A1") == {EvidenceState.ACCEPTED: 1}


def test_what_was_withdrawn_is_not_shown(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx)
        some_evidence(tx)
        tx.evidence.rule("E1", only_if=EvidenceState.WAITING, state=EvidenceState.WITHDRAWN, by=None, at=NOW)

        assert tx.evidence.of_seat("S1") == []


def test_the_last_calibration_of_a_question_counts_and_can_be_taken_back(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        assert a_calibration(tx, "V1", level=1)
        assert not a_calibration(tx, "V1", level=3)
        a_calibration(tx, "V2", level=2)
        assert {key: found.level for key, found in tx.calibrations.standing("A1").items()} == {"q1": 2}

        a_calibration(tx, "V3", level=None)

        assert tx.calibrations.standing("A1") == {}
        assert [found.level for found in tx.calibrations.of("A1")] == [1, 2, None]


def test_seats_are_counted_by_roles_and_state(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx, "S1", user="U-ANA", roles=("engineer", "analyst"))
        a_seat(tx, "S2", user="U-BEN", roles=("engineer",))
        a_seat(tx, "S3", user="U-CAT", roles=("engineer",))
        tx.seats.change("S2", state=SeatState.SENT, answered=3)
        tx.seats.change("S3", state=SeatState.SENT)

        assert tx.seats.counts("A1") == [
            SeatCount(roles=("analyst", "engineer"), state=SeatState.INVITED, n=1, begun=0),
            SeatCount(roles=("engineer",), state=SeatState.SENT, n=2, begun=1),
        ]


def test_what_holds_stays_when_who_said_it_and_when_is_forgotten(store: Store) -> None:
    later = NOW + timedelta(days=3)
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx)
        tx.seats.change("S1", state=SeatState.SENT, answered=1)
        for number, kind in enumerate(
            [Said.STARTED, Said.ANSWERED, Said.COMMENTED, Said.ANSWERED, Said.SENT]
        ):
            tx.answers.put("S1", "A1", a_fact(f"typed/D-ANA/{number}", kind, value=number))
        some_evidence(tx)
        some_evidence(tx, "E2", key="typed/D1/2.0")
        ruling = {"only_if": EvidenceState.WAITING, "at": NOW}
        tx.evidence.rule("E1", state=EvidenceState.ACCEPTED, by="U-LEE", **ruling)
        tx.evidence.rule("E2", state=EvidenceState.WITHDRAWN, by=None, **ruling)
        a_posting(tx)
        counts = tx.answers.counts("A1"), tx.seats.counts("A1")

    with store.transaction("T1") as tx:
        seats = tx.seats.set_anew("A1", lambda: "S7", at=later)
        tx.evidence.forget_authors("A1", at=later)
        tx.answers.move(seats, at=later)
        tx.postings.forget_about(seats)
        tx.seats.forget("A1", seats)

    with store.transaction("T1") as tx:
        assert seats == {"S1": "S7"}
        assert (tx.answers.counts("A1"), tx.seats.counts("A1")) == counts
        (seat,) = tx.seats.of("A1")
        assert (seat.id, seat.user_id, seat.invited_at, seat.active_at) == ("S7", "", later, later)
        assert tx.seats.find("S1") is None
        assert tx.seats.held_by("U-ANA") == []
        assert [(fact.key, fact.value, fact.at) for fact in tx.answers.of("S7")] == [
            ("answered/q1", 3, later),
            ("commented/q1", 2, later),
        ]
        assert tx.answers.of("S1") == []
        evidence = tx.evidence.find("E1")
        assert evidence is not None
        assert (evidence.seat_id, evidence.key) == (None, "E1")
        assert (evidence.at, evidence.ruled_at, evidence.ruled_by) == (later, later, "U-LEE")
        assert tx.evidence.find("E2") is None
        assert tx.postings.find("card/S1/1") is None
        assert tx.postings.in_state(PostingState.OWED) == []


def test_a_file_that_is_deleted_is_marked_wherever_it_is_shown(store: Store) -> None:
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx)
        some_evidence(tx, "E1")
        some_evidence(tx, "E2", key="typed/D1/2.0")

        for shown in tx.evidence.with_file("F1"):
            tx.evidence.lose_file(shown)

        gone = [shown.file and shown.file.gone for shown in tx.evidence.of_seat("S1")]
        assert gone == [True, True]
        assert tx.evidence.with_file("F2") == []


def test_a_file_of_another_workspace_is_another(store: Store) -> None:
    with store.transaction("T2") as tx:
        an_assessment(tx)
        a_seat(tx)
        some_evidence(tx)

    with store.transaction("T1") as tx:
        assert tx.evidence.with_file("F1") == []
