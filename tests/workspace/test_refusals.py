"""Every error that Slack documents for a method is answered as documented, or there is a reason why not."""

import json
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.left_out import LEFT_OUT, SHOWN_ELSEWHERE
from tests.workspace.refusals import REFUSED, Refused, Stage
from workspace.api.dispatch import METHODS
from workspace.people import People
from workspace.server import Workspace

EVERY = "every method"
TOO_FAST = "ratelimited"
DOCUMENTED: dict[str, list[str]] = {
    method: errors.split()
    for method, errors in json.loads(Path(__file__).with_name("documented.json").read_text()).items()
    if method != "source"
}


@pytest.mark.parametrize("row", REFUSED, ids=str)
async def test_slack_refuses(row: Refused) -> None:
    limits = row.error == TOO_FAST
    async with Workspace.start(row.seed, rate_limits=limits) as server, People(server.url) as slack:
        stage = Stage(server, slack, AsyncWebClient(server.bot_token, base_url=server.api_url))
        args = (await row.given(stage) if row.given else {}) | row.args
        client = AsyncWebClient(held(server, row.token), base_url=server.api_url)

        body = {"json": args} if row.verb == "POST" else {"params": args}
        with pytest.raises(SlackApiError) as refused:
            await client.api_call(row.method, http_verb=row.verb, **body)

    answer = refused.value.response
    assert (answer["ok"], answer["error"], answer.status_code) == (False, row.error, 429 if limits else 200)


def held(server: Workspace, whose: str) -> str:
    """The token of the bot, of the app or of a person; or what is written there."""
    if whose in ("bot", "app"):
        return server.bot_token if whose == "bot" else server.app_token
    return whose if not whose or whose.startswith("x") else server.user_token(whose)


@pytest.mark.parametrize(("error", "test"), SHOWN_ELSEWHERE.items())
def test_the_rest_is_shown_elsewhere(error: str, test: str) -> None:
    assert f'"{error}"' in Path(__file__).with_name(test).read_text()


@pytest.mark.parametrize("method", [EVERY, *METHODS])
def test_what_is_documented_is_held(method: str) -> None:
    shown = {row.error for row in REFUSED if row.method == method or method == EVERY}
    shown |= SHOWN_ELSEWHERE.keys() if method == EVERY else set()

    assert method in DOCUMENTED
    assert [each for each in DOCUMENTED[method] if each not in shown and not reason(method, each)] == []


def test_a_reason_is_for_something_documented_that_is_not_held() -> None:
    held_anyway = [
        row
        for row in REFUSED
        if row.error in DOCUMENTED.get(row.method, ()) and reason(row.method, row.error)
    ]
    for_nothing = [
        key
        for key in LEFT_OUT
        if not any(
            key in (error, f"{method} {error}") for method in DOCUMENTED for error in DOCUMENTED[method]
        )
    ]

    assert [str(row) for row in held_anyway] == []
    assert for_nothing == []


def reason(method: str, error: str) -> str | None:
    return LEFT_OUT.get(f"{method} {error}") or LEFT_OUT.get(error)
