"""What help knows of whoever asks for it."""

from conversation import results
from conversation.bearings import NOWHERE, Bearings, bearings
from storage.records import Assessment
from tests.conversation.desk import Bench


def test_nothing_waits_for_a_newcomer(bench: Bench) -> None:
    assert bearings(bench.desk, "U-NEW") == NOWHERE
    assert NOWHERE.is_free


def test_a_questionnaire_waits_until_it_is_sent(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"], "U-OMAR": ["BAKER"]})
    before = bearings(bench.desk, "U-ANA")

    bench.answers_all("U-ANA")
    bench.sends("U-ANA")

    assert before.seat is not None
    assert before.seat[1] == opened
    assert bearings(bench.desk, "U-ANA") == Bearings(took_part=True)


def test_of_what_somebody_facilitates_it_counts_who_has_not_sent(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"], "U-OMAR": ["BAKER"]})
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")

    assert bearings(bench.desk, "U-LEE") == Bearings(facilitated=opened, waiting=1)


def test_a_draft_waits_for_who_makes_it_alone(bench: Bench) -> None:
    draft = bench.drafted({"U-ANA": ["BAKER"]})

    found = [bearings(bench.desk, user) for user in ("U-LEE", "U-ANA")]

    assert [each.draft and each.draft.id for each in found] == [draft.assessment.id, None]


def test_a_result_waits_once_it_is_made_known(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    assert bearings(bench.desk, "U-ANA").result is None


def test_who_took_part_hears_of_the_result_that_was_shared(bench: Bench, closed: Assessment) -> None:
    found = bearings(bench.desk, "U-ANA")

    assert found.result
    assert found.result.id == closed.id
