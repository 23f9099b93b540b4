"""The database behind a URL: which kinds we open, how they behave, and what to do when one refuses.

SQLite by default: WAL, foreign keys on, `synchronous=FULL`, so that an acknowledged answer survives
a loss of power; every transaction begins IMMEDIATE, so that two never deadlock half-way. PostgreSQL
(14 or newer) by URL, where many processes may work on one database.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from storage import prepared
from storage.errors import BadDatabaseUrl, CannotOpenDatabase, DatabaseIsAway, Unavailable, Uncertain

#: The first SQLite that knows RETURNING, the oldest PostgreSQL that is still looked after.
_REQUIRED = {"sqlite": (3, 35), "postgresql": (14,)}

_STATEMENTS_IN_MEMORY: dict[Any, Any] = {}
#: Seconds for what somebody else holds: a SQLite file that is written to, a row, a connection.
PATIENCE = 30.0
LAST_PORT = 65535
_TIMES = 3  # a pooler that is in use may choose another process now and then
_READS = "tidemark_reads"  # the option of a connection whose transactions do not write
_INSUFFICIENT_PRIVILEGE, _READ_ONLY = "42501", "25006"
#: What SQLite says when others hold the file, or there is no room for it.
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
#: What it says when it is not the statement's fault.
_SQLITE_AWAY = _SQLITE_BUSY | {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_SQLITE_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def engine_for(url: str, *, patience: float = PATIENCE) -> Engine:
    """Raises: BadDatabaseUrl, with a sentence that says what would do."""
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite":
        from storage import postgres  # and psycopg, which nobody loads who has SQLite

        return postgres.engine_for(parsed, patience=None if patience == PATIENCE else patience)
    in_memory = parsed.database in (None, "", ":memory:")
    engine = create_engine(
        parsed.set(drivername="sqlite"),
        connect_args={"check_same_thread": False, "timeout": patience},
        poolclass=QueuePool,
        pool_timeout=patience,
        # A database in memory is its one connection: threads take turns.
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else 10,
        hide_parameters=True,  # what people said belongs in no traceback
    )
    if not in_memory:
        _keep_private(engine)
    _make_strict(engine)
    _begin_immediate(engine)
    return engine


def copy_in_memory(engine: Engine) -> Engine:
    """Another database in memory with the tables and rows of this one. It knows the statements that were
    compiled for this one, and for other copies."""
    copy = Engine(
        engine.pool.recreate(),  # with the same settings for its connection
        engine.dialect,
        engine.url,
        hide_parameters=True,
        execution_options={"compiled_cache": _STATEMENTS_IN_MEMORY},
    )
    _begin_immediate(copy)
    source, target = engine.raw_connection(), copy.raw_connection()
    try:
        source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
    finally:
        source.close()
        target.close()
    return copy


def require_version(engine: Engine) -> None:
    """Raises: CannotOpenDatabase, also where not every text can be kept, and where a pooler shares the
    connections of the server: what was prepared on one of ours would be looked for on another's."""
    with engine.connect():
        found = engine.dialect.server_version_info or ()
    kind, required = engine.dialect.name, _REQUIRED[engine.dialect.name]
    if found < required:
        raise CannotOpenDatabase(
            f"Tidemark needs {kind} {_dotted(required)} or newer, and this is {_dotted(found)}."
        )
    if kind == "postgresql" and (encoding := _encoding(engine)) != "UTF8":
        raise CannotOpenDatabase(
            f"The database keeps text as {encoding}, which has no room for all that people write. Make it "
            "anew: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'. pg_dump takes along what is in it."
        )
    if kind == "postgresql" and _sessions_are_shared(engine):
        raise CannotOpenDatabase(
            "A pooler (PgBouncer) gives one connection of the server to several of Tidemark's in turn, and "
            "Tidemark prepares statements on each of its own. Set pool_mode = session for this database "
            "there, or name the server itself in TIDEMARK_DATABASE_URL."
        )


def _encoding(engine: Engine) -> str:
    with engine.connect() as connection, connection.begin():
        return str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())


def _sessions_are_shared(engine: Engine) -> bool:
    """Whether two connections that are both open come out at the same process of the server."""
    with engine.connect() as one, engine.connect() as other:
        return any(_process(one) == _process(other) for _ in range(_TIMES))


