"""The issues of actions in trackers: which are to be created, which are to be read again, and what they said.

Creating one has no idempotency key, so it is owed and claimed as postings are: a claim whose holder died
comes back with `attempts` above 1, and is then looked for by its marker before it is created.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, bindparam, select

from storage.claims import Claims, claiming, held
from storage.records import Ticket, TicketState, TicketStatus, TrackerKind
from storage.repository import Repository, mine, table_of
from storage.tables import TicketRow

_tickets = table_of(TicketRow)

_ALL = select(_tickets).where(mine(_tickets))
_ONE = _ALL.where(_tickets.c.action_id == bindparam("action"))
_OF = _ALL.where(_tickets.c.action_id.in_(bindparam("actions", expanding=True)))
_THIS = _tickets.c.action_id == bindparam("this")
_OPEN = _tickets.c.state.in_((TicketState.OWED, TicketState.CREATED, TicketState.LINKED))
_CLAIMS = Claims(_tickets, "action_id", only=_OPEN)
_PUT = _tickets.update().where(mine(_tickets), _THIS)
_REMOVE = _tickets.delete().where(mine(_tickets), _tickets.c.action_id == bindparam("action"))
#: What a ticket is that nobody has tried to create or read yet.
_NEW: dict[str, Any] = {
    "key": None,
    "url": None,
    "status": None,
    "detail": None,
    "etag": None,
    "checked_at": None,
    "claim": None,
    "lease_until": None,
    "attempts": 0,
    "attempted_at": None,
    "failures": 0,
    "refused": None,
    "words": None,
}


class Tickets(Repository):
    def put(
        self,
        action_id: str,
        *,
        tracker: TrackerKind,
        state: TicketState,
        marker: str,
        asked_by: str,
        at: datetime,
        key: str | None = None,
        url: str | None = None,
    ) -> None:
        """The action's issue from now on, in place of another."""
        values = {**_NEW, "tracker": tracker, "state": state, "marker": marker, "asked_by": asked_by}
        values |= {"key": key, "url": url, "due_at": at}
        if not self._add_once(_tickets, "team_id", "action_id", action_id=action_id, **values):
            self._execute(_PUT, {**values, "this": action_id})

    def keep(
        self,
        action_id: str,
        *,
        tracker: TrackerKind,
        key: str,
        url: str,
        status: TicketStatus | None,
        detail: str | None,
        checked_at: datetime | None,
        marker: str,
        at: datetime,
    ) -> None:
        """The issue of an action that was imported, as its file has it; nobody asked for it here."""
        read = {"key": key, "url": url, "status": status, "detail": detail, "checked_at": checked_at}
        values = {**_NEW, **read, "tracker": tracker, "state": TicketState.KEPT, "marker": marker}
        self._add_once(
            _tickets, "team_id", "action_id", action_id=action_id, asked_by="", due_at=at, **values
        )

    def find(self, action_id: str) -> Ticket | None:
        return self._one(_ONE, {"action": action_id})

    def of(self, actions: Collection[str]) -> dict[str, Ticket]:
        """By action."""
        rows = self._execute(_OF, {"actions": [*actions]})
        return {ticket.action_id: ticket for ticket in map(Ticket.model_validate, rows)}

    def remove(self, action_id: str) -> bool:
        return self._execute(_REMOVE, {"action": action_id}).rowcount == 1

    def owe_again(self, action_id: str, *, at: datetime) -> None:
        """What the tracker did not take is tried once more. Whoever tries looks for it first."""
        again = {"state": TicketState.OWED, "due_at": at, "failures": 0, "refused": None, "words": None}
        self._execute(_PUT, {**again, "this": action_id})

    def claim_next(self, *, token: str, now: datetime, lease: timedelta) -> Ticket | None:
        """Claim the longest due one, if any."""
        return self._one(_CLAIMS.next, claiming(token, now, lease))

    def claim(self, action_id: str, *, token: str, now: datetime, lease: timedelta) -> Ticket | None:
        """Claim this one before it is due, if it is free."""
        return self._one(_CLAIMS.this, {**claiming(token, now, lease), "this": action_id})

    def settle(self, ticket: Ticket, **values: Any) -> bool:
        """Write down what became of it and let it go. False if the claim ran out and somebody else has it,
        or if people decided otherwise meanwhile."""
        return self._held(ticket, {**values, "claim": None, "lease_until": None})

    def hold(self, ticket: Ticket, *, until: datetime) -> bool:
        """Keep the claim until then; False if it is not ours any more."""
        return self._held(ticket, {"lease_until": until})

    def _held(self, ticket: Ticket, values: dict[str, Any]) -> bool:
        return self._execute(_CLAIMS.change, {**values, **held(ticket.action_id, ticket)}).rowcount == 1

    def _one(self, statement: Executable, values: dict[str, Any]) -> Ticket | None:
        row = self._execute(statement, values).one_or_none()
        return Ticket.model_validate(row) if row else None
