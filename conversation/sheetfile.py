"""A table from outside: CSV, as a spreadsheet saves it, a workbook, or JSON. What it means is for who reads
its cells.

Nothing is guessed: what cannot be read is a problem with its place and what to do, and a formula is a text
like any other.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

from conversation import jsontext, workbookfile
from conversation.legible import legible

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 10_000_000, 50_000, 200, 40_000
SEPARATORS = ",;\t"
#: Within so many bytes, and lines, a header is looked for.
_HEAD, _HEADERS = 20_000, 12
#: How a line before the header begins that says something of the whole.
ABOUT = "#"
_ZIP, _OLE, _UTF_16 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", (b"\xff\xfe", b"\xfe\xff")
#: What Excel writes first to name its separator.
_SEP = re.compile(r"sep=(.)", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """`place` is a row, or nothing where it is the file; `column` a column, if it is about one."""

    text: str
    place: str = ""
    column: str = ""

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.place, self.column)))
        return f"{where}: {self.text}" if where else self.text


class BadFile(Exception):
    """A file that is not imported, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(frozen=True)
class Columns:
    """Those that a table may have; `required` ones it must have, `helping` ones are for people and are not
    read. `about` may be said of the whole. `under` is the name of the list in JSON."""

    under: str
    known: tuple[str, ...]
    required: tuple[str, ...]
    helping: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """What stands in its cells, by column; an empty one is "". `place` is how people find it."""

    place: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def problem(self, column: str, text: str) -> Problem:
        return Problem(text, self.place, column)


