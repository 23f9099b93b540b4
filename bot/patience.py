"""Calls that Slack asks to wait for are made again when it says so."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from conversation.errors import Refused

#: Whatever stands between us and Slack answered in its place.
NO_WORDS = "no_words"
#: After so many times Slack's no is taken for one.
ATTEMPTS = 10
#: Slack says no, or nothing.
NO_HELP = (SlackApiError, ClientError, TimeoutError, ConnectionError)


class NoHelpFromSlack(Refused):
    """What somebody asked for needs something that Slack did not tell us."""


async def patiently(call: Callable[..., Awaitable[AsyncSlackResponse]], **asked: Any) -> AsyncSlackResponse:
    """Raises: SlackApiError, for whatever else Slack has against it."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await call(**asked)
        except SlackApiError as error:
            if reason(error) != "ratelimited":
                raise
            await asyncio.sleep(int(error.response.headers.get("Retry-After", 1)))
    return await call(**asked)


def reason(error: SlackApiError) -> str:
    """What Slack says against it. A proxy's error page, or half an answer, is no word of Slack's."""
    said = getattr(error.response, "data", None)
    return str(said["error"]) if isinstance(said, dict) and said.get("error") else NO_WORDS
