"""Homes: drawn when they are opened, and again when something happens that changes them.

What is drawn is always read from the store anew. Each time names the Home as we drew it last; if Slack has
another one by now (another process, another device), it is read and drawn once more.
"""

from collections.abc import Collection
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.gate import Gate
from bot.language import speaking
from bot.patience import reason
from bot.readers import Readers
from conversation import home
from conversation.desk import Desk
from conversation.home import Home

log = structlog.get_logger()


class Homes:
    def __init__(self, desk: Desk, client: AsyncWebClient, act: Gate, readers: Readers) -> None:
        self._desk, self._client, self._act, self._readers = desk, client, act, readers
        self._once_more: dict[str, bool] = {}

    async def show(self, user_id: str) -> None:
        """As things stand now. Asked for while it is being drawn, it is drawn once more."""
        if user_id in self._once_more:
            self._once_more[user_id] = True
            return
        self._once_more[user_id] = True
        try:
            while self._once_more[user_id]:
                self._once_more[user_id] = False
                await self._draw(user_id)
        finally:
            del self._once_more[user_id]

    async def refresh(self, user_ids: Collection[str]) -> None:
        """Those of these that were opened at some time. A Home that cannot be drawn now is drawn when it is
        opened."""
        for user_id in await self._act(home.to_draw, self._desk, user_ids):
            try:
                await self.show(user_id)
            except SlackApiError as error:
                log.warning("home_refused", user=user_id, error=reason(error))
            except (ClientError, TimeoutError, ConnectionError) as error:
                log.warning("home_lost", user=user_id, error=type(error).__name__)

    async def _draw(self, user_id: str) -> None:
        found, view = await self._read(user_id)
        try:
            said = await self._client.views_publish(user_id=user_id, view=view, hash=found.drawn)
        except SlackApiError as error:
            if reason(error) != "hash_conflict":
                raise
            log.info("home_was_drawn_by_another", user=user_id)
            _, view = await self._read(user_id)
            said = await self._client.views_publish(user_id=user_id, view=view)
        await self._act(home.drawn, self._desk, user_id, as_=str(said["view"]["hash"]))

    async def _read(self, user_id: str) -> tuple[Home, dict[str, Any]]:
        with speaking(await self._readers.locale_of(self._desk, user_id)):
            found = await self._act(home.home, self._desk, user_id)
            return found, views.home(found)
