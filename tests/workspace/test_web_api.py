"""The Web API as slack_sdk's own clients meet it."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace

Json = dict[str, Any]

SEED = Seed.model_validate(
    {
        "app": {
            "name": "Helper",
            "scopes": ["chat:write", "im:write", "im:history", "channels:read", "users:read"],
        },
        "people": [
            {"name": "ana", "id": "UANA", "tz": "Europe/Madrid", "locale": "es-ES"},
            {"name": "ben", "id": "UBEN"},
            {"name": "gone", "id": "UGONE", "deleted": True},
        ],
        "channels": [
            {"name": "open", "id": "COPEN", "members": ["ana"]},
            {"name": "ours", "id": "COURS", "members": ["ana"], "app": True},
            {"name": "past", "id": "CPAST", "members": ["ana"], "app": True, "archived": True},
            {"name": "secret", "id": "CSECRET", "members": ["ana"], "private": True},
        ],
    }
)
HELLO: Json = {"channel": "COURS", "text": "hello"}
BAD_BLOCKS: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "a"}},
    {"type": "actions", "elements": []},
]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
HOME = {"type": "home", "blocks": []}


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("conversations.list", {"types": "im"}, "missing_scope"),
        ("conversations.history", {"channel": "COURS"}, "missing_scope"),
        ("conversations.join", {"channel": "COPEN"}, "missing_scope"),
        ("usergroups.list", {}, "missing_scope"),
    ],
)
async def test_slack_refuses_an_app_with_few_scopes(method: str, args: Json, error: str) -> None:
    async with Workspace.start(SEED) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError) as refusal:
            await client.api_call(method, json=args)

        assert refusal.value.response["error"] == error


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-of-another-place", "auth.test", "invalid_auth"),
        ("bot", "apps.connections.open", "not_allowed_token_type"),
        ("app", "chat.postMessage", "not_allowed_token_type"),
    ],
)
async def test_the_token_decides(server: Workspace, token: str, method: str, error: str) -> None:
    held = {"bot": server.bot_token, "app": server.app_token}.get(token, token)

    with pytest.raises(SlackApiError) as refusal:
        await AsyncWebClient(held, base_url=server.api_url).api_call(method)

    assert refusal.value.response["error"] == error


async def test_blocks_are_refused_in_both_shapes(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="#general", text="x", blocks=BAD_BLOCKS)
    with pytest.raises(SlackApiError) as verdict:
        await client.api_call("blocks.validate", json={"blocks": [{"type": "nonsense"}]})

    said = "must provide at least 1 items [json-pointer:/blocks/1/elements]"
    assert refusal.value.response["errors"] == [said]
    assert refusal.value.response["response_metadata"] == {"messages": [f"[ERROR] {said}"]}
    assert verdict.value.response["errors"][0]["pointer"] == "/0/type"
    assert verdict.value.response["errors"][0]["message"] == "unsupported type: nonsense"


async def test_a_missing_scope_is_named() -> None:
    async with Workspace.start(SEED) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError) as refusal:
            await client.conversations_history(channel="COURS")

        response = refusal.value.response
        assert response["needed"] == "channels:history"
        assert response["provided"] == "chat:write,im:write,im:history,channels:read,users:read"


async def test_the_messages_tab_and_the_home_can_be_off() -> None:
    off = SEED.model_dump() | {"app": SEED.app.model_dump() | {"messages_tab": False, "home_tab": False}}
    async with Workspace.start(off) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError, match="messages_tab_disabled"):
            await client.chat_postMessage(channel="UANA", text="x")
        with pytest.raises(SlackApiError, match="not_enabled"):
            await client.views_publish(user_id="UANA", view=HOME)


async def test_what_was_posted_can_be_read_changed_and_deleted(client: AsyncWebClient, slack: People) -> None:
    await client.conversations_join(channel=(await _id(client, "general")))
    place = await _id(client, "general")
    metadata = {"event_type": "note", "event_payload": {"key": "a/1"}}
    first = await client.chat_postMessage(channel=place, text="one", metadata=metadata)
    second = await client.chat_postMessage(channel=place, text="two", thread_ts=first["ts"])
    third = await client.chat_postMessage(channel=place, text="three")

    bare = await client.conversations_history(channel=place)
    full = await client.conversations_history(channel=place, include_all_metadata=True, limit=1)
    rest = await client.conversations_history(
        channel=place, include_all_metadata=True, cursor=full["response_metadata"]["next_cursor"]
    )
    since = await client.conversations_history(channel=place, oldest=third["ts"], inclusive=True)
    thread = await client.conversations_replies(channel=place, ts=first["ts"])
    await client.chat_update(channel=place, ts=third["ts"], text="three, better")
    await client.chat_delete(channel=place, ts=second["ts"])

    assert [message["text"] for message in bare["messages"]] == ["three", "one"]
    assert "metadata" not in bare["messages"][1]
    assert (full["has_more"], rest["messages"][0]["metadata"]) == (True, metadata)
    assert [message["text"] for message in since["messages"]] == ["three"]
    assert [message["text"] for message in thread["messages"]] == ["one", "two"]
    assert [message.text for message in await slack.channel("general").messages()] == ["one", "three, better"]
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(channel=place, ts=third["ts"], text="x" * 4001)


async def test_the_synchronous_client_says_the_same_with_forms(server: Workspace) -> None:
    client = WebClient(server.bot_token, base_url=server.api_url)

    def talk() -> list[Any]:
        who = client.auth_test()
        ana = next(member for member in client.users_list(limit=100)["members"] if member["name"] == "ana")
        person = client.users_info(user=ana["id"], include_locale=True)["user"]
        room = client.conversations_open(users=[ana["id"]])["channel"]["id"]
        posted = client.chat_postMessage(channel=room, text="hola", blocks=[{"type": "divider"}])
        link = client.chat_getPermalink(channel=room, message_ts=posted["ts"])["permalink"]
        return [who, person["locale"], person["tz_offset"] in (3600, 7200), posted["channel"] == room, link]

    who, locale, in_madrid, same_room, link = await asyncio.to_thread(talk)

    assert (who["team"], who["user"], who["user_id"][0], who["bot_id"][0]) == ("Harbour", "helper", "U", "B")
    assert "chat:write" in who.headers["x-oauth-scopes"].split(",")
    assert (locale, in_madrid, same_room) == ("en-US", True, True)
    assert link.startswith(server.url)


async def test_a_connection_is_opened_with_an_empty_body_of_json(server: Workspace) -> None:
    headers = {
        "Authorization": f"Bearer {server.app_token}",
        "Content-Type": "application/json;charset=utf-8",
    }
    async with (
        ClientSession() as session,
        session.post(f"{server.api_url}apps.connections.open", headers=headers) as got,
    ):
        answer = await got.json()

    assert answer["ok"]
    assert answer["url"].startswith("ws://127.0.0.1:")


async def test_a_hurried_app_is_told_to_wait() -> None:
    async with Workspace.start(SEED, rate_limits=True) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError) as refusal:
            await asyncio.gather(*(client.chat_postMessage(**HELLO) for _ in range(10)))

        assert refusal.value.response.status_code == 429
        assert refusal.value.response["error"] == "ratelimited"
        assert refusal.value.response.headers["Retry-After"] == "1"
        assert (await client.chat_postMessage(channel="UANA", text="elsewhere"))["ok"]


async def test_two_workspaces_keep_apart() -> None:
    other = Seed.model_validate(SEED.model_dump() | {"team": {"name": "Other", "domain": "other"}})
    async with Workspace.start(SEED) as one, Workspace.start(other) as two:
        await AsyncWebClient(one.bot_token, base_url=one.api_url).chat_postMessage(**HELLO)

        async with People(one.url) as here, People(two.url) as there:
            assert len(await here.channel("ours").messages()) == 1
            assert len(await there.channel("ours").messages()) == 0
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await AsyncWebClient(one.bot_token, base_url=two.api_url).auth_test()


async def _id(client: AsyncWebClient, name: str) -> str:
    channels = (await client.conversations_list())["channels"]
    found: str = next(channel["id"] for channel in channels if channel["name"] == name)
    return found
