"""What is no id of a person or of a place to write in is not taken for one, so it stands in no mention."""

from typing import Any

import pytest

from bot.payloads import wrong_with

LONGEST = "1" * 60
NO_IDS = (
    "",
    "1",
    "u1",
    "U",
    "U1>",
    "U1|x",
    "U1\n",
    "U 1",
    f"U{LONGEST}1",
    "<!channel>",
    "xU1",
    "xC1",
    None,
    1,
)


def joined(**otherwise: Any) -> dict[str, Any]:
    event = {"type": "member_joined_channel", "user": "U1", "channel": "C1", "event_ts": "1.1"}
    return {"type": "event_callback", "event": event | otherwise}


@pytest.mark.parametrize("id", ["U1", "W1", "U-ANA", f"U{LONGEST}"])
def test_a_person_is_named_as_slack_names_people(id: str) -> None:
    assert wrong_with(joined(user=id)) is None


@pytest.mark.parametrize("id", ["C1", "D1", "G1", "C-ML", f"C{LONGEST}"])
def test_a_channel_is_named_as_slack_names_channels(id: str) -> None:
    assert wrong_with(joined(channel=id)) is None


@pytest.mark.parametrize("id", [*NO_IDS, "C1", "B1", "S1"])
def test_nothing_else_is_a_person(id: object) -> None:
    assert wrong_with(joined(user=id)) == "user"


@pytest.mark.parametrize("id", [*NO_IDS, "U1", "W1", "T1", "C1>", "C1 <!channel>"])
def test_nothing_else_is_a_channel(id: object) -> None:
    assert wrong_with(joined(channel=id)) == "channel"


@pytest.mark.parametrize(
    ("id", "wrong"), [("F1", None), ("f1", "file_id"), ("F1>", "file_id"), ("", "file_id")]
)
def test_a_file_has_an_id_too(id: str, wrong: str | None) -> None:
    assert wrong_with({"type": "event_callback", "event": {"type": "file_deleted", "file_id": id}}) == wrong
