"""What a document is made of, before it has a form. What people wrote is in one line each, and legible."""

from dataclasses import dataclass, replace

from bot.render import one_line, shown

Cell = str | int | float | None


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
    def numeric(self) -> frozenset[int]:
        """The columns that hold nothing but numbers."""
        columns = enumerate(zip(*self.rows, strict=True))
        return frozenset(
            place
            for place, cells in columns
            if any(cell is not None for cell in cells) and not any(isinstance(cell, str) for cell in cells)
        )


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
    def tables(self) -> tuple[Table, ...]:
        return tuple(part for part in self.parts if isinstance(part, Table))


def readable(document: Document) -> Document:
    """The same without what nobody sees, and without lines that people put into a cell or a sentence."""
    return replace(
        document,
        title=_line(document.title),
        lead=_line(document.lead),
        parts=tuple(map(_readable, document.parts)),
    )


def _readable(part: Part) -> Part:
    match part:
        case Title(text) | Paragraph(text):
            return replace(part, text=_line(text))
        case Bullets(items):
            return Bullets(tuple(map(_line, items)))
        case Figure(svg, said):
            return Figure(shown(svg), _line(said))
        case Table(key, title, head, rows):
            cells = (tuple(_line(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
            return Table(key, _line(title), tuple(map(_line, head)), tuple(cells))


def _line(text: str) -> str:
    return one_line(shown(text))
