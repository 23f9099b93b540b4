"""What goes into a file that is passed on: what readers may see, whoever asks."""

import pytest

from conversation import exports, results, sharing
from conversation.errors import AssessmentIsOpen, NoSuchAssessment, NotShared
from conversation.exports import report, report_for_operator
from conversation.scope import Privacy
from storage.records import Assessment
from tests.conversation.desk import Bench

PEOPLE = {f"U-{name}": ["BAKER"] for name in ("ANA", "BEN", "CLEO", "DEV", "EVE")}


def played(bench: Bench, *, shared: bool, privacy: Privacy = Privacy.CONFIDENTIAL) -> Assessment:
    opened = bench.opened(PEOPLE, privacy=privacy)
    for number, user in enumerate(PEOPLE):
        bench.answers_all(user, number % 2)
        bench.sends(user)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    if shared:
        bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def test_the_facilitator_gets_no_more_than_readers_do(bench: Bench) -> None:
    played(bench, shared=True)

    theirs, readers = (report(bench.desk, user) for user in ("U-LEE", "U-ANA"))

    assert theirs.verdict == readers.verdict
    assert theirs.comparison == readers.comparison
    assert theirs.verdict.findings.published is None


def test_before_it_is_shared_only_the_facilitator_gets_it_and_is_told(bench: Bench) -> None:
    played(bench, shared=False)

    assert not report(bench.desk, "U-LEE").shared
    with pytest.raises(NotShared):
        report(bench.desk, "U-ANA")
    with pytest.raises(NotShared):
        report_for_operator(bench.desk, name="abc inc.")


def test_whoever_has_the_database_gets_what_readers_see(bench: Bench) -> None:
    played(bench, shared=True)

    assert report_for_operator(bench.desk, name=" ABC  inc. ") == exports.report(bench.desk, "U-ANA")
    with pytest.raises(NoSuchAssessment):
        report_for_operator(bench.desk, name="Fraud")


def test_there_is_nothing_to_pass_on_while_people_answer(bench: Bench) -> None:
    bench.opened(PEOPLE)

    with pytest.raises(AssessmentIsOpen):
        report(bench.desk, "U-LEE")
