"""The method's worked cases, all of them that concern what is here."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from conversation.scorecard import aspect_facts, question_facts
from scoring import anonymity, gaps
from scoring.agreement import Agreement, Reading, agreement, consensus
from scoring.evidence import evidenced
from scoring.levels import (
    AspectResult,
    AspectStatus,
    Gate,
    Tally,
    aspect_result,
    overall,
    question_result,
)
from scoring.priorities import Factors, Weights, priority
from scoring.roadmap import Cycle, Task, roadmap
from scoring.robustness import Aspect
from tests.scoring.cases import TOP, VECTORS, answers, question, result, without_each


def each(kind: str) -> Callable[..., Any]:
    cases = VECTORS[kind]
    return pytest.mark.parametrize(
        "case", cases, ids=[case.get("name", str(n)) for n, case in enumerate(cases)]
    )


@each("question")
def test_questions(case: dict[str, Any]) -> None:
    asked = question(case["question"])

    found = question_result(asked, Tally.of(asked, answers(case["answers"], asked.id)))

    assert question_facts(found) == case["expect"]


@each("aspect")
def test_aspects(case: dict[str, Any]) -> None:
    results = {key: result(key, entry) for key, entry in case["question_results"].items()}
    gates = [Gate(entry["id"], entry["gate"]) for entry in case["questions"] if "gate" in entry]

    found = aspect_result([question(entry) for entry in case["questions"]], results, gates)

    assert aspect_facts(found) == case["expect"]


@each("overall")
def test_the_whole(case: dict[str, Any]) -> None:
    aspects = {
        key: AspectResult(AspectStatus(a["status"]), None if a["level"] is None else a["level"])
        for key, a in case["aspects"].items()
    }

    found = overall(aspects)

    assert {
        "level": found.level,
        "status": found.status,
        "missing": list(found.missing),
        "limiting": list(found.limiting),
    } == {"limiting": []} | case["expect"]


@each("evidence")
def test_evidence(case: dict[str, Any]) -> None:
    assert evidenced(case["level"], case["accepted"]) == case["expect"]


@each("priority")
def test_priorities(case: dict[str, Any]) -> None:
    score, contributions = case["expect"]

    found = priority(Factors(**case["item"]), Weights(**case["weights"]), top=TOP)

    assert float(found.score) == pytest.approx(score)
    assert {name: float(part) for name, part in found.contributions.items()} == pytest.approx(contributions)
    assert sum(found.contributions.values()) == found.score


@each("order")
def test_orders(case: dict[str, Any]) -> None:
    tasks = [
        Task(key, item["priority"], item["effort"], tuple(case["deps"].get(key, ())))
        for key, item in case["items"].items()
    ]
    expect = case["expect"]
    if "error" in expect:
        with pytest.raises(Cycle, match=f"^{expect['error']}$"):
            roadmap(tasks, case["capacity"])
        return

    found = roadmap(tasks, case["capacity"])

    assert [list(found.order), found.effective, found.phase, list(found.load)] == [
        expect["order"],
        expect["effective"],
        expect["phase"],
        expect["load"],
    ]


@each("anonymity")
def test_hidden_groups(case: dict[str, Any]) -> None:
    assert list(anonymity.hidden(case["counts"], case["k"])) == case["hidden"]


@each("leave_one_out")
def test_leaving_one_out(case: dict[str, Any]) -> None:
    said = [answer for key, entries in case["answers"].items() for answer in answers(entries, key)]

    found = without_each(Aspect(tuple(map(question, case["questions"]))), said)

    assert (found.level, list(found.without_one)) == (case["level"], case["expect"])
    assert found.fragile == (case["expect"] != [case["level"]])


@pytest.mark.parametrize("case", VECTORS["published"]["tastle_wierman"], ids=lambda case: str(case["freq"]))
def test_published_consensus(case: dict[str, Any]) -> None:
    assert consensus(case["freq"]) == case["expect"]


KRIPPENDORFF = ["krippendorff_2011", "krippendorff_wikipedia"]


def freqs(rows: list[list[int | None]]) -> list[list[int]]:
    """By unit, how many raters gave each value from 1 up."""
    top = max(value for row in rows for value in row if value)
    return [[unit.count(value) for value in range(1, top + 1)] for unit in zip(*rows, strict=True)]


@pytest.mark.parametrize("name", KRIPPENDORFF)
def test_published_alpha(name: str) -> None:
    case = VECTORS["published"][name]

    assert agreement(freqs(case["rows"])) == Agreement(case["expect"]["ordinal"], Reading.RELIABLE)


@pytest.mark.parametrize(("n", "expect"), [(0, Reading.ALL_IDENTICAL), (1, Reading.TOO_LITTLE_OVERLAP)])
def test_no_alpha(n: int, expect: Reading) -> None:
    """The published edges have two units each; here they are said five times, as five are the fewest."""
    case = VECTORS["published"]["alpha_edge"][n]

    assert agreement(freqs(case["rows"]) * 5) == Agreement(case["expect"], expect)


@pytest.mark.parametrize("case", VECTORS["published"]["percent_to_target"])
def test_published_percent_to_target(case: dict[str, Any]) -> None:
    found = gaps.percent_to_target(*([Fraction(x) for x in case[side]] for side in ("current", "target")))

    assert round(float(found), 6) == case["expect"]


@pytest.mark.parametrize("case", VECTORS["published"]["progress_to_date"])
def test_published_progress(case: dict[str, Any]) -> None:
    found = gaps.progress_to_date(*(Fraction(case[name]) for name in ("base", "current", "target")))

    assert round(float(found), 6) == case["expect"]
