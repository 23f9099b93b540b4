"""What the app is told: events in Slack's shapes, and only those it subscribed to."""

from __future__ import annotations

from workspace import objects
from workspace.state import Channel, File, Group, Json, Kind, Message, Person
from workspace.team import Team

_CHANNEL_LETTERS = {Kind.CHANNEL: "C", Kind.GROUP: "G"}
_MESSAGE_EVENTS = {
    Kind.CHANNEL: "message.channels",
    Kind.GROUP: "message.groups",
    Kind.IM: "message.im",
    Kind.MPIM: "message.mpim",
}


def posted(team: Team, post: Message) -> None:
    """A message appeared. The app hears of its own posts too."""
    event = objects.message(team, post)
    _message_event(team, post, event)
    place = team.channels[post.channel]
    mentioned = f"<@{team.app.bot.id}>" in post.text
    if mentioned and not post.by_app and place.kind is not Kind.IM and team.app.bot.id in place.members:
        tell(team, "app_mention", event | {"type": "app_mention", "channel": place.id, "event_ts": post.ts})


def changed(team: Team, post: Message, before: Json) -> None:
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": objects.message(team, post),
        "previous_message": before,
        "ts": team.clock.stamp(),
    }
    _message_event(team, post, event)


def deleted(team: Team, post: Message, before: Json) -> None:
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": post.ts,
        "previous_message": before,
        "ts": team.clock.stamp(),
    }
    _message_event(team, post, event)


def home_opened(team: Team, person: Person, *, tab: str) -> str | None:
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": team.dm(person).id,
        "tab": tab,
        "event_ts": team.clock.stamp(),
    }
    home = team.homes.get(person.id)
    if home and tab == "home":
        event["view"] = objects.view(team, home)
    return tell(team, "app_home_opened", event)


def joined(team: Team, place: Channel, person: Person, *, inviter: Person | None) -> None:
    event: Json = {
        "type": "member_joined_channel",
        "user": person.id,
        "channel": place.id,
        "channel_type": _CHANNEL_LETTERS[place.kind],
        "team": team.id,
        "event_ts": team.clock.stamp(),
    }
    if inviter:
        event["inviter"] = inviter.id
    if team.app.bot.id in place.members:
        tell(team, "member_joined_channel", event)


def reacted(team: Team, post: Message, person: Person, name: str, *, kind: str = "reaction_added") -> None:
    event = {
        "type": kind,
        "user": person.id,
        "reaction": name,
        "item": {"type": "message", "channel": post.channel, "ts": post.ts},
        "item_user": post.author,
        "event_ts": team.clock.stamp(),
    }
    if team.app.bot.id in team.channels[post.channel].members:
        tell(team, kind, event)


def pinned(team: Team, post: Message, person: Person, *, kind: str) -> None:
    place = team.channels[post.channel]
    count = sum(message.pinned is not None for message in place.messages.values())
    event = {
        "type": kind,
        "user": person.id,
        "channel_id": place.id,
        "item": {"type": "message", "channel": place.id, "message": objects.message(team, post)},
        "item_user": post.author,
        "pin_count": count,
        "has_pins": count > 0,
        "event_ts": team.clock.stamp(),
    }
    if team.app.bot.id in place.members:
        tell(team, kind, event)


def member_left(team: Team, place: Channel, person: Person) -> None:
    if team.app.bot.id in place.members:
        event = {
            "type": "member_left_channel",
            "user": person.id,
            "channel": place.id,
            "channel_type": _CHANNEL_LETTERS[place.kind],
            "team": team.id,
            "event_ts": team.clock.stamp(),
        }
        tell(team, "member_left_channel", event)


def left(team: Team, place: Channel) -> None:
    """The app itself is out of a channel."""
    _told(team, "channel_left" if place.kind is Kind.CHANNEL else "group_left", channel=place.id)


def room(team: Team, place: Channel, kind: str, **about: object) -> None:
    """Something happened to a channel: public ones concern every app, private ones their members."""
    if place.kind is Kind.CHANNEL:
        _told(team, kind, **about)
    elif team.app.bot.id in place.members:
        _told(team, kind.replace("channel_", "group_"), **about)


def shared(team: Team, place: Channel, with_team: str) -> None:
    if place.kind is Kind.CHANNEL or team.app.bot.id in place.members:
        _told(team, "channel_shared", connected_team_id=with_team, channel=place.id)


def about(team: Team, kind: str, person: Person) -> None:
    """Somebody joined the team or is not as before."""
    _told(team, kind, user=objects.user(team, person, with_locale=True), cache_ts=int(team.clock.now()))


def regrouped(team: Team, group: Group, added: list[str], removed: list[str]) -> None:
    """The members of a user group are others."""
    now = int(team.clock.now())
    _told(
        team,
        "subteam_members_changed",
        subteam_id=group.id,
        team_id=team.id,
        date_previous_update=now,
        date_update=now,
        added_users=added,
        added_users_count=str(len(added)),
        removed_users=removed,
        removed_users_count=str(len(removed)),
    )


def file_created(team: Team, file: File) -> None:
    _told(team, "file_created", file_id=file.id, user_id=file.owner, file={"id": file.id})


def file_shared(team: Team, file: File, place: Channel, person: Person) -> None:
    if team.app.bot.id in place.members:
        _told(
            team,
            "file_shared",
            file_id=file.id,
            user_id=person.id,
            file={"id": file.id},
            channel_id=place.id,
        )


def file_deleted(team: Team, file: File) -> None:
    _told(team, "file_deleted", file_id=file.id)


def uninstalled(team: Team) -> None:
    tell(team, "app_uninstalled", {"type": "app_uninstalled"})


def tokens_revoked(team: Team, oauth: list[str], *, bot: bool) -> None:
    """`oauth`: whose tokens, by the people's ids; `bot`: the app's own too."""
    _told(team, "tokens_revoked", tokens={"oauth": oauth, "bot": [team.app.bot.id] if bot else []})


def access(team: Team, *, granted: bool) -> None:
    """The organisation has let its app into a team, or sent it out of there."""
    _told(team, "team_access_granted" if granted else "team_access_revoked", team_ids=[team.id])


def tell(team: Team, subscription: str, event: Json) -> str | None:
    """Deliver an event if the app asked for it. Returns its event_id if so."""
    if subscription not in team.app.events or team.line is None or not team.app.installed:
        return None
    if subscription.startswith("file_") and "files:read" not in team.app.scopes:
        return None
    event_id, above = team.new_id("Ev"), team.organisation
    team.line.tell(
        {
            "token": "workspace",
            "team_id": team.id,
            **({"enterprise_id": above.id} if above else {}),
            "context_team_id": team.id,
            "context_enterprise_id": above.id if above else None,
            "api_app_id": team.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(team.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": above.id if above else None,
                    "team_id": team.id,
                    "user_id": team.app.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": team.whole is not None,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
    )
    return event_id


def _told(team: Team, kind: str, **about: object) -> None:
    tell(team, kind, {"type": kind, **about, "event_ts": team.clock.stamp()})


def _message_event(team: Team, post: Message, event: Json) -> None:
    place = team.channels[post.channel]
    if team.app.bot.id in place.members:
        place_keys = {"channel": place.id, "channel_type": str(place.kind), "event_ts": event["ts"]}
        tell(team, _MESSAGE_EVENTS[place.kind], event | place_keys)
