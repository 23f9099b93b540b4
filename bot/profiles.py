"""What Slack says of people: names, job titles, time zones, and who is no person at all."""

import asyncio
from collections.abc import Iterable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.leave import on_leave_until
from bot.patience import patiently
from storage.records import Person, PersonKind

#: So many look-ups at a time; Slack allows about a hundred a minute.
AT_ONCE = 8


class Profiles:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def of(self, user_ids: Iterable[str]) -> list[Person]:
        return await asyncio.gather(*map(self.person, user_ids))

    async def person(self, user_id: str) -> Person:
        async with self._slots:
            call = self._client.users_info
            user = (await patiently(call, user=user_id, include_locale=True))["user"]
        said: dict[str, Any] = user.get("profile") or {}
        name = said.get("real_name") or user.get("real_name") or said.get("display_name") or user["name"]
        return Person(
            user_id=user_id,
            name=name,
            tz=user.get("tz") or "",
            locale=user.get("locale") or "",
            title=said.get("title") or "",
            kind=_kind(user),
            gone=bool(user.get("deleted")),
            unavailable_until=on_leave_until(said),
        )


def _kind(user: dict[str, Any]) -> PersonKind:
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        return PersonKind.BOT
    if user.get("is_stranger"):
        return PersonKind.STRANGER
    guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return PersonKind.GUEST if guest else PersonKind.MEMBER
