"""The nouns of a workspace, as plain data. What may happen to them stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
Entered = dict[
    tuple[str, str], Json
]  # (block_id, action_id) -> what a person entered there, as Slack's state value


class Kind(StrEnum):
    """Conversations by Slack's names for them, as in the event `message.im`."""

    CHANNEL = "channel"
    GROUP = "group"
    IM = "im"
    MPIM = "mpim"

    @property
    def rooms(self) -> bool:
        """Channels, which people enter and leave; not the direct messages of those who are in them."""
        return self in (Kind.CHANNEL, Kind.GROUP)


@dataclass
class Person:
    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    title: str = ""
    email: str = ""
    locale: str = "en-US"
    is_admin: bool = False
    is_org_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_away: bool = False
    quiet_from: str = ""
    quiet_until: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted


@dataclass
class File:
    """An upload: a place is kept for it, its bytes arrive, it is completed, and messages carry it.

    `handed_in`: somebody put it into a field of a modal, so the app may see it though no message has it.
    """

    id: str
    name: str
    owner: str
    ticket: str
    size: int
    created: int
    title: str = ""
    alt_txt: str = ""
    kind: str = ""
    content: bytes | None = None
    complete: bool = False
    deleted: bool = False
    handed_in: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Bookmark:
    id: str
    channel: str
    title: str
    link: str
    emoji: str
    created: int
    updated: int = 0


@dataclass
class Group:
    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass
class Message:
    """A post. `by_app`: the app made it, in its own name or in somebody's. `broadcast`: a reply that its
    channel sees too. `locked`: nobody answers in its thread any more. `seq` says when it last changed,
    counted in changes of the whole workspace."""

    channel: str
    ts: str
    author: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    by_app: bool = False
    thread_ts: str | None = None
    broadcast: bool = False
    locked: bool = False
    metadata: Json | None = None
    edited: Json | None = None
    files: list[str] = field(default_factory=list)
    pinned: Json | None = None
    only_for: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    client_msg_id: str | None = None
    sender: Json = field(default_factory=dict)
    seq: int = 0
    entered: dict[str, Entered] = field(default_factory=dict)

    def visible_to(self, person: str) -> bool:
        return self.only_for in (None, person)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in (None, self.ts)

    @property
    def in_channel(self) -> bool:
        """Whether it stands in the conversation itself, and not only in a thread."""
        return self.broadcast or not self.is_reply


@dataclass
class Channel:
    id: str
    name: str
    kind: Kind
    members: list[str] = field(default_factory=list)
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    posting: str = ""
    locale: str = "en-US"
    creator: str = ""
    created: int = 0
    shared_with: list[str] = field(default_factory=list)
    also_in: list[str] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.kind is not Kind.CHANNEL

    def open_to(self, person: Person) -> bool:
        """Whether they may look: members everywhere, and in public all but guests."""
        return person.id in self.members or not (self.private or person.is_guest)


@dataclass
class View:
    """A modal or a home, with what its person has entered into it so far."""

    id: str
    person: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    external_id: str = ""
    entered: Entered = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    seq: int = 0

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.body["blocks"]
        return blocks


@dataclass
class Scheduled:
    """A message for later. One with metadata is taken and listed like any other, and never posted."""

    id: str
    channel: str
    author: str
    post_at: int
    created: int
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    broadcast: bool = False
    sender: Json = field(default_factory=dict)
    lost: bool = False


@dataclass
class Trigger:
    """A person's gesture that the app may answer with a modal: once, and soon."""

    id: str
    person: str
    at: float
    view: str | None = None
    used: bool = False


@dataclass
class Grant:
    """Somebody approved the app: a code for its token, and with `user_scopes` for one in their own name, for
    ten minutes. `challenge` is what the verifier of PKCE must fit. `whole`: for all of an organisation."""

    code: str
    person: str
    scopes: tuple[str, ...]
    user_scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    at: float
    whole: bool = False


@dataclass
class Hook:
    """A response URL: five uses in half an hour."""

    id: str
    person: str
    channel: str
    at: float
    message: Message | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass(frozen=True)
class Ack:
    """How the app answered an envelope. `error` says to a person why there is no answer, `reason` to the app
    when it is asked again, which it is not when that was `final`."""

    payload: Json | None = None
    error: str | None = None
    reason: str = "timeout"
    final: bool = False

    @property
    def acked(self) -> bool:
        return self.error is None
