"""The people's doors, under /_workspace: another process drives people here, and reads what they see.

Every answer is JSON. What a person cannot do is answered with status 409 and a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from workspace import events, views
from workspace.acts import forms, pressing, surfaces, writing
from workspace.reading import Reader
from workspace.refusals import Cannot
from workspace.sockets import Sockets
from workspace.state import Ack, Channel, Json, Message, Person, View
from workspace.team import Team
from workspace.wire import WireLog, to_json

Door = Callable[[Json], Awaitable[Json]]


class Control:
    def __init__(self, team: Team, sockets: Sockets, log: WireLog) -> None:
        self._team = team
        self._sockets = sockets
        self._log = log

    def mount(self, router: web.UrlDispatcher) -> None:
        """`do_says` becomes POST /_workspace/says, and so on."""
        for name in dir(self):
            if name.startswith("do_"):
                router.add_post(f"/_workspace/{name.removeprefix('do_')}", _opened(getattr(self, name)))

    # What people do

    async def do_says(self, asked: Json) -> Json:
        person, place = self._person(asked), self._place(asked)
        message = writing.say(self._team, person, place, asked["text"], thread_ts=asked.get("in_thread"))
        return {"message": self._shown(message, person)}

    async def do_rewords(self, asked: Json) -> Json:
        person, message = self._person(asked), self._message(asked)
        writing.reword(self._team, person, message, asked["text"])
        return {"message": self._shown(message, person)}

    async def do_takes_back(self, asked: Json) -> Json:
        writing.take_back(self._team, self._person(asked), self._message(asked))
        return {}

    async def do_reacts(self, asked: Json) -> Json:
        writing.react(self._team, self._person(asked), self._message(asked), asked["name"])
        return {}

    async def do_command(self, asked: Json) -> Json:
        person = self._person(asked)
        shown = await writing.command(self._team, person, self._place(asked), asked["line"])
        message = self._shown(shown.message, person) if shown.message else None
        return {"message": message, "error": shown.error}

    async def do_clicks(self, asked: Json) -> Json:
        person = self._person(asked)
        ack = await pressing.click(
            self._team,
            person,
            asked["button"],
            on=self._surfaces(asked, person),
            near=asked.get("near"),
            value=asked.get("value"),
            confirm=asked.get("confirm", True),
        )
        return _outcome(ack)

    async def do_picks(self, asked: Json) -> Json:
        person = self._person(asked)
        on = self._surfaces(asked, person)
        wanted, of, near = asked["option"], asked.get("of"), asked.get("near")
        return _outcome(await pressing.pick(self._team, person, wanted, on=on, of=of, near=near))

    async def do_fill(self, asked: Json) -> Json:
        person = self._person(asked)
        view = self._view(asked, person)
        acks = await forms.fill(self._team, person, view, asked["answers"])
        failed = [ack for ack in acks if not ack.acked]
        return {"modal": self._modal(view, person)} | _outcome(failed[0] if failed else Ack())

    async def do_submit(self, asked: Json) -> Json:
        person = self._person(asked)
        done = await forms.submit(self._team, person, self._view(asked, person))
        return {"acked": done.acked, "errors": done.errors, "error": done.error}

    async def do_closes(self, asked: Json) -> Json:
        await forms.close(self._team, self._person(asked), everything=asked.get("everything", False))
        return {}

    async def do_opens_home(self, asked: Json) -> Json:
        """Open the home tab, and look at it once the app has drawn it or has had its chance to."""
        person = self._person(asked)
        if not self._team.app.home_tab:
            raise Cannot("This app has no home tab.")
        before = self._team.pulse.count
        told = events.home_opened(self._team, person, tab="home")

        def drawn() -> View | None:
            home = self._team.homes.get(person.id)
            return home if home and (home.seq > before or told is None) else None

        waiting = asyncio.ensure_future(self._team.pulse.until(drawn, asked.get("within", 10.0)))
        quiet = asyncio.ensure_future(self._home_stands(person))
        await asyncio.wait({waiting, quiet}, return_when=asyncio.FIRST_COMPLETED)
        for task in (waiting, quiet):
            task.cancel()
        await asyncio.gather(waiting, quiet, return_exceptions=True)
        home = self._team.homes.get(person.id)
        if home is None:
            raise Cannot(f"The app has published no home for @{person.name}.")
        return {"home": self._modal(home, person)}

    async def do_opens_dm(self, asked: Json) -> Json:
        person = self._person(asked)
        events.home_opened(self._team, person, tab="messages")
        return {"channel": self._team.dm(person).id}

    async def do_invites(self, asked: Json) -> Json:
        """Bring somebody, or the app when nobody is named, into a channel."""
        person, place = self._person(asked), self._place(asked)
        guest = self._team.person(asked["guest"]) if asked.get("guest") else self._team.app.bot
        writing.join(self._team, place, inviter=person, person=guest)
        return {}

    async def do_joins(self, asked: Json) -> Json:
        writing.join(self._team, self._place(asked), person=self._person(asked))
        return {}

    # What people see

    async def do_reads(self, asked: Json) -> Json:
        person, place = self._person(asked), self._place(asked)
        surfaces.may_read(person, place)
        visible = [message for message in place.messages.values() if message.visible_to(person.id)]
        return {"messages": [self._shown(message, person) for message in visible]}

    async def do_channel(self, asked: Json) -> Json:
        """A channel as somebody would see it who is in it: without what is ephemeral."""
        place = self._team.channel(asked["channel"])
        reader = self._team.people[place.members[0]] if place.members else self._team.app.bot
        public = [message for message in place.messages.values() if message.only_for is None]
        return {
            "id": place.id,
            "members": [self._team.people[member].name for member in place.members],
            "archived": place.archived,
            "messages": [self._shown(message, reader) for message in public],
        }

    async def do_sees(self, asked: Json) -> Json:
        """The newest message with this text, as soon as there is one."""
        person, place = self._person(asked), self._place(asked)
        surfaces.may_read(person, place)
        reader, text = Reader(self._team, person), asked["text"]
        after, known = asked.get("after", 0), dict[str, tuple[int, str]]()

        def drawn(message: Message) -> str:
            """Drawing is the slow part of looking, so it is done again only for what changed."""
            seq, shown = known.get(message.ts, (0, ""))
            if seq != message.seq:
                shown = reader.message(message)
                known[message.ts] = (message.seq, shown)
            return shown

        def newest() -> Message | None:
            found = (message for message in self._team.messages(place, person.id) if message.seq > after)
            return next((message for message in found if text in drawn(message)), None)

        message = await self._team.pulse.until(newest, asked.get("within", 10.0))
        if message is None:
            there = [drawn(message) for message in self._team.messages(place, person.id)][::-1]
            where = surfaces.called(place)
            raise Cannot(f"@{person.name} does not see {text!r} in {where}. There is:\n{_listing(there)}")
        return {"message": self._shown(message, person)}

    async def do_modal(self, asked: Json) -> Json:
        """The modal in front, once it has this title."""
        person, title = self._person(asked), asked.get("title")

        def in_front() -> View | None:
            view = views.top(self._team, person)
            return view if view and title in (None, _title(view)) else None

        view = await self._team.pulse.until(in_front, asked.get("within", 10.0))
        if view is None:
            front = views.top(self._team, person)
            there = f"There is “{_title(front)}”." if front else "No modal is open."
            raise Cannot(f"@{person.name} has no modal “{title}” in front. {there}")
        return {"modal": self._modal(view, person)}

    async def do_view(self, asked: Json) -> Json:
        """A view by id, if it is still there."""
        person = self._person(asked)
        view = self._team.view(asked["view"])
        return {"modal": self._modal(view, person) if view else None}

    async def do_mark(self, asked: Json) -> Json:
        """How many changes there were so far: what is newer is new."""
        return {"seq": self._team.pulse.count}

    # The world around them

    async def do_team(self, asked: Json) -> Json:
        team = self._team
        people = [
            {"id": each.id, "name": each.name, "real_name": each.real_name} for each in team.people.values()
        ]
        return {
            "id": team.id,
            "name": team.name,
            "app": {
                "id": team.app.id,
                "name": team.app.name,
                "bot": team.app.bot.id,
                "bot_id": team.app.bot_id,
            },
            "bot_token": team.app.bot_token,
            "app_token": team.app.app_token,
            "people": people,
            "channels": [
                {"id": each.id, "name": each.name, "kind": each.kind} for each in team.channels.values()
            ],
            "connections": self._sockets.open_connections,
        }

    async def do_clock(self, asked: Json) -> Json:
        if "move" in asked:
            self._team.clock.move(float(asked["move"]))
        if "set" in asked:
            self._team.clock.set(datetime.fromisoformat(asked["set"]).timestamp())
        self._team.pulse.nudge()
        return {"now": self._team.clock.now()}

    async def do_archives(self, asked: Json) -> Json:
        self._place(asked).archived = asked.get("archived", True)
        return {}

    async def do_requests(self, asked: Json) -> Json:
        wanted = asked.get("method")
        found = [each for each in self._log.exchanges if wanted in (None, each.method)]
        return {"requests": [vars(each) for each in found]}

    async def do_envelopes(self, asked: Json) -> Json:
        wanted = asked.get("type")
        found = [each for each in self._sockets.log if wanted in (None, each.kind)]
        return {"envelopes": [{**vars(each), "ack": vars(each.ack) if each.ack else None} for each in found]}

    async def do_connected(self, asked: Json) -> Json:
        """Wait until the app is there."""
        enough = asked.get("connections", 1)
        there = await self._team.pulse.until(
            lambda: True if self._sockets.open_connections >= enough else None, asked.get("within", 10.0)
        )
        if not there:
            raise Cannot("The app has not connected.")
        return {"connections": self._sockets.open_connections}

    async def do_settled(self, asked: Json) -> Json:
        try:
            async with asyncio.timeout(asked.get("within", 10.0)):
                await self._quiet(asked.get("quiet", 0.05))
        except TimeoutError:
            raise Cannot(f"The app is still busy: {self._busy} under way.") from None
        return {}

    async def do_drop_sockets(self, asked: Json) -> Json:
        await self._sockets.drop()
        return {}

    async def do_refresh_sockets(self, asked: Json) -> Json:
        await self._sockets.refresh(asked.get("reason", "refresh_requested"))
        return {}

    async def do_redeliver(self, asked: Json) -> Json:
        return {"event_ids": self._sockets.redeliver(asked.get("last", 1))}

    async def _home_stands(self, person: Person) -> None:
        """An app that leaves its home as it is lets the wire fall quiet."""
        while True:
            await self._quiet(0.1)
            if person.id in self._team.homes:
                return

    async def _quiet(self, seconds: float) -> None:
        """No envelope unanswered and no request under way, and none begins within these seconds."""
        while True:
            await self._team.pulse.until(lambda: True if self._busy == 0 else None, 3600)
            seen = self._activity
            begun = await self._team.pulse.until(partial(self._moved, seen), seconds)
            if not begun:
                return

    def _moved(self, seen: int) -> bool | None:
        return True if self._activity != seen else None

    @property
    def _busy(self) -> int:
        return self._sockets.busy + self._log.busy

    @property
    def _activity(self) -> int:
        return self._sockets.sent + self._log.seen + self._team.pulse.count

    def _person(self, asked: Json) -> Person:
        try:
            return self._team.person(asked["person"])
        except KeyError:
            raise Cannot(f"There is nobody called @{asked['person']}.") from None

    def _place(self, asked: Json) -> Channel:
        """The channel that is named, else the DM of this person and the app."""
        if not asked.get("channel"):
            return self._team.dm(self._person(asked))
        try:
            return self._team.channel(asked["channel"])
        except KeyError:
            raise Cannot(f"There is no channel #{asked['channel']}.") from None

    def _message(self, asked: Json) -> Message:
        place = self._team.channel(asked["message"]["channel"])
        message = place.messages.get(asked["message"]["ts"])
        if message is None:
            raise Cannot("That message has been deleted.")
        return message

    def _surfaces(self, asked: Json, person: Person) -> Any:
        message = self._message(asked) if asked.get("message") else None
        if message and not message.visible_to(person.id):
            raise Cannot(f"@{person.name} cannot see that message.")
        if message:
            surfaces.may_read(person, self._team.channels[message.channel])
        if message and asked.get("seen"):
            return iter([surfaces.of_message(message, person, as_seen=asked["seen"])])
        place = self._place(asked) if asked.get("channel") else None
        home = asked.get("home", False)
        return surfaces.in_front_of(self._team, person, place=place, message=message, home=home)

    def _view(self, asked: Json, person: Person) -> View:
        view = self._team.view(asked["view"])
        if view is None or view.person != person.id:
            raise Cannot("That modal has been closed.")
        return view

    def _shown(self, message: Message, reader: Person) -> Json:
        return {
            "channel": message.channel,
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "author": self._team.people[message.author].name,
            "text": message.text,
            "blocks": message.blocks,
            "shown": Reader(self._team, reader).message(message),
            "metadata": message.metadata,
            "edited": message.edited is not None,
            "ephemeral": message.only_for is not None,
            "reactions": sorted(message.reactions),
            "seq": message.seq,
        }

    def _modal(self, view: View, reader: Person) -> Json:
        return {
            "id": view.id,
            "title": _title(view),
            "blocks": view.blocks,
            "shown": Reader(self._team, reader).view(view),
            "errors": forms.by_label(view),
            "private_metadata": view.body.get("private_metadata", ""),
            "callback_id": view.body.get("callback_id", ""),
            "hash": view.hash,
            "seq": view.seq,
        }


def _opened(door: Door) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            asked: Json = await request.json() if request.can_read_body else {}
            return web.json_response({"ok": True, **await door(asked)}, dumps=to_json)
        except Cannot as no:
            return web.json_response({"ok": False, "error": str(no)}, status=409, dumps=to_json)
        except KeyError as missing:
            return web.json_response(
                {"ok": False, "error": f"missing or unknown: {missing}"}, status=400, dumps=to_json
            )

    return handle


def _outcome(ack: Ack | None) -> Json:
    return {"acked": bool(ack and ack.acked), "error": ack.error if ack else None}


def _title(view: View) -> str:
    title = view.body.get("title")
    return title["text"] if title else ""


def _listing(shown: list[str]) -> str:
    return "\n".join("  | " + text.replace("\n", "\n  | ") + "\n  ---" for text in shown[-12:]) or "  nothing"
