"""A backup of a database with a row in every table, kept for the version that is tagged next: `make dump`
writes it into tests/data/archives, and tests/storage/test_archive.py upgrades each that is there."""

from pathlib import Path
from tempfile import TemporaryDirectory

from storage import archive, migrations
from storage.database import engine_for
from storage.store import Store
from tests.storage.given import NOW, a_row_in_every_table

ARCHIVES = Path("tests/data/archives")


def write(file: Path) -> None:
    """The same bytes each time."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tidemark.db"
        store = Store.open(url)
        with store.transaction("T1") as tx:
            a_row_in_every_table(tx)
        store.close()
        engine = engine_for(url)
        archive.save(engine, file, at=NOW)
        engine.dispose()


if __name__ == "__main__":
    write(ARCHIVES / f"{migrations.newest()}.jsonl.gz")
