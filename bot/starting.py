"""From a store that is open to a bot that answers. Slack has to be called, and half of the program still to
be loaded: one is done while the other is waited for. Who presses something in between is answered as soon as
all is there."""

import asyncio
import gc
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot import clock
from bot.line import calling
from bot.settings import HttpSettings, Settings
from bot.stopping import Stop
from conversation import departed
from storage.store import Store

if TYPE_CHECKING:
    from bot.app import Bot
    from bot.hosting import Host

log = structlog.get_logger()

#: Seconds. What is still to be loaded then takes less than what was loaded before, and Slack waits for three
#: seconds: where the first half took longer than this, nobody is to wait for the second.
QUICK = 1.5
#: So many new things are looked through for garbage at a time. The usual 700 took a quarter of the time where
#: thousands wait for their next card.
GARBAGE = 50_000
#: Longer nobody who answers can wait for what others hold in the database.
SECONDS_FOR_A_LOCK = 2.0


async def run(
    settings: Settings | HttpSettings, store: Store, *, began: float | None = None, **given: Any
) -> None:
    """Run until told to stop (SIGTERM, or Ctrl-C, which lets nobody wait), also while Slack lets us wait for
    a connection; with `began` and what is `given` beside as `running` takes it.

    Raises: CannotReachSlack, CannotListen.
    """
    stop, loop = Stop(settings.stop_seconds), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.ask)
    loop.add_signal_handler(signal.SIGINT, partial(stop.ask, at_once=True))
    told = asyncio.create_task(stop.asked.wait())
    told.add_done_callback(lambda task: None if task.cancelled() else log.info("stopping"))
    life: AbstractAsyncContextManager[Bot | Host]
    if settings.is_distributed:
        from bot.hosting import hosting  # and what it takes to keep tokens

        life = hosting(settings, store, stop=stop, **given)
    else:
        life = running(settings, store, began=began, stop=stop, **given)
    async with life as bot:
        gc.freeze()  # what a start loads stays
        gc.set_threshold(GARBAGE, 20, 20)
        gc.enable()
        beats = asyncio.create_task(bot.beats(every=settings.beat_seconds, until=stop.asked))
        await asyncio.wait({beats, told}, return_when=asyncio.FIRST_COMPLETED)
        if not await stop.in_time(beats):
            log.warning("not_all_posted")


@asynccontextmanager
async def running(
    settings: Settings | HttpSettings,
    store: Store,
    *,
    began: float | None = None,
    now: Callable[[], datetime] = clock.now,
    **given: Any,
) -> AsyncIterator["Bot"]:
    """A bot that is connected to Slack, with what is `given` beside as `bot.app.at_work` takes it; `began` is
    when this process did, by the monotonic clock.

    Raises: CannotReachSlack, CannotListen.
    """
    forget_departed(store, now)
    loading = asyncio.create_task(asyncio.to_thread(_load))
    if began is not None and time.monotonic() - began > QUICK:
        await loading
    try:
        async with calling(settings) as line:
            at_work = await loading
            async with at_work(line, settings, store, now=now, **given) as bot:
                yield bot
    finally:
        await loading


def forget_departed(store: Store, now: Callable[[], datetime]) -> None:
    """Also where Slack does not take our token any more."""
    for gone in departed.erase(store, now()):
        log.info("workspace_erased", team=gone)


def _load() -> "Callable[..., AbstractAsyncContextManager[Bot]]":
    """And makes ready what whoever presses something first would wait for."""
    from bot import payloads
    from bot.app import at_work

    payloads.make_ready()
    return at_work
