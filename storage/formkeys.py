"""The key with which forms are sealed, the same for all processes and all workspaces."""

from sqlalchemy import select

from storage.repository import Repository, mine, table_of
from storage.tables import FormKeyRow

_keys = table_of(FormKeyRow)
_OURS = select(_keys.c.key).where(mine(_keys))


class FormKeys(Repository):
    def kept(self, new: str) -> str:
        """The one that is there; `new`, from now on, where there is none."""
        self._add_once(_keys, key=new)
        return str(self._execute(_OURS).scalar_one())
