"""The one place that knows all the pieces."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, language, listeners, scopes, tracing
from bot.company import Company
from bot.dispatch import Dispatch
from bot.doors import Doors
from bot.drawing import Drawing
from bot.entrance import CannotListen as CannotListen
from bot.entrance import Entrance
from bot.errands import Errands
from bot.explain import explain
from bot.feeds import Feeds
from bot.files import Files
from bot.gate import Gate
from bot.homes import Homes
from bot.listeners.asked import Asked
from bot.pace import Pace
from bot.posts import NO_WORDS, SLACK_TIMEOUT, Poster, reason
from bot.presence import Presence
from bot.profiles import Profiles
from bot.readers import Readers
from bot.requests import Numbers
from bot.settings import HttpSettings, Settings
from bot.socket import Socket
from bot.sources import Sources
from bot.stopping import Stop
from bot.trackers import Tracker, trackers
from bot.webhook import Hook, Receiver
from conversation import first, installation, ledger, webhooks
from conversation.desk import Desk
from conversation.pack import Pack
from conversation.reference import ReferenceData, shipped
from storage.records import TrackerKind
from storage.store import Store

log = structlog.get_logger()


#: Longer nobody who answers can wait for what others hold in the database.
SECONDS_FOR_A_LOCK = 2.0


class CannotReachSlack(Exception):
    """Slack cannot be reached, or does not take our tokens."""


@dataclass(frozen=True)
class Bot:
    """Everything that runs, for who starts and stops it."""

    desk: Desk
    app: AsyncApp
    dispatch: Dispatch
    poster: Poster
    errands: Errands
    hook: Hook
    drawing: Drawing
    company: Company
    feeds: Feeds
    number: Numbers

    async def beats(self, *, every: float, stop: Stop) -> None:
        """Every so many seconds, until told to stop: post what is due, and beside that do what others may be
        slow to take, and meet the other processes."""
        beats: dict[str, Callable[[], Awaitable[None]]] = {
            "posts": partial(self.poster.post_due, until=stop.asked),
            "errands": partial(self.errands.run, until=stop.asked),
            "events": partial(self.hook.run, until=stop.asked),
            "company": self.company.meet,
        }
        await asyncio.gather(
            *(
                clock.beat(self.number.each(name, beat), every=every, until=stop.asked)
                for name, beat in beats.items()
            )
        )


@asynccontextmanager
async def running(
    settings: Settings | HttpSettings,
    store: Store,
    *,
    pack: Pack | None = None,
    references: tuple[ReferenceData, ...] | None = None,
    now: Callable[[], datetime] = clock.now,
    new_id: Callable[[], str] = clock.new_id,
    seconds: Callable[[], float] = time.monotonic,
    stop: Stop | None = None,
) -> AsyncIterator[Bot]:
    """A bot that is connected to Slack; on leaving, or told to `stop`, it takes no more work, finishes what
    it began while there is time, and closes. New assessments are opened with `pack`, by default the shipped
    one, and results are compared with `references`, by default the shipped ones. Time, ids and the seconds
    by which Slack's pace is kept can be given by who wants to move them.

    Raises: CannotReachSlack, CannotListen.
    """
    stop = stop or Stop(settings.stop_seconds)
    async with ClientSession(timeout=ClientTimeout(total=SLACK_TIMEOUT)) as session:
        client = slack_client(settings, session)
        for gone in installation.erase_departed(store, now()):
            log.info("workspace_erased", team=gone)
        team, lacking = await _greet(client, settings)
        desk = Desk(
            team=team,
            store=store,
            now=now,
            new_id=new_id,
            pack=pack or Pack.shipped("mlops"),
            claimant=new_id(),
            references=shipped() if references is None else references,
            creators=settings.creators,
            timezone=settings.timezone,
            retention_months=settings.retention_months,
            uninstalled_days=settings.uninstalled_days,
            trackers=settings.trackers,
            public_url=settings.public_url if isinstance(settings, HttpSettings) else "",
            heard=webhooks.owe if settings.webhook_secret else None,
        )
        act = Gate(store)
        if await act(installation.back, desk):
            log.info("installed_again", team=team)
        bot = create_app(
            desk,
            client,
            act,
            session,
            Pace(seconds),
            settings,
            trackers=trackers(settings, session),
            receiver=Receiver.of(settings, session),
        )
        await bot.company.meet()
        entrance = _entrance(bot, act, settings, stop)
        await entrance.open()
        log.info("connected", team=team)
        if lacking:
            log.error("scopes_missing", scopes=lacking)
            await act(first.tell_of_missing_scopes, desk, lacking)
        try:
            yield bot
        finally:
            if not stop.asked.is_set():
                stop.ask(at_once=True)
            if not await stop.in_time(entrance.stop()):
                log.warning("not_all_acked")
            if not await stop.in_time(bot.drawing.finished()):
                log.warning("not_all_drawn", left=bot.drawing.give_up())
            await bot.company.leave()
            act.close()
            log.info("stopped")


def _entrance(bot: Bot, act: Gate, settings: Settings | HttpSettings, stop: Stop) -> Entrance:
    if isinstance(settings, Settings):
        return Socket(bot.app, bot.dispatch, settings.slack_app_token.get_secret_value())
    from bot.metrics import Metrics, Now  # what Socket Mode does not need is not imported for it
    from bot.service import Front, Handler, Service

    metrics, store = Metrics(), bot.desk.store

    async def read_out() -> bytes:
        try:
            owed, oldest = await act(ledger.backlog, bot.desk)
        except Exception as error:
            log.warning("backlog_not_read", error=type(error).__name__)
            owed, oldest = None, None
        now = Now(
            postings=bot.poster.outcomes,
            owed=owed,
            oldest=oldest,
            beat_lag=bot.poster.lag(),
            database_errors=store.failures,
            processes=bot.company.processes,
        )
        return metrics.text(now)

    front = Front(
        Handler(bot.app, bot.dispatch, metrics),
        settings.signing_secret.get_secret_value(),
        metrics,
        is_ready=partial(act, store.is_ready),
        read_out=read_out,
        stop=stop,
        calendars=bot.feeds if settings.public_url else None,
    )
    return Service(front, settings, stop)


def create_app(
    desk: Desk,
    client: AsyncWebClient,
    act: Gate,
    session: ClientSession,
    pace: Pace,
    settings: Settings | HttpSettings,
    *,
    trackers: Mapping[TrackerKind, Tracker],
    receiver: Receiver | None,
) -> Bot:
    profiles, files, sources = Profiles(client), Files(client, session), Sources(client)
    readers = Readers(client, act, profiles)
    homes = Homes(desk, client, act, readers)
    presence = Presence(desk, client, act, profiles)
    errands = Errands(desk, act, readers, trackers)
    poster = Poster(desk, client, act, pace, readers, homes, presence, profiles, errands)
    drawing = Drawing(client, poster, pace, session, homes)
    company = Company(desk, act, pace, readers, every=settings.beat_seconds, alone=desk.store.one_writer)
    app = AsyncApp(
        name="tidemark",  # or Bolt reads all source files of the call stack to find one
        client=client,
        signing_secret=_signing_secret(settings),
        process_before_response=True,
        ignoring_self_assistant_message_events_enabled=False,
    )

    number = Numbers(desk.claimant)

    async def provide(context: AsyncBoltContext, body: dict[str, Any]) -> None:
        """What listeners can ask for by name; who and where, for every line of the log; and the language in
        which whoever acts is answered."""
        context["desk"] = desk.at(context.team_id or desk.team)
        context["act"], context["draw"], context["profiles"] = act, drawing, profiles
        context["files"], context["readers"], context["sources"] = files, readers, sources
        context["doors"] = Doors(client)
        context["asking"] = partial(
            Asked,
            desk=context["desk"],
            act=act,
            draw=drawing,
            profiles=profiles,
            sources=sources,
            readers=readers,
            files=files,
        )
        drawing.begins(body)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number(), team=context.team_id, user=context.user_id)
        if context.user_id:
            language.begin(await readers.locale_of(context["desk"], context.user_id))

    dispatch = Dispatch(app, listeners.routes(), provide, explain)
    hook, calendars = Hook(desk, act, receiver), Feeds(desk, act, readers)
    return Bot(desk, app, dispatch, poster, errands, hook, drawing, company, calendars, number)


def _signing_secret(settings: Settings | HttpSettings) -> str | None:
    return None if isinstance(settings, Settings) else settings.signing_secret.get_secret_value()


def slack_client(settings: Settings | HttpSettings, session: ClientSession) -> AsyncWebClient:
    """All calls share one HTTP session, whose time limit holds for each. No retries of the client's own: it
    would post twice."""
    return tracing.client_class()(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )


async def run(
    settings: Settings | HttpSettings,
    store: Store,
    pack: Pack | None = None,
    references: tuple[ReferenceData, ...] | None = None,
    *,
    now: Callable[[], datetime] = clock.now,
    seconds: Callable[[], float] = time.monotonic,
) -> None:
    """Run until told to stop (SIGTERM, or Ctrl-C, which lets nobody wait), also while Slack lets us wait for
    a connection.

    Raises: CannotReachSlack, CannotListen.
    """
    stop, loop = Stop(settings.stop_seconds), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.ask)
    loop.add_signal_handler(signal.SIGINT, partial(stop.ask, at_once=True))
    told = asyncio.create_task(stop.asked.wait())
    told.add_done_callback(lambda _: log.info("stopping"))
    life = running(settings, store, pack=pack, references=references, now=now, seconds=seconds, stop=stop)
    async with life as bot:
        beats = asyncio.create_task(bot.beats(every=settings.beat_seconds, stop=stop))
        await asyncio.wait({beats, told}, return_when=asyncio.FIRST_COMPLETED)
        if not await stop.in_time(beats):
            log.warning("not_all_posted")


async def _greet(client: AsyncWebClient, settings: Settings | HttpSettings) -> tuple[str, tuple[str, ...]]:
    """Whether Slack takes our tokens; gives the workspace's id, and the scopes that are missing there. The
    socket's own client would try a bad app token for ever."""
    setting = "SLACK_BOT_TOKEN"
    try:
        said = await client.auth_test()
        if isinstance(settings, Settings):
            setting = "SLACK_APP_TOKEN"
            await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        return str(said["team_id"]), scopes.missing(said.headers.get("x-oauth-scopes"))
    except SlackApiError as error:
        raise CannotReachSlack(_refusal(setting, reason(error), client.base_url)) from None
    except (ClientError, TimeoutError, OSError, AttributeError) as error:
        raise CannotReachSlack(
            f"Slack cannot be reached at {client.base_url} ({type(error).__name__}). "
            "Check the network, or SLACK_API_URL (it ends in /api/)."
        ) from None


def _refusal(setting: str, why: str, url: str) -> str:
    if why == NO_WORDS:
        return f"{url} does not answer as Slack's API does. SLACK_API_URL ends in /api/; check it."
    kind = "Bot User OAuth Token" if setting == "SLACK_BOT_TOKEN" else "app-level token"
    return f"Slack does not take {setting} ({why}). Copy the {kind} again."
