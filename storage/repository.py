"""What every repository has: a connection, and the workspace whose rows it may see."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel


class Repository:
    def __init__(self, connection: Connection, team: str) -> None:
        self._connection = connection
        self._team = team

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return table.c.team_id == self._team

    def _add(self, table: Table, **values: Any) -> None:
        self._connection.execute(table.insert().values(team_id=self._team, **values))

    def _add_once(self, table: Table, **values: Any) -> bool:
        """Add the row unless one with its key is there; say whether it was added."""
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(table).values(team_id=self._team, **values).on_conflict_do_nothing()
        return self._connection.execute(statement).rowcount == 1


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
