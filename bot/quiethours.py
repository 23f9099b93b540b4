"""In which hours people do not want to be disturbed, as Slack tells it: whoever is written to next is asked
about in one call, because Slack lets us wait above fifty calls a minute, and a launch writes to more people.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.gate import Gate
from bot.lately import Lately
from bot.patience import (
    LONGEST_WAIT,
    NO_HELP,
    NO_WORDS,
    WHILE_OTHERS_WAIT,
    in_a_word,
    reason,
    seconds_to_wait,
)
from bot.slack import NOT_NOW, UNSURE
from bot.teams import Teams
from conversation import ledger
from conversation.desk import Desk

log = structlog.get_logger()

#: What waits until somebody can be reached.
IN_THEIR_HOURS = {"invite", "nudge", "closed_early", "again", "remind", "escalation", "summary"}
#: Of so many people Slack tells in one call.
TOGETHER = 50
#: Slack counts calls by the minute: who has waited for so many of them waits for something that is broken.
MOST_SILENCE = timedelta(minutes=10)
#: When it does not say how long we are to wait.
SECONDS_TO_WAIT = 30
#: What it says where it tells nothing now, and may later.
_LATER = NOT_NOW | UNSURE | {NO_WORDS}
_NOT_OURS_TO_ASK = {"missing_scope", "not_allowed_token_type"}
_NOT_THERE = {"user_not_found", "user_not_visible"}

Hours = Mapping[str, Any]


class NotLearnt(Exception):
    """Whether somebody wants to be left alone now, Slack tells in so many seconds at the earliest."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


class QuietHours:
    """Where Slack does not tell now, because it lets us wait or does not answer, messages wait with us, and
    it is asked again when it says so. They wait for ten minutes at most, counted from the first call that it
    did not answer: from then on they go by what we know, until it answers again."""

    def __init__(self, desk: Desk, client: AsyncWebClient, act: Gate, teams: Teams) -> None:
        self._desk, self._client, self._act, self._teams = desk, client, act, teams
        self._may_ask = True
        self._asking = asyncio.Lock()
        self._wanted: list[str] = []  # whoever is being asked about, or is about to be
        self._told = Lately[Hours](desk.now)
        self._apart: set[str] = set()  # of whom Slack did not tell together with others
        self._silent_since: datetime | None = None
        self._not_before = desk.now()

    def ask_again(self) -> None:
        """Our token is another one, which may have the scope."""
        self._may_ask = True

    async def until(self, user_id: str) -> datetime | None:
        """The end of those in which they are now; None without the scope, too. Raises: NotLearnt."""
        self._wanted.append(user_id)
        try:
            async with self._asking:
                hours = self._told.of(user_id)
                if hours is None and self._may_ask and not self._has_to_wait():
                    hours = await self._asked(user_id)
        finally:
            self._wanted.remove(user_id)
        if hours is None and self._may_ask:
            self._wait()
        return quiet_until(hours or {}, self._desk.now())

    async def _asked(self, user_id: str) -> Hours | None:
        """None if Slack does not tell now."""
        try:
            hours = await self._learn(user_id)
        except SlackApiError as error:
            if reason(error) in _LATER:
                self._not_now(error, seconds_to_wait(error, otherwise=SECONDS_TO_WAIT))
                return None
            self._may_ask = reason(error) not in _NOT_OURS_TO_ASK
            hours = {}
        except NO_HELP as error:
            self._not_now(error, SECONDS_TO_WAIT)
            return None
        self._silent_since = None
        self._told.keep(user_id, hours)
        return hours

    async def _learn(self, user_id: str) -> Hours:
        """Raises: SlackApiError, and what else NO_HELP names."""
        others = [] if user_id in self._apart else await self._others(user_id)
        if others:
            told = await self._learn_together([user_id, *others])
            for each, hours in told.items():
                self._told.keep(each, hours)
            if user_id in told:
                return told[user_id]
        async with asyncio.timeout(WHILE_OTHERS_WAIT):
            hours = await self._learn_alone(user_id)
        self._apart.discard(user_id)
        return hours

    async def _learn_alone(self, user_id: str) -> Hours:
        """In an organisation each workspace is asked, until one knows them."""
        unknown: SlackApiError | None = None
        for where in await self._teams.each():
            try:
                said = await self._client.dnd_info(user=user_id, **where)
                return said.data if isinstance(said.data, dict) else {}
            except SlackApiError as error:
                if reason(error) not in _NOT_THERE:
                    raise
                unknown = error
        if unknown:
            raise unknown
        return {}

    async def _learn_together(self, user_ids: list[str]) -> dict[str, Hours]:
        """One whom Slack does not let us see is enough for it to tell of nobody; then each is asked about
        apart."""
        told: Any = None
        try:
            async with asyncio.timeout(WHILE_OTHERS_WAIT):
                for where in (await self._teams.each())[:1]:
                    told = (await self._client.dnd_teamInfo(users=user_ids, **where)).get("users")
        except SlackApiError as error:
            if reason(error) in _LATER | _NOT_OURS_TO_ASK:
                raise
            log.info("hours_not_told_together", people=len(user_ids), error=reason(error))
        each = told if isinstance(told, dict) else {}
        known = {user_id: each[user_id] for user_id in user_ids if isinstance(each.get(user_id), dict)}
        self._apart.update(set(user_ids) - set(known))
        return known

    async def _others(self, user_id: str) -> list[str]:
        """Who is written to next, and of whom nothing is known. Of those due first some are known already."""
        due = await self._act(ledger.readers_due, self._desk, kinds=IN_THEIR_HOURS, most=2 * TOGETHER)
        known = {user_id, *self._apart}
        each = dict.fromkeys([*self._wanted, *due])
        return [one for one in each if one not in known and self._told.of(one) is None][: TOGETHER - 1]

    def _has_to_wait(self) -> bool:
        """For Slack. What is further ahead is of a clock that was set back."""
        now = self._desk.now()
        return now < self._not_before <= now + LONGEST_WAIT

    def _not_now(self, error: Exception, seconds: float) -> None:
        log.warning("hours_not_told", error=in_a_word(error), seconds=seconds)
        now = self._desk.now()
        if self._silent_since is None or now > self._not_before + MOST_SILENCE:  # nobody has asked for long
            self._silent_since = now
        self._not_before = now + timedelta(seconds=seconds)

    def _wait(self) -> None:
        """Raises: NotLearnt, unless that has taken too long already."""
        now = self._desk.now()
        ends = min(self._silent_since or now, now) + MOST_SILENCE
        if now < ends:
            raise NotLearnt((min(self._not_before, ends) - now).total_seconds())


def quiet_until(hours: Hours, now: datetime) -> datetime | None:
    """Of others Slack tells the hours that they set, not what they snooze."""
    start, end = (int(hours.get(f"next_dnd_{edge}_ts") or 0) for edge in ("start", "end"))
    inside = hours.get("dnd_enabled") and start <= now.timestamp() < end
    return datetime.fromtimestamp(end, UTC) if inside else None
