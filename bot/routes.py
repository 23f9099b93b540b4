"""Which listener is for which of Slack's requests: looked up by name, where Bolt would ask one listener after
the other. A listener asks for what it needs by the names of its parameters, as in Bolt."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from typing import Any, TypeVar

Json = dict[str, Any]
Listener = Callable[..., Awaitable[None]]
L = TypeVar("L", bound=Listener)
#: A name, or what names may look like.
Name = str | re.Pattern[str]


@dataclass(frozen=True)
class Request:
    """What Slack sent, under the `kind` and the name by which listeners are registered for it; `part` is what
    listeners ask for under that kind."""

    kind: str
    name: str
    part: Json


@dataclass(frozen=True)
class Route:
    """`once`: the same button, pressed again before the first press is drawn, is no second press."""

    listener: Listener
    wants: tuple[str, ...]
    once: bool = False

    async def take(self, given: Mapping[str, Any]) -> None:
        await self.listener(**{name: given[name] for name in self.wants})


class Routes:
    """A listener of this very name goes before one of a pattern, and of those the one that was registered
    first."""

    def __init__(self) -> None:
        self._named: dict[tuple[str, str], Route] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], Route]]] = {}
        self._by_pattern = lru_cache(maxsize=1000)(self._look_through)

    def find(self, request: Request) -> Route | None:
        return self._named.get((request.kind, request.name)) or self._by_pattern(request.kind, request.name)

    def _look_through(self, kind: str, name: str) -> Route | None:
        patterns = self._patterns.get(kind, ())
        return next((route for pattern, route in patterns if pattern.search(name)), None)

    def all(self) -> Iterator[tuple[str, Route]]:
        """With their kinds."""
        yield from ((kind, route) for (kind, _), route in self._named.items())
        yield from ((kind, route) for kind, found in self._patterns.items() for _, route in found)

    def action(self, name: Name, *, once: bool = False) -> Callable[[L], L]:
        """A button or a menu, by its action_id; `once` as in Route."""
        return self._for("action", name, once=once)

    def options(self, name: Name) -> Callable[[L], L]:
        """What a menu offers, by its action_id."""
        return self._for("options", name)

    def view(self, name: Name) -> Callable[[L], L]:
        """A form that was sent, by its callback_id."""
        return self._for("view", name)

    def view_closed(self, name: Name) -> Callable[[L], L]:
        return self._for("view_closed", name)

    def shortcut(self, name: Name) -> Callable[[L], L]:
        return self._for("shortcut", name)

    def command(self, name: Name) -> Callable[[L], L]:
        return self._for("command", name)

    def event(self, name: Name) -> Callable[[L], L]:
        """Acked when its listener has ended, at the latest."""
        return self._for("event", name)

    def _for(self, kind: str, name: Name, *, once: bool = False) -> Callable[[L], L]:
        def register(listener: L) -> L:
            route = Route(listener, tuple(signature(listener).parameters), once)
            if isinstance(name, str):
                self._named.setdefault((kind, name), route)
            else:
                self._patterns.setdefault(kind, []).append((name, route))
                self._by_pattern.cache_clear()
            return listener

        return register


def read(body: Json) -> Request | None:
    """What this body asks for; None if it is nothing that we could have asked Slack to send."""
    if "command" in body:
        return Request("command", str(body["command"]), body)
    match body:
        case {"type": "event_callback", "event": {"type": str(name)} as event}:
            return Request("event", name, event)
        case {"type": "block_actions", "actions": [{"action_id": str(name)} as action, *_]}:
            return Request("action", name, action)
        case {"type": "view_submission" | "view_closed" as kind, "view": {"callback_id": str(name)} as view}:
            return Request("view" if kind == "view_submission" else "view_closed", name, view)
        case {"type": "block_suggestion", "action_id": str(name)}:
            return Request("options", name, body)
        case {"type": "shortcut" | "message_action", "callback_id": str(name)}:
            return Request("shortcut", name, body)
        case {"type": "interactive_message", "callback_id": str(name), "actions": [dict(action), *_]}:
            return Request("action", name, action)  # of long before us; whoever presses it is answered
        case {"type": "dialog_submission" | "dialog_cancellation", "callback_id": str(name)}:
            return Request("action", name, body)
    return None
