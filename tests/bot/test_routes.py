"""Every listener is found by name, and asks for nothing that a request does not give."""

import re

import pytest

from bot import listeners
from bot.routes import Json, Request, Routes, read

#: What is given with every request, beside its own part.
GIVEN = {
    *("ack", "body", "context", "user_id"),
    *("act", "asking", "desk", "doors", "draw", "files", "profiles", "readers", "sources"),
}


def test_listeners_ask_for_what_a_request_gives() -> None:
    unknown = {
        (kind, route.listener.__name__, name)
        for kind, route in listeners.routes().all()
        for name in route.wants
        if name not in GIVEN | {kind.removesuffix("_closed")}
    }
    assert not unknown


async def pages() -> None: ...


async def later() -> None: ...


async def first_page() -> None: ...


def test_a_name_goes_before_a_pattern_and_the_first_pattern_before_the_second() -> None:
    routes = Routes()
    routes.action(re.compile("^page:"))(pages)
    routes.action(re.compile("^page"))(later)
    routes.action("page:1")(first_page)
    found = [routes.find(Request("action", name, {})) for name in ("page:1", "page:2", "pager", "else")]
    assert [route and route.listener for route in found] == [first_page, pages, later, None]
    assert routes.find(Request("view", "page:1", {})) is None


@pytest.mark.parametrize(
    ("body", "kind", "name"),
    [
        ({"command": "/tidemark", "text": "help"}, "command", "/tidemark"),
        ({"type": "event_callback", "event": {"type": "message"}}, "event", "message"),
        ({"type": "block_actions", "actions": [{"action_id": "skip"}]}, "action", "skip"),
        ({"type": "view_submission", "view": {"callback_id": "form"}}, "view", "form"),
        ({"type": "view_closed", "view": {"callback_id": "form"}}, "view_closed", "form"),
        ({"type": "block_suggestion", "action_id": "menu"}, "options", "menu"),
        ({"type": "shortcut", "callback_id": "help"}, "shortcut", "help"),
        ({"type": "message_action", "callback_id": "help"}, "shortcut", "help"),
        ({"type": "interactive_message", "callback_id": "old", "actions": [{}]}, "action", "old"),
    ],
)
def test_what_a_body_asks_for(body: Json, kind: str, name: str) -> None:
    request = read(body)
    assert request
    assert (request.kind, request.name) == (kind, name)


@pytest.mark.parametrize(
    "body",
    [{}, {"type": "block_actions"}, {"type": "block_actions", "actions": []}, {"type": "event_callback"}],
)
def test_what_is_broken_asks_for_nothing(body: Json) -> None:
    assert read(body) is None
