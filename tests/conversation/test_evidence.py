"""Evidence: shown by whoever answers, checked by somebody else, never blended with what was claimed."""

import pytest

from conversation import evidence, interview, reports, results
from conversation.errors import (
    AlreadyRuled,
    AssessmentIsClosed,
    NoRulingReason,
    NoSuchEvidence,
    NothingShown,
    NotReviewer,
    OwnEvidence,
    StaleCard,
    SupportsNoLevel,
)
from conversation.evidence import Checked, Shown
from storage.records import Assessment, EvidenceForm, EvidenceState, Nature, Said, SlackFile, Source
from storage.store import Store
from tests.conversation.desk import Bench, owed

ROLES = {"U-ANA": ["BAKER"], "U-BEA": ["SELLER"], "U-LEE": ["BAKER"]}
FILE = SlackFile(id="F1", name="oven.png", size=2048, type="png")


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store)


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened(ROLES)


def shows(bench: Bench, user: str, *, level: int | None = 2, question: str = "FLOUR", key: str = "k") -> str:
    """Shows a link, and gives the id of the evidence."""
    link = Shown(EvidenceForm.LINK, Source.REPOSITORY, level=level, text="https://mill.example/rye")
    seat = bench.seat(user)
    spoken = evidence.show(bench.desk, user, seat=seat, question=question, shown=[link], key=key)
    (kept,) = bench.drawn(spoken).owed[0].contents["values"]["evidence"]
    found: str = kept["id"]
    return found


def test_a_form_is_read_as_so_many_pieces_of_evidence() -> None:
    shown = evidence.shown_in_form(
        text=" https://mill.example/rye ",
        number="5.0",
        unit="of 7 ovens",
        files=[FILE],
        source=Source.DASHBOARD,
        nature=Nature.QUALITATIVE,
        level=2,
    )

    assert [(each.form, each.nature, each.text or each.number or each.file) for each in shown] == [
        (EvidenceForm.LINK, Nature.QUALITATIVE, "https://mill.example/rye"),
        (EvidenceForm.NUMBER, Nature.QUANTITATIVE, "5"),
        (EvidenceForm.FILE, Nature.QUALITATIVE, FILE),
    ]
    assert {each.level for each in shown} == {2}


@pytest.mark.parametrize(("text", "number"), [("  ", ""), ("", "many"), ("", "NaN")])
def test_a_form_with_nothing_in_it_is_not_taken(text: str, number: str) -> None:
    with pytest.raises(NothingShown):
        evidence.shown_in_form(
            text=text,
            number=number,
            unit="",
            files=[],
            source=Source.OTHER,
            nature=Nature.QUALITATIVE,
            level=None,
        )


