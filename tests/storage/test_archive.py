"""A backup is the whole database of one moment, and comes back as it was, on either kind of database, or not
at all."""

import gzip
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import SQLModel

from storage import archive, inspection, migrations, restoring
from storage.database import engine_for, snapshot
from storage.errors import BadArchive, CannotRestore, CannotWriteArchive
from storage.records import Person
from storage.store import Store
from tests.postgres import Postgres
from tests.storage.given import NOW, a_posting, a_row_in_every_table, an_action, rows, some_evidence

OLD = sorted(Path("tests/data/archives").glob("*.jsonl.gz"))
AWKWARD = "one\ntwo\u2028three \"four\" \\ five\u202e \U0001f600 'six' \t é"
PAST_32_BITS = 1 << 40


@pytest.fixture
def database_url(own_database_url: str) -> str:
    return own_database_url


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = engine_for(url)
    yield engine
    engine.dispose()


def fill(url: str) -> None:
    """A row in every table, and some that are harder to keep."""
    store = Store.open(url)
    with store.transaction("T1") as tx:
        a_row_in_every_table(tx)
        soon = NOW + timedelta(microseconds=1)
        tx.people.remember(Person(user_id="U-Zoë", name=AWKWARD, tz="Europe/Berlin"))
        tx.people.remember(Person(user_id="U-a", name="", tz="UTC", unavailable_until=soon))
        odd = {"text": AWKWARD, "none": None, "list": [1, 2.5, True, {}], "ключ": "😀"}
        tx.postings.owe(
            "odd", kind="card", subject_id="S1", recipient="U-ANA", due_at=NOW, contents=odd, now=NOW
        )
    store.close()
    with engine_of(url) as engine, engine.begin() as connection:
        connection.execute(sa.text("UPDATE deed SET id = :id"), {"id": PAST_32_BITS})


@pytest.fixture
def full(database_url: str) -> Iterator[Engine]:
    """A full database of either kind."""
    fill(database_url)
    with engine_of(database_url) as engine:
        yield engine


@pytest.fixture(scope="module")
def made(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a full database and its backup, which are copied."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(migrated_sqlite, folder / "source.db")
    fill(f"sqlite:///{folder / 'source.db'}")
    with engine_of(f"sqlite:///{folder / 'source.db'}") as engine:
        archive.save(engine, folder / "tidemark.backup", at=NOW)
    return folder


@pytest.fixture
def source(made: Path, tmp_path: Path) -> Iterator[Engine]:
    """A full database, of which `kept` is a backup."""
    shutil.copy(made / "source.db", tmp_path)
    with engine_of(f"sqlite:///{tmp_path / 'source.db'}") as engine:
        yield engine


@pytest.fixture
def kept(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made / "tidemark.backup", tmp_path))


def test_what_is_kept_comes_back_the_same_through_both_databases(
    source: Engine, kept: Path, postgres: Postgres, tmp_path: Path
) -> None:
    before, first = rows(source), archive.verify(kept)

    with postgres.database() as url, engine_of(url) as there:
        restoring.restore(there, kept)
        on_postgres = rows(there)
        again = archive.save(there, tmp_path / "again", at=NOW)
    with engine_of(f"sqlite:///{tmp_path / 'back.db'}") as back:
        restoring.restore(back, tmp_path / "again")
        on_sqlite = rows(back)

    assert set(first.rows) == set(SQLModel.metadata.tables)
    assert all(first.rows.values())
    assert in_one_form(on_postgres) == in_one_form(on_sqlite) == in_one_form(before)
    assert (again.rows, again.sums) == (first.rows, first.sums)


def test_new_rows_are_numbered_after_the_old_ones(kept: Path, empty_database_url: str) -> None:
    with engine_of(empty_database_url) as engine:
        restoring.restore(engine, kept)
        with engine.begin() as connection:
            connection.execute(sa.insert(SQLModel.metadata.tables["deed"]).values(a_deed()))
        ids = [row["id"] for row in rows(engine)["deed"]]

    assert ids == [PAST_32_BITS, PAST_32_BITS + 1]


