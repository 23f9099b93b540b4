"""In which language each reader is spoken to: a person in the one that they chose here, else in that of
their Slack; a channel in its own, if Slack tells it, else in that of whoever set up what is posted there."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.gate import Gate
from bot.language import ENGLISH, chosen
from bot.patience import NO_HELP, in_a_word
from bot.profiles import Profiles
from conversation import people
from conversation.desk import Desk
from storage.records import Person

log = structlog.get_logger()

#: Whatever was read is believed for so long; another process may have written since.
BELIEVED = timedelta(minutes=10)
#: Seconds for asking Slack about somebody while they wait; Slack waits three for the ack.
PATIENCE = 1.0
#: So often it is read who speaks another language than English.
LEARNS = timedelta(minutes=1)


class Readers:
    def __init__(self, client: AsyncWebClient, act: Gate, profiles: Profiles) -> None:
        self._client, self._act, self._profiles = client, act, profiles
        self._known: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._changed: set[str] = set()
        self._foreign: dict[tuple[str, str], str] = {}
        self._learns_at: datetime | None = None

    async def learn(self, desk: Desk) -> None:
        """Who is not spoken to in English, now and then, so that they are told in their language that the
        database is away. What fails is tried again with the next beat."""
        if self._learns_at and desk.now() < self._learns_at:
            return
        self._learns_at = desk.now() + LEARNS
        try:
            told = await self._act(people.speak_other_than, desk, ENGLISH)
        except Exception as error:
            self._learns_at = None
            log.warning("languages_not_read", error=type(error).__name__)
            return
        self._foreign = {
            (desk.team, user): chosen(language=language, locale=locale) for user, language, locale in told
        }

    def last_heard(self, desk: Desk, user_id: str) -> str:
        """Their locale as it was last read of all, without asking anybody now."""
        return self._foreign.get((desk.team, user_id), ENGLISH)

    async def locale_of(self, desk: Desk, user_id: str) -> str:
        """What we remember; of somebody new, what Slack says, once and not for long."""

        async def look() -> str:
            person = (await self._act(people.known, desk, [user_id]))[user_id]
            if not person.locale:
                person = await self._asked(desk, person)
            return chosen(language=person.language, locale=person.locale)

        return await self._believed(desk, user_id, look)

    async def locale_in(self, desk: Desk, channel: str, *, facilitator: str | None) -> str:
        found = await self._believed(desk, channel, lambda: self._channel(channel))
        return found or (await self.locale_of(desk, facilitator) if facilitator else ENGLISH)

    async def anew(self, desk: Desk, user_id: str) -> str:
        """The locale of somebody who has just chosen another language."""
        self.forget(desk, user_id)
        self._changed.add(user_id)
        return await self.locale_of(desk, user_id)

    def forget(self, desk: Desk, user_id: str) -> None:
        """Look again when it is needed next."""
        self._learns_at = None
        self._known.pop((desk.team, user_id), None)

    def changed(self) -> set[str]:
        """Who has chosen another language here since this was last asked, for other processes to hear."""
        changed, self._changed = self._changed, set()
        return changed

    def still_changed(self, user_ids: set[str]) -> None:
        """They have not heard."""
        self._changed |= user_ids

    async def _believed(self, desk: Desk, reader: str, look: Callable[[], Awaitable[str]]) -> str:
        found, until = self._known.get((desk.team, reader), ("", desk.now()))
        if desk.now() >= until:
            found = await look()
            self._known[desk.team, reader] = found, desk.now() + BELIEVED
        return found

    async def _asked(self, desk: Desk, person: Person) -> Person:
        said = await self._profiles.within(PATIENCE, person.user_id)
        if said is None:
            return person
        await self._act(people.remember, desk, [said])
        return said.model_copy(update={"language": person.language})

    async def _channel(self, channel: str) -> str:
        """Nothing where we may not read channels."""
        try:
            async with asyncio.timeout(PATIENCE):
                said = await self._client.conversations_info(channel=channel, include_locale=True)
        except NO_HELP as error:
            log.info("channel_not_read", channel=channel, error=in_a_word(error))
            return ""
        return str(said["channel"].get("locale") or "")
