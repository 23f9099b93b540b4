"""Whether a workspace lets us speak with it, or has removed us."""

from datetime import datetime

from sqlalchemy import select

from storage.records import Departure
from storage.repository import Repository, mine, table_of
from storage.tables import DepartureRow

_departures = table_of(DepartureRow)
_OURS = select(_departures).where(mine(_departures))
_BACK = _departures.delete().where(mine(_departures))


class Departures(Repository):
    def leave(self, *, why: str, since: datetime, erase_at: datetime | None) -> bool:
        """Nothing is sent from now on. False if it was so already."""
        return self._add_once(_departures, why=why, since=since, erase_at=erase_at)

    def back(self) -> bool:
        """All goes on. False if nothing was in the way."""
        return self._execute(_BACK).rowcount == 1

    def current(self) -> Departure | None:
        row = self._execute(_OURS).one_or_none()
        return Departure.model_validate(row) if row else None
