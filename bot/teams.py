"""Which workspaces are meant. Where a whole organisation has installed us, Slack wants to be told for lists
of people and of user groups; a token of one workspace says it by itself."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.patience import patiently

#: Workspaces are added to an organisation's app seldom.
BELIEVED = timedelta(minutes=10)
_PAGE = 100


class Teams:
    """`organisation`: whose token ours is, if it is none of a single workspace."""

    def __init__(
        self, client: AsyncWebClient, now: Callable[[], datetime], *, organisation: str = ""
    ) -> None:
        self._client, self._now, self.organisation = client, now, organisation
        self._known: tuple[str, ...] = ()
        self._until = now()

    async def have(self, team: str) -> bool:
        """Whether it is the organisation or one of its workspaces."""
        if not self.organisation:
            return False
        return team == self.organisation or {"team_id": team} in await self.each()

    async def near(self, team: str) -> list[dict[str, str]]:
        """As `each`, for the workspace from which somebody asks alone, if Slack has named it: an organisation
        may have hundreds, and what is in the others is not theirs."""
        if self.organisation and team.startswith("T"):
            return [{"team_id": team}]
        return await self.each()

    async def each(self) -> list[dict[str, str]]:
        """For each workspace, what is asked along with it."""
        if not self.organisation:
            return [{}]
        if not self._known or self._now() >= self._until:
            self._known, self._until = await self._listed(), self._now() + BELIEVED
        return [{"team_id": team} for team in self._known]

    async def _listed(self) -> tuple[str, ...]:
        found: list[str] = []
        cursor = ""
        while True:
            page = await patiently(self._client.auth_teams_list, limit=_PAGE, cursor=cursor)
            found += (str(team["id"]) for team in page["teams"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return tuple(found)


def tenants(context: AsyncBoltContext) -> tuple[str, ...]:
    """Whose request it is: that of the organisation, where it has installed us as a whole, for Slack then
    often names no workspace; else that of the workspace. Where Slack does not say which of them has (in what
    it tells last, that we were removed), it is the organisation's if the workspace has not."""
    whole = context.enterprise_id
    asked = (whole,) if context.is_enterprise_install else (context.team_id, whole)
    return tuple(dict.fromkeys(each for each in asked if each))


def workspace_of(body: Mapping[str, Any]) -> str:
    """From which one somebody acts, also where a whole organisation has installed us; empty, if Slack does
    not say."""
    user = body.get("user")
    theirs = user.get("team_id") if isinstance(user, dict) else None
    team = theirs or body.get("team_id")
    return team if isinstance(team, str) else ""
