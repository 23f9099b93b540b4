"""Actions: what was agreed to be done about a gap, and what its owner said since."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, select

from storage.records import Action, ActionNote, ActionState
from storage.repository import Repository, mine, table_of
from storage.tables import ActionNoteRow, ActionRow, AssessmentRow

_actions = table_of(ActionRow)
_assessments = table_of(AssessmentRow)
_notes = table_of(ActionNoteRow)

_ALL = select(_actions).where(mine(_actions)).order_by(_actions.c.due, _actions.c.id)
_ONE = _ALL.where(_actions.c.id == bindparam("this"))
_OF = _ALL.where(_actions.c.assessment_id == bindparam("assessment"))
_EVER_OWNED_BY = _ALL.where(_actions.c.owner == bindparam("user"))
_OWNED_BY = _EVER_OWNED_BY.where(
    ~exists().where(
        _assessments.c.team_id == _actions.c.team_id,
        _assessments.c.id == _actions.c.assessment_id,
        _assessments.c.imported_at.is_not(None),
    )
)
_NOTES = (
    select(_notes)
    .join(_actions, (_actions.c.team_id == _notes.c.team_id) & (_actions.c.id == _notes.c.action_id))
    .where(mine(_notes), _actions.c.assessment_id == bindparam("assessment"))
    .order_by(_notes.c.id)
)
_NOTES_BY = select(_notes).where(mine(_notes), _notes.c.by == bindparam("user")).order_by(_notes.c.id)


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

    def keep(self, action: Action, notes: Iterable[ActionNote]) -> None:
        """One that comes from a file, with all that was said of it."""
        self._add(_actions, **dict(action))
        for note in notes:
            self._add(_notes, **dict(note))

    def find(self, id: str) -> Action | None:
        row = self._execute(_ONE, {"this": id}).one_or_none()
        return Action.model_validate(row) if row else None

    def of(self, assessment_id: str) -> list[Action]:
        """The earliest due first."""
        return self._many(_OF, {"assessment": assessment_id})

    def owned_by(self, user_id: str) -> list[Action]:
        """Those that are theirs to do: what came from a file stays as it was there."""
        return self._many(_OWNED_BY, {"user": user_id})

    def ever_owned_by(self, user_id: str) -> list[Action]:
        """With those that came from a file."""
        return self._many(_EVER_OWNED_BY, {"user": user_id})

    def mark(self, id: str, *, state: ActionState, by: str, text: str | None, at: datetime) -> None:
        """Note what was said, and let it be the action's state."""
        self._add(_notes, action_id=id, by=by, state=state, text=text, at=at)
        self._change(_actions, "id", id, {"state": state, "changed_at": at})

    def hand_over(self, id: str, *, owner: str, at: datetime) -> None:
        self._change(_actions, "id", id, {"owner": owner, "changed_at": at})

    def notes(self, assessment_id: str) -> list[ActionNote]:
        """All that was said about the assessment's actions, in order."""
        return [
            ActionNote.model_validate(row) for row in self._execute(_NOTES, {"assessment": assessment_id})
        ]

    def notes_by(self, user_id: str) -> list[ActionNote]:
        """All that this person said about actions, in order."""
        return [ActionNote.model_validate(row) for row in self._execute(_NOTES_BY, {"user": user_id})]

    def _many(self, query: Select[Any], values: dict[str, Any]) -> list[Action]:
        return [Action.model_validate(row) for row in self._execute(query, values)]
