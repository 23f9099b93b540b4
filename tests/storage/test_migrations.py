import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, String, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from storage import migrations
from storage.database import engine_for
from storage.store import CannotOpenDatabase, Store
from tests.storage.given import a_row_in_every_table, a_seat, at_once, rows

LATER = {
    *("result", "action", "action_note", "evidence", "calibration", "deed", "draft", "talk"),
    *("channel_pause", "action_step", "action_need", "action_change", "follow_up"),
    *("departure", "notice", "ticket", "delivery", "remark", "feed", "installation", "consent", "form_key"),
    *("ranking", "gap_rating", "gap_need", "gap_move"),
}
#: Columns that came later to tables that were there.
NEW = {
    "person": {
        *("locale", "title", "kind", "gone", "language", "away_until", "home"),
        *("unavailable_until", "quiet", "reminded_at", "reminded_with"),
    },
    "seat": {"quiet"},
    "posting": {"failures"},
    "deed": {"key"},
    "assessment": {"erase_at", "state_before", "imported_at", "kept"},
}


@pytest.fixture
def database_url(own_database_url: str) -> str:
    return own_database_url


@pytest.fixture
def full(store: Store, database_url: str) -> Iterator[Engine]:
    """A database with a row in every table."""
    with store.transaction("T1") as tx:
        a_row_in_every_table(tx)
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = engine_for(empty_database_url)
    yield engine
    engine.dispose()


def test_the_history_ends_in_the_tables_as_the_models_have_them(empty: Engine) -> None:
    migrations.upgrade(empty)

    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
        assert migrations.current(connection) == migrations.newest()


def test_a_row_in_every_table_is_a_row_in_every_table(full: Engine) -> None:
    assert {table for table, found in rows(full).items() if found} == {
        "alembic_version",
        *SQLModel.metadata.tables,
    }


def test_an_upgrade_without_news_changes_nothing(full: Engine) -> None:
    before = rows(full)

    migrations.upgrade(full)

    assert rows(full) == before


def test_a_step_back_and_forth_keeps_the_rows_of_the_other_tables(full: Engine) -> None:
    before = rows(full)

    migrations.downgrade(full, "0001")
    back = rows(full)
    migrations.upgrade(full)
    forth = rows(full)

    kept = {
        table: [{name: row[name] for name in row if name not in NEW.get(table, ())} for row in found]
        for table, found in before.items()
        if table not in LATER
    }
    assert back == {**kept, "alembic_version": [{"version_num": "0001"}]}
    assert forth == {**before, **{table: [] for table in LATER}}


def test_all_the_way_back_leaves_no_table_of_ours_and_forth_again_makes_them(full: Engine) -> None:
    migrations.downgrade(full, "base")
    assert rows(full) == {"alembic_version": []}

    migrations.upgrade(full)

    assert set(rows(full)) == {"alembic_version", *SQLModel.metadata.tables}


def test_changing_a_table_that_others_point_to_keeps_their_rows(full: Engine, database_url: str) -> None:
    before = rows(full)

    with migrations.alone(full) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("assessment", recreate="auto") as assessment:
            assessment.add_column(Column("language", String(), nullable=True))
            assessment.alter_column("subject", new_column_name="about")
    after = rows(full)

    assert {table: len(found) for table, found in after.items()} == {
        table: len(found) for table, found in before.items()
    }
    assert after["seat"] == before["seat"]
    with pytest.raises(IntegrityError), full.begin() as connection:
        connection.execute(text("UPDATE seat SET assessment_id = 'nowhere'"))


def test_many_who_open_a_new_database_at_once_make_one_history(empty_database_url: str) -> None:
    def opened() -> None:
        Store.open(empty_database_url).close()

    at_once(*[opened] * 4)

    with_tables = engine_for(empty_database_url)
    assert rows(with_tables)["alembic_version"] == [{"version_num": migrations.newest()}]
    with_tables.dispose()


def test_a_failed_upgrade_leaves_the_database_as_it_was(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE result (mine TEXT)"))

    with pytest.raises(CannotOpenDatabase, match="already exists"):
        Store.open(empty.url.render_as_string(hide_password=False))

    assert set(rows(empty)) == {"result"}


def test_a_database_of_a_newer_tidemark_is_refused_and_left_alone(full: Engine, database_url: str) -> None:
    with full.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = rows(full)

    with pytest.raises(CannotOpenDatabase, match=r"last used by a newer Tidemark.*at 9999"):
        Store.open(database_url)

    assert rows(full) == before


def test_the_revisions_are_numbered_in_a_row() -> None:
    engine = engine_for("sqlite://")
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(migrations.config_for(connection))
        in_order = [revision.revision for revision in script.walk_revisions()][::-1]
    engine.dispose()

    assert in_order == migrations.revisions() == [f"{n:04}" for n in range(1, len(in_order) + 1)]


def test_an_upgrade_says_nothing_and_leaves_the_loggers_alone(
    empty: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, levels = logging.getLogger("tidemark.test"), logging.root.level

    migrations.upgrade(empty)

    assert capsys.readouterr() == ("", "")
    assert (ours.disabled, logging.root.level) == (False, levels)


def test_opening_an_up_to_date_database_does_not_load_alembic(store: Store, database_url: str) -> None:
    asked = (
        "import sys; from storage.store import Store; "
        "Store.open(sys.argv[1]).close(); sys.exit('alembic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", asked, database_url], check=False)

    assert done.returncode == 0


def test_tables_without_a_history_are_the_same_tables(empty: Engine) -> None:
    migrations.create_all(empty)

    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_a_seat_needs_its_assessment(store: Store) -> None:
    with pytest.raises(IntegrityError), store.transaction("T1") as tx:
        a_seat(tx)
