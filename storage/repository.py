"""What every repository has: a connection, and the workspace whose rows it may see.

Statements are built once, with names for what changes; building one costs more than running it.
Each is run for one workspace: `mine` leaves its place open, and `_execute`, `_rows` and `_run` always fill
it. The latter two are for what every answer needs, see `storage.prepared`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Dialect,
    Executable,
    Insert,
    Table,
    Update,
    bindparam,
)
from sqlmodel import SQLModel

from storage import prepared
from storage.prepared import Asked, Line, Prepared, Statement

_PREPARED: dict[tuple[Statement, str, tuple[str, ...]], Prepared] = {}


class Repository:
    def __init__(self, line: Line, team: str) -> None:
        self._line, self._connection, self._team = line, line.connection, team

    def _execute(self, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        self._line.wrote |= not statement.is_select
        return self._connection.execute(statement, {**(values or {}), "team": self._team})

    def _rows(self, statement: Statement, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What it gives, by the names of the columns."""
        (found,) = self._all_rows((statement, values))
        return found

    def _all_rows(self, *read: tuple[Statement, Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        """The same of several, which are asked for at once: each sees what was committed before it is run."""
        self._line.wrote |= not all(statement.is_select for statement, _ in read)
        those = [_prepared(statement, self._line.dialect, ()) for statement, _ in read]
        asked = [
            each.asked({**values, "team": self._team}) for each, (_, values) in zip(those, read, strict=True)
        ]
        results = prepared.execute(self._line, *asked)
        return [each.read(result) for each, result in zip(those, results, strict=True)]

    def _run(self, statement: Statement, values: Mapping[str, Any], **which: Any) -> int:
        """Write these values to the columns of their names, `which` being what picks the rows; how many it
        wrote."""
        (result,) = prepared.execute(self._line, self._written(statement, values, which))
        return int(result.rowcount)

    def _run_all(
        self, statement: Statement, those: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]
    ) -> list[bool]:
        """The same for several that are asked for at once, each with values and what picks its row; whether
        it wrote that."""
        asked = [self._written(statement, values, which) for values, which in those]
        return [result.rowcount == 1 for result in prepared.execute(self._line, *asked)]

    def _run_later(self, statement: Statement, values: Mapping[str, Any], **which: Any) -> None:
        """The same in this transaction, where nobody needs to know how many it wrote."""
        prepared.later(self._line, *self._written(statement, values, which))

    def _written(self, statement: Statement, values: Mapping[str, Any], which: Mapping[str, Any]) -> Asked:
        self._line.wrote = True
        found = _prepared(statement, self._line.dialect, tuple(values))
        return found.asked({**values, **which, "team": self._team})

    def _add(self, table: Table, **values: Any) -> None:
        self._line.wrote = True
        self._connection.execute(_insert(table), {"team_id": self._team, **values})

    def _add_once(self, table: Table, *unless: str, **values: Any) -> bool:
        """Add the row unless one with its key is there, or the same in these columns; say whether it
        was added."""
        statement = _insert_once(table, unless, self._line.dialect.name)
        return self._run(statement, {"team_id": self._team, **values}) == 1

    def _add_later(self, table: Table, **values: Any) -> None:
        """The same where it is known that it is not there; if it is, the transaction fails."""
        self._run_later(_insert(table), {"team_id": self._team, **values})

    def _change(self, table: Table, key: str, id: str, values: Mapping[str, Any]) -> bool:
        """Change the row whose `key` column holds this id; say whether it is there."""
        return self._run(_update(table, key), values, this=id) == 1

    def _change_later(self, table: Table, key: str, id: str, values: Mapping[str, Any]) -> None:
        self._run_later(_update(table, key), values, this=id)


def mine(table: Table) -> ColumnElement[bool]:
    return table.c.team_id == bindparam("team")


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def _prepared(statement: Statement, dialect: Dialect, columns: tuple[str, ...]) -> Prepared:
    key = (statement, dialect.name, columns)
    if key not in _PREPARED:
        _PREPARED[key] = Prepared.of(statement, dialect, columns)
    return _PREPARED[key]


@cache
def _insert(table: Table) -> Insert:
    return table.insert().inline()


@cache
def _insert_once(table: Table, unless: tuple[str, ...], dialect: str) -> Insert:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert  # only the one that is spoken
    statement: Insert = insert(table).on_conflict_do_nothing(index_elements=unless or None).inline()
    return statement


@cache
def _update(table: Table, key: str) -> Update:
    return table.update().where(mine(table), table.c[key] == bindparam("this"))
