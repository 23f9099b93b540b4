"""What may be compared, and what it comes to: rounds of one subject, and other teams."""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.comparison import (
    WHOLE,
    Measure,
    Reason,
    Round,
    TeamResult,
    Unlike,
    among,
    drawable,
    since,
    trend,
    unlike,
)
from conversation.conclusion import conclude
from conversation.findings import Findings
from conversation.material import Material
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from scoring.benchmark import Benchmark
from storage.records import Action, ActionState, Calibration, Count, Said
from tests.conversation.desk import BAKERY, MONDAY

Answers = Mapping[str, int]
ALL_1 = {"FLOUR": 1, "YEAST": 1, "HEAT": 1, "PRICE": 1}


def found(answers: Answers, pack: Pack = BAKERY, *, people: int = 1, **scope: Any) -> Findings:
    """What it comes to when all who are first asked give this answer."""
    counts = tuple(
        Count(question=key, roles=pack.item(key).primary, kind=Said.ANSWERED, value=value, n=people)
        for key, value in answers.items()
    )
    scope.setdefault("aspects", tuple(aspect.id for aspect in pack.aspects))
    return conclude(pack, Scope(**scope), Material(counts))


def rounds(*findings: Findings) -> list[Round]:
    names = tuple(level.name for level in BAKERY.levels)
    return [
        Round(number, MONDAY + timedelta(days=90 * number), names, each)
        for number, each in enumerate(findings, start=1)
    ]


def bakery(change: Callable[[dict[str, dict[str, Any]]], object], **said: Any) -> Pack:
    """The bakery with its items changed, by id."""
    whole = json.loads(BAKERY.snapshot()) | said
    items = {item["id"]: item for item in whole["items"]}
    change(items)
    return Pack.from_snapshot(json.dumps(whole | {"items": [*items.values()]}))


def other_yeast(items: dict[str, dict[str, Any]]) -> None:
    items["YEAST"]["revision"] = 2


def other_dough(items: dict[str, dict[str, Any]]) -> None:
    other_yeast(items)
    items["FLOUR"]["revision"] = 2


def salt_for_flour(items: dict[str, dict[str, Any]]) -> None:
    items["SALT"] = items.pop("FLOUR") | {"id": "SALT", "title": "Salt"}
    items["HEAT"].pop("requires")


def done(question: str, level: int, id: str = "V1") -> Action:
    return Action(
        id=id,
        assessment_id="A1",
        question=question,
        level=level,
        objective="Better bread",
        measure="loaves",
        owner="U-ANA",
        due=date(2026, 12, 24),
        state=ActionState.DONE,
        agreed_by="U-LEE",
        agreed_at=MONDAY,
        changed_at=MONDAY,
    )


# What changed.


@pytest.mark.parametrize(
    ("now", "actions", "changes", "unseen"),
    [
        pytest.param({}, [], [], [], id="nothing"),
        pytest.param({"FLOUR": 2}, [], [("FLOUR", 1, 2, [])], [], id="up, and no action claims it"),
        pytest.param(
            {"FLOUR": 2}, [done("FLOUR", 2)], [("FLOUR", 1, 2, ["V1"])], [], id="up, and an action claims it"
        ),
        pytest.param(
            {"FLOUR": 3},
            [done("FLOUR", 3, "V2"), done("FLOUR", 2, "V1")],
            [("FLOUR", 1, 3, ["V1", "V2"])],
            [],
            id="up by two actions",
        ),
        pytest.param(
            {"FLOUR": 2}, [done("FLOUR", 3)], [("FLOUR", 1, 2, ["V1"])], [], id="up, on the way to a level"
        ),
        pytest.param(
            {"FLOUR": 2}, [done("FLOUR", 1)], [("FLOUR", 1, 2, [])], [], id="done for what was there before"
        ),
        pytest.param(
            {"FLOUR": 2}, [done("HEAT", 2)], [("FLOUR", 1, 2, [])], [("V1", "HEAT", 1)], id="done elsewhere"
        ),
        pytest.param(
            {"FLOUR": 0}, [done("FLOUR", 2)], [("FLOUR", 1, 0, [])], [("V1", "FLOUR", 0)], id="down"
        ),
        pytest.param(
            {"FLOUR": 0, "YEAST": 2, "HEAT": 3, "PRICE": 2},
            [],
            [("HEAT", 1, 3, []), ("YEAST", 1, 2, []), ("PRICE", 1, 2, []), ("FLOUR", 1, 0, [])],
            [],
            id="the longest rise first, falls last",
        ),
    ],
)
def test_what_changed_and_which_action_claims_it(
    now: Answers, actions: list[Action], changes: list[Any], unseen: list[Any]
) -> None:
    before, after = rounds(found(ALL_1), found({**ALL_1, **now}))

    told = since(before, after, actions)

    assert [
        (each.question, each.before, each.now, [action.id for action in each.claims]) for each in told.changes
    ] == changes
    assert [(each.action.id, each.action.question, each.now) for each in told.unseen] == unseen
    assert (told.compared, told.not_compared, told.before) == (4, {}, before)


