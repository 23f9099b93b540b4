"""Random assessments and plans, worked out twice: by scoring, and as the method's text says it (naive.py)."""

from __future__ import annotations

import os
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from scoring import resampling
from scoring.evidence import evidenced
from scoring.levels import (
    STRICTNESS,
    Answer,
    AspectResult,
    Gate,
    Question,
    QuestionResult,
    aspect_result,
    overall,
    question_result,
    sheets,
    tallies,
)
from scoring.priorities import Factors, Weights, priority
from scoring.roadmap import Task, roadmap
from scoring.robustness import Aspect
from tests.scoring import naive
from tests.scoring.cases import without_each

SEED = os.environ.get("SEED", "1")
PARTS = 10
EACH = 2000 if "SOAK" in os.environ else 150
ROLES = ("DE", "DS", "OPS", "PM")


class Case:
    """One assessment: two aspects, a few people, some in two roles, and every way to say little."""

    def __init__(self, chance: Random) -> None:
        self.top = chance.choice([1, 2, 3, 3, 3, 4, 5])
        self.strictness = chance.choice([*STRICTNESS])
        self.aspects = {
            key: [self._question(chance, f"{key}{n}") for n in range(chance.randint(1, 6))]
            for key in ("dev", "mon")
        }
        keys = [q["id"] for members in self.aspects.values() for q in members]
        self.gates = {key: self._gates(chance, members, keys) for key, members in self.aspects.items()}
        self.answers = self._answers(chance, keys)

    @property
    def said(self) -> list[Answer]:
        return [Answer(*answer) for answer in self.answers]

    @property
    def questions(self) -> dict[str, Question]:
        return {q["id"]: question(q) for members in self.aspects.values() for q in members}

    @property
    def as_scoring_sees_it(self) -> dict[str, Aspect]:
        aspects = {}
        for key, members in self.aspects.items():
            here = tuple(map(question, members))
            gates = tuple(Gate(*gate) for gate in self.gates[key])
            named = {name for gate in gates for name in (gate.item, gate.otherwise)}
            elsewhere = tuple(q for q in self.questions.values() if q.id in named and q not in here)
            aspects[key] = Aspect(here, gates, elsewhere, STRICTNESS[self.strictness])
        return aspects

    def _question(self, chance: Random, key: str) -> dict[str, Any]:
        roles = chance.sample(ROLES, 3)
        primary = chance.randint(1, 2)
        weight = chance.choice([1, 1, 1, 2, Fraction(1, 3)])
        return {
            "id": key,
            "primary": roles[:primary],
            "secondary": roles[primary:],
            "weight": weight,
            "top": self.top,
        }

    def _gates(self, chance: Random, members: list[dict], keys: list[str]) -> list[tuple]:
        return [
            (chance.choice(members)["id"], chance.randint(1, self.top), chance.choice([None, *keys]))
            for _ in range(chance.choice([0, 0, 1, 2]))
        ]

    def _answers(self, chance: Random, keys: list[str]) -> list[tuple]:
        """Around a level of the question, so that aspects come out high as well as low."""
        odd = chance.choice([0.05, 0.4])
        answers = []
        for person in range(chance.randint(0, 7)):
            for role in chance.sample(ROLES, chance.choice([1, 1, 2])):
                for place, key in enumerate(keys):
                    level = min(max(self.top - place % 3 + chance.choice([-1, 0, 0, 0, 1]), 0), self.top)
                    value = chance.choice(["dk", "na", chance.randint(0, self.top)])
                    answers.append((f"p{person}", role, key, value if chance.random() < odd else level))
        kept = [answer for answer in answers if chance.random() < chance.choice([0.5, 0.95])]
        return kept + [(*answer[:3], "dk") for answer in kept if chance.random() < 0.02]


def question(entry: dict[str, Any]) -> Question:
    return Question(
        entry["id"], tuple(entry["primary"]), tuple(entry["secondary"]), entry["weight"], top=entry["top"]
    )


def of_question(result: QuestionResult) -> dict[str, Any]:
    described = result.support is not None
    return {
        "status": result.status.value,
        "level": result.level,
        "flags": sorted(flag.value for flag in result.flags),
        "n_valid": result.n_valid,
        "n_dk": result.n_dk,
        "n_na": result.n_na,
        "support": result.support,
        "mean": result.mean,
        "role_levels": result.role_levels,
        "freq": list(result.freq) if result.freq else None,
        "cns": pytest.approx(result.cns, abs=1e-6) if described and result.cns is not None else None,
    }


