"""An office: all that speaks for us in one Slack workspace. A process has one, or one for each workspace that
has installed us; they share the store, the threads and the HTTP session, and nothing else: each has a token,
a pace and a memory of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import ClientSession

from bot import clock
from bot.doors import Doors
from bot.drawing import Drawing
from bot.errands import Errands
from bot.feeds import Feeds
from bot.files import Files
from bot.gate import Gate
from bot.homes import Homes
from bot.listeners.asked import Asked
from bot.pace import Pace
from bot.peers import Peers
from bot.posts import Poster
from bot.presence import Presence
from bot.profiles import Profiles
from bot.quiethours import QuietHours
from bot.readers import Readers
from bot.requests import Numbers
from bot.slack import SlackClient
from bot.sources import Sources
from bot.teams import Teams
from bot.trackers import Tracker
from bot.webhook import Hook, Receiver
from conversation.desk import Desk
from storage.records import TrackerKind


class NotInstalled(Exception):
    """Nobody has installed us there, or not any more."""


class Unknown(Exception):
    """Whether they have, or what their token is: the store does not say now, or no key of ours opens it."""


@dataclass(frozen=True)
class Office:
    """Everything of one workspace, for who starts and stops it."""

    desk: Desk
    client: SlackClient
    act: Gate
    profiles: Profiles
    files: Files
    sources: Sources
    readers: Readers
    poster: Poster
    errands: Errands
    hook: Hook
    drawing: Drawing
    peers: Peers
    feeds: Feeds
    number: Numbers

    def work(self, until: asyncio.Event) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        """What is done on every beat, each beside the others: post what is due, do what others may be slow to
        take, and meet the other processes."""
        beats: dict[str, Callable[[], Awaitable[None]]] = {
            "posts": partial(self.poster.post_due, until=until),
            "errands": partial(self.errands.run, until=until),
            "events": partial(self.hook.run, until=until),
            "peers": self.peers.meet,
        }
        return {name: self.number.each(name, beat) for name, beat in beats.items()}

    async def beats(self, *, every: float, until: asyncio.Event) -> None:
        """Every so many seconds, until told to stop."""
        work = self.work(until).values()
        await asyncio.gather(*(clock.beat(each, every=every, until=until) for each in work))

    def provide(self, context: dict[str, Any], desk: Desk) -> None:
        """What listeners can ask for by name."""
        context["desk"] = desk
        context["act"], context["draw"], context["profiles"] = self.act, self.drawing, self.profiles
        context["files"], context["readers"], context["sources"] = self.files, self.readers, self.sources
        context["doors"] = Doors(self.client)
        context["asking"] = partial(
            Asked,
            desk=desk,
            act=self.act,
            draw=self.drawing,
            profiles=self.profiles,
            sources=self.sources,
            readers=self.readers,
            files=self.files,
        )


def office(
    desk: Desk,
    client: SlackClient,
    act: Gate,
    session: ClientSession,
    pace: Pace,
    number: Numbers,
    *,
    whole: bool = False,
    every: float,
    trackers: Mapping[TrackerKind, Tracker],
    receiver: Receiver | None,
) -> Office:
    """Opened, with beats to come `every` so many seconds; `whole`: that of an organisation."""
    teams = Teams(client, desk.now, organisation=desk.team if whole else "")
    profiles = Profiles(client, teams, desk.now)
    files, sources = Files(client, session), Sources(client, teams)
    readers = Readers(client, act, profiles)
    homes = Homes(desk, client, act, readers)
    presence = Presence(desk, act, profiles, QuietHours(desk, client, act, teams))
    errands = Errands(desk, act, readers, trackers)
    poster = Poster(desk, client, act, pace, readers, homes, presence, profiles, errands)
    return Office(
        desk=desk,
        client=client,
        act=act,
        profiles=profiles,
        files=files,
        sources=sources,
        readers=readers,
        poster=poster,
        errands=errands,
        hook=Hook(desk, act, receiver),
        drawing=Drawing(client, poster, pace, session, homes),
        peers=Peers(desk, act, pace, readers, every=every, alone=desk.store.one_writer),
        feeds=Feeds(desk, act, readers),
        number=number,
    )
