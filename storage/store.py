"""The store: one database, many Slack workspaces, one transaction per use case.

SQLite by default: WAL, foreign keys on, `synchronous=FULL`, so that an acknowledged answer survives
a loss of power; every transaction begins IMMEDIATE, so that two never deadlock half-way. PostgreSQL
(14 or newer) by URL, where many processes may work on one database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from storage import migrations
from storage.actions import Actions
from storage.answers import Answers
from storage.assessments import Assessments
from storage.packs import Packs
from storage.people import People
from storage.postings import Postings
from storage.results import Results
from storage.seats import Seats


class BadDatabaseUrl(ValueError):
    """The database URL is not one that the store can open."""


class Tx:
    """One transaction of one Slack workspace, and the nouns that it can reach."""

    def __init__(self, connection: Connection, team: str) -> None:
        self.team = team
        self.packs = Packs(connection, team)
        self.people = People(connection, team)
        self.assessments = Assessments(connection, team)
        self.seats = Seats(connection, team)
        self.answers = Answers(connection, team)
        self.postings = Postings(connection, team)
        self.results = Results(connection, team)
        self.actions = Actions(connection, team)


class Store:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database at `url` and bring its tables up to date.

        Raises:
            BadDatabaseUrl: the URL cannot be read, or names another kind of database.
        """
        engine = engine_for(url)
        migrations.upgrade(engine)
        return cls(engine)

    @classmethod
    def in_memory(cls) -> Self:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        _behave_like_a_file(engine)
        migrations.create_all(engine)
        return cls(engine)

    @property
    def one_writer(self) -> bool:
        """SQLite lets one transaction write at a time; more threads would only wait for each other."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, team: str) -> Iterator[Tx]:
        with self._engine.begin() as connection:
            yield Tx(connection, team)

    def close(self) -> None:
        self._engine.dispose()


def engine_for(url: str) -> Engine:
    """Raises: BadDatabaseUrl, with a sentence that says what would do."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"check_same_thread": False, "timeout": 30})
        _behave_like_a_file(engine)
        return engine
    return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=8, pool_pre_ping=True)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
        raise BadDatabaseUrl(
            "not a database URL that Tidemark knows; write sqlite:///tidemark.db "
            "or postgresql://user:password@host/database"
        )
    return parsed


def _behave_like_a_file(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