@pytest.mark.parametrize(
    ("before", "now", "compared", "reasons"),
    [
        pytest.param(found(ALL_1), found(ALL_1), 4, {}, id="all the same"),
        pytest.param(
            found(ALL_1), found(ALL_1, bakery(other_yeast)), 3, {Reason.REWORDED: 1}, id="another meaning"
        ),
        pytest.param(
            found(ALL_1),
            found({"SALT": 1, "YEAST": 1}, bakery(salt_for_flour)),
            1,
            {Reason.NEW: 1, Reason.GONE: 1, Reason.NO_LEVEL: 2},
            id="one for another, and two that nobody answered now",
        ),
        pytest.param(
            found(ALL_1),
            found(ALL_1, bakery(lambda items: None, id="pastry")),
            0,
            {Reason.REWORDED: 4},
            id="the wording of another pack",
        ),
        pytest.param(
            found(ALL_1, aspects=("dough",)), found(ALL_1), 2, {Reason.NEW: 2}, id="more aspects in scope"
        ),
        pytest.param(
            found(ALL_1, people=5, privacy=Privacy.CONFIDENTIAL).for_readers,
            found(ALL_1 | {"HEAT": 2}, people=3, privacy=Privacy.CONFIDENTIAL).for_readers,
            0,
            {Reason.NOT_SHOWN: 4},
            id="too few answered for readers to be shown anything",
        ),
    ],
)
def test_what_could_not_be_compared_is_counted_with_the_reason(
    before: Findings, now: Findings, compared: int, reasons: Mapping[Reason, int]
) -> None:
    told = since(*rounds(before, now), [])

    assert (told.compared, told.not_compared, told.changes) == (compared, reasons, ())


def test_a_level_that_was_agreed_on_is_marked() -> None:
    counts = (Count(question="HEAT", roles=("BAKER",), kind=Said.ANSWERED, value=1, n=1),)
    agreed = Calibration(key="k", question="HEAT", level=2, reason="We looked.", by="U-LEE", at=MONDAY)
    settled = conclude(BAKERY, Scope(aspects=("oven",)), Material(counts, agreed={"HEAT": agreed}))

    told = since(*rounds(found({"HEAT": 1}, aspects=("oven",)), settled), [])

    assert [(each.question, each.before, each.now, each.agreed) for each in told.changes] == [
        ("HEAT", 1, 2, True)
    ]


LEVELS = st.dictionaries(st.sampled_from(sorted(ALL_1)), st.integers(0, 3))
PACKS = st.sampled_from([BAKERY, bakery(other_yeast), bakery(other_dough)])


