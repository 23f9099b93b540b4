"""Assessments: numbered rounds of what is assessed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from storage.records import Assessment, AssessmentState
from storage.repository import Repository, table_of
from storage.tables import AssessmentRow

_assessments = table_of(AssessmentRow)


class Assessments(Repository):
    def add(
        self,
        *,
        id: str,
        subject: str,
        facilitator: str,
        channel: str | None,
        pack_digest: str,
        scope: dict[str, Any],
        created_at: datetime,
        closes_at: datetime,
    ) -> Assessment:
        """Add a draft: the next round of its subject."""
        subject_key = " ".join(subject.casefold().split())
        self._add(
            _assessments,
            id=id,
            subject=subject,
            subject_key=subject_key,
            round=self._last_round(subject_key) + 1,
            state=AssessmentState.DRAFT,
            facilitator=facilitator,
            channel=channel,
            pack_digest=pack_digest,
            scope=scope,
            created_at=created_at,
            closes_at=closes_at,
        )
        return self.get(id)

    def get(self, id: str) -> Assessment:
        """Raises: NoResultFound if this workspace has no such assessment."""
        row = self._connection.execute(self._all().where(_assessments.c.id == id)).one()
        return Assessment.model_validate(row)

    def find(self, id: str) -> Assessment | None:
        row = self._connection.execute(self._all().where(_assessments.c.id == id)).one_or_none()
        return Assessment.model_validate(row) if row else None

    def in_states(self, states: Collection[AssessmentState]) -> list[Assessment]:
        """Newest first."""
        query = self._all().where(_assessments.c.state.in_(states))
        rows = self._connection.execute(
            query.order_by(_assessments.c.created_at.desc(), _assessments.c.id.desc())
        )
        return [Assessment.model_validate(row) for row in rows]

    def to_close(self, now: datetime) -> list[Assessment]:
        """The open ones whose closing time has come."""
        query = self._all().where(
            _assessments.c.state == AssessmentState.OPEN, _assessments.c.closes_at <= now
        )
        return [Assessment.model_validate(row) for row in self._connection.execute(query)]

    def change(self, id: str, *, only_if: AssessmentState, **values: Any) -> bool:
        """Change it if it is still in that state; say whether it was. Of two who try, one wins."""
        done = self._connection.execute(
            _assessments.update()
            .where(self._mine(_assessments), _assessments.c.id == id, _assessments.c.state == only_if)
            .values(**values)
        )
        return done.rowcount == 1

    def _all(self) -> Select[Any]:
        return select(_assessments).where(self._mine(_assessments))

    def _last_round(self, subject_key: str) -> int:
        query = select(func.max(_assessments.c.round)).where(
            self._mine(_assessments), _assessments.c.subject_key == subject_key
        )
        return self._connection.execute(query).scalar_one() or 0
