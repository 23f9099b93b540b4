"""A result as a file: every form holds the same, nothing more than readers may see, and does no harm."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot import exports
from bot.__main__ import FORMATS
from bot.exports import page, tables
from bot.exports.pieces import Bullets, Document, Figure, Paragraph, Table, Title
from bot.language import speaking
from conversation import exportfile
from conversation.exports import History, Report
from conversation.legible import legible
from scoring.levels import AspectStatus
from storage.records import TicketStatus
from tests.bot import scenes
from tests.bot.scenes import Scene

SCENES = scenes.everyone()


def a_report(scene: Scene) -> Report:
    verdict = replace(scene.posted(), threaded=False)
    return Report(verdict, scene.board(), scene.comparison(), shared=True)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_every_result_can_be_written_in_every_form(scene: Scene) -> None:
    report = a_report(scene)

    for format in exports.FORMATS:
        assert exports.written(report, format)
        assert exports.file_name(report, format).isascii()


def test_the_same_result_is_the_same_file() -> None:
    report = a_report(scenes.everyday())

    for format in exports.FORMATS:
        assert exports.written(report, format) == exports.written(report, format), format


def test_the_command_line_offers_every_form() -> None:
    assert FORMATS == exports.FORMATS


@pytest.mark.parametrize(
    ("typed", "format", "name"),
    [
        ("", "html", ""),
        ("fraud team", "html", "fraud team"),
        ("xlsx", "xlsx", ""),
        ("Excel fraud team", "xlsx", "fraud team"),
        (".csv fraud", "csv", "fraud"),
        ("md", "markdown", ""),
    ],
)
def test_a_form_may_be_named_first(typed: str, format: str, name: str) -> None:
    assert exports.asked_for(typed) == (format, name)


def test_numbers_are_written_as_the_language_writes_them_and_in_tables_for_programs_as_these_do() -> None:
    report = a_report(scenes.everyday())
    decimals = re.compile(r"(?:>|\| )(\d+[.,]\d+)(?:<| )")

    with speaking("es"):
        pages = [exports.written(report, format).decode() for format in ("html", "markdown")]
        with zipfile.ZipFile(io.BytesIO(exports.written(report, "csv"))) as archive:
            sheet = archive.read("aspects.csv").decode("utf-8-sig")

    for written in pages:
        found = decimals.findall(written)
        assert len(found) > 10
        assert [number for number in found if "." in number] == []
    assert re.search(r",\d\.\d+,", sheet)


def test_a_provisional_level_says_so_in_the_table_too() -> None:
    report = a_report(scenes.everyday())
    findings = report.verdict.findings
    first = findings.aspects[0].model_copy(update={"level": 1, "status": AspectStatus.PROVISIONAL})
    others = [each.model_copy(update={"status": AspectStatus.OFFICIAL}) for each in findings.aspects[1:]]
    changed = findings.model_copy(update={"aspects": (first, *others)})
    report = replace(report, verdict=replace(report.verdict, findings=changed))

    with zipfile.ZipFile(io.BytesIO(exports.written(report, "csv"))) as archive:
        _, *rows = csv.reader(io.StringIO(archive.read("aspects.csv").decode("utf-8-sig")))
    assert [row[1].endswith(", provisional") for row in rows] == [True, *(False for _ in others)]
    assert f"{first.title} | {rows[0][1]}" in exports.written(report, "markdown").decode()


def test_every_figure_has_its_numbers_in_words_and_a_table_behind_it() -> None:
    parts = exports.document(a_report(scenes.everyday())).parts

    drawn = [part for part in parts if isinstance(part, Figure)]
    tables = {part.key for part in parts if isinstance(part, Table)}
    assert len(drawn) >= 5 + len(scenes.everyday().pack.aspects)
    assert all(re.search(r"\d", figure.said) for figure in drawn)
    assert {"aspects", "apart", "questions", "trend", "progress", "gaps", "aspects_by_criterion"} <= tables


def test_a_page_is_one_file_with_nothing_from_elsewhere_and_a_heading_for_each_part() -> None:
    written = exports.written(a_report(scenes.everyday()), "html").decode()

    root = ElementTree.fromstring(written.removeprefix("<!doctype html>"))
    assert root.get("lang") == "en"
    assert "src=" not in written
    assert "http" not in written.replace("http://www.w3.org/2000/svg", "")
    headings = ["".join(each.itertext()) for each in root.iter("h2")]
    assert headings[0] == "Where we stand"
    assert {"What was agreed", "Every question", "Scope and method"} <= set(headings)
    for figure in root.iter("{http://www.w3.org/2000/svg}svg"):
        assert figure.get("role") == "img"
        assert figure.get("aria-label")


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_what_people_wrote_is_text_and_no_markup(format: str) -> None:
    scene = replace(
        scenes.everyday(), subject="<b>Fraud</b> *team* [x](y)", words="<script>alert(1)</script>"
    )

    written = exports.written(a_report(scene), format).decode()

    assert "<b>" not in written
    assert "<script>" not in written
    assert "[x](y)" not in written or format == "html"


cells = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(["=1+1", "@SUM(A1)", "-1", "+x", "\t=", "＝1+1"]),
)


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_no_cell_of_a_table_becomes_a_formula(rows: list[tuple[exports.pieces.Cell, ...]]) -> None:
    document = Document("en", "t", "l", (Table("k", "T", ("a", "b"), tuple(rows)),), "c", "m")

    with zipfile.ZipFile(io.BytesIO(tables.csv_archive(document))) as archive:
        text = archive.read("k.csv").decode("utf-8-sig")

    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    for row, cells_read in zip(rows, read, strict=True):
        for cell, found in zip(row, cells_read, strict=True):
            if isinstance(cell, str):
                assert found in (legible(cell), f"'{legible(cell)}")
                assert not found.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


def test_a_workbook_has_a_sheet_for_each_table_and_no_formula() -> None:
    scene = replace(scenes.everyday(), words="=HYPERLINK(1)")

    report = a_report(scene)
    with zipfile.ZipFile(io.BytesIO(exports.written(report, "xlsx"))) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        text = b"".join(book.read(name) for name in sheets)
        words = book.read("xl/sharedStrings.xml")

    assert len(sheets) == len(exports.document(report).tables)
    assert b"<f>" not in text
    assert b"=HYPERLINK(1)" in words


ISSUE = "https://github.com/acme/mlops/issues/12"


@pytest.mark.parametrize(
    ("format", "shown"),
    [
        ("html", f'<a href="{ISSUE}" rel="noreferrer">acme/mlops#12 closed (not planned)</a>'),
        ("markdown", f"[acme/mlops\\#12 closed (not planned)](<{ISSUE}>)"),
        ("csv", f",{ISSUE}\r\n"),
        ("xlsx", f'Target="{ISSUE}"'),
        ("json", f'"url": "{ISSUE}"'),
    ],
)
def test_the_issue_of_an_action_is_found_from_every_form(format: str, shown: str) -> None:
    scene = scenes.everyday()
    report, action = a_report(scene), scene.plan()[0]
    said = {"status": TicketStatus.CLOSED, "detail": "not_planned", "url": ISSUE}
    ticket = scene.ticket("open", action.id).model_copy(update=said)

    written = exports.written(replace(report, history=History(tickets={action.id: ticket})), format)

    if format in {"csv", "xlsx"}:
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            written = b"".join(map(archive.read, archive.namelist()))
    assert shown in written.decode("latin-1")


def test_json_is_as_its_schema_says_and_names_nobody_who_was_asked() -> None:
    scene = scenes.everyday()
    written = json.loads(exports.written(a_report(scene), "json"))

    Draft202012Validator(exportfile.schema()).validate(written)
    assert "people" not in written["scope"]
    assert "reviewers" not in written["scope"]
    assert written["findings"]["published"] is None


def test_markdown_has_a_heading_a_list_and_a_table() -> None:
    parts = (
        Title("One"),
        Paragraph("1 < 2"),
        Bullets(("a", "b|c")),
        Table("k", "T", ("x", "y"), (("r", None),)),
    )

    written = page.markdown(Document("en", "Title", "Lead", parts, "c", "made")).decode()

    assert written.split("\n\n") == [
        "# Title",
        "Lead",
        "## One",
        "1 \\< 2",
        "- a\n- b\\|c",
        "**T**",
        "| x | y |\n| --- | --- |\n| r | – |",
        "made\n",
    ]
