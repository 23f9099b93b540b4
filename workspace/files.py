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
    broadcast: bool = False
    sender: Json | None = None
    by_app: bool = False


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
        by_app=said.by_app,
        text=said.text,
        blocks=said.blocks,
        thread_ts=said.thread_ts,
        broadcast=said.broadcast,
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


def replace(team: Team, message: Message, these: list[File]) -> None:
    """The message carries these files from now on, and no others."""
    here = (message.channel, message.ts)
    for known in message.files:
        team.files[known].shares = [place for place in team.files[known].shares if place != here]
    message.files = [file.id for file in these]
    for file in these:
        file.shares.append(here)
    message.seq = team.pulse.beat()


def visible_to(team: Team, file: File, person: Person) -> bool:
    """Their own, what was shared where they can look, and to the app what was handed to it."""
    shared = [team.channels[channel] for channel, _ in file.shares if channel in team.channels]
    theirs = file.owner == person.id or (file.handed_in and person is team.app.bot)
    return theirs or any(place.open_to(person) for place in shared)
