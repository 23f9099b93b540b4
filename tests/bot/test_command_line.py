"""The command line: what can be mended is said in a sentence, with exit code 2, never a stack trace."""

import asyncio
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.__main__ import STRICTNESS, main
from bot.console import TRY_AGAIN
from bot.line import SlackIsAway, refusals_in_words
from conversation.pack import Pack
from conversation.reference import REFERENCES
from scoring.levels import ISO33020
from scoring.levels import STRICTNESS as KNOWN
from storage.store import Store
from tests.conversation.desk import Bench
from tests.conversation.test_importing_result import a_round as a_closed_round
from tests.started import in_a_process
from workspace.forecast import Forecast
from workspace.seed import Seed
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
            "SLACK_CLIENT_ID",
            "SLACK_CLIENT_SECRET",
            "TIDEMARK_TOKEN_KEYS",
            "TIDEMARK_PUBLIC_URL",
            "TIDEMARK_SIGNING_SECRET",
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


def test_every_strictness_is_offered_and_the_standards_own_is_taken() -> None:
    assert (STRICTNESS, STRICTNESS[0]) == ((*KNOWN,), ISO33020.name)


def test_run_without_settings_names_each_of_them() -> None:
    ended = tidemark("run")

    assert ended.exit_code == 2
    lines = ended.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert all("is missing" in line for line in lines)
    assert "(Basic Information)" in lines[1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SLACK_BOT_TOKEN": APP}, "SLACK_BOT_TOKEN is not a bot token"),
        ({"SLACK_APP_TOKEN": BOT}, "SLACK_APP_TOKEN is not an app-level token"),
        ({"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL is not a URL"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN is not whole"),
        ({"TIDEMARK_DATABASE_URL": "mysql://host/db"}, "TIDEMARK_DATABASE_URL is not a database URL"),
        ({"TIDEMARK_DATABASE_URL": "sqlite://"}, "TIDEMARK_DATABASE_URL names no file"),
        (
            {"TIDEMARK_DATABASE_URL": "postgresql://u:hush@nobody.invalid/x?sslmode=yes"},
            "TIDEMARK_DATABASE_URL has a parameter with which no server can be called (invalid sslmode",
        ),
        (
            {"TIDEMARK_DATABASE_URL": "postgresql://u:hush@nobody.invalid/x?hostaddr=nobody.invalid"},
            "TIDEMARK_DATABASE_URL has a parameter with which no server can be called (could not parse",
        ),
        ({"TIDEMARK_LOG_LEVEL": "loud"}, "TIDEMARK_LOG_LEVEL is none of debug, info, warning, error."),
        ({"TIDEMARK_BEAT_SECONDS": "0"}, "TIDEMARK_BEAT_SECONDS is not a number of seconds up to 60"),
        ({"TIDEMARK_TIMEZONE": "Mars/Olympus"}, "TIDEMARK_TIMEZONE is no time zone that I know"),
        ({"TIDEMARK_UNINSTALLED_DAYS": "-1"}, "TIDEMARK_UNINSTALLED_DAYS is not a number of days up to 3650"),
        ({"TIDEMARK_UNINSTALLED_DAYS": "a week"}, "TIDEMARK_UNINSTALLED_DAYS is not a number of days"),
        ({"TIDEMARK_BEAT_SECONDS": "soon"}, "TIDEMARK_BEAT_SECONDS is not a number of seconds up to 60"),
        ({"TIDEMARK_PACK": "gone.yaml"}, "TIDEMARK_PACK: gone.yaml: cannot be read"),
        ({"TIDEMARK_PACK": "mlosp"}, "TIDEMARK_PACK: There is no pack 'mlosp'. Shipped are: azure, mlops."),
        ({"TIDEMARK_PACK": "azure@7"}, "TIDEMARK_PACK: There is no version 7 of the pack azure."),
        ({"TIDEMARK_REFERENCES": "gone"}, "TIDEMARK_REFERENCES: gone: is not a folder."),
        ({"TIDEMARK_PACK": "/"}, "TIDEMARK_PACK: /: cannot be read (Is a directory)."),
        ({"TIDEMARK_ALIVE_FILE": "/gone/alive"}, "TIDEMARK_ALIVE_FILE is no file in a folder"),
        ({"TIDEMARK_ALIVE_FILE": "/"}, "TIDEMARK_ALIVE_FILE is no file in a folder"),
        ({"SLACK_BOT_TOKEN": f'"{BOT}"'}, "SLACK_BOT_TOKEN has quotes around it"),
        ({"SLACK_APP_TOKEN": f"'{APP}'"}, "SLACK_APP_TOKEN has quotes around it"),
        ({"TIDEMARK_DATABASE_URL": '"sqlite:///x.db"'}, "TIDEMARK_DATABASE_URL has quotes around it"),
        ({"TIDEMARK_TIMEZONE": "'UTC'"}, "TIDEMARK_TIMEZONE has quotes around it"),
    ],
)
def test_a_malformed_setting_is_one_line_without_its_value(wrong: dict[str, str], said: str) -> None:
    ended = tidemark("run", **{"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, **wrong})

    assert ended.exit_code == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith(said)
    assert BOT not in line
    assert APP not in line


KEY = "A" * 43 + "="
MANY = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "TIDEMARK_TOKEN_KEYS": KEY}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({**MANY, "SLACK_CLIENT_SECRET": ""}, ["SLACK_CLIENT_SECRET is missing."]),
        (
            {"SLACK_CLIENT_ID": "1.2"},
            ["SLACK_CLIENT_SECRET is missing.", "TIDEMARK_TOKEN_KEYS is missing."],
        ),
        ({**MANY, "TIDEMARK_TOKEN_KEYS": f"{KEY},abc"}, ["TIDEMARK_TOKEN_KEYS has no key at place 2;"]),
        (MANY, ["TIDEMARK_PUBLIC_URL is missing."]),
        (
            {**MANY, "TIDEMARK_PUBLIC_URL": "http://your.host"},
            ["TIDEMARK_PUBLIC_URL is no address that begins"],
        ),
        ({**MANY, "SLACK_BOT_TOKEN": BOT}, ["SLACK_BOT_TOKEN is set beside SLACK_CLIENT_ID."]),
        (
            {"SLACK_BOT_TOKEN": BOT, "TIDEMARK_SIGNING_SECRET": '"0123456789abcdef0123456789abcdef"'},
            ["TIDEMARK_SIGNING_SECRET is not whole"],
        ),
    ],
)
def test_the_settings_of_a_service_that_many_install_are_all_there_or_none(
    settings: dict[str, str], said: list[str]
) -> None:
    ended = tidemark("run", "--http", **{"TIDEMARK_SIGNING_SECRET": "f" * 32, **settings})

    lines = ended.stderr.splitlines()
    assert ended.exit_code == 2
    assert [line[: len(begins)] for line, begins in zip(lines, said, strict=True)] == said
    assert KEY not in ended.stderr


