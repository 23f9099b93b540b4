"""A line of the log is one line, and holds no secret and nobody's words."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from bot import logs
from bot.secrecy import HINTS, blotter, searched, secrets_of, without_secrets

SECRETS = {
    "a bot token": "xoxb-1-2-abcdef",
    "a rotated token": "xoxe.xoxb-1-abc",
    "an app token": "xapp-1-A1-2-abc",
    "a GitHub token": "ghp_abcDEF123456",
    "another of GitHub's": "github_pat_11ABC_def",
    "a token of a workflow": "xwfp-1-2-abcdef",
    "a Jira token": "ATATT3xFfGF0abc=",
    "another of Jira's": "ATCTT3xFfGF0abc=",
    "a webhook's secret": "whsec_bWFnaWM=",
    "a password": "postgresql://tidemark:hu nter@2@db.example/tidemark".replace(" ", ""),
    "credentials": "Authorization: Bearer abcdefij12345678",
    "a name and its password": "Authorization: Basic MS4yOnNlY3JldA==",
    "a signing secret": "8f742231b10e8888abcd99yyyzzz85a5",
    "a key of several": "jOucuwYcUSsnCKnxcurctckaY7U1KyHAK_a0EcUnaI0=",
    "a token of one workspace's tracker": "jira-of-some-server-77",
}


class Inner(BaseModel):
    token: SecretStr = SecretStr(SECRETS["a token of one workspace's tracker"])


class Kept(BaseModel):
    keys: tuple[SecretStr, ...] = (SecretStr(SECRETS["a key of several"]),)
    by_workspace: dict[str, Inner] = {"T1": Inner()}
    signing_secret: SecretStr = SecretStr(SECRETS["a signing secret"])
    unset: SecretStr | None = None
    database_url: str = "postgresql://tidemark:p%40ssword1@db.example/tidemark"


Log = Callable[[str], io.StringIO]


@pytest.fixture
def log() -> Iterator[Log]:
    handlers = logging.root.handlers[:]

    def begin(style: str) -> io.StringIO:
        to = io.StringIO()
        logs.set_up(level="debug", style=style, to=to, secrets=secrets_of(Kept()))
        return to

    yield begin
    logging.root.handlers[:] = handlers
    structlog.reset_defaults()


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_in_no_line_whoever_writes_it(secret: str, style: str, log: Log) -> None:
    to = log(style)

    structlog.get_logger().info("fact", why=f"it said {secret} to us", more=[{"deep": secret}])
    logging.getLogger("library").warning("it said %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("library").exception("failed too")

    written = to.getvalue()
    assert "fact" in written
    assert "failed too" in written
    assert secret not in written
    assert secret.rpartition("://")[2].removesuffix("@db.example/tidemark")[-6:] not in written


def test_the_secrets_of_the_settings_are_known_whole_and_as_they_stand_in_a_url() -> None:
    kept = secrets_of(Kept())

    assert set(kept) == {
        *(SECRETS[one] for one in ("a signing secret", "a key of several")),
        *(SECRETS["a token of one workspace's tracker"], "p%40ssword1", "p@ssword1"),
    }
    assert blotter(kept)("it is p@ssword1, or p%40ssword1") == "it is ***, or ***"
    for harmless in ("it starts with xoxb-, or xapp-.", "Copy it (Basic Information)."):
        assert without_secrets(harmless) == harmless


@given(st.lists(st.sampled_from([*SECRETS.values(), *HINTS, "Bearer 12345678", " ", "a", "1", ":", "_"])))
def test_a_line_is_looked_through_wherever_that_changes_it(parts: list[str]) -> None:
    line = "".join(parts)
    assert without_secrets(line) == searched(line)


def test_of_a_secret_that_begins_with_another_nothing_is_left() -> None:
    assert blotter(["secret", "secret-and-more"])("secret-and-more") == "***"


class Answer(BaseModel):
    value: int


def test_an_error_tells_where_and_what_and_nothing_that_somebody_wrote(log: Log) -> None:
    to, said = log("json"), "quarantined " + "pigeons"  # a traceback shows the lines of this test
    try:
        try:
            Answer.model_validate({"value": said})
        except ValueError as wrong:
            raise RuntimeError(f"a row did not fit\nDETAIL: Failing row contains ({said})") from wrong
    except RuntimeError:
        structlog.get_logger().exception("failed", seat="s1")

    line = json.loads(to.getvalue())
    assert said not in to.getvalue()
    assert "ValidationError: value: int_parsing" in line["exception"]
    assert line["exception"].endswith("RuntimeError: a row did not fit")
    assert "test_logs.py" in line["exception"]
    assert line["seat"] == "s1"


def test_an_error_that_says_much_is_cut_off(log: Log) -> None:
    to = log("json")
    try:
        raise RuntimeError("x" * 5000)
    except RuntimeError:
        structlog.get_logger().exception("failed")

    assert json.loads(to.getvalue())["exception"].endswith(f"RuntimeError: {'x' * logs.LONGEST_MESSAGE}")


def test_no_library_ends_a_line(log: Log) -> None:
    to = log("console")

    logging.getLogger("library").warning("one\nforged [error]")

    assert to.getvalue().count("\n") == 1


@given(st.text(st.characters(), max_size=40) | st.sampled_from(["a\nforged [error]", "\x1b[2J", "\u202eb"]))
def test_nothing_in_a_line_ends_it_or_moves_the_cursor(said: str) -> None:
    for style in ("json", "console"):
        to = io.StringIO()
        handlers = logging.root.handlers[:]
        logs.set_up(level="info", style=style, to=to)
        structlog.get_logger().info("fact", name=said)
        logging.root.handlers[:] = handlers

        line = to.getvalue()
        assert line.count("\n") == 1
        assert len(line.splitlines()) == 1
        assert line.strip("\n").isprintable() or style == "console"
        assert "\x1b" not in line
    structlog.reset_defaults()
