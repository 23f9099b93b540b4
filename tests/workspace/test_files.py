"""Files: uploaded in three steps, shared a moment later, downloaded with a token."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SEED
from workspace import views
from workspace.people import People
from workspace.server import Workspace


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(SEED) as server:
        yield server


async def test_an_upload_is_shared_a_moment_later(client: AsyncWebClient, slack: People) -> None:
    done = await client.files_upload_v2(
        content="a,b\n1,2\n", filename="figures.csv", title="Figures", channel="COURS", initial_comment="Look"
    )
    before = await slack.channel("ours").messages()
    seen = await slack.person("ana").sees("Look", channel="ours")

    assert (done["files"][0]["title"], before) == ("Figures", [])
    assert [(file["name"], file["size"], file["filetype"]) for file in seen.files] == [
        ("figures.csv", 8, "csv")
    ]
    info = (await client.files_info(file=done["file"]["id"]))["file"]
    assert (info["channels"], info["shares"]["public"]["COURS"][0]["ts"]) == (["COURS"], seen.ts)


async def test_the_synchronous_client_uploads_too(server: Workspace, slack: People) -> None:
    client = WebClient(server.bot_token, base_url=server.api_url)

    def upload() -> Any:
        return client.files_upload_v2(
            file_uploads=[
                {"content": b"\x89PNG", "filename": "a.png"},
                {"content": "b", "filename": "b.txt"},
            ],
            channels=["COURS", "CGENERAL"],
            initial_comment="Both",
        )

    await asyncio.to_thread(upload)

    for channel in ("ours", "general"):
        seen = await slack.person("ana").sees("Both", channel=channel)
        assert [file["name"] for file in seen.files] == ["a.png", "b.txt"]


async def test_only_a_token_opens_a_private_url(client: AsyncWebClient, server: Workspace) -> None:
    done = await client.files_upload_v2(content=b"\x00\x01", filename="raw.bin")
    url = done["file"]["url_private_download"]

    async with ClientSession() as web:
        async with web.get(url) as stranger:
            refused = (stranger.content_type, await stranger.text())
        async with web.get(url, headers={"Authorization": f"Bearer {server.bot_token}"}) as known:
            given = await known.read()

    assert refused[0] == "text/html"
    assert "Sign in" in refused[1]
    assert given == b"\x00\x01"


async def test_a_picture_in_a_form_is_seen_by_whoever_has_that_form_open(
    client: AsyncWebClient, server: Workspace
) -> None:
    done = await client.files_upload_v2(content=b"\x89PNG", filename="levels.png")
    image = {"type": "image", "slack_file": {"id": done["file"]["id"]}, "alt_text": "Levels"}
    ana, ben = (server.team.people[person] for person in ("UANA", "UBEN"))
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [image]}
    views.opened(server.team, ana, modal)

    async with ClientSession() as web:
        page = f"{server.url}/page/files/{done['file']['id']}"
        statuses = [(await web.get(page, params={"as": each.name})).status for each in (ana, ben)]

    assert statuses == [200, 404]


async def test_the_upload_url_answers_in_slacks_words(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=3)

    async with ClientSession() as web, web.post(place["upload_url"], data=b"abc") as answer:
        said = (answer.status, answer.content_type, await answer.text())

    assert said == (200, "text/plain", "OK - 3")


async def test_a_deleted_file_leaves_a_stone(client: AsyncWebClient, slack: People) -> None:
    done = await client.files_upload_v2(
        content="x", filename="x.txt", channel="COURS", initial_comment="Here"
    )
    await slack.person("ana").sees("Here", channel="ours")

    await client.files_delete(file=done["file"]["id"])

    (message,) = await slack.channel("ours").messages()
    assert message.files == [{"id": done["file"]["id"], "mode": "tombstone"}]
    with pytest.raises(SlackApiError, match="file_deleted"):
        await client.files_info(file=done["file"]["id"])
    assert (await client.files_list())["files"] == []


async def test_a_persons_file_is_listed_but_not_deleted(client: AsyncWebClient, slack: People) -> None:
    said = await slack.person("ana").uploads("plan.txt", b"one", to="ours", saying="The plan")
    hidden = await slack.person("ana").uploads("own.txt", b"two", to="secret")

    listed = (await client.files_list(channel="COURS"))["files"]

    assert [file["id"] for file in listed] == [said.files[0]["id"]]
    with pytest.raises(SlackApiError, match="cant_delete_file"):
        await client.files_delete(file=said.files[0]["id"])
    with pytest.raises(SlackApiError, match="not_visible"):
        await client.files_info(file=hidden.files[0]["id"])
