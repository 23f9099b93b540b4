"""The whole database in one file: a backup that either kind of database can write and read.

An archive is gzip-compressed JSON lines: a heading; then, for each table, a line with its columns, a line
for each row, and a line with the number of rows and their SHA-256; at the end a line with the SHA-256 of all
lines before. Tables stand in the order in which their rows can be put back, rows in the order of their
primary key and columns by name, so that the same rows have the same checksum whichever database they come
from. It says at which revision of
the tables it was made, and is written and read as it is there, whatever the models have become since.
Nothing is held in memory but a few hundred rows.
"""

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from storage import migrations
from storage.database import snapshot
from storage.errors import BadArchive, CannotOpenDatabase, CannotWriteArchive

FORMAT = 1
#: Rows that are held in memory at once.
BATCH = 200
#: Bytes. No row of ours comes near; a longer line is no archive of ours.
LONGEST_LINE = 1 << 26
#: Lists and objects in a line. The longest row, a result with its rounds, has a tenth of it.
MOST_PARTS = 500_000
HISTORY = "alembic_version"

Kind = Literal["text", "integer", "boolean", "json", "time", "day", "bytes"]
_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (sa.JSON, "json"),
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.DateTime, "time"),
    (sa.Date, "day"),
    (sa.LargeBinary, "bytes"),
    (sa.String, "text"),
)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Heading(_Line):
    """`revision` is that of the tables, `database` the kind, and `made_at` when the backup began."""

    tidemark: Literal["archive"] = "archive"
    format: int = FORMAT
    revision: str
    database: str
    made_at: str


class Beginning(_Line):
    """Of a table: its columns, each with its kind, in the order of the values of a row."""

    table: str
    columns: dict[str, Kind]


class Ending(_Line):
    """Of a table (`end` is its name), or of the archive (`end` is empty)."""

    end: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Shape:
    """A table as it is in a database."""

    name: str
    columns: dict[str, Kind]
    nullable: frozenset[str]
    key: tuple[str, ...]

    @property
    def table(self) -> sa.TableClause:
        columns = (sa.column(name, self._type(name)) for name in self.columns)
        return sa.table(self.name, *columns)

    def _type(self, name: str) -> Any:
        match self.columns[name]:
            case "json":
                return sa.JSON(none_as_null=name in self.nullable)
            case "time":
                return UTCDateTime()
            case kind:
                return {
                    "boolean": sa.Boolean,
                    "integer": sa.BigInteger,
                    "day": sa.Date,
                    "bytes": sa.LargeBinary,
                    "text": sa.Text,
                }[kind]()


@dataclass(frozen=True)
class Summary:
    """What is in an archive, by table the number of rows; `sha256` is that of the whole."""

    heading: Heading
    rows: dict[str, int]
    sums: dict[str, str]
    sha256: str


def shapes(connection: Connection) -> list[Shape]:
    """The tables of ours, parents first. Of a database at the newest revision we know which they are, and
    leave alone what others keep beside."""
    found = sa.MetaData()
    found.reflect(connection)
    ours = {*found.tables} - {HISTORY}
    if migrations.current(connection) == migrations.newest():
        ours &= {*SQLModel.metadata.tables}
    return [
        Shape(
            table.name,
            {column.name: _kind(column) for column in sorted(table.columns, key=lambda each: each.name)},
            frozenset(column.name for column in table.columns if column.nullable),
            tuple(column.name for column in table.primary_key.columns),
        )
        for table in found.sorted_tables
        if table.name in ours
    ]


def _kind(column: sa.Column[Any]) -> Kind:
    for type_, kind in _KINDS:
        if isinstance(column.type, type_):
            return kind
    raise AssertionError(f"{column} is of a type that archives do not know yet: {column.type!r}")


def row_lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """Each row as a line, in the order of the primary key, which is the same on either database."""
    table = shape.table
    found = connection.execute(
        sa.select(table).order_by(*(_by_bytes(connection, table.c[name]) for name in shape.key)),
        execution_options={"yield_per": BATCH},
    )
    writers = [_WRITE.get(kind, _as_it_is) for kind in shape.columns.values()]
    for row in found:
        values = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield _line(values)