def of_aspect(aspect: AspectResult) -> dict[str, Any]:
    found: dict[str, Any] = {"status": aspect.status.value, "level": aspect.level}
    if aspect.coverage is not None:
        assert aspect.bounds is not None
        found |= {
            "coverage": aspect.coverage,
            "n_applicable": aspect.n_applicable,
            "n_scored": aspect.n_scored,
            "bounds": [*aspect.bounds],
        }
    if aspect.level is not None:
        found |= {
            "level_before_gates": aspect.level_before_gates,
            "achievement": aspect.achievement,
            "gates": [*aspect.gates],
            "continuous": aspect.continuous,
            "blockers": [*aspect.blockers],
            "needs": [(need.at_least, need.have, need.of) for need in aspect.needs],
        }
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_assessments(part: int) -> None:
    chance = Random(f"assessments {SEED} {part}")
    for _ in range(EACH):
        case = Case(chance)
        expect = naive.score(case.aspects, case.gates, case.answers, case.strictness)

        said = tallies(case.questions.values(), case.said)
        results = {key: question_result(asked, said[key]) for key, asked in case.questions.items()}
        found = {
            key: aspect_result(aspect.questions, results, aspect.gates, aspect.strictness)
            for key, aspect in case.as_scoring_sees_it.items()
        }
        whole = overall(found)

        assert {key: of_question(result) for key, result in results.items()} == expect["questions"]
        assert {key: of_aspect(aspect) for key, aspect in found.items()} == expect["aspects"]
        assert {
            "level": whole.level,
            "status": whole.status.value,
            "missing": [*whole.missing],
            "limiting": [*whole.limiting],
        } == expect["overall"]


@pytest.mark.parametrize("part", range(PARTS))
def test_assessments_without_somebody_and_with_somebody_several_times(part: int) -> None:
    chance = Random(f"people {SEED} {part}")
    for _ in range(EACH // 5):
        case = Case(chance)
        key = chance.choice([*case.aspects])
        aspect = case.as_scoring_sees_it[key]
        people = sheets(case.questions.values(), case.said)
        times = {person: chance.randint(0, 3) for person in people}
        crowd = [
            (f"{answer[0]}/{copy}", *answer[1:])
            for answer in case.answers
            for copy in range(times[answer[0]])
        ]
        before, after = (
            naive.score(case.aspects, case.gates, answers, case.strictness)["aspects"][key]["level"]
            for answers in (case.answers, crowd)
        )

        alone = without_each(aspect, case.said)
        again = resampling.levels(
            aspect,
            [*people.values()],
            np.array([[1, number] for number in times.values()], dtype=np.int64).reshape(-1, 2),
        )

        assert alone.level == before
        assert {*alone.without_one} == naive.leave_one_out(
            case.aspects, case.gates, case.answers, case.strictness, key
        )
        assert again == [before, after]


@pytest.mark.parametrize("part", range(PARTS))
def test_plans(part: int) -> None:
    chance = Random(f"plans {SEED} {part}")
    for _ in range(EACH):
        names = chance.sample("abcdefgh", chance.randint(1, 8))
        tasks: dict[str, dict[str, Any]] = {
            name: {
                "priority": chance.randint(1, 4),
                "effort": chance.choice([1, 2, 3, 5, 8]),
                "depends": chance.sample(names[:n], chance.randint(0, min(n, 2))),
            }
            for n, name in enumerate(names)
        }
        capacity = chance.randint(5, 15)
        phase, load = naive.phases(tasks, capacity)

        found = roadmap(
            [
                Task(key, task["priority"], task["effort"], tuple(task["depends"]))
                for key, task in tasks.items()
            ],
            capacity,
        )

        assert [*found.order] == naive.order(tasks)
        assert found.effective == {key: naive.effective(key, tasks) for key in tasks}
        assert (found.phase, [*found.load]) == (phase, load)


@pytest.mark.parametrize("part", range(PARTS))
def test_priorities_and_evidence(part: int) -> None:
    chance = Random(f"priorities {SEED} {part}")
    for _ in range(EACH):
        top = chance.randint(1, 5)
        item = {name: chance.randint(1, 5) for name in ("impact", "urgency", "feasibility", "risk", "cost")}
        item["gap"] = chance.randint(1, top)
        weights = {name: chance.randint(1, 5) for name in item}
        level, accepted = chance.randint(0, top), chance.sample(range(top + 1), chance.randint(0, 2))

        assert priority(Factors(**item), Weights(**weights), top=top).score == naive.priority(
            item, weights, top
        )
        assert evidenced(level, accepted) == naive.evidenced(level, accepted)
