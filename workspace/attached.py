"""A file in the JSON that Slack shows it in."""

from __future__ import annotations

from mimetypes import guess_type
from urllib.parse import quote

from workspace.state import File, Json, Kind
from workspace.team import Team


def file(team: Team, thing: File) -> Json:
    """A file as messages, the Web API and states carry it; of a deleted one a stone is left."""
    if thing.deleted:
        return {"id": thing.id, "mode": "tombstone"}
    ending = thing.name.rpartition(".")[2].lower() if "." in thing.name else "txt"
    mimetype = guess_type(thing.name)[0] or "application/octet-stream"
    secret = f"{team.url}/files-pri/{team.id}-{thing.id}"
    name = quote(thing.name)
    places = [team.channels[channel] for channel, _ in thing.shares if channel in team.channels]
    return {
        "id": thing.id,
        "created": thing.created,
        "timestamp": thing.created,
        "name": thing.name,
        "title": thing.title,
        "mimetype": mimetype,
        "filetype": thing.kind or ending,
        "pretty_type": (thing.kind or ending).upper(),
        "user": thing.owner,
        "user_team": team.id,
        "editable": bool(thing.kind),
        "size": thing.size,
        "mode": "snippet" if thing.kind else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(not place.private for place in places),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{secret}/{name}",
        "url_private_download": f"{secret}/download/{name}",
        "permalink": f"{team.url}/files/{thing.owner}/{thing.id}/{name}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "shares": _shares(team, thing),
        "channels": [place.id for place in places if place.kind is Kind.CHANNEL],
        "groups": [place.id for place in places if place.kind is Kind.GROUP],
        "ims": [place.id for place in places if place.kind in (Kind.IM, Kind.MPIM)],
        **({"alt_txt": thing.alt_txt} if thing.alt_txt else {}),
    }


def _shares(team: Team, thing: File) -> Json:
    shares: Json = {}
    for channel, ts in thing.shares:
        if place := team.channels.get(channel):
            where = shares.setdefault("private" if place.private else "public", {}).setdefault(channel, [])
            where.append({"ts": ts, "channel_name": place.name, "team_id": team.id})
    return shares
