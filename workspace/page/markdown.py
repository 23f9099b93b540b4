"""The Markdown of a markdown block, as far as Slack draws it: headings, lists, quotes, code, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```\s*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)]+|mailto:[^\s)]+)\)")
_MARKS = (
    (re.compile(r"\*\*(?=\S)(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"__(?=\S)(.+?)__"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+)\*(?![\w*])"), r"<em>\1</em>"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+)_(?!\w)"), r"<em>\1</em>"),
    (re.compile(r"~~(?=\S)(.+?)~~"), r"<s>\1</s>"),
)
_KINDS = (
    ("heading", re.compile(r"#{1,6}\s+")),
    ("rule", re.compile(r"(-{3,}|\*{3,})\s*$")),
    ("ul", re.compile(r"\s*[-*+]\s+")),
    ("ol", re.compile(r"\s*\d+[.)]\s+")),
    ("quote", re.compile(r">\s?")),
    ("table", re.compile(r"\s*\|")),
    ("blank", re.compile(r"\s*$")),
)


def drawn(text: str) -> Markup:
    pieces = _FENCE.split(text.replace("\0", ""))
    html = Markup("")
    for index, piece in enumerate(pieces):
        html += Markup("<pre tabindex=0>{}</pre>").format(piece) if index % 2 else _paragraphs(piece)
    return html


def _paragraphs(text: str) -> Markup:
    return Markup("").join(
        _group(kind, list(lines)) for kind, lines in groupby(text.splitlines(), key=_kind) if kind != "blank"
    )


def _kind(line: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.match(line)), "prose")


def _group(kind: str, lines: list[str]) -> Markup:
    if kind == "heading":
        return Markup("").join(_heading(line) for line in lines)
    if kind == "rule":
        return Markup("<hr>")
    if kind == "table":
        return _table(lines)
    pattern = dict(_KINDS).get(kind)
    inner = [_inline(pattern.sub("", line, count=1) if pattern else line) for line in lines]
    if kind in ("ul", "ol"):
        items = Markup("").join(Markup("<li>{}</li>").format(item) for item in inner)
        return Markup("<{0}>{1}</{0}>").format(kind, items)
    return Markup("<{0}>{1}</{0}>").format(
        "blockquote" if kind == "quote" else "p", Markup("<br>").join(inner)
    )


def _heading(line: str) -> Markup:
    return Markup('<p class="heading">{}</p>').format(_inline(line.lstrip("#").strip()))


def _table(lines: list[str]) -> Markup:
    rows = [[_inline(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    ruled = len(lines) > 1 and re.fullmatch(r"[\s|:-]+", lines[1]) is not None
    head, rest = (rows[0], rows[2:]) if ruled else ([], rows)
    return Markup('<div class="scrolls" tabindex="0"><table>{}{}</table></div>').format(
        _row(head, "th") if head else "", Markup("").join(_row(row, "td") for row in rest)
    )


def _row(cells: list[Markup], tag: str) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup("").join(_cells(cells, tag)))


def _cells(cells: list[Markup], tag: str) -> Iterator[Markup]:
    for cell in cells:
        yield Markup("<{0}>{1}</{0}>").format(tag, cell)


def _inline(text: str) -> Markup:
    kept: list[Markup] = []

    def keep(drawn: Markup) -> str:
        kept.append(drawn)
        return f"\0{len(kept) - 1}\0"

    text = _CODE.sub(lambda it: keep(Markup("<code>{}</code>").format(it[1])), text)
    text = _LINK.sub(lambda it: keep(_link(it[2], it[1])), text)
    html = str(escape(text))
    for pattern, marked in _MARKS:
        html = pattern.sub(marked, html)
    for _ in (1, 2):  # a link's words may hold code
        html = re.sub("\0(\\d+)\0", lambda at: str(kept[int(at.group(1))]), html)
    return Markup(html)


def _link(url: str, words: str) -> Markup:
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, words)
