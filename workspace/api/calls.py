"""A call of the Web API: who calls, with which arguments, and the register of what can be called."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workspace.installed import Token
from workspace.refusals import ApiError, bad_arguments
from workspace.state import Channel, Json, Message, Person
from workspace.team import Team

#: What a person's token needs where the app's own needs the scope on the left.
USER_SCOPES = {
    "channels:join": "channels:write",
    "channels:manage": "channels:write",
    "channels:write.invites": "channels:write",
    "channels:write.topic": "channels:write",
    "groups:write.invites": "groups:write",
    "groups:write.topic": "groups:write",
}


@dataclass(frozen=True)
class Call:
    """The arguments arrive as JSON, form or query; here they are the same. Without a token it is nobody's."""

    team: Team
    args: Json
    token: Token

    @property
    def me(self) -> Person:
        """In whose name it is made: the app's own person, or somebody who let the app speak for them."""
        return self.token.person

    def text(self, name: str) -> str:
        """An argument that must be there."""
        value = self.args.get(name)
        if value in (None, ""):
            raise bad_arguments(f"missing required field: {name}")
        return str(value)

    def maybe(self, name: str) -> str:
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value in (None, "") else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def names(self, name: str) -> list[str]:
        """A list, or its members with commas between."""
        value = self.args.get(name)
        parts = value if isinstance(value, list) else self.maybe(name).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """Something nested: given as it is, or as a string of JSON."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise ApiError(error) from None

    def person(self, name: str, error: str = "user_not_found") -> Person:
        return self.known(self.text(name), error)

    def known(self, person_id: str, error: str = "user_not_found") -> Person:
        """Somebody whom the caller can know: a guest knows those with whom they share a conversation."""
        person = self.team.people.get(person_id)
        if person is None:
            raise ApiError(error)
        if self.me.is_guest and not self._meets(person):
            raise ApiError("user_not_visible")
        return person

    def _meets(self, person: Person) -> bool:
        both = {self.me.id, person.id}
        return any(both <= set(place.members) for place in self.team.channels.values())

    def channel(self, name: str = "channel") -> Channel:
        """A conversation that can be known of: public, or one that the caller is in."""
        wanted = self.text(name)
        place = self.team.channels.get(wanted)
        if place is None or not self.sees(place):
            raise ApiError("channel_not_found")
        return place

    def sees(self, place: Channel) -> bool:
        return place.open_to(self.me)

    def is_in(self, place: Channel) -> bool:
        return self.me.id in place.members

    def needs(self, *scopes: str) -> None:
        """One of these scopes, where which ones depends on the arguments."""
        wanted = (
            scopes if self.token.kind != "user" else tuple(USER_SCOPES.get(each, each) for each in scopes)
        )
        if not set(wanted) & set(self.token.scopes):
            raise ApiError("missing_scope", needed=wanted[0], provided=",".join(self.token.scopes))

    def message(self, place: Channel, ts: str, error: str = "message_not_found") -> Message:
        message = place.messages.get(ts)
        if message is None or message.only_for:
            raise ApiError(error)
        return message


Answer = Callable[[Call], Json]
#: Which tokens a method takes. Most take the app's own and those of people.
TOKENS: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "app": frozenset({"app"}),
    "user": frozenset({"user"}),
    "either": frozenset({"bot", "user"}),
    "any": frozenset({"bot", "user", "app"}),
}


@dataclass(frozen=True)
class Method:
    """`scopes`: any one of them is enough. `tier` is the rate limit: 1 to 4, 0 for a special one. One that is
    `post_only` refuses GET."""

    name: str
    answer: Answer
    tier: int
    scopes: tuple[str, ...] = ()
    tokens: frozenset[str] = TOKENS["either"]
    post_only: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, tier: int, token: str = "either", post_only: bool = False
) -> Callable[[Answer], Answer]:
    def register(answer: Answer) -> Answer:
        METHODS[name] = Method(name, answer, tier, scopes, TOKENS[token], post_only)
        return answer

    return register


def page(call: Call, items: list[Any], *, default: int = 100, most: int = 1000) -> tuple[list[Any], Json]:
    """Some of these items from the cursor on, and where the next page begins."""
    limit = call.number("limit", default)
    if limit < 0 or limit > most:
        raise ApiError("invalid_limit")
    start = _start(call.maybe("cursor"))
    limit = limit or len(items)
    following = f"next:{start + limit}" if start + limit < len(items) else ""
    return items[start : start + limit], {"next_cursor": following}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    word, _, number = cursor.partition(":")
    if word != "next" or not number.isdigit():
        raise ApiError("invalid_cursor")
    return int(number)
