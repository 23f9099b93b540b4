"""Reactions, pins, bookmarks, channels that the app manages, and who is not to be disturbed."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SEED
from workspace.people import People
from workspace.server import Workspace


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(SEED) as server:
        yield server


@pytest.fixture
async def ts(client: AsyncWebClient) -> str:
    posted: str = (await client.chat_postMessage(channel="COURS", text="hello"))["ts"]
    return posted


async def test_a_reaction_comes_and_goes(client: AsyncWebClient, ts: str) -> None:
    await client.reactions_add(channel="COURS", timestamp=ts, name="thumbsup")
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel="COURS", timestamp=ts, name="thumbsup")
    there = (await client.reactions_get(channel="COURS", timestamp=ts))["message"]["reactions"]
    await client.reactions_remove(channel="COURS", timestamp=ts, name="thumbsup")

    assert [(each["name"], each["count"]) for each in there] == [("thumbsup", 1)]
    assert "reactions" not in (await client.reactions_get(channel="COURS", timestamp=ts))["message"]
    with pytest.raises(SlackApiError, match="no_reaction"):
        await client.reactions_remove(channel="COURS", timestamp=ts, name="thumbsup")


async def test_one_person_adds_twenty_three_kinds_at_most(client: AsyncWebClient, ts: str) -> None:
    for number in range(23):
        await client.reactions_add(channel="COURS", timestamp=ts, name=f"e{number}")

    with pytest.raises(SlackApiError, match="too_many_reactions"):
        await client.reactions_add(channel="COURS", timestamp=ts, name="one_more")


async def test_a_pin_is_listed_until_it_is_removed(client: AsyncWebClient, ts: str) -> None:
    await client.pins_add(channel="COURS", timestamp=ts)
    with pytest.raises(SlackApiError, match="already_pinned"):
        await client.pins_add(channel="COURS", timestamp=ts)
    items = (await client.pins_list(channel="COURS"))["items"]
    await client.pins_remove(channel="COURS", timestamp=ts)

    assert [item["message"]["ts"] for item in items] == [ts]
    assert (await client.pins_list(channel="COURS"))["items"] == []
    with pytest.raises(SlackApiError, match="no_pin"):
        await client.pins_remove(channel="COURS", timestamp=ts)


async def test_a_bookmark_is_added_edited_and_removed(client: AsyncWebClient) -> None:
    added = await client.bookmarks_add(
        channel_id="COURS", title="Docs", type="link", link="https://example.com", emoji=":book:"
    )
    mark = added["bookmark"]["id"]
    await client.bookmarks_edit(channel_id="COURS", bookmark_id=mark, title="The docs")
    listed = (await client.bookmarks_list(channel_id="COURS"))["bookmarks"]
    await client.bookmarks_remove(channel_id="COURS", bookmark_id=mark)

    assert [(each["title"], each["link"], each["emoji"]) for each in listed] == [
        ("The docs", "https://example.com", ":book:")
    ]
    assert (await client.bookmarks_list(channel_id="COURS"))["bookmarks"] == []


async def test_an_app_keeps_a_channel_of_its_own(client: AsyncWebClient, slack: People) -> None:
    room = (await client.conversations_create(name="new-room"))["channel"]["id"]
    await client.conversations_invite(channel=room, users="UANA,UBEN")
    await client.conversations_kick(channel=room, user="UBEN")
    await client.conversations_rename(channel=room, name="better-room")
    await client.conversations_setTopic(channel=room, topic="What it is about")
    members = await slack.channel("better-room").members()
    await client.conversations_leave(channel=room)
    gone = await client.conversations_leave(channel=room)

    assert members == ["helper", "ana"]
    assert gone["not_in_channel"]
    assert (await client.conversations_info(channel=room))["channel"]["topic"]["value"] == "What it is about"


@pytest.mark.parametrize(
    ("hours", "starts", "ends"),
    [(0, 13, 23), (14, -1, 9), (22, -9, 1)],
    ids=["in the morning", "at night", "after midnight"],
)
async def test_who_is_not_to_be_disturbed(
    client: AsyncWebClient, slack: People, hours: int, starts: int, ends: int
) -> None:
    await slack.clock.move(hours=hours)
    now = 1_795_424_400 + hours * 3600

    ben = await client.dnd_info(user="UBEN")
    ana = await client.dnd_info(user="UANA")

    assert (ben["dnd_enabled"], ana["dnd_enabled"]) == (True, False)
    assert (ben["next_dnd_start_ts"] - now, ben["next_dnd_end_ts"] - now) == (starts * 3600, ends * 3600)
    assert (await client.users_getPresence(user="UBEN"))["presence"] == "away"
