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

from bot import clock, language, listeners, scopes
from bot.doors import Doors
from bot.drawing import Drawing
from bot.errands import Errands
from bot.explain import explain
from bot.files import Files
from bot.gate import Gate
from bot.homes import Homes
from bot.listeners.asked import Asked
from bot.pace import Pace
from bot.posts import NO_WORDS, SLACK_TIMEOUT, Poster, reason
from bot.presence import Presence
from bot.profiles import Profiles
from bot.readers import Readers
from bot.settings import Settings
from bot.socket import Socket
from bot.sources import Sources
from bot.trackers import Tracker, trackers
from bot.webhook import Hook, Receiver
from conversation import first, installation, webhooks
from conversation.desk import Desk
from conversation.pack import Pack
from conversation.reference import ReferenceData, shipped
from storage.records import TrackerKind
from storage.store import Store

log = structlog.get_logger()


class CannotReachSlack(Exception):
    """Slack cannot be reached, or does not take our tokens."""


@dataclass(frozen=True)
class Bot:
    """Everything that runs, for who starts and stops it."""

    desk: Desk
    app: AsyncApp
    poster: Poster
    errands: Errands
    hook: Hook
    drawing: Drawing
    socket: Socket

    async def beats(self, *, every: float, until: asyncio.Event) -> None:
        """Do what is due every so many seconds: messages, and beside them what others may be slow to take."""
        work = (self.poster.post_due, self.errands.run, self.hook.run)
        beats = (clock.beat(partial(each, until=until), every=every, until=until) for each in work)
        await asyncio.gather(*beats)


@asynccontextmanager
async def running(
    settings: Settings,
    store: Store,
    *,
    pack: Pack | None = None,
    references: tuple[ReferenceData, ...] | None = None,
    now: Callable[[], datetime] = clock.now,
    new_id: Callable[[], str] = clock.new_id,
    seconds: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Bot]:
    """A bot that is connected to Slack; on leaving, it stops taking work, finishes what it began, and
    closes. New assessments are opened with `pack`, by default the shipped one, and results are compared with
    `references`, by default the shipped ones. Time, ids and the seconds by which Slack's pace is kept can be
    given by who wants to move them.

    Raises: CannotReachSlack.
    """
    async with ClientSession(timeout=ClientTimeout(total=SLACK_TIMEOUT)) as session:
        client = slack_client(settings, session)
        app_token = settings.slack_app_token.get_secret_value()
        for gone in installation.erase_departed(store, now()):
            log.info("workspace_erased", team=gone)
        team, lacking = await _greet(client, app_token)
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
            heard=webhooks.owe if settings.webhook_secret else None,
        )
        act = Gate(one_writer=store.one_writer)
        if await act(installation.back, desk):
            log.info("installed_again", team=team)
        bot = create_app(
            desk,
            client,
            act,
            session,
            Pace(seconds),
            app_token=app_token,
            trackers=trackers(settings, session),
            receiver=Receiver.of(settings, session),
        )
        await bot.socket.connect_async()  # type: ignore[no-untyped-call]
        log.info("connected", team=team)
        if lacking:
            log.error("scopes_missing", scopes=lacking)
            await act(first.tell_of_missing_scopes, desk, lacking)
        try:
            yield bot
        finally:
            await bot.socket.stop()
            await bot.drawing.finished()
            act.close()
            log.info("stopped")


def create_app(
    desk: Desk,
    client: AsyncWebClient,
    act: Gate,
    session: ClientSession,
    pace: Pace,
    *,
    app_token: str,
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
    app = AsyncApp(
        name="tidemark",  # or Bolt reads all source files of the call stack to find one
        client=client,
        process_before_response=True,
        ignoring_self_assistant_message_events_enabled=False,
    )

    async def provide(
        context: AsyncBoltContext, body: dict[str, Any], next: Callable[[], Awaitable[None]]
    ) -> None:
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
        structlog.contextvars.bind_contextvars(team=context.team_id, user=context.user_id)
        if context.user_id:
            language.begin(await readers.locale_of(context["desk"], context.user_id))
        await next()

    app.middleware(provide)
    app.error(explain)
    listeners.register(app)
    return Bot(desk, app, poster, errands, Hook(desk, act, receiver), drawing, Socket(app, app_token))


def slack_client(settings: Settings, session: ClientSession) -> AsyncWebClient:
    """All calls share one HTTP session, whose time limit holds for each. No retries of the client's own: it
    would post twice."""
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )


async def run(settings: Settings, store: Store, pack: Pack, references: tuple[ReferenceData, ...]) -> None:
    """Run until told to stop (SIGTERM, Ctrl-C), also while Slack lets us wait for a connection.

    Raises: CannotReachSlack.
    """
    stop = asyncio.Event()
    work = asyncio.create_task(_work(settings, store, pack, references, stop))
    told = asyncio.create_task(stop.wait())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if stop.is_set():
        log.info("stopping")
    await work


async def _work(
    settings: Settings,
    store: Store,
    pack: Pack,
    references: tuple[ReferenceData, ...],
    stop: asyncio.Event,
) -> None:
    async with running(settings, store, pack=pack, references=references) as bot:
        await bot.beats(every=settings.beat_seconds, until=stop)


async def _greet(client: AsyncWebClient, app_token: str) -> tuple[str, tuple[str, ...]]:
    """Whether Slack takes both tokens; gives the workspace's id, and the scopes that are missing there. The
    socket's own client would try a bad app token for ever."""
    setting = "SLACK_BOT_TOKEN"
    try:
        said = await client.auth_test()
        setting = "SLACK_APP_TOKEN"
        await client.apps_connections_open(app_token=app_token)
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
