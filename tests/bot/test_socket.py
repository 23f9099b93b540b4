"""The line of Socket Mode, against a Slack that keeps its rules of places to connect to."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot import socket
from bot.socket import Socket
from workspace.people import People
from workspace.server import Workspace


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with Workspace.start() as server:
        yield server


async def test_a_place_that_is_good_no_more_is_not_tried_for_ever(
    slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "SECONDS_BETWEEN_PINGS", 0.2)
    async with ClientSession() as session, People(slack.url) as people:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session)
        line = Socket(client, slack.app_token)
        place = URL((await client.apps_connections_open(app_token=slack.app_token))["url"])

        async with asyncio.timeout(10):
            await line.connect(str(place.update_query(ticket="of half a minute ago")))
            await people.connected()
        await line.close()
