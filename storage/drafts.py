"""Drafts: what belongs to them beside their scope, and who is setting one up by conversation."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from storage.records import Drafted, Talk
from storage.repository import Repository, mine, table_of
from storage.tables import DraftRow, TalkRow

_drafts, _talks = table_of(DraftRow), table_of(TalkRow)

_ONE = select(_drafts).where(mine(_drafts), _drafts.c.assessment_id == bindparam("this"))
_FORGET = _drafts.delete().where(mine(_drafts), _drafts.c.assessment_id == bindparam("this"))
_TALK = select(_talks).where(mine(_talks), _talks.c.user_id == bindparam("user"))
_END_TALK = _talks.delete().where(mine(_talks), _talks.c.user_id == bindparam("user"))
_END_TALKS_ABOUT = _talks.delete().where(mine(_talks), _talks.c.assessment_id == bindparam("this"))


class Drafts(Repository):
    def get(self, assessment_id: str) -> Drafted:
        """As it stands; one that nobody has changed yet is at revision 0."""
        row = self._execute(_ONE, {"this": assessment_id}).one_or_none()
        return Drafted.model_validate(row) if row else Drafted()

    def change(self, assessment_id: str, *, by: str, at: datetime, **values: Any) -> Drafted:
        """The next revision. Whoever calls holds the assessment, so that two come one after the other."""
        before = self.get(assessment_id)
        told = {"revision": before.revision + 1, "changed_by": by, "changed_at": at, **values}
        return self._keep(assessment_id, before.model_copy(update=told))

    def note(self, assessment_id: str, **values: Any) -> Drafted:
        """Keep something that is no change of what was decided."""
        return self._keep(assessment_id, self.get(assessment_id).model_copy(update=values))

    def forget(self, assessment_id: str) -> None:
        self._execute(_FORGET, {"this": assessment_id})
        self._execute(_END_TALKS_ABOUT, {"this": assessment_id})

    def talk(self, user_id: str) -> Talk | None:
        """What this person is setting up in the direct message."""
        row = self._execute(_TALK, {"user": user_id}).one_or_none()
        return Talk.model_validate(row) if row else None

    def talk_about(self, user_id: str, assessment_id: str, step: str) -> None:
        about = {"assessment_id": assessment_id, "step": step}
        if not self._add_once(_talks, "team_id", "user_id", user_id=user_id, **about):
            self._change(_talks, "user_id", user_id, about)

    def end_talk(self, user_id: str) -> None:
        self._execute(_END_TALK, {"user": user_id})

    def _keep(self, assessment_id: str, drafted: Drafted) -> Drafted:
        values = drafted.model_dump()
        if not self._add_once(_drafts, "team_id", "assessment_id", assessment_id=assessment_id, **values):
            self._change(_drafts, "assessment_id", assessment_id, values)
        return drafted
