"""One history of the tables for both databases, kept by Alembic inside the package.

The revisions are numbered, and the highest is the newest. Looking whether a database is up to date
needs nothing more than that; Alembic is only imported when there is something to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

from storage import tables as _tables  # the tables make themselves known to the metadata
from storage.errors import CannotOpenDatabase

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = [
    "alone",
    "config_for",
    "create_all",
    "current",
    "downgrade",
    "move",
    "newest",
    "revisions",
    "upgrade",
]

#: Several processes may start at once on one PostgreSQL; whoever holds this lock upgrades, the others wait.
_LOCK = 0x71DE_3A2C


def create_all(engine: Engine) -> None:
    """Make the tables without a history, for a database that lives no longer than the process."""
    assert _tables
    SQLModel.metadata.create_all(engine)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to date. All or nothing, and safe when several processes start at once.

    Raises:
        CannotOpenDatabase: a newer Tidemark was here before.
    """
    with engine.connect() as connection:
        if _is_there(connection, revision):
            return
    with alone(engine) as connection:
        if not _is_there(connection, revision):
            from alembic import command

            command.upgrade(config_for(connection), revision)


def move(connection: Connection, revision: str) -> None:
    """Bring the tables to a revision inside the caller's transaction (`alone`): up, or, where they hold no
    rows that could be lost, down."""
    now, goal = current(connection), newest() if revision == "head" else revision
    if now == goal:
        return
    from alembic import command

    go = command.upgrade if now is None or now < goal else command.downgrade
    go(config_for(connection), goal)


def downgrade(engine: Engine, revision: str) -> None:
    with alone(engine) as connection:
        from alembic import command

        command.downgrade(config_for(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision of this database; none if it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def revisions() -> list[str]:
    """Oldest first."""
    return sorted(file.stem.split("_")[0] for file in _HERE.glob("versions/[0-9]*.py"))


def newest() -> str:
    return revisions()[-1]


def config_for(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    return config


def _is_there(connection: Connection, revision: str) -> bool:
    now = current(connection)
    if now is not None and now not in revisions():
        raise CannotOpenDatabase(
            f"This database was last used by a newer Tidemark (its tables are at {now}, this version knows "
            f"them up to {newest()}). Nothing was changed. Install that version again, or a newer one."
        )
    return now == (newest() if revision == "head" else revision)


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """One transaction that nobody else upgrades beside."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _without_foreign_keys(connection), connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                assert not broken, f"the migration left rows without their parents: {broken[:5]}"
        else:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it and dropping the old one, and dropping deletes the rows that
    point to it. The setting counts only when made outside of a transaction."""
    sqlite = connection.connection.cursor()
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")
        sqlite.close()


_HERE = Path(__file__).parent
