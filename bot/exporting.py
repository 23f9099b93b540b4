"""`tidemark export`: a result from the database to a file."""

import json
from pathlib import Path

from bot import exports
from bot.console import CannotDo
from bot.language import language_of, speaking
from bot.offline import desk_of
from bot.told import told
from bot.views.refusals import sentence
from conversation import exportfile
from conversation import exports as reports
from conversation.errors import Refused
from conversation.exports import Report


def schema() -> str:
    return json.dumps(exportfile.schema(), indent=2, ensure_ascii=False) + "\n"


def export(subject: str, format: str, *, out: Path | None, language: str, team: str | None) -> str:
    """Write the file, and say what was written. Raises: CannotDo."""
    with speaking(language_of(language)):
        report = told(_report(subject, team))
        place = out or Path(exports.file_name(report, format))
        content = exports.written(report, format)
        try:
            place.write_bytes(content)
        except OSError as error:
            raise CannotDo([f"{place}: cannot be written ({error.strerror})."]) from None
    verdict = report.verdict
    shown = f"{verdict.assessment.subject}, round {verdict.assessment.round}, revision {verdict.revision}"
    return f"{place}: {shown}"


def _report(subject: str, team: str | None) -> Report:
    try:
        with desk_of(team) as desk:
            return reports.report_for_operator(desk, name=subject)
    except Refused as error:
        raise CannotDo([sentence(error)]) from None