@given(LEVELS, LEVELS, PACKS, st.lists(st.builds(done, st.sampled_from(sorted(ALL_1)), st.integers(1, 3))))
def test_every_question_is_compared_or_has_a_reason_and_every_action_is_told_at_most_once(
    before: Answers, now: Answers, pack: Pack, actions: list[Action]
) -> None:
    actions = [action.model_copy(update={"id": str(n)}) for n, action in enumerate(actions)]

    told = since(*rounds(found(before), found(now, pack)), actions)

    assert told.compared + sum(told.not_compared.values()) == len(ALL_1)
    assert len(told.changes) <= told.compared
    claimed = [action.id for change in told.changes for action in change.claims]
    named = claimed + [each.action.id for each in told.unseen]
    assert len(named) == len(set(named))
    assert all(change.up for change in told.changes if change.claims)


# The trend.


@pytest.mark.parametrize(
    ("before", "levels"),
    [
        (found(ALL_1), {"dough": (1, 2), "oven": (1, 1), WHOLE: (1, 1)}),
        (found(ALL_1, bakery(other_yeast)), {"dough": (1, 2), "oven": (1, 1), WHOLE: (1, 1)}),
        (found(ALL_1, bakery(other_dough)), {"dough": (None, 2), "oven": (1, 1), WHOLE: (None, 1)}),
        (found(ALL_1, aspects=("oven",)), {"dough": (None, 2), "oven": (1, 1), WHOLE: (None, 1)}),
        (found({"FLOUR": 1, "YEAST": 1}), {"dough": (1, 2), "oven": (None, 1), WHOLE: (1, 1)}),
    ],
    ids=["the same", "half of an aspect", "none of an aspect", "another scope", "an aspect without a level"],
)
def test_an_aspect_is_in_the_trend_where_it_has_a_question_in_common(
    before: Findings, levels: Mapping[str, Any]
) -> None:
    lines = trend(rounds(before, found(ALL_1 | {"FLOUR": 2, "YEAST": 2})))

    assert {line.id: line.levels for line in lines} == levels
    assert {line.id: line.moved for line in lines if line.id == "dough"} == {
        "dough": None if levels["dough"][0] is None else 1
    }


def test_what_cannot_be_compared_is_told_from_what_has_no_level_and_from_what_is_hidden() -> None:
    few = found(ALL_1, people=5, privacy=Privacy.CONFIDENTIAL).for_readers
    few = few.model_copy(
        update={"aspects": (few.aspects[0].model_copy(update={"hidden": True}), *few.aspects[1:])}
    )

    dough, oven, whole = trend(
        rounds(found({"FLOUR": 1, "YEAST": 1}), few, found(ALL_1, bakery(other_dough)), found(ALL_1))
    )

    assert [point and point.hidden for point in dough.points] == [False, True, None, False]
    assert [point and point.level for point in oven.points] == [None, few.aspect("oven").level, 1, 1]
    assert [point is None for point in whole.points] == [False, False, True, False]


@pytest.mark.parametrize(
    ("findings", "measure", "drawn"),
    [
        ([found(ALL_1), found(ALL_1)], Measure.CONTINUOUS, {"dough": (1.0, 1.0), "oven": (1.0, 1.0)}),
        ([found({"HEAT": 1, "PRICE": 1}), found(ALL_1)], Measure.CONTINUOUS, {"oven": (1.0, 1.0)}),
        (
            [found(ALL_1, people=9, privacy=Privacy.CONFIDENTIAL).for_readers, found(ALL_1)],
            Measure.LEVEL,
            {"dough": (1, 1), "oven": (1, 1)},
        ),
        ([found({}), found(ALL_1)], Measure.CONTINUOUS, {}),
    ],
    ids=["means", "an aspect with a gap", "means that are not shown", "nothing"],
)
def test_means_are_drawn_and_levels_where_means_are_not_shown(
    findings: list[Findings], measure: Measure, drawn: Mapping[str, Any]
) -> None:
    by, lines = drawable(trend(rounds(*findings)))

    values = {line.id: line.continuous if by is Measure.CONTINUOUS else line.levels for line in lines}
    assert (by, values) == (measure, drawn)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (found({}), None),
        (found(ALL_1, bakery(other_yeast)), Unlike(1, 3, 4, 4)),
        (found(ALL_1, aspects=("oven",)), Unlike(1, 2, 2, 4)),
        (found(ALL_1, strictness="majority"), Unlike(1, 4, 4, 4, strictness="majority")),
    ],
    ids=["the same", "another meaning", "another scope", "another strictness"],
)
def test_what_makes_a_round_another_measure_is_said(before: Findings, said: Unlike | None) -> None:
    assert unlike(*rounds(before, found(ALL_1))) == said


