"""Somebody asks for something, and all that is needed to answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.profiles import Profiles
from bot.readers import Readers
from bot.sources import Sources
from bot.teams import workspace_of
from conversation.desk import Desk

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """By whom, where, and with which words."""

    user_id: str
    channel: str | None
    rest: str
    body: Json
    ack: AsyncAck
    desk: Desk
    act: Gate
    draw: Drawing
    profiles: Profiles
    sources: Sources
    readers: Readers
    files: Files

    @property
    def workspace(self) -> str:
        """From which they ask, also where it is one of an organisation; empty, if Slack does not say."""
        return workspace_of(self.body)

    @property
    def room(self) -> str | None:
        """The channel, if it is one and no direct message."""
        return self.channel if (self.channel or "").startswith(("C", "G")) else None


#: What a listener gets, to say who asks, where, with which words, by what; all else that is needed is in it.
Asking = Callable[[str, str | None, str, Json, AsyncAck], Asked]