def test_a_slack_that_cannot_be_reached_is_a_sentence() -> None:
    here = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": "http://127.0.0.1:9/api/"}

    ended = tidemark("run", **here)

    assert ended.exit_code == TRY_AGAIN
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Slack cannot be reached at http://127.0.0.1:9/api/")


def test_a_database_server_that_is_away_is_a_sentence_and_may_be_there_later() -> None:
    url = "postgresql://tidemark:secret@127.0.0.1:9/tidemark"

    ended = tidemark("run", SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, TIDEMARK_DATABASE_URL=url)

    assert ended.exit_code == TRY_AGAIN
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Cannot open postgresql://tidemark:***@127.0.0.1:9/tidemark (")
    assert "Connection refused)." in line


@pytest.mark.parametrize(
    ("weather", "said"), [("unavailable", "HTTP 503"), ("internal_error", "internal_error")]
)
async def test_a_slack_that_has_trouble_may_be_there_later(weather: str, said: str) -> None:
    trouble = Seed.default().model_copy(update={"weather": Forecast.read(f"seed=1,{weather}=1")})
    async with Workspace.start(trouble) as slack:
        here = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        ended = await asyncio.to_thread(started, **here)

    assert ended.returncode == TRY_AGAIN
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"Slack does not answer at {slack.api_url} now ({said}")


