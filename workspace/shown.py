"""What people in a workspace see, and what they have in their hands."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A message as one person sees it: `shown` is all they read, buttons in brackets."""

    channel: str
    ts: str
    author: str
    text: str
    blocks: list[Json]
    shown: str
    metadata: Json | None
    edited: bool
    ephemeral: bool
    thread_ts: str | None
    reactions: list[str]
    seq: int
    files: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Upload:
    """A file in somebody's hand: `fill({"Evidence": Upload("plan.pdf", b"…")})`."""

    name: str
    content: bytes

    def as_json(self) -> Json:
        return {"name": self.name, "content": b64encode(self.content).decode()}


@dataclass(frozen=True)
class Reply:
    """What a command showed at once. `error` is Slack's own sentence when the app failed."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    shown: str = ""
    error: str | None = None
    message: Message | None = None


@dataclass(frozen=True)
class Click:
    acked: bool
    error: str | None = None


@dataclass(frozen=True)
class Submitted:
    """`errors` by label, whether Slack or the app found them."""

    acked: bool
    errors: dict[str, str]
    error: str | None = None


@dataclass(frozen=True)
class Home:
    shown: str
    blocks: list[Json]
    id: str
