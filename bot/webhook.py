"""Events to a webhook, signed as the Standard Webhooks say, each delivered at least once.

An event whose delivery failed is tried again with the same id and the same words. No redirect is followed: it
could lead elsewhere than whoever set this up meant. What the receiver answers is not read, but for its status
and whether it wants to be left alone.
"""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.gate import Gate
from bot.integrations import Integrations
from bot.retryafter import retry_after
from conversation import webhooks
from conversation.desk import Desk
from storage.records import Delivery

log = structlog.get_logger()

#: Seconds for one delivery.
TIMEOUT = 10
#: So many in one beat, so many at a time.
MOST, SIDE_BY_SIDE = 40, 4
LONGEST_WAIT = timedelta(hours=24)


class Receiver:
    """Somebody's server."""

    def __init__(self, session: ClientSession, *, url: str, secret: str) -> None:
        from standardwebhooks import Webhook  # only where there is a receiver

        self._session, self._url, self._signature = session, url, Webhook(secret)

    @classmethod
    def of(cls, settings: Integrations, session: ClientSession) -> "Receiver | None":
        """Where one is set up."""
        if not settings.webhook_secret:
            return None
        return cls(session, url=settings.webhook_url, secret=settings.webhook_secret.get_secret_value())

    async def post(self, id: str, body: dict[str, Any], *, at: datetime) -> tuple[int, timedelta | None]:
        """What it answers, and for how long it wants to be left alone.

        Raises: ClientError, TimeoutError, OSError.
        """
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        headers = {
            "content-type": "application/json",
            "user-agent": "tidemark",
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signature.sign(id, at, content),
        }
        async with self._session.post(
            self._url,
            data=content.encode(),
            headers=headers,
            allow_redirects=False,
            timeout=ClientTimeout(total=TIMEOUT),
        ) as answer:
            return answer.status, retry_after(answer.headers, most=LONGEST_WAIT)


class Hook:
    def __init__(self, desk: Desk, act: Gate, receiver: Receiver | None) -> None:
        self._desk, self._act, self._receiver = desk, act, receiver

    async def run(self, until: asyncio.Event | None = None) -> None:
        """All that is due, or as much as one beat may do."""
        if self._receiver:
            receiver = self._receiver
            await asyncio.gather(*(self._some(receiver, until) for _ in range(SIDE_BY_SIDE)))

    async def _some(self, receiver: Receiver, until: asyncio.Event | None) -> None:
        for _ in range(MOST // SIDE_BY_SIDE):
            if until and until.is_set():
                return
            try:
                delivery = await self._act(webhooks.next_delivery, self._desk)
                if delivery is None:
                    return
                await self._deliver(receiver, delivery)
            except Exception:
                log.exception("delivery_failed")
                return

    async def _deliver(self, receiver: Receiver, delivery: Delivery) -> None:
        told = {"id": delivery.event, "type": delivery.body["type"], "attempt": delivery.attempts}
        after: timedelta | None = None
        try:
            status, after = await receiver.post(delivery.event, delivery.body, at=self._desk.now())
            why = str(status)
        except (ClientError, TimeoutError, OSError) as error:
            status, why = 0, type(error).__name__
        except Exception as error:  # tried again later like any other that did not arrive
            log.exception("delivery_failed", **told)
            status, why = 0, type(error).__name__
        if 200 <= status < 300:
            await self._act(webhooks.delivered, self._desk, delivery)
            log.info("event_delivered", **told)
        elif await self._act(webhooks.not_delivered, self._desk, delivery, after=after):
            log.warning("event_not_delivered", error=why, **told)
        else:
            log.error("event_given_up", error=why, **told)
