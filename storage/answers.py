"""What people said, fact by fact; and how many said what, without reading the facts one by one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Row, Select, String, bindparam, func, or_, select, tuple_

from storage.records import ANSWERS, Count, Fact, Said, Sheet
from storage.repository import Repository, mine, table_of
from storage.tables import SaidRow, SeatRow

_said = table_of(SaidRow)
_seats = table_of(SeatRow)

OF_SEAT = (
    select(_said.c.key, _said.c.kind, _said.c.question, _said.c.value, _said.c.text, _said.c.at)
    .where(mine(_said), _said.c.seat_id == bindparam("seat"))
    .order_by(_said.c.id)
)

_OF_KINDS = (
    select(_said.c.key, _said.c.kind, _said.c.question, _said.c.value, _said.c.text, _said.c.at)
    .where(
        mine(_said),
        _said.c.seat_id == bindparam("seat"),
        _said.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(_said.c.id)
)

_HEARD = (
    select(_said.c.seat_id)
    .where(
        mine(_said), _said.c.seat_id.in_(bindparam("seats", expanding=True)), _said.c.key == bindparam("key")
    )
    .limit(1)
)

_OF_ASSESSMENT = (mine(_said), _said.c.assessment_id == bindparam("assessment"))

_LATEST = (
    select(func.max(_said.c.id).label("id"))
    .where(*_OF_ASSESSMENT, _said.c.kind.in_(ANSWERS))
    .group_by(_said.c.question, _said.c.seat_id)
    .subquery()
)

_COUNTS = (
    select(_said.c.question, _seats.c.roles, _said.c.kind, _said.c.value, func.count().label("n"))
    .join(_LATEST, _LATEST.c.id == _said.c.id)
    .join(_seats, (_seats.c.team_id == _said.c.team_id) & (_seats.c.id == _said.c.seat_id))
    .group_by(_said.c.question, _seats.c.roles, _said.c.kind, _said.c.value)
    .order_by(_said.c.question, _seats.c.roles, _said.c.kind, _said.c.value)
)
_LATEST_COMMENT = (
    select(func.max(_said.c.id).label("id"))
    .where(*_OF_ASSESSMENT, _said.c.kind == Said.COMMENTED)
    .group_by(_said.c.question, _said.c.seat_id)
    .subquery()
)
_QUOTABLE = (
    select(_said.c.question, _said.c.text)
    .join(_LATEST_COMMENT, _LATEST_COMMENT.c.id == _said.c.id)
    .where(_said.c.value == 1)
)


def _current(*kinds: Said) -> Select[tuple[int | None]]:
    """The latest fact of a seat about each question, of these kinds."""
    return (
        select(func.max(_said.c.id))
        .where(mine(_said), _said.c.seat_id == bindparam("seat"), _said.c.kind.in_(kinds))
        .group_by(_said.c.question)
    )


_QUOTABLE_OF_SEAT = select(_said.c.question, _said.c.text).where(
    _said.c.id.in_(_current(Said.COMMENTED)), _said.c.value == 1
)
_MOVE = _said.insert().from_select(
    ["team_id", "assessment_id", "seat_id", "key", "kind", "question", "value", "text", "at"],
    select(
        _said.c.team_id,
        _said.c.assessment_id,
        bindparam("moved_to", type_=String),
        _said.c.kind + "/" + _said.c.question,
        _said.c.kind,
        _said.c.question,
        _said.c.value,
        _said.c.text,
        bindparam("moved_at", type_=_said.c.at.type),
    )
    .where(or_(_said.c.id.in_(_current(*ANSWERS)), _said.c.id.in_(_current(Said.COMMENTED))))
    .order_by(_said.c.question, _said.c.kind),
)
_FORGET = _said.delete().where(mine(_said), _said.c.seat_id == bindparam("seat"))

#: Four parameters each; SQLite takes 32,766 in a statement, PostgreSQL 65,535.
_NAMED_AT_MOST = 5_000

#: Who gave one of these answers at some time. An answer without a level is looked for as level -1.
_who = _said.alias()
_WHO_GAVE = (
    select(_who.c.seat_id)
    .join(_seats, (_seats.c.team_id == _who.c.team_id) & (_seats.c.id == _who.c.seat_id))
    .where(
        _who.c.team_id == bindparam("team"),
        _who.c.assessment_id == bindparam("assessment"),
        _who.c.question.in_(bindparam("questions", expanding=True)),
        tuple_(_who.c.question, _seats.c.roles, _who.c.kind, func.coalesce(_who.c.value, -1)).in_(
            bindparam("given", expanding=True)
        ),
    )
)

_SHEETS = (
    select(_said.c.seat_id, _seats.c.roles, _said.c.question, _said.c.kind, _said.c.value)
    .join(_seats, (_seats.c.team_id == _said.c.team_id) & (_seats.c.id == _said.c.seat_id))
    .where(*_OF_ASSESSMENT, _said.c.kind.in_(ANSWERS))
    .order_by(_said.c.seat_id, _said.c.id)
    .execution_options(yield_per=1000)
)
_SHEETS_OF_WHO_GAVE = _SHEETS.where(_said.c.seat_id.in_(_WHO_GAVE))


class Answers(Repository):
    def put(self, seat_id: str, assessment_id: str, fact: Fact) -> bool:
        """Add a fact; the same one (by its key) a second time changes nothing and returns False."""
        return self._add_once(_said, seat_id=seat_id, assessment_id=assessment_id, **vars(fact))

    def put_new(self, seat_id: str, assessment_id: str, fact: Fact) -> None:
        """The same for one of which is known that nobody has put it."""
        self._add_later(_said, seat_id=seat_id, assessment_id=assessment_id, **vars(fact))

    def of(self, seat_id: str) -> list[Fact]:
        """All that this seat said, in the order in which it was said."""
        return [Fact.model_validate(row) for row in self._rows(OF_SEAT, {"seat": seat_id})]

    def of_kinds(self, seat_id: str, kinds: Iterable[Said]) -> list[Fact]:
        """The same, of these kinds alone."""
        rows = self._execute(_OF_KINDS, {"seat": seat_id, "kinds": list(kinds)})
        return [Fact.model_validate(row) for row in rows]

    def heard(self, key: str, seats: Iterable[str]) -> str | None:
        """The one of these seats that told this fact."""
        return self._execute(_HEARD, {"key": key, "seats": list(seats)}).scalar_one_or_none()

    def counts(self, assessment_id: str) -> list[Count]:
        """The current answers of an assessment, counted by question, roles and answer."""
        return [
            Count(
                question=row.question,
                roles=tuple(row.roles.split()),
                kind=Said(row.kind),
                value=row.value,
                n=row.n,
            )
            for row in self._execute(_COUNTS, {"assessment": assessment_id})
        ]

    def sheets(self, assessment_id: str) -> Iterator[Sheet]:
        """The current answers of an assessment, seat by seat; no more than one seat's are in memory."""
        return _sheets(self._execute(_SHEETS, {"assessment": assessment_id}))

    def sheets_with(self, assessment_id: str, given: Iterable[Count]) -> Iterator[Sheet]:
        """The same, but only of seats of which some answer is, or once was, one of these; of all, if these
        are more than a statement can name."""
        wanted = [(c.question, " ".join(c.roles), c.kind, -1 if c.value is None else c.value) for c in given]
        if not wanted:
            return iter(())
        if len(wanted) > _NAMED_AT_MOST:
            return self.sheets(assessment_id)
        questions = sorted({question for question, *_ in wanted})
        values = {"assessment": assessment_id, "questions": questions, "given": wanted}
        return _sheets(self._execute(_SHEETS_OF_WHO_GAVE, values))

    def quotes(self, assessment_id: str) -> list[tuple[str, str]]:
        """The comments that may be quoted, by question; sorted, so that their order tells nothing of who
        wrote them or when."""
        rows = self._execute(_QUOTABLE, {"assessment": assessment_id})
        return sorted((row.question, row.text) for row in rows if row.text)

    def quotable(self, seat_id: str) -> set[tuple[str, str]]:
        """The comments of this seat that may be quoted, with their questions."""
        rows = self._execute(_QUOTABLE_OF_SEAT, {"seat": seat_id})
        return {(row.question, row.text) for row in rows if row.text}

    def move(self, seats: Mapping[str, str], *, at: datetime) -> None:
        """What holds now, of these seats to those; how and when it came to be said is gone for good."""
        for old, new in sorted(seats.items(), key=itemgetter(1)):
            self._execute(_MOVE, {"seat": old, "moved_to": new, "moved_at": at})
        for old in seats:
            self.forget(old)

    def forget(self, seat_id: str) -> None:
        """All that this seat said is gone for good."""
        self._execute(_FORGET, {"seat": seat_id})

    def erase(self, seat_id: str) -> None:
        """All that this seat ever said."""
        self._execute(_FORGET, {"seat": seat_id})


def _sheets(rows: Iterable[Row[Any]]) -> Iterator[Sheet]:
    for (_, roles), facts in groupby(rows, key=attrgetter("seat_id", "roles")):
        answers = {fact.question: (fact.kind, fact.value) for fact in facts}  # the latest comes last
        yield Sheet.model_validate({"roles": tuple(roles.split()), "answers": answers})
