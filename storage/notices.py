"""What processes on one database tell each other, for a while."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib import import_module

from sqlalchemy import Connection, Executable, bindparam, func, select

from storage.records import Notice
from storage.repository import Repository, mine, table_of
from storage.tables import NoticeRow

_notices = table_of(NoticeRow)
_CURRENT = (
    select(_notices)
    .where(mine(_notices), _notices.c.until > bindparam("now"))
    .order_by(_notices.c.kind, _notices.c.about)
)
_OVER = _notices.delete().where(mine(_notices), _notices.c.until <= bindparam("now"))
_TAKE_BACK = _notices.delete().where(
    mine(_notices), _notices.c.kind == bindparam("what"), _notices.c.about == bindparam("whom")
)
#: As large as two pages of SQLite's: what is full has no room for it.
_ROOM = "x" * 8192


def write_and_take_back(connection: Connection) -> None:
    """Of nobody, and long over. Whoever commits it knows that the database takes what is written."""
    room = {"team_id": "", "kind": "room", "about": _ROOM, "until": datetime(2000, 1, 1, tzinfo=UTC)}
    connection.execute(_notices.insert().values(**room))
    connection.execute(_notices.delete().where(_notices.c.team_id == "", _notices.c.kind == "room"))


class Notices(Repository):
    def give(self, notices: Iterable[Notice]) -> None:
        """Of two about the same, the one that holds longer counts."""
        give = _give(self._connection.dialect.name)
        for notice in sorted(notices, key=lambda each: (each.kind, each.about)):  # so that no two deadlock
            self._execute(give, {"team_id": self._team, **notice.model_dump()})

    def take_back(self, kind: str, about: str) -> None:
        self._execute(_TAKE_BACK, {"what": kind, "whom": about})

    def current(self, now: datetime) -> list[Notice]:
        """Those that still hold; of the others no trace is left."""
        self._execute(_OVER, {"now": now})
        return [Notice.model_validate(row) for row in self._execute(_CURRENT, {"now": now})]


@cache
def _give(dialect: str) -> Executable:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(_notices)  # only the one that is spoken
    longer = func.max if dialect == "sqlite" else func.greatest
    update: Executable = insert.on_conflict_do_update(
        index_elements=["team_id", "kind", "about"],
        set_={"until": longer(_notices.c.until, insert.excluded.until)},
    )
    return update
