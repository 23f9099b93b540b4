"""What a document is made of, before it has a form. What people wrote is in one line each, and legible."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.render import one_line, shown

#: Columns whose longest cell has no more letters than this are narrow.
NARROW = 14


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere; the address is one that we made or checked."""

    text: str
    url: str


Cell = str | int | float | Link | None


@dataclass(frozen=True)
class Title:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`key` names it in every language: the file of a CSV. The first cell of a row names the row."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def readable(self) -> "Table":
        """For people: without columns in which nothing stands."""
        columns = [
            [head, *cells]
            for head, *cells in zip(self.head, *self.rows, strict=True)
            if not self.rows or any(cell not in (None, "") for cell in cells)
        ]
        head, *rows = zip(*columns, strict=True)
        return replace(self, head=tuple(map(str, head)), rows=tuple(rows))

    @property
    def narrow(self) -> frozenset[int]:
        """Columns in which everything is so short that it stays in one line."""
        columns = enumerate(zip(*self.rows, strict=True))
        return frozenset(
            place for place, cells in columns if max(len(_said(each)) for each in cells) <= NARROW
        )

    @property
    def widths(self) -> tuple[int, ...]:
        """Of each column, in percent, if a line has about a hundred letters: narrow ones are as wide as their
        words, and others share what is left. The share of a long text is that of its square root: four times
        the words are twice as wide. Empty if all are narrow, and no width has to be given."""
        narrow = self.narrow
        if not self.rows or len(narrow) == len(self.head):
            return ()
        columns = [[_said(cell) for cell in cells] for cells in zip(*self.rows, strict=True)]
        fixed = {at: _longest([*self.head[at].split(), *columns[at]]) + 1 for at in narrow}
        shares = {at: _share(self.head[at], cells) for at, cells in enumerate(columns) if at not in narrow}
        left = max(100 - sum(fixed.values()), 20)
        return tuple(
            fixed[at] if at in fixed else round(left * shares[at] / sum(shares.values()))
            for at in range(len(self.head))
        )

    @property
    def numeric(self) -> frozenset[int]:
        """The columns that hold nothing but numbers."""
        columns = enumerate(zip(*self.rows, strict=True))
        return frozenset(
            place
            for place, cells in columns
            if any(cell is not None for cell in cells)
            and not any(isinstance(cell, str | Link) for cell in cells)
        )


def _said(cell: Cell) -> str:
    return cell.text if isinstance(cell, Link) else "" if cell is None else str(cell)


def _longest(words: Sequence[str]) -> int:
    return max(map(len, words), default=0)


def _share(head: str, cells: Sequence[str]) -> float:
    usual = sum(map(len, cells)) / len(cells)
    return math.sqrt(max(usual, _longest(head.split()), NARROW))


@dataclass(frozen=True)
class Figure:
    """`said` is the same in words, for who does not see it."""

    svg: str
    said: str


Part = Title | Paragraph | Bullets | Table | Figure


@dataclass(frozen=True)
class Document:
    language: str
    title: str
    lead: str
    parts: tuple[Part, ...]
    contents: str
    made_by: str

    @property
    def readable(self) -> "Document":
        """For people."""
        parts = (part.readable if isinstance(part, Table) else part for part in self.parts)
        return replace(self, parts=tuple(parts))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(part for part in self.parts if isinstance(part, Table))


def tidied(document: Document) -> Document:
    """The same without what nobody sees, and without lines that people put into a cell or a sentence."""
    return replace(
        document,
        title=_line(document.title),
        lead=_line(document.lead),
        parts=tuple(map(_tidied, document.parts)),
    )


def _tidied(part: Part) -> Part:
    match part:
        case Title(text) | Paragraph(text):
            return replace(part, text=_line(text))
        case Bullets(items):
            return Bullets(tuple(map(_line, items)))
        case Figure(svg, said):
            return Figure(shown(svg), _line(said))
        case Table(key, title, head, rows):
            cells = tuple(tuple(map(_cell, row)) for row in rows)
            return Table(key, _line(title), tuple(map(_line, head)), cells)


def _cell(cell: Cell) -> Cell:
    match cell:
        case str(text):
            return _line(text)
        case Link(text, url):
            return Link(_line(text), url)
    return cell


def _line(text: str) -> str:
    return one_line(shown(text))
