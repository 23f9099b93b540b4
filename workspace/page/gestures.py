"""What people do on the page: each gesture finds its element and goes to the acts."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workspace import events, messages, views
from workspace.acts import forms, handing, pressing, shortcuts, surfaces, writing
from workspace.acts.suggesting import EXTERNAL, chosen_in, suggested
from workspace.acts.surfaces import Surface
from workspace.entries import MANY, VALUE_KEYS, Place, entry, places, value
from workspace.page.room import Served
from workspace.refusals import Cannot
from workspace.rooms import MOST_IN_MPIM
from workspace.state import Ack, Channel, Json, Message, Person, View

_FACTS = ("placeholder", "value", "style", "url", "text", "confirm", "icon")
_GONE = "That is no longer there."


class Gestures:
    """`do_presses` is POST /page/do/presses. Each returns what the script should say, or nothing."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._team = served.team

    async def do_says(self, person: Person, asked: Json) -> str | None:
        place, text, thread = self._place(asked), str(asked["text"]), asked.get("thread") or None
        if not text.startswith("/"):
            writing.say(self._team, person, place, text, thread_ts=thread, broadcast=bool(asked.get("also")))
            return None
        if thread:
            return f"{text.split()[0]} is not supported in threads. Sorry!"
        if text.startswith("/invite"):
            return self._invite(person, place, text)
        return (await writing.command(self._team, person, place, text)).error

    async def do_talks(self, person: Person, asked: Json) -> Json:
        """Begin a conversation with these people, or go on with it. Returns where it is."""
        others = [self._team.person(str(name)) for name in asked["with"]]
        if not others:
            raise Cannot("Choose somebody to write to.")
        if len(others) > MOST_IN_MPIM:
            raise Cannot(f"A conversation has room for {MOST_IN_MPIM} others.")
        if gone := next((each for each in others if each.deleted), None):
            raise Cannot(f"{gone.real_name} is deactivated.")
        place = self._team.conversation([person.id, *(each.id for each in others)])
        self._team.pulse.beat()
        return {"at": place.id}

    async def do_locks(self, person: Person, asked: Json) -> None:
        message = self._message(person, asked)
        writing.lock(self._team, person, message, locked=not message.locked)

    async def do_rewords(self, person: Person, asked: Json) -> None:
        writing.reword(self._team, person, self._message(person, asked), str(asked["text"]))

    async def do_deletes(self, person: Person, asked: Json) -> None:
        writing.take_back(self._team, person, self._message(person, asked))

    async def do_reacts(self, person: Person, asked: Json) -> None:
        """Put an emoji on a message, or take one's own away."""
        message, name = self._message(person, asked), str(asked["name"])
        if person.id in message.reactions.get(name, ()):
            messages.unreact(self._team, message, person, name)
        else:
            writing.react(self._team, person, message, name)

    async def do_uploads(self, person: Person, asked: Json) -> None:
        name, content = str(asked["file"]["name"]), b64decode(asked["file"]["content"])
        handing.upload(self._team, person, self._place(asked), name, content, saying=str(asked["text"]))

    async def do_uses(self, person: Person, asked: Json) -> str | None:
        """A shortcut, of a message or of the whole workspace."""
        if asked.get("ts"):
            message = self._message(person, asked)
            return _trouble(await shortcuts.on_message(self._team, person, asked["name"], message))
        return _trouble(await shortcuts.on_workspace(self._team, person, asked["name"]))

    async def do_joins(self, person: Person, asked: Json) -> None:
        writing.join(self._team, self._place(asked), person=person)

    async def do_opens(self, person: Person, asked: Json) -> None:
        """The person turns to the app's home or to its messages."""
        if asked["tab"] != "home" or self._team.app.home_tab:
            events.home_opened(self._team, person, tab=asked["tab"])

    async def do_presses(self, person: Person, asked: Json) -> str | None:
        surface, place = await self._found(person, asked)
        thing = place.element[asked["side"]] if asked.get("side") else place.element
        facts = {key: thing[key] for key in _FACTS if key in thing}
        return _trouble(await pressing.act(self._team, person, surface, place, facts))

    async def do_chooses(self, person: Person, asked: Json) -> str | None:
        surface, place = await self._found(person, asked)
        wanted = self._wanted(person, place, asked["value"])
        return _trouble(await pressing.choose(self._team, person, surface, place, wanted))

    async def do_submits(self, person: Person, asked: Json) -> str | None:
        surface = self._surface(person, asked)
        assert surface.view
        await self._enter(person, surface, asked["entries"])
        return (await forms.submit(self._team, person, surface.view)).error

    async def do_closes(self, person: Person, asked: Json) -> None:
        front = views.top(self._team, person)
        if front and front.id == asked["view"]:
            await forms.close(self._team, person, everything=bool(asked.get("everything")))

    async def do_suggests(self, person: Person, asked: Json) -> list[str]:
        """What the app offers for what is typed into an external menu."""
        surface, place = await self._found(person, asked)
        offered = await suggested(self._team, person, surface, place, str(asked["value"]))
        return [option["text"]["text"] for option in offered]

    def _invite(self, person: Person, place: Channel, text: str) -> str | None:
        guest = text.removeprefix("/invite").strip()
        try:
            invited = self._team.person(guest) if guest else self._team.app.bot
        except KeyError:
            return f"There is nobody called {guest}."
        writing.join(self._team, place, inviter=person, person=invited)
        return None

    async def _found(self, person: Person, asked: Json) -> tuple[Surface, Place]:
        """The surface with what was entered on it, and the element that is used."""
        surface = self._surface(person, asked)
        key = (asked["block"], asked["action"])
        for place in places(surface.blocks):
            if place.key == key:
                others = [each for each in asked.get("entries", ()) if (each["block"], each["action"]) != key]
                await self._enter(person, surface, others)
                return surface, place
        raise Cannot(_GONE)

    def _surface(self, person: Person, asked: Json) -> Surface:
        if asked.get("view"):
            return surfaces.of_view(self._view(person, asked["view"]))
        message = self._message(person, asked)
        seen = self._served.marks.as_seen(message, int(asked["seq"]))
        return surfaces.of_message(message, person, as_seen=seen)

    async def _enter(self, person: Person, surface: Surface, entries: Iterable[Json]) -> None:
        """Keep what stands in the fields, as Slack does when a form goes out."""
        given = {(each["block"], each["action"]): each["value"] for each in entries}
        for place in places(surface.blocks):
            if place.kind not in VALUE_KEYS or place.key not in given:
                continue
            wanted = self._wanted(person, place, given[place.key])
            if place.kind in EXTERNAL and wanted == _words_held(place, surface):
                continue
            if place.kind == "file_input" and not wanted:
                continue
            chosen = await chosen_in(self._team, person, surface, place, wanted)
            surface.entered[place.key] = entry(place.element, chosen)

    def _wanted(self, person: Person, place: Place, given: Any) -> Any:
        """A field's value as the acts take it."""
        if place.kind == "multi_external_select":
            return [word.strip() for word in str(given).split(",") if word.strip()]
        if place.kind in MANY:
            return list(given) if isinstance(given, list) else [given] if given else []
        if given in (None, ""):
            return None
        if place.kind == "datetimepicker":
            local = datetime.fromisoformat(str(given)).replace(tzinfo=ZoneInfo(person.tz))
            return int(local.timestamp())
        return str(given)

    def _place(self, asked: Json) -> Channel:
        return self._team.channels[asked["at"]]

    def _message(self, person: Person, asked: Json) -> Message:
        place = self._team.channels[asked["channel"]]
        surfaces.may_read(person, place)
        message = place.messages.get(asked["ts"])
        if message is None or not message.visible_to(person.id):
            raise Cannot("That message has been deleted.")
        return message

    def _view(self, person: Person, view_id: str) -> View:
        view = self._team.view(view_id)
        if view is None or view.person != person.id:
            raise Cannot(_GONE)
        return view


def _words_held(place: Place, surface: Surface) -> Any:
    held = value(place, surface.entered)
    if isinstance(held, list):
        return [one["text"]["text"] for one in held]
    return held["text"]["text"] if isinstance(held, dict) else None


def _trouble(ack: Ack) -> str | None:
    return None if ack.acked else f"{forms.TROUBLE} ({ack.error})"
