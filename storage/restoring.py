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

from storage import inspection, migrations
from storage.archive import BATCH, Archive, Shape, Summary, row_lines, shapes, sum_of
from storage.errors import BadArchive, CannotRestore


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
    if migrations.current(connection) is None:
        return
    for shape in shapes(connection):
        if connection.execute(sa.select(sa.literal(1)).select_from(shape.table).limit(1)).first():
            raise CannotRestore(
                f"The database is not empty: {shape.name} has rows. Nothing was changed. Name a new database "
                "in TIDEMARK_DATABASE_URL, and restore into that one."
            )


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
