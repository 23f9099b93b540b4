"""Results: immutable snapshots, so that reading one never computes it again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from storage.records import Result
from storage.repository import Repository, mine, table_of
from storage.tables import ResultRow

_results = table_of(ResultRow)

_OF = (mine(_results), _results.c.assessment_id == bindparam("assessment"))
_LAST_REVISION = select(func.max(_results.c.revision)).where(*_OF)
_ALL = select(_results).where(*_OF).order_by(_results.c.revision)
_THIS = select(_results).where(*_OF, _results.c.revision == bindparam("wanted"))
_FIRST = _ALL.limit(1)
_LATEST = select(_results).where(*_OF).order_by(_results.c.revision.desc()).limit(1)
_REDUCE = (
    _results.update()
    .where(*_OF, _results.c.revision == bindparam("wanted"))
    .values(body=bindparam("less", type_=_results.c.body.type))
)
_FORGET_BEFORE = _results.delete().where(*_OF, _results.c.revision < bindparam("wanted"))


_SAY = (
    _results.update()
    .where(*_OF, _results.c.revision == bindparam("wanted"))
    .values(headline=bindparam("said"))
)


class Results(Repository):
    def add(self, assessment_id: str, *, body: dict[str, Any], at: datetime, by: str) -> Result:
        """Add the next revision; if somebody else is just adding that one, the one after it."""
        while True:
            revision = (self._execute(_LAST_REVISION, {"assessment": assessment_id}).scalar_one() or 0) + 1
            new = Result(assessment_id=assessment_id, revision=revision, body=body, at=at, by=by)
            if self._add_once(_results, **dict(new)):
                return new

    def keep(self, result: Result) -> None:
        """One that comes from a file, with the revision that it has there."""
        self._add(_results, **dict(result))

    def head(self, assessment_id: str, revision: int, headline: str | None) -> None:
        """Put a sentence over this revision, or take it away."""
        self._execute(_SAY, {"assessment": assessment_id, "wanted": revision, "said": headline})

    def reduce(self, assessment_id: str, revision: int, body: dict[str, Any]) -> None:
        """Less is kept of a revision than was, because somebody took back what they said."""
        values = {"assessment": assessment_id, "wanted": revision, "less": body}
        self._execute(_REDUCE, values)

    def forget_before(self, assessment_id: str, revision: int) -> None:
        self._execute(_FORGET_BEFORE, {"assessment": assessment_id, "wanted": revision})

    def first(self, assessment_id: str) -> Result | None:
        return self._one(_FIRST, assessment_id)

    def all(self, assessment_id: str) -> list[Result]:
        """Every revision, in order."""
        rows = self._execute(_ALL, {"assessment": assessment_id})
        return [Result.model_validate(row) for row in rows]

    def latest(self, assessment_id: str) -> Result | None:
        return self._one(_LATEST, assessment_id)

    def get(self, assessment_id: str, revision: int) -> Result:
        """Raises: NoResultFound."""
        row = self._execute(_THIS, {"assessment": assessment_id, "wanted": revision}).one()
        return Result.model_validate(row)

    def _one(self, query: Select[Any], assessment_id: str) -> Result | None:
        row = self._execute(query, {"assessment": assessment_id}).one_or_none()
        return Result.model_validate(row) if row else None
