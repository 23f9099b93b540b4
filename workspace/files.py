"""Files, from the place that is kept for one to the message that carries it."""

from __future__ import annotations

from dataclasses import dataclass

from workspace import events, messages
from workspace.refusals import ApiError
from workspace.state import Channel, File, Json, Message, Person
from workspace.team import Team

#: Slack shares a file a moment after it has said that the upload is complete.
SHARED_AFTER = 0.05


@dataclass(frozen=True)
class Covering:
    """What is said with the files, and in whose name."""

    text: str = ""
    blocks: list[Json] | None = None
    thread_ts: str | None = None
    sender: Json | None = None


def reserve(
    team: Team, owner: Person, name: str, size: int, *, alt_txt: str = "", snippet_type: str = ""
) -> File:
    file = File(
        id=team.new_id("F"),
        name=name,
        owner=owner.id,
        ticket=team.new_id("", 24),
        size=size,
        created=int(team.clock.now()),
        title=name,
        alt_txt=alt_txt,
        kind=snippet_type,
    )
    team.files[file.id] = file
    return file


def receive(team: Team, ticket: str, content: bytes) -> File:
    """The bytes arrive at the upload URL. What counts is what came, not what was announced."""
    file = next((file for file in team.files.values() if file.ticket == ticket), None)
    if file is None or file.complete:
        raise ApiError("file_not_found")
    file.content, file.size = content, len(content)
    return file


def complete(team: Team, file: File, title: str) -> None:
    file.complete, file.title = True, title or file.name
    events.file_created(team, file)


def share_soon(team: Team, these: list[File], places: list[Channel], author: Person, said: Covering) -> None:
    def share_everywhere() -> None:
        for place in places:
            share(team, these, place, author, said)

    team.pulse.soon(SHARED_AFTER, share_everywhere)


def share(team: Team, these: list[File], place: Channel, author: Person, said: Covering) -> Message:
    message = messages.post(
        team,
        place,
        author=author,
        text=said.text,
        blocks=said.blocks,
        thread_ts=said.thread_ts,
        sender=said.sender,
        files=[file.id for file in these],
    )
    for file in these:
        file.shares.append((place.id, message.ts))
        events.file_shared(team, file, place, author)
    return message


def delete(team: Team, file: File) -> None:
    """Messages that carried it show that there was one."""
    file.deleted, file.content = True, None
    for channel, ts in file.shares:
        if channel in team.channels and ts in team.channels[channel].messages:
            team.channels[channel].messages[ts].seq = team.pulse.beat()
    events.file_deleted(team, file)


def visible_to_app(team: Team, file: File) -> bool:
    """Its own, what was handed to it, and what was shared where it could look."""
    bot = team.app.bot.id
    shared = [team.channels[channel] for channel, _ in file.shares if channel in team.channels]
    ours = file.owner == bot or file.handed_in
    return ours or any(not place.private or bot in place.members for place in shared)
