"""Follow-ups: on which days an owner hears of an action, and in which message they did."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import bindparam, func, select

from storage.records import FollowUp, FollowUpKind
from storage.repository import Repository, mine, table_of
from storage.tables import FollowUpRow

_rows = table_of(FollowUpRow)

_ALL = select(_rows).where(mine(_rows)).order_by(_rows.c.day, _rows.c.action_id, _rows.c.kind)
_ABOUT = _ALL.where(_rows.c.action_id == bindparam("action"))
_WAITING = _ALL.where(_rows.c.said_in.is_(None), _rows.c.day <= bindparam("until"))
_WAITING_FOR = _WAITING.where(_rows.c.owner == bindparam("user"))
_WAITING_ABOUT = _WAITING.where(_rows.c.action_id.in_(bindparam("actions", expanding=True)))
_SAID_IN = _ALL.where(_rows.c.said_in == bindparam("posting"))
_LAST_SAID = select(func.max(_rows.c.said_at)).where(
    mine(_rows),
    _rows.c.owner == bindparam("user"),
    _rows.c.kind != FollowUpKind.ESCALATION,
    _rows.c.said_in != bindparam("besides"),
)
_THIS = (
    mine(_rows),
    _rows.c.action_id == bindparam("action"),
    _rows.c.owner == bindparam("user"),
    _rows.c.day == bindparam("on"),
    _rows.c.kind == bindparam("this_kind"),
    _rows.c.said_in.is_(None),
)
_SAY = _rows.update().where(*_THIS).values(said_in=bindparam("posting"), said_at=bindparam("at"))
_STAMP = (
    _rows.update().where(mine(_rows), _rows.c.said_in == bindparam("posting")).values(said_at=bindparam("at"))
)
_CANCEL = _rows.delete().where(*_THIS)


class FollowUps(Repository):
    def add(self, action_id: str, *, owner: str, due: date, day: date, kind: FollowUpKind) -> bool:
        """False if there is one of this kind on that day already."""
        return self._add_once(_rows, action_id=action_id, owner=owner, due=due, day=day, kind=kind)

    def about(self, action_id: str) -> list[FollowUp]:
        """All of this action, whatever its owner and due date were, by day."""
        return self._many(_ABOUT, action=action_id)

    def waiting_for(self, user_id: str, *, until: date) -> list[FollowUp]:
        """What this owner should have heard by then, and has not."""
        return self._many(_WAITING_FOR, user=user_id, until=until)

    def waiting_about(self, actions: Iterable[str], *, until: date) -> list[FollowUp]:
        """What should have been said about these by then, and was not."""
        return self._many(_WAITING_ABOUT, actions=list(actions), until=until)

    def said_in(self, posting: str) -> list[FollowUp]:
        return self._many(_SAID_IN, posting=posting)

    def last_said(self, user_id: str, *, besides: str) -> datetime | None:
        """When this owner last heard of an action, `besides` the posting with this key."""
        found = self._execute(_LAST_SAID, {"user": user_id, "besides": besides}).scalar_one()
        return found if found is None or isinstance(found, datetime) else None

    def say(self, followup: FollowUp, *, posting: str, at: datetime) -> bool:
        """It is said in this posting; false if it was said before, or is not wanted any more."""
        return self._execute(_SAY, {**_key(followup), "posting": posting, "at": at}).rowcount == 1

    def stamp(self, posting: str, *, at: datetime) -> None:
        """What this posting says is said now: it had not reached Slack before."""
        self._execute(_STAMP, {"posting": posting, "at": at})

    def cancel(self, followup: FollowUp) -> bool:
        """It will not be said; false if it was."""
        return self._execute(_CANCEL, _key(followup)).rowcount == 1

    def _many(self, query: object, **values: object) -> list[FollowUp]:
        return [FollowUp.model_validate(row) for row in self._execute(query, values)]  # type: ignore[arg-type]


def _key(followup: FollowUp) -> dict[str, object]:
    return {
        "action": followup.action_id,
        "user": followup.owner,
        "on": followup.day,
        "this_kind": followup.kind,
    }