def _by_bytes(connection: Connection, column: sa.ColumnClause[Any]) -> Any:
    """PostgreSQL sorts text by its language, SQLite by its bytes."""
    sorts_by_language = connection.dialect.name == "postgresql" and isinstance(column.type, sa.String)
    return sa.collate(column, "C") if sorts_by_language else column


def save(engine: Engine, file: Path, *, at: datetime) -> Summary:
    """Write the whole database, as it is at one moment, to a new file that only this user may read. Others go
    on writing meanwhile. The file is there once it is whole and on the disk.

    Raises:
        CannotOpenDatabase: the database has no tables yet.
        CannotWriteArchive: the file exists, or its folder or disk refuses it.
    """
    if file.exists():
        raise CannotWriteArchive(f"{file} is there already. Choose another name, or move it away.")
    try:
        with _becoming(file) as out, snapshot(engine) as connection:
            return _write(connection, out, at=at)
    except OSError as error:
        raise CannotWriteArchive(
            f"{file} cannot be written ({error.strerror}). Nothing was kept; choose a folder that this user "
            "may write to, with room for it."
        ) from error


@contextmanager
def _becoming(file: Path) -> Iterator[BinaryIO]:
    """A file beside it, which takes its name at the end; gone if there is no end."""
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(number, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def _write(connection: Connection, out: BinaryIO, *, at: datetime) -> Summary:
    revision = migrations.current(connection)
    if revision is None:
        raise CannotOpenDatabase("This database has no tables yet: there is nothing to back up.")
    heading = Heading(revision=revision, database=connection.dialect.name, made_at=_WRITE["time"](at))
    whole, rows, sums = hashlib.sha256(), dict[str, int](), dict[str, str]()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=6, mtime=0) as packed:

        def put(line: bytes) -> None:
            whole.update(line)
            packed.write(line)

        put(_line(heading.model_dump()))
        for shape in shapes(connection):
            put(_line(Beginning(table=shape.name, columns=shape.columns).model_dump()))
            count, sum_ = 0, hashlib.sha256()
            for line in row_lines(connection, shape):
                count += 1
                sum_.update(line)
                put(line)
            rows[shape.name], sums[shape.name] = count, sum_.hexdigest()
            put(_line(Ending(end=shape.name, rows=count, sha256=sum_.hexdigest()).model_dump()))
        sha256 = whole.hexdigest()
        packed.write(_line(Ending(end="", rows=sum(rows.values()), sha256=sha256).model_dump()))
    return Summary(heading, rows, sums, sha256)


