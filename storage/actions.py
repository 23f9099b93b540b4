"""Actions: what was agreed to be done about a gap, what its owner said since, and what was changed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Executable, Text, bindparam, cast, exists, or_, select

from storage.records import Action, ActionChange, ActionNote, ActionState, ActionStep, SlackFile
from storage.repository import Repository, mine, table_of
from storage.tables import (
    ActionChangeRow,
    ActionNeedRow,
    ActionNoteRow,
    ActionRow,
    ActionStepRow,
    AssessmentRow,
)

_actions, _notes, _steps = table_of(ActionRow), table_of(ActionNoteRow), table_of(ActionStepRow)
_needs, _changes = table_of(ActionNeedRow), table_of(ActionChangeRow)
_assessments = table_of(AssessmentRow)

_ALL = (
    select(_actions)
    .where(mine(_actions))
    .order_by(_actions.c.due, _actions.c.agreed_at, _actions.c.objective, _actions.c.id)
)
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
_IN_ASSESSMENT = select(_actions.c.id).where(
    mine(_actions), _actions.c.assessment_id == bindparam("assessment")
)
_ALL_NOTES = select(_notes).where(mine(_notes)).order_by(_notes.c.id)
_NOTES = _ALL_NOTES.where(_notes.c.action_id.in_(_IN_ASSESSMENT))
_NOTES_OF = _ALL_NOTES.where(_notes.c.action_id == bindparam("this"))
_WITH_FILE = _ALL_NOTES.where(cast(_notes.c.files, Text).contains(bindparam("file_id")))
_NOTES_BY = _ALL_NOTES.where(_notes.c.by == bindparam("user"))
_ALL_CHANGES = select(_changes).where(mine(_changes)).order_by(_changes.c.id)
_CHANGES = _ALL_CHANGES.where(_changes.c.action_id.in_(_IN_ASSESSMENT))
_CHANGES_OF = _ALL_CHANGES.where(_changes.c.action_id == bindparam("this"))
_CHANGES_BY = _ALL_CHANGES.where(_changes.c.by == bindparam("user"))
_STEPS = (
    select(_steps)
    .where(mine(_steps), _steps.c.action_id.in_(_IN_ASSESSMENT))
    .order_by(_steps.c.action_id, _steps.c.position, _steps.c.id)
)
_STEPS_BY = (
    select(_steps)
    .where(mine(_steps), _steps.c.done_by == bindparam("user"))
    .order_by(_steps.c.action_id, _steps.c.position)
)
_NEEDS = (
    select(_needs)
    .where(mine(_needs), _needs.c.action_id.in_(_IN_ASSESSMENT))
    .order_by(_needs.c.action_id, _needs.c.needs)
)
_WITHOUT_NEEDS = _needs.delete().where(mine(_needs), _needs.c.action_id == bindparam("action"))
_THIS_STEP = (mine(_steps), _steps.c.action_id == bindparam("action"), _steps.c.id == bindparam("this"))
_WITHOUT_STEP = _steps.delete().where(*_THIS_STEP)
_TICKED = (
    _steps.update()
    .where(
        *_THIS_STEP, or_(_steps.c.done_at.is_(None), bindparam("tick", type_=_steps.c.done_at.type).is_(None))
    )
    .values(done_at=bindparam("tick"), done_by=bindparam("by"))
)
_PLACED = _steps.update().where(*_THIS_STEP).values(position=bindparam("place"))
_MARKED = (
    _actions.update()
    .where(mine(_actions), _actions.c.id == bindparam("this"))
    .values(state=bindparam("now"), changed_at=bindparam("at"), revision=_actions.c.revision + 1)
)


class Actions(Repository):
    def add(
        self,
        *,
        id: str,
        assessment_id: str,
        question: str | None,
        level: int | None,
        objective: str,
        measure: str,
        owner: str | None,
        due: date,
        agreed_by: str,
        agreed_at: datetime,
        informed: Iterable[str] = (),
        **more: Any,
    ) -> Action:
        """`more`: any other column of it, such as `target`."""
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
            state=more.pop("state", ActionState.ON_TRACK),
            agreed_by=agreed_by,
            agreed_at=agreed_at,
            changed_at=agreed_at,
            informed=list(informed),
            **more,
        )
        found = self.find(id)
        assert found is not None
        return found

    def keep(
        self,
        action: Action,
        *,
        notes: Iterable[ActionNote],
        steps: Iterable[ActionStep],
        changes: Iterable[ActionChange],
    ) -> None:
        """One that comes from a file, with all that belongs to it but what it needs."""
        self._add(_actions, **_plain(dict(action)))
        for table, each in ((_notes, notes), (_steps, steps), (_changes, changes)):
            for record in each:
                self._add(table, **record.model_dump())

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

    def change(self, action: Action, *, by: str, what: str, at: datetime, **values: Any) -> bool:
        """Give these columns of it other values, and keep what they were; false, and nothing is changed, if
        somebody changed the action since it was read. What is the same already is no change."""
        new = {key: value for key, value in values.items() if value != getattr(action, key)}
        if not new:
            return True
        statement = (
            _actions.update()
            .where(
                mine(_actions), _actions.c.id == bindparam("this"), _actions.c.revision == bindparam("was")
            )
            .values(**_plain(new), changed_at=at, revision=action.revision + 1)
        )
        if self._execute(statement, {"this": action.id, "was": action.revision}).rowcount != 1:
            return False
        was = Action.model_dump(action, mode="json", include=set(new))
        is_now = action.model_copy(update=new).model_dump(mode="json", include=set(new))
        self.note_change(action.id, by=by, what=what, at=at, **{key: [was[key], is_now[key]] for key in new})
        return True

    def note_change(self, id: str, *, by: str, what: str, at: datetime, **values: Any) -> None:
        """Of what has no column: a step, a dependency, a part that was split off."""
        self._add(_changes, action_id=id, by=by, what=what, values=values, at=at)

    def mark(
        self,
        id: str,
        *,
        state: ActionState,
        by: str,
        text: str | None,
        at: datetime,
        link: str | None = None,
        measured: Decimal | None = None,
        files: Iterable[SlackFile] = (),
        seen: int | None = None,
    ) -> bool:
        """Note what was said and shown, and let it be the action's state; a number becomes its current one.
        False, and nothing is noted, if somebody changed the action since it was `seen` at that revision."""
        marked = _MARKED if seen is None else _MARKED.where(_actions.c.revision == bindparam("seen"))
        values = {"this": id, "now": state, "at": at} | ({} if seen is None else {"seen": seen})
        if self._execute(marked, values).rowcount != 1:
            return False
        self._add(
            _notes,
            action_id=id,
            by=by,
            state=state,
            text=text,
            at=at,
            link=link,
            measured=measured,
            files=[file.model_dump() for file in files],
        )
        if measured is not None:
            self._change(_actions, "id", id, {"current": measured})
        return True

    def notes(self, assessment_id: str) -> list[ActionNote]:
        """All that was said about the assessment's actions, in order."""
        return [ActionNote.model_validate(row) for row in self._in(_NOTES, assessment_id)]

    def notes_of(self, id: str) -> list[ActionNote]:
        """All that was said about this one, in order."""
        return [ActionNote.model_validate(row) for row in self._execute(_NOTES_OF, {"this": id})]

    def notes_by(self, user_id: str) -> list[ActionNote]:
        """All that this person said about actions, in order."""
        return [ActionNote.model_validate(row) for row in self._execute(_NOTES_BY, {"user": user_id})]

    def lose_file(self, file_id: str) -> int:
        """Slack has this file no longer. Returns how many notes show it."""
        rows = [row for row in self._execute(_WITH_FILE, {"file_id": file_id}) if _shows(row.files, file_id)]
        for row in rows:
            files = [file | {"gone": True} if file["id"] == file_id else file for file in row.files]
            self._change(_notes, "id", row.id, {"files": files})
        return len(rows)

    def changes(self, assessment_id: str) -> list[ActionChange]:
        """All that was changed about the assessment's actions, in order."""
        return [ActionChange.model_validate(row) for row in self._in(_CHANGES, assessment_id)]

    def changes_of(self, id: str) -> list[ActionChange]:
        """All that was changed about this one, in order."""
        return [ActionChange.model_validate(row) for row in self._execute(_CHANGES_OF, {"this": id})]

    def changes_by(self, user_id: str) -> list[ActionChange]:
        return [ActionChange.model_validate(row) for row in self._execute(_CHANGES_BY, {"user": user_id})]

    def steps(self, assessment_id: str) -> list[ActionStep]:
        """Of all its actions, those of each in their order."""
        return [ActionStep.model_validate(row) for row in self._in(_STEPS, assessment_id)]

    def steps_by(self, user_id: str) -> list[ActionStep]:
        """All that this person ticked off."""
        return [ActionStep.model_validate(row) for row in self._execute(_STEPS_BY, {"user": user_id})]

    def informed(self, user_id: str) -> list[Action]:
        """Those of which this person hears how they go."""
        return [action for action in self._many(_ALL, {}) if user_id in action.informed]

    def add_step(self, action_id: str, *, id: str, position: int, text: str) -> bool:
        """False if it is there already."""
        return self._add_once(_steps, action_id=action_id, id=id, position=position, text=text)

    def remove_step(self, action_id: str, id: str) -> bool:
        return self._execute(_WITHOUT_STEP, {"action": action_id, "this": id}).rowcount == 1

    def place_step(self, action_id: str, id: str, *, position: int) -> None:
        self._execute(_PLACED, {"action": action_id, "this": id, "place": position})

    def tick(self, action_id: str, id: str, *, by: str | None, at: datetime | None) -> bool:
        """The step is done since then, or not done after all (None); false if it was done before."""
        values = {"action": action_id, "this": id, "tick": at, "by": by}
        return self._execute(_TICKED, values).rowcount == 1

    def needs(self, assessment_id: str) -> Mapping[str, frozenset[str]]:
        """By action, those that have to come before it."""
        found: dict[str, frozenset[str]] = {}
        for row in self._in(_NEEDS, assessment_id):
            found[row.action_id] = found.get(row.action_id, frozenset()) | {row.needs}
        return found

    def set_needs(self, action_id: str, needs: Iterable[str]) -> None:
        self._execute(_WITHOUT_NEEDS, {"action": action_id})
        for other in sorted(set(needs)):
            self._add(_needs, action_id=action_id, needs=other)

    def _in(self, query: Executable, assessment_id: str) -> Iterable[Any]:
        return self._execute(query, {"assessment": assessment_id})

    def _many(self, query: Executable, values: dict[str, Any]) -> list[Action]:
        return [Action.model_validate(row) for row in self._execute(query, values)]


def _shows(files: Iterable[Mapping[str, Any]], file_id: str) -> bool:
    return any(file["id"] == file_id and not file["gone"] for file in files)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the columns take them: JSON knows no tuples."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
