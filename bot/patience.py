"""Calls that Slack asks to wait for are made again when it says so; where somebody waits for an ack, only as
long as they do."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.acks import latest
from bot.retryafter import retry_after
from conversation.errors import Refused

#: Whatever stands between us and Slack answered in its place.
NO_WORDS = "no_words"
#: Slack lets nobody wait for longer than minutes.
LONGEST_WAIT = timedelta(hours=1)
#: Seconds for one call before a message goes out; whatever else is due would wait along.
WHILE_OTHERS_WAIT = 5.0
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
            wait = seconds_to_wait(error, otherwise=1)
            if reason(error) != "ratelimited" or _is_too_late_after(wait):
                raise
            await asyncio.sleep(wait)
    return await call(**asked)


def _is_too_late_after(wait: float) -> bool:
    """For whoever waits for an ack: Slack tells them before that we do not answer."""
    until = latest()
    return until is not None and asyncio.get_running_loop().time() + wait > until


def seconds_to_wait(error: SlackApiError, *, otherwise: float) -> float:
    """Before it is tried again: as Slack says, and `otherwise` where it does not; a second at least."""
    wait = retry_after(error.response.headers, most=LONGEST_WAIT)
    return max(1.0, otherwise if wait is None else wait.total_seconds())


def reason(error: SlackApiError) -> str:
    """What Slack says against it. A proxy's error page, or half an answer, is no word of Slack's."""
    said = getattr(error.response, "data", None)
    return str(said["error"]) if isinstance(said, dict) and said.get("error") else NO_WORDS


def in_a_word(error: Exception) -> str:
    """Why Slack was no help: what it says, or what came instead."""
    return reason(error) if isinstance(error, SlackApiError) else type(error).__name__
