"""Whether somebody can be reached just now, by what Slack says: asked right before an invitation or a
reminder goes out, because people move, go on leave and leave.

Slack's word is a hint. Without the scope, or without an answer, we go by what we know.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.gate import Gate
from bot.patience import NO_HELP, in_a_word, reason
from bot.profiles import Profiles
from conversation import people
from conversation.desk import Desk
from storage.records import Person

log = structlog.get_logger()

#: Seconds for asking who somebody is; whatever else is due would wait along.
PATIENCE = 5.0


class Presence:
    def __init__(self, desk: Desk, client: AsyncWebClient, act: Gate, profiles: Profiles) -> None:
        self._desk, self._client, self._act, self._profiles = desk, client, act, profiles
        self._may_ask = True

    def ask_again(self) -> None:
        """Our token is another one, which may have the scope."""
        self._may_ask = True

    async def look(self, user_id: str) -> None:
        """Remember where they are, and until when they do not want to hear from anybody. Of whom Slack was
        asked a moment ago only the latter: another process may have heard since who they are now."""
        lately = self._profiles.lately(user_id)
        try:
            async with asyncio.timeout(PATIENCE):
                person = lately or await self._profiles.person(user_id)
        except NO_HELP as error:
            log.warning("profile_not_read", person=user_id, error=in_a_word(error))
            return
        ends = [person.unavailable_until, await self._quiet_until(user_id)]
        until = max((end for end in ends if end), default=None)
        if lately:
            known = await self._act(people.unavailable, self._desk, user_id, until=until)
            if known:
                return
        await self._act(people.remember, self._desk, [_until(person, until)])

    async def _quiet_until(self, user_id: str) -> datetime | None:
        """The end of the do-not-disturb hours in which they are now."""
        if not self._may_ask:
            return None
        try:
            said = await self._client.dnd_info(user=user_id)
        except SlackApiError as error:
            self._may_ask = reason(error) not in {"missing_scope", "not_allowed_token_type"}
            return None
        except NO_HELP:
            return None
        return quiet_until(said.data, self._desk.now()) if isinstance(said.data, dict) else None


def quiet_until(said: dict[str, Any], now: datetime) -> datetime | None:
    """From what dnd.info says. Of others it knows the hours that they set, not what they snooze."""
    start, end = (int(said.get(f"next_dnd_{edge}_ts") or 0) for edge in ("start", "end"))
    inside = said.get("dnd_enabled") and start <= now.timestamp() < end
    return datetime.fromtimestamp(end, UTC) if inside else None


def _until(person: Person, until: datetime | None) -> Person:
    return person.model_copy(update={"unavailable_until": until})
