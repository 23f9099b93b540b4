"""What people said, fact by fact; and how many said what, without reading the facts one by one."""

from collections.abc import Iterable

from sqlalchemy import func, select

from storage.records import ANSWERS, Count, Fact, Said
from storage.repository import Repository, table_of
from storage.tables import SaidRow, SeatRow

_said = table_of(SaidRow)
_seats = table_of(SeatRow)


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
        query = select(
            _said.c.key, _said.c.kind, _said.c.question, _said.c.value, _said.c.text, _said.c.at
        ).where(self._mine(_said), _said.c.seat_id == seat_id)
        rows = self._connection.execute(query.order_by(_said.c.id))
        return [Fact.model_validate(row) for row in rows]

    def counts(self, assessment_id: str) -> list[Count]:
        """The current answers of an assessment, counted by question, roles and answer."""
        latest = (
            select(func.max(_said.c.id).label("id"))
            .where(
                self._mine(_said),
                _said.c.assessment_id == assessment_id,
                _said.c.kind.in_([str(kind) for kind in ANSWERS]),
            )
            .group_by(_said.c.seat_id, _said.c.question)
            .subquery()
        )
        query = (
            select(_said.c.question, _seats.c.roles, _said.c.kind, _said.c.value, func.count().label("n"))
            .join(latest, latest.c.id == _said.c.id)
            .join(_seats, (_seats.c.team_id == _said.c.team_id) & (_seats.c.id == _said.c.seat_id))
            .group_by(_said.c.question, _seats.c.roles, _said.c.kind, _said.c.value)
            .order_by(_said.c.question, _seats.c.roles, _said.c.kind, _said.c.value)
        )
        return [
            Count(
                question=row.question,
                roles=tuple(row.roles.split()),
                kind=Said(row.kind),
                value=row.value,
                n=row.n,
            )
            for row in self._connection.execute(query)
        ]

    def comments(self, assessment_id: str, questions: Iterable[str]) -> dict[str, int]:
        """How many comments each of these questions has."""
        query = (
            select(_said.c.question, func.count())
            .where(
                self._mine(_said),
                _said.c.assessment_id == assessment_id,
                _said.c.kind == Said.COMMENTED,
                _said.c.question.in_(list(questions)),
            )
            .group_by(_said.c.question)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}
