"""What all doors share: who asks, about what, and how it is shown. `do_says` is POST /_workspace/says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from workspace.acts import forms, surfaces
from workspace.attached import file
from workspace.delivery import Delivery
from workspace.quiet import Quiet
from workspace.reading import Reader
from workspace.refusals import Cannot
from workspace.state import Ack, Channel, Json, Message, Person, View
from workspace.team import Team
from workspace.wire import WireLog, to_json

Door = Callable[[Json], Awaitable[Json]]


class Doors:
    def __init__(self, team: Team, delivery: Delivery, log: WireLog) -> None:
        self._team = team
        self._delivery = delivery
        self._log = log
        self._quiet = Quiet(team.pulse, delivery.letters, log)

    def mount(self, router: web.UrlDispatcher) -> None:
        for name in dir(self):
            if name.startswith("do_"):
                router.add_post(f"/_workspace/{name.removeprefix('do_')}", _opened(getattr(self, name)))

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
            "files": [file(self._team, self._team.files[each]) for each in message.files],
            "seq": message.seq,
        }

    def _modal(self, view: View, reader: Person) -> Json:
        return {
            "id": view.id,
            "title": title(view),
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


def title(view: View) -> str:
    title = view.body.get("title")
    return title["text"] if title else ""


def outcome(ack: Ack | None) -> Json:
    return {"acked": bool(ack and ack.acked), "error": ack.error if ack else None}
