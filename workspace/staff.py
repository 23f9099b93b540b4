"""People join the team, are deactivated and come back; the app is uninstalled. The app hears of it."""

from __future__ import annotations

from workspace import events
from workspace.installed import GONE, REVOKED, App
from workspace.seed import PersonSeed
from workspace.state import Group, Person
from workspace.team import Organisation, Team


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


def install_whole(organisation: Organisation, scopes: tuple[str, ...]) -> None:
    """For an organisation; when it comes there, into all of its teams."""
    app, teams = organisation.app, list(organisation.teams.values())
    assert app
    if not app.installed:
        app.http = teams[0].app.http
    app.install(scopes)
    if not organisation.inside:
        for team in teams:
            let_in(organisation, team)


def let_in(organisation: Organisation, team: Team) -> None:
    """The organisation's app takes the place of the one that the team had for itself, if it had one."""
    assert organisation.app
    if team.app.installed:
        revoke_tokens(team)
    organisation.app.once_good |= team.app.once_good  # whoever still uses them hears what became of them
    organisation.inside.append(team.id)
    _take_over(team, organisation.app)
    team.homes = organisation.homes
    team.pulse.beat()
    events.access(team, granted=True)


def send_out(organisation: Organisation, team: Team) -> None:
    """The team has the app no longer."""
    events.access(team, granted=False)
    organisation.inside.remove(team.id)
    _take_over(team, organisation.alone[team.id])
    team.homes, team.stacks = {}, {}
    team.pulse.beat()


def _take_over(team: Team, app: App) -> None:
    was = team.people.pop(team.app.bot.id)
    team.people = {app.bot.id: app.bot, **team.people}
    for place in team.channels.values():
        if place.kind.rooms and not place.also_in:
            place.members = [app.bot.id if one == was.id else one for one in place.members]
    team.app = app


def _authorizers(team: Team) -> list[str]:
    return [token.person.id for token in team.app.user_tokens.values()]
