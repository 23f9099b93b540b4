"""The workspace on a port of this machine: Web API, the way to the app, and the people's doors."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from workspace.consent import Consent
from workspace.control.doing import Doing
from workspace.control.ruling import Ruling
from workspace.control.seeing import Seeing
from workspace.control.world import World
from workspace.delivery import Delivery
from workspace.gate import Gate
from workspace.page.routes import Page
from workspace.seed import Seed
from workspace.sockets import Sockets
from workspace.state import Json
from workspace.team import Team
from workspace.transfer import Transfer
from workspace.wire import WireLog

LARGEST_BODY = 8 * 1024 * 1024


class Workspace:
    """One team, served. `async with Workspace.start(seed) as server:` opens and closes it."""

    def __init__(
        self, seed: Seed | Json | None = None, *, rate_limits: bool = False, ack_seconds: float = 3.0
    ) -> None:
        planted = _seed(seed)
        self.team = Team.of(planted)
        if rate_limits:
            self.team.weather.turn(planted.weather.model_copy(update={"rate_limits": True}))
        self.delivery = Delivery(self.team, ack_seconds=ack_seconds)
        self.team.line = self.delivery
        self.log = WireLog(self.team.pulse)
        self.gate = Gate(self.team, self.log)
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

    def user_token(self, name: str) -> str:
        """What this person gave the app, to speak in their name."""
        person = self.team.person(name)
        return next(token for token, held in self.team.app.user_tokens.items() if held.person is person)

    @property
    def sockets(self) -> Sockets:
        return self.delivery.sockets

    def share(self, other: Workspace) -> None:
        """One app in one Slack: the time is the same, and the app's connections are for both; whoever waits
        hears of what changes in either."""
        self.team.clock = self.team.app.clock = other.team.clock
        self.team.pulse = self.log.pulse = other.team.pulse
        self.delivery = Delivery(self.team, sockets=other.sockets)
        self.team.line = self.delivery

    async def open(self, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.team.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        self.team.pulse.close()
        await self.delivery.close()
        self.team.clock.close()
        if self._runner:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_get("/link/", self.sockets.serve)
        self.gate.mount(application.router)
        Transfer(self.team).mount(application.router)
        Consent(self.team).mount(application.router)
        Page(self.team, self.delivery, self.log).mount(application.router)
        for doors in (Doing, Ruling, Seeing, World):
            doors(self.team, self.delivery, self.log).mount(application.router)
        return application


def _seed(seed: Seed | Json | None) -> Seed:
    if seed is None:
        return Seed.default()
    return seed if isinstance(seed, Seed) else Seed.model_validate(seed)
