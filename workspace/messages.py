"""Messages come, change and go; the app is told what it subscribed to, and those who wait look again."""

from __future__ import annotations

from workspace import events, objects
from workspace.entries import kept
from workspace.state import Channel, Json, Message, Person
from workspace.team import Team


def post(
    team: Team,
    place: Channel,
    *,
    author: Person,
    text: str,
    blocks: list[Json] | None = None,
    by_app: bool = False,
    thread_ts: str | None = None,
    broadcast: bool = False,
    metadata: Json | None = None,
    sender: Json | None = None,
    files: list[str] | None = None,
) -> Message:
    message = _new(team, place, author=author, text=text, blocks=blocks, thread_ts=thread_ts)
    message.by_app = by_app or message.by_app
    message.broadcast = broadcast and message.is_reply
    message.metadata = metadata
    message.sender = sender or {}
    message.files = files or []
    if not message.by_app:
        message.client_msg_id = team.new_id("").lower()
    parent = place.messages.get(thread_ts or "")
    if parent:
        parent.thread_ts = parent.ts
    events.posted(team, message)
    return message


def whisper(
    team: Team,
    place: Channel,
    person: Person,
    *,
    text: str,
    author: Person | None = None,
    blocks: list[Json] | None = None,
    thread_ts: str | None = None,
) -> Message:
    """An ephemeral message of the app: one person sees it, no history holds it, nobody hears of it."""
    author = author or team.app.bot
    message = _new(team, place, author=author, text=text, blocks=blocks, thread_ts=thread_ts)
    message.by_app, message.only_for = True, person.id
    return message


def change(
    team: Team,
    message: Message,
    *,
    text: str | None = None,
    blocks: list[Json] | None = None,
    metadata: Json | None = None,
    by: Person,
) -> None:
    """What is not given stays."""
    before = objects.message(team, message)
    if text is not None:
        message.text = text
    if blocks is not None:
        message.blocks = blocks
        message.entered = {person: kept(blocks, entered) for person, entered in message.entered.items()}
    if metadata is not None:
        message.metadata = metadata or None
    _edited(team, message, by)
    if not message.only_for:
        events.changed(team, message, before)


def is_settled(team: Team, message: Message) -> bool:
    """Whether the time is over in which the team's settings let messages be changed."""
    minutes = team.rules.edit_minutes
    return minutes is not None and team.clock.now() - float(message.ts) > minutes * 60


def broadcast(team: Team, message: Message, *, by: Person) -> None:
    """From now on its channel sees this reply too."""
    before = objects.message(team, message)
    message.broadcast = True
    _edited(team, message, by)
    events.changed(team, message, before)


def lock(team: Team, message: Message, *, locked: bool = True) -> None:
    """Nobody answers in its thread, or reacts there, until it is unlocked."""
    message.locked = locked
    message.seq = team.pulse.beat()


def delete(team: Team, message: Message) -> None:
    before = objects.message(team, message)
    del team.channels[message.channel].messages[message.ts]
    team.pulse.beat()
    if not message.only_for:
        events.deleted(team, message, before)


def react(team: Team, message: Message, person: Person, name: str) -> None:
    message.reactions.setdefault(name, []).append(person.id)
    message.seq = team.pulse.beat()
    events.reacted(team, message, person, name)


def unreact(team: Team, message: Message, person: Person, name: str) -> None:
    message.reactions[name].remove(person.id)
    if not message.reactions[name]:
        del message.reactions[name]
    message.seq = team.pulse.beat()
    events.reacted(team, message, person, name, kind="reaction_removed")


def pin(team: Team, message: Message, person: Person) -> None:
    message.pinned = {"created": int(team.clock.now()), "created_by": person.id}
    message.seq = team.pulse.beat()
    events.pinned(team, message, person, kind="pin_added")


def unpin(team: Team, message: Message, person: Person) -> None:
    message.pinned = None
    message.seq = team.pulse.beat()
    events.pinned(team, message, person, kind="pin_removed")


def _edited(team: Team, message: Message, by: Person) -> None:
    message.edited = {"user": by.id, "ts": f"{int(team.clock.now())}.000000"}
    message.seq = team.pulse.beat()


def _new(
    team: Team, place: Channel, *, author: Person, text: str, blocks: list[Json] | None, thread_ts: str | None
) -> Message:
    message = Message(
        channel=place.id,
        ts=team.clock.stamp(),
        author=author.id,
        text=text,
        blocks=blocks or [],
        by_app=author is team.app.bot,
        thread_ts=thread_ts,
    )
    place.messages[message.ts] = message
    message.seq = team.pulse.beat()
    return message
