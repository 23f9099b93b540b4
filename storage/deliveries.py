"""Events that are owed to the webhook. Each is kept until it is delivered or given up; of one subject they go
out in the order in which they happened."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from storage.records import Delivery
from storage.repository import Repository, mine, table_of
from storage.tables import DeliveryRow

_deliveries = table_of(DeliveryRow)
_before = _deliveries.alias("before")

_FREE = or_(_deliveries.c.lease_until.is_(None), _deliveries.c.lease_until <= bindparam("now"))
_ANOTHER_FIRST = (
    select(_before.c.id)
    .where(
        _before.c.team_id == _deliveries.c.team_id,
        _before.c.subject_id == _deliveries.c.subject_id,
        _before.c.id < _deliveries.c.id,
    )
    .exists()
)
_NEXT = (
    select(_deliveries.c.id)
    .where(mine(_deliveries), _deliveries.c.due_at <= bindparam("now"), _FREE, ~_ANOTHER_FIRST)
    .order_by(_deliveries.c.due_at, _deliveries.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    _deliveries.update()
    .where(mine(_deliveries), _FREE, _deliveries.c.id == _NEXT)
    .values(claim=bindparam("token"), lease_until=bindparam("until"), attempts=_deliveries.c.attempts + 1)
    .returning(*_deliveries.c)
)
_HELD = (
    mine(_deliveries),
    _deliveries.c.id == bindparam("this"),
    _deliveries.c.claim == bindparam("held"),
    _deliveries.c.attempts == bindparam("attempt"),
)
_LATER = _deliveries.update().where(*_HELD)
_DONE = _deliveries.delete().where(*_HELD)


class Deliveries(Repository):
    def owe(
        self, event: str, *, assessment_id: str, subject_id: str, body: dict[str, Any], at: datetime
    ) -> None:
        self._add(
            _deliveries,
            event=event,
            assessment_id=assessment_id,
            subject_id=subject_id,
            body=body,
            created_at=at,
            due_at=at,
            attempts=0,
        )

    def claim_next(self, *, token: str, now: datetime, lease: timedelta) -> Delivery | None:
        """Claim the longest due one for which no earlier one of its subject waits."""
        values = {"token": token, "now": now, "until": now + lease}
        row = self._execute(_CLAIM, values).one_or_none()
        return Delivery.model_validate(row) if row else None

    def done(self, delivery: Delivery) -> bool:
        """It was delivered, or given up."""
        return self._execute(_DONE, _held(delivery)).rowcount == 1

    def later(self, delivery: Delivery, *, due_at: datetime) -> bool:
        again = {"due_at": due_at, "claim": None, "lease_until": None}
        return self._execute(_LATER, {**again, **_held(delivery)}).rowcount == 1


def _held(delivery: Delivery) -> dict[str, Any]:
    return {"this": delivery.id, "held": delivery.claim, "attempt": delivery.attempts}
