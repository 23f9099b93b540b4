"""An exported result, made again: a closed round of its subject, as its file has it.

Nobody's answers come with it, so it is not worked out again, and stays as it is. A file is checked as a
whole, and stored in one transaction or not at all. What is here already, and is the same, is no news.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from conversation import jsontext, resultcheck
from conversation.desk import Desk
from conversation.errors import Refused
from conversation.exportfile import ExportFile, export_file
from conversation.exports import report_in
from storage.records import Assessment, AssessmentState, Person, Result
from storage.store import Tx

#: Bytes of a file. The shipped questions take 400 kB of it, ten earlier rounds a few more.
LARGEST = 20_000_000


class BadResultFile(Exception):
    """A file that is not imported, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class ImportedResult:
    """`new`: whether it was not here before."""

    assessment: Assessment
    revision: int
    actions: int
    new: bool


def import_result(desk: Desk, content: bytes, *, facilitator: str, channel: str | None) -> ImportedResult:
    """Take a file in, for this facilitator, and for whoever is in this channel. Raises: BadResultFile."""
    file = read(desk, content)
    with desk.transaction() as tx:
        there = tx.assessments.of_round(file.assessment.subject, file.assessment.round)
        if there:
            return _as_it_is(desk, tx, there, file)
        taken = [n for n, action in enumerate(file.actions) if tx.actions.find(action.id)]
        if taken:
            raise BadResultFile(f"actions[{n}].id: another action here has this id" for n in taken)
        return ImportedResult(
            _stored(desk, tx, file, facilitator, channel), file.assessment.revision, len(file.actions), True
        )


def read(desk: Desk, content: bytes) -> ExportFile:
    """The file, if all of it is well. Raises: BadResultFile."""
    data = _data(content)
    try:
        file = ExportFile.model_validate_json(content.decode("utf-8-sig"))
    except ValidationError as error:
        raise BadResultFile(resultcheck.form_problems(error)) from None
    problems = [*resultcheck.unknown_keys(data, file.model_dump(mode="json"))]
    pack, wrong = resultcheck.read_pack(file.pack)
    problems += wrong
    if pack:
        problems += resultcheck.problems(file, pack, now=desk.now())
    if problems:
        raise BadResultFile(problems)
    return file


def _data(content: bytes) -> Any:
    """The same without a meaning yet."""
    if len(content) > LARGEST:
        raise BadResultFile([f"is larger than {LARGEST // 1_000_000} MB; no exported result is"])
    try:
        data = jsontext.read(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadResultFile(["is not UTF-8 text; export it again"]) from None
    except jsontext.NotJson as error:
        raise BadResultFile([str(error)]) from None
    version = data.get("tidemark_export") if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise BadResultFile(
            ['is no exported result: "tidemark_export" is missing. Export it with --format json']
        )
    if version > 1:
        raise BadResultFile([f"tidemark_export: {version} was written by a newer Tidemark; update this one"])
    return data


def _as_it_is(desk: Desk, tx: Tx, there: Assessment, file: ExportFile) -> ImportedResult:
    """What is here is the same, or it is refused."""
    if there.state is AssessmentState.CLOSED:
        try:
            now = report_in(
                desk, tx, there.facilitator, there, channel=there.channel, seen_by=there.facilitator
            )
        except Refused:
            now = None
        if now and _alike(export_file(now), file):
            return ImportedResult(there, now.verdict.revision, len(now.board.actions), False)
    raise BadResultFile(
        [f"assessment.round: round {there.round} of {there.subject} is here already, and it is another one"]
    )


def _alike(here: ExportFile, file: ExportFile) -> bool:
    """But for the rounds before, of which more or fewer may be here, and what came of their actions."""
    return here.model_copy(update={"rounds": file.rounds, "outcomes": file.outcomes}) == file


def _stored(desk: Desk, tx: Tx, file: ExportFile, facilitator: str, channel: str | None) -> Assessment:
    said, pack, now = file.assessment, file.pack, desk.now()
    tx.packs.keep(digest=pack.digest, name=pack.id, version=pack.version, body=resultcheck.pack_text(pack))
    id = desk.new_id()
    if not tx.assessments.add_closed(
        id=id,
        subject=said.subject,
        round=said.round,
        facilitator=facilitator,
        channel=channel,
        pack_digest=pack.digest,
        scope=file.scope,
        created_at=said.opened_at or said.closed_at,
        opened_at=said.opened_at,
        closed_at=said.closed_at,
        imported_at=now,
        kept=file.model_dump(mode="json", include={"rounds", "ranking", "outcomes"}),
    ):
        raise BadResultFile([f"assessment.round: round {said.round} of {said.subject} has just come in"])
    tx.results.keep(
        Result(
            assessment_id=id,
            revision=said.revision,
            body=file.findings.model_dump(mode="json"),
            at=said.closed_at,
            by="",
            headline=said.headline,
        )
    )
    for action in file.actions:
        belongs = action.history
        tx.actions.keep(action.record(id), notes=belongs.notes, steps=belongs.steps, changes=belongs.changes)
        _remember(tx, action.owner, action.owner_name)
        if action.issue:
            tx.tickets.keep(action.id, **action.issue.model_dump(), marker=desk.new_id(), at=now)
    for action in file.actions:
        tx.actions.set_needs(action.id, action.needs)
    desk.write_down(tx, id, "", "imported")
    return tx.assessments.get(id)


def _remember(tx: Tx, owner: str | None, name: str | None) -> None:
    """By the name in the file, if we have not heard of them here."""
    if owner and name and not tx.people.known(owner) and name != tx.people.get(owner).name:
        tx.people.remember(Person(user_id=owner, name=name))
