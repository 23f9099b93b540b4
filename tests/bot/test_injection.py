"""Nothing that people write does anything but be read: in no message, form, page, file or picture.

Each law is held against everything that there is to see, with an attack in every text that people can put in.
(Slack's escapes are the same in every language: `test_views` looks at them in each.)
"""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest

from bot import exports, views
from bot.exports.calendar import calendar
from bot.exports.pieces import Figure
from bot.exports.tables import harmless
from bot.render import without_isolates
from bot.takeaway import as_csv, as_json
from bot.trackers import github, jira
from bot.views.tickets import issue_body, issue_title
from conversation.exports import Report
from conversation.legible import legible
from conversation.mydata import Export
from conversation.ticketing import Draft
from tests.bot import scenes
from tests.bot.attacks import ATTACK, FORMULAS, hostile
from tests.bot.test_exports import a_report
from tests.bot.test_views import ANSWERS, FORMS

Json = dict[str, Any]

#: What a button carries is for us, what a form is filled in with is for whoever edits it.
UNSEEN = {"value", "private_metadata", "initial_value", "action_id", "block_id", "callback_id", "type"}
OURS = re.compile(
    r"<(@U(?!666)\d+|#C\d|!subteam\^S\d+|!date\^\d+\^[^|<>]+\|[^|<>]+"
    r"|https://tracker\.example/[^|<>]+\|[^|<>]+)>"
)


def drawn() -> Iterator[tuple[str, Json]]:
    """By name: every message and form, as it goes to Slack."""
    scene = hostile()
    for name, contents in scene.contents.items():
        message = views.message(contents)
        yield name, {"text": message.text, "blocks": message.blocks}
        for rung, plainer in views.rungs(message):
            yield f"{name}, {rung}", {"text": plainer.text, "blocks": plainer.blocks}
        if message.picture:
            yield f"{name}, picture", {"alt_text": message.picture.alt, "title": message.picture.title}
    for name, answer in ANSWERS.items():
        message = answer(scene)
        yield name, {"text": message.text, "blocks": message.blocks}
    for name, form in FORMS.items():
        yield name, form(scene)


def strings(of: Any, key: str = "", kind: str = "") -> Iterator[tuple[str, str, str]]:
    """Every text that is shown, with its key and the type of its object; `verbatim` is what fills a
    block of its own."""
    if isinstance(of, str) and key not in UNSEEN:
        yield key, kind, of
    elif isinstance(of, dict):
        alone = of.get("type") == "section" and of.get("text", {}).get("type") == "plain_text"
        for name, part in of.items():
            if alone and name == "text":
                yield "text", "verbatim", part["text"]
            else:
                yield from strings(part, name, of.get("type", ""))
    elif isinstance(of, list):
        for part in of:
            yield from strings(part, key, kind)


def faults(key: str, kind: str, text: str) -> Iterator[str]:
    bare = without_isolates(text)
    if legible(bare) != bare:
        yield "something that nobody sees"
    if text.count("\u2068") != text.count("\u2069"):
        yield "an isolate without its end"
    if kind not in {"text", "verbatim"} and re.search(r"^\W*FORGED", bare, re.MULTILINE):
        yield "a line that poses as ours"
    if kind == "mrkdwn" or (key == "text" and not kind):
        markup = OURS.sub("", text)
        if re.search("[<>]", markup):
            yield "a mention or a link"
        if re.search(r"&(?!amp;|lt;|gt;| )|&amp;lt;!channel|&amp;amp;lt", markup):
            yield "half of an entity, or one of another"
        if re.search(r"[*_~`]EVIL|EVIL[*_~`]", markup):
            yield "a mark that is drawn"
    if key.endswith("url"):
        yield "something from elsewhere"


def test_nothing_that_people_write_does_anything_in_slack() -> None:
    found: dict[str, set[str]] = {}
    evil = 0
    for name, shown in drawn():
        for key, kind, text in strings(shown):
            evil += "EVIL" in text
            for fault in faults(key, kind, text):
                found.setdefault(f"{fault}: {name}", set()).add(text[:200])

    assert evil > 500  # it is there to be seen
    assert found == {}


def a_hostile_report(first: str = "") -> Report:
    return a_report(hostile(first))


