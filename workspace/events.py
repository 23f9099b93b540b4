"""What the app is told: events in Slack's shapes, and only those it subscribed to."""

from __future__ import annotations

from workspace import objects
from workspace.state import Channel, Json, Kind, Message, Person
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


def reacted(team: Team, post: Message, person: Person, name: str) -> None:
    event = {
        "type": "reaction_added",
        "user": person.id,
        "reaction": name,
        "item": {"type": "message", "channel": post.channel, "ts": post.ts},
        "item_user": post.author,
        "event_ts": team.clock.stamp(),
    }
    if team.app.bot.id in team.channels[post.channel].members:
        tell(team, "reaction_added", event)


def tell(team: Team, subscription: str, event: Json) -> str | None:
    """Deliver an event if the app asked for it. Returns its event_id if so."""
    if subscription not in team.app.events or team.line is None:
        return None
    event_id = team.new_id("Ev")
    team.line.tell(
        {
            "token": "workspace",
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": team.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(team.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": team.app.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
    )
    return event_id


def _message_event(team: Team, post: Message, event: Json) -> None:
    place = team.channels[post.channel]
    if team.app.bot.id in place.members:
        place_keys = {"channel": place.id, "channel_type": str(place.kind), "event_ts": event["ts"]}
        tell(team, _MESSAGE_EVENTS[place.kind], event | place_keys)