def test_others_write_while_a_backup_reads_and_it_does_not_see_it(full: Engine, store: Store) -> None:
    (posting,) = (shape for shape in shapes(full) if shape.name == "posting")

    with snapshot(full) as connection:
        before = list(archive.row_lines(connection, posting))
        with store.transaction("T1") as tx:
            a_posting(tx, "meanwhile")
        assert list(archive.row_lines(connection, posting)) == before

    assert len(rows(full)["posting"]) == len(before) + 1


def test_a_backup_among_writers_holds_whole_transactions(full: Engine, store: Store, tmp_path: Path) -> None:
    over, written = Event(), Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with store.transaction("T1") as tx:
                a_posting(tx, f"pair/{number}")
                an_action(tx, f"PAIR{number}")
                some_evidence(tx, f"PAIR{number}", key=f"pair/{number}")
            written.set()

    writer = Thread(target=write)
    writer.start()
    try:
        assert written.wait(10)
        found = [archive.save(full, tmp_path / str(turn), at=NOW).rows for turn in range(4)]
    finally:
        over.set()
        writer.join()

    # Before the writers there were two postings, two actions, one evidence.
    assert all(count["posting"] == count["action"] == count["evidence"] + 1 for count in found)
    assert found[-1]["posting"] > 2


def test_a_changed_row_is_named_by_its_table(kept: Path) -> None:
    kept.write_bytes(
        gzip.compress(gzip.decompress(kept.read_bytes()).replace(b'"Every model', b'"Eveny model'))
    )

    with pytest.raises(BadArchive, match=r"damaged in the table action: what lines \d+ to \d+ hold is not"):
        archive.verify(kept)


@pytest.mark.parametrize("dropped", ["a row", "a table", "the end", "all but the end"])
def test_what_is_left_out_is_missed(kept: Path, dropped: str) -> None:
    lines = gzip.decompress(kept.read_bytes()).splitlines(keepends=True)
    begin = next(n for n, line in enumerate(lines) if b'"table":"pack"' in line)
    match dropped:
        case "a row":
            del lines[begin + 1]
        case "a table":
            del lines[begin : begin + 3]
        case "the end":
            del lines[-1]
        case _:
            lines.append(lines[-1])
    kept.write_bytes(gzip.compress(b"".join(lines)))

    with pytest.raises(BadArchive, match="is damaged in"):
        archive.verify(kept)


def test_every_damaged_byte_is_found(kept: Path) -> None:
    whole = kept.read_bytes()
    header, sums = 10, 8  # of gzip: when and where it was made, which nobody reads; checksum and length
    filled_up = len(whole) - sums - 1  # the last byte before them may end in bits that nobody reads either

    for place in range(header, len(whole), 11):
        if place == filled_up:
            continue
        kept.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        with pytest.raises(BadArchive, match=str(kept)):
            archive.verify(kept)
    for length in range(0, len(whole), 97):
        kept.write_bytes(whole[:length])
        with pytest.raises(BadArchive, match=str(kept)):
            archive.verify(kept)


def test_a_damaged_backup_changes_nothing(kept: Path, empty_database_url: str) -> None:
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-40])

    with engine_of(empty_database_url) as engine:
        with pytest.raises(BadArchive):
            restoring.restore(engine, kept)
        assert rows(engine) == {}

        kept.write_bytes(whole)
        restoring.restore(engine, kept)  # nothing is in the way of another try


def test_a_database_with_rows_is_left_alone(full: Engine, kept: Path) -> None:
    before = rows(full)

    with pytest.raises(CannotRestore, match="not empty: channel_pause has rows"):
        restoring.restore(full, kept)

    assert rows(full) == before


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (["CREATE TABLE invoice (number INTEGER)"], "tables that are not Tidemark's, as invoice"),
        (["CREATE TABLE person (name TEXT)"], "tables that are not Tidemark's, as person"),
        (
            [
                "CREATE TABLE invoice (number INTEGER)",
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('3f1c')",
            ],
            "are at 3f1c, which this version does not know",
        ),
    ],
)
def test_a_database_with_tables_of_somebody_else_is_left_alone(
    kept: Path, empty_database_url: str, theirs: list[str], said: str
) -> None:
    with engine_of(empty_database_url) as engine:
        with engine.begin() as connection:
            for statement in theirs:
                connection.execute(sa.text(statement))
        before = sorted(sa.inspect(engine).get_table_names())

        with pytest.raises(CannotRestore, match=f"{said}.*Nothing was changed. Name a new database"):
            restoring.restore(engine, kept)

        assert sorted(sa.inspect(engine).get_table_names()) == before


