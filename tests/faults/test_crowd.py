"""Many people answer at once, from a process of their own. `make load` does so with 10,000 in ten minutes."""

import sys
from pathlib import Path

from benchmarks.load import measured
from conversation.pack import Length

PEOPLE, MINUTES = 40, 0.3


async def test_a_crowd_loses_nothing_and_everybody_has_the_last_card(
    database_url: str, tmp_path: Path
) -> None:
    report = await measured(PEOPLE, MINUTES, Length.SHORT, database_url, tmp_path)

    sys.stdout.write(f"{report}\n")
    assert report.is_good, str(report)
    assert report.outcome.late == 0, str(report)
    assert report.answers == 4 * PEOPLE
