"""`tidemark webhook ping`: whether the receiver takes what it is told."""

import asyncio

from aiohttp import ClientError, ClientSession

from bot import clock
from bot.console import CannotDo
from bot.integrations import Integrations
from bot.settings import BadSettings, read_integration_settings
from bot.webhook import Receiver
from conversation import webhooks


def ping(team: str | None = None) -> str:
    """What the receiver answered, that of `team` where it has its own. Raises: CannotDo."""
    try:
        read = read_integration_settings()
    except BadSettings as error:
        raise CannotDo(error.problems) from None
    settings, which = (read.by_workspace.get(team, Integrations()), f"_{team}") if team else (read, "")
    url = f"TIDEMARK_WEBHOOK_URL{which}"
    if not settings.webhook_secret:
        raise CannotDo([f"{url} and TIDEMARK_WEBHOOK_SECRET{which} are not set."])
    try:
        status = asyncio.run(_post(settings))
    except (ClientError, TimeoutError, OSError) as error:
        raise CannotDo([f"{url} cannot be reached ({type(error).__name__})."]) from None
    if not 200 <= status < 300:
        raise CannotDo([f"{url} answered {status}; it should answer 200 to 299."])
    return f"{url} answered {status}."


async def _post(settings: Integrations) -> int:
    async with ClientSession(trust_env=True) as session:
        receiver, now = Receiver.of(settings, session), clock.now()
        assert receiver
        status, _ = await receiver.post(f"evt_{clock.new_id()}", webhooks.ping(now), at=now)
        return status
