"""Answers from elsewhere, row by row: an earlier workshop, a spreadsheet. docs/importing.md has the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from conversation import typed
from conversation.drafting import MOST_PEOPLE
from conversation.evidence import LONGEST_TEXT
from conversation.pack import Item, Pack
from conversation.scope import Privacy
from conversation.sheetfile import BadFile, Columns, Problem, Row, Sheet, unknown, write
from conversation.typed import LETTERS
from conversation.vocabulary import folded, languages
from storage.records import Said

_FILLED_IN = ("respondent", "role", "question", "answer", "comment", "evidence")
COLUMNS = Columns(
    under="answers",
    known=_FILLED_IN,
    required=("respondent", "role", "question", "answer"),
    helping=("aspect", "asked_of", "text", *(letter.lower() for letter in LETTERS)),
    about=("subject", "date", "privacy", "round", "facilitator", "channel", "pack"),
)
MOST_ROLES = 2
LONGEST_NAME = 100
#: How Slack calls a person.
SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
_WHOLE = re.compile(r"(\d{1,3})(?:[.,]0+)?")


@dataclass(frozen=True)
class Given:
    """One row: what somebody said of a question, or (`kind` None) only wrote of it. `respondent` is a Slack
    id, or a name that is used only to tell people apart."""

    respondent: str
    roles: tuple[str, ...]
    question: str
    kind: Said | None
    value: int | None = None
    comment: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class AnswerSheet:
    given: tuple[Given, ...]
    about: Mapping[str, str]
    digest: str

    @property
    def respondents(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.respondent for each in self.given))


def read_answers(sheet: Sheet, pack: Pack) -> AnswerSheet:
    """Checked as a whole. Raises: BadFile, with everything that is wrong."""
    reader = _Reader(pack)
    rows = [row for row in sheet.rows if row["answer"] or row["comment"] or row["evidence"]]
    problems = [problem for row in rows for problem in reader.problems(row)]
    if not rows:
        problems.append(Problem('No row has anything under "answer", so there is nothing to import.'))
    if len(reader.roles_of) > MOST_PEOPLE:
        people = len(reader.roles_of)
        problems.append(
            Problem(f"There are {people} respondents; {MOST_PEOPLE} are taken. Import it in parts.")
        )
    if problems:
        raise BadFile(problems)
    return AnswerSheet(tuple(map(reader.given, rows)), sheet.about, sheet.digest)


def template(pack: Pack, *, respondent: str = "", role: str = "", separator: str = ",") -> bytes:
    """All questions (or those that this role is asked), to be filled in."""
    items = [item for item in pack.items if not role or role in _asked_of(pack, item)]
    rows = [Row("", {"respondent": respondent, "role": role, "question": item.id}) for item in items]
    letters = LETTERS[: len(pack.levels)]
    columns = (*_FILLED_IN, "asked_of", "text", *letters)
    return write(
        columns,
        [dict(_helped(pack, row, letters)) for row in rows],
        about={"subject": "", "date": "", "privacy": ""},
        separator=separator,
    )


def privacy_in(word: str) -> Privacy | None:
    return next((each for each in Privacy if each == word.strip().casefold()), None)


def day_in(word: str) -> date | None:
    """Written as 2026-12-05, which can be read in one way only."""
    try:
        return date.fromisoformat(word.strip())
    except ValueError:
        return None


def _helped(pack: Pack, row: Row, letters: str) -> Iterator[tuple[str, str]]:
    """With what whoever fills it in needs to read."""
    item = pack.item(row["question"])
    yield from row.cells.items()
    yield "asked_of", ", ".join(_asked_of(pack, item))
    yield "text", item.ask
    yield from zip(letters, item.levels, strict=False)


def _asked_of(pack: Pack, item: Item) -> tuple[str, ...]:
    """Whom it is put to; a question without roles everybody."""
    return (*item.primary, *item.secondary) or tuple(role.id for role in pack.roles)


class _Reader:
    """Knows what it has read already: the same person is in the same role, and answers a question once."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.items = {item.id.casefold(): item for item in pack.items}
        self.levels = {
            folded(level.name): value
            for each in pack.in_all_languages
            for value, level in enumerate(each.levels)
        }
        self.roles = {
            folded(word): role.id
            for each in pack.in_all_languages
            for role in each.roles
            for word in (role.plural, role.title, role.id)
        }
        self.roles_of: dict[str, tuple[tuple[str, ...], str]] = {}
        self.answered: dict[tuple[str, str], str] = {}

    def problems(self, row: Row) -> Iterator[Problem]:
        item = self.items.get(row["question"].casefold())
        yield from self._respondent(row)
        if not row["question"]:
            yield row.problem(
                "question", "is empty. Write the id of a question; the template has all of them."
            )
        elif item is None:
            hint = unknown(row["question"], [each.id for each in self.pack.items])
            yield row.problem(
                "question", f'"{_short(row["question"])}" is no question of {self.pack.id}.{hint}'
            )
        yield from self._role(row, item)
        if item and row["answer"]:
            yield from self._answer(row, item)
        if len(row["evidence"]) > LONGEST_TEXT:
            yield row.problem(
                "evidence", f"has more than {LONGEST_TEXT:,} characters. Shorten it, or link to it."
            )
        if item:
            place = (known_as(row["respondent"]), item.id)
            if place in self.answered:
                yield row.problem(
                    "question",
                    f"{_short(row['respondent'])} answered {item.id} in {self.answered[place]} already. "
                    "Keep one.",
                )
            self.answered.setdefault(place, row.place)

    def given(self, row: Row) -> Given:
        item = self.items[row["question"].casefold()]
        kind, value = self._said(row["answer"], item) or (None, None)
        roles, _ = self.roles_of[known_as(row["respondent"])]
        name = row["respondent"]
        return Given(name, roles, item.id, kind, value, row["comment"], row["evidence"])

    def _respondent(self, row: Row) -> Iterator[Problem]:
        name = row["respondent"]
        if not name:
            yield row.problem(
                "respondent", "is empty. Write a Slack id, or any name that tells people apart."
            )
        elif len(name) > LONGEST_NAME:
            yield row.problem("respondent", f"has more than {LONGEST_NAME} characters. Shorten it.")

    def _role(self, row: Row, item: Item | None) -> Iterator[Problem]:
        words = [word.strip() for word in row["role"].split("+")]
        found = [self.roles.get(folded(word), "") for word in words]
        ids = ", ".join(role.id for role in self.pack.roles)
        if not row["role"]:
            yield row.problem("role", f"is empty. Write one of: {ids}.")
            return
        for word, role in zip(words, found, strict=True):
            if not role:
                hint = unknown(word, [known for each in self.pack.roles for known in (each.id, each.title)])
                yield row.problem("role", f'"{_short(word)}" is no role.{hint} These are: {ids}.')
        if not all(found):
            return
        if len(set(found)) > MOST_ROLES:
            yield row.problem("role", "names more than two roles. A person speaks for one or two.")
        roles = tuple(sorted(set(found)))
        before, place = self.roles_of.setdefault(known_as(row["respondent"]), (roles, row.place))
        if row["respondent"] and before != roles:
            yield row.problem(
                "role",
                f"is {' + '.join(roles)}, and in {place} it is {' + '.join(before)}. One person is in the "
                "same role in all rows.",
            )
        elif item and not set(roles).intersection(_asked_of(self.pack, item)):
            asked = ", ".join(_asked_of(self.pack, item))
            yield row.problem("role", f"{' + '.join(roles)} is not asked {item.id}, only {asked}.")

    def _answer(self, row: Row, item: Item) -> Iterator[Problem]:
        said = self._said(row["answer"], item)
        last = len(item.levels) - 1
        if said is None:
            yield row.problem(
                "answer",
                f'"{_short(row["answer"])}" is no answer. Write a level (0 to {last}, A to {LETTERS[last]}, '
                "or its name), dk for I don't know, na for does not apply, or nothing.",
            )
        elif said[0] is Said.DOES_NOT_APPLY and not row["comment"]:
            yield row.problem("comment", "is empty. What does not apply needs its reason there.")

    def _said(self, text: str, item: Item) -> tuple[Said, int | None] | None:
        """None for what is no answer."""
        options = range(len(item.levels))
        if whole := _WHOLE.fullmatch(text.strip()):
            return (Said.ANSWERED, int(whole[1])) if int(whole[1]) in options else None
        if folded(text.strip()) in self.levels:
            return Said.ANSWERED, self.levels[folded(text.strip())]
        for language in languages():
            match typed.meaning(text, item, language, self.pack.wordings(item.id)):
                case typed.Option(value=value, comment=None):
                    return Said.ANSWERED, value
                case typed.DontKnow(comment=None):
                    return Said.DONT_KNOW, None
                case typed.NotMine(comment=None):
                    return Said.NOT_MINE, None
                case typed.DoesNotApply(reason=None):
                    return Said.DOES_NOT_APPLY, None
        return None


def known_as(name: str) -> str:
    """A Slack id is what it is; of other names the case does not matter."""
    return name if SLACK_ID.fullmatch(name) else folded(" ".join(name.split()))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
