"""What a start does not need is not loaded for it."""

import subprocess
import sys
from pathlib import Path

#: Drawing, writing and reading files, trackers and webhooks, the other way in, the other database, and what
#: brings old tables up to date.
LATER = {
    *("alembic", "gidgethub", "icalendar", "jira", "numpy", "prometheus_client", "psycopg", "requests"),
    *("resvg_py", "standardwebhooks", "typst", "uvicorn", "xlsxwriter"),
}
A_START = """
import sys
from bot.__main__ import main
from bot import app, listeners, logs
from bot.settings import read_settings
from conversation.pack import Pack
from storage.store import Store
Store.open(sys.argv[1]).close()
Pack.shipped("mlops")
listeners.routes()
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_start_loads_nothing_that_comes_later(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tidemark.db'}"
    subprocess.run([sys.executable, "-c", A_START, url], check=True, capture_output=True)  # makes the tables

    again = subprocess.run([sys.executable, "-c", A_START, url], check=True, capture_output=True, text=True)

    assert not LATER & set(again.stdout.split())
