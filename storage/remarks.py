"""What is to be written to the issues of actions. Each is kept until it is written or given up; of one action
they are written in the order in which they happened.

A comment has no idempotency key, so one that was tried before (`attempts` above 1) is looked for by its mark
before it is written.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from storage.claims import Claims, claiming, held
from storage.records import Remark, RemarkWord, TicketState
from storage.repository import Repository, mine, table_of
from storage.tables import RemarkRow, TicketRow

_remarks, _tickets = table_of(RemarkRow), table_of(TicketRow)

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
_CLAIMS = Claims(_remarks, "id", line="action_id", when=~_NO_ISSUE_YET)
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
        row = self._execute(_CLAIMS.next, claiming(token, now, lease)).one_or_none()
        return Remark.model_validate(row) if row else None

    def hold(self, remark: Remark, *, until: datetime) -> bool:
        """Keep the claim until then; False if it is not ours any more."""
        return self._execute(_CLAIMS.change, {"lease_until": until, **held(remark.id, remark)}).rowcount == 1

    def later(self, remark: Remark, *, due_at: datetime, failures: int) -> bool:
        again = {"due_at": due_at, "failures": failures, "claim": None, "lease_until": None}
        return self._execute(_CLAIMS.change, {**again, **held(remark.id, remark)}).rowcount == 1

    def done(self, remark: Remark) -> bool:
        """It was written, or given up."""
        return self._execute(_CLAIMS.done, held(remark.id, remark)).rowcount == 1
