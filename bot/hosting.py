"""One service for every workspace that installs us: by one process, or by several on one database."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult

from bot import clock
from bot.app import answering, at, close, desk_of, entrance_of, seals_of
from bot.gate import Gate
from bot.installations import no_key_opens
from bot.installing import Installing
from bot.line import (
    CannotReachSlack,
    refusals_in_words,
    slack_client,
    slack_session,
    try_the_app_token,
)
from bot.oauth import OAuth
from bot.office import Office, office
from bot.offices import RESTS, Offices
from bot.pace import Pace
from bot.requests import Numbers
from bot.seals import LOOKS_EVERY, Seals
from bot.settings import HttpSettings, Settings
from bot.starting import forget_departed
from bot.stopping import Stop
from bot.trackers import trackers
from bot.vault import Vault
from bot.watchdog import watched
from bot.webhook import Receiver
from conversation.pack import Pack
from conversation.reference import ReferenceData
from storage.records import Installation
from storage.store import Store

log = structlog.get_logger()


class WrongKeys(CannotReachSlack):
    """The database has tokens, and none of our keys opens one of them; says what to do."""


@dataclass(frozen=True)
class Host:
    """Everything that runs, for who starts and stops it."""

    app: AsyncApp
    offices: Offices
    seals: Seals
    number: Numbers

    async def beats(self, *, every: float, until: asyncio.Event) -> None:
        keep_up = self.number.each("form_keys", self.seals.keep_up)
        await asyncio.gather(
            self.offices.beats(every=every, until=until),
            clock.beat(keep_up, every=LOOKS_EVERY, until=until),
        )


@asynccontextmanager
async def hosting(
    settings: Settings | HttpSettings,
    store: Store,
    *,
    pack: Pack | None = None,
    references: tuple[ReferenceData, ...] | None = None,
    now: Callable[[], datetime] = clock.now,
    new_id: Callable[[], str] = clock.new_id,
    seconds: Callable[[], float] = time.monotonic,
    new_secret: Callable[[], str] = clock.new_secret,
    stop: Stop | None = None,
) -> AsyncIterator[Host]:
    """As `bot.starting.running`, with an office for each workspace that has installed us, and for each that
    does.

    Raises: CannotReachSlack, WrongKeys, CannotListen.
    """
    stop = stop or Stop(settings.stop_seconds)
    async with slack_session() as session, Gate(store) as act, AsyncExitStack() as life:
        client = slack_client(settings, session)
        forget_departed(store, now)
        with refusals_in_words(client, "SLACK_CLIENT_ID"):
            await client.api_test()
        await try_the_app_token(client, settings)
        desk = desk_of(settings, store, pack, references, now=now, new_id=new_id)
        number = Numbers(desk.claimant)

        def opens(installed: Installation, token: str) -> Office:
            its = settings.of(installed.team_id)
            return office(
                at(desk, installed.team_id, its),
                slack_client(settings, session, token),
                act,
                session,
                Pace(seconds),
                number,
                whole=installed.is_organisation,
                every=max(settings.beat_seconds, RESTS),
                trackers=trackers(its, session),
                receiver=Receiver.of(its, session),
            )

        vault = Vault(settings.keys)
        oauth = OAuth(
            client,
            client_id=settings.client_id,
            secret=settings.client_secret.get_secret_value(),
            redirect_uri=f"{settings.public_url}{Installing.BACK}",
        )
        public = settings.public_url
        again_at = f"{public}{Installing.INSTALL}" if public else ""
        offices = Offices(desk, act, vault, oauth, opens, again_at=again_at)
        await offices.look()
        if offices.sealed and not len(offices):
            raise WrongKeys(no_key_opens(offices.sealed))
        life.push_async_callback(offices.renewed)  # also where the start fails: a token is sold only once
        await offices.renew_what_has_ended()

        async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
            return await offices.authorize(context)  # Bolt reads the arguments of a function, not of a method

        seals = await seals_of(store, act, now, new_secret())
        app, dispatch = answering(client, settings, seals, offices.where, authorize)
        pages = Installing(desk, act, vault, oauth, offices, public_url=settings.public_url)
        entrance = entrance_of(
            app, dispatch, act, store, settings, stop, lambda: [*offices], offices, now, pages.endpoints()
        )
        await entrance.open()
        log.info("connected", installations=len(offices))
        try:
            async with watched(entrance, act, settings.alive_file):
                yield Host(app, offices, seals, number)
        finally:
            await close(stop, entrance, offices)
