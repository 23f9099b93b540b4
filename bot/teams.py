"""Which workspaces are meant. Where a whole organisation has installed us, Slack wants to be told for lists
of people and of user groups; a token of one workspace says it by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.patience import patiently

#: Workspaces are added to an organisation's app seldom.
BELIEVED = timedelta(minutes=10)
_PAGE = 100


class Teams:
    """`whole`: our token is that of an organisation."""

    def __init__(self, client: AsyncWebClient, now: Callable[[], datetime], *, whole: bool) -> None:
        self._client, self._now, self._whole = client, now, whole
        self._known: tuple[str, ...] = ()
        self._until = now()

    async def each(self) -> list[dict[str, str]]:
        """For each workspace, what is asked along with it."""
        if not self._whole:
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
