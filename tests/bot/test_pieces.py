"""What a document is made of: which columns people see, how wide they are; every text is one line."""

import pytest

from bot.exports.pieces import (
    Bullets,
    Cell,
    Document,
    Figure,
    Link,
    Paragraph,
    Table,
    Title,
    tidied,
)

LONG, SHORT = "x" * 100, "x" * 25


def table(*columns: tuple[str, *tuple[Cell, ...]]) -> Table:
    """Each column with its head."""
    head, *rows = zip(*columns, strict=True)
    return Table("k", "T", tuple(map(str, head)), tuple(rows))


def test_people_see_no_column_in_which_nothing_stands() -> None:
    names, nothing, numbers = ("name", "a", "b"), ("note", None, ""), ("count", 0, None)

    assert table(names, nothing, numbers).readable == table(names, numbers)


def test_people_see_all_columns_of_a_table_without_rows() -> None:
    empty = Table("k", "T", ("name", "note"), ())

    assert empty.readable == empty


def test_a_column_is_of_numbers_if_it_has_one_and_no_words() -> None:
    columns = table(
        ("words", "a", "b"),
        ("numbers", 1, 2.5),
        ("number", 1, None),
        ("nothing", None, None),
        ("both", 1, "2"),
        ("link", 1, Link("2", "https://tracker.example/2")),
    )

    assert columns.numeric == {1, 2}


@pytest.mark.parametrize(
    ("about", "found", "widths"),
    [
        ("all are short, so the words decide", table(("id", "A1"), ("number", None)), ()),
        ("without rows nobody knows", Table("k", "T", ("id", "objective"), ()), ()),
        ("what is short is as wide as its longest word", table(("id", "A1"), ("text", LONG)), (3, 97)),
        ("or as a word above it", table(("Agreed by", 1), ("text", LONG)), (7, 93)),
        ("nothing takes no room", table(("n", None), ("", LONG)), (2, 98)),
        ("of a link its words count", table(("issue", Link("ML-7", LONG)), ("text", LONG)), (6, 94)),
        ("four times the words are twice as wide", table(("short", SHORT), ("long", LONG)), (33, 67)),
        ("what is mostly empty has room for a word", table(("a", LONG, ""), ("b", "x" * 15, "")), (65, 35)),
        ("or for the word above it", table(("a", LONG), ("w" * 25, "x" * 15)), (67, 33)),
        (
            "a text has a fifth at least",
            table(*[(f"{n}", "x" * 14) for n in range(7)], ("text", LONG)),
            (*[15] * 7, 20),
        ),
    ],
)
def test_a_column_is_as_wide_as_what_stands_in_it(about: str, found: Table, widths: tuple[int, ...]) -> None:
    assert found.widths == widths, about


def test_what_people_wrote_is_one_line_that_can_be_read() -> None:
    written, read = "one\n\ntwo\u202e\x00", "one two"
    url = "https://tracker.example/1"

    def document(words: str) -> Document:
        cells = (words, Link(words, url), 1, 2.5, None)
        parts = (
            Title(words),
            Paragraph(words),
            Bullets((words,)),
            Table("k", words, (words, "b", "c", "d", "e"), (cells,)),
        )
        return Document("en", words, words, parts, "contents", "made by")

    assert tidied(document(written)) == document(read)


def test_a_figure_keeps_its_lines_and_loses_what_nobody_sees() -> None:
    figure = Figure("<svg>\n<text>a\u202eb</text>\n</svg>", "a\u202e\nb")

    (tidy,) = tidied(Document("en", "", "", (figure,), "", "")).parts

    assert tidy == Figure("<svg>\n<text>ab</text>\n</svg>", "a b")
