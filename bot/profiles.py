"""What Slack says of people: names, job titles, time zones, and who is no person at all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.lately import Lately
from bot.leave import on_leave_until
from bot.patience import NO_HELP, in_a_word, patiently, reason
from bot.teams import Teams
from conversation.legible import legible
from storage.records import Person, PersonKind

log = structlog.get_logger()

#: So many look-ups at a time; Slack allows about a hundred a minute.
AT_ONCE = 8
#: Of a list of everybody.
PAGE = 200


class Profiles:
    def __init__(self, client: AsyncWebClient, teams: Teams, now: Callable[[], datetime]) -> None:
        self._client, self._teams = client, teams
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._said = Lately[Person](now)

    async def of(self, user_ids: Iterable[str]) -> list[Person]:
        return await asyncio.gather(*map(self.person, user_ids))

    async def person(self, user_id: str) -> Person:
        """Raises: SlackApiError, and what else NO_HELP names."""
        person = profile(await self._user(user_id))
        self._said.keep(user_id, person)
        return person

    async def within(self, seconds: float, user_id: str) -> Person | None:
        """The same for who cannot wait for as long as Slack may let them: None if it has not said so by then,
        or does not say it."""
        try:
            async with asyncio.timeout(seconds):
                return await self.person(user_id)
        except NO_HELP as error:
            log.warning("profile_not_read", person=user_id, error=in_a_word(error))
            return None

    def lately(self, user_id: str) -> Person | None:
        """What Slack said when it was asked a moment ago, if it has not told us of a change since: a launch
        asks once for each person."""
        return self._said.of(user_id)

    def forget(self, user_id: str) -> None:
        """They changed: Slack is asked again."""
        self._said.forget(user_id)

    async def as_now(self, person: Person) -> Person:
        """Who has left, as Slack told us: out of one workspace of an organisation, or out of Slack."""
        return await self.person(person.user_id) if person.gone and self._teams.organisation else person

    async def is_admin(self, user_id: str) -> bool:
        """Whether they look after the workspace, or all of the organisation."""
        return self._looks_after(await self._user(user_id)) > 0

    async def an_admin(self) -> str | None:
        """Somebody who looks after the workspace: whoever owns it first, before other owners and admins. Of
        an organisation it is somebody in the first workspace that has anybody who looks after all of it."""
        for team in await self._teams.each():
            try:
                if found := await self._first_among(team):
                    return found
            except SlackApiError as error:
                if not team:
                    raise
                log.warning("workspace_not_read", workspace=team["team_id"], error=reason(error))
        return None

    async def _first_among(self, team: dict[str, str]) -> str | None:
        best: tuple[int, str] | None = None
        async for user in self._everybody(team):
            rank = 0 if user.get("deleted") or user.get("is_bot") else self._looks_after(user)
            if rank and (best is None or rank > best[0]):
                best = (rank, str(user["id"]))
        return best[1] if best else None

    def _looks_after(self, user: dict[str, Any]) -> int:
        """More for those who can do more; 0 for everybody else. Whoever administers one workspace of an
        organisation has no say in the others."""
        if self._teams.organisation:
            whole = user.get("enterprise_user") or {}
            return 2 * bool(whole.get("is_owner")) or int(bool(whole.get("is_admin")))
        return (
            3 * bool(user.get("is_primary_owner"))
            or 2 * bool(user.get("is_owner"))
            or int(bool(user.get("is_admin")))
        )

    async def _everybody(self, team: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        while True:
            page = await patiently(self._client.users_list, limit=PAGE, cursor=cursor, **team)
            for user in page["members"]:
                yield user
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _user(self, user_id: str) -> dict[str, Any]:
        async with self._slots:
            call = self._client.users_info
            user: dict[str, Any] = (await patiently(call, user=user_id, include_locale=True))["user"]
            return user


def profile(user: dict[str, Any]) -> Person:
    """Somebody as Slack describes them."""
    said: dict[str, Any] = user.get("profile") or {}
    name = said.get("real_name") or user.get("real_name") or said.get("display_name") or user.get("name")
    return Person(
        user_id=user["id"],
        name=legible(name or "").strip() or user["id"],
        tz=user.get("tz") or "",
        locale=user.get("locale") or "",
        title=legible(said.get("title") or ""),
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
