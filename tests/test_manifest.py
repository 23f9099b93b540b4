"""The manifest asks for what the code uses: no scope, event or command less, and none more."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import Pattern
from types import SimpleNamespace
from typing import Any, cast

import yaml

from bot import listeners, views
from bot.listeners.commands import WORDS
from bot.routes import Routes
from bot.scopes import NEEDED
from workspace.api.dispatch import METHODS

MANIFEST: dict[str, Any] = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))
SCOPES = MANIFEST["oauth_config"]["scopes"]

#: Scopes that no method asks for: they let Slack bring something to us.
BROUGHT = {
    "/tidemark": {"commands"},
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
    "member_joined_channel": {"channels:read", "groups:read"},
}
#: Without the histories, a post that may have reached a channel is not sent again but shown to the
#: facilitator; without the files, evidence is links, numbers and words; without
#: do-not-disturb hours, reminders go by working hours alone.
OPTIONAL = {"dnd:read", "channels:history", "groups:history", "files:read", "files:write"}
#: What our listeners call an event, and what a manifest calls it.
SUBSCRIPTIONS = {"message": "message.im"}


class Registered:
    """Stands where the routes stand when the listeners register, and notes what they listen to."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.commands: set[str] = set()

    def event(self, name: str | Pattern[str]) -> Any:
        """A pattern is for what we did not ask for."""
        if isinstance(name, str):
            self.events.add(SUBSCRIPTIONS.get(name, name))
        return lambda listener: listener

    def command(self, name: str | Pattern[str]) -> Any:
        if isinstance(name, str):
            self.commands.add(name)
        return lambda listener: listener

    def __getattr__(self, name: str) -> Any:
        return lambda *constraints, **more: lambda listener: listener


def called_methods() -> Iterator[str]:
    """The Web API methods that the bot's code calls on a client: `chat_postMessage` is chat.postMessage."""
    by_name = {name.replace(".", "_"): name for name in METHODS}
    for file in Path("bot").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in by_name:
                yield by_name[node.attr]


def listening() -> Registered:
    registered = Registered()
    for place in listeners.PLACES:
        place.register(cast(Routes, registered))
    return registered


def test_every_method_that_the_bot_calls_is_allowed_and_no_scope_is_asked_for_in_vain() -> None:
    methods = set(called_methods())
    asked = set(SCOPES["bot"])

    needed = {method: set(METHODS[method].scopes) for method in methods if METHODS[method].scopes}
    used = {scope for scopes in needed.values() for scope in scopes & asked} | set().union(*BROUGHT.values())

    assert {"chat.postMessage", "conversations.history", "views.open"} <= methods
    assert [method for method, scopes in needed.items() if not scopes & (asked | OPTIONAL)] == []
    assert asked == used
    assert set(SCOPES["bot_optional"]) == OPTIONAL


def test_at_the_start_is_looked_for_what_the_manifest_asks_for() -> None:
    assert set(SCOPES["bot"]) == set(NEEDED)


def test_the_events_and_commands_are_those_that_the_listeners_listen_to() -> None:
    registered = listening()

    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == registered.events
    assert {c["command"] for c in MANIFEST["features"]["slash_commands"]} == registered.commands


def test_the_usage_hint_names_the_words_of_the_command() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]

    assert {word.strip() for word in command["usage_hint"].split("|")} == set(WORDS)


def test_what_we_can_see_is_told_scope_by_scope() -> None:
    told = views.about_modal()["blocks"]

    words = "\n".join(block["text"]["text"] for block in told)
    assert set(re.findall(r"`(\w+:\w+|commands)`", words)) == {*SCOPES["bot"], *SCOPES["bot_optional"]}


def test_people_can_write_to_the_app_and_it_needs_no_public_address() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]

    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert settings["interactivity"]["is_enabled"]
    assert settings["socket_mode_enabled"]


def test_the_texts_keep_to_slacks_limits() -> None:
    shown = SimpleNamespace(**MANIFEST["display_information"])
    (command,) = MANIFEST["features"]["slash_commands"]

    assert len(shown.name) <= 35
    assert len(shown.description) <= 140
    assert 175 <= len(shown.long_description) <= 4000
    assert len(command["command"]) <= 32
