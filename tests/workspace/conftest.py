from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk sends even calls to this machine through a proxy if the environment names one."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(Seed.default(), ack_seconds=0.3) as server:
        yield server


@pytest.fixture
async def slack(server: Workspace) -> AsyncIterator[People]:
    async with People(server.url, within=3.0) as slack:
        yield slack


@pytest.fixture
def client(server: Workspace) -> AsyncWebClient:
    return AsyncWebClient(server.bot_token, base_url=server.api_url)
