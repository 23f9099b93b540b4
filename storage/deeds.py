"""What was done to an assessment, and by whom: the list that participants may see."""

from sqlalchemy import bindparam, func, select

from storage.records import Deed
from storage.repository import Repository, mine, table_of
from storage.tables import DeedRow

_deeds = table_of(DeedRow)
_KEY = ("team_id", "assessment_id", "key")

_OF = (
    select(_deeds)
    .where(mine(_deeds), _deeds.c.assessment_id == bindparam("assessment"))
    .order_by(_deeds.c.id)
)
_BY = select(_deeds).where(mine(_deeds), _deeds.c.by == bindparam("user")).order_by(_deeds.c.id)

_NUMBER = select(func.count()).where(mine(_deeds), _deeds.c.assessment_id == bindparam("assessment"))


class Deeds(Repository):
    def add(self, assessment_id: str, deed: Deed, *, key: str | None = None) -> bool:
        """False if there is one of this key already."""
        return self._add_once(_deeds, *_KEY, assessment_id=assessment_id, key=key, **deed.model_dump())

    def number(self, assessment_id: str) -> int:
        """How many there are."""
        return int(self._execute(_NUMBER, {"assessment": assessment_id}).scalar_one())

    def of(self, assessment_id: str) -> list[Deed]:
        """All of them, in order."""
        return [Deed.model_validate(row) for row in self._execute(_OF, {"assessment": assessment_id})]

    def by(self, user_id: str) -> list[tuple[str, Deed]]:
        """What this person did anywhere, each with its assessment."""
        rows = self._execute(_BY, {"user": user_id}).all()
        return [(row.assessment_id, Deed.model_validate(row)) for row in rows]
