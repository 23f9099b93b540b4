"""Every workspace that has installed us has an office here. Which those are is read from the store once a
beat, so that each process learns of an installation, a renewed token and a removal whichever process heard of
it first; and at once, when somebody asks from a workspace that is new to this process."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from aiohttp import ClientError
from pydantic import ValidationError
from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from structlog.contextvars import bound_contextvars

from bot import clock
from bot.feeds import BELOW, Answer
from bot.gate import Gate
from bot.oauth import OAuth
from bot.office import NotInstalled, Office, Unknown
from bot.patience import in_a_word, reason
from bot.teams import tenants
from bot.vault import CannotUnseal, Vault
from conversation import installing
from conversation.desk import Desk
from storage.errors import Unavailable
from storage.records import Installation

log = structlog.get_logger()

#: For so many seconds an office rests at most, in which nothing is due.
RESTS = 10.0
#: For so many seconds a start waits for what comes after tokens that have ended.
PATIENCE = 5.0
#: Slack's word for a refresh token that was used before, or that it revoked.
_SPENT = "invalid_refresh_token"
_NO_ANSWER = (SlackApiError, ClientError, TimeoutError, OSError, ValidationError, CannotUnseal, Unavailable)


@dataclass
class _Open:
    """An office, the installation by which it works, and what it is doing; it has its next beat then at the
    latest, by the loop's clock."""

    office: Office
    by: Installation
    rests_until: float = 0.0
    working: dict[str, asyncio.Task[None]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Bought:
    """The tokens after those of `before`, sealed, and not kept yet."""

    before: Installation
    sealed: str
    ends_at: datetime | None


class Offices:
    """`opens` makes the office of a workspace or an organisation, with its token; `again_at` is where they
    install us again, if people's browsers reach us."""

    def __init__(
        self,
        desk: Desk,
        act: Gate,
        vault: Vault,
        oauth: OAuth,
        opens: Callable[[Installation, str], Office],
        *,
        again_at: str,
    ) -> None:
        self._again_at = again_at
        self._bought: dict[str, _Bought] = {}
        self._spent: dict[str, int] = {}  # whose token nothing buys the next one of, by its version
        self._desk, self._act, self._vault, self._oauth, self._opens = desk, act, vault, oauth, opens
        self._open: dict[str, _Open] = {}
        self._sealed: dict[str, int] = {}  # whose tokens no key of ours opens, by their version
        self._looking = asyncio.Lock()
        self._working: set[asyncio.Task[None]] = set()
        self._renewing: dict[str, asyncio.Task[None]] = {}

    def __iter__(self) -> Iterator[Office]:
        return (each.office for each in self._open.values())

    def __len__(self) -> int:
        return len(self._open)

    @property
    def sealed(self) -> tuple[str, ...]:
        """Whose tokens no key of ours opens."""
        return tuple(sorted(self._sealed))

    def of(self, team: str) -> Office | None:
        found = self._open.get(team)
        return found.office if found else None

    async def answer(self, path: str, headers: Mapping[bytes, bytes]) -> Answer | None:
        """To a calendar, whose path names the workspace."""
        office = self.of(path.removeprefix(BELOW).partition("/")[0])
        return await office.feeds.answer(path, headers) if office else None

    async def where(self, context: AsyncBoltContext) -> tuple[Office, Desk]:
        """The office at which a request is answered. Raises: NotInstalled, Unknown."""
        found = await self._of(tenants(context))
        return found.office, found.office.desk

    async def authorize(self, context: AsyncBoltContext) -> AuthorizeResult:
        """For Bolt, which tells our own messages by it. Raises: as `where`."""
        found = await self._of(tenants(context))
        return AuthorizeResult(
            enterprise_id=context.enterprise_id,
            team_id=context.team_id,
            bot_user_id=found.by.bot_user_id,
            bot_id=found.by.bot_id,
            bot_token=found.office.client.token,
        )

    async def _of(self, tenants: tuple[str, ...]) -> _Open:
        """The first of them that has installed us. Who is new to this process is looked for at once: they may
        have come through another one."""
        team = tenants[0] if tenants else ""
        if found := self._open.get(team):
            return found
        if not await self.look() or not self._sealed.keys().isdisjoint(tenants):
            raise Unknown(team)
        found = next((self._open[each] for each in tenants if each in self._open), None)
        if found is None:
            raise NotInstalled(team)
        return found

    async def look(self) -> bool:
        """Who has installed us now. False if the store does not say; it is asked again with the next beat."""
        async with self._looking:
            try:
                found = await self._act(self._desk.store.installations)
            except Exception as error:
                log.warning("installations_not_read", error=type(error).__name__)
                return False
            there = {each.team_id for each in found}
            for gone in self._open.keys() - there:
                del self._open[gone]
                log.info("office_closed", team=gone)
            self._sealed = {team: version for team, version in self._sealed.items() if team in there}
            for each in found:
                self._heed(each)
            return True

    async def renew(self) -> None:
        """Tokens that end soon are exchanged for new ones, each by one process."""
        self._begin_to_renew(installing.AHEAD)
        await self.renewed()

    async def renew_what_has_ended(self) -> None:
        """At a start: with those tokens nothing can be done. Where Slack is slow, nobody else waits for it;
        the renewals go on."""
        self._begin_to_renew(timedelta())
        if self._renewing:
            await asyncio.wait(self._renewing.values(), timeout=PATIENCE)

    async def renewed(self) -> None:
        """Every renewal that was begun has ended."""
        await asyncio.gather(*self._renewing.values(), return_exceptions=True)

    async def beats(self, *, every: float, until: asyncio.Event) -> None:
        """The beats of all offices. Where nothing is due an office does with fewer, so that many quiet
        workspaces cost little."""
        await clock.beat(partial(self._beat, until), every=every, until=until)
        await asyncio.gather(*self._working, return_exceptions=True)
        await self.renewed()

    async def _beat(self, until: asyncio.Event) -> None:
        await self.look()
        self._begin_to_renew(installing.AHEAD)
        now = asyncio.get_running_loop().time()
        try:
            busy = await self._act(self._desk.store.backlog, [*self._open], self._desk.now())
        except Exception as error:
            log.warning("dues_not_read", error=type(error).__name__)
            return
        for team, each in self._open.items():
            if team in busy or now >= each.rests_until:
                each.rests_until = now + RESTS
                self._work(each, until)

    def _begin_to_renew(self, ahead: timedelta) -> None:
        """What ends within that time; each by itself, and no work waits for it: the token before is good
        meanwhile."""
        until = self._desk.now() + ahead
        for team, each in self._open.items():
            if _ends(each.by, until) and team not in self._renewing:
                task = self._renewing[team] = asyncio.create_task(self._renew(each))
                task.add_done_callback(partial(self._renewal_ended, team))

    def _renewal_ended(self, team: str, renewal: asyncio.Task[None]) -> None:
        del self._renewing[team]
        self._ended(renewal)

    def _work(self, here: _Open, until: asyncio.Event) -> None:
        """What is still under way since an earlier beat is not begun twice."""
        for name, do in here.office.work(until).items():
            if name in here.working and not here.working[name].done():
                continue
            with bound_contextvars(team=here.office.desk.team):
                task = here.working[name] = asyncio.create_task(do())
            self._working.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, work: asyncio.Task[None]) -> None:
        self._working.discard(work)
        if not work.cancelled() and (error := work.exception()):
            log.error("beat_failed", exc_info=error)

    def _heed(self, installation: Installation) -> None:
        known = self._open.get(installation.team_id)
        if known and known.by.version == installation.version:
            return
        try:
            token = self._vault.open(installation).access
        except CannotUnseal:
            if self._sealed.get(installation.team_id) != installation.version:
                log.error("token_not_unsealed", team=installation.team_id, fix="TIDEMARK_TOKEN_KEYS")
            self._sealed[installation.team_id] = installation.version
            return
        self._sealed.pop(installation.team_id, None)
        if known:
            known.by, known.office.client.token = installation, token
            known.office.poster.reopen()
            log.info("token_changed", team=installation.team_id)
            return
        self._open[installation.team_id] = _Open(self._opens(installation, token), installation)
        log.info("office_opened", team=installation.team_id, name=installation.name)

    async def _renew(self, here: _Open) -> None:
        """What fails is tried again when the claim has run out; what was bought and could not be kept, with
        the next beat, because it cannot be bought twice."""
        desk = here.office.desk
        try:
            if desk.team not in self._bought:
                await self._buy(here)
            if desk.team not in self._bought:
                return
            await self._keep(desk)
        except _NO_ANSWER as error:
            ends = str(here.by.expires_at)
            log.error("token_not_renewed", team=desk.team, error=in_a_word(error), ends=ends)
            return
        except Exception:
            log.exception("renewal_failed", team=desk.team)
            return
        log.info("token_renewed", team=desk.team)
        await self.look()

    async def _buy(self, here: _Open) -> None:
        """If it is for us to renew it. Raises: as `OAuth.renew`; CannotUnseal, Unavailable."""
        desk = here.office.desk
        if self._spent.get(desk.team) == here.by.version:
            return
        claimed = await self._act(installing.renewal, desk)
        if claimed is None:
            return
        try:
            bought = await self._oauth.renew(self._vault.open(claimed).refresh)
        except SlackApiError as error:
            if reason(error) != _SPENT:
                raise
            log.error("token_spent", team=desk.team, ends=str(claimed.expires_at), fix="install it again")
            await self._act(installing.cannot_renew, desk, claimed, again_at=self._again_at)
            self._spent[desk.team] = claimed.version
            return
        sealed = self._vault.seal(claimed.team_id, bought.tokens)
        self._bought[desk.team] = _Bought(claimed, sealed, bought.ends_at(self._desk.now()))

    async def _keep(self, desk: Desk) -> None:
        """Raises: Unavailable, and it is still to be kept."""
        bought = self._bought[desk.team]
        await self._act(
            installing.renewed, desk, bought.before, sealed=bought.sealed, expires_at=bought.ends_at
        )
        del self._bought[desk.team]


def _ends(installation: Installation, until: datetime) -> bool:
    return installation.expires_at is not None and installation.expires_at <= until
