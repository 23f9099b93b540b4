"""What goes into a file that is passed on: what readers may see, whoever asks."""

import pytest

from conversation import exports, results, sharing
from conversation.errors import AssessmentIsOpen, NotOneByThatName, NotShared
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


@pytest.mark.parametrize("name", ["abc", "ÁBC í", "", "ABC Inc."])
def test_whoever_has_the_database_names_an_assessment_as_one_does_in_slack(bench: Bench, name: str) -> None:
    there = played(bench, shared=True)

    assert report_for_operator(bench.desk, name=name).verdict.assessment.id == there.id


def test_a_name_that_is_a_part_of_another_is_meant_alone(bench: Bench) -> None:
    there = played(bench, shared=True)
    bench.opened(PEOPLE, subject="ABC Inc. Lyon")

    assert report_for_operator(bench.desk, name="ABC Inc.").verdict.assessment.id == there.id


@pytest.mark.parametrize(
    ("name", "several", "known"),
    [
        ("abc", True, ("ABC Inc. Lyon", "ABC Inc.")),
        ("", True, ("The shop", "ABC Inc. Lyon", "ABC Inc.")),
        ("Fraud", False, ("The shop", "ABC Inc. Lyon", "ABC Inc.")),
    ],
)
def test_whoever_has_the_database_hears_which_there_are(
    bench: Bench, name: str, several: bool, known: tuple[str, ...]
) -> None:
    for subject in ("ABC Inc.", "ABC Inc. Lyon", "The shop"):
        bench.opened(PEOPLE, subject=subject)

    with pytest.raises(NotOneByThatName) as refused:
        report_for_operator(bench.desk, name=name)

    assert refused.value.values == {"name": name, "several": several, "known": known}


def test_there_is_nothing_to_pass_on_while_people_answer(bench: Bench) -> None:
    bench.opened(PEOPLE)

    with pytest.raises(AssessmentIsOpen):
        report(bench.desk, "U-LEE")
