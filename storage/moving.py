"""All that is kept of a workspace becomes its organisation's, where that installs us as a whole later: in one
transaction, or not at all."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table
from sqlmodel import SQLModel

from storage.database import transaction
from storage.errors import CannotMove
from storage.records import AssessmentState
from storage.repository import table_of
from storage.tables import (
    AssessmentRow,
    ChannelPauseRow,
    ConsentRow,
    DepartureRow,
    FeedRow,
    FormKeyRow,
    InstallationRow,
    NoticeRow,
    PackRow,
    PersonRow,
    PostingRow,
    TalkRow,
)

_assessments, _people, _feeds = table_of(AssessmentRow), table_of(PersonRow), table_of(FeedRow)
_installations, _departures = table_of(InstallationRow), table_of(DepartureRow)
#: Of an installation or of a running process, and not of what people said.
_STAY = {table_of(row) for row in (ConsentRow, DepartureRow, FormKeyRow, InstallationRow, NoticeRow)}
#: Where both have the same, that of the organisation is kept.
_ONCE = {table_of(row) for row in (ChannelPauseRow, PackRow, PersonRow, PostingRow, TalkRow)}
#: What people told us of themselves, which is kept if the organisation does not know it.
_TOLD = ("language", "away_until")


@dataclass(frozen=True)
class Moved:
    """To whom (`name`), and by table how many rows; `addresses` of calendars, which name the workspace, end
    with it."""

    name: str
    rows: dict[str, int]
    addresses: int


def move(engine: Engine, team: str, to: str, *, really: bool) -> Moved:
    """Without `really` it is tried, and nothing of it is kept.

    Raises: CannotMove, with a sentence for each thing in the way.
    """
    moved: list[Moved] = []
    try:
        with transaction(engine) as connection:
            if found := [*_in_the_way(connection, team, to)]:
                raise CannotMove(tuple(found))
            moved.append(_move(connection, team, to))
            if not really:
                raise _OnlyTried
    except _OnlyTried:
        pass
    return moved[0]


class _OnlyTried(Exception):
    pass


def _in_the_way(connection: Connection, team: str, to: str) -> list[str]:
    installed = connection.execute(_installations.select().where(_installations.c.team_id == to)).first()
    gone = connection.execute(_departures.select().where(_departures.c.team_id == to)).first()
    if installed is None or not installed.is_organisation or gone:
        return [
            f"{to} has not installed Tidemark as an organisation. "
            "`tidemark installations list` names who has."
        ]
    if team == to:
        return ["A workspace and its organisation have different ids."]
    ours = connection.execute(
        sa.select(_assessments.c.id).where(_assessments.c.team_id == team).limit(1)
    ).first()
    if ours is None:
        return [f"{team} has no assessments here, so there is nothing to move."]
    return _in_both(connection, team, to)


def _in_both(connection: Connection, team: str, to: str) -> list[str]:
    theirs = _assessments.alias()
    same = (
        sa.select(
            _assessments.c.subject, _assessments.c.round, _assessments.c.state, _assessments.c.facilitator
        )
        .join(
            theirs,
            sa.and_(
                theirs.c.subject_key == _assessments.c.subject_key,
                theirs.c.round == _assessments.c.round,
                theirs.c.team_id == to,
            ),
        )
        .where(_assessments.c.team_id == team)
        .order_by(_assessments.c.subject, _assessments.c.round, _assessments.c.facilitator)
    )
    found = connection.execute(same).all()
    checks = [row.facilitator for row in found if row.state == AssessmentState.SELF_CHECK]
    both = [f"{row.subject}, round {row.round}" for row in found if row.state != AssessmentState.SELF_CHECK]
    said = [
        f"Both have {each}. Let its facilitator delete one of them (`/tidemark status`)." for each in both
    ]
    if checks:
        said.append(
            f"A self-check in both have {', '.join(checks)}. Let them delete one (`/tidemark self-check`)."
        )
    return said


def _move(connection: Connection, team: str, to: str) -> Moved:
    """What points to others follows after those are there; what was copied is deleted in the end."""
    name = connection.execute(
        sa.select(_installations.c.name).where(_installations.c.team_id == to)
    ).scalar_one()
    addresses = connection.execute(_feeds.delete().where(_feeds.c.team_id == team)).rowcount
    _tell_of_people(connection, team, to)
    tables = [table for table in SQLModel.metadata.sorted_tables if table not in {*_STAY, _feeds}]
    rows = {table.name: _put(connection, table, team, to) for table in tables}
    for table in reversed(tables):
        connection.execute(table.delete().where(table.c.team_id == team))
    return Moved(str(name), {table: count for table, count in rows.items() if count}, addresses)


def _put(connection: Connection, table: Table, team: str, to: str) -> int:
    if "team_id" not in table.primary_key.columns:
        return connection.execute(table.update().where(table.c.team_id == team).values(team_id=to)).rowcount
    copied: dict[str, sa.ColumnElement[Any]] = {column.name: column for column in table.columns}
    copied["team_id"] = sa.literal(to)
    if table is _people:
        copied["dm"] = sa.null()  # that with the workspace's bot
    rows = sa.select(*copied.values()).where(table.c.team_id == team)
    if table in _ONCE:
        there = table.alias()
        same = [there.c[key.name] == key for key in table.primary_key if key.name != "team_id"]
        rows = rows.where(~sa.exists().where(there.c.team_id == to, *same))
    count = connection.execute(sa.select(sa.func.count()).select_from(rows.subquery())).scalar_one()
    connection.execute(table.insert().from_select([*copied], rows))
    return count


def _tell_of_people(connection: Connection, team: str, to: str) -> None:
    ours = _people.alias()
    here = sa.and_(ours.c.team_id == team, ours.c.user_id == _people.c.user_id)
    values = {
        name: sa.func.coalesce(_people.c[name], sa.select(ours.c[name]).where(here).scalar_subquery())
        for name in _TOLD
    }
    quiet = sa.select(ours.c.quiet).where(here).scalar_subquery()
    connection.execute(
        _people.update()
        .where(_people.c.team_id == to, sa.exists().where(here))
        .values(**values, quiet=sa.or_(_people.c.quiet, quiet))
    )
