"""The private addresses from which calendars read due dates, one for each person at most."""

from datetime import datetime

from sqlalchemy import bindparam, select

from storage.records import Feed
from storage.repository import Repository, mine, table_of
from storage.tables import FeedRow

_feeds = table_of(FeedRow)
_OF = select(_feeds).where(mine(_feeds), _feeds.c.user_id == bindparam("user"))
_AT = select(_feeds).where(mine(_feeds), _feeds.c.fingerprint == bindparam("print"))
_RENEW = _feeds.update().where(mine(_feeds), _feeds.c.user_id == bindparam("user"))
_END = _feeds.delete().where(mine(_feeds), _feeds.c.user_id == bindparam("user"))


class Feeds(Repository):
    def renew(self, user_id: str, *, fingerprint: str, at: datetime) -> None:
        """This one from now on, and no other."""
        new = {"fingerprint": fingerprint, "made_at": at}
        if not self._add_once(_feeds, "team_id", "user_id", user_id=user_id, **new):
            self._execute(_RENEW, {**new, "user": user_id})

    def of(self, user_id: str) -> Feed | None:
        row = self._execute(_OF, {"user": user_id}).one_or_none()
        return Feed.model_validate(row) if row else None

    def at(self, fingerprint: str) -> Feed | None:
        row = self._execute(_AT, {"print": fingerprint}).one_or_none()
        return Feed.model_validate(row) if row else None

    def end(self, user_id: str) -> bool:
        return self._execute(_END, {"user": user_id}).rowcount == 1
