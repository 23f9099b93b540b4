"""A report as a PDF that everybody can read: PDF/UA-1, so tagged, with a language, a title, bookmarks and
words for every figure. typst makes it, and refuses to when any of that is missing."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from bot.charts import palette
from bot.exports.page import written_cell
from bot.exports.pieces import Bullets, Cell, Document, Figure, Link, Paragraph, Part, Table, Title

if TYPE_CHECKING:
    from typst import Fonts

STANDARD: Literal["ua-1"] = "ua-1"
#: In points, by how many columns a table has.
_CELLS = ((4, 9.5), (7, 9.0))
_SMALLEST_CELL = 8.0
_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed')
_BY_NUMBER = re.compile(r"\\u\{([0-9a-f]+)\}")
#: Ends of lines that are no letters, and what no XML may hold, and so no figure.
_NO_TEXT = re.compile("[\x85\u2028\u2029\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Of a language: en-US, but not the 419 of es-419, which is no country.
_REGION = re.compile("[A-Z]{2}")


def pdf(document: Document) -> bytes:
    """Letters that no font of this machine has are written by their number (U+4E2D), so that nothing is
    lost without being seen."""
    from typst import TypstError  # only where a PDF is wanted

    said = json.dumps(_plain(_data(document)), ensure_ascii=False)
    while True:
        try:
            return _compiled(said)
        except TypstError as error:
            numbers = {
                ord(letter): f"[U+{ord(letter):04X}]"
                for letter in _missing(f"{error.message}\n{error.diagnostic}")
            }
            if said == (said := said.translate(numbers)):
                raise


def _missing(complaint: str) -> frozenset[str]:
    """The letters for which there is no font; of a text that is missed as a whole, those beyond ASCII."""
    named = "".join(_NO_LETTER.findall(complaint))
    letters = _BY_NUMBER.sub(lambda number: chr(int(number[1], 16)), named)
    return frozenset(letter for letter in letters if not letter.isascii())


def _compiled(said: str) -> bytes:
    """The same report is the same bytes: no time of writing."""
    from typst import compile

    return compile(
        _template(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"document": said},
        pdf_standards=[STANDARD],
        timestamp=0,
    )


def _plain(value: Any) -> Any:
    """The same data without what has no letter in any font."""
    match value:
        case str():
            return _NO_TEXT.sub(" ", value)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def _data(document: Document) -> Mapping[str, Any]:
    language, *more = re.split("[-_]", document.language)
    return {
        "title": document.title,
        "language": language,
        "region": next((each for each in more if _REGION.fullmatch(each)), None),
        "lead": document.lead,
        "contents": document.contents,
        "made_by": document.made_by,
        "inks": {name: palette.PRINT[name] for name in ("ink", "soft", "line")},
        "parts": [{"kind": type(part).__name__, **_part(part)} for part in document.parts],
    }


def _part(part: Part) -> Mapping[str, Any]:
    match part:
        case Title(text) | Paragraph(text):
            return {"text": _flowing(text)}
        case Bullets(items):
            return {"items": [*map(_flowing, items)]}
        case Figure(svg, said):
            return {"svg": inked(svg), "said": said}
        case Table():
            return _table(part)


def _table(table: Table) -> Mapping[str, Any]:
    rows = [[written_cell(cell) for cell in row] for row in table.rows]
    return {
        "title": table.title,
        "head": table.head,
        "rows": [
            [_flowing(text, _url(cell)) for text, cell in zip(texts, row, strict=True)]
            for texts, row in zip(rows, table.rows, strict=True)
        ],
        "numeric": sorted(table.numeric),
        "widths": table.widths or [None] * len(table.head),
        "size": next((size for most, size in _CELLS if len(table.head) <= most), _SMALLEST_CELL),
    }


def _url(cell: Cell) -> str | None:
    return cell.url if isinstance(cell, Link) else None


def _flowing(text: str, url: str | None = None) -> Mapping[str, Any]:
    """What people wrote may run from right to left: its first letter says so, as on a page (`dir="auto"`)."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    first = next((each for each in strong if each in {"L", "R", "AL"}), "L")
    return {"said": text, "turned": first != "L", "url": url}


def inked(svg: str) -> str:
    """The figure of the page, in the colours of print."""
    opened, closed, rest = svg.partition(">")
    return f"{opened}{closed}<style>{palette.settled(palette.PRINT)}</style>{rest}"


@cache
def _template() -> bytes:
    return files("bot").joinpath("drawings/report.typ").read_bytes()


@cache
def _fonts() -> "Fonts":
    """Roboto; for letters that it lacks, what comes with typst and what this machine has."""
    from typst import Fonts

    return Fonts(font_paths=[str(files("font_roboto").joinpath("files"))])
