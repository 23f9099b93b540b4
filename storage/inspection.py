"""What state a database is in, for whoever runs Tidemark. Nothing is changed, not even an old schema."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from storage import migrations
from storage.archive import shapes
from storage.database import engine_for, refusals_in_words, require_version, snapshot, transaction
from storage.errors import CannotOpenDatabase, NoDatabaseYet, Unavailable
from storage.notices import write_and_take_back
from storage.records import AssessmentState, Departure, Installation, PostingState
from storage.repository import table_of
from storage.tables import AssessmentRow, DepartureRow, InstallationRow, NoticeRow, PostingRow

#: One that is open, for those who hand it on.
Database = Engine

#: What Alembic would add or remove.
_OF_ALEMBIC = {
    f"{done}_{thing}": f"the {word}"
    for done in ("add", "remove")
    for thing, word in {
        "table": "table",
        "index": "index",
        "constraint": "constraint",
        "fk": "foreign key",
    }.items()
}
#: SQLite names at most so many damages.
_DAMAGES = 5


@dataclass(frozen=True)
class Condition:
    """`revision` of the tables, none if there are none yet. `damages`: what SQLite finds in its file.
    `orphans`: by table, how many rows belong to a row that is not there. `differences` from the tables that
    this version makes, only looked for at its own revision. `rows` by table."""

    revision: str | None
    damages: tuple[str, ...]
    orphans: dict[str, int]
    differences: tuple[str, ...]
    rows: dict[str, int]


@dataclass(frozen=True)
class Stuck:
    """Postings of a workspace that nobody gets: how many of this state, and since when the oldest is due."""

    team: str
    state: PostingState
    count: int
    since: datetime


@contextmanager
def opened(url: str, *, new: bool = False) -> Iterator[Engine]:
    """The database as it is, without bringing its tables up to date; `new`: a file may be made.

    Raises: BadDatabaseUrl, CannotOpenDatabase (NoDatabaseYet).
    """
    engine = engine_for(url)
    try:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        if file and not new and not Path(file).exists():
            if not Path(file).parent.is_dir():
                raise CannotOpenDatabase(
                    f"There is no folder {Path(file).parent} for the database file {file}. Make it, or mend "
                    "TIDEMARK_DATABASE_URL."
                )
            raise NoDatabaseYet(
                f"There is no database file {file} yet. `tidemark db upgrade` and `tidemark run` make it; "
                "if it should be there, check TIDEMARK_DATABASE_URL and the folder that you are in."
            )
        with refusals_in_words(engine):
            require_version(engine)
            yield engine
    finally:
        engine.dispose()


def revision(engine: Engine) -> str | None:
    with snapshot(engine) as connection:
        return migrations.current(connection)


def require_newest(engine: Engine) -> None:
    """Raises: CannotOpenDatabase, where the tables are not those of this version."""
    at = revision(engine)
    if at == migrations.newest():
        return
    is_older = at is None or at in migrations.revisions()
    fix = "run `tidemark db upgrade` first" if is_older else "install the newer one that made them"
    raise CannotOpenDatabase(f"The tables are not those of this version: {fix}. Nothing was changed.")


def condition(engine: Engine) -> Condition:
    with snapshot(engine) as connection:
        found = migrations.current(connection)
        return Condition(
            revision=found,
            damages=_damages(connection),
            orphans=orphans(connection),
            differences=_differences(connection) if found == migrations.newest() else (),
            rows={shape.name: _count(connection, shape.table) for shape in shapes(connection)},
        )


def waits_for_the_disk(engine: Engine) -> bool:
    """Whether what is committed is on disk when we hear so. On SQLite we see to it; a PostgreSQL, or one
    database of it, may be set otherwise."""
    if engine.dialect.name == "sqlite":
        return True
    with snapshot(engine) as connection:
        return bool(connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() != "off")


def takes_no_writing(engine: Engine) -> str:
    """What the database says against it; nothing, if it takes what is written."""
    try:
        with transaction(engine) as connection:
            write_and_take_back(connection)
    except Unavailable as error:
        return str(error)
    return ""


def is_in_use(engine: Engine, runs: str, now: datetime) -> bool:
    """Whether a process of ours works on it, or did a moment ago. On PostgreSQL each says so in a notice of
    the kind `runs`; a SQLite file that somebody has open cannot be had alone."""
    if engine.dialect.name == "sqlite":
        engine.dispose()  # we are nobody
        return _is_open_elsewhere(engine.url.database)
    notices = table_of(NoticeRow)
    alive = sa.select(notices.c.about).where(notices.c.kind == runs, notices.c.until > now).limit(1)
    with snapshot(engine) as connection:
        return connection.execute(alive).first() is not None


def _is_open_elsewhere(file: str | None) -> bool:
    """Who has read a file in WAL mode keeps a lock on it until it is closed, so that nobody else gets all of
    it."""
    if not file:
        return False
    alone = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        alone.execute("PRAGMA locking_mode=EXCLUSIVE")
        alone.execute("BEGIN IMMEDIATE")
        alone.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return True
    finally:
        alone.close()
    return False


def orphans(connection: Connection) -> dict[str, int]:
    """By table, how many rows belong to a row that is not there. A database that keeps its foreign keys has
    none; a file that another tool wrote to may."""
    found = sa.MetaData()
    found.reflect(connection)
    counted: dict[str, int] = {}
    for key in (key for table in found.sorted_tables for key in table.foreign_key_constraints):
        parent = key.referred_table.alias()
        pairs = [(element.parent, parent.c[element.column.name]) for element in key.elements]
        lost = (
            sa.select(sa.func.count())
            .select_from(key.table.outerjoin(parent, sa.and_(*(ours == theirs for ours, theirs in pairs))))
            .where(*(ours.is_not(None) for ours, _ in pairs), pairs[0][1].is_(None))
        )
        if count := connection.execute(lost).scalar_one():
            counted[key.table.name] = counted.get(key.table.name, 0) + count
    return counted


def stuck(engine: Engine, *, owed_before: datetime) -> list[Stuck]:
    """What failed or may have been sent or not, and what has been owed since before then."""
    postings = table_of(PostingRow)
    waiting = sa.and_(
        postings.c.state.in_((PostingState.OWED, PostingState.CLAIMED)), postings.c.due_at < owed_before
    )
    lost = postings.c.state.in_((PostingState.FAILED, PostingState.UNCERTAIN))
    by_state = (
        sa.select(postings.c.team_id, postings.c.state, sa.func.count(), sa.func.min(postings.c.due_at))
        .where(sa.or_(lost, waiting))
        .group_by(postings.c.team_id, postings.c.state)
        .order_by(postings.c.team_id, postings.c.state)
    )
    with snapshot(engine) as connection:
        found = connection.execute(by_state).all()
    return [Stuck(team, PostingState(state), count, since) for team, state, count, since in found]


def channels(engine: Engine, team: str) -> dict[str, str]:
    """The channels in which assessments that are under way report, each with the subject of one of them."""
    assessments = table_of(AssessmentRow)
    used = sa.select(assessments.c.channel, sa.func.min(assessments.c.subject).label("subject")).where(
        assessments.c.team_id == team,
        assessments.c.channel.is_not(None),
        assessments.c.state.in_((AssessmentState.DRAFT, AssessmentState.OPEN, AssessmentState.CLOSED)),
    )
    with snapshot(engine) as connection:
        found = connection.execute(used.group_by(assessments.c.channel).order_by(assessments.c.channel)).all()
    return {row.channel: row.subject for row in found}


def installations(engine: Engine) -> list[tuple[Installation, Departure | None]]:
    """Who has installed us, and since when we have been removed there, if we have."""
    known, gone = table_of(InstallationRow), table_of(DepartureRow)
    with snapshot(engine) as connection:
        departures = {row.team_id: Departure.model_validate(row) for row in connection.execute(gone.select())}
        rows = connection.execute(known.select().order_by(known.c.team_id)).all()
    return [(Installation.model_validate(row), departures.get(row.team_id)) for row in rows]


def teams(engine: Engine) -> set[str]:
    """The workspaces and organisations that have assessments."""
    with snapshot(engine) as connection:
        return {*connection.execute(sa.select(table_of(AssessmentRow).c.team_id).distinct()).scalars()}


def _damages(connection: Connection) -> tuple[str, ...]:
    """PostgreSQL has no such look of its own; it checks its pages where `data_checksums` are on."""
    if connection.dialect.name != "sqlite":
        return ()
    said = connection.exec_driver_sql(f"PRAGMA integrity_check({_DAMAGES})").scalars().all()
    return () if said == ["ok"] else tuple(said)


def _differences(connection: Connection) -> tuple[str, ...]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    ours = MigrationContext.configure(connection, opts={"include_object": _is_ours})
    return tuple(map(_in_words, compare_metadata(ours, SQLModel.metadata)))


def _in_words(difference: Any) -> str:
    """What Alembic would do is what is wrong: a tuple of what and whereto, or a list of those of a column."""
    match difference:
        case ("add_table" | "add_index" | "add_constraint" | "add_fk" as what, thing):
            return f"{_OF_ALEMBIC[what]} {thing.name} is missing"
        case ("remove_table" | "remove_index" | "remove_constraint" | "remove_fk" as what, thing):
            return f"{_OF_ALEMBIC[what]} {thing.name} is none of ours"
        case ("add_column", _, table, column):
            return f"the column {table}.{column.name} is missing"
        case ("remove_column", _, table, column):
            return f"the column {table}.{column.name} is none of ours"
        case [(str(), _, table, column, *_), *_]:
            return f"the column {table}.{column} is of another kind"
    return str(difference)


def _is_ours(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return kind != "table" or name in SQLModel.metadata.tables


def _count(connection: Connection, table: sa.TableClause) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
