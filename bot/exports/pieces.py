"""What a document is made of, before it has a form."""

from dataclasses import dataclass


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
    def numeric(self) -> frozenset[int]:
        """The columns that hold nothing but numbers."""
        columns = enumerate(zip(*self.rows, strict=True))
        return frozenset(
            place
            for place, cells in columns
            if any(cell is not None for cell in cells)
            and not any(isinstance(cell, str | Link) for cell in cells)
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
