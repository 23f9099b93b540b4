"""What every answer runs, run by the database's driver itself.

SQLAlchemy writes such a statement once, and says how values go into it and come out. What it does around each
run of one (an execution context, a result, its own exceptions) takes ten times as long as SQLite needs for
it. What goes wrong is told as SQLAlchemy would tell it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault

Statement = Select[Any] | Insert | Update | Delete
Processor = Callable[[Any], Any]


@dataclass(frozen=True)
class Prepared:
    """A statement of one dialect. `order` names its parameters, where the driver counts them; `constants` are
    those that the statement brings along."""

    sql: str
    order: tuple[str, ...]
    constants: Mapping[str, Any]
    into: Mapping[str, Processor]
    out: tuple[tuple[str, Processor | None], ...]

    @classmethod
    def of(cls, statement: Statement, dialect: Dialect, columns: tuple[str, ...]) -> "Prepared":
        """`columns` are those that an insert or an update gets values for."""
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        assert isinstance(compiled, SQLCompiler)
        into = {
            name: process
            for name, bound in compiled.binds.items()
            if (process := bound.type.dialect_impl(dialect).bind_processor(dialect))
        }
        out = [
            (str(column.key), column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in statement.exported_columns
        ]
        constants = {name: value for name, value in compiled.params.items() if name not in columns}
        for column in compiled.insert_prefetch or ():
            assert isinstance(column.default, ScalarElementColumnDefault)
            constants[column.key] = column.default.arg
        order = tuple(compiled.positiontup or ()) if compiled.positional else ()
        return cls(str(compiled), order, constants, into, tuple(out))

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """By the names of the columns."""
        found = self._run(connection, values).fetchall()
        return [
            {
                name: value if process is None else process(value)
                for (name, process), value in zip(self.out, row, strict=True)
            }
            for row in found
        ]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it added or changed."""
        return int(self._run(connection, values).rowcount)

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Raises: StatementError for a value that no column takes; DBAPIError."""
        given = {**self.constants, **values}
        try:
            for name, process in self.into.items():
                given[name] = process(given[name])
        except (TypeError, ValueError) as error:
            raise StatementError(str(error), self.sql, None, error, hide_parameters=True) from error
        return execute(connection, self.sql, [given[name] for name in self.order] if self.order else given)


def execute(connection: Connection, sql: str, given: Any = ()) -> Any:
    """The driver's cursor, which has run it. Raises: DBAPIError, as SQLAlchemy does."""
    driver = connection.connection.driver_connection
    assert driver
    cursor = driver.cursor()
    try:
        cursor.execute(sql, given)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(error, sql, connection) from error
    return cursor


def _told(error: Exception, sql: str, connection: Connection) -> BaseException:
    """Without what was said: that belongs in no traceback."""
    gone = connection.dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    if gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql,
        None,
        error,
        connection.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=connection.dialect,
    )
