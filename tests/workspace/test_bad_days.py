"""What goes wrong on purpose: lost replies, and a Slack that cannot answer."""

import asyncio

import pytest
from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.people import People
from workspace.server import Workspace


async def test_a_reply_can_be_lost_after_the_message_was_taken(server: Workspace, slack: People) -> None:
    client = AsyncWebClient(server.bot_token, base_url=server.api_url, retry_handlers=[])
    await slack.spoil("chat.postMessage", "lost")

    with pytest.raises(ClientError):
        await client.chat_postMessage(channel="#general", text="once")
    await client.chat_postMessage(channel="#general", text="twice")

    posted = [message.text for message in await slack.channel("general").messages()]
    assert posted == ["once", "twice"]


async def test_slack_can_be_out_of_order(slack: People, client: AsyncWebClient) -> None:
    await slack.spoil("chat.postMessage", "unavailable", times=2)

    answers = await asyncio.gather(
        *(client.chat_postMessage(channel="#general", text="no") for _ in range(2)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [SlackApiError, SlackApiError]
    assert await slack.channel("general").messages() == []


@pytest.mark.parametrize(("error", "status"), [("fatal_error", 200), ("ratelimited", 429)])
async def test_slack_can_say_any_error(
    slack: People, client: AsyncWebClient, error: str, status: int
) -> None:
    await slack.spoil("chat.postMessage", error)

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="#general", text="no")

    assert (refused.value.response["error"], refused.value.response.status_code) == (error, status)
    assert await slack.channel("general").messages() == []


async def test_a_response_url_can_fail_too(server: Workspace, slack: People) -> None:
    await slack.spoil("response_url", "unavailable")

    async with ClientSession() as web, web.post(f"{server.url}/hooks/actions/T1/x", json={}) as answer:
        assert answer.status == 503
