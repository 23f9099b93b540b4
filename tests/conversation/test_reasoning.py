"""The whole reasoning behind a file of answers: the same as its scorecard, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from conversation import scorecard
from conversation.answersfile import AnswersFile, Evidence, read_answers
from conversation.errors import AlreadyThere
from conversation.pack import Pack
from conversation.reasoning import Reasoning, as_json, reason
from conversation.scope import Scope
from scoring.levels import STRICTNESS, Answer
from tests.conversation.desk import BAKERY
from tests.scoring.cases import ABC, DATA

PACK = Pack.shipped("mlops", 1)
FILE = read_answers((DATA / "abc-inc.json").read_text("utf-8"), PACK)


def everything(pack: Pack, **decided: object) -> Scope:
    return Scope.model_validate({"aspects": tuple(aspect.id for aspect in pack.aspects), **decided})


@pytest.mark.parametrize("strictness", [*STRICTNESS])
def test_it_comes_to_what_the_scorecard_says(strictness: str) -> None:
    card = scorecard.score(PACK, FILE.answers, STRICTNESS[strictness])

    found = reason(PACK, everything(PACK, strictness=strictness), FILE)

    assert (found.answers, found.people, found.findings.level) == (207, 8, card.overall.level)
    for aspect in found.findings.aspects:
        key = aspect.id
        assert found.climbed[key].needs == card.aspects[key].needs
        assert (aspect.level, aspect.bounds, aspect.scored) == (
            card.aspects[key].level,
            card.aspects[key].bounds,
            card.aspects[key].n_scored,
        )
        assert aspect.agreement is not None
        assert aspect.agreement.alpha == card.agreement[key].alpha
        assert aspect.without_one == card.leave_one_out[key].without_one
        assert aspect.resampling is not None
        assert aspect.resampling.shares == {
            "none" if level is None else str(level): float(share)
            for level, share in card.bootstrap[key].shares.items()
        }
    assert {q.id: q.level for q in found.findings.questions} == {
        key: result.level for key, result in card.question_results.items()
    }


def test_the_plan_of_the_published_case() -> None:
    """Its factors were chosen by hand, so the order is another; the steps and their effort are the same."""
    plan = reason(PACK, everything(PACK, target=2), FILE).plan

    assert {each.gap.step for each in plan.steps} == set(ABC["roadmap"]["order"])
    assert sum(plan.load) == sum(ABC["roadmap"]["load"])
    assert max(plan.load) <= plan.capacity == ABC["roadmap"]["capacity"]


def baked(answers: Mapping[str, Mapping[str, int]], *evidence: Evidence, dough: int = 2) -> Reasoning:
    """By role and question."""
    said = tuple(
        Answer("ana", role, question, level)
        for role, levels in answers.items()
        for question, level in levels.items()
    )
    return reason(
        BAKERY, everything(BAKERY, targets={"dough": dough, "oven": 2}), AnswersFile(said, (), evidence)
    )


def test_a_step_inherits_the_priority_of_the_most_urgent_one_that_waits_for_it() -> None:
    found = baked({"BAKER": {"FLOUR": 0, "YEAST": 2, "HEAT": 0}, "SELLER": {"PRICE": 1}}, dough=1)

    steps = {each.gap.step: each for each in found.plan.steps}
    heat, flour = steps["HEAT@2"], steps["FLOUR@1"]
    assert heat.gap.waits_for == ("FLOUR@1", "HEAT@1")
    assert flour.gap.priority < heat.gap.priority == flour.effective
    assert (flour.heir, heat.heir) == ("HEAT@2", None)
    order = [each.gap.step for each in found.plan.steps]
    assert order.index("FLOUR@1") < order.index("HEAT@2")


def test_who_answers_differently_in_two_roles_is_one_person() -> None:
    found = baked({"BAKER": {"FLOUR": 2}, "SELLER": {"FLOUR": 0}})

    flour = found.findings.question("FLOUR")
    assert flour is not None
    assert (flour.level, flour.answers, [(split.role, split.level) for split in flour.roles]) == (
        2,
        1,
        [("BAKER", 2), ("SELLER", 0)],
    )
    assert (found.people, found.findings.invited) == (1, 1)


def test_evidence_leaves_of_a_claim_what_it_supports() -> None:
    answers = {"BAKER": {"FLOUR": 2, "YEAST": 2, "HEAT": 1}, "SELLER": {"PRICE": 1}}
    shown = (
        Evidence("FLOUR", 1, True),
        Evidence("FLOUR", 3, True),
        Evidence("YEAST", 1, True),
        Evidence("YEAST", 2, False),
        Evidence("HEAT", 1, False),
    )

    claimed, checked = baked(answers), baked(answers, *shown)

    levels = {q.id: (q.level, q.evidenced, q.accepted, q.returned) for q in checked.findings.questions}
    assert levels == {
        "FLOUR": (2, 2, 3, 0),
        "YEAST": (2, 1, 1, 1),
        "HEAT": (1, 0, None, 1),
        "PRICE": (1, None, None, 0),
    }
    assert [(each.level, each.evidenced) for each in claimed.findings.aspects] == [(2, None), (1, None)]
    assert [(each.level, each.evidenced) for each in checked.findings.aspects] == [(2, 1), (1, 0)]


def test_as_json_it_holds_all_of_it() -> None:
    asked = {"paths": [("monitoring", 2)], "supposed": {"MON-Q1": 2, "DEP-C2": 3}}

    found = json.loads(json.dumps(as_json(reason(PACK, everything(PACK), FILE, **asked))))

    assert found["findings"]["aspects"][2]["id"] == "monitoring"
    assert sum(found["plan"]["load"]) == sum(gap["effort"] for gap in found["findings"]["gaps"])
    (path,) = found["paths"]
    assert (path["effort"], [step["step"] for step in path["steps"] if step["gate"]]) == (28, ["MON-Q1@2"])
    assert path["everything"] == {"steps": 18, "effort": 85}
    assert found["what_if"]["aspects"]["deployment"] == {"before": 2, "after": 2, "status": "official"}
    assert found["what_if"]["along"] == ["DEV-Q2@2", "MON-Q3@2"]


def test_there_is_no_path_to_where_one_is() -> None:
    with pytest.raises(AlreadyThere):
        reason(PACK, everything(PACK), FILE, paths=[("deployment", 2)])
