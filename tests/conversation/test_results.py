"""Closing: what the answers came to, told to the facilitator first. ABC Inc. is the white paper's case,
played through the interview by its eight people with the long questionnaire."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from conversation import details, digests, interview, plans, ranking, reports, results, sharing
from conversation.conclusion import conclude, find
from conversation.contents import Verdict
from conversation.errors import (
    AlreadyClosed,
    AssessmentIsClosed,
    AssessmentIsOpen,
    NoChannel,
    NoSuchAssessment,
    NotFacilitator,
    NotShared,
)
from conversation.findings import Findings, RoleFinding
from conversation.interview import DONT_KNOW, SKIPPED
from conversation.material import Material
from conversation.pack import Length, Pack
from conversation.scope import Scope
from conversation.sitting import Choice
from storage.records import Assessment, AssessmentState, Count, Said
from storage.store import Store
from tests.conversation.desk import BAKERY, Bench, closed_by_clock, owed, short
from tests.scoring.cases import ABC
from tests.storage.given import at_once


def play_abc(store: Store) -> tuple[Bench, Assessment]:
    bench = Bench(store, pack=Pack.shipped("mlops", 1))
    opened = bench.opened(
        {_user(person): [role] for person, role in ABC["people"].items()}, length=Length.LONG
    )
    given: dict[str, dict[str, Any]] = defaultdict(dict)
    for answer in ABC["answers"]:
        given[_user(answer["respondent"])][answer["question"]] = answer["value"]
    for user, values in given.items():
        asking = bench.starts(user).sitting.interview.asking
        while asking:
            asking = bench.clicks(user, _choice(values.pop(asking.id)), asking.id).sitting.interview.asking
        bench.sends(user)
    assert not any(given.values())
    return bench, opened


def _user(person: str) -> str:
    return f"U-{person.upper()}"


def _choice(value: int | str) -> Choice:
    match value:
        case "dk":
            return DONT_KNOW
        case "na":
            return interview.does_not_apply("We have none.")
        case _:
            return interview.option(int(value))


def test_abc_inc_through_the_interview_is_abc_inc_of_the_paper(store: Store) -> None:
    bench, opened = play_abc(store)

    closed = results.close(bench.desk, "U-LEE", assessment=opened.id)

    (told,) = bench.post(closed.owed)
    assert isinstance(told, Verdict)
    found = told.findings
    assert (found.level, found.status, sorted(found.limiting)) == (
        1,
        ABC["overall"]["status"],
        ABC["overall"]["limiting"],
    )
    assert {aspect.id: (aspect.level, aspect.status, aspect.scored) for aspect in found.aspects} == {
        key: (aspect["level"], aspect["status"], aspect["n_scored"]) for key, aspect in ABC["aspects"].items()
    }
    assert {aspect.id: aspect.level for aspect in found.aspects} == {
        "development": 1,
        "deployment": 2,
        "monitoring": 1,
        "governance": 1,
    }
    assert {q.id: (q.level, q.status, q.answers, q.dont_know) for q in found.questions} == {
        key: (result["level"], result["status"], result["n_valid"], result["n_dk"])
        for key, result in ABC["question_results"].items()
    }
    assert (found.answered, found.invited) == (8, 8)
    assert found.roles[1] == RoleFinding(id="DS", title="Data scientist", sent=2, invited=2)
    assert (
        abs((found.aspect("monitoring").continuous or 0) - ABC["aspects"]["monitoring"]["continuous"]) < 1e-9
    )


def test_steps_come_after_what_they_wait_for(store: Store) -> None:
    bench, opened = play_abc(store)
    (told,) = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    assert isinstance(told, Verdict)

    gaps = told.findings.gaps

    place = {gap.step: n for n, gap in enumerate(gaps)}
    assert all(place[need] < place[gap.step] for gap in gaps for need in gap.waits_for)
    assert all(abs(sum(gap.contributions.values()) - gap.priority) < 1e-6 for gap in gaps)
    assert sum(gap.unblocks for gap in gaps) == sum(len(gap.waits_for) for gap in gaps)
    assert "MON-S2" not in {gap.question for gap in gaps}
    assert [question.id for question in told.findings.unknown] == ["MON-S2"]


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened({"U-ANA": ["BAKER"], "U-SAM": ["SELLER"]})


def test_part_way_answers_count_and_skipped_ones_say_nothing(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 2)
    bench.clicks("U-ANA", SKIPPED)

    closed = results.close(bench.desk, "U-LEE", assessment=opened.id)

    assert closed.assessment.state is AssessmentState.CLOSED
    assert (closed.assessment.closed_by, closed.assessment.closed_at) == ("U-LEE", bench.clock.at)
    (told,) = bench.post(closed.owed)
    assert isinstance(told, Verdict)
    assert told.private
    assert {q.id: (q.level, q.answers) for q in told.findings.questions} == {
        "FLOUR": (2, 1),
        "YEAST": (None, 0),
        "HEAT": (None, 0),
        "PRICE": (None, 0),
    }
    assert (told.findings.answered, told.findings.invited) == (1, 2)


def test_what_could_not_be_scored_is_named_doubts_first(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 2)
    bench.clicks("U-ANA", SKIPPED)
    bench.clicks("U-ANA", DONT_KNOW)

    (told,) = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    assert isinstance(told, Verdict)
    assert [question.id for question in told.findings.unknown] == ["HEAT", "YEAST", "PRICE"]


@pytest.mark.parametrize("length", list(Length))
def test_an_assessment_that_nobody_answered_has_no_level(bench: Bench, length: Length) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]}, length=length)

    (told,) = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    assert isinstance(told, Verdict)
    assert (told.findings.level, told.findings.gaps, told.findings.missing) == (None, (), ("dough", "oven"))


def test_a_short_assessment_is_scored(bench: Bench) -> None:
    """In the self-check a seller is asked about flour and heat; heat is no seller's to judge, so there the
    baker alone has a voice."""
    opened = bench.opened({"U-ANA": ["BAKER"], "U-SAM": ["SELLER"]}, length=Length.SHORT)
    bench.answers_all("U-ANA", 2)
    bench.answers_all("U-SAM", 0)

    (told,) = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    assert isinstance(told, Verdict)
    heat = next(question for question in told.findings.questions if question.id == "HEAT")
    assert (heat.level, heat.answers, heat.contested) == (2, 2, True)


def test_only_the_facilitator_closes_and_only_once(bench: Bench, opened: Assessment) -> None:
    with pytest.raises(NotFacilitator):
        results.close(bench.desk, "U-ANA", assessment=opened.id)
    with pytest.raises(NoSuchAssessment):
        results.close(bench.desk, "U-LEE", assessment="?")
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    with pytest.raises(AlreadyClosed) as refused:
        results.close(bench.desk, "U-LEE", assessment=opened.id)
    assert refused.value.values == {
        "subject": "ABC Inc.",
        "person": "U-LEE",
        "by_clock": False,
        "at": bench.clock.at,
        "minutes": 0,
    }


def test_the_clock_closes_what_is_due_and_once(bench: Bench, opened: Assessment) -> None:
    bench.clock.at = datetime(2026, 12, 4, 16, 59, tzinfo=UTC)
    too_early = closed_by_clock(bench.desk)
    bench.clock.passes(minutes=1)

    closed, again = closed_by_clock(bench.desk), closed_by_clock(bench.desk)

    assert (too_early, again) == ((), ())
    assert [(each.assessment.id, each.assessment.closed_by) for each in closed] == [
        (opened.id, results.THE_CLOCK)
    ]
    assert [posting.key for posting in closed[0].owed] == [f"preview/{opened.id}/1"]


@pytest.mark.parametrize(
    "look",
    [
        details.details,
        plans.to_add,
        ranking.look_at,
        reports.verdict_of,
        lambda desk, user, *, assessment: reports.verdict(desk, user),
        lambda desk, user, *, assessment: digests.settings(desk, user),
    ],
)
def test_before_it_closes_whoever_looks_for_the_result_hears_when_that_is(
    bench: Bench, opened: Assessment, look: Callable[..., object]
) -> None:
    with pytest.raises(AssessmentIsOpen) as refused:
        look(bench.desk, "U-LEE", assessment=opened.id)

    assert refused.value.values == {"subject": "ABC Inc.", "closes_at": opened.closes_at}


def test_the_result_is_private_until_it_is_shared(bench: Bench, opened: Assessment) -> None:
    with pytest.raises(AssessmentIsOpen):
        sharing.share(bench.desk, "U-LEE", assessment=opened.id)
    with pytest.raises(AssessmentIsOpen):
        reports.verdict(bench.desk, "U-LEE")
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(NotShared) as refused:
        reports.verdict(bench.desk, "U-ANA")
    assert refused.value.values == {"subject": "ABC Inc.", "facilitator": "U-LEE"}
    with pytest.raises(NotFacilitator):
        sharing.share(bench.desk, "U-ANA", assessment=opened.id)
    shared = sharing.share(bench.desk, "U-LEE", assessment=opened.id)
    again = sharing.share(bench.desk, "U-LEE", assessment=opened.id)

    assert [(p.key, p.recipient) for p in shared.owed] == [(f"result/{opened.id}/1", "C-ML")]
    assert again.owed == ()
    assert list(map(short, bench.post(shared.owed))) == ["verdict"]
    assert [reports.verdict(bench.desk, user).private for user in ("U-LEE", "U-ANA")] == [True, False]


def test_without_a_channel_there_is_nowhere_to_share(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]}, channel=None)
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(NoChannel):
        sharing.share(bench.desk, "U-LEE", assessment=opened.id)


def test_closing_leaves_nothing_to_remind_of_and_says_so_to_who_was_in_the_middle(
    bench: Bench, opened: Assessment
) -> None:
    undrawn = interview.start(bench.desk, "U-ANA", seat=bench.seat("U-ANA"))
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    bench.clock.at = datetime(2026, 11, 27, 12, tzinfo=UTC)

    assert owed(undrawn) == ["card FLOUR"]
    assert bench.post(undrawn.owed) == []
    assert [short(said) for said in bench.beat()] == ["closedearly"]


def test_because_names_questions_by_their_titles_and_q1_is_not_the_beginning_of_q10() -> None:
    snapshot = BAKERY.snapshot().replace("FLOUR", "Q1").replace("YEAST", "Q10")
    pack = Pack.from_snapshot(snapshot)

    found = conclude(
        pack,
        Scope(aspects=("dough",)),
        Material(
            (
                Count(question="Q1", roles=("BAKER",), kind=Said.ANSWERED, value=3, n=2),
                Count(question="Q10", roles=("BAKER",), kind=Said.ANSWERED, value=0, n=2),
            )
        ),
    )

    said = " ".join(found.aspect("dough").because)
    assert "Yeast" in said
    assert "Q1" not in said
    assert "Flour0" not in said


def test_findings_are_kept_as_they_were_said(store: Store) -> None:
    bench, opened = play_abc(store)
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with store.transaction("T1") as tx:
        kept = tx.results.latest(opened.id)

    assert kept
    assert Findings.model_validate(kept.body) == reports.verdict(bench.desk, "U-LEE").findings
    assert "U-DS1" not in str(kept.body)


def test_no_answer_falls_between_the_closing_and_the_result(bench: Bench) -> None:
    people = [f"U-{number}" for number in range(6)]
    opened = bench.opened({user: ["BAKER"] for user in people})
    for user in people:
        bench.starts(user)

    def clicks(user: str) -> None:
        with suppress(AssessmentIsClosed):
            bench.clicks(user, 2)

    at_once(
        *(partial(clicks, user) for user in people[:3]),
        partial(results.close, bench.desk, "U-LEE", assessment=opened.id),
        *(partial(clicks, user) for user in people[3:]),
    )

    with bench.store.transaction("T1") as tx:
        result = tx.results.latest(opened.id)
        assert result is not None
        assert Findings.model_validate(result.body) == find(tx, BAKERY, opened)
