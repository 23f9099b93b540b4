"""Channels in which nothing is posted for now, and why."""

from datetime import datetime

from sqlalchemy import bindparam, select

from storage.records import ChannelPause
from storage.repository import Repository, mine, table_of
from storage.tables import ChannelPauseRow

_pauses = table_of(ChannelPauseRow)

_HERE = (mine(_pauses), _pauses.c.channel == bindparam("here"))
_THIS = select(_pauses).where(*_HERE)
_RESUME = _pauses.delete().where(*_HERE)


class Channels(Repository):
    def pause(self, channel: str, *, why: str, at: datetime) -> bool:
        """Post nothing there from now on. False if it was so already."""
        return self._add_once(_pauses, channel=channel, why=why, since=at)

    def resume(self, channel: str) -> bool:
        """Post there again. False if nothing was in the way."""
        return self._execute(_RESUME, {"here": channel}).rowcount == 1

    def pause_of(self, channel: str) -> ChannelPause | None:
        row = self._execute(_THIS, {"here": channel}).one_or_none()
        return ChannelPause.model_validate(row) if row else None
