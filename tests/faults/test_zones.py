"""Countries change their clocks, and a process hears of it when its time-zone database is renewed. Two
versions of it: before and after Mexico gave up summer time and Jordan winter time."""

import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conversation import worktime
from storage.store import Store
from tests.e2e.workspace import PEOPLE, town

ZONES = Path(__file__).parents[1] / "data" / "zones"
OLD, NEW = "2022a", "2025b"


def knows(version: str) -> None:
    zoneinfo.reset_tzpath([str(ZONES / version)])
    ZoneInfo.clear_cache()


@pytest.fixture(autouse=True)
def _zones_as_they_were() -> Iterator[None]:
    yield
    zoneinfo.reset_tzpath()
    ZoneInfo.clear_cache()


@pytest.mark.parametrize(
    ("tz", "launched", "planned", "comes"),
    [
        # Planned for 9:30 by summer time, which is 8:30 by now.
        ("America/Mexico_City", (2023, 4, 4, 4), (2023, 4, 4, 14, 30), (2023, 4, 4, 15, 30)),
        # Planned for 9:30 by winter time, which is 10:30 by now.
        ("Asia/Amman", (2023, 1, 10, 22), (2023, 1, 11, 7, 30), (2023, 1, 11, 7, 30)),
    ],
)
async def test_what_was_planned_by_old_rules_comes_in_working_hours_by_the_new(
    store: Store, tz: str, launched: tuple[int, ...], planned: tuple[int, ...], comes: tuple[int, ...]
) -> None:
    start, first, then = (datetime(*each, tzinfo=UTC) for each in (launched, planned, comes))  # type: ignore[arg-type, misc]
    people = [{**person, "tz": tz} for person in PEOPLE]
    knows(OLD)
    async with town(store, start=start, people=people) as place:
        ana = place.slack.person("ana")
        async with place.bot() as stage:
            await stage.launch("ana")
        knows(NEW)
        async with place.bot() as stage:
            came = []
            for when in (first - timedelta(minutes=1), first, then - timedelta(minutes=1), then):
                await stage.goes_to(max(when, stage.time.at))
                came.append(sum("asks for your view" in message.shown for message in await ana.dm()))

    assert came == ([0, 1, 1, 1] if first == then else [0, 0, 0, 1])
    assert worktime.is_worktime(then, tz)


def test_a_zone_that_is_not_known_yet_is_utc_and_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = datetime(2023, 1, 10, 12, tzinfo=UTC)
    monkeypatch.setitem(sys.modules, "tzdata.zoneinfo.Europe", None)  # the package is as old
    knows(OLD)
    worktime._tell_of.cache_clear()
    unknown = [worktime.at_local(at.date(), worktime.MORNING, "Europe/Kyiv") for _ in range(3)]
    knows(NEW)
    known = worktime.at_local(at.date(), worktime.MORNING, "Europe/Kyiv")

    assert {each.hour for each in unknown} == {9}
    assert known.hour == 7
    assert [record.getMessage() for record in caplog.records] == [
        "The time zone Europe/Kyiv is not known here: UTC is used. Update the package tzdata."
    ]
