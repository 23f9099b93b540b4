"""Workbooks, as spreadsheets write them."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from conversation import sheetfile, workbookfile
from conversation.answersheet import COLUMNS
from conversation.sheetfile import BadFile

MAIN = b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(*lines: tuple[object, ...], since_1904: bool = False) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "date_1904": since_1904}) as book:
        sheet, day = book.add_worksheet("Answers"), book.add_format({"num_format": "d mmm yyyy"})
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
        book.add_worksheet("Another").write(0, 0, "not read")
    return written.getvalue()


@pytest.mark.parametrize("since_1904", [False, True])
def test_numbers_days_and_words_are_read_as_they_are_shown(since_1904: bool) -> None:
    lines = [("a", "b", "c"), (None, None, None), (2, 2.5, date(2026, 9, 1)), (True, None, "=1+1 é")]

    found = [*workbookfile.rows(workbook(*lines, since_1904=since_1904))]

    assert found[:2] == [(1, ["a", "b", "c"]), (3, ["2", "2.5", "2026-09-01"])]
    assert found[2][1][0] == "TRUE"


def test_a_workbook_is_the_same_table_as_its_csv() -> None:
    head = ("respondent", "role", "question", "answer")
    content = workbook(("# subject", "Old bakery"), head, ("ana", "BAKER", "FLOUR", 1))

    found = sheetfile.read(content, COLUMNS)

    assert found.about == {"subject": "Old bakery"}
    assert [(row.place, row["question"], row["answer"]) for row in found.rows] == [("row 3", "FLOUR", "1")]


def test_what_stands_beside_the_rows_of_a_sheet_is_not_counted() -> None:
    """Such as merged cells, of which a sheet may have any number."""
    merged = b"<mergeCells>%s</mergeCells>" % (b'<mergeCell ref="A1:B1"/>' * (workbookfile.MOST_PARTS + 1))
    rows = b"<sheetData><row><c><v>1</v></c></row></sheetData>"

    found = [*workbookfile.rows(packed(xl_worksheets_sheet1=sheet(merged + rows + merged)))]

    assert found == [(1, ["1"])]


def sheet(content: bytes) -> bytes:
    return b"<worksheet xmlns=%s>%s</worksheet>" % (MAIN, content)


def packed(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("_", "/", 2) + ".xml", content)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04rest",
        packed(other=b"<x/>"),
        packed(xl_worksheets_sheet1=b"<worksheet"),
        packed(xl_worksheets_sheet1=b"<row xmlns=%s><c><v>1</v></c></row>" % MAIN),
        packed(xl_worksheets_sheet1=b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'),
        packed(xl_worksheets_sheet1=b" " * (workbookfile.MOST_UNPACKED + 1)),
    ],
    ids=["cut", "another archive", "broken", "a row alone", "with a document type", "huge when unpacked"],
)
def test_what_is_no_workbook_is_said_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadFile, match="no workbook that can be read"):
        sheetfile.read(content, COLUMNS)
