"""Seats: who answers, in which roles, and how far they are."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from storage.records import Seat, SeatState
from storage.repository import Repository, table_of
from storage.tables import SeatHolderRow, SeatRow

_seats = table_of(SeatRow)
_holders = table_of(SeatHolderRow)
_joined = _seats.join(
    _holders, (_holders.c.team_id == _seats.c.team_id) & (_holders.c.seat_id == _seats.c.id)
)


class Seats(Repository):
    def add(
        self,
        *,
        id: str,
        assessment_id: str,
        user_id: str,
        roles: Collection[str],
        questions: int,
        invited_at: datetime,
    ) -> None:
        self._add(
            _seats,
            id=id,
            assessment_id=assessment_id,
            roles=" ".join(sorted(roles)),
            state=SeatState.INVITED,
            questions=questions,
            answered=0,
            invited_at=invited_at,
        )
        self._add(_holders, seat_id=id, assessment_id=assessment_id, user_id=user_id)

    def find(self, id: str) -> Seat | None:
        return self._one(self._all().where(_seats.c.id == id))

    def lock(self, id: str) -> Seat | None:
        """The seat, held until the transaction ends, so that two clicks come one after the other.
        (On SQLite the whole transaction is already alone.)"""
        return self._one(self._all().where(_seats.c.id == id).with_for_update(of=_seats))

    def held_by(self, user_id: str) -> list[Seat]:
        """Every seat of this person, the latest invitation first."""
        query = self._all().where(_holders.c.user_id == user_id)
        return self._many(query.order_by(_seats.c.invited_at.desc(), _seats.c.id.desc()))

    def of(self, assessment_id: str) -> list[Seat]:
        query = self._all().where(_seats.c.assessment_id == assessment_id)
        return self._many(query.order_by(_seats.c.roles, _seats.c.id))

    def any_open(self, assessment_id: str) -> bool:
        """Whether anybody still has answers to send."""
        query = select(_seats.c.id).where(
            self._mine(_seats),
            _seats.c.assessment_id == assessment_id,
            _seats.c.state.in_([SeatState.INVITED, SeatState.STARTED]),
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def change(self, id: str, **values: Any) -> None:
        self._connection.execute(
            _seats.update().where(self._mine(_seats), _seats.c.id == id).values(**values)
        )

    def _all(self) -> Select[Any]:
        return select(_seats, _holders.c.user_id).select_from(_joined).where(self._mine(_seats))

    def _one(self, query: Select[Any]) -> Seat | None:
        row = self._connection.execute(query).one_or_none()
        return _record(row) if row else None

    def _many(self, query: Select[Any]) -> list[Seat]:
        return [_record(row) for row in self._connection.execute(query)]


def _record(row: Row[Any]) -> Seat:
    return Seat.model_validate({**row._mapping, "roles": tuple(row.roles.split())})
