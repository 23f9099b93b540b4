"""What Slack says of people: names, job titles, time zones, and who is no person at all."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from storage.records import Person

#: So many look-ups at a time; Slack allows about a hundred a minute.
AT_ONCE = 8


@dataclass(frozen=True)
class Profile:
    """`asked` is False for bots and for accounts that are switched off."""

    person: Person
    job_title: str
    asked: bool


class Profiles:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def person(self, user_id: str) -> Person:
        return (await self.profile(user_id)).person

    async def of(self, user_ids: Iterable[str]) -> list[Profile]:
        return await asyncio.gather(*map(self.profile, user_ids))

    async def profile(self, user_id: str) -> Profile:
        async with self._slots:
            user = (await self._client.users_info(user=user_id))["user"]
        said: dict[str, Any] = user.get("profile") or {}
        name = said.get("real_name") or user.get("real_name") or said.get("display_name") or user["name"]
        return Profile(
            person=Person(user_id=user_id, name=name, tz=user.get("tz") or "UTC"),
            job_title=said.get("title") or "",
            asked=not (user.get("is_bot") or user.get("deleted") or user_id == "USLACKBOT"),
        )
