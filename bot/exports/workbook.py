"""A workbook with a sheet for each table."""

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.exports.pieces import Cell, Document, Link, Table

if TYPE_CHECKING:
    import xlsxwriter

#: A sheet's name may be so long, and may not hold these.
_LONGEST, _FORBIDDEN = 31, str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDEST, _NARROWEST = 60, 8


def xlsx(document: Document) -> bytes:
    """Text is written as text, so that no cell becomes a formula or a link."""
    import xlsxwriter  # only where a workbook is wanted

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        # The same result is the same bytes: no time of writing.
        book.set_properties({"title": document.title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for table in document.tables:
            _sheet(book, table, head, body)
    return written.getvalue()


def _sheet(book: "xlsxwriter.Workbook", table: Table, head: object, body: object) -> None:
    sheet = book.add_worksheet(table.title.translate(_FORBIDDEN)[:_LONGEST])
    for column, name in enumerate(table.head):
        cells = [name, *(_text(row[column]) for row in table.rows if row[column] is not None)]
        sheet.set_column(column, column, min(max(_NARROWEST, *map(len, cells)) + 2, _WIDEST))
        sheet.write(0, column, name, head)
        for place, row in enumerate(table.rows, start=1):
            if isinstance(cell := row[column], Link):
                sheet.write_url(place, column, cell.url, body, cell.text)
            else:
                sheet.write(place, column, cell, body)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.head) - 1)


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Link) else str(cell)
