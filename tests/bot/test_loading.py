"""What a start does not need is not loaded for it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: Drawing, writing and reading files, trackers and webhooks, the other way in, the other database, and what
#: brings old tables up to date.
LATER = {
    *("alembic", "gidgethub", "icalendar", "jira", "numpy", "prometheus_client", "psycopg", "requests"),
    *("resvg_py", "standardwebhooks", "typst", "uvicorn", "xlsxwriter"),
}
#: For answers, and nobody has asked yet.
SECOND_HALF = {
    *("babel", "jinja2", "slack_bolt", "yaml"),
    *("bot.app", "bot.listeners", "bot.views", "conversation.desk", "conversation.pack", "scoring.gaps"),
}
CONNECTED = """
import sys
from bot.__main__ import main
from bot import logs, starting, tracing
from storage.store import Store
Store.open(sys.argv[1]).close()
print(*sys.modules)
"""
ALL = """
import sys
from bot.__main__ import main
from bot import app, listeners, logs
from conversation.pack import Pack
from storage.store import Store
Store.open(sys.argv[1]).close()
Pack.shipped("mlops")
listeners.routes()
print(*sys.modules)
"""


@pytest.fixture
def url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """Of a database that has its tables."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path)}"


def test_a_start_loads_nothing_that_comes_later(url: str) -> None:
    assert not LATER & loaded(ALL, url)


def test_half_of_the_program_is_loaded_when_slack_can_be_called(url: str) -> None:
    assert not (LATER | SECOND_HALF) & loaded(CONNECTED, url)


def loaded(program: str, url: str) -> set[str]:
    """The modules, and the packages in which they are."""
    run = [sys.executable, "-c", program, url]
    names = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
    return {*names, *(name.partition(".")[0] for name in names)}
