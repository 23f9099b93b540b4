"""Channels and user groups, as Slack shows them to us."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UserGroup:
    id: str
    handle: str
    name: str


@dataclass(frozen=True)
class Room:
    """A channel; `open_to_us`: we are in it and it is not archived."""

    id: str
    name: str
    open_to_us: bool
