"""What Slack says of whether somebody can be reached."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.leave import on_leave_until
from bot.quiethours import quiet_until

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "emoji", "on_leave"),
    [
        ("Vacation", ":palm_tree:", True),
        ("", ":palm_tree:", True),
        ("De vacaciones hasta el lunes", "", True),
        ("OOO, back soon", ":speech_balloon:", True),
        ("On annual leave", "", True),
        ("", ":airplane::skin-tone-2:", True),
        ("In a meeting", ":spiral_calendar_pad:", False),
        ("Booolean algebra", "", False),  # a word, not a piece of one
        ("Working remotely", ":house_with_garden:", False),
        ("", "", False),
    ],
)
def test_a_status_says_that_somebody_is_on_leave(text: str, emoji: str, on_leave: bool) -> None:
    profile = {"status_text": text, "status_emoji": emoji, "status_expiration": int(LATER.timestamp())}

    assert on_leave_until(profile) == (LATER if on_leave else None)


def test_a_status_without_an_end_says_nothing() -> None:
    assert on_leave_until({"status_text": "Vacation", "status_expiration": 0}) is None
    assert on_leave_until({}) is None


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ({"dnd_enabled": True, "next_dnd_start_ts": -60, "next_dnd_end_ts": 60}, 60),
        ({"dnd_enabled": True, "next_dnd_start_ts": 0, "next_dnd_end_ts": 60}, 60),
        ({"dnd_enabled": True, "next_dnd_start_ts": 60, "next_dnd_end_ts": 600}, None),
        ({"dnd_enabled": True, "next_dnd_start_ts": -600, "next_dnd_end_ts": 0}, None),
        ({"dnd_enabled": False, "next_dnd_start_ts": -60, "next_dnd_end_ts": 60}, None),
    ],
)
def test_do_not_disturb_counts_while_it_lasts(said: dict[str, Any], until: int | None) -> None:
    moment = int(NOW.timestamp())
    for edge in ("next_dnd_start_ts", "next_dnd_end_ts"):
        said = {**said, edge: said[edge] + moment}

    found = quiet_until(said, NOW)

    assert found == (datetime.fromtimestamp(moment + until, UTC) if until else None)
    assert quiet_until({"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, NOW) is None
    assert quiet_until({"ok": True}, NOW) is None