def test_of_a_sqlite_file_of_somebody_else_no_byte_is_changed(kept: Path, tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE invoice (number INTEGER)")
    before = file.read_bytes()

    with inspection.opened(f"sqlite:///{file}", new=True) as engine, pytest.raises(CannotRestore):
        restoring.restore(engine, kept)

    assert file.read_bytes() == before


def test_also_where_empty_tables_of_ours_are_beside_them(kept: Path, database_url: str) -> None:
    with engine_of(database_url) as engine:
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE invoice (number INTEGER)"))
        before = rows(engine)

        with pytest.raises(CannotRestore, match="tables that are not Tidemark's, as invoice"):
            restoring.restore(engine, kept)

        assert rows(engine) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"revision": "9999"}, "made by a newer Tidemark"),
        ({"format": 2}, "is of format 2"),
        ({"tidemark": "menu"}, "is damaged in its heading"),
    ],
)
def test_what_cannot_be_read_here_says_why(
    kept: Path, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    first, *others = gzip.decompress(kept.read_bytes()).splitlines(keepends=True)
    heading = json.dumps(json.loads(first) | change).encode() + b"\n"
    kept.write_bytes(gzip.compress(b"".join([heading, *others])))

    with engine_of(f"sqlite:///{tmp_path / 'new.db'}") as engine, pytest.raises(BadArchive, match=said):
        restoring.restore(engine, kept)


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    for name, content in [("text", b"hello\n"), ("empty", b""), ("zipped", gzip.compress(b"\0" * 1000))]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadArchive, match="no backup of Tidemark"):
            archive.verify(tmp_path / name)
    with pytest.raises(BadArchive, match="cannot be read"):
        archive.verify(tmp_path / "nowhere")


def test_a_backup_overwrites_nothing_and_leaves_nothing_half_written(source: Engine, kept: Path) -> None:
    before = kept.read_bytes()

    with pytest.raises(CannotWriteArchive, match="is there already"):
        archive.save(source, kept, at=NOW)
    with pytest.raises(CannotWriteArchive, match="cannot be written"):
        archive.save(source, kept.parent / "no" / "folder", at=NOW)

    assert kept.read_bytes() == before
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in kept.parent.iterdir() if kept.name in file.name] == [kept.name]


def test_a_large_database_takes_little_memory(database_url: str, tmp_path: Path) -> None:
    size, each = 1_500, "x" * 20_000
    packs = [
        {"team_id": "T1", "digest": f"d{n}", "name": "mlops", "version": 1, "body": each} for n in range(size)
    ]
    with engine_of(database_url) as engine, engine_of(f"sqlite:///{tmp_path / 'large.db'}") as back:
        with engine.begin() as connection:
            connection.execute(sa.insert(SQLModel.metadata.tables["pack"]), packs)
        migrations.upgrade(back)
        tracemalloc.start()
        archive.save(engine, tmp_path / "large", at=NOW)
        _, of_saving = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        restoring.restore(back, tmp_path / "large")
        _, of_restoring = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert max(of_saving, of_restoring) < size * len(each) / 2


