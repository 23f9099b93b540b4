"""`tidemark export` and `tidemark calendar`: a result, or the due dates of its plan, from the database to a
file."""

import json
from collections.abc import Iterable
from pathlib import Path

from bot import clock, exports
from bot.language import language_of, speaking
from bot.settings import BadSettings, read_store_settings
from bot.told import told
from bot.views.refusals import sentence
from conversation import exportfile
from conversation import exports as reports
from conversation.desk import Desk
from conversation.errors import Refused
from conversation.exports import Report
from conversation.pack import Pack
from conversation.reference import shipped
from storage.store import CannotOpenDatabase, Store


class CannotExport(Exception):
    """What is in the way, each in one sentence."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)


def schema() -> str:
    return json.dumps(exportfile.schema(), indent=2, ensure_ascii=False) + "\n"


def export(subject: str, format: str, *, out: Path | None, language: str, team: str | None) -> str:
    """Write the file, and say what was written. Raises: CannotExport."""
    with speaking(language_of(language)):
        report = told(_report(subject, team))
        place = out or Path(exports.file_name(report, format))
        content = exports.written(report, format)
        _write(place, content)
    verdict = report.verdict
    shown = f"{verdict.assessment.subject}, round {verdict.assessment.round}, revision {verdict.revision}"
    return f"{place}: {shown}"


def export_calendar(
    subject: str, *, owner: str | None, out: Path | None, language: str, team: str | None
) -> str:
    """Write the due dates of its plan, and say what was written. Raises: CannotExport."""
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
        raise CannotExport([f"{place}: cannot be written ({error.strerror})."]) from None


def _report(subject: str, team: str | None) -> Report:
    return _report_and_team(subject, team)[0]


def _report_and_team(subject: str, team: str | None) -> tuple[Report, str]:
    try:
        store = Store.open(read_store_settings().database_url)
    except BadSettings as error:
        raise CannotExport(error.problems) from None
    except CannotOpenDatabase as error:
        raise CannotExport([str(error)]) from None
    try:
        desk = _desk(store, team)
        return reports.report_for_operator(desk, name=subject), desk.team
    except Refused as error:
        raise CannotExport([sentence(error)]) from None
    finally:
        store.close()


def _desk(store: Store, team: str | None) -> Desk:
    teams = store.teams()
    if team is None and len(teams) > 1:
        raise CannotExport([f"There are several workspaces; name one with --team: {', '.join(teams)}."])
    return Desk(
        team=team or next(iter(teams), ""),
        store=store,
        now=clock.now,
        new_id=clock.new_id,
        pack=Pack.shipped("mlops"),
        claimant="",
        references=shipped(),
    )
