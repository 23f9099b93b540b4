"""Calls that Slack refuses, each with its error: what the documentation says of every method that we serve.

A row names a method, its arguments and the error. What has to be so first is its `given`, which may add
arguments that are known only then; how team and app are set up otherwise is in `team` and `app`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SCOPES, SEED
from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace

Json = dict[str, Any]
NOW = 1_795_424_400  # the hour of the seed, 2026-11-23 09:00 UTC
DAY = 86_400
NOBODY = "1.000001"
OURS = {"channel": "COURS"}
HELLO = {**OURS, "text": "hello"}
LATER = {**HELLO, "post_at": NOW + 3600}
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
ROW = [{"type": "actions", "block_id": "row", "elements": [BUTTON]}]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
NAMED = {**MODAL, "external_id": "one"}
HOME: Json = {"type": "home", "blocks": []}
TOO_MUCH = {"event_type": "x", "event_payload": {"x": "x" * 20_000}}
LARGE = {"private_metadata": "x" * 260_000}
SHELF = {"channel_id": "COURS"}
MARK = {**SHELF, "title": "x", "type": "link", "link": "https://x.example"}
FILE = {"filename": "plan.txt", "length": 3}
ME = {"client_id": "1.2", "client_secret": "secret"}
BACK = "http://127.0.0.1:1/back"
#: What people let the app do in their own name.
IN_THEIR_NAME = ("chat:write", "channels:write", "channels:read", "im:write", "users:read", "dnd:read")


@dataclass(frozen=True)
class Stage:
    """A workspace before the call."""

    server: Workspace
    slack: People
    client: AsyncWebClient

    async def posted(self, channel: str = "COURS", **more: Any) -> str:
        return str((await self.client.chat_postMessage(channel=channel, text="hello", **more))["ts"])

    async def uploaded(self, *, complete: bool = True, as_: str = "") -> str:
        """A file, shared nowhere."""
        client = AsyncWebClient(as_ or self.server.bot_token, base_url=self.server.api_url)
        place = await client.files_getUploadURLExternal(**FILE)
        async with ClientSession() as web:
            await web.post(place["upload_url"], data=b"abc")
        if complete:
            await client.files_completeUploadExternal(files=[{"id": place["file_id"]}])
        return str(place["file_id"])

    async def clicked(self, *, home: bool = False, channel: str | None = "ours") -> str:
        """Ana presses Go: a trigger."""
        await self.slack.person("ana").clicks("Go", home=home, channel=channel)
        trigger: str = (await self.slack.envelopes(type="interactive"))[-1]["payload"]["trigger_id"]
        return trigger

    async def in_modals(self, depth: int) -> str:
        """Ana presses Go in the topmost of so many modals."""
        await self.posted(blocks=ROW)
        modal = {**MODAL, "blocks": ROW}
        await self.client.views_open(trigger_id=await self.clicked(), view=modal)
        for _ in range(depth - 1):
            await self.client.views_push(trigger_id=await self.clicked(channel=None), view=modal)
        return await self.clicked(channel=None)

    async def code(self, **more: str) -> str:
        """Ana approves the app."""
        query = {"client_id": "1.2", "scope": "chat:write", "redirect_uri": BACK, **more}
        link, form = f"{self.server.url}/oauth/v2/authorize", {"person": "UANA"}
        async with ClientSession() as web:
            answer = await web.post(link, params=query, data=form, allow_redirects=False)
            return answer.headers["Location"].partition("code=")[2]


Given = Callable[[Stage], Awaitable[Json]]


@dataclass(frozen=True)
class Refused:
    """`token` is whose: the bot's, the app's, a person's, or nobody's if it is empty."""

    method: str
    args: Json
    error: str
    given: Given | None = None
    token: str = "bot"
    team: Json = field(default_factory=dict)
    app: Json = field(default_factory=dict)
    verb: str = "POST"

    def __str__(self) -> str:
        return f"{self.method}-{self.error}"

    @property
    def seed(self) -> Seed:
        planted = SEED.model_dump()
        people = {"user_tokens": dict.fromkeys(("ana", "gus"), IN_THEIR_NAME)}
        planted["app"] |= people | {"client_id": "1.2", "client_secret": "secret"} | self.app
        planted["team"] |= self.team
        return Seed.model_validate(planted)


def spoilt(method: str, how: str = "internal_error") -> Given:
    async def given(stage: Stage) -> Json:
        await stage.slack.spoil(method, how)
        return {}

    return given


def a_message(*names: str, channel: str = "COURS", **more: Any) -> Given:
    """A message of the app; these arguments name it by its timestamp."""

    async def given(stage: Stage) -> Json:
        ts = await stage.posted(channel, **more)
        return dict.fromkeys(names, ts)

    return given


def anas_message(name: str) -> Given:
    async def given(stage: Stage) -> Json:
        return {name: (await stage.slack.person("ana").says("mine", to="ours")).ts}

    return given


def a_locked_thread(name: str) -> Given:
    async def given(stage: Stage) -> Json:
        said = await stage.slack.person("ana").says("Enough", to="ours")
        await stage.slack.person("ana").locks(said)
        return {name: said.ts}

    return given


def only_for_ana(name: str) -> Given:
    async def given(stage: Stage) -> Json:
        seen = await stage.client.chat_postEphemeral(channel="COURS", user="UANA", text="psst")
        return {name: seen["message_ts"]}

    return given


def archived_since(name: str) -> Given:
    async def given(stage: Stage) -> Json:
        ts = await stage.posted()
        await stage.slack.person("ana").archives("ours")
        return {name: ts}

    return given


def read_only_since(name: str) -> Given:
    async def given(stage: Stage) -> Json:
        ts = await stage.posted()
        stage.server.team.channels["COURS"].posting = "read_only"
        return {name: ts}

    return given


def later(**by: float) -> Given:
    """The app posted something, and time went by."""

    async def given(stage: Stage) -> Json:
        ts = await stage.posted()
        await stage.slack.clock.move(**by)
        return {"ts": ts}

    return given


def a_reply(name: str) -> Given:
    async def given(stage: Stage) -> Json:
        return {name: await stage.posted(thread_ts=await stage.posted())}

    return given


def a_file(name: str, *, complete: bool = True, deleted: bool = False) -> Given:
    """A file of the app, named by this argument; `files` takes a list."""

    async def given(stage: Stage) -> Json:
        file = await stage.uploaded(complete=complete)
        if deleted:
            await stage.client.files_delete(file=file)
        ts = {"ts": await stage.posted()} if name == "file_ids" else {}
        return {name: [{"id": file}] if name == "files" else file} | ts

    return given


async def anas_file(stage: Stage) -> Json:
    said = await stage.slack.person("ana").uploads("notes.txt", b"hers", to="secret")
    return {"file": said.files[0]["id"]}


async def anas_upload(stage: Stage) -> Json:
    token = stage.server.team.app.authorize(stage.server.team.person("ana"), ("files:write",))
    return {"files": [{"id": await stage.uploaded(complete=False, as_=token)}]}


def reacted(name: str = "x") -> Given:
    async def given(stage: Stage) -> Json:
        ts = await stage.posted()
        await stage.client.reactions_add(channel="COURS", timestamp=ts, name=name)
        return {"timestamp": ts}

    return given


async def many_reactions(stage: Stage) -> Json:
    ts = await stage.posted()
    for number in range(23):
        await stage.client.reactions_add(channel="COURS", timestamp=ts, name=f"e{number}")
    return {"timestamp": ts}


async def fifty_kinds_of_reactions(stage: Stage) -> Json:
    ts, message = await stage.posted(), stage.server.team.channels["COURS"].messages
    message[ts].reactions = {f"e{number}": ["UANA"] for number in range(50)}
    return {"timestamp": ts}


def pinned(count: int = 1) -> Given:
    """So many messages are pinned; the last of them, or beyond a hundred one more, is named."""

    async def given(stage: Stage) -> Json:
        ts = ""
        for _ in range(count):
            ts = await stage.posted()
            await stage.client.pins_add(channel="COURS", timestamp=ts)
        return {"timestamp": ts if count == 1 else await stage.posted()}

    return given


async def a_hundred_bookmarks(stage: Stage) -> Json:
    for _ in range(100):
        await stage.client.api_call("bookmarks.add", json=MARK)
    return {}


async def a_bookmark(stage: Stage) -> Json:
    made = await stage.client.api_call("bookmarks.add", json=MARK)
    return {"bookmark_id": made["bookmark"]["id"]}


async def thirty_planned(stage: Stage) -> Json:
    for _ in range(30):
        await stage.client.api_call("chat.scheduleMessage", json=LATER)
    return {}


async def a_room(stage: Stage) -> Json:
    """The app makes a channel, and is alone there."""
    made = await stage.client.conversations_create(name="room")
    return {"channel": made["channel"]["id"]}


async def a_room_archived(stage: Stage) -> Json:
    room = await a_room(stage)
    await stage.client.conversations_archive(**room)
    return room


async def gus_in_ours(stage: Stage) -> Json:
    await stage.slack.person("ana").invites("gus", "ours")
    return {}


async def una_in_ours(stage: Stage) -> Json:
    await stage.slack.person("ana").invites("una", "ours")
    return {"channel": "COPEN"}


async def a_direct_message(stage: Stage) -> Json:
    return {"channel": (await stage.client.conversations_open(users="UANA"))["channel"]["id"]}


async def a_trigger(stage: Stage) -> Json:
    await stage.posted(blocks=ROW)
    return {"trigger_id": await stage.clicked()}


async def a_used_trigger(stage: Stage) -> Json:
    trigger = await a_trigger(stage)
    await stage.client.views_open(**trigger, view=MODAL)
    return trigger


async def an_old_trigger(stage: Stage) -> Json:
    trigger = await a_trigger(stage)
    await stage.slack.clock.move(seconds=4)
    return trigger


def modals(depth: int) -> Given:
    async def given(stage: Stage) -> Json:
        return {"trigger_id": await stage.in_modals(depth)}

    return given


async def a_named_modal(stage: Stage) -> Json:
    """A modal called `one` is open, and there is a trigger from it."""
    await stage.posted(blocks=ROW)
    view = {**NAMED, "blocks": ROW}
    await stage.client.views_open(trigger_id=await stage.clicked(), view=view)
    return {"trigger_id": await stage.clicked(channel=None)}


async def two_modals(stage: Stage) -> Json:
    trigger = await a_named_modal(stage)
    pushed = await stage.client.views_push(**trigger, view=MODAL)
    return {"view_id": pushed["view"]["id"]}


async def an_open_modal(stage: Stage) -> Json:
    opened = await stage.client.views_open(**await a_trigger(stage), view=MODAL)
    return {"view_id": opened["view"]["id"]}


async def a_home(stage: Stage) -> Json:
    await stage.client.views_publish(user_id="UANA", view=HOME)
    return {}


async def a_named_home(stage: Stage) -> Json:
    await stage.client.views_publish(user_id="UANA", view={**HOME, "external_id": "one"})
    return {}


def a_code(**more: str) -> Given:
    async def given(stage: Stage) -> Json:
        return {"code": await stage.code(**more), "redirect_uri": BACK}

    return given


async def a_hundred_calls(stage: Stage) -> Json:
    for _ in range(100):
        await stage.client.api_call("blocks.validate", json={"blocks": []})
    return {}


def without(*scopes: str) -> Json:
    return {"scopes": [each for each in SCOPES if each not in scopes]}


R = Refused
REFUSED: list[Refused] = [
    R("chat.postMassage", {}, "unknown_method"),
    R("files.upload", {}, "method_deprecated"),
    R("auth.teams.list", {"cursor": "x"}, "invalid_cursor"),
    R("auth.teams.list", {"limit": 1001}, "invalid_limit"),
    R("auth.test", {}, "invalid_auth", token="xoxb-of-another-place"),
    R("auth.test", {}, "internal_error", spoilt("auth.test")),
    R("apps.connections.open", {}, "insecure_request", token="app", verb="GET"),
    R("apps.connections.open", {}, "invalid_auth", token="xapp-of-another-place"),
    R(
        "apps.connections.open",
        {},
        "forbidden_team",
        token="app",
        team={"forbids": ["apps.connections.open"]},
    ),
    R("apps.connections.open", {}, "internal_error", spoilt("apps.connections.open"), token="app"),
    R("team.info", {"team": "TNONE"}, "team_not_found"),
    R("team.info", {"domain": "harbour"}, "team_not_on_enterprise"),
    R("bots.info", {"bot": "BNONE"}, "bot_not_found"),
    R("bots.info", {"team_id": "TNONE"}, "team_not_found"),
    R("blocks.validate", {"blocks": [{"type": "section"}]}, "invalid_blocks"),
    R("blocks.validate", {"view": {"type": "modal"}}, "invalid_view"),
    R("blocks.validate", {"message": {"blocks": [{"type": "section"}]}}, "invalid_message"),
    R("blocks.validate", {}, "invalid_arguments"),
    R("blocks.validate", {"blocks": []}, "ratelimited", a_hundred_calls),
    # chat.postMessage
    R("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    R("chat.postMessage", {**HELLO, "as_user": True}, "as_user_not_supported"),
    R("chat.postMessage", {"channel": "CNONE", "text": "x"}, "channel_not_found"),
    R("chat.postMessage", {"channel": "CSECRET", "text": "x"}, "channel_not_found"),
    R("chat.postMessage", {"channel": "UGONE", "text": "x"}, "channel_not_found"),
    R("chat.postMessage", {**HELLO, "blocks": [{"type": "sections"}]}, "invalid_blocks"),
    R("chat.postMessage", {**HELLO, "blocks": "{"}, "invalid_blocks_format"),
    R("chat.postMessage", {**HELLO, "metadata": "{"}, "invalid_metadata_format"),
    R("chat.postMessage", {**HELLO, "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
    R("chat.postMessage", {"channel": "CPAST", "text": "x"}, "is_archived"),
    R("chat.postMessage", {**HELLO, "markdown_text": "x"}, "markdown_text_conflict"),
    R("chat.postMessage", {**HELLO, "channel": "UANA"}, "messages_tab_disabled", app={"messages_tab": False}),
    R("chat.postMessage", {**HELLO, "metadata": TOO_MUCH}, "metadata_too_large"),
    R(
        "chat.postMessage",
        {**HELLO, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2700}}] * 5},
        "msg_blocks_too_long",
    ),
    R("chat.postMessage", {**OURS, "markdown_text": "x" * 12_001}, "msg_too_long"),
    R("chat.postMessage", OURS, "no_text"),
    R("chat.postMessage", {"channel": "COPEN", "text": "x"}, "not_in_channel"),
    R("chat.postMessage", {"channel": "COPEN", "text": "x"}, "channel_not_found", token="gus"),
    R("chat.postMessage", HELLO, "restricted_action", team={"forbids": ["chat.postMessage"]}),
    R("chat.postMessage", {**HELLO, "channel": "CADMINS"}, "restricted_action"),
    R(
        "chat.postMessage",
        {**HELLO, "channel": "CNOTES", "thread_ts": NOBODY},
        "restricted_action_non_threadable_channel",
    ),
    R("chat.postMessage", {**HELLO, "channel": "CNEWS"}, "restricted_action_read_only_channel"),
    R("chat.postMessage", HELLO, "restricted_action_thread_locked", a_locked_thread("thread_ts")),
    R("chat.postMessage", {**HELLO, "channel": "CASKS"}, "restricted_action_thread_only_channel"),
    R("chat.postMessage", {**HELLO, "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    R("chat.postMessage", HELLO, "cannot_reply_to_message", only_for_ana("thread_ts")),
    # chat.update
    R("chat.update", {**HELLO, "as_user": True}, "as_user_not_supported", a_message("ts")),
    R("chat.update", {**OURS, "blocks": ROW}, "block_mismatch", anas_message("ts"), token="ana"),
    R("chat.update", {**OURS, "reply_broadcast": True}, "cant_broadcast_message", a_message("ts")),
    R("chat.update", HELLO, "cant_update_message", anas_message("ts")),
    R("chat.update", {**HELLO, "channel": "CNONE"}, "channel_not_found", a_message("ts")),
    R("chat.update", HELLO, "edit_window_closed", later(minutes=6), team={"edit_minutes": 5}),
    R("chat.update", OURS, "file_deleted", a_file("file_ids", deleted=True)),
    R("chat.update", {**OURS, "file_ids": "FNONE"}, "file_not_found", a_message("ts")),
    R("chat.update", {**HELLO, "attachments": "{"}, "invalid_attachments", a_message("ts")),
    R("chat.update", {**OURS, "blocks": [{"type": "x"}]}, "invalid_blocks", a_message("ts")),
    R("chat.update", {**OURS, "blocks": "{"}, "invalid_blocks_format", a_message("ts")),
    R("chat.update", {**HELLO, "metadata": "{"}, "invalid_metadata_format", a_message("ts")),
    R("chat.update", {**HELLO, "metadata": {"event_type": 1}}, "invalid_metadata_schema", a_message("ts")),
    R("chat.update", HELLO, "is_inactive", archived_since("ts")),
    R("chat.update", {**HELLO, "markdown_text": "x"}, "markdown_text_conflict", a_message("ts")),
    R("chat.update", {**HELLO, "ts": NOBODY}, "message_not_found"),
    R("chat.update", HELLO, "message_not_found", only_for_ana("ts")),
    R("chat.update", {**HELLO, "metadata": TOO_MUCH}, "metadata_too_large", a_message("ts")),
    R("chat.update", {**OURS, "text": "x" * 4001}, "msg_too_long", a_message("ts")),
    R("chat.update", {**HELLO, "reply_broadcast": True}, "no_dual_broadcast_content_update", a_reply("ts")),
    R("chat.update", OURS, "no_text", a_message("ts")),
    R("chat.update", {**OURS, "file_ids": "F1"}, "posting_to_channel_denied", read_only_since("ts")),
    R("chat.update", {**HELLO, "attachments": [{}] * 101}, "too_many_attachments", a_message("ts")),
    # chat.delete, chat.postEphemeral, chat.getPermalink
    R("chat.delete", OURS, "cant_delete_message", anas_message("ts")),
    R("chat.delete", {"channel": "CNONE", "ts": NOBODY}, "channel_not_found"),
    R("chat.delete", {**OURS, "ts": NOBODY}, "message_not_found"),
    R("chat.postEphemeral", {**HELLO, "user": "UANA", "channel": "CNONE"}, "channel_not_found"),
    R("chat.postEphemeral", {**HELLO, "user": "UANA", "blocks": [{}]}, "invalid_blocks"),
    R("chat.postEphemeral", {**HELLO, "user": "UANA", "blocks": "{"}, "invalid_blocks_format"),
    R("chat.postEphemeral", {**HELLO, "user": "UANA", "channel": "CPAST"}, "is_archived"),
    R("chat.postEphemeral", {**HELLO, "user": "UANA", "markdown_text": "x"}, "markdown_text_conflict"),
    R(
        "chat.postEphemeral",
        {**HELLO, "user": "UANA", "channel": "UANA"},
        "messages_tab_disabled",
        app={"messages_tab": False},
    ),
    R("chat.postEphemeral", {**OURS, "user": "UANA", "text": "x" * 40_001}, "msg_too_long"),
    R("chat.postEphemeral", {**OURS, "user": "UANA"}, "no_text"),
    R(
        "chat.postEphemeral",
        {**HELLO, "user": "UANA"},
        "restricted_action",
        team={"forbids": ["chat.postEphemeral"]},
    ),
    R("chat.postEphemeral", {**HELLO, "user": "UANA", "attachments": [{}] * 101}, "too_many_attachments"),
    R("chat.postEphemeral", {**HELLO, "user": "UBEN"}, "user_not_in_channel"),
    R("chat.postEphemeral", {**HELLO, "user": "UANA", "channel": "COPEN"}, "not_in_channel"),
    R(
        "chat.postEphemeral",
        {**HELLO, "user": "UANA", "attachments": [{"blocks": [{"type": "x"}]}]},
        "invalid_attachments",
    ),
    R(
        "chat.postEphemeral",
        {**HELLO, "user": "UANA"},
        "cannot_reply_to_message",
        only_for_ana("thread_ts"),
    ),
    R("chat.getPermalink", {"channel": "CNONE", "message_ts": NOBODY}, "channel_not_found"),
    R("chat.getPermalink", {**OURS, "message_ts": NOBODY}, "message_not_found"),
    # scheduled messages
    R("chat.scheduleMessage", {**LATER, "channel": "CNONE"}, "channel_not_found"),
    R("chat.scheduleMessage", {**LATER, "channel": "CPAST"}, "is_archived"),
    R("chat.scheduleMessage", {**LATER, "blocks": [{}]}, "invalid_blocks"),
    R("chat.scheduleMessage", {**LATER, "blocks": "{"}, "invalid_blocks_format"),
    R("chat.scheduleMessage", {**LATER, "metadata": "{"}, "invalid_metadata_format"),
    R("chat.scheduleMessage", {**LATER, "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
    R("chat.scheduleMessage", {**LATER, "post_at": "soon"}, "invalid_time"),
    R("chat.scheduleMessage", {**LATER, "markdown_text": "x"}, "markdown_text_conflict"),
    R("chat.scheduleMessage", {**LATER, "metadata": TOO_MUCH}, "metadata_too_large"),
    R("chat.scheduleMessage", {**LATER, "text": "x" * 40_001}, "msg_too_long"),
    R("chat.scheduleMessage", {**LATER, "text": ""}, "no_text"),
    R("chat.scheduleMessage", {**LATER, "channel": "COPEN"}, "not_in_channel"),
    R("chat.scheduleMessage", LATER, "restricted_action", team={"forbids": ["chat.scheduleMessage"]}),
    R(
        "chat.scheduleMessage",
        {**LATER, "channel": "CNOTES", "thread_ts": NOBODY},
        "restricted_action_non_threadable_channel",
    ),
    R("chat.scheduleMessage", {**LATER, "channel": "CNEWS"}, "restricted_action_read_only_channel"),
    R("chat.scheduleMessage", {**LATER, "channel": "CASKS"}, "restricted_action_thread_only_channel"),
    R("chat.scheduleMessage", LATER, "restricted_too_many", thirty_planned),
    R("chat.scheduleMessage", {**LATER, "post_at": NOW}, "time_in_past"),
    R("chat.scheduleMessage", {**LATER, "post_at": NOW + 120 * DAY + 1}, "time_too_far"),
    R("chat.scheduleMessage", {**LATER, "attachments": [{}] * 101}, "too_many_attachments"),
    R("chat.scheduledMessages.list", {"channel": "CNONE"}, "invalid_channel"),
    R("chat.scheduledMessages.list", {"cursor": "x"}, "invalid_cursor"),
    R(
        "chat.deleteScheduledMessage",
        {"channel": "CNONE", "scheduled_message_id": "Q1"},
        "channel_not_found",
    ),
    R("chat.deleteScheduledMessage", {**OURS, "scheduled_message_id": "Q1"}, "invalid_scheduled_message_id"),
    # conversations, to read
    R("conversations.open", {"channel": "CNONE"}, "channel_not_found"),
    R("conversations.open", OURS, "method_not_supported_for_channel_type"),
    R("conversations.open", {"users": "UANA"}, "missing_scope", app=without("im:write")),
    R("conversations.open", {"users": ",".join(["UANA"] * 9)}, "too_many_users"),
    R("conversations.open", {"users": "UGONE"}, "user_disabled"),
    R("conversations.open", {"users": "UNONE"}, "user_not_found"),
    R("conversations.open", {"users": "UBEN"}, "user_not_visible", token="gus"),
    R("conversations.open", {}, "users_list_not_supplied"),
    *(
        row
        for method in ("conversations.list", "users.conversations")
        for row in (
            R(method, {"cursor": "x"}, "invalid_cursor"),
            R(method, {"limit": 1000}, "invalid_limit"),
            R(method, {"types": "rooms"}, "invalid_types"),
            R(method, {"types": "mpim"}, "missing_scope"),
        )
    ),
    R("conversations.info", {"channel": "CNONE"}, "channel_not_found"),
    R("conversations.info", OURS, "missing_scope", app=without("channels:read")),
    R("conversations.members", {"channel": "CSECRET"}, "channel_not_found"),
    R("conversations.members", {**OURS, "cursor": "x"}, "invalid_cursor"),
    R("conversations.members", {**OURS, "limit": 1001}, "invalid_limit"),
    R("conversations.members", OURS, "missing_scope", app=without("channels:read")),
    R("conversations.join", {"channel": "CNONE"}, "channel_not_found"),
    R("conversations.join", {"channel": "CPAST"}, "is_archived"),
    R("conversations.join", {"channel": "CBACK"}, "method_not_supported_for_channel_type"),
    R("conversations.join", {"channel": "COPEN"}, "missing_scope", app=without("channels:join")),
    R("conversations.history", {"channel": "CNONE"}, "channel_not_found"),
    R("conversations.history", {**OURS, "cursor": "x"}, "invalid_cursor"),
    R("conversations.history", {**OURS, "metadata_keys_to_include": "x"}, "invalid_metadata_filter_keys"),
    R("conversations.history", {**OURS, "latest": "now"}, "invalid_ts_latest"),
    R("conversations.history", {**OURS, "oldest": "yesterday"}, "invalid_ts_oldest"),
    R("conversations.history", {"channel": "COPEN"}, "not_in_channel"),
    R("conversations.replies", {"channel": "CNONE", "ts": NOBODY}, "channel_not_found"),
    R("conversations.replies", {**OURS, "cursor": "x"}, "invalid_cursor", a_message("ts")),
    R(
        "conversations.replies",
        {**OURS, "metadata_keys_to_include": "x"},
        "invalid_metadata_filter_keys",
        a_message("ts"),
    ),
    R("conversations.replies", {**OURS, "latest": "now"}, "invalid_ts_latest", a_message("ts")),
    R("conversations.replies", {**OURS, "oldest": "now"}, "invalid_ts_oldest", a_message("ts")),
    R("conversations.replies", {**OURS, "ts": NOBODY}, "missing_scope", app=without("channels:history")),
    R("conversations.replies", {**OURS, "ts": NOBODY}, "thread_not_found"),
    # conversations, to change
    R("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    R("conversations.create", {"name": "!!"}, "invalid_name_punctuation"),
    R("conversations.create", {}, "invalid_name_required"),
    R("conversations.create", {"name": "Not Good"}, "invalid_name_specials"),
    R("conversations.create", {"name": "room"}, "missing_scope", app=without("channels:manage")),
    R("conversations.create", {"name": "general"}, "name_taken"),
    R(
        "conversations.create",
        {"name": "room"},
        "restricted_action",
        team={"forbids": ["conversations.create"]},
    ),
    R("conversations.invite", {**OURS, "users": "UANA"}, "already_in_channel"),
    R("conversations.invite", {**OURS, "users": "UGONE"}, "cant_invite"),
    R("conversations.invite", {**OURS, "users": "UANA"}, "cant_invite_self", token="ana"),
    R("conversations.invite", {"channel": "CNONE", "users": "UANA"}, "channel_not_found"),
    R("conversations.invite", {"channel": "CPAST", "users": "UBEN"}, "is_archived"),
    R(
        "conversations.invite",
        {"users": "UBEN"},
        "method_not_supported_for_channel_type",
        a_direct_message,
    ),
    R("conversations.invite", {**OURS, "users": "UBEN"}, "missing_scope", app=without("channels:manage")),
    R("conversations.invite", {**OURS, "users": "UANA"}, "no_permission", gus_in_ours, token="gus"),
    R("conversations.invite", OURS, "no_user"),
    R("conversations.invite", {"channel": "COPEN", "users": "UBEN"}, "not_in_channel"),
    R("conversations.invite", {"users": "UUNA"}, "ura_max_channels", una_in_ours, token="ana"),
    R("conversations.invite", {**OURS, "users": "UNONE"}, "user_not_found"),
    R("conversations.kick", {"channel": "CGENERAL", "user": "UANA"}, "cant_kick_from_general"),
    R("conversations.kick", {**OURS, "user": "UANA"}, "cant_kick_self", token="ana"),
    R("conversations.kick", {"channel": "CNONE", "user": "UANA"}, "channel_not_found"),
    R(
        "conversations.kick",
        {"user": "UANA"},
        "method_not_supported_for_channel_type",
        a_direct_message,
    ),
    R("conversations.kick", {**OURS, "user": "UANA"}, "missing_scope", app=without("channels:manage")),
    R("conversations.kick", {**OURS, "user": "UBEN"}, "not_in_channel"),
    R(
        "conversations.kick",
        {**OURS, "user": "UANA"},
        "restricted_action",
        team={"forbids": ["conversations.kick"]},
    ),
    R("conversations.kick", {**OURS, "user": "UNONE"}, "user_not_found"),
    R("conversations.leave", {"channel": "CGENERAL"}, "cant_leave_general"),
    R("conversations.leave", {"channel": "CNONE"}, "channel_not_found"),
    R("conversations.leave", {"channel": "CPAST"}, "is_archived"),
    R("conversations.leave", {}, "last_member", a_room),
    R("conversations.leave", {}, "method_not_supported_for_channel_type", a_direct_message),
    R("conversations.leave", OURS, "missing_scope", app=without("channels:manage")),
    R("conversations.leave", OURS, "user_is_restricted", gus_in_ours, token="gus"),
    R("conversations.archive", {"channel": "CPAST"}, "already_archived"),
    R("conversations.archive", {"channel": "CGENERAL"}, "cant_archive_general"),
    R("conversations.archive", {"channel": "CNONE"}, "channel_not_found"),
    R("conversations.archive", {}, "method_not_supported_for_channel_type", a_direct_message),
    R("conversations.archive", OURS, "missing_scope", app=without("channels:manage")),
    R("conversations.archive", {"channel": "COPEN"}, "not_in_channel"),
    R("conversations.archive", OURS, "restricted_action", team={"forbids": ["conversations.archive"]}),
    R("conversations.rename", {"channel": "CNONE", "name": "x"}, "channel_not_found"),
    R("conversations.rename", {**OURS, "name": "x" * 81}, "invalid_name_maxlength"),
    R("conversations.rename", {**OURS, "name": "!!"}, "invalid_name_punctuation"),
    R("conversations.rename", OURS, "invalid_name_required"),
    R("conversations.rename", {**OURS, "name": "Not Good"}, "invalid_name_specials"),
    R("conversations.rename", {"name": "hall"}, "is_archived", a_room_archived),
    R("conversations.rename", {"name": "x"}, "method_not_supported_for_channel_type", a_direct_message),
    R("conversations.rename", {**OURS, "name": "x"}, "missing_scope", app=without("channels:manage")),
    R("conversations.rename", {**OURS, "name": "general"}, "name_taken"),
    R("conversations.rename", {**OURS, "name": "mine"}, "not_authorized"),
    R("conversations.rename", {"channel": "COPEN", "name": "mine"}, "not_in_channel"),
    *(
        row
        for method, what in (("conversations.setTopic", "topic"), ("conversations.setPurpose", "purpose"))
        for row in (
            R(method, OURS, "invalid_arguments"),
            R(method, {"channel": "CNONE", what: "x"}, "channel_not_found"),
            R(method, {"channel": "CPAST", what: "x"}, "is_archived"),
            R(method, {what: "x"}, "method_not_supported_for_channel_type", a_direct_message),
            R(method, {**OURS, what: "x"}, "missing_scope", app=without("channels:manage")),
            R(method, {"channel": "COPEN", what: "x"}, "not_in_channel"),
            R(method, {**OURS, what: "x" * 251}, "too_long"),
            R(method, {**OURS, what: "x"}, "user_is_restricted", gus_in_ours, token="gus"),
        )
    ),
    R("conversations.close", {"channel": "DNONE"}, "channel_not_found"),
    R("conversations.close", OURS, "not_permitted", team={"forbids": ["conversations.close"]}),
    R("conversations.close", OURS, "method_not_supported_for_channel_type"),
    R(
        "conversations.close",
        OURS,
        "missing_scope",
        app=without("im:write", "mpim:write", "channels:manage", "groups:write"),
    ),
    # files
    R("files.getUploadURLExternal", {**FILE, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    R(
        "files.getUploadURLExternal",
        {**FILE, "length": 10},
        "file_upload_size_restricted",
        team={"largest_upload": 9},
    ),
    R(
        "files.getUploadURLExternal",
        FILE,
        "file_uploads_disabled",
        team={"forbids": ["files.getUploadURLExternal"]},
    ),
    R("files.getUploadURLExternal", {"filename": "x", "length": 0}, "missing_argument"),
    R(
        "files.getUploadURLExternal",
        {**FILE, "length": 1_048_577, "snippet_type": "python"},
        "snippet_too_large",
    ),
    R("files.getUploadURLExternal", {**FILE, "snippet_type": "klingon"}, "unknown_snippet_type"),
    R("files.getUploadURLExternal", FILE, "storage_limit_reached", a_file("x"), team={"storage": 5}),
    R("files.getUploadURLExternal", FILE, "file_type_not_allowed", team={"upload_types": ["pdf"]}),
    R("files.getUploadURLExternal", FILE, "file_uploads_except_images_disabled", team={"only_images": True}),
    R("files.completeUploadExternal", {}, "access_denied", anas_upload),
    R(
        "files.completeUploadExternal",
        {"channel_id": "CNONE"},
        "channel_not_found",
        a_file("files", complete=False),
    ),
    R("files.completeUploadExternal", {"files": [{"id": "FNONE"}]}, "file_not_found"),
    R("files.completeUploadExternal", {"files": [{"id": "F1", "initial_comment": "x"}]}, "invalid_arguments"),
    R("files.completeUploadExternal", {"blocks": [{}]}, "invalid_blocks", a_file("files", complete=False)),
    R(
        "files.completeUploadExternal",
        {"channels": "CNONE"},
        "invalid_channel",
        a_file("files", complete=False),
    ),
    R(
        "files.completeUploadExternal",
        {"channel_id": "COPEN"},
        "not_in_channel",
        a_file("files", complete=False),
    ),
    R(
        "files.completeUploadExternal",
        {"channel_id": "CNEWS"},
        "posting_to_channel_denied",
        a_file("files", complete=False),
    ),
    R(
        "files.completeUploadExternal",
        {"channels": ",".join(["COURS"] * 101)},
        "channels_limit_exceeded",
        a_file("files", complete=False),
    ),
    R("files.info", {}, "file_deleted", a_file("file", deleted=True)),
    R("files.info", {"file": "FNONE"}, "file_not_found"),
    R("files.info", {}, "not_visible", anas_file),
    R("files.list", {"user": "UNONE"}, "user_not_found"),
    R("files.list", {"types": "poems"}, "unknown_type"),
    R("files.delete", {}, "cant_delete_file", anas_file),
    R("files.delete", {}, "file_deleted", a_file("file", deleted=True)),
    R("files.delete", {"file": "F1"}, "file_deleting_disabled", team={"forbids": ["files.delete"]}),
    R("files.delete", {"file": "FNONE"}, "file_not_found"),
    # installation
    R("oauth.v2.access", {"client_id": "1.2", "client_secret": "y"}, "bad_client_secret"),
    R("oauth.v2.access", {**ME, "redirect_uri": "https://x.example"}, "bad_redirect_uri", a_code()),
    R("oauth.v2.access", {"client_id": "x"}, "invalid_client_id"),
    R("oauth.v2.access", {**ME, "code": "x"}, "invalid_code"),
    R("oauth.v2.access", {**ME, "grant_type": "password"}, "invalid_grant_type"),
    R("oauth.v2.access", {**ME, "grant_type": "refresh_token"}, "invalid_refresh_token"),
    R("oauth.v2.access", {**ME, "code_verifier": "x"}, "pkce_not_allowed"),
    R(
        "oauth.v2.access",
        {"client_id": "1.2", "code_verifier": "another"},
        "invalid_code_verifier",
        a_code(code_challenge="x", code_challenge_method="S256"),
        app={"pkce": True},
    ),
    R("auth.revoke", {}, "internal_error", spoilt("auth.revoke")),
    R("apps.uninstall", {"client_id": "1.2", "client_secret": "y"}, "bad_client_secret"),
    R("apps.uninstall", ME, "internal_error", spoilt("apps.uninstall")),
    R("apps.uninstall", {"client_id": "x"}, "invalid_client_id"),
    # reactions
    R("reactions.add", {**OURS, "name": "x"}, "already_reacted", reacted()),
    *(
        R(f"reactions.{verb}", {**OURS, "timestamp": "now", "name": "x"}, "bad_timestamp")
        for verb in ("add", "remove", "get")
    ),
    *(
        R(f"reactions.{verb}", {"channel": "CNONE", "timestamp": NOBODY, "name": "x"}, "channel_not_found")
        for verb in ("add", "remove", "get")
    ),
    *(
        R(f"reactions.{verb}", {**OURS, "timestamp": NOBODY, "name": "x"}, "message_not_found")
        for verb in ("add", "remove", "get")
    ),
    *(R(f"reactions.{verb}", {"name": "x"}, "no_item_specified") for verb in ("add", "remove", "get")),
    R("reactions.add", {**OURS, "name": "not an emoji"}, "invalid_name", a_message("timestamp")),
    R("reactions.add", {**OURS, "name": "x"}, "is_archived", archived_since("timestamp")),
    R("reactions.add", {"file": "F1", "name": "x"}, "not_reactable"),
    R("reactions.add", {**OURS, "name": "x"}, "thread_locked", a_locked_thread("timestamp")),
    R("reactions.add", {**OURS, "name": "x"}, "too_many_emoji", fifty_kinds_of_reactions),
    R("reactions.add", {**OURS, "name": "x"}, "too_many_reactions", many_reactions),
    R("reactions.remove", {**OURS, "name": "Not"}, "invalid_name", a_message("timestamp")),
    R("reactions.remove", {**OURS, "name": "x"}, "no_reaction", a_message("timestamp")),
    R("reactions.remove", {**OURS, "name": "x"}, "thread_locked", a_locked_thread("timestamp")),
    *(
        row
        for verb in ("remove", "get")
        for row in (
            R(f"reactions.{verb}", {"file": "FNONE", "name": "x"}, "file_not_found"),
            R(f"reactions.{verb}", {"file_comment": "Fc1", "name": "x"}, "file_comment_not_found"),
        )
    ),
    # pins and bookmarks
    R("pins.add", OURS, "already_pinned", pinned()),
    *(
        row
        for verb in ("add", "remove")
        for row in (
            R(f"pins.{verb}", {**OURS, "timestamp": "now"}, "bad_timestamp"),
            R(f"pins.{verb}", {"channel": "CNONE", "timestamp": NOBODY}, "channel_not_found"),
            R(f"pins.{verb}", {**OURS, "timestamp": NOBODY}, "message_not_found"),
            R(f"pins.{verb}", OURS, "no_item_specified"),
        )
    ),
    *(
        R(f"pins.{verb}", OURS, "restricted_action", team={"forbids": [f"pins.{verb}"]})
        for verb in ("add", "remove", "list")
    ),
    R(
        "pins.add",
        {"channel": "COPEN"},
        "not_in_channel",
        a_message("timestamp", channel="COPEN"),
        app={"scopes": [*SCOPES, "chat:write.public"]},
    ),
    R("pins.add", OURS, "too_many_pins", pinned(100)),
    R("pins.remove", OURS, "no_pin", a_message("timestamp")),
    R("pins.list", {"channel": "CNONE"}, "channel_not_found"),
    R("bookmarks.add", {**MARK, "channel_id": "COPEN"}, "access_denied"),
    R("bookmarks.add", {**MARK, "channel_id": "CNONE"}, "channel_not_found"),
    R("bookmarks.add", {**MARK, "type": "page"}, "invalid_bookmark_type"),
    R("bookmarks.add", {**MARK, "emoji": "book"}, "invalid_emoji"),
    R("bookmarks.add", {**MARK, "link": "ftp://x"}, "invalid_link"),
    R("bookmarks.add", {**MARK, "title": "x" * 257}, "invalid_arguments"),
    R("bookmarks.add", MARK, "too_many_bookmarks", a_hundred_bookmarks),
    *(
        R(f"bookmarks.{verb}", MARK, "permission_denied", team={"forbids": [f"bookmarks.{verb}"]})
        for verb in ("add", "edit", "remove")
    ),
    *(
        row
        for verb in ("edit", "remove")
        for row in (
            R(f"bookmarks.{verb}", {"channel_id": "COPEN", "bookmark_id": "Bk1"}, "access_denied"),
            R(f"bookmarks.{verb}", {"channel_id": "CNONE", "bookmark_id": "Bk1"}, "channel_not_found"),
            R(f"bookmarks.{verb}", {**SHELF, "bookmark_id": "Bk1"}, "not_found"),
        )
    ),
    R("bookmarks.edit", {**SHELF, "emoji": "book"}, "invalid_emoji", a_bookmark),
    R("bookmarks.edit", {**SHELF, "link": "ftp://x"}, "invalid_link", a_bookmark),
    R("bookmarks.list", {"channel_id": "COPEN"}, "access_denied"),
    R("bookmarks.list", {"channel_id": "CNONE"}, "channel_not_found"),
    # views
    R("views.open", {"trigger_id": "1.2.x", "view": {**MODAL, "blocks": [{}]}}, "invalid_arguments"),
    R("views.open", {"trigger_id": "1.2.x", "view": HOME}, "invalid_arguments"),
    R("views.open", {"view": NAMED}, "duplicate_external_id", a_named_modal),
    R("views.push", {"view": NAMED}, "duplicate_external_id", a_named_modal),
    R("views.update", {"view": NAMED}, "duplicate_external_id", two_modals),
    R(
        "views.publish",
        {"user_id": "UBEN", "view": {**HOME, "external_id": "one"}},
        "duplicate_external_id",
        a_named_home,
    ),
    *(
        row
        for verb in ("open", "push")
        for row in (
            R(f"views.{verb}", {"view": MODAL}, "exchanged_trigger_id", a_used_trigger),
            R(f"views.{verb}", {"view": MODAL}, "expired_trigger_id", an_old_trigger),
            R(f"views.{verb}", {"view": MODAL, "trigger_id": "1.2.x"}, "invalid_trigger_id"),
            R(f"views.{verb}", {"view": {**MODAL, **LARGE}, "trigger_id": "1.2.x"}, "view_too_large"),
        )
    ),
    R("views.push", {"view": MODAL}, "not_found", a_trigger),
    R("views.push", {"view": MODAL}, "push_limit_reached", modals(3)),
    R("views.update", {"view": MODAL, "hash": "1.old"}, "hash_conflict", an_open_modal),
    R("views.update", {"view_id": "VNONE", "view": MODAL}, "not_found"),
    R("views.update", {"view_id": "V1", "external_id": "one", "view": MODAL}, "invalid_arguments"),
    R("views.update", {"view": {**MODAL, **LARGE}}, "view_too_large", an_open_modal),
    R("views.publish", {"user_id": "UANA", "view": HOME, "hash": "1.old"}, "hash_conflict", a_home),
    R("views.publish", {"user_id": "UANA", "view": HOME}, "not_allowed_token_type", token="app"),
    R("views.publish", {"user_id": "UANA", "view": HOME}, "not_enabled", app={"home_tab": False}),
    R("views.publish", {"user_id": "UANA", "view": {**HOME, **LARGE}}, "view_too_large"),
    R("views.publish", {"user_id": "UNONE", "view": HOME}, "invalid_arguments"),
    # people
    R("users.info", {"user": "UNONE"}, "user_not_found"),
    R("users.info", {"user": "UBEN"}, "user_not_visible", token="gus"),
    R("users.list", {"cursor": "x"}, "invalid_cursor"),
    R("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    R("dnd.info", {"user": "UNONE"}, "user_not_found"),
    R("dnd.info", {"user": "UBEN"}, "user_not_visible", token="gus"),
    R("dnd.teamInfo", {}, "no_users_provided"),
    R("dnd.teamInfo", {"users": "UNONE"}, "user_not_visible"),
    R("usergroups.list", {"cursor": "x"}, "invalid_cursor"),
    R("usergroups.list", {}, "plan_upgrade_required", team={"paid": False}),
    R("usergroups.users.list", {"usergroup": "SCREW", "cursor": "x"}, "invalid_cursor"),
    R("usergroups.users.list", {"usergroup": "SNONE"}, "no_such_subteam"),
    R("usergroups.users.list", {"usergroup": "SCREW"}, "plan_upgrade_required", team={"paid": False}),
    # tokens and arguments of every method
    R("users.info", {"user": "UANA"}, "not_authed", token=""),
    R("chat.postMessage", HELLO, "not_allowed_token_type", token="app"),
    R("apps.connections.open", {}, "not_allowed_token_type"),
    R("apps.connections.open", {}, "not_allowed_token_type", token="ana"),
    R("search.messages", {"query": "x"}, "not_allowed_token_type"),
    R("search.messages", {"query": "x"}, "missing_scope", token="ana"),
    R("users.info", {"user[0]": "UANA"}, "invalid_array_arg"),
    R("users.info", {"us-er": "UANA"}, "invalid_arg_name"),
]
