"""Tables for spreadsheets: a ZIP archive with a CSV file for each."""

import csv
import io
import zipfile
from collections.abc import Iterable

from bot.exports.pieces import Cell, Document, Link
from conversation.legible import legible

#: A cell that begins with one of these would be read as a formula (OWASP, CSV injection); some programs read
#: the wide forms of East Asian keyboards so too.
_FORMULA = (*"=+-@\t\r\n", *"＝＋－＠")


def csv_archive(document: Document) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for table in document.tables:
            # The same tables are the same bytes: no time of writing.
            entry = zipfile.ZipInfo(f"{table.key}.csv", (1980, 1, 1, 0, 0, 0))
            files.writestr(entry, _csv((table.head, *table.rows)), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def harmless(cell: Cell) -> str | int | float | None:
    """What somebody wrote stays what it is in every spreadsheet: text. A link is its address."""
    cell = cell.url if isinstance(cell, Link) else cell
    if not isinstance(cell, str):
        return cell
    return f"'{text}" if (text := legible(cell)).startswith(_FORMULA) else text


def _csv(rows: Iterable[tuple[Cell, ...]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["" if cell is None else harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")
