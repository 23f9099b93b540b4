"""The doors through which people change the team itself: its channels, its members, its app."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from workspace import rooms, staff
from workspace.acts import surfaces
from workspace.acts.shortcuts import on_message, on_workspace
from workspace.acts.writing import lock
from workspace.control.doors import Doors, outcome
from workspace.refusals import Cannot
from workspace.seed import PersonSeed
from workspace.state import Channel, Json, Person


class Ruling(Doors):
    async def do_uses_shortcut(self, asked: Json) -> Json:
        person = self._person(asked)
        if not asked.get("message"):
            return outcome(await on_workspace(self._team, person, asked["name"]))
        message = self._message(asked)
        surfaces.may_read(person, self._team.channels[message.channel])
        return outcome(await on_message(self._team, person, asked["name"], message))

    async def do_leaves(self, asked: Json) -> Json:
        person, place = self._person(asked), self._room(asked)
        surfaces.may_read(person, place)
        rooms.leave(self._team, place, person)
        return {}

    async def do_removes(self, asked: Json) -> Json:
        """Somebody, or the app when nobody is named, out of a channel."""
        person, place = self._person(asked), self._room(asked)
        surfaces.may_read(person, place)
        guest = self._team.person(asked["guest"]) if asked.get("guest") else self._team.app.bot
        if guest.id not in place.members:
            raise Cannot(f"@{guest.name} is not in #{place.name}.")
        rooms.leave(self._team, place, guest)
        return {}

    async def do_archives(self, asked: Json) -> Json:
        place, person = self._room(asked), self._by(asked)
        if asked.get("archived", True):
            rooms.archive(self._team, place, person)
        else:
            rooms.unarchive(self._team, place, person)
        return {}

    async def do_renames(self, asked: Json) -> Json:
        place = self._room(asked)
        if rooms.taken(self._team, asked["to"]):
            raise Cannot(f"There is a channel #{asked['to']} already.")
        rooms.rename(self._team, place, asked["to"])
        return {}

    async def do_shares(self, asked: Json) -> Json:
        """With another organisation, or another team of the same one, by its id."""
        self._admin(asked)
        rooms.share(self._team, self._room(asked), asked["with_team"])
        return {}

    async def do_deletes(self, asked: Json) -> Json:
        rooms.delete(self._team, self._room(asked), self._by(asked))
        return {}

    async def do_deactivates(self, asked: Json) -> Json:
        self._admin(asked)
        staff.deactivate(self._team, self._team.person(asked["whom"]))
        return {}

    async def do_reactivates(self, asked: Json) -> Json:
        self._admin(asked)
        staff.reactivate(self._team, self._team.person(asked["whom"]))
        return {}

    async def do_groups(self, asked: Json) -> Json:
        """Somebody into a user group, or out of it; any member of the team may do that, no guest."""
        person, guest = self._person(asked), self._team.person(asked["guest"])
        if person.is_guest:
            raise Cannot(f"@{person.name} is a guest and changes no user groups.")
        handle = asked["group"].removeprefix("@")
        group = next((each for each in self._team.groups.values() if each.handle == handle), None)
        if group is None or group.disabled:
            raise Cannot(f"There is no user group @{handle}.")
        if (guest.id in group.members) is not bool(asked.get("out")):
            raise Cannot(f"@{guest.name} is {'in' if guest.id in group.members else 'not in'} @{handle}.")
        staff.regroup(self._team, group, guest)
        return {}

    async def do_welcomes(self, asked: Json) -> Json:
        """Somebody new in the team."""
        self._admin(asked)
        newcomer = staff.welcome(self._team, PersonSeed.model_validate(asked["newcomer"]))
        return {"id": newcomer.id}

    async def do_moves(self, asked: Json) -> Json:
        """Into another time zone, as a laptop tells Slack on arriving."""
        if asked["zone"] not in available_timezones():
            raise Cannot(f"There is no time zone {asked['zone']}.")
        staff.change(self._team, self._person(asked), tz=asked["zone"])
        return {}

    async def do_sets_status(self, asked: Json) -> Json:
        """Until a moment, or without one until it is changed. A status without words and emoji is none."""
        until = asked.get("until")
        ends = int(datetime.fromisoformat(until).timestamp()) if until else 0
        staff.change(
            self._team,
            self._person(asked),
            status_text=asked.get("text", ""),
            status_emoji=asked.get("emoji", ""),
            status_expiration=ends,
        )
        return {}

    async def do_wants_quiet(self, asked: Json) -> Json:
        """From one time of the day to another, in their zone; without them, at no time."""
        begins, ends = asked.get("begins", ""), asked.get("ends", "")
        staff.change(self._team, self._person(asked), quiet_from=begins, quiet_until=ends)
        return {}

    async def do_locks(self, asked: Json) -> Json:
        """The thread of a message, or with `locked` off it is open again."""
        lock(self._team, self._person(asked), self._message(asked), locked=asked.get("locked", True))
        return {}

    async def do_uninstalls_app(self, asked: Json) -> Json:
        self._installer(asked)
        staff.uninstall(self._team)
        return {}

    async def do_installs_app(self, asked: Json) -> Json:
        self._installer(asked)
        if self._team.app.installed:
            raise Cannot("The app is installed already.")
        staff.install_again(self._team)
        return {}

    async def do_revokes_tokens(self, asked: Json) -> Json:
        self._installer(asked)
        staff.revoke_tokens(self._team)
        return {}

    async def do_lets_app_in(self, asked: Json) -> Json:
        """The organisation's app, into this team; or with `out`, out of it."""
        self._org_admin(asked)
        above, out = self._team.organisation, bool(asked.get("out"))
        if not above or not above.app or not above.app.installed:
            raise Cannot("No organisation above this team has the app.")
        if (self._team.whole is not None) is not out:
            raise Cannot(f"The app is {'not here' if out else 'here already'}.")
        if out:
            staff.send_out(above, self._team)
        else:
            staff.let_in(above, self._team)
        return {}

    def _room(self, asked: Json) -> Channel:
        place = self._place(asked)
        if not place.kind.rooms:
            raise Cannot("That is a direct message, not a channel.")
        return place

    def _by(self, asked: Json) -> Person:
        """Whoever does it; what nobody in particular does, the app's own person stands for."""
        return self._person(asked) if asked.get("person") else self._team.app.bot

    def _installer(self, asked: Json) -> None:
        """Whoever looks after what is installed: for a whole organisation that is an admin of it."""
        if self._team.whole:
            self._org_admin(asked)
        else:
            self._admin(asked)

    def _org_admin(self, asked: Json) -> None:
        person = self._person(asked)
        if not person.is_org_admin:
            raise Cannot(f"@{person.name} is no admin of the organisation.")

    def _admin(self, asked: Json) -> None:
        person = self._person(asked)
        if not person.is_admin:
            raise Cannot(f"@{person.name} is no admin.")
