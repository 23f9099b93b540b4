"""The one place that knows all the pieces."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, language, listeners
from bot.dispatch import Dispatch
from bot.entrance import Endpoint, Entrance, Several
from bot.explain import explain
from bot.feeds import Calendars, Limited
from bot.gate import Gate
from bot.integrations import Integrations
from bot.line import Line, socket_of
from bot.office import NotInstalled, Office, office
from bot.pace import Pace
from bot.posts import OUTCOMES
from bot.requests import Numbers
from bot.seals import LOOKS_EVERY, Seal, Seals
from bot.settings import SHIPPED_PACK, HttpSettings, Settings
from bot.slack import SlackClient
from bot.stopping import Stop
from bot.teams import tenants
from bot.trackers import Tracker, trackers
from bot.watchdog import watched
from bot.webhook import Receiver
from conversation import first, installation, webhooks
from conversation.desk import Desk
from conversation.pack import Pack
from conversation.reference import ReferenceData, shipped
from storage.records import TrackerKind
from storage.store import Store

if TYPE_CHECKING:
    from bot.metrics import Metrics

log = structlog.get_logger()


@dataclass(frozen=True)
class Bot(Office):
    """Everything that runs for one workspace, for who starts and stops it."""

    app: AsyncApp
    dispatch: Dispatch
    seals: Seals

    async def beats(self, *, every: float, until: asyncio.Event) -> None:
        keep_up = self.number.each("form_keys", self.seals.keep_up)
        await asyncio.gather(
            super().beats(every=every, until=until), clock.beat(keep_up, every=LOOKS_EVERY, until=until)
        )


@asynccontextmanager
async def at_work(
    line: Line,
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
) -> AsyncIterator[Bot]:
    """A bot that answers what comes over this line; on leaving, or told to `stop`, it takes no more work,
    finishes what it began while there is time, and closes. New assessments are opened with `pack`, by default
    the shipped one, and results are compared with `references`, by default the shipped ones. Time, ids and
    the seconds by which Slack's pace is kept can be given by who wants to move them.

    Raises: CannotListen.
    """
    stop = stop or Stop(settings.stop_seconds)
    async with Gate(store) as act:
        its = settings.of(line.team)
        desk = at(desk_of(settings, store, pack, references, now=now, new_id=new_id), line.team, its)
        if await act(installation.back, desk):
            log.info("installed_again", team=line.team)
        bot = create_app(
            desk,
            line.client,
            act,
            line.session,
            Pace(seconds),
            settings,
            await seals_of(store, act, now, new_secret()),
            whole=line.whole,
            trackers=trackers(its, line.session),
            receiver=Receiver.of(its, line.session),
        )
        bot.poster.has_us()  # so it said when it was called
        await bot.peers.meet()
        entrance = line.socket or entrance_of(
            bot.app, bot.dispatch, act, store, settings, stop, lambda: (bot,), bot.feeds, now
        )
        if line.socket:
            line.socket.answer_with(bot.dispatch)
        else:
            await entrance.open()
        log.info("connected", team=line.team)
        if line.lacking:
            log.error("scopes_missing", scopes=line.lacking)
            await act(first.tell_of_missing_scopes, desk, line.lacking)
        try:
            async with watched(entrance, act, settings.alive_file):
                yield bot
        finally:
            await close(stop, entrance, (bot,))


async def close(stop: Stop, entrance: Entrance, offices: Iterable[Office]) -> None:
    """No more work is taken, and what was begun is finished while there is time."""
    offices = [*offices]  # one that is closed meanwhile is finished, too
    if not stop.asked.is_set():
        stop.ask(at_once=True)
    if not await stop.in_time(entrance.stop()):
        log.warning("not_all_acked")
    drawing = asyncio.gather(*(each.drawing.finished() for each in offices))
    if not await stop.in_time(drawing):
        log.warning("not_all_drawn", left=sum(each.drawing.give_up() for each in offices))
    for each in offices:
        await each.peers.leave()
    log.info("stopped")


def desk_of(
    settings: Settings | HttpSettings,
    store: Store,
    pack: Pack | None,
    references: tuple[ReferenceData, ...] | None,
    *,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Desk:
    """That of no workspace yet."""
    return Desk(
        team="",
        store=store,
        now=now,
        new_id=new_id,
        pack=pack or Pack.shipped(SHIPPED_PACK),
        claimant=new_id(),
        references=shipped() if references is None else references,
        creators=settings.creators,
        timezone=settings.timezone,
        retention_months=settings.retention_months,
        uninstalled_days=settings.uninstalled_days,
        public_url=settings.public_url if isinstance(settings, HttpSettings) else "",
    )


def at(desk: Desk, team: str, its: Integrations) -> Desk:
    """That of this workspace, which has these integrations."""
    return replace(desk, team=team, trackers=its.trackers, heard=webhooks.owe if its.webhook_secret else None)


def entrance_of(
    app: AsyncApp,
    dispatch: Dispatch,
    act: Gate,
    store: Store,
    settings: Settings | HttpSettings,
    stop: Stop,
    offices: Callable[[], Collection[Office]],
    calendars: Calendars,
    now: Callable[[], datetime],
    endpoints: Mapping[tuple[str, str], Endpoint] | None = None,
) -> Entrance:
    """How Slack reaches the app. `endpoints` are for others than Slack."""
    if isinstance(settings, Settings):
        socket = socket_of(app.client, settings)
        socket.answer_with(dispatch)
        if not (endpoints and settings.public_url):
            return socket
        from bot.service import Pages, Service

        return Several(Service(Pages(endpoints), settings, stop), socket)
    from bot.metrics import Metrics  # what Socket Mode does not need is not imported for it
    from bot.service import Front, Service

    metrics = Metrics()
    front = Front(
        dispatch,
        [secret.get_secret_value() for secret in settings.signing_secrets],
        metrics,
        is_ready=partial(act, store.is_ready),
        read_out=partial(_read_out, metrics, act, store, offices, now),
        stop=stop,
        endpoints=endpoints or {},
        calendars=Limited(calendars, asyncio.get_running_loop().time) if settings.public_url else None,
    )
    return Service(front, settings, stop)


async def _read_out(
    metrics: "Metrics",
    act: Gate,
    store: Store,
    offices: Callable[[], Collection[Office]],
    now: Callable[[], datetime],
) -> bytes:
    """What a monitor reads."""
    from bot.metrics import Now

    here, moment = offices(), now()
    try:
        backlogs = await act(store.backlog, [each.desk.team for each in here], moment)
        owed: int | None = sum(each.number for each in backlogs.values())
        oldest = max(((moment - each.since).total_seconds() for each in backlogs.values()), default=0.0)
    except Exception as error:  # a monitor is answered in any case
        log.warning("backlog_not_read", error=type(error).__name__)
        owed, oldest = None, None
    seen = Now(
        postings={outcome: sum(each.poster.outcomes[outcome] for each in here) for outcome in OUTCOMES},
        owed=owed,
        oldest=oldest,
        beat_lag=max((each.poster.lag() for each in here), default=0.0),
        database_errors=store.failures,
        processes=max((each.peers.processes for each in here), default=1),
    )
    return metrics.text(seen)


def create_app(
    desk: Desk,
    client: SlackClient,
    act: Gate,
    session: ClientSession,
    pace: Pace,
    settings: Settings | HttpSettings,
    seals: Seals,
    *,
    whole: bool = False,
    trackers: Mapping[TrackerKind, Tracker],
    receiver: Receiver | None,
) -> Bot:
    """For one workspace, that of the client's token, or a `whole` organisation."""
    here = office(
        desk,
        client,
        act,
        session,
        pace,
        Numbers(desk.claimant),
        whole=whole,
        every=settings.beat_seconds,
        trackers=trackers,
        receiver=receiver,
    )

    async def where(context: AsyncBoltContext) -> tuple[Office, Desk]:
        """What comes from elsewhere is not for us: our token is of this workspace. Raises: NotInstalled."""
        whose = tenants(context)
        if whose and desk.team not in whose:
            raise NotInstalled(whose[0])
        return here, desk

    app, dispatch = answering(client, settings, seals, where)
    return Bot(**vars(here), app=app, dispatch=dispatch, seals=seals)


