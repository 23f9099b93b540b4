"""Actions from elsewhere, into the plan of a closed round: a tracker's list, a workshop's flip chart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from conversation import followups
from conversation.actions import plan_changed
from conversation.answersheet import SLACK_ID, day_in
from conversation.assessments import subjects_meant
from conversation.desk import Desk
from conversation.importing import ACTIONS, there_already
from conversation.pack import Pack
from conversation.sheetfile import BadFile, Columns, Problem, Row, Sheet, unknown
from storage.records import ActionState, Assessment, AssessmentState, subject_key
from storage.store import Tx

COLUMNS = Columns(
    under="actions",
    known=(
        "objective", "measure", "owner", "due", "starts", "state", "question", "level",
        "unit", "baseline", "target", "current", "note",
    ),
    required=("objective", "due"),
    helping=("priority", "aspect"),
)  # fmt: skip
LONGEST = {"objective": 300, "measure": 1000, "unit": 60, "note": 3000}
_NUMBERS = ("baseline", "target", "current")
_STATES = {str(state).replace("_", " "): state for state in ActionState}


@dataclass(frozen=True)
class Planned:
    """What a file adds to a plan; `there` if it did so before."""

    assessment: Assessment
    actions: int
    there: bool = False


@dataclass(frozen=True)
class _Action:
    question: str | None
    level: int | None
    owner: str | None
    due: date
    state: ActionState
    note: str
    values: dict[str, Any] = field(default_factory=dict)


def check(desk: Desk, sheet: Sheet, *, subject: str, by: str = "") -> Planned:
    """What would be added; nothing is stored. Raises: BadFile, with everything that is in the way."""
    with desk.transaction() as tx:
        return become(desk, tx, sheet, subject=subject, by=by, store=False)


def store(desk: Desk, sheet: Sheet, *, subject: str, by: str = "") -> Planned:
    """Owners are reminded as of any action. Raises: BadFile, with everything that is in the way; then nothing
    is stored."""
    with desk.transaction() as tx:
        return become(desk, tx, sheet, subject=subject, by=by, store=True)


def become(desk: Desk, tx: Tx, sheet: Sheet, *, subject: str, by: str, store: bool) -> Planned:
    """A step: what is added, or with `store` was. Raises: BadFile, before anything is stored."""
    planned, found = _read(desk, tx, sheet, subject, by)
    if store and not planned.there:
        _store(desk, tx, sheet, planned.assessment, found, by or planned.assessment.facilitator)
    return planned


def _store(desk: Desk, tx: Tx, sheet: Sheet, assessment: Assessment, found: list[_Action], who: str) -> None:
    for each in found:
        action = tx.actions.add(
            id=desk.new_id(),
            assessment_id=assessment.id,
            question=each.question,
            level=each.level,
            owner=each.owner,
            due=each.due,
            state=each.state,
            agreed_by=who,
            agreed_at=desk.now(),
            **each.values,
        )
        if each.note:
            tx.actions.mark(action.id, state=each.state, by=who, text=each.note, at=desk.now())
        followups.plan(desk, tx, action)
    plan_changed(desk, tx, assessment.id)
    desk.write_down(tx, assessment.id, who, ACTIONS, digest=sheet.digest, actions=len(found))


def _read(desk: Desk, tx: Tx, sheet: Sheet, subject: str, by: str) -> tuple[Planned, list[_Action]]:
    assessment = _closed(tx, subject)
    if by and not SLACK_ID.fullmatch(by):
        raise BadFile([Problem(f'"{by}" is no Slack id, as U0123ABCD.', "--by")])
    reader = _Reader(desk.pack_of(tx, assessment))
    problems = [problem for row in sheet.rows for problem in reader.problems(row)]
    if problems:
        raise BadFile(problems)
    there = there_already(tx, ACTIONS, sheet.digest, [assessment]) is not None
    return Planned(assessment, len(sheet.rows), there), [reader.action(row) for row in sheet.rows]


def _closed(tx: Tx, subject: str) -> Assessment:
    """The latest round of it. Raises: BadFile."""
    closed = tx.assessments.in_states([AssessmentState.CLOSED])
    known = list({each.subject_key: each.subject for each in closed}.values())
    meant = subjects_meant(subject, known) if subject.strip() else []
    if len(meant) > 1:
        which = f'"{subject}" may be any of these: {"; ".join(meant)}. Name one of them.'
        raise BadFile([Problem(which, "--subject")])
    if not meant:
        there = (
            f" There are: {'; '.join(known)}." if known else " There is none yet; import its answers first."
        )
        raise BadFile(
            [Problem(f'"{subject}" has no closed round.{unknown(subject, known)}{there}', "--subject")]
        )
    rounds = (each for each in closed if each.subject_key == subject_key(meant[0]))
    found = max(rounds, key=lambda each: each.round)
    if found.imported_at:
        raise BadFile(
            [
                Problem(
                    f"Round {found.round} of {found.subject} is a result from a file, which is only read. "
                    "Begin the next round, and import the actions when it is closed.",
                    "--subject",
                )
            ]
        )
    return found


class _Reader:
    def __init__(self, pack: Pack) -> None:
        self.items = {item.id.casefold(): item for item in pack.items}
        self.ids = [item.id for item in pack.items]
        self.levels = len(pack.levels)
        self.seen: dict[tuple[str, str], str] = {}

    def problems(self, row: Row) -> Iterator[Problem]:
        if not row["objective"]:
            yield row.problem("objective", "is empty. Write what is to be reached.")
        for column, most in LONGEST.items():
            if len(row[column]) > most:
                yield row.problem(column, f"has more than {most:,} characters. Shorten it.")
        if row["owner"] and not SLACK_ID.fullmatch(row["owner"]):
            yield row.problem(
                "owner",
                f'"{row["owner"][:40]}" is no Slack id, as U0123ABCD (their profile has it: Copy member ID). '
                "Leave it empty to choose an owner later.",
            )
        yield from self._days(row)
        if row["state"] and _state(row["state"]) is None:
            yield row.problem(
                "state",
                f'"{row["state"][:40]}" is no state. These are: {", ".join(_STATES)}.',
            )
        yield from self._question(row)
        for column in _NUMBERS:
            if row[column] and _number(row[column]) is None:
                yield row.problem(
                    column,
                    f'"{row[column][:40]}" is no number. Write it as 12.5; the unit has its column.',
                )
        place = (" ".join(row["objective"].casefold().split()), row["due"])
        if row["objective"] and place in self.seen:
            yield row.problem(
                "objective", f"is in {self.seen[place]} already, due on the same day. Keep one."
            )
        self.seen.setdefault(place, row.place)

    def action(self, row: Row) -> _Action:
        item = self.items.get(row["question"].casefold())
        due, starts = day_in(row["due"]), day_in(row["starts"])
        assert due is not None  # there was no problem
        values: dict[str, Any] = {
            "objective": row["objective"],
            "measure": row["measure"],
            "unit": row["unit"] or None,
            "starts": starts,
            **{column: _number(row[column]) for column in _NUMBERS},
        }
        level = int(row["level"]) if item and row["level"] else None
        state = _state(row["state"]) or ActionState.ON_TRACK
        return _Action(
            item.id if item else None, level, row["owner"] or None, due, state, row["note"], values
        )

    def _days(self, row: Row) -> Iterator[Problem]:
        for column in ("due", "starts"):
            if not row[column] and column == "due":
                yield row.problem(column, "is empty. Write the day, as 2026-12-05.")
            elif row[column] and day_in(row[column]) is None:
                yield row.problem(
                    column,
                    f'"{row[column][:40]}" is no date, or can be read in two ways. Write it as 2026-12-05.',
                )
        due, starts = day_in(row["due"]), day_in(row["starts"])
        if due and starts and starts > due:
            yield row.problem("starts", f"{starts} is after the due day, {due}.")

    def _question(self, row: Row) -> Iterator[Problem]:
        key, level = row["question"], row["level"]
        if key and key.casefold() not in self.items:
            hint = unknown(key, self.ids)
            yield row.problem(
                "question", f'"{key[:40]}" is no question of that round.{hint} Or leave it empty.'
            )
        if level and not key:
            yield row.problem("level", "is there without a question. Name the question, or leave it empty.")
        if key and not level:
            yield row.problem("level", f"is empty. Write the level that it is for, 1 to {self.levels - 1}.")
        elif level and not (level.isdecimal() and 1 <= int(level) < self.levels):
            yield row.problem("level", f'"{level[:40]}" is no level to reach: 1 to {self.levels - 1}.')


def _state(word: str) -> ActionState | None:
    return _STATES.get(" ".join(re.split(r"[\s_-]+", word.strip().casefold())))


def _number(word: str) -> Decimal | None:
    try:
        found = Decimal(word)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
