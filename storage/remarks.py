"""What is to be written to the issues of actions. Each is kept until it is written or given up; of one action
they are written in the order in which they happened.

A comment has no idempotency key, so one that was tried before (`attempts` above 1) is looked for by its mark
before it is written.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from storage.records import Remark, RemarkWord, TicketState
from storage.repository import Repository, mine, table_of
from storage.tables import RemarkRow, TicketRow

_remarks, _tickets = table_of(RemarkRow), table_of(TicketRow)
_before = _remarks.alias("before")

_FREE = or_(_remarks.c.lease_until.is_(None), _remarks.c.lease_until <= bindparam("now"))
_ANOTHER_FIRST = (
    select(_before.c.id)
    .where(
        _before.c.team_id == _remarks.c.team_id,
        _before.c.action_id == _remarks.c.action_id,
        _before.c.id < _remarks.c.id,
    )
    .exists()
)
_NO_ISSUE_YET = (
    select(_tickets.c.action_id)
    .where(
        _tickets.c.team_id == _remarks.c.team_id,
        _tickets.c.action_id == _remarks.c.action_id,
        _tickets.c.marker == _remarks.c.ticket,
        _tickets.c.state.in_((TicketState.OWED, TicketState.FAILED)),
    )
    .exists()
)
_NEXT = (
    select(_remarks.c.id)
    .where(mine(_remarks), _remarks.c.due_at <= bindparam("now"), _FREE, ~_ANOTHER_FIRST, ~_NO_ISSUE_YET)
    .order_by(_remarks.c.due_at, _remarks.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    _remarks.update()
    .where(mine(_remarks), _FREE, _remarks.c.id == _NEXT)
    .values(
        claim=bindparam("token"),
        lease_until=bindparam("until"),
        attempts=_remarks.c.attempts + 1,
        attempted_at=func.coalesce(
            _remarks.c.attempted_at, bindparam("now", type_=_remarks.c.attempted_at.type)
        ),
    )
    .returning(*_remarks.c)
)
_HELD = (
    mine(_remarks),
    _remarks.c.id == bindparam("this"),
    _remarks.c.claim == bindparam("held"),
    _remarks.c.attempts == bindparam("attempt"),
)
_CHANGE = _remarks.update().where(*_HELD)
_DONE = _remarks.delete().where(*_HELD)
_WAITING = select(_remarks.c.id).where(mine(_remarks), _remarks.c.action_id == bindparam("action")).limit(1)


class Remarks(Repository):
    def owe(
        self,
        action_id: str,
        *,
        ticket: str,
        mark: str,
        word: RemarkWord,
        by: str,
        due: date | None,
        at: datetime,
    ) -> None:
        values = {"ticket": ticket, "mark": mark, "word": word, "by": by, "due": due, "due_at": at}
        self._add(_remarks, action_id=action_id, attempts=0, failures=0, **values)

    def waits_for(self, action_id: str) -> bool:
        """Whether something of this action is still to be written."""
        return self._execute(_WAITING, {"action": action_id}).first() is not None

    def claim_next(self, *, token: str, now: datetime, lease: timedelta) -> Remark | None:
        """Claim the longest due one for which no earlier one of its action waits, and whose issue does not
        wait to be created."""
        row = self._execute(_CLAIM, {"token": token, "now": now, "until": now + lease}).one_or_none()
        return Remark.model_validate(row) if row else None

    def hold(self, remark: Remark, *, until: datetime) -> bool:
        """Keep the claim until then; False if it is not ours any more."""
        return self._execute(_CHANGE, {"lease_until": until, **_held(remark)}).rowcount == 1

    def later(self, remark: Remark, *, due_at: datetime, failures: int) -> bool:
        again = {"due_at": due_at, "failures": failures, "claim": None, "lease_until": None}
        return self._execute(_CHANGE, {**again, **_held(remark)}).rowcount == 1

    def done(self, remark: Remark) -> bool:
        """It was written, or given up."""
        return self._execute(_DONE, _held(remark)).rowcount == 1


def _held(remark: Remark) -> dict[str, Any]:
    return {"this": remark.id, "held": remark.claim, "attempt": remark.attempts}
