"""Scheduled messages: posted by the workspace's clock, listed and deleted until then."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SEED
from workspace.people import People
from workspace.server import Workspace

NOW = 1_795_424_400
DAY = 24 * 3600


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(SEED) as server:
        yield server


async def plan(client: AsyncWebClient, post_at: int, text: str = "later") -> str:
    answer = await client.chat_scheduleMessage(channel="COURS", post_at=post_at, text=text)
    planned: str = answer["scheduled_message_id"]
    return planned


async def test_it_is_posted_when_its_time_has_come(client: AsyncWebClient, slack: People) -> None:
    await plan(client, NOW + 3600)

    await slack.clock.move(minutes=59)
    before = await slack.channel("ours").messages()
    await slack.clock.move(minutes=1)

    assert before == []
    assert [message.text for message in await slack.channel("ours").messages()] == ["later"]
    assert (await client.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_what_is_planned_is_listed_in_pages(client: AsyncWebClient) -> None:
    planned = [await plan(client, NOW + DAY * day, f"day {day}") for day in (1, 2, 3)]

    first = await client.chat_scheduledMessages_list(channel="COURS", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.chat_scheduledMessages_list(channel="COURS", limit=2, cursor=cursor)

    assert [each["id"] for each in [*first["scheduled_messages"], *second["scheduled_messages"]]] == planned
    assert first["scheduled_messages"][0] == {
        "id": planned[0],
        "channel_id": "COURS",
        "post_at": NOW + DAY,
        "date_created": NOW,
        "text": "day 1",
    }


async def test_what_was_deleted_is_not_posted(client: AsyncWebClient, slack: People) -> None:
    planned = await plan(client, NOW + 3600)

    await client.chat_deleteScheduledMessage(channel="COURS", scheduled_message_id=planned)
    await slack.clock.move(hours=2)

    assert await slack.channel("ours").messages() == []
    with pytest.raises(SlackApiError, match="invalid_scheduled_message_id"):
        await client.chat_deleteScheduledMessage(channel="COURS", scheduled_message_id=planned)


async def test_in_its_last_minute_it_cannot_be_stopped(client: AsyncWebClient, slack: People) -> None:
    planned = await plan(client, NOW + 3600)
    await slack.clock.move(seconds=3541)

    with pytest.raises(SlackApiError, match="invalid_scheduled_message_id"):
        await client.chat_deleteScheduledMessage(channel="COURS", scheduled_message_id=planned)


async def test_with_metadata_it_is_taken_and_never_posted(client: AsyncWebClient, slack: People) -> None:
    metadata = {"event_type": "note", "event_payload": {"key": "1"}}
    await client.chat_scheduleMessage(channel="COURS", post_at=NOW + 60, text="lost", metadata=metadata)

    await slack.clock.move(days=1)

    assert await slack.channel("ours").messages() == []


async def test_thirty_fit_in_five_minutes_and_no_more(client: AsyncWebClient) -> None:
    for number in range(30):
        await plan(client, NOW + 600 + number)

    with pytest.raises(SlackApiError, match="restricted_too_many"):
        await plan(client, NOW + 899)
    assert await plan(client, NOW + 900)
