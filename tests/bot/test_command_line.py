"""The command line: what can be mended is said in a sentence, with exit code 2, never a stack trace."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from conversation.pack import Pack
from conversation.reference import REFERENCES
from workspace.server import Workspace

ABC_INC: dict[str, Any] = json.loads(Path("tests/data/abc-inc.json").read_text(encoding="utf-8"))
CHECKOUT = Path(__file__).parents[2]
BOT, APP = "xoxb-not-a-real-token", "xapp-not-a-real-token"


def tidemark(*words: str, **environment: str) -> Result:
    empty = dict.fromkeys(
        (
            "SLACK_BOT_TOKEN",
            "SLACK_APP_TOKEN",
            "SLACK_API_URL",
            "TIDEMARK_DATABASE_URL",
            "TIDEMARK_PACK",
            "TIDEMARK_REFERENCES",
            "DATABASE_URL",
        ),
        None,
    )
    return CliRunner().invoke(main, words, env={**empty, **environment})


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No `.env` and no database of the checkout."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_file(folder: Path, content: object) -> str:
    file = folder / "answers.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(file)


def test_run_without_settings_names_each_of_them() -> None:
    ended = tidemark("run")

    assert ended.exit_code == 2
    lines = ended.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert all("is missing" in line for line in lines)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SLACK_BOT_TOKEN": APP}, "SLACK_BOT_TOKEN is not a bot token"),
        ({"SLACK_APP_TOKEN": BOT}, "SLACK_APP_TOKEN is not an app-level token"),
        ({"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL is not a URL"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN is not whole"),
        ({"TIDEMARK_DATABASE_URL": "mysql://host/db"}, "TIDEMARK_DATABASE_URL is not a database URL"),
        ({"TIDEMARK_DATABASE_URL": "sqlite://"}, "TIDEMARK_DATABASE_URL names no file"),
        ({"TIDEMARK_LOG_LEVEL": "loud"}, "TIDEMARK_LOG_LEVEL is none of debug, info, warning, error."),
        ({"TIDEMARK_BEAT_SECONDS": "0"}, "TIDEMARK_BEAT_SECONDS is not a number of seconds up to 60"),
        ({"TIDEMARK_BEAT_SECONDS": "soon"}, "TIDEMARK_BEAT_SECONDS is not a number of seconds up to 60"),
        ({"TIDEMARK_PACK": "gone.yaml"}, "gone.yaml: cannot be read"),
        ({"TIDEMARK_PACK": "mlosp"}, "There is no pack 'mlosp'. Shipped are: azure, mlops."),
        ({"TIDEMARK_PACK": "azure@7"}, "There is no version 7 of the pack azure."),
        ({"TIDEMARK_REFERENCES": "gone"}, "gone: is not a folder."),
    ],
)
def test_a_malformed_setting_is_one_line_without_its_value(wrong: dict[str, str], said: str) -> None:
    ended = tidemark("run", **{"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, **wrong})

    assert ended.exit_code == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith(said)
    assert BOT not in line
    assert APP not in line


def test_a_slack_that_cannot_be_reached_is_a_sentence() -> None:
    here = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": "http://127.0.0.1:9/api/"}

    ended = tidemark("run", TIDEMARK_LOG_LEVEL="error", **here)

    assert ended.exit_code == 2
    assert "Slack cannot be reached at http://127.0.0.1:9/api/" in ended.stderr
    assert "Traceback" not in ended.output


async def test_what_slack_does_not_take_is_named(elsewhere: Path) -> None:
    async with Workspace.start() as slack:
        good = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "TIDEMARK_LOG_LEVEL": "error",
        }
        wrong = {
            "Slack does not take SLACK_BOT_TOKEN (invalid_auth).": {"SLACK_BOT_TOKEN": BOT},
            "Slack does not take SLACK_APP_TOKEN (invalid_auth).": {"SLACK_APP_TOKEN": APP},
            "does not answer as Slack's API does": {"SLACK_API_URL": slack.url},
        }
        for said, setting in wrong.items():
            ended = await asyncio.to_thread(started, **{**good, **setting})

            assert (ended.returncode, ended.stdout) == (2, "")
            assert said in ended.stderr
            assert len(ended.stderr.splitlines()) == 1


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    """`tidemark run` as a process of its own, in this folder."""
    here = {"PYTHONPATH": str(CHECKOUT), "PATH": os.environ["PATH"], **environment}
    words = [sys.executable, "-m", "bot", "run"]
    return subprocess.run(words, capture_output=True, text=True, env=here, timeout=30, check=False)


def test_an_environment_file_that_is_not_text_is_a_sentence(elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes(b"\xff\xfeS\x00L\x00")

    ended = tidemark("run", SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP)

    assert ended.exit_code == 2
    assert ended.stderr.startswith(".env cannot be read")


def test_reference_data_are_listed_and_checked(elsewhere: Path) -> None:
    shipped = json.loads((REFERENCES / "se-ml-2020.json").read_text(encoding="utf-8"))
    mine = elsewhere / "mine"
    mine.mkdir()
    good, bad = mine / "good.json", elsewhere / "bad.json"
    good.write_text(json.dumps(shipped | {"id": "ours"}), encoding="utf-8")
    bad.write_text(json.dumps(shipped | {"n": None, "direction": None}), encoding="utf-8")

    alone = tidemark("references", "list")
    both = tidemark("references", "list", TIDEMARK_REFERENCES=str(mine))
    fine, refused = tidemark("references", "lint", str(good)), tidemark("references", "lint", str(bad))

    assert [line.split()[0] for line in both.stdout.splitlines()] == ["se-ml-2020", "ours"]
    assert alone.stdout.splitlines() == both.stdout.splitlines()[:1]
    assert "n = 313, 2020, self-reported adoption: 24 rows for the pack mlops" in alone.stdout
    assert fine.stdout.endswith("24 rows, no problems.\n")
    assert (alone.exit_code, both.exit_code, fine.exit_code, refused.exit_code) == (0, 0, 0, 2)
    assert [line.split()[1] for line in refused.stderr.splitlines()] == ["`n`", "`direction`"]


def test_a_database_that_cannot_be_opened_is_a_sentence(elsewhere: Path) -> None:
    gone = f"sqlite:///{elsewhere}/no/such/folder/tidemark.db"

    ended = tidemark("run", SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, TIDEMARK_DATABASE_URL=gone)

    assert ended.exit_code == 2
    assert "Traceback" not in ended.output
    assert len(ended.stderr.splitlines()) == 1


def test_abc_inc_is_scored_offline_as_the_case_says(elsewhere: Path) -> None:
    ended = tidemark(
        "score", a_file(elsewhere, {"answers": ABC_INC["answers"]}), "--pack", "mlops@1", "--json"
    )

    assert ended.exit_code == 0
    scored = json.loads(ended.stdout)
    assert scored["aspects"] == ABC_INC["aspects"]
    assert scored["overall"] == ABC_INC["overall"]
    for question, expected in ABC_INC["question_results"].items():
        assert {key: scored["question_results"][question].get(key) for key in expected} == expected


def test_a_readable_score_names_the_levels(elsewhere: Path) -> None:
    ended = tidemark("score", a_file(elsewhere, ABC_INC["answers"]), "--pack", "mlops@1")

    assert ended.exit_code == 0
    for aspect, level in (
        ("Development", 1),
        ("Deployment", 2),
        ("Monitoring", 1),
        ("Governance", 1),
        ("Overall", 1),
    ):
        assert re.search(rf"^{aspect} +{level} ", ended.stdout, re.MULTILINE)


def test_bad_answers_are_named_and_nothing_is_scored(elsewhere: Path) -> None:
    good = ABC_INC["answers"][:3]
    bad = [
        {"respondent": "de1", "role": "DE", "question": "DEV-Q9", "value": 1},
        {"respondent": "de1", "role": "CEO", "question": "DEV-Q1", "value": 1},
        {"respondent": "de1", "role": "DE", "question": "DEV-Q1", "value": 4},
    ]

    ended = tidemark("score", a_file(elsewhere, {"answers": good + bad}), "--pack", "mlops@1", "--json")

    assert ended.exit_code == 2
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert [re.search(r"answers\[(\d+)\]", line)[1] for line in lines] == ["3", "4", "5"]  # type: ignore[index]
    assert 'unknown question "DEV-Q9"' in lines[0]


def test_the_same_person_twice_is_said_and_the_last_one_counts(elsewhere: Path) -> None:
    once = ABC_INC["answers"]
    twice = [{**once[0], "value": 3}, *once]

    ended = tidemark("score", a_file(elsewhere, {"answers": twice}), "--pack", "mlops@1", "--json")

    assert ended.exit_code == 0
    assert json.loads(ended.stdout)["aspects"] == ABC_INC["aspects"]
    assert "de1" in ended.stderr
    assert "twice" in ended.stderr or "last" in ended.stderr


@pytest.mark.parametrize("words", [("score", "gone.json"), ("pack", "lint", "gone.yaml")])
def test_a_file_that_is_not_there_is_a_sentence(words: tuple[str, ...]) -> None:
    ended = tidemark(*words)

    assert ended.exit_code == 2
    assert ended.stderr == f"{words[-1]}: cannot be read (No such file or directory).\n"


OVERLAY = """\
extends: azure
id: ours
title: Ours
items:
  - {id: INT-2, disabled: true}
  - {id: PEO-1, impact: 5}
