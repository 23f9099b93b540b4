"""What Slack brings of people's words is legible before anybody reads it."""

from typing import Any

import pytest

from bot.incoming import make_legible
from bot.profiles import profile

BAD, GOOD = "pay\u202e\u200b\x00", "pay"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"event": {"type": "message", "text": BAD}}, ("event", "text")),
        ({"event": {"message": {"text": BAD}}}, ("event", "message", "text")),
        ({"event": {"files": [{"title": BAD}]}}, ("event", "files", 0, "title")),
        ({"event": {"user": {"profile": {"real_name": BAD}}}}, ("event", "user", "profile", "real_name")),
        ({"command": "/tidemark", "text": BAD}, ("text",)),
        ({"actions": [{"type": "plain_text_input", "value": BAD}]}, ("actions", 0, "value")),
        ({"state": {"values": {"a": {"b": {"value": BAD}}}}}, ("state", "values", "a", "b", "value")),
        ({"view": {"state": {"values": {"a": BAD}}, "id": "V1"}}, ("view", "state", "values", "a")),
    ],
)
def test_every_word_of_theirs_is_read(body: dict[str, Any], where: tuple[Any, ...]) -> None:
    make_legible(body)

    found: Any = body
    for step in where:
        found = found[step]
    assert found == GOOD


def test_names_are_read_too_and_who_has_none_is_called_by_their_id() -> None:
    named = profile({"id": "U1", "profile": {"real_name": f"Ana {BAD}", "title": BAD}})
    hidden = profile({"id": "U2", "profile": {"real_name": "\u3164\u200b"}})

    assert (named.name, named.title, hidden.name) == ("Ana pay", "pay", "U2")
