"""The page's addresses: the page itself, its script and style, the news that something changed, gestures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from workspace.delivery import Delivery
from workspace.page.gestures import Gestures
from workspace.page.look import templates
from workspace.page.room import ABOUT, HOME, NEW, PICTURES, Address, Room, Served
from workspace.refusals import Cannot
from workspace.state import Channel, File, Json, Person
from workspace.team import Team
from workspace.wire import WireLog, to_json

_ASSETS = Path(__file__).with_name("assets")
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_REMEMBERED = "workspace_as"
_STILL_HERE = 20.0
#: So many changes at once are one: the page is fetched again as a whole.
_TOGETHER = 0.04
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' https: http://127.0.0.1:* http://localhost:*; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Page:
    def __init__(self, team: Team, delivery: Delivery, log: WireLog) -> None:
        self._served = Served(team, delivery, log)
        self._team = team
        self._gestures = Gestures(self._served)

    def mount(self, router: web.UrlDispatcher) -> None:
        router.add_get("/", self._page)
        router.add_get("/page/changes", self._changes)
        router.add_get("/page/files/{file}", self._file)
        router.add_get("/page/{name}", _asset)
        router.add_post("/page/do/{verb}", self._do)

    async def _page(self, request: web.Request) -> web.Response:
        """Whoever has no name yet is the one they were last time, or the first there is."""
        person = self._person(request.query.get("as", ""))
        if person is None:
            known = self._person(request.cookies.get(_REMEMBERED, "")) or self._somebody()
            if known is None:
                return web.Response(text="Nobody is in this workspace yet.")
            raise web.HTTPFound("/?" + urlencode({**request.query, "as": known.name}))
        room = Room(self._served, self._address(request, person))
        html = templates().get_template("page.html.j2").render(room=room)
        if not room.is_home and not room.is_new:
            self._served.marks.reads(person, room.place)
        response = web.Response(text=html, content_type="text/html", headers=_SAFE)
        response.set_cookie(_REMEMBERED, person.name, samesite="Strict", httponly=True)
        return response

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one for each change, several at once made into one."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        pulse, known = self._team.pulse, -1
        try:
            while not pulse.closed:
                if known != self._moment:
                    known = self._moment
                    await response.write(f"data: {known}\n\n".encode())
                elif await pulse.until(partial(self._later_than, known), _STILL_HERE):
                    await asyncio.sleep(_TOGETHER)
                else:
                    await response.write(b": still here\n\n")
        except ConnectionResetError:
            pass  # the tab was closed
        return response

    @property
    def _moment(self) -> int:
        """It grows with everything that the page shows, the wire too."""
        served = self._served
        return self._team.pulse.count + served.delivery.letters.sent + served.log.seen

    def _later_than(self, seen: int) -> bool | None:
        return True if self._moment > seen else None

    async def _file(self, request: web.Request) -> web.Response:
        """A file that this person can see. Only pictures open in the browser."""
        person, file = (
            self._person(request.query.get("as", "")),
            self._team.files.get(request.match_info["file"]),
        )
        if person is None or file is None or file.content is None or not self._may_open(person, file):
            raise web.HTTPNotFound
        kind = guess_type(file.name)[0] or "application/octet-stream"
        picture = file.name.lower().endswith(PICTURES)
        headers = _SAFE if picture else _SAFE | {"Content-Disposition": "attachment"}
        return web.Response(body=file.content, content_type=kind, headers=headers)

    def _may_open(self, person: Person, file: File) -> bool:
        """Whose it is, and who sees where it was shared, or a message or a form that shows it."""
        places = [
            self._team.channels[channel] for channel, _ in file.shares if channel in self._team.channels
        ]
        places += [place for place in self._team.channels.values() if _shows(place, person, file)]
        forms = self._team.stacks.get(person.id, [])
        return (
            file.owner == person.id
            or any(place.open_to(person) for place in places)
            or any(_pictured(form.blocks, file) for form in forms)
        )

    async def _do(self, request: web.Request) -> web.Response:
        """A gesture of the script. Another site's page cannot make one."""
        if (
            request.content_type != "application/json"
            or request.headers.get("Sec-Fetch-Site") == "cross-site"
        ):
            raise web.HTTPForbidden(text="Gestures come from the page itself.")
        asked: Json = await request.json()
        verb = getattr(self._gestures, f"do_{request.match_info['verb']}", None)
        person = self._person(str(asked.get("as")))
        if verb is None or person is None:
            raise web.HTTPNotFound(text="There is no such gesture or person.")
        try:
            told: Any = await verb(person, asked)
        except (Cannot, ValueError) as no:
            return _answered(error=str(no))
        except KeyError:
            return _answered(error="That is no longer there.")
        return _answered(error=told) if isinstance(told, str) else _answered(told=told)

    def _address(self, request: web.Request, person: Person) -> Address:
        at = self._at(request.query.get("at", ABOUT), person)
        panels = {panel: request.query.get(panel, "") for panel in ("thread", "wire", "find")}
        return Address(person, at, **panels)

    def _at(self, wanted: str, person: Person) -> str:
        """Where this person may look; else it is the app."""
        if wanted in (HOME, NEW):
            return wanted
        try:
            place = self._team.channel(wanted)
        except KeyError:
            return ABOUT
        return ABOUT if not place.open_to(person) or place is self._team.dm(person) else place.id

    def _person(self, name: str) -> Person | None:
        try:
            found = self._team.person(name)
        except KeyError:
            return None
        return None if found.is_bot else found

    def _somebody(self) -> Person | None:
        return next((each for each in self._team.people.values() if not each.is_bot), None)


async def _asset(request: web.Request) -> web.Response:
    file = _ASSETS / request.match_info["name"]
    if file.parent != _ASSETS or file.suffix not in _KINDS or not file.is_file():
        raise web.HTTPNotFound
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=file.read_bytes(), content_type=_KINDS[file.suffix], headers=headers)


def _answered(**told: object) -> web.Response:
    return web.json_response(told, dumps=to_json)


def _shows(place: Channel, person: Person, file: File) -> bool:
    return any(
        _pictured(message.blocks or (), file)
        for message in place.messages.values()
        if message.visible_to(person.id)
    )


def _pictured(blocks: Iterable[Json], file: File) -> bool:
    return any((block.get("slack_file") or {}).get("id") == file.id for block in blocks)
