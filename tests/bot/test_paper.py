"""A result as a PDF: what a screen reader has of it is all of it, in the order of the report."""

import io
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import exports
from bot.charts import palette
from bot.exports import paper
from bot.exports.page import written_cell
from bot.exports.pieces import Bullets, Document, Figure, Link, Paragraph, Part, Table, Title
from bot.language import speaking
from tests.bot import scenes
from tests.bot.tagged import Read, Tag, read
from tests.bot.test_exports import a_report

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect class="bar" width="40" height="40"/>'
    '<text y="20">{}</text></svg>'
)


def a_document(words: str) -> Document:
    parts = (
        Title(f"heading {words}"),
        Paragraph(f"paragraph {words}"),
        Bullets((f"first {words}", "second")),
        Figure(SQUARE.format("in it"), f"figure {words}"),
        Table("k", f"caption {words}", ("name", "number"), ((f"cell {words}", 1), ("empty", None))),
    )
    return Document("en", f"title {words}", f"lead {words}", parts, "contents", "made by")


def expected(part: Part) -> list[tuple[str, str]]:
    """The tags of a part, with what is read out of them."""
    match part:
        case Title(text):
            return [("H1", text)]
        case Paragraph(text):
            return [("P", text)]
        case Bullets(items):
            return [("LBody", item) for item in items]
        case Figure(_, said):
            return [("Figure", said)]
        case Table(_, title, head, rows):
            cells = [("TD", written_cell(cell)) for row in rows for cell in row]
            return [("Caption", title), *(("TH", name) for name in head), *cells]


def heard(tag: Tag) -> list[tuple[str, str]]:
    """The tags that carry a text of their own, in reading order."""
    if tag.role in {"H1", "P", "LBody", "Caption", "TH", "TD", "Title"}:
        return [(tag.role, bare(tag.text))]
    if tag.role == "Figure":
        return [(tag.role, bare(tag.alt or ""))]
    return [each for inner in tag.inner if inner.role != "TOC" for each in heard(inner)]


def bare(text: str) -> str:
    """Without the marks of line breaks."""
    return "".join(text.replace("\u00ad", "").split())


def as_read(content: bytes) -> tuple[Read, list[tuple[str, str]]]:
    found = read(content)
    return found, heard(found.root)


@pytest.mark.parametrize(
    ("name", "language"), [("everyday", "en-US"), ("everyday", "es"), ("alone", "es-419")]
)
def test_a_pdf_is_read_out_as_the_report_is_written(name: str, language: str) -> None:
    with speaking(language):
        report = a_report(scenes.everyone()[name])
        document = exports.document(exports.told(report)).readable
        content = exports.written(report, "pdf")
        written = [(role, bare(text)) for part in document.parts for role, text in expected(part)]

    found, said = as_read(content)

    assert (found.standard, found.marked, found.shows_title) == ("ua-1", True, True)
    assert (found.language, found.title) == (language.removesuffix("-419"), document.title)
    assert found.bookmarks == tuple(part.text for part in document.parts if isinstance(part, Title))
    assert said == [
        ("Title", bare(document.title)),
        ("P", bare(document.lead)),
        ("H1", bare(document.contents)),
        *written,
        ("P", bare(document.made_by)),
    ]


def test_every_row_of_a_table_has_a_cell_for_each_of_its_headers() -> None:
    tables = read(exports.written(a_report(scenes.everyday()), "pdf")).root.every("Table")

    assert len(tables) == len(exports.document(a_report(scenes.everyday())).tables)
    for table in tables:
        (head,) = table.every("THead")
        (body,) = table.every("TBody")
        for row in body.every("TR"):
            assert len(row.inner) == len(head.every("TH"))


@pytest.mark.parametrize(
    "words",
    [
        "#panic() #let x = 1",
        "$x^2$ and $",
        "*bold* _soft_ `code` @name <label>",
        "= heading\n- item\n/ term: x",
        r"\ back\slash \u{41}",
        'a "quoted" [bracket] {brace} // comment /* more */',
        "https://example.org/ ~ --- ... 'x'",
        "Ünïcödé Ελληνικά Русский",
    ],
)
def test_what_people_wrote_is_text_and_no_markup(words: str) -> None:
    document = a_document(words)

    _, said = as_read(paper.pdf(document))

    assert [each for each in said if each[0] != "H1" or each[1] != "contents"] == [
        ("Title", bare(document.title)),
        ("P", bare(document.lead)),
        *((role, bare(text)) for part in document.parts for role, text in expected(part)),
        ("P", bare(document.made_by)),
    ]


def test_what_is_written_from_right_to_left_is_read_word_by_word_in_its_order() -> None:
    _, said = as_read(paper.pdf(a_document("المراقبة 12 שלום")))

    # The letters of a word are painted from left to right; readers turn them round by their direction.
    assert said[1] == ("P", f"lead{'المراقبة'[::-1]}12{'שלום'[::-1]}")


def test_a_link_in_a_table_is_tagged_as_one_and_leads_there() -> None:
    cell = Link("acme/mlops#12 open", "https://github.com/acme/mlops/issues/12")
    parts = (Table("k", "caption", ("name", "issue"), (("a", cell),)),)

    content = paper.pdf(Document("en", "title", "lead", parts, "contents", "made by"))

    assert [bare(each.text) for each in read(content).root.every("Link")][-1] == bare(cell.text)
    with pikepdf.open(io.BytesIO(content)) as found:
        notes = [note for page in found.pages for note in page.get("/Annots", [])]
        assert cell.url in [
            str(note["/A"]["/URI"]) for note in notes if "/A" in note and "/URI" in note["/A"]
        ]


def test_a_letter_for_which_there_is_no_font_is_written_by_its_number() -> None:
    private = "\U0010fffd"

    _, said = as_read(paper.pdf(a_document(f"a{private}b")))

    assert said[1] == ("P", "leada[U+10FFFD]b")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_any_words_make_a_pdf(words: str) -> None:
    assert paper.pdf(a_document(words)).startswith(b"%PDF-1.7")


def test_a_figure_on_paper_has_an_ink_for_all_that_it_draws_with() -> None:
    report = a_report(replace(scenes.everyday(), words="ink"))
    figures = [part for part in exports.document(report).parts if isinstance(part, Figure)]

    assert figures
    for figure in figures:
        assert "var(" not in paper.inked(figure.svg)
        assert palette.PRINT["bar"] in paper.inked(figure.svg)