class Page(HTMLParser):
    """What a browser finds: elements, with their attributes, and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_holds_no_element_and_no_script_of_anybodys() -> None:
    everyday, evil = (
        Page(exports.written(report, "html").decode())
        for report in (a_report(scenes.everyday()), a_hostile_report())
    )

    assert "EVIL()" in evil.text
    assert set(evil.tags) <= set(everyday.tags)
    assert set(evil.attributes) <= set(everyday.attributes)
    assert not {"script", "img", "iframe"} & set(evil.tags)
    assert [link for link in evil.links if not link.startswith("#")] == []
    assert not {name for name in evil.attributes if name.startswith("on")}
    assert legible(without_isolates(evil.text)) == without_isolates(evil.text)


def test_a_markdown_file_holds_no_link_no_picture_and_no_html() -> None:
    written = exports.written(a_hostile_report(), "markdown").decode()

    assert written.count("EVIL") > 50
    assert not re.search(r"(?<!\\)(\\\\)*[\[<`]", written)
    assert not re.search(r"(?<!\\)(\\\\)*&", written)
    assert not re.search(r"^\W*FORGED", written, re.MULTILINE)
    assert legible(without_isolates(written)) == without_isolates(written)


@pytest.mark.parametrize("first", FORMULAS)
def test_no_cell_of_a_table_is_worked_out(first: str) -> None:
    """In the tables of a result only the name of a sheet or column can come first."""
    assert str(harmless(first + ATTACK)).startswith("'")


def test_tables_and_workbooks_hold_text_alone() -> None:
    report = a_hostile_report("=1+")
    with zipfile.ZipFile(io.BytesIO(exports.written(report, "csv"))) as archive:
        sheets = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    cells = [cell for sheet in sheets.values() for row in csv.reader(io.StringIO(sheet)) for cell in row]
    with zipfile.ZipFile(io.BytesIO(exports.written(report, "xlsx"))) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}

    assert sum("EVIL" in cell for cell in cells) > 20
    assert [cell for cell in cells if cell and cell[0] in "=+@\t\r＝＋－＠"] == []
    assert [cell for cell in cells if legible(cell) != cell] == []
    assert all(name.isascii() and "/" not in name for name in sheets)
    assert [name for name, part in parts.items() if "<f>" in part or "hyperlink" in part] == []
    assert all(ElementTree.fromstring(part) is not None for part in parts.values())


def test_what_somebody_takes_along_is_text_too() -> None:
    mine = Export(hostile("=1+").my_data(), {"comments": [ATTACK]})

    table, everything = as_csv(mine), as_json(mine)

    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert any(cell.startswith("'=1+") for cell in cells)
    assert [cell for cell in cells if cell.startswith("=")] == []
    assert json.loads(everything) == {"comments": [ATTACK]}
    assert legible(everything) == everything


def test_a_pdf_shows_what_was_written_and_a_chart_is_a_drawing_without_anything_from_elsewhere() -> None:
    report = a_hostile_report()

    with pikepdf.open(io.BytesIO(exports.written(report, "pdf"))) as paper:
        assert not any("/JS" in each or "/URI" in each or "/EF" in each for each in objects_of(paper))
    for figure in (part for part in exports.document(report).parts if isinstance(part, Figure)):
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(figure.svg).iter()}
        assert tags <= {"svg", "style", "rect", "text", "circle", "path"}
        assert legible(without_isolates(figure.said)) == without_isolates(figure.said)


def objects_of(paper: pikepdf.Pdf) -> Iterator[set[str]]:
    return (set(each.keys()) for each in paper.objects if isinstance(each, pikepdf.Dictionary))


def test_a_calendar_has_one_event_for_each_action_and_no_line_of_anybodys() -> None:
    board = hostile().board()
    written = calendar(board, team="T1")

    assert written.count(b"\r\nBEGIN:VEVENT\r\n") == len(board.actions) == 4
    assert not re.search(rb"^FORGED", written, re.MULTILINE)
    text = written.decode()
    assert legible(without_isolates(text)) == without_isolates(text).replace("\r\n", "\n")


def test_a_file_has_a_name_that_leads_nowhere() -> None:
    for subject in ("../../etc/passwd", "CON\x00.exe", "\u202egnp.exe", "a\nb; rm -rf ~", ATTACK, "." * 60):
        scene = replace(hostile(), subject=subject)
        name = exports.file_name(a_report(scene), "pdf")

        assert re.fullmatch(r"[\w-]+-round-2\.pdf", name), name
        assert len(name.encode()) < 255


def test_an_issue_in_a_tracker_mentions_nobody_and_links_nothing() -> None:
    draft = Draft("m1", ATTACK, ATTACK, ATTACK, "10 December", hostile().subject)
    title, body = issue_title(draft), issue_body(draft)
    in_github, in_jira = github.as_text(body), jira.as_text(body)

    assert legible(without_isolates(title)) == without_isolates(title)
    assert "\n" not in title
    assert len(body.split("\n\n")) == 4
    assert legible(without_isolates(body)) == without_isolates(body)
    assert not re.search(r"@\w|#\d|GH-\d|://|(?<!\\)[<\[`]", in_github)
    assert not re.search(r"(?<!\\)[{\[~!|]", in_jira)