@dataclass(frozen=True)
class Sheet:
    """`digest` is that of the file's content."""

    rows: tuple[Row, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""


def read(content: bytes, columns: Columns, *, encoding: str = "utf-8") -> Sheet:
    """Raises: BadFile."""
    if len(content) > MOST_BYTES:
        raise _bad(f"The file has {len(content):,} bytes; {MOST_BYTES:,} are taken. Import it in parts.")
    if content.startswith(_ZIP):
        rows, about = _from_workbook(content, columns)
    else:
        text = _text(content, encoding)
        is_json = text.lstrip().startswith(("{", "["))
        rows, about = _from_json(text, columns) if is_json else _from_csv(text, columns)
    long = [
        row.problem(key, _too_long(cell)) for row in rows for key, cell in row.cells.items() if _is_long(cell)
    ]
    if long:
        raise BadFile(long)
    if not rows:
        raise _bad("There is no row below the header, so there is nothing to import.")
    return Sheet(tuple(rows), about, digest(content))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def has_column(content: bytes, name: str) -> bool:
    """Whether this table has a column of that name, as far as it can be read. The header of a table, or an
    object of JSON, is where it stands first."""
    if content.startswith(_ZIP):
        try:
            lines = [cells for _, cells in islice(workbookfile.rows(content), _HEADERS)]
        except workbookfile.NotAWorkbook:
            return False
        return any(_plain(cell) == name for cells in lines for cell in cells)
    text = content[:_HEAD].decode("utf-8", errors="ignore").lstrip("\ufeff").lstrip()
    if text.startswith(("{", "[")):
        return f'"{name}"' in text.casefold()
    words = (word for line in text.splitlines()[:_HEADERS] for word in re.split(r"[,;\t]", line))
    return any(_plain(word.strip('"')) == name for word in words)


def write(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, str]],
    *,
    about: Mapping[str, str],
    separator: str = ",",
) -> bytes:
    """As a spreadsheet opens it: UTF-8 with its mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([f"{ABOUT} {name}", value] for name, value in about.items())
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _bad(text: str) -> BadFile:
    return BadFile([Problem(text)])


def _too_many_rows() -> BadFile:
    return _bad(f"The file has more than {MOST_ROWS:,} rows; so many are taken. Import it in parts.")


def _too_wide(place: str, cells: int) -> Problem:
    return Problem(
        f"has {cells:,} cells; {MOST_COLUMNS} are taken. Remove the columns that the template does not have.",
        place,
    )


def _is_long(cell: str) -> bool:
    return len(cell) > LONGEST_CELL


def _too_long(cell: str) -> str:
    return f"has {len(cell):,} characters; {LONGEST_CELL:,} are taken. Shorten it."


def _text(content: bytes, encoding: str) -> str:
    if content.startswith(_OLE):
        raise _bad("This is a workbook of an old kind. Save it as XLSX, or its sheet as CSV UTF-8.")
    if content.startswith(_UTF_16):
        raise _bad("This text is UTF-16. Save it as CSV UTF-8, and import that.")
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _bad(
            f"The file is not {encoding} text: byte {content[error.start]:#04x} in line {line} is none. "
            "Save it as CSV UTF-8; or, if it is an older file of a spreadsheet on Windows, add "
            "--encoding cp1252."
        ) from None
    if "\0" in text:
        raise _bad("The file has characters that no text has (NUL). Save it as CSV UTF-8, and import that.")
    return text


def _from_csv(text: str, columns: Columns) -> tuple[list[Row], dict[str, str]]:
    first, _, rest = text.partition("\n")
    named = _SEP.fullmatch(first.strip())
    separator = named[1] if named else _separator(text, columns)
    return _from_lines([*_lines(rest if named else text, separator, skipped=1 if named else 0)], columns)


def _from_workbook(content: bytes, columns: Columns) -> tuple[list[Row], dict[str, str]]:
    try:
        lines = [*islice(workbookfile.rows(content), MOST_ROWS + MOST_COLUMNS + 1)]
        return _from_lines(lines, columns)
    except workbookfile.NotAWorkbook:
        raise _bad(
            "This is no workbook that can be read. Save its sheet as CSV UTF-8, and import that."
        ) from None


def _from_lines(lines: list[tuple[int, list[str]]], columns: Columns) -> tuple[list[Row], dict[str, str]]:
    """Rows with their numbers: what is said of the whole, the header, and the rest."""
    about: dict[str, str] = {}
    problems: list[Problem] = []
    while lines and (lines[0][1][:1] or [""])[0].lstrip().startswith(ABOUT):
        number, cells = lines.pop(0)
        problems += _about(f"row {number}", cells[0].lstrip()[1:], "".join(cells[1:2]), columns, about)
    if not lines:
        raise BadFile(
            [*problems, Problem(f"There is no header. The first row names the columns: {_names(columns)}.")]
        )
    _, header = lines.pop(0)
    names = [_plain(name) for name in header]
    while names and not names[-1]:
        names.pop()
    problems += _header(names, columns)
    if problems:
        raise BadFile(problems)
    if len(lines) > MOST_ROWS:
        raise _too_many_rows()
    rows: list[Row] = []
    for number, cells in lines:
        place = f"row {number}"
        if any(cell.strip() for cell in cells[len(names) :]):
            problems.append(
                Problem(
                    "has more cells than the header. A text with the separator in it has to stand in quotes.",
                    place,
                )
            )
        found = {
            name: legible(cell).strip()
            for name, cell in zip(names, cells, strict=False)
            if name in columns.known
        }
        rows += [Row(place, found)]
    if problems:
        raise BadFile(problems)
    return rows, about


def _lines(text: str, separator: str, *, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Those that are not empty, numbered as a spreadsheet does."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number, filled = skipped, 0
    try:
        for cells in reader:
            number += 1
            if not any(cell.strip() for cell in cells):
                continue
            filled += 1
            if filled > MOST_ROWS + MOST_COLUMNS:  # what is said of the whole is not counted yet
                raise _too_many_rows()
            if len(cells) > MOST_COLUMNS:
                raise BadFile([_too_wide(f"row {number}", len(cells))])
            yield number, cells
    except csv.Error as error:
        raise BadFile(
            [
                Problem(
                    f"cannot be read ({error}). Look for a quote that is not closed; a quote within a text "
                    "is written twice.",
                    f"row {number + 1}",
                )
            ]
        ) from None


def _separator(text: str, columns: Columns) -> str:
    """The one by which the header falls into most of the columns that are known."""
    known = {*columns.known, *columns.helping}

    def fits(separator: str) -> tuple[int, int]:
        names = _first_row(text, separator)
        return len(known.intersection(names)), len(names)

    return max(SEPARATORS, key=fits)


def _first_row(text: str, separator: str) -> list[str]:
    """After what is said of the whole; nothing where it cannot be read by this separator."""
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cells) and not cells[0].lstrip().startswith(ABOUT):
                return [_plain(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error:
        pass
    return []


def _header(names: Sequence[str], columns: Columns) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if name and times > 1:
            yield Problem(f"is there {times} times. Keep one of them.", "header", name)
    known = (*columns.known, *columns.helping)
    for name in dict.fromkeys(names):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f' Is it "{near[0]}"?' if near else " Name it, or remove it."
            yield Problem(
                f"is no column that is known.{hint} These are: {_names(columns)}.", "header", name or '""'
            )
    for name in columns.required:
        if name not in names:
            yield Problem("is missing. The template has it.", "header", name)


def _from_json(text: str, columns: Columns) -> tuple[list[Row], dict[str, str]]:
    try:
        data = jsontext.read(text)
    except jsontext.NotJson as error:
        raise BadFile([Problem(error.text, error.place)]) from None
    whole = data if isinstance(data, dict) else {columns.under: data}
    entries = whole.get(columns.under)
    if not isinstance(entries, list):
        raise _bad(f'Expected a list, or an object with a list under "{columns.under}".')
    if len(entries) > MOST_ROWS:
        raise _too_many_rows()
    about: dict[str, str] = {}
    problems: list[Problem] = []
    for name, value in whole.items():
        if name != columns.under:
            problems += _about(f'"{name}"', name, _cell(value) or "", columns, about)
    rows: list[Row] = []
    for number, entry in enumerate(entries):
        place = f"{columns.under}[{number}]"
        if not isinstance(entry, dict):
            problems.append(Problem("must be an object with a value for each column.", place))
            continue
        if len(entry) > MOST_COLUMNS:
            raise BadFile([_too_wide(place, len(entry))])
        problems += _fields(place, entry, columns)
        cells = {_plain(name): _cell(value) or "" for name, value in entry.items()}
        rows.append(Row(place, {name: cell for name, cell in cells.items() if name in columns.known}))
    if problems:
        raise BadFile(problems)
    return rows, about


def _fields(place: str, entry: Mapping[str, Any], columns: Columns) -> Iterator[Problem]:
    for name, value in entry.items():
        if _plain(name) not in (*columns.known, *columns.helping):
            yield Problem(f"is no column that is known. These are: {_names(columns)}.", place, name)
        elif _cell(value) is None:
            yield Problem("must be a text or a number.", place, name)


def _cell(value: Any) -> str | None:
    """None for what no cell holds."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return legible(str(value)).strip()


def _about(place: str, name: str, value: str, columns: Columns, about: dict[str, str]) -> Iterator[Problem]:
    key = _plain(name)
    if key in columns.about:
        about[key] = legible(value).strip()
    else:
        yield Problem(
            f'"{name.strip()}" is not known of the whole. These are: {", ".join(columns.about)}.',
            place,
        )


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def _names(columns: Columns) -> str:
    return ", ".join(columns.known)


def unknown(word: str, known: Collection[str]) -> str:
    """A sentence on a word that is none of these, with the nearest one."""
    near = get_close_matches(word.casefold(), {each.casefold(): each for each in known}, n=1, cutoff=0.6)
    named = {each.casefold(): each for each in known}
    return f' Did you mean "{named[near[0]]}"?' if near else ""
