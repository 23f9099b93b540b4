"""Actions: what was agreed to be done about a gap, and what its owner said since."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from storage.records import Action, ActionNote, ActionState
from storage.repository import Repository, table_of
from storage.tables import ActionNoteRow, ActionRow

_actions = table_of(ActionRow)
_notes = table_of(ActionNoteRow)


class Actions(Repository):
    def add(
        self,
        *,
        id: str,
        assessment_id: str,
        question: str,
        level: int,
        objective: str,
        measure: str,
        owner: str,
        due: date,
        agreed_by: str,
        agreed_at: datetime,
    ) -> Action:
        self._add(
            _actions,
            id=id,
            assessment_id=assessment_id,
            question=question,
            level=level,
            objective=objective,
            measure=measure,
            owner=owner,
            due=due,
            state=ActionState.ON_TRACK,
            agreed_by=agreed_by,
            agreed_at=agreed_at,
            changed_at=agreed_at,
        )
        found = self.find(id)
        assert found is not None
        return found

    def find(self, id: str) -> Action | None:
        row = self._connection.execute(self._all().where(_actions.c.id == id)).one_or_none()
        return Action.model_validate(row) if row else None

    def of(self, assessment_id: str) -> list[Action]:
        """The earliest due first."""
        return self._many(self._all().where(_actions.c.assessment_id == assessment_id))

    def owned_by(self, user_id: str) -> list[Action]:
        return self._many(self._all().where(_actions.c.owner == user_id))

    def mark(self, id: str, *, state: ActionState, by: str, text: str | None, at: datetime) -> None:
        """Note what was said, and let it be the action's state."""
        self._add(_notes, action_id=id, by=by, state=state, text=text, at=at)
        self._connection.execute(
            _actions.update()
            .where(self._mine(_actions), _actions.c.id == id)
            .values(state=state, changed_at=at)
        )

    def notes(self, assessment_id: str) -> list[ActionNote]:
        """All that was said about the assessment's actions, in order."""
        query = (
            select(_notes)
            .join(_actions, (_actions.c.team_id == _notes.c.team_id) & (_actions.c.id == _notes.c.action_id))
            .where(self._mine(_notes), _actions.c.assessment_id == assessment_id)
            .order_by(_notes.c.id)
        )
        return [ActionNote.model_validate(row) for row in self._connection.execute(query)]

    def _all(self) -> Select[Any]:
        return select(_actions).where(self._mine(_actions))

    def _many(self, query: Select[Any]) -> list[Action]:
        rows = self._connection.execute(query.order_by(_actions.c.due, _actions.c.id))
        return [Action.model_validate(row) for row in rows]
