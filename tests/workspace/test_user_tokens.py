"""Tokens of people: the app speaks in their name, and may do there what they allowed it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import Json, seed
from workspace.people import People
from workspace.server import Workspace

ALLOWED = ["chat:write", "channels:history", "channels:read", "channels:write", "files:read", "search:read"]
EVENTS = ["message.channels", "tokens_revoked"]


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(seed(user_tokens={"ana": ALLOWED}, events=EVENTS)) as server:
        yield server


@pytest.fixture
def hers(server: Workspace) -> AsyncWebClient:
    return AsyncWebClient(server.user_token("ana"), base_url=server.api_url)


async def test_it_says_whose_it_is(server: Workspace, hers: AsyncWebClient) -> None:
    who = await hers.auth_test()

    assert (who["user"], who["user_id"], "bot_id" in who.data) == ("ana", "UANA", False)
    assert who.headers["x-oauth-scopes"] == ",".join(ALLOWED)


async def test_what_the_app_posts_in_her_name_is_hers(
    server: Workspace, hers: AsyncWebClient, client: AsyncWebClient, slack: People
) -> None:
    posted = await hers.chat_postMessage(channel="COURS", text="from me")

    [seen] = await slack.channel("ours").messages()
    [event] = await events(slack)
    assert (seen.author, seen.text) == ("ana", "from me")
    assert posted["message"]["user"] == event["user"] == "UANA"
    assert posted["message"]["bot_id"] == event["bot_id"] == server.team.app.bot_id
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel="COURS", ts=posted["ts"], text="changed")
    await hers.chat_update(channel="COURS", ts=posted["ts"], text="changed")
    assert [each.text for each in await slack.channel("ours").messages()] == ["changed"]


async def test_it_reads_what_is_public_and_where_she_is(
    hers: AsyncWebClient, client: AsyncWebClient, slack: People
) -> None:
    await slack.person("ana").says("open to all", to="open")

    read = await hers.conversations_history(channel="COPEN")
    known = await hers.conversations_list(types="public_channel")

    assert [message["text"] for message in read["messages"]] == ["open to all"]
    assert {each["id"]: each["is_member"] for each in known["channels"]}["COPEN"]
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_history(channel="COPEN")


async def test_a_guest_looks_only_where_they_are_a_member() -> None:
    planted = seed(user_tokens={"gus": ["channels:read", "search:read"]})
    async with Workspace.start(planted) as server, People(server.url) as slack:
        theirs = AsyncWebClient(server.user_token("gus"), base_url=server.api_url)
        await slack.person("ana").says("the budget", to="open")
        await slack.person("ana").says("the budget", to="ours")
        before = (await theirs.conversations_list(types="public_channel"))["channels"]
        await slack.person("ana").invites("gus", "ours")
        found = (await theirs.search_messages(query="budget"))["messages"]["matches"]
        after = (await theirs.conversations_list(types="public_channel"))["channels"]

    assert (before, [each["id"] for each in after]) == ([], ["COURS"])
    assert [each["channel"]["id"] for each in found] == ["COURS"]


async def test_it_needs_scopes_of_its_own(hers: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await hers.conversations_open(users="UBEN")
    made = await hers.conversations_create(name="hers")

    assert (refused.value.response["error"], refused.value.response["needed"]) == (
        "missing_scope",
        "im:write",
    )
    assert made["channel"]["creator"] == "UANA"


async def test_it_finds_what_she_can_see(hers: AsyncWebClient, slack: People) -> None:
    ana, ben = slack.person("ana"), slack.person("ben")
    await ana.says("The plan is secret", to="secret")
    await ben.says("What is the plan?", to="general")
    await ben.says("Nothing to plan here", to=None)

    found = await hers.search_messages(query="plan")
    by_ben = await hers.search_messages(query="plan from:@ben in:#general")

    assert [each["text"] for each in found["messages"]["matches"]] == [
        "What is the plan?",
        "The plan is secret",
    ]
    assert [each["channel"]["name"] for each in by_ben["messages"]["matches"]] == ["general"]
    assert found["messages"]["paging"] == {"count": 20, "total": 2, "page": 1, "pages": 1}
    with pytest.raises(SlackApiError, match="No query passed"):
        await hers.search_messages(query=" ")


async def test_it_opens_her_files(server: Workspace, hers: AsyncWebClient, slack: People) -> None:
    said = await slack.person("ana").uploads("notes.txt", b"hers", to="secret")
    url = said.files[0]["url_private_download"]

    async with ClientSession() as web:
        as_her = await web.get(url, headers={"Authorization": f"Bearer {server.user_token('ana')}"})
        as_the_app = await web.get(url, headers={"Authorization": f"Bearer {server.bot_token}"})

        assert (await as_her.read(), as_the_app.status) == (b"hers", 404)


async def test_she_takes_it_back_and_the_app_stays(
    server: Workspace, hers: AsyncWebClient, client: AsyncWebClient, slack: People
) -> None:
    await hers.auth_revoke()

    [event] = await events(slack)
    assert event["tokens"] == {"oauth": ["UANA"], "bot": []}
    assert (await client.auth_test())["ok"]
    with pytest.raises(SlackApiError, match="token_revoked"):
        await hers.auth_test()


async def test_it_ends_with_her_account(hers: AsyncWebClient, slack: People) -> None:
    await slack.person("ana").deactivates("ana")

    with pytest.raises(SlackApiError, match="token_revoked"):
        await hers.auth_test()


async def test_it_ends_with_the_app(hers: AsyncWebClient, client: AsyncWebClient, slack: People) -> None:
    await slack.person("ana").uninstalls_app()

    [event] = await events(slack)
    assert event["tokens"]["oauth"] == ["UANA"]
    with pytest.raises(SlackApiError, match="token_revoked"):
        await hers.auth_test()
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()


async def events(slack: People) -> list[Json]:
    return [each["payload"]["event"] for each in await slack.envelopes(type="events_api")]
