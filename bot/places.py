"""Where somebody pressed something, and what can be put there: through the click's own `response_url`, which
costs none of Slack's budget for messages."""

from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import ClientOSError, ClientSession, ServerDisconnectedError

from bot.render import Message

log = structlog.get_logger()


class NoAnswer(ConnectionError):
    """Whether Slack took it, nobody knows."""


@dataclass(frozen=True)
class Place:
    """The message, and the URL through which it may be replaced."""

    channel: str
    ts: str
    response_url: str | None

    @classmethod
    def of(cls, body: dict[str, Any]) -> "Place":
        container = body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        return cls(channel, container.get("message_ts") or "", body.get("response_url"))


class Places:
    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def replace(self, place: Place, message: Message, metadata: dict[str, Any] | None = None) -> bool:
        """In place of the message that was clicked. False if it surely was not. Raises: NoAnswer."""
        body: dict[str, Any] = {"replace_original": True, "text": message.text, "blocks": message.blocks}
        if metadata:
            body["metadata"] = metadata
        return await self._respond(place, body)

    async def whisper(self, place: Place, message: Message) -> bool:
        """For the person who clicked, and nobody else. Returns and raises: as `replace`."""
        body = {"replace_original": False, "response_type": "ephemeral"}
        return await self._respond(place, {**body, "text": message.text, "blocks": message.blocks})

    async def _respond(self, place: Place, body: dict[str, Any]) -> bool:
        if not place.response_url:
            return False
        status, said = await self._sent(place.response_url, body)
        if status >= 500:
            raise NoAnswer(f"status {status}")
        if status != 200:
            log.warning("response_refused", status=status, said=said[:200])
        return status == 200

    async def _sent(self, url: str, body: dict[str, Any], *, again: bool = True) -> tuple[int, str]:
        """The status, and what was said. Once more if the connection broke: what takes the place of a message
        may do so twice, and of a whisper two are better than none."""
        try:
            async with self._session.post(url, json=body) as answer:
                return answer.status, await answer.text()
        except (ServerDisconnectedError, ClientOSError):
            if not again:
                raise
        return await self._sent(url, body, again=False)
