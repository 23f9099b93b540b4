"""What every answer runs, run by the database's driver itself.

SQLAlchemy writes such a statement once, and says how values go into it and come out. What it does around each
run of one (an execution context, a result, its own exceptions) takes ten times as long as SQLite needs for
it. What goes wrong is told as SQLAlchemy would tell it. To PostgreSQL several go in one exchange
(`storage.wire`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

if TYPE_CHECKING:
    from storage.wire import Wire

#: SQL, and what is given for its parameters.
Asked = tuple[str, Any]
Statement = Select[Any] | Insert | Update | Delete
Processor = Callable[[Any], Any]
_OFFSET = len("+00:00")
_NO_ZONE = "a moment without timezone information"


@dataclass(frozen=True)
class Prepared:
    """A statement of one dialect. `order` names its parameters, where the driver counts them; `constants` are
    those that the statement brings along; `names` are those of its columns, and `out` reads some of them."""

    sql: str
    order: tuple[str, ...]
    constants: Mapping[str, Any]
    into: Mapping[str, Processor]
    names: tuple[str, ...]
    out: Mapping[str, Processor]

    @classmethod
    def of(cls, statement: Statement, dialect: Dialect, columns: tuple[str, ...]) -> "Prepared":
        """`columns` are those that an insert or an update gets values for."""
        dialect = _counting(dialect)
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        assert isinstance(compiled, SQLCompiler)
        into = {
            name: process for name, bound in compiled.binds.items() if (process := _into(bound.type, dialect))
        }
        columns_out = {str(column.key): column.type for column in statement.exported_columns}
        out = {name: process for name, kind in columns_out.items() if (process := _out(kind, dialect))}
        constants = {name: value for name, value in compiled.params.items() if name not in columns}
        for column in compiled.insert_prefetch or ():
            assert isinstance(column.default, ScalarElementColumnDefault)
            constants[column.key] = column.default.arg
        order = tuple(compiled.positiontup or ()) if compiled.positional else ()
        return cls(str(compiled), order, constants, into, tuple(columns_out), out)

    def asked(self, values: Mapping[str, Any]) -> Asked:
        """Raises: StatementError for a value that no column takes."""
        given = {**self.constants, **values}
        try:
            for name, process in self.into.items():
                given[name] = process(given[name])
        except (TypeError, ValueError) as error:
            raise StatementError(str(error), self.sql, None, error, hide_parameters=True) from error
        return self.sql, [*map(given.__getitem__, self.order)] if self.order else given

    def read(self, result: Any) -> list[dict[str, Any]]:
        """By the names of the columns."""
        rows = [dict(zip(self.names, row, strict=True)) for row in result.fetchall()]
        for name, process in self.out.items():
            for row in rows:
                row[name] = process(row[name])
        return rows


class Line:
    """A transaction's way to the driver, looked up once. `wrote` as soon as something was changed over it."""

    wrote = False

    def __init__(self, connection: Connection) -> None:
        self.connection, self.dialect = connection, connection.dialect
        self.driver: Any = connection.connection.driver_connection
        self.wire = _wire(connection) if self.dialect.name == "postgresql" else None


def execute(line: Line, *asked: Asked) -> list[Any]:
    """What the driver has for each: a number of rows, and the rows. PostgreSQL is asked all of it in one
    exchange. Raises: DBAPIError, as SQLAlchemy does."""
    try:
        if line.wire:
            return line.wire.ask(*asked)
        return [line.driver.execute(sql, given) for sql, given in asked]
    except line.dialect.loaded_dbapi.Error as error:
        raise _told(error, asked[-1][0] if asked else "", line) from error


def later(line: Line, sql: str, given: Any = ()) -> None:
    """Of which nobody needs the result: on PostgreSQL it goes along with the next that is executed, at the
    latest with the commit."""
    if line.wire:
        line.wire.later(sql, given)
    else:
        execute(line, (sql, given))


def _wire(connection: Connection) -> "Wire":
    from storage.wire import Wire  # and psycopg, which nobody loads who has SQLite

    return Wire.of(connection)


@cache
def _counting(dialect: Dialect) -> Dialect:
    """The same, with parameters as its server counts them and not as its driver names them."""
    if dialect.name != "postgresql":
        return dialect
    as_it_is: Any = type(dialect)
    counting: Dialect = as_it_is(paramstyle="numeric_dollar")
    return counting


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    if isinstance(kind, UTCDateTime):
        return written_moment if dialect.name == "sqlite" else _aware
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    if isinstance(kind, UTCDateTime):
        return read_moment if dialect.name == "sqlite" else _in_utc
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def written_moment(moment: datetime | None) -> str | None:
    """As SQLAlchemy writes it into SQLite, by a shorter way. Raises: ValueError if it names no zone."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(_NO_ZONE)
    return _written_in_utc(moment.astimezone(UTC))  # where no hour comes twice: equal is the same moment


@lru_cache(maxsize=64)
def _written_in_utc(moment: datetime) -> str:
    return moment.isoformat(" ", "microseconds")[:-_OFFSET]


@lru_cache(maxsize=4096)
def read_moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written + "+00:00") if written else None


def _aware(moment: datetime | None) -> datetime | None:
    if moment and moment.tzinfo is None:
        raise ValueError(_NO_ZONE)
    return moment


def _in_utc(read: datetime | None) -> datetime | None:
    return read.astimezone(UTC) if read else None


def _told(error: Exception, sql: str, line: Line) -> BaseException:
    """Without what was said: that belongs in no traceback."""
    dialect: Any = line.dialect
    gone = dialect.is_disconnect(error, line.driver, None)
    if gone:
        line.connection.invalidate(error)
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=dialect,
    )