def _process(connection: Connection) -> int:
    with connection.begin():
        return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """The whole database as it is at one moment, only to be read. Others go on writing meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execution_options(**{_READS: True})
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def refusals_in_words(engine: Engine) -> Iterator[None]:
    """Raises: CannotOpenDatabase, with what the database said and what to do about it; DatabaseIsAway."""
    try:
        yield
    except DBAPIError as error:
        where = engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=True)
        refusal = DatabaseIsAway if _may_come_back(error) else CannotOpenDatabase
        raise refusal(f"Cannot open {where} ({_words(error)}). {_what_to_do(engine, error)}") from error


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Committed, or nothing of it is kept.

    Raises: Unavailable; Uncertain, if the connection was lost while it was committed.
    """
    is_committing = False
    try:
        with engine.begin() as connection:
            yield connection
            is_committing = True
    except SQLAlchemyError as error:
        if not _is_away(error):
            raise
        lost = is_committing and isinstance(error, DBAPIError) and error.connection_invalidated
        raise (Uncertain if lost else Unavailable)(_said(error)) from error


def _is_away(error: SQLAlchemyError) -> bool:
    """Whether it is the database's state, and not what the statement says."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, NoConnectionFree)
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_AWAY
    is_read_only = getattr(error.orig, "sqlstate", None) == _READ_ONLY
    return error.connection_invalidated or is_read_only or isinstance(error, OperationalError)


def _may_come_back(error: DBAPIError) -> bool:
    """Without somebody who mends it here. A server that does not know a user or a database says nothing that
    could be told from one that is still starting, and both are set right there."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_BUSY
    return _is_away(error)


def _words(error: DBAPIError) -> str:
    """Of several addresses that were tried, psycopg names the last one last; below each, indented, libpq asks
    back. Below what a server has against a statement stands the statement."""
    lines = str(error.orig).strip().splitlines()
    said = [line for line in lines if not line[:1].isspace()] or ["it did not say why"]
    return said[0] if getattr(error.orig, "sqlstate", None) else said[-1]


def _said(error: SQLAlchemyError) -> str:
    """Its own words, without the statement."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def _what_to_do(engine: Engine, error: DBAPIError) -> str:
    if engine.dialect.name == "sqlite":
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in _SQLITE_DAMAGED:
            return (
                "The file is damaged, or is no database. Stop Tidemark, keep the file, and restore the "
                "newest backup into a new one (docs/operations.md)."
            )
        if code == sqlite3.SQLITE_FULL:
            return "Make room on its disk, and try again."
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return "Somebody else holds it (`fuser` names who has the file open): wait, or stop them."
        return (
            "Look whether the folder exists, whether its disk can be written to, and whether this user may "
            "write to the folder and to the file."
        )
    if getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
        if "for table" in _words(error):
            return (
                "Whoever opens the database owns its tables. Name their owner in TIDEMARK_DATABASE_URL, or "
                f'let the owner run, for each of them: ALTER TABLE … OWNER TO "{engine.url.username}"'
            )
        return (
            "Whoever opens the database makes and changes its tables. Let the owner of the database run: "
            f'GRANT CREATE ON SCHEMA public TO "{engine.url.username}"'
        )
    return "Look whether the server runs, and whether host, port, user, password and database are right."


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if (
        parsed is None
        or parsed.get_backend_name() not in {"sqlite", "postgresql", "postgres"}
        or (parsed.port or 0) > LAST_PORT
    ):
        raise BadDatabaseUrl(
            "is not a database URL that Tidemark knows; write sqlite:///tidemark.db "
            "or postgresql://user:password@host/database"
        )
    if "@" in (parsed.host or ""):  # a part of the password, which would stand in messages as the host
        raise BadDatabaseUrl("has more than one @; write an @ in a user or a password as %40, and a / as %2F")
    return parsed


def _keep_private(engine: Engine) -> None:
    """A file that is made here only its owner reads, as a backup; SQLite gives what lies beside it the same
    rights. One that is there keeps those that it has."""

    @event.listens_for(engine, "do_connect")
    def _made(_dialect: Any, _record: Any, arguments: tuple[Any, ...], settings: dict[str, Any]) -> None:
        if settings.get("uri"):  # which names more than a file
            return
        with suppress(OSError):  # it is there, or SQLite says why it cannot be made
            os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _make_strict(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what was forgotten does not stay in free pages
        cursor.close()


def _begin_immediate(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READS, False)
        prepared.execute(prepared.Line(connection), ("BEGIN" if reads else "BEGIN IMMEDIATE", ()))


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Of two who make the file at once, SQLite refuses one without its usual patience: have it here. The file
    keeps the setting, so that one of somebody else is left as it is until there are tables of ours in it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            tables = {name for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type='table'")}
            if not tables or "alembic_version" in tables:
                cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _dotted(version: tuple[Any, ...]) -> str:
    return ".".join(map(str, version))
