"""A report as one page: HTML that needs nothing else and prints well, and Markdown."""

import re

from bot.charts import palette
from bot.drawn import drawn
from bot.exports.pieces import Bullets, Cell, Document, Figure, Link, Paragraph, Part, Table, Title
from bot.language import counted

_SIGNIFICANT = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def html(document: Document) -> bytes:
    return drawn(
        "report.html",
        document=document,
        kind=_kind,
        cell_of=written_cell,
        url_of=_url,
        palette=palette,
        rules=palette.rules(".chart"),
    ).encode()


def markdown(document: Document) -> bytes:
    lines = [f"# {_plain(document.title)}", _plain(document.lead)]
    lines += [_markdown(part) for part in document.parts]
    return ("\n\n".join([*lines, _plain(document.made_by)]) + "\n").encode()


def _markdown(part: Part) -> str:
    match part:
        case Title(text):
            return f"## {_plain(text)}"
        case Paragraph(text):
            return _plain(text)
        case Bullets(items):
            return "\n".join(f"- {_plain(item)}" for item in items)
        case Figure(_, said):
            return f"*{_plain(said)}*"
        case Table(_, title, head, rows):
            lines = [head, ("---",) * len(head), *rows]
            written = ("| " + " | ".join(map(_cell, line)) + " |" for line in lines)
            return "\n".join([f"**{_plain(title)}**", "", *written])


def _cell(cell: Cell) -> str:
    if isinstance(cell, Link):
        return f"[{_plain(cell.text)}](<{cell.url}>)"
    return "---" if cell == "---" else _plain(written_cell(cell))


def written_cell(cell: Cell) -> str:
    """Numbers as they are written in the language that is spoken now."""
    if cell is None:
        return "–"
    if isinstance(cell, Link):
        return cell.text
    return cell if isinstance(cell, str) else counted(cell)


def _url(cell: Cell) -> str | None:
    return cell.url if isinstance(cell, Link) else None


def _plain(text: str) -> str:
    """What people wrote is text, not markup."""
    return _SIGNIFICANT.sub(r"\\\1", " ".join(text.split()))


def _kind(part: Part) -> str:
    return type(part).__name__
