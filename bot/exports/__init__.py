"""A result as a file: the same document as a page, a workbook, tables or text, and all of it as data."""

from collections.abc import Callable

from bot.exports import page, paper, tables, workbook
from bot.exports.document import document
from bot.exports.pieces import Document
from bot.told import told
from conversation import exports as reports
from conversation.desk import Desk
from conversation.errors import NoSuchAssessment, NotUnderstoodAsExport
from conversation.exportfile import as_json
from conversation.exports import Report
from conversation.plans import Board
from storage.records import Assessment

__all__ = ["FORMATS", "asked", "asked_for", "calendar_name", "document", "file_name", "written"]

_WRITERS: dict[str, Callable[[Document], bytes]] = {
    "html": lambda document: page.html(document.readable),
    "pdf": lambda document: paper.pdf(document.readable),
    "markdown": lambda document: page.markdown(document.readable),
    "xlsx": workbook.xlsx,
    "csv": tables.csv_archive,
}
_SUFFIXES = {"markdown": "md", "csv": "zip"}
#: Other words for them.
_CALLED = {"excel": "xlsx", "md": "markdown", "page": "html"}
FORMATS = (*_WRITERS, "json")


def asked(desk: Desk, user_id: str, *, words: str, channel: str | None) -> tuple[Report, str]:
    """What somebody asks for in words: a format, then (part of) the name of an assessment, each if they like.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared, NotUnderstoodAsExport.
    """
    format, name = asked_for(words)
    try:
        return reports.report(desk, user_id, name=name, channel=channel), format
    except NoSuchAssessment as error:
        if name != words.strip() or not error.values["known"]:
            raise
        raise NotUnderstoodAsExport(**error.values, formats=FORMATS) from None


def asked_for(words: str) -> tuple[str, str]:
    """The format that somebody named first, or a page; and the name that follows."""
    first, _, rest = words.strip().partition(" ")
    known = {each: each for each in FORMATS} | _CALLED
    format = known.get(first.casefold().lstrip("."))
    return (format, rest.strip()) if format else ("html", words.strip())


def written(report: Report, format: str) -> bytes:
    """In the language that is spoken now; JSON has no language."""
    if format == "json":
        return as_json(report).encode()
    return _WRITERS[format](document(told(report)))


def file_name(report: Report, format: str) -> str:
    """Of letters that every file system takes."""
    return f"{_stem(report.verdict.assessment)}.{_SUFFIXES.get(format, format)}"


def calendar_name(board: Board, *, mine: bool) -> str:
    return f"{_stem(board.assessment)}-{'my-dates' if mine else 'plan'}.ics"


def _stem(assessment: Assessment) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in assessment.subject.casefold())
    name = "-".join(filter(None, kept.split("-")))[:60] or "result"
    return f"{name}-round-{assessment.round}"
