"""The other processes that serve the same workspace: once a beat each tells the others that it runs, where
Slack lets it wait, and whose language has changed. Each then takes its share of Slack's budget. An answer
waits for none of this: it goes by what was heard last.
"""

from datetime import timedelta

import structlog

from bot.gate import Gate
from bot.pace import Pace
from bot.readers import Readers
from conversation import notices
from conversation.desk import Desk
from storage.records import Notice

log = structlog.get_logger()

#: Without a word for so many beats, and a little, a process is taken for dead.
BEATS, A_LITTLE = 3, timedelta(seconds=4)
#: For so long it is told that somebody has chosen another language: all have heard it by then.
NEWS_LASTS = timedelta(minutes=5)


class Peers:
    """They meet `every` so many seconds at least. `alone`: nobody else can be on this database, so that there
    is nothing to tell."""

    def __init__(
        self, desk: Desk, act: Gate, pace: Pace, readers: Readers, *, every: float, alone: bool
    ) -> None:
        self._desk, self._act, self._pace, self._readers = desk, act, pace, readers
        self._lasts = BEATS * timedelta(seconds=every) + A_LITTLE
        self._alone = alone
        self._heard: set[Notice] = set()
        self.processes = 1

    async def meet(self) -> None:
        """And learn who speaks which language. What fails is tried again with the next beat."""
        if not self._alone:
            await self._exchange()
        await self._readers.learn(self._desk)

    async def _exchange(self) -> None:
        changed = self._readers.changed()
        try:
            told = await self._act(notices.exchange, self._desk, self._news(changed))
        except Exception as error:
            log.warning("peers_not_met", error=type(error).__name__)
            self._readers.still_changed(changed)
            return
        self._hear(told)

    async def leave(self) -> None:
        if self._alone:
            return
        try:
            await self._act(notices.leave, self._desk)
        except Exception as error:
            log.warning("peers_not_left", error=type(error).__name__)

    def _news(self, changed: set[str]) -> list[Notice]:
        now = self._desk.now()
        return [
            Notice(kind=notices.RUNS, about=self._desk.claimant, until=now + self._lasts),
            *(
                Notice(kind=notices.HELD, about=channel, until=now + timedelta(seconds=wait))
                for channel, wait in self._pace.held().items()
            ),
            *(Notice(kind=notices.SPEAKS, about=user, until=now + NEWS_LASTS) for user in sorted(changed)),
        ]

    def _hear(self, told: tuple[Notice, ...]) -> None:
        running = sum(notice.kind == notices.RUNS for notice in told)
        if running != self.processes:
            log.info("peers_changed", processes=running)
        self.processes = max(1, running)
        self._pace.share(self.processes)
        for notice in set(told) - self._heard:
            if notice.kind == notices.HELD:
                self._pace.hear(notice.about, (notice.until - self._desk.now()).total_seconds())
            elif notice.kind == notices.SPEAKS:
                self._readers.forget(self._desk, notice.about)
        self._heard = set(told)
