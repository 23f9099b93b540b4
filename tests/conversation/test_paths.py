"""The least work to a level, and what would happen if: from a result as its reader sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation import paths, results, sharing
from conversation.conclusion import conclude
from conversation.errors import (
    AlreadyThere,
    AssessmentIsOpen,
    NoSuchAspect,
    NoSuchAssessment,
    NoSuchLevel,
    NothingBehind,
    NotShared,
    Refused,
)
from conversation.findings import Findings
from conversation.material import Material
from conversation.pack import Pack
from conversation.paths import LeastWork, Unknown, Work, least_work_in, offered, suppose_in, understood
from conversation.rebuilt import Rebuilt
from conversation.scope import Privacy, Scope
from scoring.levels import STRICTNESS, QuestionStatus
from storage.records import Assessment, Count, Said
from tests.conversation.desk import BAKERY, Bench
from tests.scoring.cases import ABC

ABC_PACK = Pack.shipped("mlops", 1)


@pytest.fixture
def closed(bench: Bench) -> Assessment:
    """Flour at 0, all else at 1, so that the oven waits for the dough. Only Lee sees it so far."""
    opened = bench.opened({"U-ANA": ["BAKER"], "U-SAM": ["SELLER"]})
    for user, levels in {"U-ANA": (0, 1, 1), "U-SAM": (1,)}.items():
        bench.starts(user)
        for level in levels:
            bench.clicks(user, level)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def steps(path: LeastWork) -> list[tuple[str, int, tuple[str, ...], bool]]:
    return [(step.id, step.effort, step.needed_for, step.along) for step in path.steps]


def test_the_least_work_brings_along_what_has_to_come_first(bench: Bench, closed: Assessment) -> None:
    path = paths.asked(bench.desk, "U-LEE", words="oven 2", channel=None).path

    assert steps(path) == [
        ("FLOUR@1", 1, ("HEAT@2",), True),
        ("HEAT@2", 2, (), False),
        ("PRICE@2", 2, (), False),
    ]
    assert (path.reachable, path.effort, path.everything, path.planned) == (True, 5, Work(3, 5), True)


def test_without_words_it_is_the_aspect_that_is_furthest_behind_and_its_target(
    bench: Bench, closed: Assessment
) -> None:
    said = paths.asked(bench.desk, "U-LEE", words="", channel="C-ML").path
    pressed = paths.least_work(bench.desk, "U-LEE", assessment=closed.id).path

    assert said == pressed
    assert (said.aspect.id, said.level, [step.id for step in said.steps]) == ("dough", 1, ["FLOUR@1"])


def test_a_level_alone_is_about_the_aspect_that_is_furthest_below_it(
    bench: Bench, closed: Assessment
) -> None:
    path = paths.asked(bench.desk, "U-LEE", words="brown for abc", channel=None).path

    assert (path.aspect.id, path.level, path.planned) == ("dough", 2, False)
    assert [step.id for step in path.steps] == ["FLOUR@1", "FLOUR@2", "YEAST@2"]


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        ("", (None, None)),
        ("development", ("development", None)),
        ("Mon", ("monitoring", None)),
        ("monitoring 2", ("monitoring", 2)),
        ("level 2 in monitoring", ("monitoring", 2)),
        ("gov to Advanced", ("governance", 3)),
        ("dep ad hoc", ("deployment", 0)),
        ("3", (None, 3)),
        ("inter", (None, 2)),
    ],
)
def test_an_aspect_and_a_level_are_understood_in_part(words: str, expect: object) -> None:
    aspects = abc().aspects

    assert understood(ABC_PACK, aspects, words) == expect


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        ("monitorización 2", ("monitoring", 2)),
        ("monitorizacion 2", ("monitoring", 2)),
        ("gobernanza avanzado", ("governance", 3)),
        ("desar basico", ("development", 1)),
        ("deployment intermedio", ("deployment", 2)),
    ],
)
def test_an_aspect_and_a_level_are_understood_in_every_language_of_the_pack(
    words: str, expect: object
) -> None:
    assert understood(Pack.shipped("mlops"), abc().aspects, words) == expect


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        ("de", NoSuchAspect(said="de", known=("Development", "Deployment", "Monitoring", "Governance"))),
        ("m", NoSuchAspect(said="m", known=("Development", "Deployment", "Monitoring", "Governance"))),
        ("mon 4", NoSuchLevel(said="4", levels=("Ad hoc", "Basic", "Intermediate", "Advanced"))),
        ("level 4", NoSuchLevel(said="4", levels=("Ad hoc", "Basic", "Intermediate", "Advanced"))),
        ("mon good", NoSuchLevel(said="good", levels=("Ad hoc", "Basic", "Intermediate", "Advanced"))),
        ("deployment 2", AlreadyThere(aspect="Deployment", level=2, name="Intermediate", highest=False)),
        ("1", NothingBehind(level=1)),
    ],
)
def test_what_is_not_understood_or_needs_no_work(words: str, expect: Refused) -> None:
    result = Rebuilt(ABC_PACK, abc_scope(), abc())

    with pytest.raises(type(expect)) as refused:
        least_work_in(result, *understood(ABC_PACK, result.findings.aspects, words))

    assert refused.value.values == expect.values


def test_who_may_not_see_the_result_learns_nothing_of_it(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    with pytest.raises(AssessmentIsOpen):
        paths.asked(bench.desk, "U-LEE", words="", channel=None)
    bench.answers_all("U-ANA", 0)
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    for asks in (paths.least_work, paths.suppose):
        with pytest.raises(NotShared):
            asks(bench.desk, "U-ANA", assessment=opened.id)
    with pytest.raises(NoSuchAssessment):
        paths.suppose_named(bench.desk, "U-KIM", name="", channel=None)
    sharing.share(bench.desk, "U-LEE", assessment=opened.id)

    shared = paths.least_work(bench.desk, "U-ANA", assessment=opened.id, aspect="dough", level=1)
    assert (shared.verdict.private, shared.path.effort) == (False, 2)


def test_what_if_tells_the_levels_before_and_after_and_what_it_takes(
    bench: Bench, closed: Assessment
) -> None:
    opening = paths.suppose_named(bench.desk, "U-LEE", name="abc", channel=None)
    answer = paths.suppose(
        bench.desk, "U-LEE", assessment=closed.id, questions=["HEAT", "PRICE", "RYE"], level=2
    )

    assert (opening.level, opening.found.chosen, opening.found.steps) == (1, {}, 0)
    assert {key: [q.id for q in some] for key, some in opening.offered.items()} == {
        "dough": ["FLOUR", "YEAST"],
        "oven": ["HEAT", "PRICE"],
    }
    found = answer.found
    assert found.chosen == {"HEAT": 2, "PRICE": 2}
    assert [(s.aspect.id, s.before.level, s.after.level) for s in found.aspects] == [
        ("dough", 0, 0),
        ("oven", 1, 2),
    ]
    assert (found.before and found.before.level, found.after and found.after.level) == (0, 0)
    assert (found.steps, found.effort, found.along) == (3, 5, ("FLOUR@1",))
    assert found.reached_too == (("dough", 1),)
    assert [bool(standing.because) for standing in found.aspects] == [False, True]


def test_no_more_is_supposed_than_one_keeps_in_mind(bench: Bench) -> None:
    result = Rebuilt(ABC_PACK, abc_scope(), abc())
    everything = [question.id for some in offered(result).values() for question in some]

    found = suppose_in(result, dict.fromkeys(everything[: paths.MOST_SUPPOSED], 3))

    assert len(found.chosen) == 10
    assert len(everything) > 10


# Of all of ABC Inc., from its answers as rows would count them.


def abc_scope() -> Scope:
    return Scope(aspects=tuple(aspect.id for aspect in ABC_PACK.aspects))


def abc() -> Findings:
    return conclude(ABC_PACK, abc_scope(), Material(tuple(map(counted, ABC["answers"]))))


def counted(answer: Mapping[str, Any]) -> Count:
    value, kinds = answer["value"], {"dk": Said.DONT_KNOW, "na": Said.DOES_NOT_APPLY}
    return Count(
        question=answer["question"],
        roles=(answer["role"],),
        kind=kinds.get(value, Said.ANSWERED),
        value=None if value in kinds else value,
        n=1,
    )


def test_abc_inc_takes_half_of_the_plan_to_level_2_in_monitoring() -> None:
    result = Rebuilt(ABC_PACK, abc_scope(), abc())

    path = least_work_in(result, "monitoring", 2)

    assert (len(path.steps), path.effort, path.exact) == (6, 28, True)
    assert [step.id for step in path.steps if step.gate] == ["MON-Q1@2"]
    way = result.path({question.id: 2 for question in result.aspects["monitoring"].questions})
    plan = {gap.step: gap for gap in result.findings.gaps}
    assert {step.id for step in way.steps} >= {key for key, gap in plan.items() if gap.aspect == "monitoring"}
    assert path.everything == Work(len(way.steps), sum(plan[step.id].effort for step in way.steps))
    then = suppose_in(result, {step.item.id: step.level for step in path.steps})
    assert {each.aspect.id: each.after.level for each in then.aspects if each.changed} == {"monitoring": 2}
    assert then.effort == path.effort


def test_what_nobody_knows_is_found_out_first_and_is_not_in_the_effort() -> None:
    result = Rebuilt(ABC_PACK, abc_scope(), conclude(ABC_PACK, abc_scope(), Material(())))

    path = least_work_in(result)
    found = suppose_in(result, {"MON-S2": 2})

    assert (path.reachable, path.steps, path.aspect.id, path.level) == (False, (), "development", 1)
    assert Unknown("DEV-Q1", QuestionStatus.UNANSWERED, ()) in path.find_out
    assert (found.steps, found.unknown) == (0, ("MON-S2",))


# What readers may not see.


def confidential(**bakers: int) -> Rebuilt:
    """So many bakers answered each question at level 1; of fewer than three nothing is shown."""
    scope = Scope(aspects=("dough", "oven"), privacy=Privacy.CONFIDENTIAL, group=3)
    rows = [
        Count(question=key, roles=("BAKER",), kind=Said.ANSWERED, value=1, n=n) for key, n in bakers.items()
    ]
    rows.append(Count(question="PRICE", roles=("SELLER",), kind=Said.ANSWERED, value=1, n=5))
    return Rebuilt(BAKERY, scope, conclude(BAKERY, scope, Material(tuple(rows))).for_readers)


def test_where_only_a_level_is_shown_there_is_no_path_and_nothing_to_suppose() -> None:
    result = confidential(FLOUR=2, YEAST=2, HEAT=4)

    path = least_work_in(result, "dough", 2)
    found = suppose_in(result, {"HEAT": 2, "PRICE": 2})

    dough, oven = result.findings.aspects
    assert (dough.level_only, oven.level_only) == (True, False)
    assert (path.reachable, path.find_out, path.hidden) == (False, (), 2)
    assert set(offered(result)) == {"oven"}
    assert [(s.level_only, s.before.level, s.after.level) for s in found.aspects] == [
        (True, dough.level, dough.level),
        (False, 1, 2),
    ]
    assert found.hidden == 2


def test_a_hidden_question_is_no_prerequisite() -> None:
    shown, hidden = confidential(FLOUR=5, YEAST=5, HEAT=4), confidential(FLOUR=2, YEAST=2, HEAT=4)

    assert shown.hidden == 0
    assert [step.id for step in least_work_in(hidden, "oven", 2).steps] == ["HEAT@2", "PRICE@2"]


def test_the_facilitators_path_is_not_compared_with_a_plan_that_starts_from_less() -> None:
    readers = confidential(FLOUR=2, YEAST=2, HEAT=4)
    whole = readers.findings.model_copy(update={"published": readers.findings})

    seen = [
        least_work_in(Rebuilt(readers.pack, readers.scope, findings), "oven", 2)
        for findings in (readers.findings, whole)
    ]

    assert [path.planned for path in seen] == [True, False]


def test_a_whole_with_a_hidden_aspect_is_not_known() -> None:
    result = confidential(FLOUR=2, YEAST=2, HEAT=4)
    hidden = result.findings.aspects[0].model_copy(update={"level": None, "hidden": True})
    findings = result.findings.model_copy(update={"aspects": (hidden, result.findings.aspects[1])})

    found = suppose_in(Rebuilt(result.pack, result.scope, findings), {"HEAT": 2})

    assert (found.before, found.after) == (None, None)


# Laws.

_SAID = st.lists(
    st.tuples(st.sampled_from(["BAKER", "SELLER"]), st.sampled_from([0, 1, 2, 3, None])), max_size=6
)


@settings(max_examples=40, deadline=None)
@given(
    said=st.fixed_dictionaries({item.id: _SAID for item in BAKERY.items}),
    strictness=st.sampled_from([*STRICTNESS]),
    level=st.integers(1, 3),
)
def test_a_rebuilt_result_is_the_result_and_its_path_leads_there(
    said: dict[str, list[tuple[str, int | None]]], strictness: Any, level: int
) -> None:
    scope = Scope(aspects=("dough", "oven"), strictness=strictness)
    rows = tuple(
        Count(
            question=key,
            roles=(role,),
            kind=Said.DONT_KNOW if value is None else Said.ANSWERED,
            value=value,
            n=1,
        )
        for key, answers in said.items()
        for role, value in answers
    )
    findings = conclude(BAKERY, scope, Material(rows))
    result = Rebuilt(BAKERY, scope, findings)

    nothing = suppose_in(result, {})

    assert [(s.before.level, s.before.bounds) for s in nothing.aspects] == [
        (aspect.level, aspect.bounds) for aspect in findings.aspects
    ]
    assert nothing.before == nothing.after
    assert nothing.before is not None
    assert (nothing.before.level, nothing.before.status) == (findings.level, findings.status)
    for aspect in findings.aspects:
        if aspect.level is not None and aspect.level < level:
            path = least_work_in(result, aspect.id, level)
            raised = {step.item.id: step.level for step in path.steps}
            then = {s.aspect.id: s.after.level or 0 for s in suppose_in(result, raised).aspects}
            assert path.reachable
            assert then[aspect.id] >= level
            assert path.effort <= path.everything.effort
