"""The wire between the bot and the local workspace, without one: what aiohttp's session is asked for is
answered in this process, by the same functions that answer over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import ServerDisconnectedError
from multidict import CIMultiDict

from workspace import files, hooks
from workspace.api import dispatch
from workspace.limits import TooFast
from workspace.refusals import ApiError
from workspace.team import Team
from workspace.weather import LOST, UNAVAILABLE

Json = dict[str, Any]
#: What was asked, with what, what became of it (None, or an error in Slack's word), and whether that was the
#: weather.
Overheard = Callable[[str, Json, str | None, bool], None]


class Answer:
    def __init__(
        self, body: bytes, kind: str = "application/json", status: int = 200, **headers: str
    ) -> None:
        self._body, self.content_type, self.status = body, kind, status
        self.headers = CIMultiDict(headers)

    async def json(self) -> Any:
        return json.loads(self._body)

    async def text(self) -> str:
        return self._body.decode()

    async def read(self) -> bytes:
        return self._body

    @property
    def content(self) -> Self:
        return self

    async def iter_any(self) -> AsyncIterator[bytes]:
        yield self._body


class _Asking:
    def __init__(self, answering: Any) -> None:
        self._answering = answering

    async def __aenter__(self) -> Answer:
        await asyncio.sleep(0)  # others go on meanwhile
        answer: Answer = await self._answering()
        return answer

    async def __aexit__(self, *_: object) -> None:
        return None


class Wire:
    """Has of an aiohttp ClientSession what the bot and slack_sdk use of it."""

    closed = False

    def __init__(self, team: Team, overheard: Overheard) -> None:
        self._team, self._overheard = team, overheard
        #: After so many calls from now nothing comes back any more: the bot is dead, and does not know it.
        self.dies_after: int | None = None
        self.dies_before_it_is_taken = False

    def request(self, verb: str, url: str, **more: Any) -> _Asking:
        return _Asking(lambda: self._answer(verb, url, more))

    def get(self, url: str, **more: Any) -> _Asking:
        return self.request("GET", url, **more)

    def post(self, url: str, **more: Any) -> _Asking:
        return self.request("POST", url, **more)

    async def _answer(self, verb: str, url: str, more: Json) -> Answer:
        dies = False
        if self.dies_after is not None:
            self.dies_after -= 1
            dies = self.dies_after < 0
        if dies and self.dies_before_it_is_taken:
            await asyncio.Future()
        answer = self._taken(verb, urlsplit(url).path, more)
        if dies:
            await asyncio.Future()
        return answer

    def _taken(self, verb: str, path: str, more: Json) -> Answer:
        room, _, rest = path.strip("/").partition("/")
        if room == "api":
            return self._api(rest, verb, more)
        if room == "hooks":
            return self._hook(rest.rpartition("/")[2], more)
        if room == "upload":
            file = files.receive(self._team, rest.rpartition("/")[2], more["data"])
            return Answer(f"OK - {file.size}".encode(), "text/plain")
        if room != "files-pri":
            return Answer(b"", "text/html", 404)
        file = self._team.files[rest.partition("/")[0].rpartition("-")[2]]
        return Answer(file.content or b"", "application/octet-stream", 200 if file.content else 404)

    def _api(self, method: str, verb: str, more: Json) -> Answer:
        data = more.get("data") or {}
        written = data if isinstance(data, bytes) else json.dumps(more.get("json") or {})
        args = {**(more.get("params") or {}), **({} if isinstance(data, bytes) else data)}
        args = {name: value if isinstance(value, str) else str(value) for name, value in args.items()}
        args |= json.loads(written)
        header = (more.get("headers") or {}).get("Authorization", "")
        token = header.removeprefix("Bearer ").strip() or str(args.pop("token", "") or "")
        wrong = self._team.weather.goes_wrong(method)
        if wrong == UNAVAILABLE:
            return Answer(b"<h1>Service unavailable</h1>", "text/html", 503)
        headers, status, refused, spoilt = {}, 200, None, wrong not in (None, LOST)
        try:
            if wrong and wrong != LOST:
                raise TooFast(1) if wrong == "ratelimited" else ApiError(wrong)
            answer = dispatch.answer(self._team, dispatch.Request(method, args, token, verb == "POST"))
        except TooFast as error:
            answer, status, headers = error.answer, 429, {"Retry-After": str(error.retry_after)}
            refused = "ratelimited"
        except ApiError as error:
            answer, refused = error.answer, str(error.answer.get("error"))
        held = self._team.app.token(token)
        headers["x-oauth-scopes"] = ",".join(held.scopes if held else ())
        self._overheard(method, args | {"answer": answer}, refused, spoilt)
        if wrong == LOST:
            raise ServerDisconnectedError
        return Answer(json.dumps(answer).encode(), "application/json", status, **headers)

    def _hook(self, hook: str, more: Json) -> Answer:
        body = json.loads(more["data"] if "data" in more else json.dumps(more["json"]))
        wrong = self._team.weather.goes_wrong("response_url")
        if wrong == UNAVAILABLE:
            return Answer(b"<h1>Service unavailable</h1>", "text/html", 503)
        if wrong and wrong != LOST:
            return Answer(json.dumps({"ok": False, "error": wrong}).encode(), status=400)
        try:
            hooks.answer(self._team, hook, body)
        except ApiError as error:
            self._overheard("response_url", body | {"hook": hook}, str(error.answer.get("error")), False)
            status = 404 if error.answer["error"].endswith("_url") else 400
            return Answer(json.dumps(error.answer).encode(), status=status)
        self._overheard("response_url", body | {"hook": hook}, None, False)
        if wrong == LOST:
            raise ServerDisconnectedError
        return Answer(b"ok", "text/plain")
