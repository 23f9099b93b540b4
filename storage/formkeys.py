"""The keys with which forms are sealed, the same for all processes and all workspaces."""

from datetime import datetime

from sqlalchemy import Engine, bindparam, select

from storage.database import transaction
from storage.prepared import Line
from storage.repository import Repository, mine, table_of
from storage.tables import FormKeyRow

_keys = table_of(FormKeyRow)
_OURS = select(_keys.c.key, _keys.c.key_before, _keys.c.before_until).where(mine(_keys))
_CHANGE = (
    _keys.update()
    .where(mine(_keys))
    .values(key_before=_keys.c.key, before_until=bindparam("until"), key=bindparam("new"))
)


class FormKeys(Repository):
    def good(self, new: str, now: datetime) -> tuple[str, ...]:
        """The one that seals, which is `new` from now on where there is none; and the one before, if forms
        that it has sealed are still good."""
        found = self._execute(_OURS).one_or_none()
        if found is None:
            self._add_once(_keys, key=new)
            found = self._execute(_OURS).one()
        is_good = found.before_until is not None and found.before_until > now
        return (found.key, found.key_before) if is_good else (found.key,)

    def change(self, new: str, *, until: datetime) -> None:
        """`new` seals from now on; what the one before has sealed is good until then. What was before that
        is not."""
        if not self._execute(_CHANGE, {"new": new, "until": until}).rowcount:
            self._add(_keys, key=new)


def change(engine: Engine, new: str, *, until: datetime) -> None:
    with transaction(engine) as connection:
        FormKeys(Line(connection), "").change(new, until=until)
