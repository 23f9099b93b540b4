"""Threads: replies that their channel sees too, threads that are locked, and parents that are gone."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import Json, seed
from workspace.people import People
from workspace.server import Workspace


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(seed(events=["message.channels"])) as server:
        yield server


async def test_a_reply_can_be_seen_by_the_channel_too(client: AsyncWebClient, slack: People) -> None:
    asked = await slack.person("ana").says("Who comes?", to="ours")
    await client.chat_postMessage(channel="COURS", text="aside", thread_ts=asked.ts)
    said = await client.chat_postMessage(
        channel="COURS", text="All", thread_ts=asked.ts, reply_broadcast=True
    )

    channel = await client.conversations_history(channel="COURS")
    thread = await client.conversations_replies(channel="COURS", ts=asked.ts)
    event = (await events(slack))[-1]

    assert [each["text"] for each in channel["messages"]] == ["All", "Who comes?"]
    assert [each["text"] for each in thread["messages"]] == ["Who comes?", "aside", "All"]
    for shown in (said["message"], channel["messages"][0], thread["messages"][2], event):
        assert (shown["subtype"], shown["thread_ts"]) == ("thread_broadcast", asked.ts)
        assert (shown["root"]["text"], shown["root"]["reply_count"]) == ("Who comes?", 2)


async def test_a_reply_can_be_shown_to_the_channel_later(client: AsyncWebClient, slack: People) -> None:
    asked = await client.chat_postMessage(channel="COURS", text="Who comes?")
    said = await client.chat_postMessage(channel="COURS", text="All", thread_ts=asked["ts"])

    broadcast = {"channel": "COURS", "ts": said["ts"], "reply_broadcast": True}
    await client.api_call("chat.update", json=broadcast)

    channel = await client.conversations_history(channel="COURS")
    assert [each["text"] for each in channel["messages"]] == ["All", "Who comes?"]
    assert (await events(slack))[-1]["message"]["subtype"] == "thread_broadcast"


async def test_people_tell_the_channel_too(client: AsyncWebClient, slack: People) -> None:
    asked = await client.chat_postMessage(channel="COURS", text="Who comes?")
    await slack.person("ana").says("I do", to="ours", in_thread=asked["ts"], broadcast=True)

    channel = await client.conversations_history(channel="COURS")
    assert [each.get("subtype") for each in channel["messages"]] == ["thread_broadcast", None]


async def test_an_answer_to_what_is_gone_stands_by_itself(client: AsyncWebClient, slack: People) -> None:
    asked = await slack.person("ana").says("Who comes?", to="ours")
    await slack.person("ana").takes_back(asked)

    said = await client.chat_postMessage(channel="COURS", text="All", thread_ts=asked.ts)

    assert "thread_ts" not in said["message"]


async def test_a_locked_thread_takes_nothing_more(client: AsyncWebClient, slack: People) -> None:
    ana, ben = slack.person("ana"), slack.person("ben")
    asked = await ben.says("Who comes?", to="general")

    await ana.locks(asked)

    with pytest.raises(AssertionError, match="This thread has been locked"):
        await ben.says("Me", to="general", in_thread=asked)
    with pytest.raises(AssertionError, match="This thread has been locked"):
        await ben.reacts(asked, "eyes")
    with pytest.raises(SlackApiError, match="restricted_action_thread_locked"):
        await client.chat_postMessage(channel="CGENERAL", text="All", thread_ts=asked.ts)
    await ana.unlocks(asked)
    await ben.says("Me", to="general", in_thread=asked)
    with pytest.raises(AssertionError, match="@ben is no admin"):
        await ben.locks(asked)


async def events(slack: People) -> list[Json]:
    return [each["payload"]["event"] for each in await slack.envelopes(type="events_api")]
