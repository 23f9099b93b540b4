"""A machine that reaches the world through a proxy alone, as companies have them."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from bot.line import slack_session

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class Proxy:
    """Says that it is one; keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(request.raw_path)
        return web.Response(text="by the proxy")


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    it = Proxy()
    async with RawTestServer(it.answer) as server:
        monkeypatch.setenv("HTTP_PROXY", str(server.make_url("/")))
        yield it


async def test_whatever_we_ask_goes_through_the_proxy_but_what_is_excepted(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    inside = Proxy()
    async with RawTestServer(inside.answer) as jira, slack_session() as session:
        for url in ("http://hooks.slack.example/told", str(jira.make_url("/issue"))):
            (await session.get(url)).release()

    assert (proxy.asked, inside.asked) == (["http://hooks.slack.example/told"], ["/issue"])
