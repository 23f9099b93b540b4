"""People, channels, messages and views in the JSON that Slack shows them in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from workspace.attached import file
from workspace.entries import values_of
from workspace.state import Channel, Group, Json, Kind, Message, Person, View
from workspace.team import Organisation, Team


def user(
    team: Team, person: Person, *, with_locale: bool = False, scopes: tuple[str, ...] | None = None
) -> Json:
    """Somebody as they are shown to who has these scopes; else to the app."""
    shape: Json = {
        "id": person.id,
        "team_id": team.id,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "profile": _profile(team, person, team.app.scopes if scopes is None else scopes),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_500_000_000,
    }
    if not person.deleted:
        here = datetime.fromtimestamp(team.clock.now(), ZoneInfo(person.tz))
        offset = here.utcoffset()
        shape |= {
            "tz": person.tz,
            "tz_label": here.tzname() or person.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": person.is_admin,
            "is_owner": person.is_admin,
            "is_primary_owner": False,
            "is_restricted": person.is_restricted or person.is_ultra_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
            "is_email_confirmed": not person.is_bot,
            "has_2fa": False,
        }
    if team.organisation and not person.is_bot:
        shape["enterprise_user"] = _in_organisation(team.organisation, person)
    if person.is_stranger:
        shape["is_stranger"] = True
    if with_locale:
        shape["locale"] = person.locale
    return shape


def channel(team: Team, place: Channel, *, seen_by: Person | None = None, with_members: bool = False) -> Json:
    """A conversation as somebody sees it, or the app."""
    viewer = seen_by or team.app.bot
    if place.kind is Kind.IM:
        return _im(team, place, viewer)
    shape: Json = {
        "id": place.id,
        "name": place.name,
        "name_normalized": place.name,
        "is_channel": place.kind is Kind.CHANNEL,
        "is_group": place.kind is Kind.GROUP,
        "is_im": False,
        "is_mpim": place.kind is Kind.MPIM,
        "is_private": place.private,
        "is_archived": place.archived,
        "is_general": place.name == "general",
        "is_member": viewer.id in place.members,
        "is_shared": bool(place.shared_with or place.also_in),
        "is_ext_shared": bool(place.shared_with),
        "is_org_shared": bool(place.also_in),
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "shared_team_ids": [*dict.fromkeys([team.id, *place.also_in, *place.shared_with])],
        "context_team_id": team.id,
        "created": place.created,
        "updated": place.created * 1000,
        "creator": place.creator,
        "unlinked": 0,
        "topic": {"value": place.topic, "creator": place.creator if place.topic else "", "last_set": 0},
        "purpose": {
            "value": place.purpose,
            "creator": place.creator if place.purpose else "",
            "last_set": 0,
        },
        "previous_names": [],
    }
    if with_members:
        shape["num_members"] = len(place.members)
    return shape


def group(team: Team, thing: Group, *, with_users: bool, with_count: bool) -> Json:
    shape: Json = {
        "id": thing.id,
        "team_id": team.id,
        "is_usergroup": True,
        "name": thing.name,
        "description": "",
        "handle": thing.handle,
        "is_external": False,
        "date_create": 1_500_000_000,
        "date_update": 1_500_000_000,
        "date_delete": 1_500_000_001 if thing.disabled else 0,
        "auto_type": None,
        "created_by": "USLACKBOT",
        "updated_by": "USLACKBOT",
        "deleted_by": "USLACKBOT" if thing.disabled else None,
        "prefs": {"channels": [], "groups": []},
    }
    if with_users:
        shape["users"] = list(thing.members)
    if with_count:
        shape["user_count"] = len(thing.members)
    return shape


def message(team: Team, post: Message, *, with_metadata: bool = False, with_thread: bool = True) -> Json:
    shape: Json = {"type": "message", "user": post.author, "text": post.text, "ts": post.ts, "team": team.id}
    if post.client_msg_id:
        shape["client_msg_id"] = post.client_msg_id
    if post.by_app:
        shape |= {"bot_id": team.app.bot_id, "app_id": team.app.id, "bot_profile": _bot_profile(team)}
        shape |= post.sender
    if post.broadcast:
        parent = team.channels[post.channel].messages.get(post.thread_ts or "")
        shape |= {"subtype": "thread_broadcast"} | ({"root": message(team, parent)} if parent else {})
    if post.blocks:
        shape["blocks"] = post.blocks
    if post.files:
        shape |= {"subtype": "file_share", "upload": True, "display_as_bot": False}
        shape["files"] = [file(team, team.files[each]) for each in post.files]
    if post.edited:
        shape["edited"] = post.edited
    if post.pinned:
        shape |= {"pinned_to": [post.channel], "pinned_info": {"channel": post.channel, **post.pinned}}
    if with_metadata and post.metadata:
        shape["metadata"] = post.metadata
    if post.reactions:
        shape["reactions"] = [
            {"name": name, "users": list(people), "count": len(people)}
            for name, people in post.reactions.items()
        ]
    if with_thread:
        shape |= _thread(team, post)
    return shape


def view(team: Team, thing: View, *, with_values: bool = True) -> Json:
    """A view as Slack sends it. In the answers of the Web API its state is empty."""
    body = thing.body
    shape: Json = {
        "id": thing.id,
        "team_id": team.id,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "state": {"values": values_of(thing.blocks, thing.entered) if with_values else {}},
        "hash": thing.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": thing.previous,
        "root_view_id": thing.root,
        "app_id": team.app.id,
        "external_id": thing.external_id,
        "app_installed_team_id": team.whole.id if team.whole else team.id,
        "bot_id": team.app.bot_id,
    }
    if body.get("submit_disabled"):
        shape["submit_disabled"] = True
    return shape


def acted_in(team: Team) -> Json:
    """Where somebody acts. Where the app is installed for a whole organisation no team is named."""
    above = team.organisation
    theirs = {"enterprise_id": above.id, "enterprise_name": above.name} if above else {}
    return {
        "team": None if team.whole else {"id": team.id, "domain": team.domain, **theirs},
        "enterprise": {"id": above.id, "name": above.name} if above else None,
        "is_enterprise_install": team.whole is not None,
    }


def acting_user(team: Team, person: Person) -> Json:
    """Someone who clicked or submitted."""
    return {"id": person.id, "username": person.name, "name": person.name, "team_id": team.id}


def container(post: Message) -> Json:
    """Where an element stands that somebody used."""
    shape: Json = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": post.channel,
        "is_ephemeral": post.only_for is not None,
    }
    return shape | ({"thread_ts": post.thread_ts} if post.thread_ts else {})


def place_name(place: Channel) -> str:
    """A channel's name as commands and clicks carry it."""
    names = {Kind.IM: "directmessage", Kind.GROUP: "privategroup", Kind.MPIM: place.name}
    return names.get(place.kind, place.name)


