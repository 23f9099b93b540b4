"""Pack snapshots: the questions as they were when an assessment was opened."""

from sqlalchemy import bindparam, select

from storage.repository import Repository, mine, table_of
from storage.tables import PackRow

_packs = table_of(PackRow)

_BODY = select(_packs.c.body).where(mine(_packs), _packs.c.digest == bindparam("digest"))


class Packs(Repository):
    def keep(self, *, digest: str, name: str, version: int, body: str) -> None:
        """Keep a snapshot; the same one twice is one."""
        self._add_once(_packs, digest=digest, name=name, version=version, body=body)

    def body(self, digest: str) -> str:
        """The snapshot's text. Raises: NoResultFound if this workspace never kept it."""
        return str(self._execute(_BODY, {"digest": digest}).scalar_one())
