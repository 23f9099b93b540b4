"""What people said, fact by fact; and how many said what, without reading the facts one by one."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, String, bindparam, cast, func, select

from storage.records import ANSWERS, Count, Fact, Said, SeatAnswer
from storage.repository import Repository, mine, table_of
from storage.tables import SaidRow, SeatRow

_said = table_of(SaidRow)
_seats = table_of(SeatRow)

_OF_SEAT = (
    select(_said.c.key, _said.c.kind, _said.c.question, _said.c.value, _said.c.text, _said.c.at)
    .where(mine(_said), _said.c.seat_id == bindparam("seat"))
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
_BY_SEAT = (
    select(_said.c.seat_id, _seats.c.roles, _said.c.question, _said.c.kind, _said.c.value)
    .join(_LATEST, _LATEST.c.id == _said.c.id)
    .join(_seats, (_seats.c.team_id == _said.c.team_id) & (_seats.c.id == _said.c.seat_id))
    .order_by(_said.c.seat_id)
)
_OF_THESE = _BY_SEAT.where(_said.c.seat_id.in_(bindparam("seats", expanding=True)))
_WHO_SAID = (
    select(_said.c.seat_id)
    .join(_LATEST, _LATEST.c.id == _said.c.id)
    .join(_seats, (_seats.c.team_id == _said.c.team_id) & (_seats.c.id == _said.c.seat_id))
    .where(
        _said.c.question == bindparam("question"),
        _said.c.kind == bindparam("kind"),
        func.coalesce(_said.c.value, -1) == bindparam("value"),
        _seats.c.roles == bindparam("roles"),
    )
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
#: So many rows are read at a time, and so many seats are asked for at a time.
_ROWS, _SEATS = 2000, 500
_FORGET = _said.update().where(*_OF_ASSESSMENT).values(key=cast(_said.c.id, String))


class Answers(Repository):
    def put(self, seat_id: str, assessment_id: str, fact: Fact) -> bool:
        """Add a fact; the same one (by its key) a second time changes nothing and returns False."""
        return self._add_once(
            _said,
            seat_id=seat_id,
            assessment_id=assessment_id,
            key=fact.key,
            kind=fact.kind,
            question=fact.question,
            value=fact.value,
            text=fact.text,
            at=fact.at,
        )

    def of(self, seat_id: str) -> list[Fact]:
        """All that this seat said, in the order in which it was said."""
        return [Fact.model_validate(row) for row in self._execute(_OF_SEAT, {"seat": seat_id})]

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

    def by_seat(self, assessment_id: str) -> Iterator[SeatAnswer]:
        """The current answers, seat after seat, read as they are wanted."""
        yield from self._answers(_BY_SEAT, {"assessment": assessment_id})

    def of_seats(self, assessment_id: str, seats: Iterable[str]) -> Iterator[SeatAnswer]:
        """The same of these seats."""
        wanted = sorted(set(seats))
        for start in range(0, len(wanted), _SEATS):
            some = wanted[start : start + _SEATS]
            yield from self._answers(_OF_THESE, {"assessment": assessment_id, "seats": some})

    def seats_that_said(self, assessment_id: str, count: Count) -> list[str]:
        """Who is behind one of the counts."""
        said = {
            "assessment": assessment_id,
            "question": count.question,
            "kind": count.kind,
            "value": -1 if count.value is None else count.value,
            "roles": " ".join(count.roles),
        }
        return list(self._execute(_WHO_SAID, said).scalars())

    def _answers(self, statement: Executable, values: dict[str, Any]) -> Iterator[SeatAnswer]:
        rows = self._execute(statement.execution_options(yield_per=_ROWS), values)
        for row in rows:
            yield SeatAnswer(
                row.seat_id, tuple(row.roles.split()), row.question, Said(row.kind), row.value
            )

    def quotes(self, assessment_id: str) -> list[tuple[str, str]]:
        """The comments that may be quoted, by question; sorted, so that their order tells nothing of who
        wrote them or when."""
        rows = self._execute(_QUOTABLE, {"assessment": assessment_id})
        return sorted((row.question, row.text) for row in rows if row.text)

    def forget_messages(self, assessment_id: str, *, at: datetime) -> None:
        """Which message or click said something, and when, is gone for good; what was said stays."""
        self._execute(_FORGET, {"assessment": assessment_id, "at": at})
