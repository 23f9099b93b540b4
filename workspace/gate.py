"""Where the app's requests come in: the Web API and the response URLs, in whatever weather there is."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from typing import Any

from aiohttp import web

from workspace import hooks
from workspace.api import dispatch
from workspace.api.calls import METHODS
from workspace.limits import TooFast
from workspace.refusals import ApiError
from workspace.state import Json
from workspace.team import Team
from workspace.weather import LOST, UNAVAILABLE
from workspace.wire import Exchange, WireLog, to_json

HOOK = "response_url"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
POST_TYPES = (*FORMS, "application/json", "text/plain")
CHARSETS = (None, "utf-8", "utf8", "iso-8859-1")


class Gate:
    def __init__(self, team: Team, log: WireLog) -> None:
        self._team = team
        self._log = log

    def mount(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/api/{method}", self.api)
        router.add_post("/hooks/{path}/{team}/{hook}", self._hook)

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        with self._log.in_flight():
            wrong = await self._weathered(method)
            if wrong == UNAVAILABLE:
                return _unavailable()
            call, answer, headers = await self._answered(request, wrong if wrong != LOST else None)
            status = 429 if "Retry-After" in headers else 200
            self._log.add(Exchange(call.method, call.args, answer, status, self._team.clock.now()))
        if wrong == LOST:
            _hang_up(request)
        return _json_response(answer, status=status, headers=self._scopes(call) | headers)

    def _scopes(self, call: dispatch.Request) -> dict[str, str]:
        """What the token may do, and what the method asks for."""
        token, method = self._team.app.token(call.token), METHODS.get(call.method)
        held = {"x-oauth-scopes": ",".join(token.scopes if token else ())}
        return held | (
            {"x-accepted-oauth-scopes": ",".join(method.scopes)} if method and method.scopes else {}
        )

    async def _answered(
        self, request: web.Request, wrong: str | None
    ) -> tuple[dispatch.Request, Json, dict[str, str]]:
        call = dispatch.Request(request.match_info["method"], {}, "")
        try:
            call = await _read(request)
            _raise(wrong or self._team.weather.refuses(call.method, call.args.get("channel")))
            answer = dispatch.answer(self._team, call)
            return call, _warned(answer) if _lacks_charset(request) else answer, {}
        except TooFast as error:
            return call, error.answer, {"Retry-After": str(error.retry_after)}
        except ApiError as error:
            return call, error.answer, {}

    async def _hook(self, request: web.Request) -> web.Response:
        """A response URL. Slack answers with the word ok, or with an error and a status."""
        with self._log.in_flight():
            body: Json = {}
            wrong = await self._weathered(HOOK)
            if wrong == UNAVAILABLE:
                return _unavailable()
            try:
                _raise(wrong if wrong != LOST else None)
                body = _object(await request.read())
                hooks.answer(self._team, request.match_info["hook"], body)
            except ApiError as error:
                status = 404 if error.answer["error"].endswith("_url") else 400
                self._log.add(Exchange(HOOK, body, error.answer, status, self._team.clock.now()))
                return _json_response(error.answer, status=status)
            self._log.add(Exchange(HOOK, body, {"ok": True}, 200, self._team.clock.now()))
        if wrong == LOST:
            _hang_up(request)
        return web.Response(text="ok")

    async def _weathered(self, method: str) -> str | None:
        """Let the call take its time, and say how it goes wrong, if it does."""
        if delay := self._team.weather.delay(method):
            await asyncio.sleep(delay)
        return self._team.weather.goes_wrong(method)


async def _read(request: web.Request) -> dispatch.Request:
    form = await _form(request) if request.content_type in FORMS else {}
    body = b"" if form else await request.read()
    _is_postable(request, body)
    args = dispatch.arguments(request.query, body, request.content_type, form)
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        args = _client(header) | args
    bearer = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else ""
    token = str(args.pop("token", "") or "")
    posted = request.method == "POST"
    return dispatch.Request(request.match_info["method"], args, bearer or token, posted)


async def _form(request: web.Request) -> dict[str, str]:
    try:
        return {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    except ValueError:
        raise ApiError("invalid_form_data") from None


def _client(header: str) -> Json:
    """An app may name itself in the header instead of the arguments."""
    try:
        words = b64decode(header.removeprefix("Basic ")).decode()
    except ValueError:
        return {}
    client_id, _, client_secret = words.partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


def _is_postable(request: web.Request, body: bytes) -> None:
    if body and "Content-Type" not in request.headers:
        raise ApiError("missing_post_type")
    if body and request.content_type not in POST_TYPES:
        raise ApiError("invalid_post_type")
    if (request.charset or "utf-8").lower() not in CHARSETS:
        raise ApiError("invalid_charset")


def _lacks_charset(request: web.Request) -> bool:
    return request.content_type == "application/json" and request.charset is None


def _warned(answer: Json) -> Json:
    metadata = answer.get("response_metadata", {})
    warnings = [*metadata.get("warnings", ()), "missing_charset"]
    together = {"warning": ",".join(warnings), "response_metadata": metadata | {"warnings": warnings}}
    return answer | together


def _raise(wrong: str | None) -> None:
    if wrong == "ratelimited":
        raise TooFast(1)
    if wrong:
        raise ApiError(wrong)


def _object(body: bytes) -> Json:
    try:
        given: Any = json.loads(body)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(given, dict):
        raise ApiError("invalid_payload")
    return given


def _unavailable() -> web.Response:
    return web.Response(status=503, text="<h1>Service unavailable</h1>", content_type="text/html")


def _hang_up(request: web.Request) -> None:
    """What was answered does not get through."""
    if request.transport:
        request.transport.abort()


def _json_response(answer: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(answer, status=status, headers=headers, dumps=to_json)
