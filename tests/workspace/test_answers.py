"""What real Slack answers, call by call: the error, its facts, and the HTTP status."""

from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SEED, Json, seed
from workspace.people import People
from workspace.server import Workspace

OURS = {"channel": "COURS"}
HELLO = {**OURS, "text": "hello"}
LATER = {**HELLO, "post_at": 1_795_424_400 + 3600}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
NOBODY = "1.000001"

#: method, arguments, Slack's error
REFUSED: list[tuple[str, Json, str]] = [
    ("chat.postMassage", {}, "unknown_method"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", OURS, "no_text"),
    ("chat.postMessage", {"channel": "CNONE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "CSECRET", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "COPEN", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "CPAST", "text": "x"}, "is_archived"),
    ("chat.postMessage", {**HELLO, "blocks": [{"type": "sections"}]}, "invalid_blocks"),
    ("chat.postMessage", {**HELLO, "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {**HELLO, "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ("chat.postMessage", {**HELLO, "markdown_text": "x"}, "markdown_text_conflict"),
    ("chat.postMessage", {**OURS, "markdown_text": "x" * 12_001}, "msg_too_long"),
    ("chat.postMessage", {**HELLO, "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
    ("chat.postMessage", {**HELLO, "metadata": "{"}, "invalid_metadata_format"),
    ("chat.postMessage", {**HELLO, "thread_ts": NOBODY}, "cannot_reply_to_message"),
    ("chat.postMessage", {**HELLO, "as_user": True}, "as_user_not_supported"),
    ("chat.postMessage", {**HELLO, "channel": "CNEWS"}, "restricted_action_read_only_channel"),
    ("chat.postMessage", {**HELLO, "channel": "CASKS"}, "restricted_action_thread_only_channel"),
    (
        "chat.postMessage",
        {**HELLO, "channel": "CNOTES", "thread_ts": NOBODY},
        "restricted_action_non_threadable_channel",
    ),
    ("chat.update", {**HELLO, "ts": NOBODY}, "message_not_found"),
    ("chat.delete", {**OURS, "ts": NOBODY}, "message_not_found"),
    ("chat.postEphemeral", {**HELLO, "user": "UBEN"}, "user_not_in_channel"),
    ("chat.getPermalink", {**OURS, "message_ts": NOBODY}, "message_not_found"),
    ("chat.scheduleMessage", {**LATER, "post_at": "soon"}, "invalid_time"),
    ("chat.scheduleMessage", {**LATER, "post_at": 1_795_424_400}, "time_in_past"),
    ("chat.scheduleMessage", {**LATER, "post_at": 1_795_424_400 + 120 * 86_400 + 1}, "time_too_far"),
    ("chat.scheduleMessage", {**LATER, "channel": "CPAST"}, "is_archived"),
    ("chat.scheduleMessage", {**LATER, "text": ""}, "no_text"),
    ("chat.scheduledMessages.list", {"channel": "CNONE"}, "invalid_channel"),
    ("chat.scheduledMessages.list", {"cursor": "x"}, "invalid_cursor"),
    ("chat.deleteScheduledMessage", {**OURS, "scheduled_message_id": "Q1"}, "invalid_scheduled_message_id"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "UGONE"}, "user_disabled"),
    ("conversations.open", {"users": "UNONE"}, "user_not_found"),
    ("conversations.open", OURS, "method_not_supported_for_channel_type"),
    ("conversations.open", {"users": ",".join(["UANA"] * 9)}, "too_many_users"),
    ("conversations.list", {"types": "rooms"}, "invalid_types"),
    ("conversations.list", {"limit": 1000}, "invalid_limit"),
    ("conversations.info", {"channel": "CNONE"}, "channel_not_found"),
    ("conversations.members", {**OURS, "cursor": "x"}, "invalid_cursor"),
    ("conversations.join", {"channel": "CPAST"}, "is_archived"),
    ("conversations.history", {"channel": "COPEN"}, "not_in_channel"),
    ("conversations.history", {**OURS, "oldest": "yesterday"}, "invalid_ts_oldest"),
    ("conversations.history", {**OURS, "metadata_keys_to_include": "x"}, "invalid_metadata_filter_keys"),
    ("conversations.replies", {**OURS, "ts": NOBODY}, "thread_not_found"),
    ("conversations.create", {"name": "general"}, "name_taken"),
    ("conversations.create", {"name": "Not Good"}, "invalid_name_specials"),
    ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    ("conversations.create", {}, "invalid_name_required"),
    ("conversations.invite", {**OURS, "users": "UANA"}, "already_in_channel"),
    ("conversations.kick", {**OURS, "user": "UBEN"}, "not_in_channel"),
    ("conversations.leave", {"channel": "CGENERAL"}, "cant_leave_general"),
    ("conversations.archive", {"channel": "CPAST"}, "already_archived"),
    ("conversations.rename", {**OURS, "name": "mine"}, "not_authorized"),
    ("conversations.setTopic", {**OURS, "topic": "x" * 251}, "too_long"),
    ("conversations.close", OURS, "method_not_supported_for_channel_type"),
    ("users.info", {"user": "UNONE"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ("users.list", {"cursor": "x"}, "invalid_cursor"),
    ("usergroups.users.list", {"usergroup": "SNONE"}, "no_such_subteam"),
    ("usergroups.list", {"cursor": "x"}, "invalid_cursor"),
    ("team.info", {"team": "TNONE"}, "team_not_found"),
    ("bots.info", {"bot": "BNONE"}, "bot_not_found"),
    ("dnd.info", {"user": "UNONE"}, "user_not_found"),
    ("views.open", {"trigger_id": "1.2.x", "view": MODAL}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "1.2.x", "view": {**MODAL, "blocks": [{}]}}, "invalid_arguments"),
    ("views.update", {"view_id": "VNONE", "view": MODAL}, "not_found"),
    ("views.publish", {"user_id": "UNONE", "view": {"type": "home", "blocks": []}}, "invalid_arguments"),
    ("reactions.add", {"name": "x"}, "no_item_specified"),
    ("reactions.add", {**OURS, "timestamp": "now", "name": "x"}, "bad_timestamp"),
    ("reactions.add", {**OURS, "timestamp": NOBODY, "name": "x"}, "message_not_found"),
    ("pins.add", OURS, "no_item_specified"),
    ("pins.add", {**OURS, "timestamp": NOBODY}, "message_not_found"),
    ("bookmarks.add", {"channel_id": "COURS", "title": "x", "type": "page"}, "invalid_bookmark_type"),
    (
        "bookmarks.add",
        {"channel_id": "COURS", "title": "x", "type": "link", "link": "ftp://x"},
        "invalid_link",
    ),
    (
        "bookmarks.add",
        {"channel_id": "COURS", "title": "x", "type": "link", "link": "https://x", "emoji": "book"},
        "invalid_emoji",
    ),
    ("files.getUploadURLExternal", {"filename": "x", "length": 0}, "missing_argument"),
    (
        "files.getUploadURLExternal",
        {"filename": "x", "length": 1, "alt_txt": "x" * 1001},
        "alt_txt_too_large",
    ),
    (
        "files.getUploadURLExternal",
        {"filename": "x", "length": 1_048_577, "snippet_type": "python"},
        "snippet_too_large",
    ),
    (
        "files.getUploadURLExternal",
        {"filename": "x", "length": 1, "snippet_type": "klingon"},
        "unknown_snippet_type",
    ),
    ("files.completeUploadExternal", {"files": [{"id": "FNONE"}]}, "file_not_found"),
    ("files.info", {"file": "FNONE"}, "file_not_found"),
    ("files.delete", {"file": "FNONE"}, "file_not_found"),
    ("oauth.v2.access", {"client_id": "x"}, "invalid_client_id"),
    ("apps.uninstall", {"client_id": "x", "client_secret": "y"}, "invalid_client_id"),
    ("blocks.validate", {"blocks": [{"type": "section"}]}, "invalid_blocks"),
    ("blocks.validate", {"view": {"type": "modal"}}, "invalid_view"),
    ("blocks.validate", {"message": {"blocks": [{"type": "section"}]}}, "invalid_message"),
    ("blocks.validate", {}, "invalid_arguments"),
    ("users.info", {"user[0]": "UANA"}, "invalid_array_arg"),
    ("users.info", {"us-er": "UANA"}, "invalid_arg_name"),
]


@pytest.mark.parametrize(("method", "args", "error"), REFUSED)
async def test_slack_refuses(method: str, args: Json, error: str) -> None:
    async with Workspace.start(SEED) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError) as refused:
            await client.api_call(method, json=args)

        assert refused.value.response["error"] == error
        assert refused.value.response.status_code == 200
        assert refused.value.response["ok"] is False


@pytest.mark.parametrize("method", ["usergroups.list", "usergroups.users.list"])
async def test_groups_are_for_paid_teams(method: str) -> None:
    async with Workspace.start(SEED.model_dump() | {"team": {"paid": False}}) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError, match="plan_upgrade_required"):
            await client.api_call(method, params={"usergroup": "SCREW"})


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
        ({"Content-Type": "image/png"}, b"x", {"ok": False, "error": "invalid_post_type"}),
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
        web.post(f"{server.api_url}auth.test", data=body, headers=headers) as answer,
    ):
        assert (answer.status, await answer.json()) == (200, said)


async def test_a_socket_is_not_opened_by_get() -> None:
    async with Workspace.start(SEED) as server, ClientSession() as web:
        headers = {"Authorization": f"Bearer {server.app_token}"}
        async with web.get(f"{server.api_url}apps.connections.open", headers=headers) as answer:
            assert await answer.json() == {"ok": False, "error": "insecure_request"}


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


async def test_nothing_changes_in_an_archived_channel() -> None:
    async with Workspace.start(SEED) as server, People(server.url) as slack:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        posted = await client.chat_postMessage(channel="COURS", text="before")
        await slack.person("ana").archives("ours")

        with pytest.raises(SlackApiError, match="is_inactive"):
            await client.chat_update(channel="COURS", ts=posted["ts"], text="after")


async def test_only_its_own_messages_are_the_apps_to_change() -> None:
    async with Workspace.start(SEED) as server, People(server.url) as slack:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        said = await slack.person("ana").says("mine", to="ours")

        with pytest.raises(SlackApiError, match="cant_update_message"):
            await client.chat_update(channel="COURS", ts=said.ts, text="yours")
        with pytest.raises(SlackApiError, match="cant_delete_message"):
            await client.chat_delete(channel="COURS", ts=said.ts)


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
