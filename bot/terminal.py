"""Text for a terminal of a hundred columns: headings, paragraphs, lists and tables, wrapped between words."""

import re
import textwrap
from collections.abc import Collection, Iterable, Sequence

WIDTH = 100
#: Before a table, and between two of its columns.
_MARGIN, _GAP = "  ", "  "
_NO_BREAK = "\u00a0"


def title(text: str) -> str:
    return f"{text}\n{'=' * min(len(text), WIDTH)}"


def heading(text: str) -> str:
    return f"{text}\n{'-' * min(len(text), WIDTH)}"


def paragraph(text: str) -> str:
    """Each line of the text is wrapped by itself."""
    return "\n".join(line for each in text.splitlines() for line in _wrap(each, WIDTH) or [""])


def bullets(texts: Iterable[str]) -> str:
    items = (_wrap(text, WIDTH - 4) for text in texts)
    return "\n".join(f"  {'- ' if n == 0 else '  '}{line}" for lines in items for n, line in enumerate(lines))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> str:
    """Cells are wrapped where a row would be too wide, heads as soon as they are wider than what is in their
    column. The columns in `right` are numbers."""
    widths = _widths(head, rows)
    lines = [*_row(head, widths, right), _GAP.join("-" * width for width in widths)]
    for row in rows:
        lines += _row(row, widths, right)
    return "\n".join(f"{_MARGIN}{line}".rstrip() for line in lines)


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """As wide as the widest cell; then the widest columns give way, down to their longest word."""
    columns = list(zip(*rows, strict=True))
    least = [_longest_word([name, *cells]) for name, cells in zip(head, columns, strict=True)]
    widths = [max(word, *map(len, cells)) for word, cells in zip(least, columns, strict=True)]
    room = WIDTH - len(_MARGIN) - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and widths != least:
        widths[max(range(len(widths)), key=lambda n: (widths[n] > least[n], widths[n]))] -= 1
    return widths


def _longest_word(cells: Iterable[str]) -> int:
    return max((len(word) for cell in cells for word in _glued(cell).split(" ")), default=0)


def _row(cells: Sequence[str], widths: Sequence[int], right: Collection[int]) -> list[str]:
    wrapped = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(1, *map(len, wrapped))
    return [
        _GAP.join(
            _placed(lines[n] if n < len(lines) else "", width, right=column in right)
            for column, (lines, width) in enumerate(zip(wrapped, widths, strict=True))
        )
        for n in range(height)
    ]


def _placed(text: str, width: int, *, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _wrap(text: str, width: int) -> list[str]:
    lines = textwrap.wrap(_glued(text), width, break_on_hyphens=False, break_long_words=False)
    return [line.replace(_NO_BREAK, " ") for line in lines]


def _glued(text: str) -> str:
    """A number stays with its unit."""
    return re.sub(r"(?<=\d) (?=%)", _NO_BREAK, text)
