"""Assessments: numbered rounds of what is assessed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.exc import NoResultFound

from storage.records import Assessment, AssessmentState, subject_key
from storage.repository import Repository, mine, table_of
from storage.tables import AssessmentRow

_assessments = table_of(AssessmentRow)

_ALL = select(_assessments).where(mine(_assessments))
_ONE = _ALL.where(_assessments.c.id == bindparam("this"))
_IN_STATES = _ALL.where(_assessments.c.state.in_(bindparam("states", expanding=True))).order_by(
    _assessments.c.created_at.desc(), _assessments.c.id.desc()
)
_ANY = (
    select(_assessments.c.id)
    .where(mine(_assessments), _assessments.c.state != AssessmentState.SELF_CHECK)
    .limit(1)
)
_TO_CLOSE = _ALL.where(
    _assessments.c.state == AssessmentState.OPEN, _assessments.c.closes_at <= bindparam("now")
).order_by(_assessments.c.closes_at, _assessments.c.id)
_UNPLANNED = _ALL.where(
    _assessments.c.state == AssessmentState.CLOSED, _assessments.c.erase_at.is_(None)
).order_by(_assessments.c.id)
_TO_ERASE = _ALL.where(
    _assessments.c.state.in_((AssessmentState.CLOSED, AssessmentState.DELETED)),
    _assessments.c.erase_at <= bindparam("now"),
).order_by(_assessments.c.id)
_CHANGE = _assessments.update().where(
    mine(_assessments), _assessments.c.id == bindparam("this"), _assessments.c.state == bindparam("was")
)
_HOLD = (
    _assessments.update()
    .where(
        mine(_assessments),
        _assessments.c.id == bindparam("this"),
        _assessments.c.state.in_(bindparam("states", expanding=True)),
    )
    .values(state=_assessments.c.state)
)
_FORGET = _assessments.delete().where(mine(_assessments), _assessments.c.id == bindparam("this"))
_ROUND = ("team_id", "subject_key", "round")
_THAT_ROUND = _ALL.where(
    _assessments.c.subject_key == bindparam("subject"), _assessments.c.round == bindparam("number")
)
_IMPORTED = select(_assessments.c.id).where(mine(_assessments), _assessments.c.imported_at.is_not(None))
_LAST_ROUND = select(func.max(_assessments.c.round)).where(
    mine(_assessments), _assessments.c.subject_key == bindparam("subject")
)


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
        draft = {
            "id": id,
            "subject": subject,
            "subject_key": subject_key(subject),
            "state": AssessmentState.DRAFT,
            "facilitator": facilitator,
            "channel": channel,
            "pack_digest": pack_digest,
            "scope": scope,
            "created_at": created_at,
            "closes_at": closes_at,
        }
        while not self._add_once(_assessments, *_ROUND, **draft, round=self._next_round(draft)):
            pass  # somebody else has just begun that round: ours is the one after it
        return self.get(id)

    def add_closed(
        self,
        *,
        id: str,
        subject: str,
        round: int,
        closed_at: datetime,
        opened_at: datetime | None,
        **more: Any,
    ) -> bool:
        """Add a round that was held elsewhere, as it ended; False if the subject has that round already."""
        return self._add_once(
            _assessments,
            *_ROUND,
            id=id,
            subject=subject,
            subject_key=subject_key(subject),
            round=round,
            state=AssessmentState.CLOSED,
            opened_at=opened_at,
            closes_at=closed_at,
            closed_at=closed_at,
            **more,
        )

    def add_trial(self, id: str, draft: Assessment, *, scope: dict[str, Any], at: datetime) -> Assessment:
        """A copy of a draft to try out: no round of its subject."""
        copied = draft.model_dump(include={"subject", "facilitator", "pack_digest", "closes_at"})
        trial = {
            **copied,
            "id": id,
            "subject_key": f"{AssessmentState.TRIAL}\n{id}",
            "round": 1,
            "scope": scope,
        }
        self._add(_assessments, **trial, state=AssessmentState.TRIAL, created_at=at, opened_at=at)
        return self.get(id)

    def rename(self, draft: Assessment, subject: str) -> None:
        """Another name for a draft, and so another round of another subject."""
        values = {"subject": subject, "subject_key": subject_key(subject)}
        self._change(_assessments, "id", draft.id, {**values, "round": self._next_round(values)})

    def add_self_check(
        self, *, id: str, user_id: str, pack_digest: str, scope: dict[str, Any], at: datetime
    ) -> bool:
        """Add the self-check of this person; False if they have one. It has no closing time, and a key that
        no subject can have, because in those a line break is a blank."""
        return self._add_once(
            _assessments,
            *_ROUND,
            id=id,
            subject=AssessmentState.SELF_CHECK,
            subject_key=f"{AssessmentState.SELF_CHECK}\n{user_id}",
            round=1,
            state=AssessmentState.SELF_CHECK,
            facilitator=user_id,
            pack_digest=pack_digest,
            scope=scope,
            created_at=at,
            opened_at=at,
            closes_at=at,
        )

    def forget(self, id: str) -> None:
        """It is gone for good; what belongs to it has to be gone before."""
        self._execute(_FORGET, {"this": id})

    def get(self, id: str) -> Assessment:
        """Raises: NoResultFound if this workspace has no such assessment."""
        found = self.find(id)
        if found is None:
            raise NoResultFound
        return found

    def find(self, id: str) -> Assessment | None:
        return next((Assessment.model_validate(row) for row in self._rows(_ONE, {"this": id})), None)

    def in_states(self, states: Collection[AssessmentState]) -> list[Assessment]:
        """Newest first."""
        return self._many(_IN_STATES, {"states": list(states)})

    def of_round(self, subject: str, round: int) -> Assessment | None:
        """In whatever state it is."""
        values = {"subject": subject_key(subject), "number": round}
        row = self._execute(_THAT_ROUND, values).one_or_none()
        return Assessment.model_validate(row) if row else None

    def imported(self) -> set[str]:
        """The ids of those that came from a file."""
        return set(self._execute(_IMPORTED).scalars())

    def any(self) -> bool:
        """Whether somebody has set one up at some time."""
        return self._execute(_ANY).first() is not None

    def to_close(self, now: datetime) -> list[Assessment]:
        """The open ones whose closing time has come."""
        return self._many(_TO_CLOSE, {"now": now})

    def unplanned(self) -> list[Assessment]:
        """The closed ones of which nobody has said how long they are kept."""
        return self._many(_UNPLANNED, {})

    def to_erase(self, now: datetime) -> list[Assessment]:
        """Those that were kept for long enough."""
        return self._many(_TO_ERASE, {"now": now})

    def change(self, id: str, *, only_if: AssessmentState, **values: Any) -> bool:
        """Change it if it is still in that state; say whether it was. Of two who try, one wins."""
        return self._execute(_CHANGE, {**values, "this": id, "was": only_if}).rowcount == 1

    def hold(self, id: str, states: Collection[AssessmentState] = tuple(AssessmentState)) -> bool:
        """Nobody else changes it until the transaction ends; False if it is in none of these states. In one
        statement: whoever asks for one state after the other misses it when it goes from a later one to an
        earlier one in between."""
        return self._execute(_HOLD, {"this": id, "states": list(states)}).rowcount == 1

    def _many(self, query: Select[Any], values: dict[str, Any]) -> list[Assessment]:
        return [Assessment.model_validate(row) for row in self._execute(query, values)]

    def _next_round(self, draft: dict[str, Any]) -> int:
        return (self._execute(_LAST_ROUND, {"subject": draft["subject_key"]}).scalar_one() or 0) + 1
