"""Socket Mode as a bare client meets it, frame by frame."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import Json, seed
from tests.workspace.test_http import Listener, served
from workspace.people import People
from workspace.server import Workspace


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    planted = seed(events=["message.channels"], commands=[{"command": "/helper"}])
    async with Workspace.start(planted, ack_seconds=0.3) as server:
        yield server


class Wires:
    """Connections of an app, opened by hand."""

    def __init__(self, server: Workspace) -> None:
        self._client = AsyncWebClient(server.app_token, base_url=server.api_url)
        self._stack = AsyncExitStack()

    async def open(self, *, autoping: bool = True) -> ClientWebSocketResponse:
        url = (await self._client.apps_connections_open(app_token=self._client.token or ""))["url"]
        web = await self._stack.enter_async_context(ClientSession())
        return await self._stack.enter_async_context(web.ws_connect(url, autoping=autoping))

    async def close(self) -> None:
        await self._stack.aclose()


@pytest.fixture
async def wires(server: Workspace) -> AsyncIterator[Wires]:
    wires = Wires(server)
    yield wires
    await wires.close()


async def test_it_says_hello_and_answers_a_ping(wires: Wires) -> None:
    socket = await wires.open(autoping=False)

    hello = await socket.receive_json()
    await socket.ping(b"are you there")
    pong = await socket.receive()

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"].keys() == {"app_id"}
    assert (pong.type, pong.data) == (WSMsgType.PONG, b"are you there")


async def test_an_address_is_good_for_one_connection(server: Workspace, wires: Wires) -> None:
    client = AsyncWebClient(server.app_token, base_url=server.api_url)
    url = (await client.apps_connections_open(app_token=server.app_token))["url"]

    async with ClientSession() as web:
        async with web.ws_connect(url) as first:
            assert (await first.receive_json())["type"] == "hello"
        async with web.get(url) as second:
            assert second.status == 401


async def test_there_is_room_for_ten(wires: Wires) -> None:
    sockets = [await wires.open() for _ in range(11)]
    greetings = [await socket.receive_json() for socket in sockets]

    assert [each["type"] for each in greetings] == ["hello"] * 10 + ["disconnect"]
    assert greetings[-1]["reason"] == "too_many_websockets"
    assert greetings[-1]["num_connections"] == 10
    assert (await sockets[-1].receive()).type is WSMsgType.CLOSE


async def test_each_envelope_goes_to_exactly_one(slack: People, wires: Wires) -> None:
    sockets = [await wires.open() for _ in range(3)]
    got: list[list[str]] = [[], [], []]

    async def listen(number: int) -> None:
        async for frame in sockets[number]:
            envelope: Json = frame.json()
            if "envelope_id" in envelope:
                got[number].append(envelope["envelope_id"])
                await sockets[number].send_json({"envelope_id": envelope["envelope_id"]})

    listening = [asyncio.create_task(listen(number)) for number in range(3)]
    await slack.connected(3)
    for number in range(9):
        await slack.person("ana").says(f"number {number}", to="ours")
    await slack.settled()
    await wires.close()
    await asyncio.gather(*listening)

    everything = [envelope for each in got for envelope in each]
    assert len(everything) == len(set(everything)) == 9
    assert [len(each) for each in got] == [3, 3, 3]


async def test_a_warning_comes_before_a_refresh(slack: People, wires: Wires) -> None:
    socket = await wires.open()
    await socket.receive_json()

    await slack.warn_sockets()
    await slack.refresh_sockets()

    reasons = [(await socket.receive_json())["reason"] for _ in range(2)]
    assert reasons == ["warning", "refresh_requested"]


async def test_what_accepts_an_answer_says_so(slack: People, wires: Wires) -> None:
    socket = await wires.open()
    await socket.receive_json()
    await slack.person("ana").says("hello", to="ours")
    event: Json = await socket.receive_json()
    await socket.send_json({"envelope_id": event["envelope_id"], "payload": {}})

    asked = asyncio.create_task(slack.person("ana").command("/helper now"))
    command: Json = await socket.receive_json()
    await socket.send_json({"envelope_id": command["envelope_id"], "payload": {"text": "here"}})

    assert (event["type"], event["accepts_response_payload"]) == ("events_api", False)
    assert (event["retry_attempt"], event["retry_reason"]) == (0, "")
    assert (command["type"], command["accepts_response_payload"]) == ("slash_commands", True)
    assert "retry_attempt" not in command
    assert (await asked).text == "here"


async def test_an_unanswered_event_comes_again_over_another_wire(slack: People, wires: Wires) -> None:
    first, second = await wires.open(), await wires.open()
    for socket in (first, second):
        await socket.receive_json()

    await slack.person("ana").says("hello", to="ours")
    frames: list[Any] = await asyncio.gather(first.receive_json(), second.receive_json())

    attempts = {frame["retry_attempt"]: frame for frame in frames}
    assert attempts.keys() == {0, 1}
    assert attempts[1]["retry_reason"] == "timeout"
    assert attempts[0]["payload"]["event_id"] == attempts[1]["payload"]["event_id"]
    assert attempts[0]["envelope_id"] != attempts[1]["envelope_id"]


async def test_switching_to_a_url_disables_the_sockets(slack: People, wires: Wires) -> None:
    socket = await wires.open()
    await socket.receive_json()

    async with served(Listener().application) as url:
        await slack.delivers_to(url)
        told = await socket.receive_json()
        refused = await (await wires.open()).receive_json()

    assert (told["reason"], refused["reason"]) == ("link_disabled", "link_disabled")


async def test_bad_weather_drops_sockets(slack: People, wires: Wires) -> None:
    socket = await wires.open()
    await socket.receive_json()
    await slack.connected()
    await slack.weather(seed=7, drops=1.0)

    asked = asyncio.create_task(slack.person("ana").command("/helper"))
    command: Json = await socket.receive_json()
    await socket.send_json({"envelope_id": command["envelope_id"]})

    assert (await socket.receive()).type is WSMsgType.CLOSE
    assert (await asked).error is None
