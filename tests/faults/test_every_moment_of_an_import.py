"""`tidemark import` dies before and after every statement and commit. The file is there once, or nothing of
it; and once, when the command was given again. `make test` takes moments that a seed chooses."""

import shutil
import signal
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from storage import inspection
from tests.e2e.playing import FILES
from tests.faults.commands import Commands
from tests.faults.deaths import IN_FULL, SEED, out_of_order
from tests.faults.moments import Moments

STEP = 1 if IN_FULL else 40
TEAM = ["--team", "T0123ABCD"]
ANSWERS = ["import", "answers", *TEAM, "--facilitator", "U0123ABCD", "--channel", "C0123ABCD"]


def rows(url: str) -> dict[str, int]:
    """How many each table has."""
    with inspection.opened(url) as engine, engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


@pytest.fixture
def commands(database_url: str) -> Iterator[Commands]:
    with Commands.on(database_url) as found:
        yield found


@pytest.mark.parametrize("what", ["answers", "actions"])
def test_a_file_is_imported_once_or_not_at_all_whenever_the_command_dies(
    commands: Commands, database_url: str, tmp_path: Path, what: str
) -> None:
    def line(number: int) -> list[str]:
        """Another file each time, of the same size."""
        file = tmp_path / f"{what}-{number}.csv"
        if what == "answers":
            shutil.copy(FILES / "workshop.csv", file)
            return [*ANSWERS, "--subject", f"Team {number}", str(file)]
        file.write_text((FILES / "actions.csv").read_text() + f"Number {number},2027-03-15,,1 page,\n")
        return ["import", "actions", *TEAM, "--subject", "Team 0", str(file)]

    assert commands.run([*ANSWERS, "--subject", "Team 0", str(FILES / "workshop.csv")]) == 0
    fresh = rows(database_url)
    assert commands.run(line(0 if what == "actions" else 1_000)) == 0
    before, ended, died, nothing = rows(database_url), -signal.SIGKILL, 0, 0
    whole = {table: number - fresh[table] for table, number in before.items()}

    for number in count(1 + SEED % STEP, STEP):
        once = {table: number + whole[table] for table, number in before.items()}
        moments = Moments(number, str(tmp_path / "places"), str(tmp_path / "armed"))
        ended = commands.run(line(number), moments)
        after = rows(database_url)
        if ended == 0:
            assert after == once
            break
        assert ended == -signal.SIGKILL
        assert after in (before, once)
        died, nothing = died + 1, nothing + (after == before)

        assert commands.run(line(number)) == 0
        assert rows(database_url) == once
        before = once

    sys.stdout.write(f"import {what}: {died} deaths, after {nothing} of them nothing was there\n")
    assert died >= 2
    assert out_of_order(database_url) == []
