"""Files that cost memory and time, if they are believed. Each is refused with a sentence that says what to
do, and costs little itself; `docs/reliability.md` has the figures."""

import gzip
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conversation import answersfile, packfile, reference, sheetfile, workbookfile
from conversation.importing_result import BadResultFile, read
from storage import archive
from storage.errors import BadArchive
from storage.store import Store
from tests.conversation.desk import CAFE, Bench

MB = 1_000_000
COLUMNS = sheetfile.Columns("rows", ("a", "b"), ("a",))
FULL = sheetfile.MOST_BYTES - 100
#: Of the processor. Generous: these machines are busy.
SECONDS = 10.0  # while memory is traced, which takes four times as long


def cost(work: Callable[[], object]) -> int:
    """Bytes that were held at most, and no more seconds than that."""
    began = time.process_time()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert time.process_time() - began < SECONDS


PACKS = {
    "a billion laughs": (
        "a: &a0 [x]\n" + "".join(f"b{n}: &a{n + 1} [*a{n}, *a{n}, *a{n}]\n" for n in range(40)),
        "Aliases (*name) are not read in a pack. Write the text out.",
    ),
    "lists in lists": ("a: " + "[" * 400_000, "This file is nested too deeply to be a pack."),
    "lists in lists by dashes": ("- " * 200_000, "This file is nested too deeply to be a pack."),
    "a number in sixties": ("a: 1" + ":59" * 15_000, ""),
    "a long number": ("a: " + "9" * 50_000, ""),
    "something that YAML would run": ("a: !!python/object/apply:os.system ['true']\n", ""),
    "too large": ("# \n" * 200_000, "This file is larger than 500 kB; no pack is."),
}


@pytest.mark.parametrize(("text", "says"), PACKS.values(), ids=PACKS)
def test_a_pack_is_read_in_little_time_or_refused(text: str, says: str, tmp_path: Path) -> None:
    """What is taken is a text, which the checks of the pack refuse by its line."""
    file = tmp_path / "pack.yaml"
    file.write_text(text)
    said: list[str] = []

    def load() -> None:
        try:
            page = packfile.read(file)
        except packfile.PackError as error:
            said.append(str(error))
        else:
            said.extend(problem.message for problem in page.problems)
            assert isinstance(page.data["a"], (str, list))

    assert cost(load) < 20 * MB
    assert says in "\n".join(said)


