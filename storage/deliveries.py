"""Events that are owed to the webhook. Each is kept until it is delivered or given up; of one subject they go
out in the order in which they happened."""

from datetime import datetime, timedelta
from typing import Any

from storage.claims import Claims, claiming, held
from storage.records import Delivery
from storage.repository import Repository, table_of
from storage.tables import DeliveryRow

_deliveries = table_of(DeliveryRow)
_CLAIMS = Claims(_deliveries, "id", line="subject_id")


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
        row = self._execute(_CLAIMS.next, claiming(token, now, lease)).one_or_none()
        return Delivery.model_validate(row) if row else None

    def done(self, delivery: Delivery) -> bool:
        """It was delivered, or given up."""
        return self._execute(_CLAIMS.done, held(delivery.id, delivery)).rowcount == 1

    def later(self, delivery: Delivery, *, due_at: datetime) -> bool:
        again = {"due_at": due_at, "claim": None, "lease_until": None}
        return self._execute(_CLAIMS.change, {**again, **held(delivery.id, delivery)}).rowcount == 1
