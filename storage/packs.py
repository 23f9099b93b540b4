"""Pack snapshots: the questions as they were when an assessment was opened."""

from sqlalchemy import select

from storage.repository import Repository, table_of
from storage.tables import PackRow

_packs = table_of(PackRow)


class Packs(Repository):
    def keep(self, *, digest: str, name: str, version: int, body: str) -> None:
        """Keep a snapshot; the same one twice is one."""
        self._add_once(_packs, digest=digest, name=name, version=version, body=body)

    def body(self, digest: str) -> str:
        """The snapshot's text. Raises: NoResultFound if this workspace never kept it."""
        query = select(_packs.c.body).where(self._mine(_packs), _packs.c.digest == digest)
        return str(self._connection.execute(query).scalar_one())
