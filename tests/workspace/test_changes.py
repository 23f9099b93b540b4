"""Channels, people and the app itself come and go, and the app is told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import Json, seed
from workspace.people import People
from workspace.server import Workspace

EVENTS = [
    *(
        "member_joined_channel",
        "member_left_channel",
        "channel_archive",
        "channel_unarchive",
        "channel_rename",
    ),
    *("channel_deleted", "channel_left", "channel_created", "user_change", "team_join", "app_uninstalled"),
    *("tokens_revoked", "file_shared", "file_created", "file_deleted", "reaction_added", "reaction_removed"),
    *("channel_shared", "pin_added", "pin_removed", "message.channels", "group_archive"),
]


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    planted = seed(
        events=EVENTS,
        shortcuts=[
            {"name": "Keep", "callback_id": "keep", "type": "message"},
            {"name": "Start", "callback_id": "start"},
        ],
    )
    async with Workspace.start(planted, ack_seconds=10.0) as server:
        yield server


@pytest.fixture
async def heard(server: Workspace, slack: People) -> AsyncIterator[list[Json]]:
    """What a connected app hears, events and gestures."""
    app, heard = AsyncApp(client=AsyncWebClient(server.bot_token, base_url=server.api_url)), list[Json]()

    async def keep(body: Json, ack: Any) -> None:
        await ack()
        heard.append(body.get("event", body))

    for kind in EVENTS:
        app.event(kind.partition(".")[0])(keep)
    app.shortcut("keep")(keep)
    app.shortcut("start")(keep)
    handler = AsyncSocketModeHandler(app, server.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    yield heard
    await handler.close_async()  # type: ignore[no-untyped-call]


def told(heard: list[Json]) -> list[Json]:
    """In the order in which it happened: Bolt works on several at once."""
    return sorted(heard, key=lambda event: str(event.get("event_ts", "")))


def kinds(heard: list[Json]) -> list[str]:
    return [event["type"] for event in told(heard)]


async def test_a_channel_lives_and_ends(slack: People, heard: list[Json]) -> None:
    ana, ben = slack.person("ana"), slack.person("ben")

    await ben.joins("ours")
    await ben.leaves("ours")
    await ana.renames("ours", "theirs")
    await ana.archives("theirs")
    await ana.unarchives("theirs")
    await ana.removes_app("theirs")
    await ana.deletes("theirs")
    await slack.settled()

    assert kinds(heard) == [
        "member_joined_channel",
        "member_left_channel",
        "channel_rename",
        "channel_archive",
        "channel_unarchive",
        "channel_left",
        "channel_deleted",
    ]
    happened = told(heard)
    assert happened[1].items() >= {"user": "UBEN", "channel": "COURS", "channel_type": "C"}.items()
    assert happened[2]["channel"].items() >= {"id": "COURS", "name": "theirs"}.items()
    assert happened[3].items() >= {"channel": "COURS", "user": "UANA"}.items()


async def test_a_channel_is_shared_with_another_organisation(
    slack: People, heard: list[Json], client: AsyncWebClient
) -> None:
    await slack.person("ana").shares("ours", "T9")
    await slack.settled()

    assert [event["type"] for event in told(heard)] == ["channel_shared"]
    assert told(heard)[0].items() >= {"channel": "COURS", "connected_team_id": "T9"}.items()
    room = (await client.conversations_info(channel="COURS"))["channel"]
    assert (room["is_ext_shared"], room["shared_team_ids"][1:]) == (True, ["T9"])


async def test_what_happens_in_a_private_channel_is_not_told_outside(
    slack: People, heard: list[Json]
) -> None:
    await slack.person("ana").archives("secret")
    await slack.settled()

    assert heard == []


async def test_people_come_and_go(slack: People, heard: list[Json], client: AsyncWebClient) -> None:
    ana = slack.person("ana")

    await ana.welcomes("eva", id="UEVA", real_name="Eva Novak")
    await ana.deactivates("ben")
    await ana.reactivates("ben")
    await slack.settled()

    assert kinds(heard) == ["team_join", "user_change", "user_change"]
    newcomer, *changes = told(heard)
    assert newcomer["user"]["real_name"] == "Eva Novak"
    assert [event["user"]["deleted"] for event in changes] == [True, False]
    assert "UBEN" not in (await client.conversations_members(channel="CGENERAL"))["members"]
    with pytest.raises(AssertionError, match="@ben is no admin"):
        await slack.person("ben").deactivates("ana")


async def test_who_is_deactivated_cannot_be_written_to(slack: People, client: AsyncWebClient) -> None:
    await slack.person("ana").deactivates("ben")

    with pytest.raises(SlackApiError, match="user_disabled"):
        await client.conversations_open(users="UBEN")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.chat_postMessage(channel="UBEN", text="Are you there?")
    with pytest.raises(AssertionError, match="deactivated"):
        await slack.person("ben").says("hello")


@pytest.mark.parametrize(
    ("gesture", "told", "error"),
    [
        ("uninstalls_app", ["app_uninstalled", "tokens_revoked"], "account_inactive"),
        ("revokes_tokens", ["tokens_revoked"], "token_revoked"),
    ],
)
async def test_an_app_that_is_gone_is_refused(
    slack: People, heard: list[Json], client: AsyncWebClient, gesture: str, told: list[str], error: str
) -> None:
    await getattr(slack.person("ana"), gesture)()
    await slack.person("ana").says("Is it gone?", to="ours")
    await slack.settled()

    assert kinds(heard) == told
    with pytest.raises(SlackApiError, match=error):
        await client.auth_test()
    with pytest.raises(AssertionError, match="no global shortcut 'Start'"):
        await slack.person("ana").uses_shortcut("Start")


async def test_files_reactions_and_pins_are_told(
    slack: People, heard: list[Json], client: AsyncWebClient
) -> None:
    ana = slack.person("ana")
    said = await ana.uploads("plan.txt", b"plan", to="ours", saying="The plan")
    await client.pins_add(channel="COURS", timestamp=said.ts)
    await client.pins_remove(channel="COURS", timestamp=said.ts)
    await client.reactions_add(channel="COURS", timestamp=said.ts, name="eyes")
    await client.reactions_remove(channel="COURS", timestamp=said.ts, name="eyes")
    await slack.settled()

    own = ["pin_added", "pin_removed", "reaction_added", "reaction_removed"]
    assert kinds(heard) == ["file_created", "message", "file_shared"]
    assert [each["payload"]["event"]["type"] for each in await slack.envelopes()][3:] == own
    _, message, shared = told(heard)
    assert (message["subtype"], message["files"][0]["name"]) == ("file_share", "plan.txt")
    assert shared.items() >= {"file_id": said.files[0]["id"], "channel_id": "COURS"}.items()


async def test_a_shortcut_carries_what_slack_sends(slack: People, heard: list[Json]) -> None:
    ana = slack.person("ana")
    said = await ana.says("Keep this", to="ours")

    here = await ana.uses_shortcut("Keep", on=said)
    await ana.uses_shortcut("start")

    kept, started = heard[-2:]
    assert here.acked
    assert (kept["type"], kept["callback_id"], kept["message"]["text"]) == (
        "message_action",
        "keep",
        "Keep this",
    )
    assert kept.keys() >= {"message_ts", "channel", "response_url", "trigger_id", "action_ts"}
    assert (started["type"], started["callback_id"]) == ("shortcut", "start")
    assert not started.keys() & {"channel", "message", "response_url"}


async def test_an_edit_and_a_deletion_are_told_with_what_was_there_before(
    slack: People, heard: list[Json]
) -> None:
    ana = slack.person("ana")
    said = await ana.says("tea", to="ours")
    await ana.rewords(said, "coffee")
    await ana.takes_back(said)
    await slack.settled()

    _, changed, deleted = told(heard)
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "coffee")
    assert changed["previous_message"]["text"] == "tea"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said.ts)