class Archive:
    """An archive that is being read, from the first line to the last. `tables` has to be read to its end, and
    the rows of each table before the next one: only then everything has been compared with its checksum."""

    def __init__(self, file: Path, packed: BinaryIO) -> None:
        self._file, self._packed = file, packed
        self._number, self._place = 0, "its heading"
        self._whole = hashlib.sha256()
        self.rows: dict[str, int] = {}
        self.sums: dict[str, str] = {}
        self.sha256 = ""
        self.heading = self._heading()

    @classmethod
    @contextmanager
    def opened(cls, file: Path) -> Iterator[Self]:
        """Raises: BadArchive."""
        try:
            with gzip.open(file, "rb") as packed:
                yield cls(file, packed)  # type: ignore[arg-type]
        except OSError as error:
            raise BadArchive(f"{file} cannot be read ({error.strerror or error}).") from error

    def tables(self) -> Iterator[tuple[Beginning, Iterator[dict[str, Any]]]]:
        """Raises: BadArchive, as soon as something is not as it was written."""
        while True:
            before, line = self._whole.hexdigest(), self._next()
            if not line.startswith(b'{"table"'):
                return self._end(line, before)
            table = self._read(Beginning, line)
            self._place = f"the table {table.table}"
            yield table, self._rows(table)
            if table.table not in self.rows:
                raise AssertionError(f"the rows of {table.table} were not read to their end")

    def summary(self) -> Summary:
        assert self.sha256, "not read to its end"
        return Summary(self.heading, self.rows, self.sums, self.sha256)

    def _heading(self) -> Heading:
        try:
            line = self._next()
        except BadArchive as error:
            raise BadArchive(
                f"{self._file} is no backup of Tidemark, or its beginning is damaged."
            ) from error
        heading = self._read(Heading, line)
        if heading.format != FORMAT:
            raise BadArchive(
                f"{self._file} is of format {heading.format}, and this version reads format {FORMAT}. "
                "Use the version of Tidemark that made it, or a newer one."
            )
        return heading

    def _rows(self, table: Beginning) -> Iterator[dict[str, Any]]:
        readers = [_READ.get(kind, _as_it_is) for kind in table.columns.values()]
        count, sum_, first = 0, hashlib.sha256(), self._number + 1
        while (line := self._next()).startswith(b"["):
            count += 1
            sum_.update(line)
            yield self._row(line, table, readers)
        ending = self._read(Ending, line)
        if (ending.end, ending.rows, ending.sha256) != (table.table, count, sum_.hexdigest()):
            raise self._damaged(f"what lines {first} to {self._number} hold is not what was written")
        self.rows[table.table], self.sums[table.table] = count, ending.sha256
        self._place = f"what follows the table {table.table}"

    def _row(self, line: bytes, table: Beginning, readers: list[Callable[[Any], Any]]) -> dict[str, Any]:
        try:
            if line.count(b"[") + line.count(b"{") > MOST_PARTS:
                raise ValueError("more parts than a row has")
            values = json.loads(line)
            read = [
                None if value is None else read(value) for read, value in zip(readers, values, strict=True)
            ]
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise self._damaged(f"line {self._number} is no row") from error
        return dict(zip(table.columns, read, strict=True))

    def _end(self, line: bytes, before: str) -> None:
        ending = self._read(Ending, line)
        if (ending.end, ending.rows, ending.sha256) != ("", sum(self.rows.values()), before):
            raise self._damaged("the checksum of the whole does not fit")
        if self._packed_line():
            raise self._damaged("it goes on after its end")
        self.sha256 = ending.sha256

    def _next(self) -> bytes:
        line = self._packed_line()
        if not line.endswith(b"\n"):
            raise self._damaged(f"it ends, or cannot be read, at line {self._number}")
        self._whole.update(line)
        return line

    def _packed_line(self) -> bytes:
        self._number += 1
        try:
            return self._packed.readline(LONGEST_LINE)
        except (OSError, EOFError, zlib.error) as error:
            raise self._damaged(f"it ends, or cannot be read, near line {self._number}") from error

    def _read(self, model: "type[L]", line: bytes) -> "L":
        try:
            return model.model_validate_json(line)
        except ValidationError as error:
            raise self._damaged(f"line {self._number} is not what belongs there") from error

    def _damaged(self, how: str) -> BadArchive:
        return BadArchive(
            f"{self._file} is damaged in {self._place}: {how}. Use another copy of it, or another backup."
        )


L = TypeVar("L", bound=_Line)


def verify(file: Path) -> Summary:
    """Read an archive to its end, and compare everything with its checksums. Raises: BadArchive."""
    with Archive.opened(file) as archive:
        for _, rows in archive.tables():
            for _ in rows:
                pass
        return archive.summary()


def sum_of(lines: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for line in lines:
        found.update(line)
    return found.hexdigest()


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _as_it_is(value: Any) -> Any:
    return value


_WRITE: dict[Kind, Callable[[Any], Any]] = {
    "time": lambda at: at.astimezone(UTC).isoformat(),
    "day": date.isoformat,
    "bytes": lambda content: b64encode(content).decode(),
}
_READ: dict[Kind, Callable[[Any], Any]] = {
    "time": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": b64decode,
}
