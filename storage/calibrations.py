"""Levels that were agreed for contested questions."""

from sqlalchemy import bindparam, select

from storage.records import Calibration
from storage.repository import Repository, mine, table_of
from storage.tables import CalibrationRow

_calibrations = table_of(CalibrationRow)

_OF = (
    select(_calibrations)
    .where(mine(_calibrations), _calibrations.c.assessment_id == bindparam("assessment"))
    .order_by(_calibrations.c.id)
)
_BY = (
    select(_calibrations)
    .where(mine(_calibrations), _calibrations.c.by == bindparam("user"))
    .order_by(_calibrations.c.id)
)


class Calibrations(Repository):
    def add(self, assessment_id: str, calibration: Calibration) -> bool:
        """Add one; the same (by its key) a second time changes nothing and returns False."""
        return self._add_once(
            _calibrations,
            "team_id",
            "assessment_id",
            "key",
            assessment_id=assessment_id,
            **calibration.model_dump(),
        )

    def of(self, assessment_id: str) -> list[Calibration]:
        """All that were recorded, in order."""
        rows = self._execute(_OF, {"assessment": assessment_id})
        return [Calibration.model_validate(row) for row in rows]

    def standing(self, assessment_id: str) -> dict[str, Calibration]:
        """By question, the one that counts."""
        last = {calibration.question: calibration for calibration in self.of(assessment_id)}
        return {question: found for question, found in last.items() if found.level is not None}

    def by(self, user_id: str) -> list[tuple[str, Calibration]]:
        """What this person recorded anywhere, each with its assessment."""
        rows = self._execute(_BY, {"user": user_id}).all()
        return [(row.assessment_id, Calibration.model_validate(row)) for row in rows]
