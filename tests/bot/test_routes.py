"""Every listener is found by name, and asks for nothing that a request does not give."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncBoltRequest

from bot import listeners
from bot.dispatch import context_of
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


SOMEBODY = st.sampled_from(
    [None, "", "U1", 1, {}, {"id": "U1"}, {"id": None}, {"id": "T1", "enterprise_id": "E1"}]
)
GESTURES = st.fixed_dictionaries(
    {"type": st.just("block_actions")},
    optional={
        **dict.fromkeys(("user", "team", "enterprise", "channel", "message"), SOMEBODY),
        "is_enterprise_install": st.sampled_from([None, True, False, "true"]),
        "view": st.sampled_from([None, {}, {"app_installed_team_id": "T2"}, {"team_id": "T3"}]),
        "response_url": st.sampled_from([None, "https://slack.example/1"]),
    },
)


@given(GESTURES)
def test_who_made_a_gesture_and_where_is_as_bolt_finds_it(body: Json) -> None:
    try:
        bolts = AsyncBoltRequest(body=body, mode="socket_mode").context
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        with pytest.raises(type(error)):
            context_of(body)
    else:
        ours = context_of(body)
        assert ours == {name: value for name, value in bolts.items() if not name.startswith("actor_")}
