"""Evidence: what people can show for their answers, and what was said of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from storage.records import Evidence, EvidenceState
from storage.repository import Repository, mine, table_of
from storage.tables import EvidenceRow

_evidence = table_of(EvidenceRow)

_ALL = select(_evidence).where(mine(_evidence)).order_by(_evidence.c.at, _evidence.c.id)
_ONE = _ALL.where(_evidence.c.id == bindparam("this"))
_OF_SEAT = _ALL.where(_evidence.c.seat_id == bindparam("seat"), _evidence.c.state != EvidenceState.WITHDRAWN)
_STANDING = (
    select(_evidence.c.question, func.count().label("number"))
    .where(
        mine(_evidence),
        _evidence.c.seat_id == bindparam("seat"),
        _evidence.c.state.in_((EvidenceState.WAITING, EvidenceState.ACCEPTED)),
    )
    .group_by(_evidence.c.question)
)
_IN_STATE = _ALL.where(
    _evidence.c.assessment_id == bindparam("assessment"), _evidence.c.state == bindparam("state")
)
_WITH_FILE = _ALL.where(_evidence.c.file["id"].as_string() == bindparam("file_id"))
_COUNTS = (
    select(_evidence.c.state, func.count().label("number"))
    .where(mine(_evidence), _evidence.c.assessment_id == bindparam("assessment"))
    .group_by(_evidence.c.state)
)
_RULE = _evidence.update().where(
    mine(_evidence), _evidence.c.id == bindparam("this"), _evidence.c.state == bindparam("was")
)
_OF_ASSESSMENT = (mine(_evidence), _evidence.c.assessment_id == bindparam("assessment"))
_FORGET_SEAT = _evidence.delete().where(mine(_evidence), _evidence.c.seat_id == bindparam("seat"))
_EVER_OF_SEAT = _ALL.where(_evidence.c.seat_id == bindparam("seat"))
_FORGET_WITHDRAWN = _evidence.delete().where(*_OF_ASSESSMENT, _evidence.c.state == EvidenceState.WITHDRAWN)
_FORGET = (
    _evidence.update()
    .where(*_OF_ASSESSMENT)
    .values(
        seat_id=None,
        key=_evidence.c.id,
        at=bindparam("then"),
        ruled_at=case((_evidence.c.ruled_at.is_not(None), bindparam("then"))),
    )
)


_ERASE = _evidence.delete().where(*_OF_ASSESSMENT)


class EvidenceBook(Repository):
    def add(self, evidence: Evidence) -> bool:
        """Keep it; the same one (by its seat and key) a second time changes nothing and returns False."""
        return self._add_once(_evidence, "team_id", "seat_id", "key", **evidence.model_dump())

    def find(self, id: str) -> Evidence | None:
        row = self._execute(_ONE, {"this": id}).one_or_none()
        return Evidence.model_validate(row) if row else None

    def with_file(self, file_id: str) -> list[Evidence]:
        """All that shows this file of Slack's."""
        return self._many(_WITH_FILE, {"file_id": file_id})

    def lose_file(self, evidence: Evidence) -> None:
        """Its file is there no longer; what was ruled on it stays."""
        assert evidence.file
        gone = evidence.file.model_copy(update={"gone": True})
        self._change(_evidence, "id", evidence.id, {"file": gone.model_dump()})

    def of_seat(self, seat_id: str) -> list[Evidence]:
        """What this seat shows, the oldest first; what was withdrawn is left out."""
        return self._many(_OF_SEAT, {"seat": seat_id})

    def standing_of(self, seat_id: str) -> dict[str, int]:
        """By question, how much this seat shows that was neither returned nor withdrawn."""
        rows = self._execute(_STANDING, {"seat": seat_id})
        return {row.question: row.number for row in rows}

    def erase(self, assessment_id: str) -> None:
        """All of an assessment, for good."""
        self._execute(_ERASE, {"assessment": assessment_id})

    def ever_of_seat(self, seat_id: str) -> list[Evidence]:
        """The same with what was withdrawn."""
        return self._many(_EVER_OF_SEAT, {"seat": seat_id})

    def forget(self, seat_id: str) -> None:
        """All that this seat ever showed is gone for good."""
        self._execute(_FORGET_SEAT, {"seat": seat_id})

    def in_state(self, assessment_id: str, state: EvidenceState) -> list[Evidence]:
        """Of a whole assessment, the oldest first."""
        return self._many(_IN_STATE, {"assessment": assessment_id, "state": state})

    def counts(self, assessment_id: str) -> dict[EvidenceState, int]:
        rows = self._execute(_COUNTS, {"assessment": assessment_id})
        return {EvidenceState(row.state): row.number for row in rows}

    def rule(
        self,
        id: str,
        *,
        only_if: EvidenceState,
        state: EvidenceState,
        by: str | None,
        at: datetime,
        **values: Any,
    ) -> bool:
        """Accept, return or withdraw it if it is still in that state; of two who try, one wins."""
        changed = {"state": state, "ruled_by": by, "ruled_at": at, **values}
        return self._execute(_RULE, {**changed, "this": id, "was": only_if}).rowcount == 1

    def support(self, id: str, *, level: int) -> None:
        """From now on it supports this level."""
        self._change(_evidence, "id", id, {"level": level})

    def forget_authors(self, assessment_id: str, *, at: datetime) -> None:
        """Whose it is, in which message or form it came, and when, is gone for good; and so is what was taken
        back."""
        self._execute(_FORGET_WITHDRAWN, {"assessment": assessment_id})
        self._execute(_FORGET, {"assessment": assessment_id, "then": at})

    def _many(self, query: Select[Any], values: dict[str, Any]) -> list[Evidence]:
        return [Evidence.model_validate(row) for row in self._execute(query, values)]
