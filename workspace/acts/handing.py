"""People hand in files: with a message, or in a field of a modal."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from workspace import files
from workspace.acts import surfaces
from workspace.attached import file as shown
from workspace.refusals import Cannot
from workspace.state import Channel, File, Json, Message, Person
from workspace.team import Team
from workspace.typed import as_sent, rich_text


def upload(
    team: Team,
    person: Person,
    place: Channel,
    name: str,
    content: bytes,
    *,
    saying: str = "",
    thread_ts: str | None = None,
) -> Message:
    surfaces.may_write(team, person, place)
    words = as_sent(team, saying)
    said = files.Covering(text=words, blocks=rich_text(team, words) if words else None, thread_ts=thread_ts)
    return files.share(team, [_brought(team, person, name, content)], place, person, said)


def attach(team: Team, person: Person, element: Json, wanted: Any) -> Json:
    """A file in a modal's field: what the app finds in the state of its view."""
    name = str(wanted["name"])
    kinds = element.get("filetypes") or []
    if kinds and name.rpartition(".")[2].lower() not in kinds:
        raise Cannot(f"{name} is none of: {', '.join(kinds)}.")
    file = _brought(team, person, name, b64decode(wanted["content"]))
    file.handed_in = True
    return shown(team, file)


def take_away(team: Team, person: Person, name: str) -> None:
    """Delete the newest of one's own files of this name."""
    own = [f for f in team.files.values() if f.owner == person.id and f.name == name and not f.deleted]
    if not own:
        raise Cannot(f"@{person.name} has no file {name}.")
    files.delete(team, own[-1])


def _brought(team: Team, person: Person, name: str, content: bytes) -> File:
    if not content:
        raise Cannot(f"{name} is empty.")
    file = files.reserve(team, person, name, len(content))
    files.receive(team, file.ticket, content)
    files.complete(team, file, name)
    return file