def permalink(team: Team, post: Message) -> str:
    link = f"{team.url}/archives/{post.channel}/p{post.ts.replace('.', '')}"
    return link + (f"?thread_ts={post.thread_ts}&cid={post.channel}" if post.is_reply else "")


def _im(team: Team, place: Channel, viewer: Person) -> Json:
    other = next((member for member in place.members if member != viewer.id), viewer.id)
    return {
        "id": place.id,
        "created": place.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": team.id,
        "user": other,
        "is_user_deleted": team.people[other].deleted,
        "priority": 0,
    }


def _in_organisation(above: Organisation, person: Person) -> Json:
    known = {team.id: team.people[person.id] for team in above.teams.values() if person.id in team.people}
    return {
        "id": person.id,
        "enterprise_id": above.id,
        "enterprise_name": above.name,
        "is_admin": person.is_org_admin,
        "is_owner": person.is_org_admin,
        "teams": [team for team, there in known.items() if not there.deleted],
    }


def _profile(team: Team, person: Person, scopes: tuple[str, ...]) -> Json:
    profile: Json = {
        "title": person.title,
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": person.real_name.partition(" ")[0],
        "last_name": person.real_name.partition(" ")[2],
        "status_text": person.status_text,
        "status_emoji": person.status_emoji,
        "status_expiration": person.status_expiration,
        "team": team.id,
    }
    if person.is_bot:
        profile |= {"api_app_id": team.app.id, "bot_id": team.app.bot_id}
    elif "users:read.email" in scopes:
        profile["email"] = person.email
    return profile


def _bot_profile(team: Team) -> Json:
    return {
        "id": team.app.bot_id,
        "deleted": False,
        "name": team.app.bot.real_name,
        "updated": 1_500_000_000,
        "app_id": team.app.id,
        "user_id": team.app.bot.id,
        "icons": {},
        "team_id": team.id,
    }


def _thread(team: Team, post: Message) -> Json:
    home = team.channels[post.channel].messages
    if post.thread_ts and post.thread_ts != post.ts:
        parent = home.get(post.thread_ts)
        return {"thread_ts": post.thread_ts, "parent_user_id": parent.author if parent else None}
    if not post.thread_ts:
        return {}
    replies = [
        other
        for other in home.values()
        if other.thread_ts == post.ts and other is not post and not other.only_for
    ]
    return {
        "thread_ts": post.ts,
        "reply_count": len(replies),
        "reply_users_count": len({reply.author for reply in replies}),
        "reply_users": list(dict.fromkeys(reply.author for reply in replies)),
        "latest_reply": replies[-1].ts if replies else post.ts,
        "is_locked": post.locked,
        "subscribed": False,
    }
