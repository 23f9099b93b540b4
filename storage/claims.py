"""Rows that are owed to somebody outside, each done by one process: it is claimed for the length of a lease,
done or put off, and a claim whose holder died comes back with `attempts` above 1.

Shared by what trackers and webhooks are owed. Messages to Slack have states of their own: `storage.postings`.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, or_, select, true

from storage.repository import mine

#: Longer than any claim lasts, also one that waits because Slack said so: one that ends later was taken by a
#: clock that was ahead.
ABSURD = timedelta(hours=1)


class Claimed(Protocol):
    @property
    def claim(self) -> str | None: ...

    @property
    def attempts(self) -> int: ...


class Claims:
    """The statements for a table with `due_at`, `claim`, `lease_until` and `attempts`, whose rows are named
    by `key`. Of those with the same `line` the next is claimed when the one before is done. `only` is what
    else a row must be to be claimed, and `when` what must hold for the next."""

    def __init__(
        self,
        table: Table,
        key: str,
        *,
        line: str | None = None,
        only: ColumnElement[bool] | None = None,
        when: ColumnElement[bool] | None = None,
    ) -> None:
        named = table.c[key]
        free = and_(_free(table), true() if only is None else only)
        due = and_(free, table.c.due_at <= bindparam("now"), true() if when is None else when)
        if line:
            due = and_(due, ~_another_first(table, line, key))
        following = (
            select(named)
            .where(mine(table), due)
            .order_by(table.c.due_at, named)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        values = {
            "claim": bindparam("token"),
            "lease_until": bindparam("until"),
            "attempts": table.c.attempts + 1,
        }
        if "attempted_at" in table.c:
            first = table.c.attempted_at
            values["attempted_at"] = func.coalesce(first, bindparam("now", type_=first.type))
        claim = table.update().where(mine(table), free).values(**values).returning(*table.c)
        self.next, self.this = claim.where(named == following), claim.where(named == bindparam("this"))
        held = (
            mine(table),
            named == bindparam("this"),
            table.c.claim == bindparam("held"),
            table.c.attempts == bindparam("attempt"),
        )
        self.change, self.done = table.update().where(*held), table.delete().where(*held)


def claiming(token: str, now: datetime, lease: timedelta) -> dict[str, Any]:
    """The values of a claim."""
    return {"token": token, "now": now, "until": now + lease, "absurd": now + ABSURD}


def held(this: object, by: Claimed) -> dict[str, Any]:
    """The values that name a claim: who has it, and that it is not another one of theirs."""
    return {"this": this, "held": by.claim, "attempt": by.attempts}


def _free(table: Table) -> ColumnElement[bool]:
    ends = table.c.lease_until
    return or_(ends.is_(None), ends <= bindparam("now"), ends > bindparam("absurd"))


def _another_first(table: Table, line: str, key: str) -> ColumnElement[bool]:
    before = table.alias("before")
    return (
        select(before.c[key])
        .where(
            before.c.team_id == table.c.team_id,
            before.c[line] == table.c[line],
            before.c[key] < table.c[key],
        )
        .exists()
    )
