"""`tidemark webhook ping`: whether the receiver takes what it is told."""

import asyncio
from collections.abc import Iterable

from aiohttp import ClientError, ClientSession

from bot import clock
from bot.integrations import IntegrationSettings
from bot.settings import BadSettings, read_integration_settings
from bot.webhook import Receiver
from conversation import webhooks


class NotTaken(Exception):
    """What is in the way, each in one sentence."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)


def ping() -> str:
    """What the receiver answered. Raises: NotTaken."""
    try:
        settings = read_integration_settings()
    except BadSettings as error:
        raise NotTaken(error.problems) from None
    if not settings.webhook_secret:
        raise NotTaken(["TIDEMARK_WEBHOOK_URL and TIDEMARK_WEBHOOK_SECRET are not set."])
    try:
        status = asyncio.run(_post(settings))
    except (ClientError, TimeoutError, OSError) as error:
        raise NotTaken([f"TIDEMARK_WEBHOOK_URL cannot be reached ({type(error).__name__})."]) from None
    if not 200 <= status < 300:
        raise NotTaken([f"TIDEMARK_WEBHOOK_URL answered {status}; it should answer 200 to 299."])
    return f"TIDEMARK_WEBHOOK_URL answered {status}."


async def _post(settings: IntegrationSettings) -> int:
    async with ClientSession() as session:
        receiver, now = Receiver.of(settings, session), clock.now()
        assert receiver
        status, _ = await receiver.post(f"evt_{clock.new_id()}", webhooks.ping(now), at=now)
        return status
