"""Seats: who answers, in which roles, and how far they are."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from storage.records import AssessmentState, Seat, SeatBefore, SeatCount, SeatState
from storage.repository import Repository, mine, table_of
from storage.tables import AssessmentRow, SeatHolderRow, SeatRow

_seats = table_of(SeatRow)
_holders = table_of(SeatHolderRow)
_assessments = table_of(AssessmentRow)

_HELD = (_holders.c.team_id == _seats.c.team_id) & (_holders.c.seat_id == _seats.c.id)
_ALL = (
    select(_seats, func.coalesce(_holders.c.user_id, "").label("user_id"))
    .join(_holders, _HELD, isouter=True)
    .where(mine(_seats))
)
_ONE = _ALL.where(_seats.c.id == bindparam("this"))
LOCK = _ONE.with_for_update(of=_seats)
_LOCK_ALL = (
    select(_seats.c.id)
    .where(mine(_seats), _seats.c.assessment_id == bindparam("assessment"))
    .order_by(_seats.c.id)
    .with_for_update()
)
_HELD_BY = (
    select(_seats, _holders.c.user_id)
    .join(_holders, _HELD)
    .where(mine(_seats), mine(_holders), _holders.c.user_id == bindparam("user"))
    .order_by(_seats.c.invited_at.desc(), _seats.c.id.desc())
)
_BEFORE = (
    select(_holders.c.seat_id, _assessments.c.pack_digest, _assessments.c.closed_at)
    .join(
        _assessments,
        (_assessments.c.team_id == _holders.c.team_id) & (_assessments.c.id == _holders.c.assessment_id),
    )
    .where(
        mine(_holders),
        _holders.c.user_id == bindparam("user"),
        _assessments.c.subject_key == bindparam("subject"),
        _assessments.c.round < bindparam("round"),
        _assessments.c.state == AssessmentState.CLOSED,
    )
    .order_by(_assessments.c.round.desc())
    .limit(1)
)
_OF = _ALL.where(_seats.c.assessment_id == bindparam("assessment")).order_by(_seats.c.roles, _seats.c.id)
_ANY_OPEN = (
    select(_seats.c.id)
    .where(
        mine(_seats),
        _seats.c.assessment_id == bindparam("assessment"),
        _seats.c.state.in_((SeatState.INVITED, SeatState.STARTED)),
    )
    .limit(1)
)
_COUNTS = (
    select(
        _seats.c.roles,
        _seats.c.state,
        func.count().label("n"),
        func.sum(case((_seats.c.answered > 0, 1), else_=0)).label("begun"),
    )
    .where(
        mine(_seats),
        _seats.c.assessment_id == bindparam("assessment"),
        _seats.c.state != SeatState.PASSED_ON,
    )
    .group_by(_seats.c.roles, _seats.c.state)
    .order_by(_seats.c.roles, _seats.c.state)
)
_ANY_HELD = (
    select(_holders.c.seat_id)
    .where(mine(_holders), _holders.c.assessment_id == bindparam("assessment"))
    .limit(1)
)
_VACATE = _holders.delete().where(mine(_holders), _holders.c.seat_id == bindparam("this"))
_FORGET_HOLDERS = _holders.delete().where(mine(_holders), _holders.c.assessment_id == bindparam("assessment"))
_LET_GO = _holders.delete().where(mine(_holders), _holders.c.seat_id == bindparam("this"))
_FORGET = _seats.delete().where(mine(_seats), _seats.c.id == bindparam("this"))


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

    def add_answered(
        self,
        *,
        id: str,
        assessment_id: str,
        user_id: str | None,
        roles: Collection[str],
        questions: int,
        answered: int,
        at: datetime,
    ) -> None:
        """A seat whose answers came from elsewhere and are sent; without a holder, if nobody in Slack is
        known to have sat there."""
        self._add(
            _seats,
            id=id,
            assessment_id=assessment_id,
            roles=" ".join(sorted(roles)),
            state=SeatState.SENT,
            questions=questions,
            answered=answered,
            invited_at=at,
            active_at=at,
        )
        if user_id:
            self._add(_holders, seat_id=id, assessment_id=assessment_id, user_id=user_id)

    def find(self, id: str) -> Seat | None:
        return self._one(_ONE, {"this": id})

    def lock(self, id: str) -> Seat | None:
        """The seat, held until the transaction ends, so that two clicks come one after the other.
        (On SQLite the whole transaction is already alone.)"""
        return self._one(LOCK, {"this": id})

    def lock_all(self, assessment_id: str) -> None:
        """All seats of an assessment: whoever is answering finishes first, and nobody begins."""
        self._execute(_LOCK_ALL, {"assessment": assessment_id}).all()

    def held_by(self, user_id: str) -> list[Seat]:
        """Every seat of this person, the latest invitation first."""
        return self._many(_HELD_BY, {"user": user_id})

    def before(self, user_id: str, *, subject_key: str, round: int) -> SeatBefore | None:
        """Where this person sat in the latest closed round of the subject before that one, if that is still
        known."""
        row = self._execute(_BEFORE, {"user": user_id, "subject": subject_key, "round": round}).one_or_none()
        return SeatBefore.model_validate(row) if row else None

    def of(self, assessment_id: str) -> list[Seat]:
        return self._many(_OF, {"assessment": assessment_id})

    def any_open(self, assessment_id: str) -> bool:
        """Whether anybody still has answers to send."""
        return self._execute(_ANY_OPEN, {"assessment": assessment_id}).first() is not None

    def any_held(self, assessment_id: str) -> bool:
        """Whether it is known of anybody where they sit."""
        return self._execute(_ANY_HELD, {"assessment": assessment_id}).first() is not None

    def vacate(self, seat: Seat, *, new_id: str) -> None:
        """Nobody sits there any more, and nobody can tell who did. An empty seat stays, to be counted, under
        an id that nobody has seen: buttons carry the old one. What belongs to it has to be gone before."""
        self._execute(_VACATE, {"this": seat.id})
        self._execute(_FORGET, {"this": seat.id})
        self._add(
            _seats,
            id=new_id,
            assessment_id=seat.assessment_id,
            roles=" ".join(seat.roles),
            state=SeatState.WITHDREW,
            questions=seat.questions,
            answered=0,
            invited_at=seat.invited_at,
        )

    def counts(self, assessment_id: str) -> list[SeatCount]:
        """How far people are, by roles, without reading the seats one by one. Whoever passed theirs on is
        counted by who took it over."""
        rows = self._execute(_COUNTS, {"assessment": assessment_id})
        return [SeatCount.model_validate({**row._mapping, "roles": tuple(row.roles.split())}) for row in rows]

    def set_anew(self, assessment_id: str, new_id: Callable[[], str], *, at: datetime) -> dict[str, str]:
        """The seats once more, under ids that nobody has seen, in the order of these; gives them by the old
        ones. The old seats are there until what belongs to them has moved, see `forget`."""
        again = sorted((new_id(), seat) for seat in self.of(assessment_id))
        for id, seat in again:
            kept = seat.model_dump(include={"state", "questions", "answered"})
            roles = " ".join(seat.roles)
            self._add(
                _seats, id=id, assessment_id=assessment_id, roles=roles, invited_at=at, active_at=at, **kept
            )
        return {seat.id: id for id, seat in again}

    def forget(self, assessment_id: str, ids: Collection[str]) -> None:
        """Who sat where is gone for good, and these seats with it."""
        self._execute(_FORGET_HOLDERS, {"assessment": assessment_id})
        for id in ids:
            self._execute(_FORGET, {"this": id})

    def let_go(self, id: str) -> None:
        """The seat is gone, and who sat there; what was said there has to be gone before."""
        self._execute(_LET_GO, {"this": id})
        self._execute(_FORGET, {"this": id})

    def change(self, id: str, **values: Any) -> None:
        self._change_later(_seats, "id", id, values)

    def _one(self, query: Select[Any], values: dict[str, Any]) -> Seat | None:
        return next(iter(self._many(query, values)), None)

    def _many(self, query: Select[Any], values: dict[str, Any]) -> list[Seat]:
        return [seat_of(row) for row in self._rows(query, values)]


def seat_of(row: dict[str, Any]) -> Seat:
    return Seat.model_validate({**row, "roles": tuple(row["roles"].split())})
