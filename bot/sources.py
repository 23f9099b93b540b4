"""Where people come from: user groups and channels, and who is in them now."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.patience import patiently, reason
from bot.rooms import Room, UserGroup
from bot.teams import Teams
from conversation.errors import CannotPostThere
from conversation.legible import legible

log = structlog.get_logger()

PAGE = 200


@dataclass(frozen=True)
class Gathered:
    """Who was found: for each person the sources in which they are. `empty` ones have nobody in them, or
    cannot be read."""

    found: dict[str, tuple[str, ...]]
    empty: tuple[str, ...]


class Sources:
    def __init__(self, client: AsyncWebClient, teams: Teams) -> None:
        self._client, self._teams = client, teams
        self._ourselves = ""
        self._places: dict[str, dict[str, str]] = {}  # of user groups: the workspace, as it is asked for

    async def are_ours(self, team: str) -> bool:
        """Whether it is the organisation whose token we have, or one of its workspaces."""
        return await self._teams.have(team)

    async def groups(self, *, near: str) -> tuple[UserGroup, ...]:
        """Those that are in use, by handle; none, where the workspace has or allows none. `near`: from which
        workspace they are asked for."""
        try:
            listed = []
            for team in await self._teams.near(near):
                there = (await patiently(self._client.usergroups_list, **team))["usergroups"]
                self._places |= {group["id"]: team for group in there}
                listed += there
        except SlackApiError as error:
            log.info("no_user_groups", error=reason(error))
            return ()
        groups = {
            UserGroup(group["id"], legible(group["handle"]), legible(group["name"])) for group in listed
        }
        return tuple(sorted(groups, key=lambda group: (group.handle.casefold(), group.id)))

    async def with_member(self, user_id: str, among: Iterable[str]) -> tuple[str, ...]:
        """Of these user groups (people among them are passed over) those in which this person is."""
        groups = [one for one in among if one.startswith("S")]
        members = await asyncio.gather(*map(self._members, groups))
        return tuple(group for group, inside in zip(groups, members, strict=True) if user_id in inside)

    async def gather(self, sources: Iterable[str], people: Iterable[str]) -> Gathered:
        """The members of these sources as they are now, and those who were picked by hand."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(people, ())
        empty = []
        for source in sources:
            members = [user for user in await self._members(source) if user != await self._us()]
            if not members:
                empty.append(source)
            for user in members:
                found[user] = (*found.get(user, ()), source)
        return Gathered(found, tuple(empty))

    async def room(self, channel: str | None) -> Room | None:
        """A channel as we see it; None where there is none, or none that we see."""
        if not channel or not channel.startswith(("C", "G")):
            return None
        try:
            return await self._room(channel)
        except SlackApiError as error:
            log.info("channel_not_seen", error=reason(error))
            return None

    async def must_be_open(self, channel: str | None) -> None:
        """Raises: CannotPostThere."""
        if not channel:
            return
        try:
            room = await self._room(channel)
        except SlackApiError as error:
            raise CannotPostThere(error=reason(error)) from None
        if not room.open_to_us:
            raise CannotPostThere(error="not_in_channel")

    async def _room(self, channel: str) -> Room:
        said = (await patiently(self._client.conversations_info, channel=channel))["channel"]
        is_open = bool(said.get("is_member")) and not said.get("is_archived")
        return Room(channel, legible(said.get("name") or ""), is_open)

    async def _us(self) -> str:
        if not self._ourselves:
            self._ourselves = str((await patiently(self._client.auth_test))["user_id"])
        return self._ourselves

    async def _members(self, source: str) -> list[str]:
        if source.startswith("S"):
            return await self._in_group(source)
        return await self._read(self._client.conversations_members, "members", channel=source, limit=PAGE)

    async def _in_group(self, group: str) -> list[str]:
        """In whichever workspace it is; where it was found before is looked at first."""
        place = self._places.get(group)
        for team in sorted(await self._teams.each(), key=lambda each: each != place):
            call = self._client.usergroups_users_list
            if members := await self._read(call, "users", usergroup=group, **team):
                self._places[group] = team
                return members
        return []

    async def _read(self, call: Callable[..., Awaitable[Any]], what: str, **asked: Any) -> list[str]:
        """One that is gone, disabled or not ours to read has nobody in it for us."""
        try:
            return [user async for page in _pages(call, **asked) for user in page[what]]
        except SlackApiError as error:
            log.warning("source_not_read", error=reason(error))
            return []


async def _pages(call: Callable[..., Awaitable[Any]], **asked: Any) -> AsyncIterator[Any]:
    cursor = ""
    while True:
        page = await patiently(call, **asked, **({"cursor": cursor} if cursor else {}))
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
