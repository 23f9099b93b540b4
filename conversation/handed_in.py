"""A file that a facilitator hands in, in the direct message: actions for a plan, or the answers of a round
that was held elsewhere. It is checked as a whole and answered with what is wrong, or with what it would
become; nothing of it is stored before they say so, and then it has to be the same file still.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath
from typing import Self

from conversation import hearing, importing, importing_actions, sheetfile, typed, vocabulary
from conversation.answersheet import COLUMNS as ANSWERS
from conversation.assessments import facilitates, subjects_meant
from conversation.contents import Tabled, TableKind
from conversation.desk import Desk
from conversation.drafting import must_be_creator
from conversation.errors import FileChanged, NotYourFile
from conversation.importing import Wanted
from conversation.importing_actions import COLUMNS as ACTIONS
from conversation.sheetfile import BadFile, Problem, Sheet
from storage.records import Assessment, AssessmentState, Person, Posting, SlackFile, subject_key
from storage.store import Tx

KINDS = frozenset({"csv", "tsv", "json", "xlsx"})
#: So many problems are told, and how many more there are.
MOST_TOLD = 20
IMPORT = "import"


def subject_of(
    desk: Desk, user_id: str, *, text: str, files: tuple[SlackFile, ...], language: str
) -> str | None:
    """The name that was written beside a table to import, or ""; None if these files are something else. Who
    says `import` means that; else a table means it if it comes from who facilitates what is closed and has
    no questionnaire before them, whose evidence it could be."""
    if len(files) != 1 or _kind(files[0]) not in KINDS:
        return None
    word, _, rest = typed.as_typed(text).strip().partition(" ")
    if vocabulary.slash(language).get(vocabulary.folded(word.strip(":"))) == IMPORT:
        return rest.strip()
    if text.strip():
        return None
    with desk.transaction() as tx:
        return "" if _plans_of(tx, user_id) and not hearing.answers_questions(tx, user_id) else None


def check(
    desk: Desk,
    person: Person,
    groups: Collection[str],
    *,
    file: SlackFile,
    content: bytes,
    name: str,
    key: str,
) -> tuple[Posting, ...]:
    """Say what is wrong with it, or what it would become; the same `key` once. Nothing of it is stored.

    Raises: NotACreator for who may do neither.
    """
    table = _Table.of(content)
    found: Tabled | None = None
    problems: tuple[Problem, ...] = ()
    with desk.transaction() as tx:
        try:
            found = _become(desk, tx, person, groups, table, name, store=False)
        except BadFile as bad:
            problems = bad.problems
        owed = desk.owe(
            tx,
            key,
            kind="handed_in",
            subject_id=person.user_id,
            recipient=person.user_id,
            file=file.id,
            name=file.name,
            about=name,
            digest=sheetfile.digest(content),
            found=asdict(found) if found else None,
            told=[[each.text, each.place, each.column] for each in problems[:MOST_TOLD]],
            problems=len(problems),
        )
        return (owed,) if owed else ()


def file_of(desk: Desk, user_id: str, *, posting: str) -> str:
    """The id in Slack of the file that this message speaks of. Raises: NotYourFile."""
    with desk.transaction() as tx:
        return str(_posted(tx, user_id, posting).contents["file"])


def take(
    desk: Desk, person: Person, groups: Collection[str], *, posting: str, content: bytes
) -> Tabled | tuple[Problem, ...]:
    """Store it; the same file twice is there once, and what was stored from this message is said again. What
    is in the way by now, if anything, is returned.

    Raises: NotYourFile, FileChanged, NotACreator.
    """
    table = _Table.of(content)
    with desk.transaction() as tx:
        kept = _posted(tx, person.user_id, posting)
        said = kept.contents
        if sheetfile.digest(content) != said["digest"]:
            raise FileChanged(name=said["name"])
        if "stored" in said:
            return Tabled.kept(said["stored"])
        try:
            done = _become(desk, tx, person, groups, table, said["about"], store=True)
        except BadFile as bad:
            return bad.problems
        tx.postings.remember(kept, stored=asdict(done))
        return done


@dataclass(frozen=True)
class _Table:
    """What was read of a file before anybody waits for the database: a `sheet` of that kind, or what is wrong
    with it."""

    kind: TableKind
    sheet: Sheet | None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, content: bytes) -> Self:
        kind = TableKind.ACTIONS if sheetfile.has_column(content, "objective") else TableKind.ANSWERS
        try:
            return cls(kind, sheetfile.read(content, ACTIONS if kind is TableKind.ACTIONS else ANSWERS))
        except BadFile as bad:
            return cls(kind, None, bad.problems)


def _become(
    desk: Desk,
    tx: Tx,
    person: Person,
    groups: Collection[str],
    table: _Table,
    name: str,
    *,
    store: bool,
) -> Tabled:
    """A step. Raises: BadFile, NotACreator, before anything is stored."""
    if table.sheet is None:
        raise BadFile(table.problems)
    if table.kind is TableKind.ACTIONS:
        return _actions(desk, tx, person, table.sheet, name, store=store)
    return _answers(desk, tx, person, groups, table.sheet, name, store=store)


def _actions(desk: Desk, tx: Tx, person: Person, sheet: Sheet, name: str, *, store: bool) -> Tabled:
    subject = _meant(_plans_of(tx, person.user_id), name)
    planned = importing_actions.become(desk, tx, sheet, subject=subject, by=person.user_id, store=store)
    assessment = planned.assessment
    return Tabled(
        TableKind.ACTIONS, assessment.subject, assessment.round, planned.actions, there=planned.there
    )


def _answers(
    desk: Desk, tx: Tx, person: Person, groups: Collection[str], sheet: Sheet, name: str, *, store: bool
) -> Tabled:
    wanted = Wanted(subject=name or sheet.about.get("subject", ""), facilitator=person.user_id)
    rounds = tx.assessments.in_states([AssessmentState.OPEN, AssessmentState.CLOSED])
    same = [each for each in rounds if each.subject_key == subject_key(wanted.subject)]
    if same and not facilitates(max(same, key=lambda each: each.round), person.user_id):
        raise BadFile([_not_yours(wanted.subject)])
    if not same:
        must_be_creator(desk, person, groups)
    there = replace(desk, pack=importing.pack_asked(desk.pack, sheet.about.get("pack", "")))
    planned = importing.become(there, tx, sheet, wanted, store=store)
    return Tabled(
        TableKind.ANSWERS,
        planned.subject,
        planned.round,
        planned.answers,
        people=planned.respondents,
        there=planned.there is not None,
    )


def _plans_of(tx: Tx, user_id: str) -> list[str]:
    """The subjects whose latest closed round they facilitate."""
    latest: dict[str, Assessment] = {}
    for each in sorted(tx.assessments.in_states([AssessmentState.CLOSED]), key=lambda each: each.round):
        latest[each.subject_key] = each
    return [each.subject for each in latest.values() if facilitates(each, user_id)]


def _meant(plans: list[str], name: str) -> str:
    """Raises: BadFile."""
    found = subjects_meant(name, plans)
    if len(found) == 1:
        return found[0]
    if not plans:
        raise BadFile([Problem("You facilitate nothing that is closed, so there is no plan to add to.")])
    known = f" You facilitate: {'; '.join(plans)}."
    which = f'"{name}" is none of the plans that you can add to.' if name else "Which plan is it for?"
    raise BadFile([Problem(f"{which}{known} Send the file again, with import and the name beside it.")])


def _not_yours(subject: str) -> Problem:
    return Problem(f"{subject} is facilitated by somebody else, who can import this.", "subject")


def _posted(tx: Tx, user_id: str, posting: str) -> Posting:
    """Raises: NotYourFile."""
    found = tx.postings.find(posting)
    if found is None or found.kind != "handed_in" or found.recipient != user_id:
        raise NotYourFile()
    return found


def _kind(file: SlackFile) -> str:
    return PurePath(file.name).suffix.lower().removeprefix(".")
