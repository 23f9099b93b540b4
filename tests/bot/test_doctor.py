"""`tidemark doctor` names what is missing, with what to do; `tidemark db` keeps, restores and looks; and
neither prints what is secret."""

import asyncio
import copy
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from click.testing import CliRunner

from bot import clock, scopes
from bot.__main__ import main
from bot.console import TRY_AGAIN
from bot.doctor import examine
from bot.findings import Finding, Health
from bot.secrecy import without_secrets
from bot.stored import of_database
from storage import migrations
from storage.database import engine_for
from storage.records import PostingState
from storage.store import Store
from tests.postgres import Postgres
from tests.started import in_a_process
from tests.storage.given import LEASE, NOW, a_posting, an_assessment, an_installation
from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace

MANIFEST: dict[str, Any] = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))
PEOPLE = [{"name": "lee"}]
CHANNELS = [{"name": "ml", "id": "C-ML", "members": ["lee"], "app": True}]
VARIABLES = [name for name in os.environ if name.startswith(("SLACK_", "TIDEMARK_"))]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of the checkout, no setting of this machine, and no proxy."""
    monkeypatch.chdir(tmp_path)
    for name in (*VARIABLES, "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@dataclass
class Place:
    """A workspace with the app in it, a database, and settings for both."""

    server: Workspace
    slack: People
    store: Store
    settings: pytest.MonkeyPatch

    async def looked_at(self, *, ahead: timedelta = timedelta()) -> list[Finding]:
        return await examine(lambda: clock.now() + ahead)

    async def wrong(self, *, ahead: timedelta = timedelta()) -> list[tuple[str, str, str]]:
        """What is not well: what it is about, how bad it is, and the words."""
        found = await self.looked_at(ahead=ahead)
        bad = [each for each in found if each.health != Health.OK]
        assert all(each.fix for each in bad), "each says what to do"
        return [(each.about, each.health.value, each.said) for each in bad]


@asynccontextmanager
async def place(store: Store, url: str, settings: pytest.MonkeyPatch, **seed: Any) -> AsyncIterator[Place]:
    planted = Seed.from_manifest(
        seed.pop("manifest", MANIFEST), people=PEOPLE, channels=seed.pop("channels", CHANNELS), **seed
    )
    async with Workspace.start(planted) as server, People(server.url) as slack:
        settings.setenv("SLACK_BOT_TOKEN", server.bot_token)
        settings.setenv("SLACK_APP_TOKEN", server.app_token)
        settings.setenv("SLACK_API_URL", server.api_url)
        settings.setenv("TIDEMARK_DATABASE_URL", url)
        yield Place(server, slack, store, settings)


@pytest.fixture
def url(migrated_sqlite: Path, tmp_path: Path) -> str:
    (tmp_path / "tidemark.db").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path / 'tidemark.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


def test_the_scopes_are_those_of_the_manifest() -> None:
    asked = MANIFEST["oauth_config"]["scopes"]

    assert [*scopes.NEEDED] == asked["bot"]
    assert [*scopes.OPTIONAL] == asked["bot_optional"]


async def test_where_all_is_well_each_thing_has_its_line(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place(store, url, monkeypatch) as there:
        with store.transaction(there.server.team.id) as tx:
            an_assessment(tx)
        found = await there.looked_at()

    assert {each.health for each in found} == {Health.OK}
    assert [each.about for each in found] == [
        *("settings", "slack", "scopes", "socket", "clock"),
        *("database", "postings", "channels", "zones", "fonts"),
    ]


async def test_a_service_over_http_has_a_signing_secret_and_no_socket(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place(store, url, monkeypatch) as there:
        monkeypatch.delenv("SLACK_APP_TOKEN")
        without = await examine(clock.now, http=True)
        monkeypatch.setenv("TIDEMARK_SIGNING_SECRET", there.server.team.app.signing_secret)
        found = await examine(clock.now, http=True)

    assert (without[0].health, without[0].said) == (Health.PROBLEM, "TIDEMARK_SIGNING_SECRET is missing.")
    assert {each.health for each in found} == {Health.OK}
    assert "socket" not in {each.about for each in found}


@pytest.mark.parametrize(
    ("sent_to", "http", "health", "said"),
    [
        ("a socket", False, Health.OK, "Slack opens a connection for SLACK_APP_TOKEN."),
        ("a URL", False, Health.WARNING, "and says that Socket Mode is not turned on"),
        ("a socket", True, Health.WARNING, "While it is on, Slack sends nothing to /slack/events."),
        ("a URL", True, Health.OK, "Slack says that Socket Mode is off"),
    ],
)
async def test_an_app_that_slack_reaches_in_the_other_way_is_named(
    sent_to: str,
    http: bool,
    health: Health,
    said: str,
    store: Store,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manifest = copy.deepcopy(MANIFEST)
    if sent_to == "a URL":
        manifest["settings"]["socket_mode_enabled"] = False
        manifest["settings"]["event_subscriptions"]["request_url"] = "https://your.host/slack/events"
    async with place(store, url, monkeypatch, manifest=manifest) as there:
        monkeypatch.setenv("TIDEMARK_SIGNING_SECRET", there.server.team.app.signing_secret)
        found = await examine(clock.now, http=http)

    (way_in,) = [each for each in found if each.about == "socket"]
    assert way_in.health == health
    assert said in way_in.said
    assert [each.about for each in found if each.health != Health.OK] == ["socket"] * (health != Health.OK)


async def test_an_app_token_that_is_no_good_is_nothing_to_a_service_over_http(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place(store, url, monkeypatch) as there:
        monkeypatch.setenv("TIDEMARK_SIGNING_SECRET", there.server.team.app.signing_secret)
        found = []
        for token in ("xapp-of-another-app", "soon", ""):
            monkeypatch.setenv("SLACK_APP_TOKEN", token)
            found += await examine(clock.now, http=True)

    assert {each.health for each in found} == {Health.OK}
    assert "socket" not in {each.about for each in found}


async def test_scopes_that_are_missing_declined_or_too_many_are_named(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].remove("usergroups:read")
    manifest["oauth_config"]["scopes"]["bot"].append("reactions:read")

    async with place(store, url, monkeypatch, manifest=manifest, decline=["files:read"]) as there:
        wrong = await there.wrong()

    assert wrong == [
        ("scopes", "problem", "usergroups:read is missing: People cannot be taken from a user group."),
        (
            "scopes",
            "warning",
            "files:read is not granted: Evidence is links, numbers and words, not files.",
        ),
        ("scopes", "warning", "reactions:read is granted, and Tidemark has no use for it."),
    ]


@pytest.mark.parametrize(
    ("setting", "value", "wrong"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-of-another-app", ("slack", "problem", "SLACK_BOT_TOKEN (invalid_auth)")),
        ("SLACK_APP_TOKEN", "xapp-of-another-app", ("socket", "problem", "SLACK_APP_TOKEN (invalid_auth)")),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", ("slack", "problem", "cannot be reached at")),
        ("SLACK_API_URL", "{slack}", ("slack", "problem", "does not answer as Slack's API does")),
        ("SLACK_APP_TOKEN", "xapp-1", ("settings", "problem", "SLACK_APP_TOKEN is not whole")),
        ("SLACK_API_URL", "http://a:b@c/api/", ("settings", "problem", "SLACK_API_URL names a user")),
        ("TIDEMARK_PACK", "mlosp", ("settings", "problem", "There is no pack 'mlosp'")),
        ("TIDEMARK_PACK", "gone.yaml", ("settings", "problem", "gone.yaml")),
        ("TIDEMARK_REFERENCES", "gone", ("settings", "problem", "gone: is not a folder")),
        ("TIDEMARK_DATABASE_URL", "sqlite:///new.db", ("database", "warning", "no database file new.db yet")),
        (
            "TIDEMARK_DATABASE_URL",
            "sqlite:////gone/t.db",
            ("database", "problem", "There is no folder /gone"),
        ),
        (
            "TIDEMARK_DATABSE_URL",
            "postgresql://tide:secret@db/x",
            ("settings", "warning", "TIDEMARK_DATABSE_URL is set, and Tidemark has no such setting."),
        ),
        ("TIDEMARK_JIRA_URL_HERE", "a", ("settings", "warning", "Tidemark has no such setting.")),
        (
            "TIDEMARK_JIRA_USER_T0RIDGE",
            "ana",
            ("settings", "warning", "Trackers or a webhook are set for T0RIDGE, and Tidemark is not"),
        ),
        (
            "TIDEMARK_DATABASE_URL",
            "postgresql://tide:secret@127.0.0.1:9/x",
            ("database", "problem", "Cannot open postgresql://tide:***@127.0.0.1:9/x"),
        ),
        (
            "TIDEMARK_DATABASE_URL",
            "postgresql://tide:pa/s@s@127.0.0.1:9/x",
            ("settings", "problem", "TIDEMARK_DATABASE_URL has more than one @"),
        ),
    ],
)
async def test_what_is_set_wrongly_is_named(
    setting: str,
    value: str,
    wrong: tuple[str, str, str],
    store: Store,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with place(store, url, monkeypatch) as there:
        monkeypatch.setenv(setting, value.format(slack=there.server.url))
        (about, health, said), *_ = await there.wrong()

    assert (about, health) == wrong[:2]
    assert wrong[2] in said
    assert "secret" not in said
    assert "pa/s" not in said
    assert not (Path.cwd() / "new.db").exists()


@pytest.mark.parametrize(
    ("ahead", "health"),
    [(timedelta(seconds=40), "warning"), (timedelta(minutes=6), "problem"), (-timedelta(hours=1), "problem")],
)
async def test_a_clock_that_is_wrong_is_named(
    ahead: timedelta, health: str, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place(store, url, monkeypatch) as there:
        ((about, how, said),) = await there.wrong(ahead=ahead)

    assert (about, how) == ("clock", health)
    assert re.search(r"differs from Slack's by \d+ seconds", said)


@pytest.mark.parametrize(
    ("revision", "wrong"),
    [
        (None, ("database", "warning", "The database has no tables yet.")),
        (
            "0011",
            (
                "database",
                "warning",
                f"The tables are at 0011, and this version has them at {migrations.newest()}.",
            ),
        ),
        (
            "9999",
            ("database", "problem", "The tables are at 9999, of a newer Tidemark; this version knows them "),
        ),
    ],
)
async def test_tables_of_another_version_are_named_and_left_alone(
    revision: str | None,
    wrong: tuple[str, str, str],
    store: Store,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = engine_for(url)
    with engine.begin() as connection:
        change = (
            "DROP TABLE alembic_version"
            if revision is None
            else "UPDATE alembic_version SET version_num = :it"
        )
        connection.execute(sa.text(change), {} if revision is None else {"it": revision})

    async with place(store, url, monkeypatch) as there:
        ((about, health, said),) = await there.wrong()

    assert (about, health) == wrong[:2]
    assert said.startswith(wrong[2])
    with engine.connect() as connection:
        assert migrations.current(connection) == revision
    engine.dispose()


@pytest.mark.parametrize(("set_to", "bad"), [("off", 1), ("local", 0), ("on", 0)])
async def test_a_server_that_forgets_what_it_kept_is_named(
    set_to: str, bad: int, store: Store, postgres: Postgres, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as theirs:
        Store.open(theirs).close()
        async with place(store, url, monkeypatch) as there:
            monkeypatch.setenv("PGOPTIONS", f"-c synchronous_commit={set_to}")
            monkeypatch.setenv("TIDEMARK_DATABASE_URL", theirs)
            assert [(about, "synchronous_commit" in said) for about, _, said in await there.wrong()] == [
                ("database", True)
            ] * bad


async def test_a_database_that_can_only_be_read_is_named_and_no_start_of_a_stack_trace(
    store: Store, postgres: Postgres, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as theirs:
        Store.open(theirs).close()
        async with place(store, url, monkeypatch) as there:
            monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on -c synchronous_commit=on")
            monkeypatch.setenv("TIDEMARK_DATABASE_URL", theirs)
            ((about, health, said),) = await there.wrong()
            code, _, words = await process("run")

    assert (about, health) == ("database", "problem")
    assert said.startswith(
        "The database can be read, and takes nothing that is written (cannot execute INSERT"
    )
    assert code == TRY_AGAIN
    (line,) = [line for line in words.splitlines() if not line.startswith("{")]
    assert line.startswith(
        "The database of TIDEMARK_DATABASE_URL takes nothing that is written (cannot execute "
    )


def test_tables_that_somebody_has_changed_by_hand_are_named_in_words(url: str) -> None:
    engine = engine_for(url)
    with engine.begin() as connection:
        for change in (
            "DROP TABLE feed",
            "ALTER TABLE notice ADD COLUMN mine text",
            "ALTER TABLE person DROP COLUMN locale",
            "CREATE INDEX quicker ON notice(until)",
        ):
            connection.execute(sa.text(change))
    engine.dispose()

    told = [each.said for each in of_database(url) if each.health == Health.PROBLEM]

    assert told == [
        f"Not as this version makes them: {what}."
        for what in (
            "the table feed is missing",
            "the index ix_feed_team_id_fingerprint is missing",
            "the index quicker is none of ours",
            "the column notice.mine is none of ours",
            "the column person.locale is missing",
        )
    ]


async def test_messages_that_are_stuck_are_counted(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with store.transaction("T1") as tx:
        a_posting(tx, "young", due_at=now - timedelta(minutes=50))
        a_posting(tx, "later", due_at=now + timedelta(days=5))
        for key, state in [("refused", PostingState.FAILED), ("unsure", PostingState.UNCERTAIN)]:
            a_posting(tx, key, due_at=NOW - timedelta(days=1))
            claimed = tx.postings.claim(key, token="t", now=NOW, lease=LEASE)
            assert claimed
            assert tx.postings.give_up(claimed, state=state, note="why")
        a_posting(tx, "old", due_at=now - timedelta(minutes=70))
        a_posting(tx, "older", due_at=now - timedelta(days=2))

    async with place(store, url, monkeypatch) as there:
        wrong = await there.wrong()

    told = [f"{about} {health} {said.split(',')[0]}" for about, health, said in wrong]
    assert told == [
        "postings warning T1: 1 message could not be sent",
        "postings warning T1: 2 messages wait to be sent",
        "postings warning T1: 1 message may or may not have arrived",
    ]


async def test_channels_in_which_nothing_can_be_posted_are_named(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = [
        {"name": "out", "id": "C-ML", "members": ["lee"]},
        {"name": "old", "id": "COLD", "members": ["lee"], "app": True},
    ]
    async with place(store, url, monkeypatch, channels=channels) as there:
        with store.transaction(there.server.team.id) as tx:
            an_assessment(tx)
            for channel in ("COLD", "CGONE"):
                tx.assessments.add(
                    id=channel,
                    subject=f"Of {channel}",
                    facilitator="U-LEE",
                    channel=channel,
                    pack_digest="d1",
                    scope={},
                    created_at=NOW,
                    closes_at=NOW,
                )
        await there.slack.person("lee").archives("old")
        wrong = await there.wrong()

    assert wrong == [
        ("channels", "warning", "Tidemark is not in #out (ABC Inc.)."),
        ("channels", "warning", "CGONE (Of CGONE) cannot be seen (channel_not_found)."),
        ("channels", "warning", "#old (Of COLD) is archived."),
    ]


async def test_the_commands_end_as_they_should_and_print_nothing_secret(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with place(store, url, monkeypatch) as there:
        secrets = [there.server.bot_token, there.server.app_token, "hush-hush"]
        behind = {"TIDEMARK_DATABASE_URL": "postgresql://tide:hush-hush@127.0.0.1:9/x"}
        swapped = {"SLACK_BOT_TOKEN": there.server.app_token, "SLACK_APP_TOKEN": there.server.bot_token}
        new, elsewhere = (
            {"TIDEMARK_DATABASE_URL": "sqlite:///new.db"},
            {"SLACK_API_URL": "http://u:hush-hush@h/api/"},
        )
        ran = [
            (words, await tidemark(*words.split(), **more), code)
            for tidemark, words, more, code in [
                (here, "doctor", {}, 0),
                (here, "doctor --json", {}, 0),
                (process, "doctor", behind | {"TIDEMARK_LOG_LEVEL": "debug"}, 1),
                (here, "doctor --json", swapped, 1),
                (here, "doctor", elsewhere, 1),
                (here, "db check", {}, 0),
                (here, "db check", behind, 1),
                (process, "db upgrade", behind, 2),
                (here, "db backup kept", {}, 0),
                (here, "db backup kept", {}, 2),
                (here, "db backup other", behind, 2),
                (here, "db check kept --json", {}, 0),
                (here, "db check tidemark.db", {}, 1),
                (here, "db restore kept", new, 0),
                (here, "db upgrade", new, 0),
                (here, "db restore nowhere", new, 2),
                (here, "db restore kept", behind, 2),
                (here, "db new-form-key", behind, 2),
            ]
        ]

    assert [(words, code) for words, (code, _, _), _ in ran] == [(words, code) for words, _, code in ran]
    for words, (_, out, err), _ in ran:
        assert out or err
        assert [secret for secret in secrets if secret in out + err] == [], words
        assert "Traceback" not in err, words
        if "--json" in words:
            assert set(json.loads(out)) == {"well", "findings"}


def test_the_key_of_forms_is_changed_and_not_printed(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEMARK_DATABASE_URL", url)
    (first,) = store.form_keys("first", clock.now())

    told = CliRunner().invoke(main, ["db", "new-form-key"])
    second = store.form_keys("another", clock.now())
    at_once = CliRunner().invoke(main, ["db", "new-form-key", "--at-once"])
    (third,) = store.form_keys("another", clock.now())

    assert (told.exit_code, at_once.exit_code) == (0, 0)
    assert "Forms that are open now are good for a day." in told.stdout
    assert "is asked to open it again" in at_once.stdout
    assert (second[1], len({first, second[0], third})) == (first, 3)
    assert [key for key in (*second, third) if key in told.output + at_once.output] == []


def test_a_team_is_not_moved_under_a_process_that_runs(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEMARK_DATABASE_URL", url)
    with store.transaction("T1") as tx:
        an_assessment(tx)
    with store.transaction("E1") as tx:
        tx.installations.put(an_installation("E1", name="Fleet").model_copy(update={"is_organisation": True}))
    words = ["db", "move-team", "T1", "--to-org", "E1", "--really"]

    refused = CliRunner().invoke(main, words)
    teams = store.teams()
    store.close()
    moved = CliRunner().invoke(main, words)

    assert (refused.exit_code, teams, moved.exit_code) == (2, ["T1"], 0)
    assert "Tidemark runs on this database" in refused.stderr
    assert "Stop every process of it" in refused.stderr


async def here(*words: str, **settings: str) -> tuple[int, str, str]:
    """The command in this process, which starts faster."""
    ended = await asyncio.to_thread(CliRunner().invoke, main, words, env=settings)
    return ended.exit_code, ended.stdout, ended.stderr


async def process(*words: str, **settings: str) -> tuple[int, str, str]:
    """In a process of its own, with all that it logs."""
    ended = await asyncio.to_thread(in_a_process, *words, environment=os.environ | settings)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("xoxb-1-2-abc is bad", "xoxb-*** is bad"),
        ("(xapp-1-A-2-f00)", "(xapp-***)"),
        ("it starts with xoxb-.", "it starts with xoxb-."),
        (
            "the Signing Secret (Basic Information): a secret",
            "the Signing Secret (Basic Information): a secret",
        ),
        ("the token somewhere.", "the token somewhere."),
        ("Authorization: Basic bGVlOmh1bnRlcg==", "Authorization: Basic ***"),
        ("Basic abcdefgh=", "Basic ***"),
        ("token 0123abcdefgh", "token ***"),
        ("token abc-defghijk", "token ***"),
        ("Bearer abcdefghijk", "Bearer ***"),
        ("xoxe.xoxb-1-abc", "xoxe.xoxb-***"),
        ("at postgresql://tide:p@ss:w/rd@host:5432/x", "at postgresql://tide:***@host:5432/x"),
        ("see https://example.com/a:b and me@example.com", "see https://example.com/a:b and me@example.com"),
    ],
)
def test_secrets_are_blotted_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