SHEETS = {
    "a line of ten megabytes": (b"a,b\n" + b"x" * FULL, "field larger than field limit"),
    "a million columns": (b"a," * (FULL // 2), "200 are taken"),
    "five million rows": (b"a\n" + b"x\n" * (FULL // 2), "more than 50,000 rows"),
    "a quote without an end": (b'a\n"' + b"\n" * 1_000_000, "quote that is not closed"),
    "lists in lists": (b"[" * FULL, "more than 1,000,000 parts"),
    "lists in fewer lists": (b"[" * 900_000, "nested too deeply"),
    "three million lists": (b"[" + b"[]," * (FULL // 3) + b"]", "more than 1,000,000 parts"),
    "a number of a million digits": (b"[1" + b"0" * 1_000_000 + b"]", "a number too long"),
    "no number": (b'[{"a": NaN}]', "NaN is no number"),
    "endless": (b'[{"a": -Infinity}]', "-Infinity is no number"),
    "a key twice": (b'[{"a": 1, "a": 2}]', 'the key "a" stands twice'),
    "no workbook": (b"PK\x03\x04" + b"\0" * FULL, "Save its sheet as CSV UTF-8"),
    "too large": (b"a\n" * (sheetfile.MOST_BYTES // 2 + 1), "10,000,000 are taken. Import it in parts."),
}


@pytest.mark.parametrize(("content", "says"), SHEETS.values(), ids=SHEETS)
def test_a_table_that_costs_too_much_is_refused(content: bytes, says: str) -> None:
    def load() -> None:
        with pytest.raises(sheetfile.BadFile) as refused:
            sheetfile.read(content, COLUMNS)
        assert says in str(refused.value)

    assert cost(load) < 150 * MB


BEGINS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
ROW, CELL, ENDS = b"<row><c><v>1</v></c></row>", b"<c/>", b"</sheetData></worksheet>"
A_ROW = b'<row><c t="inlineStr"><is><t>%s</t></is></c></row>'
#: Rows of a table that would be taken, of which one holds a text of a million letters.
GROWS = b"".join(
    (
        b'<!DOCTYPE a [<!ENTITY b0 "x">',
        *(b'<!ENTITY b%d "%s">' % (n + 1, b"&b%d;" % n * 10) for n in range(6)),
        b"]>",
        BEGINS,
        *(A_ROW % said for said in (b"a", b"&b6;")),
        ENDS,
    )
)
IS_NONE = "Save its sheet as CSV UTF-8"
WORKBOOKS = {
    "unpacks to 50 MB": (b"\0" * 50 * MB, 1 * MB, IS_NONE),
    "names a text that grows": (GROWS, 1 * MB, IS_NONE),
    "names a document type": (
        b'<!DOCTYPE a SYSTEM "a.dtd">' + BEGINS + A_ROW % b"a" * 2 + ENDS,
        1 * MB,
        IS_NONE,
    ),
    "names it in UTF-16": (GROWS.decode().encode("utf-16"), 1 * MB, IS_NONE),
    "as many rows as fit": (
        BEGINS + A_ROW % b"a" + ROW * (workbookfile.MOST_UNPACKED // len(ROW) - 20) + ENDS,
        60 * MB,
        "more than 50,000 rows",
    ),
    "a cell far to the right": (
        BEGINS + A_ROW % b"a" + b'<row><c r="ZZZ1"><v>1</v></c></row>' + ENDS,
        1 * MB,
        IS_NONE,
    ),
    "one row of cells": (BEGINS + b"<row>" + CELL * 1_000_000 + b"</row>" + ENDS, 60 * MB, IS_NONE),
}


@pytest.mark.parametrize(("sheet", "most", "says"), WORKBOOKS.values(), ids=WORKBOOKS)
def test_a_workbook_that_costs_too_much_is_refused(sheet: bytes, most: int, says: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)

    def load() -> None:
        with pytest.raises(sheetfile.BadFile) as refused:
            sheetfile.read(packed.getvalue(), COLUMNS)
        assert says in str(refused.value)

    assert cost(load) < most


STRICT = {
    "nested": ("[" * 100_000, "nested too deeply"),
    "twice": ('{"a": 1, "a": 2}', "stands twice"),
    "half": (r'{"\ud83d": 1}', "half of a character"),
}


@pytest.mark.parametrize(("text", "says"), STRICT.values(), ids=STRICT)
def test_every_reader_of_json_is_as_strict(text: str, says: str, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(text)

    with pytest.raises(answersfile.BadAnswers, match=says):
        answersfile.read_answers(text, CAFE)
    with pytest.raises(reference.BadReference, match=says):
        reference.load(file)
    with pytest.raises(BadResultFile, match=says):
        read(Bench(store).desk, text.encode())


HEADING = b'{"tidemark":"archive","format":1,"revision":"0018","database":"sqlite","made_at":"x"}\n'
TABLE = b'{"table":"said","columns":{"a":"json"}}\n'


def zeros() -> Iterator[bytes]:
    yield from [b"0" * MB] * 80


def deep() -> Iterator[bytes]:
    yield HEADING + TABLE + b"[" * 100_000 + b"\n"


def wide() -> Iterator[bytes]:
    yield HEADING + TABLE + b"[["
    yield from [b"[]," * 1_000_000] * 5
    yield b"[]]]\n"


def longest() -> Iterator[bytes]:
    yield HEADING + TABLE + b'["'
    yield from [b"x" * MB] * 80


@pytest.mark.parametrize("lines", [zeros, deep, wide, longest])
def test_a_backup_that_unpacks_to_more_than_any_is_damaged(
    lines: Callable[[], Iterator[bytes]], tmp_path: Path
) -> None:
    file = tmp_path / "bomb.gz"
    with gzip.open(file, "wb", compresslevel=1) as packed:
        for piece in lines():
            packed.write(piece)
    assert file.stat().st_size < 2 * MB

    def load() -> None:
        with pytest.raises(BadArchive, match=r"is no backup of Tidemark|Use another copy of it"):
            archive.verify(file)

    assert cost(load) < 150 * MB


def test_an_archive_of_files_is_no_backup(tmp_path: Path) -> None:
    """No name in it is ever a path."""
    file = tmp_path / "files.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("../../evil", b"x")

    with pytest.raises(BadArchive, match="is no backup of Tidemark"):
        archive.verify(file)
    assert [each.name for each in tmp_path.iterdir()] == ["files.zip"]
