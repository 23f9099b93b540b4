"""Whoever takes back what they said leaves nothing behind, in any column of any row; what others said stays
as it was. Of a result that was posted only as much changes as gives nobody away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import evidence, interview, ledger, mydata, reports, results, sharing, withdrawal
from conversation.contents import AspectReply, Correction, Verdict
from conversation.errors import Forgotten, NothingOfYours, NotYourSeat, WouldGiveAway
from conversation.evidence import Shown
from conversation.scope import Privacy
from conversation.withdrawal import Outcome
from storage.records import Assessment, EvidenceForm, SeatState
from storage.store import Store
from tests.conftest import few
from tests.conversation.desk import Bench
from tests.storage.given import rows

OTHERS = ["U-BEN", "U-CAT", "U-DAN", "U-EVA"]
EVERYBODY = {user: ["BAKER"] for user in ["U-ANA", *OTHERS]}
#: Ana's words begin with this, and nobody else's do.
MARK = "zebra"
WORDS = "We are sure of this."


def a_round(bench: Bench, privacy: Privacy = Privacy.ATTRIBUTED, **decided: Any) -> Assessment:
    return bench.opened(EVERYBODY, privacy=privacy, **decided)


def says(bench: Bench, user: str, text: str, question: str = "FLOUR", *, quotable: bool = True) -> None:
    bench.clock.passes(minutes=1)
    spoken = interview.comment(
        bench.desk, user, seat=bench.seat(user), question=question, text=text, key=text, quotable=quotable
    )
    bench.drawn(spoken)


def all_answer(bench: Bench, *, ana: int = 3) -> None:
    for user in EVERYBODY:
        bench.answers_all(user, ana if user == "U-ANA" else 1)
        says(bench, user, f"{MARK} quoted" if user == "U-ANA" else WORDS)
        bench.sends(user)


def closed_and_shared(bench: Bench, opened: Assessment) -> None:
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id)
    bench.beat()


def takes_back(bench: Bench, user: str = "U-ANA") -> withdrawal.Withdrawn:
    bench.clock.passes(minutes=1)
    return withdrawal.withdraw(bench.desk, user, seat=bench.seat(user))


def shown_to(bench: Bench, user: str) -> Verdict:
    return reports.verdict(bench.desk, user, channel="C-ML")


DEEDS = st.lists(
    st.sampled_from(["answer", "comment", "quote", "show", "type", "reject", "take away", "send", "look"]),
    max_size=12,
)
MOMENTS = st.sampled_from(["open", "closed", "shared"])
PRIVACY = st.sampled_from([Privacy.ATTRIBUTED, Privacy.CONFIDENTIAL])


@few(5)
@given(deeds=DEEDS, when=MOMENTS, privacy=PRIVACY)
def test_nothing_of_who_withdraws_is_left_and_nothing_of_others_is_lost(
    deeds: list[str], when: str, privacy: Privacy
) -> None:
    bench = Bench(Store.in_memory())
    opened = a_round(bench, privacy)
    for user in OTHERS:
        bench.answers_all(user, 1)
        says(bench, user, WORDS)
        bench.sends(user)
    seat = bench.seat("U-ANA")
    bench.starts("U-ANA")
    for number, deed in enumerate(deeds):
        does(bench, deed, f"{MARK} {number}")
    if when != "open":
        bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    if when == "shared":
        bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
        sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id)
        bench.beat()
    before = said_by_others(bench, opened, besides=seat)

    bench.post([posting for done in withdrawal.forget(bench.desk, "U-ANA") for posting in done.owed])
    bench.beat()

    for table, found in rows(bench.store._engine).items():
        for row in found:
            told = str(row)
            assert not [trace for trace in ("U-ANA", MARK, seat) if trace in told], (table, told)
    assert said_by_others(bench, opened, besides=seat) == before
    with bench.store.transaction(bench.team) as tx:
        states = [each.state for each in tx.seats.of(opened.id)]
    assert sorted(states) == sorted([SeatState.SENT] * len(OTHERS) + [SeatState.WITHDREW])


def test_of_whom_nothing_is_known_nothing_is_erased(bench: Bench) -> None:
    with pytest.raises(NothingOfYours):
        withdrawal.forget(bench.desk, "U-NOBODY")


def does(bench: Bench, deed: str, words: str) -> None:
    asking = bench.look("U-ANA").interview.asking
    match deed:
        case "answer" if asking:
            bench.clicks("U-ANA", 2)
        case "comment" | "quote":
            says(bench, "U-ANA", words, quotable=deed == "quote")
        case "show" | "take away":
            bench.clock.passes(minutes=1)
            shown = Shown(EvidenceForm.TEXT, text=words)
            spoken = evidence.show(
                bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="FLOUR", shown=[shown], key=words
            )
            kept = bench.drawn(spoken).owed[0].contents["values"]["evidence"][0]["id"]
            if deed == "take away":
                evidence.withdraw(bench.desk, "U-ANA", evidence=kept)
        case "type":
            bench.types("U-ANA", f"{words} is what we do")
        case "reject":
            bench.types("U-ANA", f"does not apply because {words}")
        case "send":
            bench.answers_all("U-ANA", 0)
            bench.sends("U-ANA")
        case "look":
            bench.post(mydata.ask(bench.desk, "U-ANA", key=words))


def said_by_others(bench: Bench, opened: Assessment, *, besides: str) -> dict[str, object]:
    with bench.store.transaction(bench.team) as tx:
        return {
            seat.user_id: (seat, tx.answers.of(seat.id), tx.evidence.of_seat(seat.id))
            for seat in tx.seats.of(opened.id)
            if seat.user_id and seat.id != besides
        }


def test_who_withdraws_is_asked_and_reminded_no_more(bench: Bench) -> None:
    a_round(bench)
    bench.starts("U-ANA")
    seat = bench.seat("U-ANA")

    done = takes_back(bench)
    said = []
    for _ in range(4 * 24):
        bench.clock.passes(hours=1)
        said += bench.beat()

    assert done.outcome is Outcome.OPEN
    assert {type(each).__name__ for each in said} == {"Nudge"}
    assert {posting.recipient for posting in bench.posted if posting.kind == "nudge"} == set(OTHERS)
    with pytest.raises(Forgotten):
        interview.start(bench.desk, "U-ANA", seat=seat)
    status = reports.status(bench.desk, "U-LEE")
    assert (status.invited, status.withdrew) == (5, 1)


def test_nobody_takes_back_what_another_said(bench: Bench) -> None:
    a_round(bench)

    with pytest.raises(NotYourSeat):
        withdrawal.withdraw(bench.desk, "U-BEN", seat=bench.seat("U-ANA"))


def test_the_last_who_was_waited_for_may_be_who_withdraws(bench: Bench) -> None:
    a_round(bench)
    for user in OTHERS:
        bench.answers_all(user, 1)
        bench.sends(user)

    done = takes_back(bench)

    assert [posting.kind for posting in done.owed] == ["finished"]


def test_a_posted_result_is_changed_where_it_stands_with_its_thread_and_in_every_direct_message(
    bench: Bench,
) -> None:
    opened = a_round(bench)
    all_answer(bench)
    closed_and_shared(bench, opened)
    places = {(posting.kind, posting.recipient): bench.found(posting.key) for posting in bench.posted}

    done = takes_back(bench)
    said = bench.post(done.owed)
    said += bench.beat()

    assert done.outcome is Outcome.UPDATED
    redrawn = [posting for posting in bench.posted if "place" in posting.contents]
    shared = {("result", "C-ML"), *(("participant_result", user) for user in OTHERS)}
    there = {(p.contents["place"]["channel"], p.contents["place"]["ts"]) for p in redrawn}
    assert {(places[each].channel, places[each].ts) for each in shared} <= there
    results_now = [each for each in said if isinstance(each, Verdict) and not each.private]
    assert {(each.findings.withdrew, each.findings.answered) for each in results_now} == {(1, 4)}
    quoted = {each.verdict.findings.quotes for each in said if isinstance(each, AspectReply)}
    assert all(MARK not in quote.text for quotes in quoted for quote in quotes)
    assert shown_to(bench, "U-BEN").findings.withdrew == 1


def test_where_the_difference_would_tell_what_was_posted_stays_but_for_what_was_quoted(bench: Bench) -> None:
    opened = a_round(bench, Privacy.CONFIDENTIAL, group=3)
    all_answer(bench)
    closed_and_shared(bench, opened)
    before = shown_to(bench, "U-BEN").findings
    assert MARK in str(before.quotes)

    done = takes_back(bench)
    bench.post(done.owed)
    bench.beat()

    after = shown_to(bench, "U-BEN").findings
    assert done.outcome is Outcome.STAYS
    assert after == before.model_copy(
        update={"quotes": tuple(quote for quote in before.quotes if MARK not in quote.text)}
    )
    assert shown_to(bench, "U-LEE").findings.withdrew == 1
    with pytest.raises(WouldGiveAway):
        sharing.share(bench.desk, "U-LEE", assessment=opened.id)
    with pytest.raises(WouldGiveAway):
        sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id)


def test_what_stays_is_brought_up_to_date_once_as_many_withdrew_as_make_a_group(bench: Bench) -> None:
    opened = a_round(bench, Privacy.CONFIDENTIAL, group=3)
    all_answer(bench)
    closed_and_shared(bench, opened)

    outcomes = [takes_back(bench, user).outcome for user in ("U-ANA", "U-BEN", "U-CAT")]
    bench.beat()

    assert outcomes == [Outcome.STAYS, Outcome.STAYS, Outcome.UPDATED]
    assert shown_to(bench, "U-DAN").findings.withdrew == 3


def test_a_result_that_nobody_knows_yet_is_worked_out_again_for_its_facilitator(bench: Bench) -> None:
    opened = a_round(bench, Privacy.CONFIDENTIAL, group=3)
    all_answer(bench)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    done = takes_back(bench)
    shared = sharing.share(bench.desk, "U-LEE", assessment=opened.id)

    assert done.outcome is Outcome.NOT_SHARED
    (told,) = bench.post(shared.owed)
    assert isinstance(told, Verdict)
    assert (told.findings.answered, told.findings.invited, told.findings.withdrew) == (4, 5, 1)


def test_of_what_cannot_be_changed_the_thread_says_what_holds_now(bench: Bench) -> None:
    opened = a_round(bench)
    all_answer(bench)
    closed_and_shared(bench, opened)
    corrected = next(posting for posting in takes_back(bench).owed if posting.kind == "corrected")

    owed = ledger.cannot_redraw(bench.desk, corrected, note="edit_window_closed")

    assert ledger.cannot_redraw(bench.desk, corrected, note="edit_window_closed") == ()
    (posting,) = owed
    (told,) = bench.post(owed)
    assert posting.contents["thread"] == corrected.contents["place"]["ts"]
    assert isinstance(told, Correction)
    assert told.verdict.findings.withdrew == 1


def test_of_an_anonymous_assessment_that_closed_nothing_can_be_found(bench: Bench) -> None:
    opened = a_round(bench, Privacy.ANONYMOUS)
    all_answer(bench)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    (part,) = mydata.look(bench.desk, "U-ANA").parts

    assert (part.seat, part.replies, part.comments, part.evidence) == (None, (), {}, ())


def test_an_export_has_everything_of_one_person_and_nothing_of_others(bench: Bench) -> None:
    a_round(bench)
    all_answer(bench)

    mine = str(mydata.export(bench.desk, "U-ANA").everything)

    assert f"{MARK} quoted" in mine
    assert "D-U-ANA" in mine
    assert WORDS not in mine
    assert not [user for user in OTHERS if user in mine]


def test_a_participant_reads_what_they_have_in_the_result(bench: Bench) -> None:
    opened = a_round(bench)
    all_answer(bench)
    says(bench, "U-ANA", "not for others", "HEAT", quotable=False)

    closed_and_shared(bench, opened)

    told = {p.recipient: p for p in bench.posted if p.kind == "participant_result"}
    assert set(told) == set(EVERYBODY)
    found = reports.contents(bench.desk, told["U-ANA"])
    assert isinstance(found, Verdict)
    assert found.mine is not None
    assert (found.mine.comments, found.mine.quoted, found.mine.known) == (2, 1, True)
    assert sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id).people == 0
