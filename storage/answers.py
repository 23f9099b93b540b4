"""What people said, fact by fact; and how many said what, without reading the facts one by one."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import String, bindparam, cast, func, select

from storage.records import ANSWERS, Count, Fact, Said
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

    def forget_messages(self, assessment_id: str, *, at: datetime) -> None:
        """Which message or click said something, and when, is gone for good; what was said stays."""
        self._execute(_FORGET, {"assessment": assessment_id, "at": at})
