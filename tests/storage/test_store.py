import secrets
import sqlite3
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import Engine, StaticPool, create_engine, text
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import StatementError
from sqlmodel.sql.sqltypes import UTCDateTime

from storage import formkeys
from storage.database import engine_for, refusals_in_words, require_version
from storage.errors import DatabaseIsAway
from storage.prepared import read_moment, written_moment
from storage.records import Person
from storage.store import BadDatabaseUrl, CannotOpenDatabase, Store
from tests.postgres import Postgres
from tests.storage.given import LEASE, NOW, a_posting, a_row_in_every_table, at_once


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction("T1") as tx:
            tx.people.remember(Person(user_id="U1", name="Ana", tz="UTC"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with store.transaction("T1") as tx:
        assert tx.people.get("U1").name == "<@U1>"


def test_what_cannot_be_written_fails_as_such_and_the_next_transaction_goes_on(store: Store) -> None:
    def fail() -> None:
        with store.transaction("T1") as tx:
            tx.postings.owe(
                "no/1",
                kind="no",
                subject_id="U1",
                recipient="U1",
                due_at=NOW,
                contents={"error": object()},
                now=NOW,
            )

    with pytest.raises((TypeError, StatementError), match="not JSON serializable"):
        fail()

    with store.transaction("T1") as tx:
        assert tx.postings.find("no/1") is None


def test_a_second_store_sees_what_the_first_one_committed(store: Store, database_url: str) -> None:
    second = Store.open(database_url)
    with store.transaction("T1") as tx:
        tx.people.remember(Person(user_id="U1", name="Ana", tz="UTC"))

    with second.transaction("T1") as tx:
        assert tx.people.get("U1").name == "Ana"
    second.close()


def test_of_processes_that_start_at_once_all_have_the_same_key_for_forms(store: Store) -> None:
    first, second = at_once(lambda: store.form_keys("k1", NOW), lambda: store.form_keys("k2", NOW))

    assert first == second == store.form_keys("k3", NOW)


def test_the_key_for_forms_before_is_good_until_then_and_the_one_before_that_is_not(
    store: Store, database_url: str
) -> None:
    store.form_keys("k1", NOW)
    engine, until = engine_for(database_url), NOW + timedelta(days=1)
    formkeys.change(engine, "k2", until=until)

    meanwhile, later = store.form_keys("k", NOW), store.form_keys("k", until)
    formkeys.change(engine, "k3", until=until)

    assert (meanwhile, later, store.form_keys("k", NOW)) == (("k2", "k1"), ("k2",), ("k3", "k2"))
    engine.dispose()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_has_no_room_for_every_text_is_refused(postgres: Postgres, encoding: str) -> None:
    refused = pytest.raises(CannotOpenDatabase, match=f"keeps text as {encoding}.*ENCODING 'UTF8'")
    with postgres.database_in(encoding) as url, refused:
        Store.open(url)


def test_text_is_sent_in_unicode_whatever_the_machine_would_have(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with postgres.database() as url:
        engine = engine_for(url)
        with engine.begin() as connection:
            assert connection.execute(text("SELECT :said"), {"said": "∗ 喂"}).scalar_one() == "∗ 喂"
        engine.dispose()


def test_a_server_whose_connections_are_shared_is_refused(postgres: Postgres) -> None:
    """As behind PgBouncer in transaction mode: two of ours are one of the server's."""
    with postgres.database() as url:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=StaticPool)

        with pytest.raises(CannotOpenDatabase, match="pool_mode = session"):
            require_version(engine)
        engine.dispose()


def test_a_transaction_knows_of_whatever_it_writes() -> None:
    """Or half of what was refused would be kept with what is committed beside it."""
    store = Store.in_memory()
    written, unknown = 0, list[str]()
    with store.transaction("T1") as tx:

        def watch(sql: str) -> None:
            nonlocal written
            if not sql.startswith("SELECT"):
                written += 1
                if not tx._line.wrote:
                    unknown.append(sql)
            tx._line.wrote = False

        tx._line.driver.set_trace_callback(watch)
        a_row_in_every_table(tx)
        tx.postings.claim_next(token="t", now=NOW, lease=LEASE)
        tx.postings.forget_about(["S1"])
        tx._line.driver.set_trace_callback(None)
    store.close()

    assert written > 30
    assert unknown == []


@given(st.datetimes(timezones=st.sampled_from([UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Lima")])))
def test_a_moment_goes_into_sqlite_and_comes_out_as_sqlalchemy_has_it(moment: datetime) -> None:
    dialect = SQLiteDialect()
    kind = UTCDateTime().dialect_impl(dialect)
    into, out = kind.bind_processor(dialect), kind.result_processor(dialect, None)
    assert into
    assert out
    try:
        written = into(moment)
    except OverflowError:  # no such moment in UTC
        assume(False)

    assert (written_moment(moment), read_moment(written)) == (written, out(written))
    assert (written_moment(None), read_moment(None)) == (into(None), out(None))


def test_an_hour_that_comes_twice_is_two_moments_in_sqlite() -> None:
    """As clocks are set back: Python takes the two for equal."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert [written_moment(first), written_moment(first.replace(fold=1))] == [
        "2026-10-25 00:30:00.000000",
        "2026-10-25 01:30:00.000000",
    ]


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="timezone information"), store.transaction("T1") as tx:
        a_posting(tx, due_at=datetime(2026, 11, 23, 9, 0))


def test_every_connection_to_sqlite_is_durable_and_strict(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'tidemark.db'}")
    all_open = threading.Barrier(3)

    def settings() -> list[object]:
        with engine.connect() as connection:
            # Only one may write: let it go, and keep the connection until all three have theirs.
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
            ]
            connection.rollback()
            all_open.wait()
            return found

    assert at_once(settings, settings, settings) == [["wal", 2, 1, 1, 30_000]] * 3
    engine.dispose()


def test_a_transaction_on_sqlite_is_alone_from_its_beginning(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tidemark.db'}"
    store, second = Store.open(url), Store.open(url)

    def one_more() -> None:
        for each in (store, second):
            with each.transaction("T1") as tx:  # reads, then writes: the classical way to lose one
                n = int(tx.people.get("U1").tz or 0)
                tx.people.remember(Person(user_id="U1", name="Ana", tz=str(n + 1)))

    at_once(*[one_more] * 4)

    with store.transaction("T1") as tx:
        assert tx.people.get("U1").tz == "8"
    store.close()
    second.close()


def test_a_store_in_memory_is_one_database_for_all_threads() -> None:
    store = Store.in_memory()

    def meet(user: str) -> None:
        with store.transaction("T1") as tx:
            tx.people.remember(Person(user_id=user, name=user.lower(), tz="UTC"))

    at_once(*[lambda user=user: meet(user) for user in ("U1", "U2", "U3")])

    with store.transaction("T1") as tx:
        assert [tx.people.get(user).name for user in ("U1", "U2", "U3")] == ["u1", "u2", "u3"]
    store.close()


def test_stores_in_memory_know_nothing_of_each_other() -> None:
    one, other = Store.in_memory(), Store.in_memory()

    with one.transaction("T1") as tx:
        tx.people.remember(Person(user_id="U1", name="u1", tz="UTC"))

    for store, knows in ((one, True), (other, False), (Store.in_memory(), False)):
        with store.transaction("T1") as tx:
            assert tx.people.known("U1") is knows
        store.close()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "",
        "mysql://root@localhost/tidemark",
        "postgresql://host:port/tidemark",
        "postgresql://host:54321234/tidemark",
        "/var/lib/tidemark.db",
    ],
)
def test_what_is_not_a_url_of_a_database_we_know_is_refused(url: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=r"write sqlite:///tidemark\.db or postgresql://"):
        Store.open(url)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("sslmode=yes", 'invalid sslmode value: "yes"'),
        ("sslmod=require", 'invalid connection option "sslmod"'),
        ("connect_timeout=soon", 'invalid integer value "soon" for connection option "connect_timeout"'),
        ("keepalives=on", 'invalid integer value "on" for connection option "keepalives"'),
        ("host=one,two&sslmode=yes", 'invalid sslmode value: "yes"'),
        ("host=one,two&port=many,more", "non-integer port"),
        ("hostaddr=db.internal", 'could not parse network address "db.internal"'),
        ("sslmode=verify-ca&sslrootcert=/gone/root.crt", 'root certificate file "/gone/root.crt" does not'),
        ("sslmode=require&sslcert=/dev/null&sslkey=/gone/its.key", 'private key file "/gone/its.key"'),
    ],
)
def test_a_parameter_that_can_never_work_is_refused_before_a_server_is_looked_for(
    parameters: str, said: str
) -> None:
    with pytest.raises(BadDatabaseUrl, match=said) as refused:
        engine_for(f"postgresql://tidemark:secret@nobody.invalid/tidemark?{parameters}")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "parameters",
    [
        "sslmode=verify-full&sslrootcert=system",
        "host=one,two&port=5432,5433&target_session_attrs=read-write&load_balance_hosts=random",
        "host=/run/postgresql&gssencmode=require",
        "application_name=tidemark here&options=-c search_path=tidemark&connect_timeout=10",
        "hostaddr=192.0.2.1",
        "hostaddr=2001:db8::1",
        "host=one,two&hostaddr=not-one,192.0.2.2",
        "sslmode=verify-full&sslrootcert=/dev/null",
        "sslmode=require&sslrootcert=/gone/root.crt",  # libpq takes any certificate then
        "sslmode=require&sslcert=/gone/its.crt&sslkey=/gone/its.key",  # and shows none
        "sslmode=prefer&sslcert=/dev/null&sslkey=/gone/its.key",  # and goes without TLS
        "sslmode=require&sslcert=/dev/null&sslkey=/gone/its.key&sslcertmode=disable",
        "sslmode=require&sslcert=/dev/null&sslkey=pkcs11:its-key",
        "host=/run/postgresql&sslmode=verify-full&sslrootcert=/gone/root.crt",  # where there is no TLS
    ],
)
def test_a_parameter_that_a_server_may_take_is_left_to_it(parameters: str) -> None:
    engine_for(f"postgresql://tidemark:secret@nobody.invalid/tidemark?{parameters}").dispose()


def test_who_wants_certificates_verified_and_has_none_to_verify_them_with_hears_of_those_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    url = "postgresql://tidemark:secret@nobody.invalid/tidemark?sslmode=verify-full"

    with pytest.raises(BadDatabaseUrl, match=r"root\.crt\" does not exist.*sslrootcert=system"):
        engine_for(url)
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").touch()
    engine_for(url).dispose()


@pytest.mark.parametrize(
    ("name", "what_to_do"),
    [
        ("no/such/folder/tidemark.db", "whether the folder exists"),
        ("not-a-database.db", "restore the newest backup"),
        ("damaged.db", "restore the newest backup"),
    ],
)
def test_a_file_that_cannot_be_opened_is_named_with_what_to_do(
    tmp_path: Path, name: str, what_to_do: str
) -> None:
    (tmp_path / "not-a-database.db").write_text("Dear diary, " * 100)
    damaged = tmp_path / "damaged.db"
    Store.open(f"sqlite:///{damaged}").close()
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    with pytest.raises(CannotOpenDatabase, match=rf"Cannot open sqlite:///.*{name}.*{what_to_do}"):
        Store.open(f"sqlite:///{tmp_path / name}")


@pytest.mark.parametrize(
    ("trouble", "statement", "what_to_do"),
    [
        ("BEGIN IMMEDIATE", "SELECT 1", "Somebody else holds it"),
        ("", "CREATE TABLE one_page_more (it TEXT)", "Make room on its disk"),
    ],
    ids=["held", "full"],
)
def test_a_file_that_takes_nothing_now_is_named_with_what_to_do(
    tmp_path: Path, trouble: str, statement: str, what_to_do: str
) -> None:
    file = tmp_path / "tidemark.db"
    others = sqlite3.connect(file, isolation_level=None)
    others.execute("PRAGMA journal_mode = WAL")  # as it is once it was opened
    others.execute(trouble)
    engine = engine_for(f"sqlite:///{file}", patience=0.01)

    with pytest.raises(DatabaseIsAway, match=what_to_do), refusals_in_words(engine):
        _try(engine, statement)
    others.close()
    engine.dispose()


def _try(engine: Engine, statement: str) -> None:
    """In a file that may not grow."""
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql(statement)


def test_a_file_is_made_for_its_owner_alone_and_one_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    new, shared = tmp_path / "new.db", tmp_path / "shared.db"
    shared.touch()
    shared.chmod(0o640)

    for file in (new, shared):
        Store.open(f"sqlite:///{file}").close()

    assert [stat.S_IMODE(file.stat().st_mode) for file in (new, shared)] == [0o600, 0o640]


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(CannotOpenDatabase, match="whether the server runs") as refused:
        Store.open("postgresql://tidemark:secret@127.0.0.1:1/tidemark")

    assert "postgresql://tidemark:***@127.0.0.1:1/tidemark" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_who_may_only_read_the_tables_is_told_whose_they_have_to_be(postgres: Postgres) -> None:
    name = f"reader_{secrets.token_hex(4)}"
    with postgres.database() as url:
        Store.open(url).close()
        owner = engine_for(url)
        with owner.begin() as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN"))
            connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"))
        store = Store.open(owner.url.set(drivername="postgresql", username=name).render_as_string())

        with pytest.raises(CannotOpenDatabase, match=rf"notice\)\. .*ALTER TABLE … OWNER TO \"{name}\""):
            store.require_writing()
        store.close()
        with owner.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {name}"))
            connection.execute(text(f"DROP ROLE {name}"))
        owner.dispose()


@pytest.fixture
def url_of_a_stranger(postgres: Postgres) -> Iterator[str]:
    """An empty database, for somebody who may make no tables in it."""
    name = f"stranger_{secrets.token_hex(4)}"
    with postgres.database() as url:
        owner = engine_for(url)
        with owner.begin() as connection:
            connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
            connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'"))
        theirs = owner.url.set(drivername="postgresql", username=name, password="secret")
        yield theirs.render_as_string(hide_password=False)
        with owner.begin() as connection:
            connection.execute(text(f"DROP ROLE {name}"))
        owner.dispose()


def test_who_may_make_no_tables_is_told_what_to_ask_for(url_of_a_stranger: str) -> None:
    with pytest.raises(CannotOpenDatabase, match="GRANT CREATE ON SCHEMA public TO") as refused:
        Store.open(url_of_a_stranger)

    assert "secret" not in str(refused.value)