async def seals_of(store: Store, act: Gate, now: Callable[[], datetime], new: str) -> Seals:
    """With the keys that this database has; `new` is one from now on if it has none."""

    async def read() -> Seal:
        key, *older = await act(store.form_keys, new, now())
        return Seal(key.encode(), older=tuple(each.encode() for each in older))

    return Seals(await read(), read)


def answering(
    client: AsyncWebClient,
    settings: Settings | HttpSettings,
    seals: Seals,
    where: Callable[[AsyncBoltContext], Awaitable[tuple[Office, Desk]]],
    authorize: Callable[..., Awaitable[AuthorizeResult]] | None = None,
) -> tuple[AsyncApp, Dispatch]:
    """`where`: the office and the desk at which a request is answered; `authorize`: whose token Bolt may use,
    where that is not the client's own."""
    app = AsyncApp(
        name="tidemark",  # or Bolt reads all source files of the call stack to find one
        client=client,
        signing_secret=_signing_secret(settings),
        process_before_response=True,
        ignoring_self_assistant_message_events_enabled=False,
        authorize=authorize,
    )

    async def provide(context: AsyncBoltContext, body: dict[str, Any]) -> None:
        """What listeners can ask for by name; who and where, for every line of the log; and the language in
        which whoever acts is answered."""
        here, desk = await where(context)
        here.provide(context, desk)
        context["seal"] = mine = seals.seal.of(desk.team, context.user_id or "")
        here.drawing.begins(body, mine)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=here.number(), team=desk.team, user=context.user_id)
        if context.user_id:
            language.begin(here.readers.last_heard(desk, context.user_id))  # if the database does not say
            language.begin(await here.readers.locale_of(desk, context.user_id))

    return app, Dispatch(app, listeners.routes(), seals, provide, explain)


def _signing_secret(settings: Settings | HttpSettings) -> str | None:
    return None if isinstance(settings, Settings) else settings.signing_secrets[0].get_secret_value()
