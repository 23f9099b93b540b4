"""People join the team, are deactivated and come back; the app is uninstalled. The app hears of it."""

from __future__ import annotations

from workspace import events
from workspace.installed import GONE, REVOKED
from workspace.seed import PersonSeed
from workspace.state import Person
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


def revoke_tokens(team: Team) -> None:
    """The last thing that the app hears is that its token is no longer good."""
    events.tokens_revoked(team)
    team.app.leave(REVOKED)
    team.pulse.beat()


def uninstall(team: Team) -> None:
    events.uninstalled(team)
    events.tokens_revoked(team)
    team.app.leave(GONE)
    team.pulse.beat()
