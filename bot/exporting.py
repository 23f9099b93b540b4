"""`tidemark export` and `tidemark calendar`: a result, or the due dates of its plan, from the database to a
file."""

import json
from pathlib import Path

from bot import exports
from bot.console import CannotDo
from bot.language import language_of, speaking
from bot.offline import desk_to_read
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
        report = told(_report_and_team(subject, team)[0])
        place = out or Path(exports.file_name(report, format))
        content = exports.written(report, format)
        _write(place, content)
    verdict = report.verdict
    shown = f"{verdict.assessment.subject}, round {verdict.assessment.round}, revision {verdict.revision}"
    return f"{place}: {shown}"


def export_calendar(
    subject: str, *, owner: str | None, out: Path | None, language: str, team: str | None
) -> str:
    """Write the due dates of its plan, and say what was written. Raises: CannotDo."""
    from bot.exports.calendar import actions_of, calendar

    with speaking(language_of(language)):
        report, team = _report_and_team(subject, team)
        board = told(report.board)
        place = out or Path(exports.calendar_name(board, mine=owner is not None))
        _write(place, calendar(board, team=team, owner=owner))
    assessment, number = board.assessment, len(actions_of(board, owner))
    return f"{place}: {assessment.subject}, round {assessment.round}, due dates: {number}"


def _write(place: Path, content: bytes) -> None:
    try:
        place.write_bytes(content)
    except OSError as error:
        raise CannotDo([f"{place}: cannot be written ({error.strerror})."]) from None


def _report_and_team(subject: str, team: str | None) -> tuple[Report, str]:
    try:
        with desk_to_read(team) as desk:
            return reports.report_for_operator(desk, name=subject), desk.team
    except Refused as error:
        raise CannotDo([sentence(error)]) from None
