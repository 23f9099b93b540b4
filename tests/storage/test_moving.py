"""What is kept of a workspace becomes its organisation's: all of it, or nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from storage import inspection
from storage.database import engine_for
from storage.errors import CannotMove
from storage.moving import move
from storage.records import Notice, Person
from storage.repository import table_of
from storage.store import Store
from storage.tables import NoticeRow
from tests.storage.given import NOW, a_row_in_every_table, an_assessment, an_installation, rows

TEAM, ORG = "T1", "E1"
#: What says where we are installed and what runs, and a calendar's address, which names the workspace.
STAYS = {"installation", "departure", "consent", "notice", "form_key", "alembic_version"}


@pytest.fixture
def database(store: Store, database_url: str) -> Iterator[Engine]:
    """A workspace with a row in every table, whose organisation has installed us since."""
    with store.transaction(TEAM) as tx:
        a_row_in_every_table(tx)
    with store.transaction(ORG) as tx:
        tx.installations.put(an_installation(ORG, name="Fleet").model_copy(update={"is_organisation": True}))
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


def of(engine: Engine, team: str) -> dict[str, list[dict[str, Any]]]:
    """What is kept of it, without its id."""
    return {
        table: sorted(
            ({k: v for k, v in row.items() if k != "team_id"} for row in found if row["team_id"] == team),
            key=str,
        )
        for table, found in rows(engine).items()
        if table not in STAYS
    }


def test_all_of_it_is_the_organisations_once_it_is_really_moved(database: Engine) -> None:
    before, everything = of(database, TEAM), rows(database)

    tried = move(database, TEAM, ORG, really=False)
    untouched = rows(database)
    moved = move(database, TEAM, ORG, really=True)

    assert untouched == everything
    assert moved == tried
    assert moved.rows == {table: len(found) for table, found in before.items() if table != "feed"}
    assert moved.addresses == 1
    assert not any(of(database, TEAM).values())
    assert of(database, ORG) == before | {"feed": []}
    with database.connect() as connection:
        assert inspection.orphans(connection) == {}
    with pytest.raises(CannotMove, match="nothing to move"):
        move(database, TEAM, ORG, really=True)


def test_whether_a_process_works_on_it_is_known_without_asking_anybody(own_database_url: str) -> None:
    """On SQLite, because it has the file open; on PostgreSQL, because it said so a moment ago."""
    engine, alone = engine_for(own_database_url), Store.open(own_database_url)
    until = NOW + timedelta(seconds=10)
    with alone.transaction(TEAM) as tx:
        tx.notices.give(
            [Notice(kind="runs", about="one", until=until), Notice(kind="held", about="C", until=until)]
        )
    later = NOW + timedelta(minutes=1)

    while_open = inspection.is_in_use(engine, "runs", NOW)
    alone.close()
    after = inspection.is_in_use(engine, "runs", later)
    with engine.connect() as connection:
        kept = connection.execute(table_of(NoticeRow).select()).all()

    assert (while_open, after, len(kept)) == (True, False, 2)
    engine.dispose()


def test_people_whom_both_know_keep_what_they_said_of_themselves(store: Store, database: Engine) -> None:
    with store.transaction(TEAM) as tx:
        tx.people.speak("U-ANA", "es")
        tx.people.away("U-ANA", date(2026, 12, 24))
    with store.transaction(ORG) as tx:
        tx.people.remember(Person(user_id="U-ANA", name="Ana of Fleet", tz="UTC"))
        tx.people.speak("U-ANA", "en")

    move(database, TEAM, ORG, really=True)

    with store.transaction(ORG) as tx:
        ana = tx.people.get("U-ANA")
    assert (ana.name, ana.language, ana.away_until) == ("Ana of Fleet", "en", date(2026, 12, 24))


@pytest.mark.parametrize(
    ("team", "to", "why"),
    [
        (TEAM, ORG, "Both have"),
        (TEAM, "E2", "E2 has not installed Tidemark as an organisation"),
        (ORG, TEAM, "T1 has not installed Tidemark as an organisation"),
        ("T2", ORG, "T2 has no assessments here"),
        (ORG, ORG, "different ids"),
    ],
)
def test_what_is_in_the_way_is_said_and_nothing_is_changed(
    store: Store, database: Engine, team: str, to: str, why: str
) -> None:
    with store.transaction(ORG) as tx:
        an_assessment(tx)
    before = rows(database)

    with pytest.raises(CannotMove, match=why):
        move(database, team, to, really=True)

    assert rows(database) == before
