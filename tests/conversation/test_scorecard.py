"""A file of answers, scored without Slack. The numbers of a whole case are in tests/scoring/test_abc.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conversation.answersfile import AnswersFile, BadAnswers, Evidence, read_answers
from conversation.pack import Pack
from conversation.scorecard import as_json, as_text, score
from scoring.levels import Answer

PACK = Pack.shipped("mlops", 1)
ABC = (Path(__file__).parents[1] / "data" / "abc-inc.json").read_text("utf-8")
GOOD = {"respondent": "ds1", "role": "DS", "question": "DEV-Q1", "value": 1}


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(BadAnswers) as refused:
        read_answers(text, PACK)
    return refused.value.problems


NO_VALUE = 'is no value: it must be 0, 1, 2, 3, "dk" or "na"'
NO_TEXT = "must be a text that is not empty, not"


@pytest.mark.parametrize(
    ("wrong", "expect"),
    [
        ({"question": "DEV-Q9"}, 'unknown question "DEV-Q9". Did you mean "DEV-Q1"?'),
        ({"question": "?"}, 'unknown question "?".'),
        ({"role": "ds"}, 'unknown role "ds". Did you mean "DS"?'),
        ({"role": "data scientist"}, 'unknown role "data scientist". Did you mean "DS"?'),
        ({"role": "PM"}, 'role "PM" (Product manager) is not asked this question, only DE, DS, MLE'),
        ({"role": " "}, f'"role" {NO_TEXT} " "'),
        *(
            ({"value": value}, f"{json.dumps(value)} {NO_VALUE}")
            for value in (4, -1, True, 1.0, "1", "DK", None, [1])
        ),
    ],
    ids=str,
)
def test_a_wrong_entry_is_named_with_its_reason(wrong: dict[str, Any], expect: str) -> None:
    entry = GOOD | wrong

    found = problems(json.dumps([GOOD, entry]))

    assert found == (f'answers[1] (respondent "ds1", question "{entry["question"]}"): {expect}',)


def test_an_entry_is_named_by_what_it_has() -> None:
    found = problems(json.dumps([GOOD | {"respondent": 7}, GOOD | {"question": None}]))

    assert found == (
        f'answers[0] (question "DEV-Q1"): "respondent" {NO_TEXT} 7',
        f'answers[1] (respondent "ds1"): "question" {NO_TEXT} null',
    )


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_field_is_named(missing: str) -> None:
    entry = {name: value for name, value in GOOD.items() if name != missing}

    (found,) = problems(json.dumps({"answers": [entry]}))

    assert found.startswith("answers[0]")
    assert found.endswith(f': "{missing}" is missing')


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = problems(json.dumps([GOOD | {"value": 9}, "what?", GOOD, GOOD | {"role": "?"}]))

    assert [problem.split(" ")[0].rstrip(":") for problem in found] == [
        "answers[0]",
        "answers[1]",
        "answers[3]",
    ]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ('[\n  {"respondent" 1}]', "line 2, column 17: not JSON: Expecting ':' delimiter"),
        ("", "line 1, column 1: not JSON: Expecting value"),
        ("[" * 100_000, "not JSON that can be read: a number too long, or nested too deeply"),
        ("[1" + "0" * 5000 + "]", "not JSON that can be read: a number too long, or nested too deeply"),
        ("[]", "answers: the list is empty; there is nothing to score"),
        ('{"answers": []}', "answers: the list is empty; there is nothing to score"),
        ("{}", 'expected a list of answers, or an object with such a list under "answers"'),
        ("7", 'expected a list of answers, or an object with such a list under "answers"'),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_list_of_answers_is_refused(text: str, expect: str) -> None:
    assert problems(text) == (expect,)


def test_an_answer_given_twice_is_warned_of_and_the_last_one_counts() -> None:
    found = read_answers("\ufeff" + json.dumps([GOOD, GOOD | {"role": "MLE"}, GOOD | {"value": 3}]), PACK)

    assert found == AnswersFile(
        (
            Answer("ds1", "DS", "DEV-Q1", 1),
            Answer("ds1", "MLE", "DEV-Q1", 1),
            Answer("ds1", "DS", "DEV-Q1", 3),
        ),
        (
            'answers[2] (respondent "ds1", question "DEV-Q1"): answered before as "DS", in answers[0]; '
            "the last one counts",
        ),
    )
    assert score(PACK, found.answers).question_results["DEV-Q1"].role_levels == {"DS": 3, "MLE": 1}


SHOWN = {"question": "DEV-Q1", "level": 2, "accepted": True}


def test_evidence_is_read_beside_the_answers() -> None:
    returned = SHOWN | {"accepted": False}

    found = read_answers(json.dumps({"answers": [GOOD], "evidence": [SHOWN, returned]}), PACK)

    assert found.evidence == (Evidence("DEV-Q1", 2, True), Evidence("DEV-Q1", 2, False))


@pytest.mark.parametrize(
    ("wrong", "expect"),
    [
        ({"question": "DEV-Q9"}, 'unknown question "DEV-Q9". Did you mean "DEV-Q1"?'),
        ({"question": 7}, f'"question" {NO_TEXT} 7'),
        ({"level": "dk"}, '"dk" is no level: it must be 0, 1, 2, 3'),
        ({"level": True}, "true is no level: it must be 0, 1, 2, 3"),
        ({"accepted": 1}, '"accepted" must be true or false, not 1'),
    ],
    ids=str,
)
def test_wrong_evidence_is_named_with_its_reason(wrong: dict[str, Any], expect: str) -> None:
    entry = SHOWN | wrong
    place = f' (question "{entry["question"]}")' if isinstance(entry["question"], str) else ""

    found = problems(json.dumps({"answers": [GOOD], "evidence": [SHOWN, entry]}))

    assert found == (f"evidence[1]{place}: {expect}",)


def test_what_evidence_lacks_is_named() -> None:
    assert problems(json.dumps({"answers": [GOOD], "evidence": [{}, 7]})) == (
        'evidence[0]: "question" is missing',
        'evidence[0]: "level" is missing',
        'evidence[0]: "accepted" is missing',
        "evidence[1]: must be an object with question, level, accepted; it is 7",
    )
    assert problems(json.dumps({"answers": [GOOD], "evidence": {}})) == ('expected a list under "evidence"',)


def test_the_scorecard_says_what_it_found() -> None:
    text = as_text(score(PACK, read_answers(ABC, PACK).answers))

    lines = text.splitlines()
    assert lines[0] == "MLOps maturity: 8 people"
    assert "Deployment   2 Intermediate  11/11   official" in lines
    assert "Held back by Development, Governance, Monitoring." in lines
    assert any(
        line.startswith("MON-S2") and line.endswith("primary roles mostly don't know") for line in lines
    )


def test_one_answer_scores_nothing_but_breaks_nothing() -> None:
    card = score(PACK, read_answers(json.dumps([GOOD]), PACK).answers)

    found = json.loads(json.dumps(as_json(card)))

    assert found["overall"]["missing"] == ["deployment", "development", "governance", "monitoring"]
    assert (
        found["because"]["development"]
        == "No level yet: 1 of 12 questions could be scored, and it takes a third."
    )
    assert "Without a level: Deployment, Development, Governance, Monitoring." in as_text(card)
