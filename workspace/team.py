"""One team and the one app installed in it: who and what there is, found by id or by name."""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from workspace.clock import Clock
from workspace.installed import App
from workspace.pulse import Pulse
from workspace.seed import ChannelSeed, GroupSeed, PersonSeed, Seed, TeamSeed, lasting_id
from workspace.state import (
    Ack,
    Channel,
    File,
    Grant,
    Group,
    Hook,
    Json,
    Kind,
    Message,
    Person,
    Scheduled,
    Trigger,
    View,
)
from workspace.weather import Weather

Named = TypeVar("Named", Person, Channel)

_ID_LETTERS = string.ascii_uppercase + string.digits


class Line(Protocol):
    """The wire to the app."""

    def tell(self, payload: Json) -> None: ...

    async def ask(self, kind: str, payload: Json, *, accepts_response: bool) -> Ack: ...

    def ticket(self) -> str: ...


@dataclass
class Organisation:
    """An Enterprise organisation of several teams. A team of it may have the app for itself; or the
    organisation has it for all, and lets it into some of them (`inside`): there people, their direct messages
    with the app and their homes are the same. `alone` is what a team has where that app is not."""

    id: str
    name: str
    app: App | None = None
    teams: dict[str, Team] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)
    alone: dict[str, App] = field(default_factory=dict)
    direct: dict[str, Channel] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)


@dataclass
class Team:
    id: str
    name: str
    domain: str
    clock: Clock
    app: App
    rules: TeamSeed = field(default_factory=TeamSeed)
    url: str = ""
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    pulse: Pulse = field(default_factory=Pulse)
    chance: random.Random = field(default_factory=random.Random)
    weather: Weather = field(default_factory=Weather)
    organisation: Organisation | None = None
    line: Line | None = None

    @property
    def whole(self) -> Organisation | None:
        """The organisation whose app is here, if it is that of a whole organisation."""
        return self.organisation if self.organisation and self.id in self.organisation.inside else None

    @classmethod
    def of(cls, seed: Seed) -> Team:
        team_id = seed.team.id or lasting_id("T", seed.team.name)
        clock = Clock(seed.clock.start, runs=seed.clock.runs)
        team = cls(
            id=team_id,
            name=seed.team.name,
            domain=seed.team.domain,
            rules=seed.team,
            clock=clock,
            app=App.of(seed.app, team_id, clock),
            weather=Weather(seed.weather),
        )
        team.people[team.app.bot.id] = team.app.bot
        for person in seed.people:
            team.add_person(person)
        for name, scopes in seed.app.user_tokens.items():
            team.app.authorize(team.person(name), scopes)
        for channel in seed.channels:
            team.add_channel(channel)
        for group in seed.groups:
            team.add_group(group)
        return team

    def add_person(self, seed: PersonSeed) -> Person:
        values = seed.model_dump()
        values["id"] = seed.id or lasting_id("U", self.id, seed.name)
        values["real_name"] = seed.real_name or seed.name.title()
        values["email"] = seed.email or f"{seed.name}@{self.domain}.example"
        person = Person(**values)
        self.people[person.id] = person
        return person

    def add_channel(self, seed: ChannelSeed) -> Channel:
        members = [self.person(name).id for name in seed.members]
        if seed.app:
            members.append(self.app.bot.id)
        channel = Channel(
            id=seed.id or lasting_id("C", self.id, seed.name),
            name=seed.name,
            kind=Kind.GROUP if seed.private else Kind.CHANNEL,
            members=members,
            archived=seed.archived,
            topic=seed.topic,
            posting=seed.posting,
            locale=seed.locale,
            creator=members[0] if members else self.app.bot.id,
            created=int(self.clock.now()),
        )
        self.channels[channel.id] = channel
        return channel

    def add_group(self, seed: GroupSeed) -> Group:
        group = Group(
            id=seed.id or lasting_id("S", self.id, seed.handle),
            handle=seed.handle,
            name=seed.name or seed.handle,
            members=[self.person(name).id for name in seed.members],
            disabled=seed.disabled,
        )
        self.groups[group.id] = group
        return group

    def person(self, name: str) -> Person:
        """Someone by id or handle."""
        return self.people.get(name) or _named(self.people.values(), name.removeprefix("@"))

    def channel(self, name: str) -> Channel:
        """A channel by id or name."""
        return self.channels.get(name) or _named(self.channels.values(), name.removeprefix("#"))

    def dm(self, person: Person) -> Channel:
        """The conversation of this person and the app, opened now if it was not."""
        return self.conversation([person.id, self.app.bot.id])

    def conversation(self, members: list[str]) -> Channel:
        """The direct conversation of exactly these people; somebody may write to themselves."""
        members = list(dict.fromkeys(members))
        kind = Kind.IM if len(members) <= 2 else Kind.MPIM
        letter = "D" if kind is Kind.IM else "G"
        whole = self.whole
        place = lasting_id(letter, whole.id if whole else self.id, *sorted(members))
        if whole and place in whole.direct:
            self.channels[place] = whole.direct[place]
        if place not in self.channels:
            name = members[0] if kind is Kind.IM else self._mpim_name(members)
            self.channels[place] = Channel(
                place, name, kind, list(members), creator=members[0], created=int(self.clock.now())
            )
        if whole:
            whole.direct[place] = self.channels[place]
        return self.channels[place]

    def messages(self, channel: Channel, reader: str) -> Iterator[Message]:
        """What this person sees there, the newest first."""
        return (message for message in reversed(channel.messages.values()) if message.visible_to(reader))

    def view(self, view_id: str) -> View | None:
        """A modal that is open, or a home."""
        everywhere = [*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)]
        return next((view for view in everywhere if view.id == view_id), None)

    def views_called(self, external_id: str) -> View | None:
        everywhere = [*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)]
        return next((view for view in everywhere if external_id and view.external_id == external_id), None)

    def new_id(self, prefix: str, length: int = 10) -> str:
        return prefix + "".join(self.chance.choices(_ID_LETTERS, k=length))

    def new_hash(self) -> str:
        letters = "".join(self.chance.choices(string.ascii_letters + string.digits, k=8))
        return f"{int(self.clock.now())}.{letters}"

    def _mpim_name(self, members: list[str]) -> str:
        return "mpdm-" + "--".join(self.people[member].name for member in members) + "-1"


def _named(things: Iterable[Named], name: str) -> Named:
    for thing in things:
        if thing.name == name:
            return thing
    raise KeyError(name)
