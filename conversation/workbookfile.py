"""The first sheet of a workbook (XLSX), as rows of texts: what a spreadsheet shows of numbers, days, words.
Formulas are not worked out; what the spreadsheet had worked out last is read. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from xml.etree import ElementTree

#: In bytes, when it is unpacked: a small file may hold a huge one.
MOST_UNPACKED = 12_000_000
#: No table of ours is so wide.
MOST_COLUMNS = 200
#: Of one row or text: cells, values, what is slanted.
MOST_PARTS = 10_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
#: Numbers by which spreadsheets name the usual ways to write a day; others say so in letters.
_DAYS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_DAY_LETTERS = re.compile(r"[dy]", re.IGNORECASE)
_NOT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
#: Day 0 of a spreadsheet, which thinks that 1900 had a 29 February; and of those that count from 1904.
_DAY_ZERO, _DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)


class NotAWorkbook(Exception):
    """It cannot be read as one, or is too large when it is unpacked."""


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Those of the first sheet that are not empty, numbered as the spreadsheet does.

    Raises: NotAWorkbook, as soon as it shows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if sum(part.file_size for part in book.infolist()) > MOST_UNPACKED:
                raise NotAWorkbook
            names = {part.filename for part in book.infolist()}
            sheets = sorted(names, key=_number)
            if not sheets or not _SHEET.fullmatch(sheets[0]):
                raise NotAWorkbook
            texts = _texts(book) if "xl/sharedStrings.xml" in names else ()
            days = _styles_of_days(book) if "xl/styles.xml" in names else frozenset()
            zero = _DAY_ZERO_1904 if _counts_from_1904(book, names) else _DAY_ZERO
            for number, cells in _rows(_read(book, sheets[0]), texts, days, zero):
                if any(cell.strip() for cell in cells):
                    yield number, cells
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, OverflowError):
        raise NotAWorkbook from None


def _number(name: str) -> tuple[bool, int]:
    found = _SHEET.fullmatch(name)
    return (found is None, int(found[1]) if found else 0)


def _read(book: zipfile.ZipFile, name: str) -> bytes:
    """A document type could name a text that grows when it is read; none of these files has one, or is in
    UTF-16, in which it would not be seen."""
    text = book.read(name)
    if b"\0" in text or b"<!DOCTYPE" in text:
        raise NotAWorkbook
    return text


def _part(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(_read(book, name))


def _each(name: str, text: bytes) -> Iterator[ElementTree.Element]:
    """Every part of this name; what was looked at is forgotten."""
    tag, above, within = f"{_MAIN}{name}", list[ElementTree.Element](), 0
    for event, part in ElementTree.iterparse(io.BytesIO(text), events=("start", "end")):
        if event == "start":
            above.append(part)
            within = 0 if part.tag == tag else within + 1
            if within > MOST_PARTS and any(each.tag == tag for each in above):
                raise NotAWorkbook
            continue
        above.pop()
        if part.tag == tag:
            yield part
            above[-1].clear()  # in no workbook it stands by itself


def _texts(book: zipfile.ZipFile) -> tuple[str, ...]:
    return tuple(map(_text_of, _each("si", _read(book, "xl/sharedStrings.xml"))))


def _text_of(part: ElementTree.Element) -> str:
    """Its runs, without how they are read aloud."""
    aloud = {id(each) for spoken in part.iter(f"{_MAIN}rPh") for each in spoken.iter()}
    return "".join(each.text or "" for each in part.iter(f"{_MAIN}t") if id(each) not in aloud)


def _styles_of_days(book: zipfile.ZipFile) -> frozenset[int]:
    """Which styles of cells write their number as a day."""
    styles = _part(book, "xl/styles.xml")
    own = {
        int(each.attrib["numFmtId"]): bool(
            _DAY_LETTERS.search(_NOT_LETTERS.sub("", each.attrib["formatCode"]))
        )
        for each in styles.iter(f"{_MAIN}numFmt")
    }
    cells = styles.find(f"{_MAIN}cellXfs")
    ids = [int(each.attrib.get("numFmtId", 0)) for each in (cells if cells is not None else ())]
    return frozenset(at for at, each in enumerate(ids) if own.get(each, each in _DAYS))


def _counts_from_1904(book: zipfile.ZipFile, names: set[str]) -> bool:
    if "xl/workbook.xml" not in names:
        return False
    said = _part(book, "xl/workbook.xml").find(f"{_MAIN}workbookPr")
    return said is not None and said.attrib.get("date1904") in {"1", "true"}


def _rows(
    sheet: bytes, texts: tuple[str, ...], days: frozenset[int], zero: date
) -> Iterator[tuple[int, list[str]]]:
    """One after the other, so that whoever has read enough may stop."""
    number = 0
    for row in _each("row", sheet):
        number = int(row.attrib.get("r", number + 1))
        cells: dict[int, str] = {}
        for cell in row.iter(f"{_MAIN}c"):
            column = _column(cell.attrib.get("r", "")) if "r" in cell.attrib else len(cells)
            cells[column] = _shown(cell, texts, days, zero)
        yield number, _filled(cells)


def _filled(cells: Mapping[int, str]) -> list[str]:
    return [cells.get(column, "") for column in range(max(cells, default=-1) + 1)]


def _column(reference: str) -> int:
    """From 0: A is 0, Z is 25, AA is 26."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise NotAWorkbook
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > MOST_COLUMNS:
        raise NotAWorkbook
    return number - 1


def _shown(cell: ElementTree.Element, texts: tuple[str, ...], days: frozenset[int], zero: date) -> str:
    kind, value = cell.attrib.get("t", "n"), cell.findtext(f"{_MAIN}v") or ""
    if kind == "inlineStr":
        return _text_of(cell)
    if kind == "s":
        return texts[int(value)]
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind != "n" or not value:
        return value
    if int(cell.attrib.get("s", 0)) in days:
        return (zero + timedelta(days=int(float(value)))).isoformat()
    return _plain(value)


def _plain(value: str) -> str:
    """5.0 is 5, and 1E3 is 1000."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