def test_another_version_of_the_method_is_said() -> None:
    now = found(ALL_1)
    assert now.basis is not None
    before = now.model_copy(update={"basis": now.basis.model_copy(update={"method": 1})})

    assert unlike(*rounds(before, now)) == Unlike(1, 4, 4, 4, method=1)


def test_what_was_kept_before_meanings_were_noted_is_compared_with_nothing() -> None:
    now = found(ALL_1)
    questions = tuple(each.model_copy(update={"meaning": None}) for each in now.questions)
    before = now.model_copy(update={"questions": questions})

    told = since(*rounds(before, now), [])

    assert (told.compared, told.not_compared) == (0, {Reason.REWORDED: 4})
    assert [line.levels for line in trend(rounds(before, now))] == [(None, 1)] * 3


# Other teams.


def team(answers: Answers, pack: Pack = BAKERY, **scope: Any) -> TeamResult:
    return TeamResult.of(found(answers, pack, **scope).model_dump(mode="json"))


LEVEL_2 = dict.fromkeys(ALL_1, 2)
HIDDEN = TeamResult.of(found(LEVEL_2).model_copy(update={"published": found({})}).model_dump(mode="json"))


@pytest.mark.parametrize(
    ("fifth", "dough", "whole"),
    [
        pytest.param(team(LEVEL_2), 5, 5, id="five"),
        pytest.param(team(LEVEL_2, bakery(other_yeast, version=9)), 5, 5, id="another version of the pack"),
        pytest.param(team(LEVEL_2, bakery(lambda items: None, id="pastry")), 4, 4, id="another pack"),
        pytest.param(team(LEVEL_2, strictness="all"), 4, 4, id="another strictness"),
        pytest.param(team(LEVEL_2, aspects=("dough",)), 5, 4, id="fewer aspects"),
        pytest.param(team({"HEAT": 2, "PRICE": 2}), 4, 5, id="no level in the aspect"),
        pytest.param(HIDDEN, 4, 4, id="a level that readers are not shown"),
    ],
)
def test_a_team_counts_where_its_level_is_the_same_measure(fifth: TeamResult, dough: int, whole: int) -> None:
    four = [team(ALL_1), team(ALL_1), team(LEVEL_2), team(LEVEL_2)]

    places = {place.id: place for place in among(found(ALL_1), [*four, fifth])}

    assert (places["dough"].teams, places[WHOLE].teams) == (dough, whole)
    assert (places["dough"].benchmark is None) == (dough < 5)


def test_quartiles_are_those_of_the_other_teams() -> None:
    others = [team(dict.fromkeys(ALL_1, level)) for level in (0, 1, 1, 2, 3)]

    places = among(found(ALL_1), others)

    assert [place.id for place in places] == ["dough", "oven", WHOLE]
    assert {place.benchmark for place in places} == {
        Benchmark(teams=5, lower=1, median=1, upper=2, below=1, equal=2, above=2)
    }


def test_without_a_level_there_is_no_place() -> None:
    places = among(found({"FLOUR": 1, "YEAST": 1}), [team(ALL_1)] * 5)

    assert [(place.level, place.benchmark is None) for place in places] == [
        (1, False),
        (None, True),
        (1, False),
    ]


def test_who_a_team_is_is_not_in_what_is_read_of_it() -> None:
    assert set(TeamResult.model_fields) == {"level", "aspects", "basis", "published"}
