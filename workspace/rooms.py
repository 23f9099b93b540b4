"""Channels come and go, and people come into them and leave; the app hears of it."""

from __future__ import annotations

from workspace import events
from workspace.seed import lasting_id
from workspace.state import Channel, Json, Kind, Person
from workspace.team import Team

GENERAL = "general"
MOST_IN_MPIM = 8


def create(team: Team, person: Person, name: str, *, private: bool) -> Channel:
    place = Channel(
        id=lasting_id("C", team.id, name, team.clock.stamp()),
        name=name,
        kind=Kind.GROUP if private else Kind.CHANNEL,
        members=[person.id],
        creator=person.id,
        created=int(team.clock.now()),
    )
    team.channels[place.id] = place
    team.pulse.beat()
    events.room(team, place, "channel_created", channel={**_called(place), "creator": person.id})
    return place


def enter(team: Team, place: Channel, person: Person, *, inviter: Person | None = None) -> None:
    if person.id not in place.members:
        place.members.append(person.id)
        team.pulse.beat()
        events.joined(team, place, person, inviter=inviter)


def leave(team: Team, place: Channel, person: Person) -> None:
    """Somebody goes, or is sent. The app hears of others while it is there, and of its own going."""
    place.members.remove(person.id)
    team.pulse.beat()
    if person is team.app.bot:
        events.left(team, place)
    else:
        events.member_left(team, place, person)


def archive(team: Team, place: Channel, person: Person) -> None:
    place.archived = True
    team.pulse.beat()
    events.room(team, place, "channel_archive", channel=place.id, user=person.id)


def unarchive(team: Team, place: Channel, person: Person) -> None:
    place.archived = False
    team.pulse.beat()
    events.room(team, place, "channel_unarchive", channel=place.id, user=person.id)


def rename(team: Team, place: Channel, name: str) -> None:
    place.name = name
    team.pulse.beat()
    events.room(team, place, "channel_rename", channel=_called(place))


def delete(team: Team, place: Channel, person: Person) -> None:
    del team.channels[place.id]
    team.pulse.beat()
    events.room(team, place, "channel_deleted", channel=place.id, actor_id=person.id)


def share(team: Team, place: Channel, with_team: str) -> None:
    """Another organisation sees it from now on; the event is of one name for private channels too. Another
    team of the same organisation has it from now on as its own."""
    other = team.organisation.teams.get(with_team) if team.organisation else None
    if other:
        other.channels[place.id] = place
        place.also_in += [each for each in (team.id, other.id) if each not in place.also_in]
        team.pulse.beat()
        return
    place.shared_with.append(with_team)
    team.pulse.beat()
    events.shared(team, place, with_team)


def taken(team: Team, name: str) -> bool:
    return any(place.name == name for place in team.channels.values() if place.kind is not Kind.IM)


def _called(place: Channel) -> Json:
    return {"id": place.id, "name": place.name, "created": place.created}
