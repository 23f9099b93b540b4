"""The white paper's ABC Inc. in full: 207 answers, every question and aspect, and a roadmap of 36 steps."""

from __future__ import annotations

from dataclasses import replace

from conversation.answersfile import read_answers
from conversation.pack import Pack
from conversation.scorecard import as_json, capabilities, score
from scoring.priorities import Factors, priority
from scoring.roadmap import FindOut, Path, Requirement, Step, Task, path, roadmap
from tests.scoring.cases import ABC, DATA, TOP

PACK = Pack.shipped("mlops", 1)
FILE = read_answers((DATA / "abc-inc.json").read_text("utf-8"), PACK)
CARD = score(PACK, FILE.answers)


def test_every_question_every_aspect_and_the_whole() -> None:
    found = as_json(CARD)

    asked = ABC["question_results"]
    same = {
        key: {name: found["question_results"][key][name] for name in expect} for key, expect in asked.items()
    }
    assert same == asked
    assert (found["aspects"], found["overall"]) == (ABC["aspects"], ABC["overall"])
    assert found["question_results"].keys() == asked.keys()


def test_the_roadmap() -> None:
    expect = ABC["roadmap"]
    levels = {key: result.level for key, result in CARD.question_results.items()}

    way = path(capabilities(PACK), levels, dict.fromkeys(levels, ABC["target"]))
    scores = {
        step.id: priority(Factors(**expect["priority"][step.id]["factors"]), top=TOP).score
        for step in way.steps
    }
    found = roadmap(
        [Task(step.id, scores[step.id], step.effort, step.depends) for step in way.steps], expect["capacity"]
    )

    assert {key: round(float(value), 4) for key, value in scores.items()} == {
        key: entry["score"] for key, entry in expect["priority"].items()
    }
    assert {step.id: step.gap for step in way.steps} == {
        key: entry["factors"]["gap"] for key, entry in expect["priority"].items()
    }
    assert {step.id: list(step.depends) for step in way.steps if step.depends} == expect["depends"]
    assert list(found.order) == expect["order"]
    assert found.phase == expect["phase"]
    assert list(found.load) == expect["load"]


def test_an_item_that_nobody_knows_has_no_steps_and_is_found_out_first() -> None:
    levels = {key: result.level for key, result in CARD.question_results.items()}
    needy = replace(capabilities(PACK)[0], requires={2: (Requirement("MON-S2", 1),)})

    way = path([needy], levels, {needy.id: 2, "MON-S2": 2})

    assert way == Path((Step(needy.id, 2, 5, 1),), (FindOut("MON-S2", (f"{needy.id}@2",)),))
