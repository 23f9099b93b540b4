"""Of thirty calls that real Slack answers in a known way, this workspace answers thirty as Slack does."""

import json

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.refusals import Stage
from tests.workspace.test_refusals import held
from tests.workspace.thirty import THIRTY, Known
from workspace.people import People
from workspace.server import Workspace

JSON = {"Content-Type": "application/json; charset=utf-8"}


def test_they_are_thirty() -> None:
    assert len({str(call) for call in THIRTY}) == 30


@pytest.mark.parametrize("call", THIRTY, ids=str)
async def test_the_whole_answer_is_slacks(call: Known) -> None:
    limits = call.times > 1
    async with (
        Workspace.start(call.seed, rate_limits=limits) as server,
        People(server.url) as slack,
        ClientSession(server.api_url) as web,
    ):
        stage = Stage(server, slack, AsyncWebClient(server.bot_token, base_url=server.api_url))
        args = (await call.given(stage) if call.given else {}) | call.args
        bearer = {"Authorization": f"Bearer {held(server, call.token)}"} if call.token else {}
        for _ in range(call.times):
            answer = await web.post(call.method, data=json.dumps(args), headers=JSON | bearer)
            said = await answer.json()

    assert (answer.status, said) == (call.status, call.answer)
    assert {name: answer.headers.get(name) for name in call.headers} == call.headers