def test_a_slack_that_lets_us_wait_has_nothing_against_our_token() -> None:
    said = {"ok": False, "error": "rate_limited"}
    no = AsyncSlackResponse(  # type: ignore[no-untyped-call]
        client=None, http_verb="POST", api_url="", req_args={}, data=said, headers={}, status_code=200
    )

    with pytest.raises(SlackIsAway), refusals_in_words(AsyncWebClient(), "SLACK_BOT_TOKEN"):
        raise SlackApiError("no", no)  # type: ignore[no-untyped-call]


def test_a_variable_whose_name_is_misspelt_is_told_with_the_one_that_is_meant(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("TIDEMARK_RETENTION_MONTH=6\n", encoding="utf-8")
    here = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": "http://127.0.0.1:9/api/"}

    ended = started(**here, TIDEMARK_DATABSE_URL="x", TIDEMARK_SERVICE_HOST="10.0.0.1", TIDEMARK_XY="1")

    told = [json.loads(line) for line in ended.stderr.splitlines() if line.startswith("{")]
    assert {line["setting"]: line["meant"] for line in told if line["event"] == "no_such_setting"} == {
        "TIDEMARK_DATABSE_URL": "TIDEMARK_DATABASE_URL",
        "TIDEMARK_RETENTION_MONTH": "TIDEMARK_RETENTION_MONTHS",
        "TIDEMARK_XY": None,
    }


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


async def test_a_port_that_is_taken_may_be_free_later() -> None:
    async with Workspace.start() as slack:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            ended = await asyncio.to_thread(
                started,
                "--http",
                SLACK_BOT_TOKEN=slack.bot_token,
                SLACK_API_URL=slack.api_url,
                TIDEMARK_SIGNING_SECRET=slack.team.app.signing_secret,
                TIDEMARK_PORT=str(taken.getsockname()[1]),
            )

    (line,) = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
    assert ended.returncode == TRY_AGAIN
    assert line.startswith("Cannot listen at 127.0.0.1, port ")


def started(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`tidemark run` in this folder."""
    return in_a_process("run", *words, environment={"PATH": os.environ["PATH"], **environment})


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


def explained(elsewhere: Path, *words: str, answers: object = ABC_INC["answers"]) -> str:
    ended = tidemark("score", a_file(elsewhere, answers), "--pack", "mlops@1", "--explain", *words)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


#: What a facilitator asks of it, and how the print-out of ABC Inc. answers.
TOLD = [
    # The whole, and how far it is to the targets.
    "Level 1, Basic. The whole is as mature as its least mature aspect, here Development, Monitoring and",
    "63 % of the way to the targets is done: 5 of 8 levels aimed at",
    # Of monitoring: the conditions, the gate, who holds it back, what is missing.
    "at 1 or better 9 of 11 (82 %) more than 9.35 (85 %), so 10 1 more needed",
    "at 2 or better 1 of 11 (9 %) more than 5.5 (50 %), so 6 5 more needed",
    "Gate: level 2 needs Model performance in production (MON-Q1) at level 2 or better. It is at 1: shut.",
    "At level 0: Monitoring of fairness and harm (MON-C1), Business value tracking (MON-Q4)",
    # How far to trust it.
    "Coverage: 11 of 12 questions scored (92 %): official.",
    "Bounds: whatever the unscored question is, it is level 1.",
    "Not scored, because more than half of those who should know don't: Cost monitoring (MON-S2)",
    "Agreement: alpha 0.548, weak, so talk before you rely on it.",
    "One answer away: no. It stays without any one of those who answered.",
    "Drawn again from the 8 who answered: level 1, Basic in 100 %.",
    "Confidence: medium, because only 2 of 11 questions have accepted evidence or are at 0.",
    # Who stands where.
    "Model performance in production (MON-Q1) 1 0.63 Data scientist 0 (of 2); ML engineer 0 (of 2); ML "
    "operations 2",
    # The plan.
    "36 steps lead every question to the target of its aspect: 170 points of effort in 5 phases",
    "3 Prediction logging to 2 (MON-Q3) Monitoring 5 1 61.8",
    "9 MON-Q1 to 2 25.0 12.5 4.2 8.3 5.6 0.0 55.6",
    "1. Business value tracking to 1 (MON-Q4): 2 points, priority 67.4, can start now",
    "More than half of those who should know don't: Cost monitoring (MON-S2)",
    # Strengths to threats.
    "Level 0, target 2: Business value tracking (MON-Q4), Ethics and raising concerns (GOV-C2)",
    "Model performance in production (MON-Q1): people differ, and the aspect hangs on it",
]


def test_the_whole_reasoning_for_abc_inc(elsewhere: Path) -> None:
    text = explained(elsewhere, "--target", "2")

    flat = plain(text)
    assert [said for said in TOLD if said not in flat] == []
    assert max(map(len, text.splitlines())) <= 100
    assert "None" not in text


def test_the_least_work_and_what_if_are_explained_too(elsewhere: Path) -> None:
    choices = ("--path", "monitoring=2", "--what-if", "MON-Q1=2, mon-q3=2,GOV-Q2=3")

    whole = explained(elsewhere, *choices)
    short = tidemark("score", a_file(elsewhere, ABC_INC["answers"]), "--pack", "mlops@1", *choices).stdout

    for text in (whole, short):
        assert "6 steps, 28 points of effort, from level 1, Basic." in plain(text)
        assert "4 Model performance in production to Monitoring 8 holds the gate; before Time to" in plain(
            text
        )
        assert "Supposed: Model performance in production (MON-Q1) at 2, Prediction logging" in plain(text)
        assert "To get there: 3 steps, 18 points of effort." in plain(text)
    assert short.startswith("MLOps maturity: 8 people")


@pytest.mark.parametrize(("strictness", "levels"), [("all", [0, 1, 0, 0]), ("majority", [1, 2, 1, 1])])
def test_a_file_can_be_scored_more_or_less_strictly(
    elsewhere: Path, strictness: str, levels: list[int]
) -> None:
    words = ("--pack", "mlops@1", "--json", "--strictness", strictness)

    scored = json.loads(tidemark("score", a_file(elsewhere, ABC_INC["answers"]), *words).stdout)

    assert [aspect["level"] for aspect in scored["aspects"].values()] == levels
    assert [aspect["level"] for aspect in scored["findings"]["aspects"]] == levels
    assert scored["strictness"] == strictness


def test_targets_are_for_all_or_by_aspect(elsewhere: Path) -> None:
    words = ("--pack", "mlops@1", "--json", "--target", "2,Governance=3")

    scored = json.loads(tidemark("score", a_file(elsewhere, ABC_INC["answers"]), *words).stdout)

    assert [aspect["target"] for aspect in scored["findings"]["aspects"]] == [2, 2, 2, 3]


#: What a line of a table about an aspect begins with.
ROWS = ("  Development  ", "  Deployment  ", "  Monitoring  ", "  Governance  ")


def test_evidence_in_the_file_stands_beside_what_is_claimed(elsewhere: Path) -> None:
    shown = [
        {"question": "DEV-Q3", "level": 2, "accepted": True},
        {"question": "DEV-R2", "level": 1, "accepted": True},
        {"question": "DEV-Q1", "level": 1, "accepted": False},
    ]

    text = explained(elsewhere, answers={"answers": ABC_INC["answers"], "evidence": shown})

    for said in (
        "By accepted evidence it is level 0, Ad hoc; that stands beside the claimed level",
        "Evidence: by what was accepted it is level 0, Ad hoc.",
        "Evidence: nothing was checked here.",
        "Claimed above its evidence: Data validation (DEV-Q1): claimed 1, accepted nothing, 1 returned",
        "Claimed above its evidence: Experiment tracking and model registry (DEV-R2): claimed 2, accepted 1",
    ):
        assert said in plain(text)
    by_evidence = [line.split("  ")[-1].strip() for line in text.splitlines() if line.startswith(ROWS)]
    assert by_evidence[:4] == ["0 Ad hoc", "unchecked", "unchecked", "unchecked"]


@pytest.mark.parametrize("pack", ["mlops", "azure"])
def test_what_nobody_answered_is_explained_as_well(elsewhere: Path, pack: str) -> None:
    item = Pack.shipped(pack).items[0]
    answer = {"respondent": "a", "role": item.primary[0], "question": item.id, "value": 1}

    ended = tidemark("score", a_file(elsewhere, [answer]), "--pack", pack, "--explain")

    assert ended.exit_code == 0
    assert "Without a level: " in ended.stdout
    assert "Not scored, because nobody answered: " in ended.stdout
    assert ("There is nothing to plan yet: no aspect has a level." in ended.stdout) == (pack == "mlops")
    assert max(map(len, ended.stdout.splitlines())) <= 100


def test_options_that_cannot_be_read_are_named(elsewhere: Path) -> None:
    wrong = ("--target", "a=3,7", "--path", "monitoring", "--what-if", "MON-Q1=9,X=1")

    ended = tidemark("score", a_file(elsewhere, ABC_INC["answers"]), "--pack", "mlops@1", *wrong)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == [
        "--target a=3: there is no such name. There are development, deployment, monitoring, governance.",
        "--target 7: 7 is no level from 0 to 3.",
        "--path monitoring: write it as NAME=LEVEL, with a level from 0 to 3.",
        "--what-if MON-Q1=9: 9 is no level from 0 to 3.",
        "--what-if X=1: there is no such name. There are DEV-Q1, DEV-Q2, DEV-Q3, and 42 more.",
    ]


def test_a_path_to_where_one_is_already_is_a_sentence(elsewhere: Path) -> None:
    words = ("--pack", "mlops@1", "--path", "deployment=2")

    ended = tidemark("score", a_file(elsewhere, ABC_INC["answers"]), *words)

    assert ended.exit_code == 2
    assert ended.stderr.startswith("--path: Deployment is at level 2, Intermediate, already")


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
    assert whole.stdout == (
        "ours.yaml: Ours, version 1: 9 questions, no problems.\n"
        "ours.yaml: 9 of 9 questions are asked in es.\n"
    )


def test_the_shipped_packs_are_listed_the_newest_version_first() -> None:
    lines = tidemark("pack", "list").stdout.splitlines()

    first = "azure        MLOps in five levels, after Azure, version 1: 10 questions, 5 levels, in en, es"
    assert lines[0] == first
    assert [line.split()[0] for line in lines] == ["azure", "mlops", "mlops@1"]
    assert lines[1].endswith("51 questions, 4 levels, in en, es")


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


GERMAN = """\
translates: ours
items:
  - {id: PEO-1, revision: 1, title: Menschen}
"""


def test_a_translation_is_linted_with_its_pack_and_what_it_leaves_out_is_told(elsewhere: Path) -> None:
    (elsewhere / "ours.yaml").write_text(OVERLAY, encoding="utf-8")
    words = elsewhere / "ours.de.yaml"
    words.write_text(GERMAN.replace("revision: 1", "revision: 7"), encoding="utf-8")
    old = tidemark("pack", "lint", "ours.yaml")
    words.write_text(GERMAN, encoding="utf-8")
    partial = tidemark("pack", "lint", "ours.yaml")

    assert old.exit_code == 2
    assert old.stderr.startswith("ours.de.yaml:3: PEO-1: this translates revision 7, and the question is at ")
    assert (partial.exit_code, partial.stderr) == (0, "")
    assert "ours.yaml: 0 of 9 questions are asked in de; in en are: PEO-1, PEO-2, " in partial.stdout


def test_a_pack_is_shown_in_the_language_that_is_asked_for() -> None:
    spanish = Pack.shipped("mlops").in_language("es")

    shown = plain(tidemark("pack", "show", "mlops", "--language", "es").stdout)
    no = tidemark("pack", "show", "mlops@1", "--language", "es")

    assert "51 of 51 questions are asked in es." in shown
    assert [item.id for item in spanish.items if plain(item.ask) not in shown] == []
    assert (no.exit_code, no.stderr) == (2, "mlops@1 does not speak es. It speaks: en.\n")


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


def test_a_result_goes_from_one_database_to_another(elsewhere: Path) -> None:
    databases = {name: f"sqlite:///{elsewhere / name}.db" for name in ("one", "other")}
    store = Store.open(databases["one"])
    a_closed_round(Bench(store))
    store.close()

    def ran(database: str, *words: str) -> Result:
        return tidemark(*words, TIDEMARK_DATABASE_URL=databases[database])

    out = ran("one", "export", "abc inc.", "--format", "json", "--out", "first.json")
    assert out.stdout == "first.json: ABC Inc., round 1, revision 1\n"
    homeless = ran("other", "import", "result", "first.json", "--facilitator", "U1")
    assert (homeless.exit_code, homeless.stderr) == (
        2,
        "This database knows no Slack workspace yet; name it with --team.\n",
    )
    for said in (
        "imported with 0 actions, for U1.",
        "is here already, as it is in the file. Nothing was changed.",
    ):
        done = ran("other", "import", "result", "first.json", "--facilitator", "U1", "--team", "T1")
        assert done.stdout.endswith(f"{said}\n"), done.output
    ran("other", "export", "abc inc.", "--format", "json", "--out", "second.json")
    assert (elsewhere / "second.json").read_bytes() == (elsewhere / "first.json").read_bytes()


def test_a_name_is_taken_as_in_slack_and_what_is_none_is_answered_for_a_command_line(elsewhere: Path) -> None:
    store = Store.open(f"sqlite:///{elsewhere / 'tidemark.db'}")
    bench = Bench(store)
    a_closed_round(bench)
    bench.opened({"U-ANA": ["BAKER"]}, subject="The shop")
    store.close()

    found = [
        tidemark(word, name, "--out", "file") for word in ("export", "calendar") for name in ("ABC", "ábc")
    ]
    none = tidemark("export", "Fraud")
    several = tidemark("calendar", "", "--language", "es")
    still_open = [tidemark("export", "shop", "--language", language).stderr for language in ("en", "es")]

    assert [ended.stdout.partition(", ")[0] for ended in found] == ["file: ABC Inc."] * 4
    assert (none.exit_code, none.stderr) == (
        2,
        'No assessment is called "Fraud" (there are: The shop; ABC Inc.). Nothing was written. '
        "Name one of them, or so much of its name that no other is meant.\n",
    )
    assert several.stderr.startswith("Hay varias evaluaciones (The shop; ABC Inc.). No se escribió nada.")
    assert still_open[0].startswith("The assessment of The shop is still open")
    assert still_open[1].startswith("La evaluación de The shop sigue abierta")
    assert [said for said in still_open if "/tidemark" in said] == []


@pytest.mark.parametrize(
    "words",
    [
        ("export", "abc inc."),
        ("calendar", "abc inc."),
        ("installations", "list"),
        ("installations", "forget", "T1"),
        ("installations", "rekey"),
    ],
)
def test_who_asks_of_a_database_makes_none_and_upgrades_none(elsewhere: Path, words: tuple[str, ...]) -> None:
    keys = {name: value for name, value in MANY.items() if words[0] == "installations"}

    without = tidemark(*words, **keys)
    none_made = not (elsewhere / "tidemark.db").exists()
    tidemark("db", "upgrade")
    with sqlite3.connect(elsewhere / "tidemark.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
        of_later = tidemark(*words, **keys)
        database.execute("UPDATE alembic_version SET version_num = '0011'")
    of_before = tidemark(*words, **keys)

    assert (without.exit_code, none_made, of_before.exit_code) == (2, True, 2)
    assert without.stderr.startswith("There is no database file tidemark.db yet.")
    assert of_before.stderr.startswith("The tables are not those of this version: run `tidemark db upgrade`")
    assert of_later.stderr.startswith("The tables are not those of this version: install the newer one")
    with sqlite3.connect(elsewhere / "tidemark.db") as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0011",)
    database.close()


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        ("{}", (), 'file.json: is no exported result: "tidemark_export" is missing.'),
        ("{}", ("--facilitator", "lee"), "--facilitator: lee is no Slack user id"),
        ("{}", ("--channel", "#ml"), "--channel: #ml is no Slack channel id"),
        (None, (), "file.json: cannot be read"),
    ],
)
def test_a_file_that_is_not_imported_is_a_sentence(
    elsewhere: Path, content: str | None, words: tuple[str, ...], said: str
) -> None:
    if content is not None:
        (elsewhere / "file.json").write_text(content)

    ended = tidemark("import", "result", "file.json", "--team", "T1", "--facilitator", "U1", *words)

    assert ended.exit_code == 2
    assert ended.stderr.startswith(said)


def test_a_template_is_filled_in_checked_and_imported_once(elsewhere: Path) -> None:
    tidemark("import", "template", "--role", "DS", "--respondent", "workshop", "--out", "t.csv")
    file = elsewhere / "t.csv"
    whole = ("--team", "T1", "--subject", "Fraud", "--date", "2026-01-15", "--facilitator", "U1LEE")
    filled = file.read_text(encoding="utf-8-sig").replace("DEV-Q1,,", "DEV-Q1,Basic,")

    file.write_text(filled.replace("DEV-Q2,,", "DEV-Q2,7,"), encoding="utf-8")
    bad = tidemark("import", "answers", "t.csv", *whole)
    file.write_text(filled, encoding="utf-8")
    said = [
        tidemark("import", "answers", "t.csv", *whole, "--privacy", "attributed", *more)
        for more in (("--check",), (), ())
    ]

    held = "1 answer of 1 respondent, held on 2026-01-15.\n"
    assert bad.exit_code == 2
    assert [line.partition(". ")[0] for line in bad.stderr.splitlines()] == [
        "t.csv: privacy: is missing",
        't.csv: row 6, answer: "7" is no answer',
    ]
    assert [(ended.exit_code, ended.output) for ended in said] == [
        (0, f"t.csv: would become Fraud, round 1 (attributed): {held}"),
        (0, f"t.csv: became Fraud, round 1 (attributed): {held}"),
        (0, "t.csv: is there already, as Fraud, round 1. Nothing was changed.\n"),
    ]

    (elsewhere / "a.csv").write_text("objective;due\nCheck data;2027-01-05\n", encoding="utf-8")
    added = [tidemark("import", "actions", "a.csv", "--subject", "fraud").output for _ in range(2)]
    assert added == [
        "a.csv: 1 action added to the plan of Fraud, round 1.\n",
        "a.csv: is there already, in the plan of Fraud, round 1. Nothing was changed.\n",
    ]


def test_a_calendar_of_nothing_and_a_webhook_that_is_not_set_up() -> None:
    tidemark("db", "upgrade")
    calendar, ping = tidemark("calendar", "Fraud team"), tidemark("webhook", "ping")
    schema = tidemark("webhook", "schema")

    assert (calendar.exit_code, ping.exit_code, schema.exit_code) == (2, 2, 0)
    assert calendar.stderr == (
        'No assessment is called "Fraud team": none was launched yet. Nothing was written. '
        "One is set up in Slack.\n"
    )
    assert ping.stderr == "TIDEMARK_WEBHOOK_URL and TIDEMARK_WEBHOOK_SECRET are not set.\n"
    assert json.loads(schema.stdout)["title"] == "Event"
