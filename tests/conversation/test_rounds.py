"""A result beside the rounds before it, other teams and reference data: who is shown what."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from conversation import acting, agreeing, earlier, results, rounds, sharing
from conversation.comparison import WHOLE, Reason, drawable
from conversation.errors import AssessmentIsOpen, NoSuchAssessment, NotShared, Refused
from conversation.pack import Pack
from conversation.reference import Options, ReferenceData, Row
from conversation.scope import Privacy
from storage.records import Assessment
from tests.conversation.desk import BAKERY, LEE, Bench

DUE = date(2026, 12, 10)


def played(
    bench: Bench, value: int = 1, *, subject: str = "ABC Inc.", shared: bool = True, channel: str = "C-ML"
) -> Assessment:
    """A whole round in which Ana bakes at this level."""
    opened = bench.opened({"U-ANA": ["BAKER"]}, subject=subject, channel=channel)
    bench.answers_all("U-ANA", value)
    bench.clock.passes(minutes=1)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    if shared:
        bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def acted(bench: Bench, assessment: Assessment, step: str, id: str) -> None:
    """An action that its owner says is done, a minute after it was agreed."""
    agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=assessment.id,
        step=step,
        objective="Thermometers",
        measure="3 of 3",
        owner=LEE,
        due=DUE,
        id=id,
    )
    bench.clock.passes(minutes=1)
    acting.finish(bench.desk, "U-LEE", action=id, text="Seen.")


def seen(bench: Bench, user: str, channel: str | None = None) -> list[int]:
    return [each.number for each in rounds.compare(bench.desk, user, channel=channel).rounds]


def test_two_rounds_and_the_action_in_between(bench: Bench) -> None:
    first = played(bench, 0)
    acted(bench, first, "HEAT@1", "V1")
    second = played(bench, 1, subject=" abc  inc. ")
    acted(bench, first, "FLOUR@1", "too late")

    told = rounds.compare(bench.desk, "U-LEE")

    assert (told.assessment.id, [each.number for each in told.rounds]) == (second.id, [1, 2])
    assert {line.id: line.levels for line in told.trend} == {"dough": (0, 1), "oven": (0, 1), WHOLE: (0, 1)}
    assert told.since is not None
    assert (told.since.compared, told.since.not_compared) == (3, {Reason.NO_LEVEL: 1})
    assert [(each.question, [action.id for action in each.claims]) for each in told.since.changes] == [
        ("FLOUR", []),
        ("YEAST", []),
        ("HEAT", ["V1"]),
    ]
    assert rounds.compare_of(bench.desk, "U-LEE", assessment=first.id, channel=None).since is None


def test_an_older_action_claims_what_changed_after_it_was_done(bench: Bench) -> None:
    first = played(bench, 0)
    played(bench, 0)
    acted(bench, first, "HEAT@1", "V1")
    played(bench, 1)

    since = rounds.compare(bench.desk, "U-LEE").since

    assert since is not None
    assert {each.question: len(each.claims) for each in since.changes} == {"FLOUR": 0, "YEAST": 0, "HEAT": 1}


def test_a_round_of_other_questions_is_left_out_and_named(bench: Bench) -> None:
    played(bench, 1)
    pastry = Pack.from_snapshot(BAKERY.snapshot().replace('"id":"bakery"', '"id":"pastry"'))
    bench.desk = replace(bench.desk, pack=pastry)
    played(bench, 2)

    told = rounds.compare(bench.desk, "U-LEE")

    assert ([each.number for each in told.rounds], told.apart) == ([2], (1,))
    assert (told.since, told.trend, told.unlike) == (None, (), ())


def test_everybody_is_shown_the_rounds_that_they_may_see(bench: Bench) -> None:
    hidden = played(bench, 0, shared=False)
    played(bench, 1)
    last = played(bench, 1, channel="C-OTHER")

    for_all = seen(bench, "U-ANA"), seen(bench, "U-ZOE", "C-ML"), seen(bench, "U-ZOE", "C-OTHER")
    for_lee = seen(bench, "U-LEE")
    sharing.share(bench.desk, "U-LEE", assessment=hidden.id)

    assert (for_all, for_lee) == (([2, 3], [2], [3]), [1, 2, 3])
    assert (seen(bench, "U-ANA"), seen(bench, "U-ZOE", "C-ML")) == ([1, 2, 3], [1, 2])
    of = rounds.compare_of(bench.desk, "U-ZOE", assessment=last.id, channel="C-OTHER")
    assert [each.number for each in of.rounds] == [3]


def test_readers_compare_what_readers_see_and_the_facilitator_the_whole(bench: Bench) -> None:
    """In the first round too few bakers answer in confidence for their questions to be shown."""
    bakers = [f"U-{number}" for number in range(4)]
    for value, answering in ((1, bakers[:2]), (2, bakers)):
        opened = bench.opened({user: ["BAKER"] for user in bakers}, privacy=Privacy.CONFIDENTIAL, group=3)
        for user in answering:
            bench.answers_all(user, value)
        bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
        bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)

    reader, facilitator = (rounds.compare(bench.desk, user) for user in ("U-3", "U-LEE"))

    assert [each.findings for each in reader.rounds] == [
        each.findings.for_readers for each in facilitator.rounds
    ]
    assert reader.since is not None
    assert facilitator.since is not None
    assert (reader.since.compared, reader.since.not_compared) == (
        0,
        {Reason.NOT_SHOWN: 3, Reason.NO_LEVEL: 1},
    )
    assert (facilitator.since.compared, facilitator.since.not_compared) == (3, {Reason.NO_LEVEL: 1})
    assert [bool(drawable(each.trend)[1]) for each in (reader, facilitator)] == [False, True]


def test_who_may_see_no_result_compares_nothing(bench: Bench) -> None:
    closed = played(bench, shared=False)
    nothing: list[tuple[type[Refused], Callable[[], object]]] = [
        (NotShared, lambda: rounds.compare(bench.desk, "U-ANA")),
        (NotShared, lambda: rounds.compare_of(bench.desk, "U-ANA", assessment=closed.id, channel=None)),
        (NoSuchAssessment, lambda: rounds.compare(bench.desk, "U-ZOE")),
        (NoSuchAssessment, lambda: rounds.compare_of(bench.desk, "U-ZOE", assessment=closed.id, channel="C")),
        (NoSuchAssessment, lambda: rounds.compare_of(bench.desk, "U-LEE", assessment="?", channel=None)),
    ]
    for refusal, deed in nothing:
        with pytest.raises(refusal):
            deed()

    bench.opened({"U-ANA": ["BAKER"]}, subject="New")
    with pytest.raises(AssessmentIsOpen):
        rounds.compare(bench.desk, "U-LEE", name="new")


def teams(bench: Bench) -> Mapping[str, int]:
    return {place.id: place.teams for place in rounds.compare(bench.desk, "U-LEE", name="ABC").among}


def test_teams_are_counted_by_their_latest_result_that_was_shared(bench: Bench) -> None:
    played(bench, 1)
    for number in range(4):
        played(bench, number, subject=f"Team {number}")
    played(bench, 3, subject="Team 9", shared=False)
    four = rounds.compare(bench.desk, "U-LEE", name="ABC").among
    played(bench, 3, subject="Team 9")
    played(bench, 0, subject="team  9", shared=False)

    places = {place.id: place for place in rounds.compare(bench.desk, "U-LEE", name="ABC").among}

    assert {(place.teams, place.benchmark) for place in four} == {(4, None)}
    found = places["dough"].benchmark
    assert found is not None
    assert (found.teams, found.lower, found.median, found.upper) == (5, 1, 2, 3)
    assert (found.below, found.equal, found.above) == (1, 1, 3)


def test_another_slack_workspace_is_never_among_the_teams_nor_the_rounds(bench: Bench) -> None:
    elsewhere = Bench(bench.store, team="T2", clock=bench.clock)
    played(elsewhere, 3)
    for number in range(5):
        played(elsewhere, 3, subject=f"Team {number}")
    played(bench, 1)

    assert teams(bench) == {"dough": 0, "oven": 0, WHOLE: 0}
    assert seen(bench, "U-LEE") == [1]
    assert set(teams(elsewhere).values()) == {5}


def test_reference_data_stand_beside_the_questions_of_the_first_gaps(bench: Bench) -> None:
    def data(pack: str, items: tuple[str, ...]) -> ReferenceData:
        return ReferenceData(
            id=pack,
            title="Bread of the world",
            source="Kim 2020",
            year=2020,
            n=40,
            pack=pack,
            scale=Options(measure="said", options=("no", "yes")),
            direction="higher is better",
            rows=(Row(label="Measured", values=(60, 40), items=items),),
        )

    bench.desk = replace(
        bench.desk, references=(data("bakery", ("HEAT", "SALT", "PRICE")), data("pastry", ("HEAT",)))
    )
    played(bench, 0)

    told = rounds.compare(bench.desk, "U-LEE")

    first = {gap.question for gap in told.now.findings.gaps[: earlier.GAPS]}
    assert "HEAT" in first
    assert [(aside.question, aside.data.id) for aside in told.asides] == [("HEAT", "bakery")]
