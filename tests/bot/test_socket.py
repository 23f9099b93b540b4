"""The line of Socket Mode, against a Slack that keeps its rules of places to connect to."""

import asyncio
import json
from typing import Any, cast

import pytest
from aiohttp import ClientSession
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs
from yarl import URL

from bot import socket
from bot.socket import Socket
from workspace.people import People
from workspace.server import Workspace


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


async def test_where_slacks_client_does_not_connect_again_by_itself_we_do(
    slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "SECONDS_BETWEEN_PINGS", 0.1)
    monkeypatch.setattr(socket, "SECONDS_FOR_AN_ATTEMPT", 2.0)
    async with ClientSession() as session, People(slack.url) as people:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session)
        line = Socket(client, slack.app_token)
        await line.open()
        await people.connected()
        before = line._client.current_session

        async with asyncio.timeout(10):
            await _is_cancelled_while_it_connects(line)
            await people.connected(0)
            await people.connected()

        assert line._client.current_session is not before
        await line.close()


async def test_an_ack_without_a_connection_any_more_is_a_line_in_the_log(
    slack: Workspace,
) -> None:
    async with ClientSession() as session, People(slack.url) as people:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session)
        line = Socket(client, slack.app_token)
        await line.open()
        await people.connected()

        async def answer(payload: Any, *, retry: int) -> BoltResponse:
            await line.close()
            return BoltResponse(status=200)

        line.answer_with(cast(Any, answer))
        with capture_logs() as log:
            await line._client._listen(
                json.dumps({"type": "events_api", "envelope_id": "E1", "payload": {}, "retry_attempt": 0})
            )

    assert [each["event"] for each in log if each["log_level"] != "info"] == ["ack_not_sent"]


async def _is_cancelled_while_it_connects(line: Socket) -> None:
    """As soon as it asks for a place, having closed the connection that it had."""
    asks = asyncio.Event()

    async def ask() -> str:
        asks.set()
        return await asyncio.Future()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line._client, "issue_new_wss_url", ask)
        connecting = asyncio.create_task(line._client.connect())
        await asks.wait()
        connecting.cancel()
        await asyncio.wait({connecting})
