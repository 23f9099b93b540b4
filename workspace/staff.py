"""People join the team, are deactivated and come back; the app is uninstalled. The app hears of it."""

from __future__ import annotations

from workspace import events
from workspace.installed import GONE, REVOKED
from workspace.seed import PersonSeed
from workspace.state import Group, Person
from workspace.team import Team


def welcome(team: Team, seed: PersonSeed) -> Person:
    person = team.add_person(seed)
    team.pulse.beat()
    events.about(team, "team_join", person)
    return person


def deactivate(team: Team, person: Person) -> None:
    """Out of every channel; direct messages stay, and nobody can write there any more."""
    person.deleted = True
    for place in team.channels.values():
        if place.kind.rooms and person.id in place.members:
            place.members.remove(person.id)
    team.stacks.pop(person.id, None)
    team.pulse.beat()
    events.about(team, "user_change", person)


def reactivate(team: Team, person: Person) -> None:
    person.deleted = False
    team.pulse.beat()
    events.about(team, "user_change", person)


def change(team: Team, person: Person, **said: str | int) -> None:
    """What somebody says of themselves in their profile and settings."""
    for name, value in said.items():
        setattr(person, name, value)
    team.pulse.beat()
    events.about(team, "user_change", person)


def regroup(team: Team, group: Group, person: Person) -> None:
    """Into the user group, or out of it, if they are in it."""
    joins = person.id not in group.members
    if joins:
        group.members.append(person.id)
    else:
        group.members.remove(person.id)
    team.pulse.beat()
    events.regrouped(team, group, [person.id] if joins else [], [] if joins else [person.id])


def revoke_tokens(team: Team) -> None:
    """The last thing that the app hears is that its tokens are no longer good."""
    events.tokens_revoked(team, _authorizers(team), bot=True)
    team.app.leave(REVOKED)
    team.pulse.beat()


def revoke_user_token(team: Team, person: Person) -> None:
    """One person no longer lets the app speak for them; it stays."""
    events.tokens_revoked(team, [person.id], bot=False)
    team.app.revoke(person)
    team.pulse.beat()


def install_again(team: Team) -> None:
    """With what it was granted when it left; the new token is for whoever runs it."""
    team.app.install(team.app.scopes)
    team.pulse.beat()


def uninstall(team: Team) -> None:
    events.uninstalled(team)
    events.tokens_revoked(team, _authorizers(team), bot=True)
    team.app.leave(GONE)
    team.pulse.beat()


def _authorizers(team: Team) -> list[str]:
    return [token.person.id for token in team.app.user_tokens.values()]