def test_what_is_shown_counts_beside_the_answer_and_the_card_stays(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    before = bench.look("U-ANA").interview

    shows(bench, "U-ANA")

    now = bench.look("U-ANA").interview
    assert (now.asking, now.turn, now.evidence) == (before.asking, before.turn, {"FLOUR": 1})


def test_the_same_form_twice_is_kept_once(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    shows(bench, "U-ANA")
    link = Shown(EvidenceForm.LINK, text="https://mill.example/rye")

    seat = bench.seat("U-ANA")
    evidence.show(bench.desk, "U-ANA", seat=seat, question="FLOUR", shown=[link], key="k")

    _, there = evidence.of_question(bench.desk, "U-ANA", seat=seat, question="FLOUR")
    assert (len(there), bench.look("U-ANA").interview.evidence) == (1, {"FLOUR": 1})


def test_a_typed_link_and_a_file_are_evidence_for_the_question_at_hand(
    bench: Bench, opened: Assessment
) -> None:
    bench.starts("U-ANA")

    linked = bench.types("U-ANA", "<https://mill.example/rye>")
    filed = bench.types("U-ANA", "", files=[FILE])
    answered = bench.types("U-ANA", "b) the picture shows it", files=[FILE])

    assert owed(linked) == ["reply shown FLOUR"]
    assert owed(filed) == ["reply shown FLOUR"]
    assert owed(answered) == ["reply shown FLOUR", "card YEAST"]
    interview_now = bench.look("U-ANA").interview
    assert interview_now.evidence == {"FLOUR": 3}
    assert interview_now.replies["FLOUR"].value == 1
    assert interview_now.comments == {"FLOUR": "the picture shows it"}


def test_evidence_is_accepted_by_somebody_else_at_the_level_that_it_supports(
    bench: Bench, opened: Assessment
) -> None:
    bench.starts("U-ANA")
    shown = shows(bench, "U-ANA", level=2)

    before = evidence.review(bench.desk, "U-LEE", assessment=opened.id)
    ruled = evidence.accept(bench.desk, "U-LEE", evidence=shown)

    (exhibit,) = before.waiting
    assert (exhibit.item.id, exhibit.level, exhibit.author and exhibit.author.user_id) == (
        "FLOUR",
        2,
        "U-ANA",
    )
    assert (ruled.review.waiting, ruled.review.accepted) == ((), 1)
    with bench.store.transaction("T1") as tx:
        assert evidence.checked(tx, opened.id) == {"FLOUR": Checked(accepted=2)}


def test_evidence_without_a_level_supports_what_its_author_answers(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    shown = shows(bench, "U-ANA", level=None)

    with pytest.raises(SupportsNoLevel):
        evidence.accept(bench.desk, "U-LEE", evidence=shown)
    bench.clicks("U-ANA", 3)
    evidence.accept(bench.desk, "U-LEE", evidence=shown)

    with bench.store.transaction("T1") as tx:
        assert evidence.checked(tx, opened.id) == {"FLOUR": Checked(accepted=3)}


@pytest.mark.parametrize(("answered", "to_check"), [(None, 1), (0, 1), (1, 2)])
def test_what_waits_is_what_this_person_can_accept(
    bench: Bench, opened: Assessment, answered: int | None, to_check: int
) -> None:
    """Not what shows no level (yet), nor their own. It is told as such, after all that waits."""
    for user in ("U-ANA", "U-LEE"):
        bench.starts(user)
    as_answered = shows(bench, "U-ANA", level=None)
    certain = shows(bench, "U-ANA", level=2, key="another")
    if answered is not None:
        bench.clicks("U-ANA", answered)
    shows(bench, "U-LEE", level=2)

    status = reports.status_of(bench.desk, "U-LEE", assessment=opened.id)
    review = evidence.review(bench.desk, "U-LEE", assessment=opened.id)

    waiting = [exhibit.evidence.id for exhibit in review.waiting]
    unsupporting = [exhibit.evidence.id for exhibit in review.unsupporting]
    assert status.evidence == to_check
    assert (waiting, unsupporting) == (
        ([as_answered, certain], []) if to_check == 2 else ([certain], [as_answered])
    )
    assert review.mine == 1


def test_what_is_returned_comes_back_with_its_reason_once(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    shown = shows(bench, "U-ANA")

    with pytest.raises(NoRulingReason):
        evidence.send_back(bench.desk, "U-LEE", evidence=shown, reason="  ")
    ruled = evidence.send_back(bench.desk, "U-LEE", evidence=shown, reason="One run only.")
    with pytest.raises(AlreadyRuled):
        evidence.accept(bench.desk, "U-LEE", evidence=shown)

    assert [(each.kind, each.recipient) for each in ruled.owed] == [("returned", "U-ANA")]
    _, (there,) = evidence.of_question(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="FLOUR")
    assert (there.state, there.reason, there.ruled_by) == (EvidenceState.RETURNED, "One run only.", "U-LEE")


def test_nobody_rules_on_their_own_nor_without_being_asked_to(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-LEE")
    mine = shows(bench, "U-LEE")

    with pytest.raises(OwnEvidence):
        evidence.accept(bench.desk, "U-LEE", evidence=mine)
    with pytest.raises(NotReviewer):
        evidence.accept(bench.desk, "U-BEA", evidence=mine)
    with pytest.raises(NoSuchEvidence):
        evidence.withdraw(bench.desk, "U-BEA", evidence=mine)

    found = evidence.review(bench.desk, "U-LEE", assessment=opened.id)
    assert (found.waiting, found.mine) == ((), 1)


def test_what_is_taken_back_counts_no_longer_whatever_was_said_of_it(
    bench: Bench, opened: Assessment
) -> None:
    bench.starts("U-ANA")
    shown = shows(bench, "U-ANA")
    evidence.accept(bench.desk, "U-LEE", evidence=shown)

    evidence.withdraw(bench.desk, "U-ANA", evidence=shown)
    evidence.withdraw(bench.desk, "U-ANA", evidence=shown)

    assert bench.look("U-ANA").interview.evidence == {}
    seat = bench.seat("U-ANA")
    with bench.store.transaction("T1") as tx:
        assert evidence.checked(tx, opened.id) == {}
        assert [fact.kind for fact in tx.answers.of(seat)][-1] is Said.WITHDREW


def test_after_closing_nothing_more_is_shown_but_what_is_there_can_be_checked(
    bench: Bench, opened: Assessment
) -> None:
    bench.starts("U-ANA")
    shown = shows(bench, "U-ANA")
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(AssessmentIsClosed):
        shows(bench, "U-ANA", key="late")
    ruled = evidence.accept(bench.desk, "U-LEE", evidence=shown)

    assert ruled.review.accepted == 1


def test_evidence_belongs_to_a_question_that_is_asked(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")

    with pytest.raises(StaleCard):
        shows(bench, "U-ANA", question="NOT-ASKED")


def test_a_comment_may_be_quoted_only_as_long_as_its_author_says_so(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    seat = bench.seat("U-ANA")

    for number, allowed in enumerate((True, False)):
        interview.comment(
            bench.desk,
            "U-ANA",
            seat=seat,
            question="FLOUR",
            text="By hand.",
            key=str(number),
            quotable=allowed,
        )
        assert bench.look("U-ANA").interview.quotable == ({"FLOUR"} if allowed else set())


@pytest.mark.parametrize(
    ("name", "type", "size", "why"),
    [
        ("runs.png", "png", 10 * 1024 * 1024, None),
        ("runs.png", "png", 10 * 1024 * 1024 + 1, "size"),
        ("setup.exe", "binary", 2048, "program"),
        ("SETUP.EXE", "", 2048, "program"),
        ("report", "msi", 2048, "program"),
        ("oven.exe. .", "", 2048, "program"),
        ("deploy.sh", "shell", 2048, None),
        ("train.py", "python", 2048, None),
        ("exe", "", 2048, None),
        ("report.exe.pdf", "pdf", 2048, None),
    ],
)
def test_of_what_is_too_large_and_of_programs_only_the_name_is_kept(
    name: str, type: str, size: int, why: str | None
) -> None:
    assert evidence.only_name_of(SlackFile(id="F1", name=name, size=size, type=type)) == why


def test_a_file_that_is_deleted_cannot_be_had_any_more_and_what_was_ruled_on_it_stays(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.starts("U-ANA")
    bench.types("U-ANA", "b", files=[FILE])
    (shown,) = evidence.review(bench.desk, "U-LEE", assessment=opened.id).waiting
    evidence.accept(bench.desk, "U-LEE", evidence=shown.evidence.id)

    assert evidence.file_deleted(bench.desk, file=FILE.id) == 1
    assert evidence.file_deleted(bench.desk, file=FILE.id) == 0

    assert evidence.review(bench.desk, "U-LEE", assessment=opened.id).accepted == 1
    with pytest.raises(NoSuchEvidence):
        evidence.file_of(bench.desk, "U-LEE", evidence=shown.evidence.id)
