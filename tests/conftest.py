"""Both databases, real and fresh for every test.

`store` and `database_url` run a test on SQLite and on PostgreSQL (`-k sqlite` or `-k postgresql` picks
one). A second store on the same database is `Store.open(database_url)`.

The tests of storage run on both each time. Of use cases and dialogues each runs on one of them, a sixth on
PostgreSQL: the next `SEED` takes another sixth. `make soak` runs all on both, as does who names a test or
gives `-k`.
"""

import gc
import os
import shutil
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog
from hypothesis import settings

from storage.store import Store
from tests.browsing import browser as browser
from tests.postgres import Postgres, Reused, in_memory

DATABASES = ["sqlite", "postgresql"]
#: Of so many tests that run on one database, one runs on PostgreSQL, which takes twice as long.
ONE_OF = 6
ON_ONE_OF_THEM = (
    "tests/bot/test_home.py",
    "tests/conversation/",
    "tests/e2e/",
    "tests/faults/",
    "tests/outside/",
)
#: They begin, so that at the end nobody waits for them.
SLOWEST = (
    "tests/e2e/test_kill.py",
    "tests/e2e/test_browser",
    "tests/faults/",
    "tests/attacks/",
    "tests/e2e/",
)


#: Where a property does not say how many examples it takes; `make soak` takes Hypothesis's hundred.
LONG = bool({"SOAK", "BOTH"} & os.environ.keys())
settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("long", deadline=None)
settings.load_profile("long" if LONG else "quick")


def few(examples: int) -> settings:
    """For a property whose examples take long: so many of them, and in `make soak` a hundred as elsewhere."""
    return settings() if LONG else settings(max_examples=examples)


#: A database on a disk makes each of its transactions wait for it.
if folder := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


#: What a test run loads and collects stays until its end: whoever looks through it for garbage finds none.
#: What tests leave is looked through seldom: the dialogues spent half as long on that.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(5_000, 10, 50)
    gc.enable()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: now and then a worker only waits, for what another process does."""
    return (yield) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    named = config.option.keyword or any("::" in argument for argument in config.args)
    if named or LONG:
        return
    same: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.nodeid.startswith(ON_ONE_OF_THEM):
            same[item.nodeid.replace("postgresql", "sqlite")].append(item)
    pairs = [pair for pair in same.values() if len(pair) == len(DATABASES)]
    turn = int(os.environ.get("SEED", "1"))
    left = {pair[0 if (place + turn) % ONE_OF == 0 else 1] for place, pair in enumerate(pairs)}
    config.hook.pytest_deselected(items=[*left])
    items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: not item.nodeid.startswith(SLOWEST))


#: Left to itself, structlog draws with every error all that is known where it happened, for seconds.
_PLAIN_LOGS = [
    *structlog.get_config()["processors"][:-1],
    structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
]


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Commands that run in the test's own process set up their logs."""
    structlog.configure(processors=_PLAIN_LOGS)
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as url:
        Store.open(url).close()
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "tidemark.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tidemark.db'}"
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield url


@pytest.fixture(scope="session")
def reused_sqlite() -> Iterator[Path]:
    """In memory, as far as the machine has room there: on a disk each transaction waits for it."""
    with TemporaryDirectory(prefix="tidemark-", dir=in_memory()) as folder:
        yield Path(folder) / "tidemark.db"


@pytest.fixture(scope="session")
def reused_postgres(postgres: Postgres, migrated_postgres: str) -> Iterator[Reused]:
    with postgres.reused(like=migrated_postgres) as database:
        yield database


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an up-to-date database without rows. On PostgreSQL it is one that others used before,
    emptied: making one takes longer than many a test. On SQLite it is a new file where others were before."""
    if request.param == "sqlite":
        file: Path = request.getfixturevalue("reused_sqlite")
        for old in file.parent.iterdir():
            old.unlink()
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
    else:
        database: Reused = request.getfixturevalue("reused_postgres")
        yield database.url
        database.empty()


@pytest.fixture(params=DATABASES)
def own_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same of a database of its own, for who changes tables."""
    if request.param == "sqlite":
        file = tmp_path / "tidemark.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
    else:
        template = request.getfixturevalue("migrated_postgres")
        with request.getfixturevalue("postgres").database(like=template) as url:
            yield url


@pytest.fixture(scope="session")
def stores() -> Iterator[dict[str, Store]]:
    """By their URL. A store that was used before knows its statements; compiling them for a new one takes
    longer than many a test."""
    stores: dict[str, Store] = {}
    yield stores
    for store in stores.values():
        store.close()


@pytest.fixture
def store(database_url: str, stores: dict[str, Store]) -> Iterator[Store]:
    store = stores.get(database_url) or stores.setdefault(database_url, Store.open(database_url))
    yield store
    if store.one_writer:  # its file is another one in the next test
        store.close()
