"""Climbing down: a message is offered to Slack in its richest form, and in a plainer one each time that Slack
refuses a block of it. Which form was taken is logged."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import pictures, views
from bot.patience import reason
from bot.pictures import Picture
from bot.render import Message

log = structlog.get_logger()

T = TypeVar("T")
#: Slack takes no longer description of a picture.
MOST_ALT = 1000
#: Slack does not know a kind of block, or not this picture.
_REFUSED = {"invalid_blocks", "invalid_blocks_format"}


class BlocksRefused(Exception):
    """By whoever takes messages without a word about why."""


class ClaimLost(Exception):
    """Somebody else sends it by now."""


class Ladder:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._pictures: dict[str, str] = {}

    async def climb(
        self,
        message: Message,
        send: Callable[[Message], Awaitable[T]],
        *,
        hold: Callable[[], Awaitable[bool]] | None = None,
    ) -> T:
        """What sending gave. `hold` is asked before each attempt but the first, because they take their time.

        Raises: ClaimLost if it says no; whatever the last form was refused with.
        """
        forms = [*views.rungs(message)]
        for number, (rung, form) in enumerate(forms):
            drawn = await self._drawn(message, form) if rung is views.Rung.PICTURE else form
            if number and hold and not await hold():
                raise ClaimLost
            try:
                sent = await send(drawn)
            except (SlackApiError, BlocksRefused) as error:
                if number == len(forms) - 1 or not _is_about_blocks(error):
                    raise
                log.warning("blocks_refused", rung=str(rung))
                continue
            if number or message is not forms[-2][1]:  # most messages have nothing to be drawn plainer
                log.info("drawn_as", rung=str(rung))
            return sent
        raise AssertionError("a message has a form")

    async def _drawn(self, message: Message, form: Message) -> Message:
        """With the picture, if there is one and we may upload it."""
        picture = message.picture
        file = await self.uploaded(picture) if picture else None
        return views.with_picture(message, picture, file) if picture and file else form

    async def uploaded(self, picture: Picture) -> str | None:
        """The same picture is uploaded once. Without the scope, or where that is forbidden, there is none."""
        known = hashlib.sha256(f"{picture.alt}\n{picture.svg}".encode()).hexdigest()
        if known in self._pictures:
            return self._pictures[known]
        try:
            said = await self._client.files_upload_v2(
                content=await asyncio.to_thread(pictures.png, picture),
                filename=picture.name,
                title=picture.title,
                alt_txt=picture.alt[:MOST_ALT],
            )
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            why = reason(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("picture_not_uploaded", error=why)
            return None
        self._pictures[known] = str(said["file"]["id"])
        return self._pictures[known]


def _is_about_blocks(error: SlackApiError | BlocksRefused) -> bool:
    return isinstance(error, BlocksRefused) or reason(error) in _REFUSED
