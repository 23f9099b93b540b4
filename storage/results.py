"""Results: immutable snapshots, so that reading one never computes it again."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.records import Result
from storage.repository import Repository, table_of
from storage.tables import ResultRow

_results = table_of(ResultRow)


class Results(Repository):
    def add(self, assessment_id: str, *, body: dict[str, Any], at: datetime, by: str) -> Result:
        """Add the next revision."""
        query = select(func.max(_results.c.revision)).where(
            self._mine(_results), _results.c.assessment_id == assessment_id
        )
        revision = (self._connection.execute(query).scalar_one() or 0) + 1
        self._add(_results, assessment_id=assessment_id, revision=revision, body=body, at=at, by=by)
        return Result(assessment_id=assessment_id, revision=revision, body=body, at=at, by=by)

    def latest(self, assessment_id: str) -> Result | None:
        query = select(_results).where(self._mine(_results), _results.c.assessment_id == assessment_id)
        row = self._connection.execute(query.order_by(_results.c.revision.desc()).limit(1)).one_or_none()
        return Result.model_validate(row) if row else None
