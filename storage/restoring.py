"""An archive back into a database: into an empty one, all of it or nothing.

It is put into tables as they were when it was made, read back and compared with its checksums, and then
upgraded like any database of that age, all in one transaction.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import SQLModel

from storage import inspection, migrations
from storage.archive import BATCH, HISTORY, Archive, Shape, Summary, row_lines, shapes, sum_of
from storage.errors import BadArchive, CannotRestore

_ANOTHER = (
    "Nothing was changed. Name a new database in TIDEMARK_DATABASE_URL, with nothing in it, and restore into "
    "that one."
)


def restore(engine: Engine, file: Path) -> Summary:
    """Raises:
    BadArchive: it is damaged, or of a newer Tidemark.
    CannotRestore: the database is not empty, or does not take what the archive holds.
    """
    with Archive.opened(file) as archive, migrations.alone(engine) as connection:
        revision = archive.heading.revision
        if revision not in migrations.revisions():
            raise BadArchive(
                f"{file} was made by a newer Tidemark (its tables are at {revision}, this version knows them "
                f"up to {migrations.newest()}). Install that version, or a newer one, and restore with it."
            )
        _require_empty(connection)
        migrations.move(connection, revision)
        _fill(connection, archive)
        migrations.move(connection, "head")
        return archive.summary()


def _require_empty(connection: Connection) -> None:
    """Of tables at an older revision we do not know which are ours; none of them has rows then."""
    at, there = migrations.current(connection), {*sa.inspect(connection).get_table_names()}
    if at is not None and at not in migrations.revisions():
        raise CannotRestore(
            f"The tables of the database are at {at}, which this version does not know: they are of a newer "
            f"Tidemark, or of something else. {_ANOTHER}"
        )
    ours = {*SQLModel.metadata.tables} if at == migrations.newest() else there if at else set()
    if others := sorted(there - ours - {HISTORY}):
        raise CannotRestore(f"The database has tables that are not Tidemark's, as {others[0]}. {_ANOTHER}")
    for shape in shapes(connection) if at else ():
        if connection.execute(sa.select(sa.literal(1)).select_from(shape.table).limit(1)).first():
            raise CannotRestore(f"The database is not empty: {shape.name} has rows. {_ANOTHER}")


def _fill(connection: Connection, archive: Archive) -> None:
    there = {shape.name: shape for shape in shapes(connection)}
    for table, rows in archive.tables():
        shape = there.get(table.table)
        if shape is None or shape.columns != table.columns:
            raise BadArchive(
                f"The archive's table {table.table} is not as version {archive.heading.revision} has it."
            )
        _insert(connection, shape, rows)
    if missing := there.keys() - archive.rows.keys():
        raise BadArchive(f"The archive lacks the table {min(missing)}.")
    if orphans := inspection.orphans(connection):
        raise CannotRestore(f"Rows of {next(iter(orphans))} belong to rows that the archive does not have.")
    for shape in there.values():
        if sum_of(row_lines(connection, shape)) != archive.sums[shape.name]:
            raise CannotRestore(
                f"The database gives the rows of {shape.name} back otherwise than it got them."
            )
        _count_on(connection, shape)


def _insert(connection: Connection, shape: Shape, rows: Iterator[dict[str, Any]]) -> None:
    insert = shape.table.insert()
    while batch := list(islice(rows, BATCH)):
        try:
            connection.execute(insert, batch)
        except (DBAPIError, StatementError) as error:
            said = str(error.orig or error).strip().splitlines()[:1]
            raise CannotRestore(
                f"The database does not take the rows of {shape.name} ({''.join(said)}). Nothing was changed."
            ) from error


def _count_on(connection: Connection, shape: Shape) -> None:
    """PostgreSQL numbers new rows from a counter of its own, which does not see the rows that were put in."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote(shape.name)
    for name in shape.key:
        if shape.columns[name] != "integer":
            continue
        counter = sa.func.pg_get_serial_sequence(quoted, name)
        last = sa.select(sa.func.max(shape.table.c[name])).scalar_subquery()
        connection.execute(
            sa.select(sa.func.setval(counter, last)).where(last.is_not(None), counter.is_not(None))
        )