@pytest.mark.parametrize("file", OLD, ids=lambda file: file.name.split(".")[0])
@pytest.mark.parametrize("into", ["new", "up to date"])
def test_a_backup_of_an_older_tidemark_is_upgraded(file: Path, into: str, empty_database_url: str) -> None:
    with engine_of(empty_database_url) as engine:
        if into == "up to date":
            migrations.upgrade(engine)
        summary = restoring.restore(engine, file)
        found, after = inspection.condition(engine), rows(engine)

    assert (found.revision, found.differences, found.orphans) == (migrations.newest(), (), {})
    with archive.Archive.opened(file) as opened:
        for table, old in opened.tables():
            now = in_one_form({"it": after[table.table]})["it"]
            assert [{name: row[name] for name in table.columns} for row in now] == in_one_form(
                {"it": [*old]}
            )["it"]
    assert summary.heading.revision == file.name.split(".")[0]
    assert sum(summary.rows.values()) >= len(summary.rows)  # a row in every table


def test_there_is_a_backup_of_an_older_tidemark() -> None:
    assert [file.name for file in OLD] == ["0011.jsonl.gz", "0023.jsonl.gz", "0027.jsonl.gz"]


def undumped(repository: Path) -> dict[str, str]:
    """Tagged versions, each with the revision of its tables, of which no backup is kept."""

    def git(*words: str) -> list[str]:
        said = subprocess.run(["git", "-C", repository, *words], capture_output=True, text=True, check=True)
        return said.stdout.split()

    kept, found = {file.name.split(".")[0] for file in OLD}, {}
    for tag in git("tag", "--list", "v*"):
        files = git("ls-tree", "--name-only", tag, "storage/migrations/versions/")
        found[tag] = max(name for file in files if (name := Path(file).name[:4]).isdigit())
    return {tag: revision for tag, revision in found.items() if revision not in kept}


def test_of_the_tables_of_each_tagged_version_a_backup_is_kept(tmp_path: Path) -> None:
    assert not Path(".git").exists() or undumped(Path()) == {}, "make dump, before a version is tagged"

    versions = tmp_path / "storage" / "migrations" / "versions"
    versions.mkdir(parents=True)
    ours = ("-c", "user.name=Lee", "-c", "user.email=lee@abc.example")
    for tag, revision in (("v1", "0023"), ("v2", "9999")):
        (versions / f"{revision}_news.py").touch()
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "News"], ["tag", tag]):
            subprocess.run(["git", "-C", tmp_path, *ours, *words], check=True)

    assert undumped(tmp_path) == {"v2": "9999"}


def test_an_upgrade_that_is_killed_between_two_revisions_is_done_again(empty_database_url: str) -> None:
    with engine_of(empty_database_url) as engine:
        migrations.upgrade(engine, "0011")
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO pack VALUES ('T1', 'd1', 'mlops', 1, 'questions')"))
        before = rows(engine)

        killed = subprocess.run([sys.executable, "-c", _DIES, empty_database_url, "0014"], check=False)
        between = rows(engine)
        Store.open(empty_database_url).close()
        after = rows(engine)

    assert killed.returncode == -signal.SIGKILL
    assert between == before  # all revisions are one transaction
    assert after["pack"] == before["pack"]
    assert after["alembic_version"] == [{"version_num": migrations.newest()}]


#: Opens the database at the URL, and dies once the tables are at the revision.
_DIES = """
import os, signal, sys
from sqlalchemy import Engine, event
from storage.store import Store

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, parameters, context, many):
    if statement.startswith(f"UPDATE alembic_version SET version_num='{sys.argv[2]}'"):
        os.kill(os.getpid(), signal.SIGKILL)

Store.open(sys.argv[1])
"""


def shapes(engine: Engine) -> list[archive.Shape]:
    with snapshot(engine) as connection:
        return archive.shapes(connection)


def a_deed() -> dict[str, Any]:
    return {"team_id": "T1", "assessment_id": "A1", "by": "U-LEE", "what": "closed", "values": {}, "at": NOW}


def in_one_form(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """As the archive has it: by table, sorted, with points in time in UTC."""

    def plain(value: Any) -> Any:
        if hasattr(value, "tzinfo"):
            return (value if value.tzinfo else value.replace(tzinfo=NOW.tzinfo)).astimezone(NOW.tzinfo)
        return value

    return {
        table: sorted(({name: plain(row[name]) for name in sorted(row)} for row in each), key=str)
        for table, each in found.items()
    }
