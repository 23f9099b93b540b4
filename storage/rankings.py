"""The order of gaps as people decided it: one row for the whole, and what they said of single gaps, to which
is only added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, select

from storage.records import GapMove, GapNeed, GapRanking, GapRating
from storage.repository import Repository, mine, table_of
from storage.tables import GapMoveRow, GapNeedRow, GapRatingRow, RankingRow

_rankings = table_of(RankingRow)
_ratings, _needs, _moves = table_of(GapRatingRow), table_of(GapNeedRow), table_of(GapMoveRow)

_ONE = select(_rankings).where(mine(_rankings), _rankings.c.assessment_id == bindparam("assessment"))


def _of(table: Table) -> Select[Any]:
    return (
        select(table)
        .where(mine(table), table.c.assessment_id == bindparam("assessment"))
        .order_by(table.c.id)
    )


_RATINGS, _NEEDS, _MOVES = _of(_ratings), _of(_needs), _of(_moves)
_RATED_BY = select(_ratings).where(mine(_ratings), _ratings.c.by == bindparam("user")).order_by(_ratings.c.id)
_NEEDED_BY = select(_needs).where(mine(_needs), _needs.c.by == bindparam("user")).order_by(_needs.c.id)
_MOVED_BY = select(_moves).where(mine(_moves), _moves.c.by == bindparam("user")).order_by(_moves.c.id)


class Rankings(Repository):
    def get(self, assessment_id: str) -> GapRanking:
        """As it stands; one that nobody has touched yet is at revision 0."""
        row = self._execute(_ONE, {"assessment": assessment_id}).one_or_none()
        return GapRanking.model_validate(row) if row else GapRanking()

    def change(self, assessment_id: str, *, by: str, at: datetime, **values: Any) -> GapRanking:
        """The next revision. Whoever calls holds the assessment, so that two come one after the other."""
        before = self.get(assessment_id)
        told = {"revision": before.revision + 1, "changed_by": by, "changed_at": at, **values}
        ranking = before.model_copy(update=told)
        kept = ranking.model_dump()
        if not self._add_once(_rankings, "team_id", "assessment_id", assessment_id=assessment_id, **kept):
            self._change(_rankings, "assessment_id", assessment_id, kept)
        return ranking

    def rate(self, assessment_id: str, rating: GapRating) -> None:
        self._add(_ratings, assessment_id=assessment_id, **rating.model_dump())

    def need(self, assessment_id: str, need: GapNeed) -> None:
        self._add(_needs, assessment_id=assessment_id, **need.model_dump())

    def move(self, assessment_id: str, move: GapMove) -> None:
        self._add(_moves, assessment_id=assessment_id, **move.model_dump())

    def ratings(self, assessment_id: str) -> list[GapRating]:
        """All that was said, in order."""
        rows = self._execute(_RATINGS, {"assessment": assessment_id})
        return [GapRating.model_validate(row) for row in rows]

    def needs(self, assessment_id: str) -> list[GapNeed]:
        """All that was decided, in order."""
        return [GapNeed.model_validate(row) for row in self._execute(_NEEDS, {"assessment": assessment_id})]

    def moves(self, assessment_id: str) -> list[GapMove]:
        """All of them, in order."""
        return [GapMove.model_validate(row) for row in self._execute(_MOVES, {"assessment": assessment_id})]

    def by(self, user_id: str) -> list[tuple[str, GapRating | GapNeed | GapMove]]:
        """What this person decided anywhere, each with its assessment."""
        kinds = ((_RATED_BY, GapRating), (_NEEDED_BY, GapNeed), (_MOVED_BY, GapMove))
        return [
            (row.assessment_id, kind.model_validate(row))
            for query, kind in kinds
            for row in self._execute(query, {"user": user_id})
        ]
