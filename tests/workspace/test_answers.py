"""What real Slack answers, call by call: the error, its facts, and the HTTP status."""

from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SEED, Json, seed
from workspace.server import Workspace


async def test_metadata_is_shown_by_its_kind() -> None:
    async with Workspace.start(SEED) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        for kind in ("note", "task"):
            metadata = {"event_type": kind, "event_payload": {}}
            await client.chat_postMessage(channel="COURS", text=kind, metadata=metadata)

        read = await client.conversations_history(channel="COURS", metadata_keys_to_include='["note"]')

        assert [("metadata" in each, each["text"]) for each in read["messages"]] == [
            (False, "task"),
            (True, "note"),
        ]


@pytest.mark.parametrize(
    ("method", "needed"),
    [
        ("chat.postMessage", "chat:write"),
        ("chat.scheduleMessage", "chat:write"),
        ("conversations.history", "channels:history"),
        ("conversations.create", "channels:manage"),
        ("files.info", "files:read"),
        ("files.getUploadURLExternal", "files:write"),
        ("reactions.get", "reactions:read"),
        ("pins.list", "pins:read"),
        ("bookmarks.list", "bookmarks:read"),
        ("dnd.info", "dnd:read"),
        ("users.info", "users:read"),
        ("users.lookupByEmail", "users:read.email"),
        ("usergroups.list", "usergroups:read"),
        ("team.info", "team:read"),
    ],
)
async def test_a_missing_scope_is_named(method: str, needed: str) -> None:
    async with Workspace.start(seed(scopes=["commands"])) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError) as refused:
            await client.api_call(method, json={"channel": "COURS"})

        answer = refused.value.response
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            needed,
            "commands",
        )


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        ({}, b"", {"ok": False, "error": "not_authed"}),
        ({"Authorization": "Bearer xoxb-unknown"}, b"", {"ok": False, "error": "invalid_auth"}),
        ({"Content-Type": "application/json"}, b"{", {"ok": False, "error": "invalid_json"}),
        ({"Content-Type": "application/json"}, b"[]", {"ok": False, "error": "json_not_object"}),
        ({}, b"x", {"ok": False, "error": "missing_post_type"}),
        ({"Content-Type": "image/png"}, b"x", {"ok": False, "error": "invalid_post_type"}),
        ({"Content-Type": "multipart/form-data"}, b"x", {"ok": False, "error": "invalid_form_data"}),
        (
            {"Content-Type": "application/json;charset=utf-16"},
            b"{}",
            {"ok": False, "error": "invalid_charset"},
        ),
    ],
)
async def test_a_request_that_is_none(headers: dict[str, str], body: bytes, said: Json) -> None:
    async with (
        Workspace.start(SEED) as server,
        ClientSession() as web,
        web.post(
            f"{server.api_url}auth.test", data=body, headers=headers, skip_auto_headers=["Content-Type"]
        ) as answer,
    ):
        assert (answer.status, await answer.json()) == (200, said)


async def test_json_without_a_charset_is_warned_of() -> None:
    async with Workspace.start(SEED) as server, ClientSession() as web:
        headers = {"Authorization": f"Bearer {server.bot_token}"}
        async with web.post(f"{server.api_url}auth.test", json={}, headers=headers) as answer:
            said = await answer.json()

    assert said["ok"]
    assert said["warning"] == "missing_charset"


async def test_long_posts_are_cut_and_long_edits_refused() -> None:
    async with Workspace.start(SEED) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        posted = await client.chat_postMessage(channel="COURS", text="x" * 40_001)
        with pytest.raises(SlackApiError, match="msg_too_long"):
            await client.chat_update(channel="COURS", ts=posted["ts"], text="x" * 4_001)

        assert len(posted["message"]["text"]) == 40_000
        assert posted["response_metadata"]["warnings"] == ["message_truncated"]


@pytest.mark.parametrize(
    ("method", "args", "key"),
    [
        ("users.list", {}, "members"),
        ("conversations.list", {"types": "public_channel"}, "channels"),
        ("users.conversations", {"user": "UANA"}, "channels"),
        ("conversations.members", {"channel": "CGENERAL"}, "members"),
        ("conversations.history", {"channel": "COURS"}, "messages"),
        ("usergroups.users.list", {"usergroup": "SCREW"}, "users"),
    ],
)
async def test_lists_come_in_pages(method: str, args: Json, key: str) -> None:
    async with Workspace.start(SEED) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        for number in range(3):
            await client.chat_postMessage(channel="COURS", text=f"number {number}")
        whole: list[Any] = (await client.api_call(method, params=args))[key]

        pages, cursor = list[Any](), ""
        while True:
            page = await client.api_call(method, params={**args, "limit": 1, "cursor": cursor})
            pages += page[key]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break

    assert len(whole) >= 2
    assert pages == whole