"""


def test_a_pack_and_an_overlay_are_linted_with_file_and_line(elsewhere: Path) -> None:
    file = elsewhere / "ours.yaml"
    file.write_text(OVERLAY.replace("PEO-1", "PEO-9"), encoding="utf-8")
    broken = tidemark("pack", "lint", "ours.yaml")
    file.write_text(OVERLAY, encoding="utf-8")
    whole = tidemark("pack", "lint", "ours.yaml")

    assert broken.exit_code == 2
    assert broken.stderr.startswith("ours.yaml:6: PEO-9: azure has no item of this id. The nearest is ")
    assert (whole.exit_code, whole.stderr) == (0, "")
    assert whole.stdout == "ours.yaml: Ours, version 1: 9 questions, no problems.\n"


def test_the_shipped_packs_are_listed_the_newest_version_first() -> None:
    lines = tidemark("pack", "list").stdout.splitlines()

    assert lines[0] == "azure        MLOps in five levels, after Azure, version 1: 10 questions, 5 levels"
    assert [line.split()[0] for line in lines] == ["azure", "mlops", "mlops@1"]


@pytest.mark.parametrize("form", [(), ("--markdown",)])
def test_a_pack_is_shown_with_all_that_it_says(form: tuple[str, ...]) -> None:
    pack = Pack.shipped("azure")

    shown = plain(tidemark("pack", "show", "azure", *form).stdout)

    for item in pack.items:
        told = [item.id, item.title, item.ask, *item.ask_as.values(), *item.levels, *item.advice.values()]
        told += [*item.evidence.values(), item.why, item.sufficient, item.insufficient, item.measure]
        assert [said for said in told if plain(said) not in shown] == []
    for said in (pack.title, pack.frame, *(level.meaning for level in pack.levels)):
        assert plain(said) in shown


def plain(text: str | None) -> str:
    return " ".join((text or "").replace("\\", "").split())


def test_the_schema_is_json() -> None:
    assert json.loads(tidemark("pack", "schema").stdout)["title"] == "Tidemark question pack"


def test_as_a_module_it_is_the_same_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
    )

    assert ran.stdout.startswith("Usage: tidemark")
