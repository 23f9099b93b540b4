"""The workspace on a port of this machine: Web API, sockets, response URLs, and the people's doors."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import BasicAuth, web

from workspace import hooks
from workspace.api import dispatch
from workspace.consent import Consent
from workspace.control.doing import Doing
from workspace.control.seeing import Seeing
from workspace.control.world import World
from workspace.limits import Limits, TooFast
from workspace.refusals import ApiError
from workspace.seed import Seed
from workspace.sockets import Sockets
from workspace.state import Json
from workspace.team import Team
from workspace.transfer import Transfer
from workspace.wire import LOST, UNAVAILABLE, Exchange, WireLog, to_json

LARGEST_BODY = 8 * 1024 * 1024


class Workspace:
    """One team, served. `async with Workspace.start(seed) as server:` opens and closes it."""

    def __init__(
        self, seed: Seed | Json | None = None, *, rate_limits: bool = False, ack_seconds: float = 3.0
    ) -> None:
        self.team = Team.of(_seed(seed))
        self.sockets = Sockets(self.team, ack_seconds=ack_seconds)
        self.team.line = self.sockets
        self.log = WireLog(self.team.pulse)
        self._limits = Limits() if rate_limits else None
        self._runner: web.AppRunner | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls,
        seed: Seed | Json | None = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        rate_limits: bool = False,
        ack_seconds: float = 3.0,
    ) -> AsyncIterator[Workspace]:
        workspace = cls(seed, rate_limits=rate_limits, ack_seconds=ack_seconds)
        await workspace.open(port=port, host=host)
        try:
            yield workspace
        finally:
            await workspace.close()

    @property
    def url(self) -> str:
        return self.team.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.team.app.bot_token

    @property
    def app_token(self) -> str:
        return self.team.app.app_token

    async def open(self, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.team.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        self.team.pulse.close()
        await self.sockets.close()
        self.team.clock.close()
        if self._runner:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_get("/link/", self.sockets.serve)
        application.router.add_post("/hooks/{path}/{team}/{hook}", self._hook)
        Transfer(self.team).mount(application.router)
        Consent(self.team).mount(application.router)
        for doors in (Doing, Seeing, World):
            doors(self.team, self.sockets, self.log).mount(application.router)
        return application

    async def _api(self, request: web.Request) -> web.Response:
        with self.log.in_flight():
            wrong = self.log.goes_wrong(request.match_info["method"])
            if wrong == UNAVAILABLE:
                return _unavailable()
            call, answer, headers = await self._answered(request, wrong if wrong != LOST else None)
            status = 429 if "Retry-After" in headers else 200
            self.log.add(Exchange(call.method, call.args, answer, status, self.team.clock.now()))
        if wrong == LOST:
            _hang_up(request)
        scopes = {"x-oauth-scopes": ",".join(self.team.app.scopes)}
        return _json_response(answer, status=status, headers=scopes | headers)

    async def _answered(
        self, request: web.Request, wrong: str | None = None
    ) -> tuple[dispatch.Request, Json, dict[str, str]]:
        call = dispatch.Request(request.match_info["method"], {}, "")
        try:
            call = await _read(request)
            if wrong == "ratelimited":
                raise TooFast(1)
            if wrong:
                raise ApiError(wrong)
            return call, dispatch.answer(self.team, self._limits, call), {}
        except TooFast as error:
            return call, error.answer, {"Retry-After": str(error.retry_after)}
        except ApiError as error:
            return call, error.answer, {}

    async def _hook(self, request: web.Request) -> web.Response:
        """A response URL. Slack answers with the word ok, or with an error and a status."""
        with self.log.in_flight():
            body: Json = {}
            wrong = self.log.goes_wrong("response_url")
            if wrong == UNAVAILABLE:
                return _unavailable()
            try:
                if wrong and wrong != LOST:
                    raise ApiError(wrong)
                body = _object(await request.read())
                hooks.answer(self.team, request.match_info["hook"], body)
            except ApiError as error:
                status = 404 if error.answer["error"].endswith("_url") else 400
                self.log.add(Exchange("response_url", body, error.answer, status, self.team.clock.now()))
                return _json_response(error.answer, status=status)
            self.log.add(Exchange("response_url", body, {"ok": True}, 200, self.team.clock.now()))
        if wrong == LOST:
            _hang_up(request)
        return web.Response(text="ok")


async def _read(request: web.Request) -> dispatch.Request:
    form: dict[str, str] = {}
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    body = b"" if form else await request.read()
    args = dispatch.arguments(request.query, body, request.content_type, form)
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        client = BasicAuth.decode(header)
        args = {"client_id": client.login, "client_secret": client.password} | args
    bearer = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else ""
    token = str(args.pop("token", "") or "")
    return dispatch.Request(request.match_info["method"], args, bearer or token)


def _object(body: bytes) -> Json:
    try:
        given: Any = json.loads(body)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(given, dict):
        raise ApiError("invalid_payload")
    return given


def _seed(seed: Seed | Json | None) -> Seed:
    if seed is None:
        return Seed.default()
    return seed if isinstance(seed, Seed) else Seed.model_validate(seed)


def _unavailable() -> web.Response:
    return web.Response(status=503, text="<h1>Service unavailable</h1>", content_type="text/html")


def _hang_up(request: web.Request) -> None:
    """What was answered does not get through."""
    if request.transport:
        request.transport.abort()


def _json_response(answer: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(answer, status=status, headers=headers, dumps=to_json)
