"""What every repository has: a connection, and the workspace whose rows it may see.

Statements are built once, with names for what changes; building one costs more than running it.
Each is run for one workspace: `mine` leaves its place open, and `_execute` always fills it.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Executable, Insert, Table, Update, bindparam
from sqlmodel import SQLModel


class Repository:
    def __init__(self, connection: Connection, team: str) -> None:
        self._connection = connection
        self._team = team

    def _execute(self, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        return self._connection.execute(statement, {**(values or {}), "team": self._team})

    def _add(self, table: Table, **values: Any) -> None:
        self._connection.execute(_insert(table), {"team_id": self._team, **values})

    def _add_once(self, table: Table, *unless: str, **values: Any) -> bool:
        """Add the row unless one with its key is there, or the same in these columns; say whether it
        was added."""
        statement = _insert_once(table, unless, self._connection.dialect.name)
        return self._connection.execute(statement, {"team_id": self._team, **values}).rowcount == 1

    def _change(self, table: Table, key: str, id: str, values: Mapping[str, Any]) -> bool:
        """Change the row whose `key` column holds this id; say whether it is there."""
        return self._execute(_update(table, key), {**values, "this": id}).rowcount == 1


def mine(table: Table) -> ColumnElement[bool]:
    return table.c.team_id == bindparam("team")


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


@cache
def _insert(table: Table) -> Insert:
    return table.insert().inline()


@cache
def _insert_once(table: Table, unless: tuple[str, ...], dialect: str) -> Insert:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert  # only the one that is spoken
    statement: Insert = insert(table).on_conflict_do_nothing(index_elements=unless or None).inline()
    return statement.execution_options(preserve_rowcount=True)


@cache
def _update(table: Table, key: str) -> Update:
    return table.update().where(mine(table), table.c[key] == bindparam("this"))
