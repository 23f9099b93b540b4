"""What is done in trackers on the beat: issues that are owed are created, those that are there are read back,
and what becomes of their actions is written to them.

As with postings, a crash can hide only what lies between claim and settling: an issue whose creation was
tried before is looked for by its marker before it is created, and so is a comment. Beside the
posting of messages, so that a slow tracker keeps nobody waiting. What nobody foresaw counts as silence of the
tracker: it is tried again, each time later, and given up in the end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import structlog

from bot.gate import Gate
from bot.language import speaking
from bot.readers import Readers
from bot.trackers import Tracker, TrackerTrouble
from bot.views.tickets import issue_body, issue_title, remark_body
from conversation import remarks, ticketing
from conversation.desk import Desk
from conversation.remarks import Writing
from conversation.ticketing import Draft, Errand, Obstacle
from storage.errors import Unavailable
from storage.records import TrackerKind

log = structlog.get_logger()

T = TypeVar("T")

#: So many in one beat, so many at a time.
MOST, SIDE_BY_SIDE = 40, 4
#: Seconds that a reminder waits to know how its issues stand.
BEFORE_A_REMINDER = 5


class Errands:
    def __init__(
        self, desk: Desk, act: Gate, readers: Readers, trackers: Mapping[TrackerKind, Tracker]
    ) -> None:
        self._desk, self._act, self._readers, self._trackers = desk, act, readers, trackers

    async def run(self, until: asyncio.Event | None = None) -> None:
        """All that is due, or as much as one beat may do."""
        if self._trackers:
            several = range(SIDE_BY_SIDE)
            await asyncio.gather(
                *(self._some(ticketing.next_errand, self._do, until) for _ in several),
                *(self._some(remarks.next_writing, self._write, until) for _ in several),
            )

    async def look(self, owner: str) -> None:
        """Read the issues of this owner's actions now, as far as that is quick; what is not read stands as it
        was read last."""
        if not self._trackers:
            return
        try:
            async with asyncio.timeout(BEFORE_A_REMINDER):
                claimed = await self._act(ticketing.to_read_for, self._desk, owner)
                await asyncio.gather(*map(self._do, claimed))
        except TimeoutError:
            log.warning("issues_not_read_in_time", owner=owner)

    async def _some(
        self,
        next_one: Callable[[Desk], T | None],
        do: Callable[[T], Awaitable[None]],
        until: asyncio.Event | None,
    ) -> None:
        for _ in range(MOST // SIDE_BY_SIDE):
            if until and until.is_set():
                return
            try:
                claimed = await self._act(next_one, self._desk)
                if claimed is None:
                    return
                await do(claimed)
            except Exception:
                log.exception("errand_failed")
                return

    async def _do(self, errand: Errand) -> None:
        ticket = errand.ticket
        try:
            with _unforeseen_is_silence(ticket.action_id):
                await self._create_or_read(errand)
        except TrackerTrouble as trouble:
            log.warning(
                "tracker_refused", tracker=ticket.tracker, action=ticket.action_id, why=trouble.obstacle
            )
            await self._act(
                ticketing.fails,
                self._desk,
                errand,
                trouble.obstacle,
                words=trouble.words,
                after=trouble.after,
            )

    async def _create_or_read(self, errand: Errand) -> None:
        ticket, tracker = errand.ticket, self._tracker(errand.ticket.tracker)
        if errand.draft:
            await self._create(tracker, errand, errand.draft)
        else:
            seen = await tracker.read(ticket.key or "", etag=ticket.etag)
            await self._act(ticketing.read, self._desk, errand, seen)

    def _tracker(self, kind: TrackerKind) -> Tracker:
        """Raises: TrackerTrouble."""
        if kind not in self._trackers:
            raise TrackerTrouble(Obstacle.NO_PLACE)
        return self._trackers[kind]

    async def _write(self, writing: Writing) -> None:
        remark = writing.remark
        try:
            with _unforeseen_is_silence(remark.action_id):
                await self._write_to_the_issue(writing)
        except TrackerTrouble as trouble:
            log.warning(
                "tracker_refused",
                tracker=writing.ticket.tracker,
                action=remark.action_id,
                why=trouble.obstacle,
            )
            await self._act(
                remarks.fails,
                self._desk,
                writing,
                trouble.obstacle,
                words=trouble.words,
                after=trouble.after,
            )

    async def _write_to_the_issue(self, writing: Writing) -> None:
        remark, key = writing.remark, writing.ticket.key or ""
        tracker = self._tracker(writing.ticket.tracker)
        since = remark.attempted_at if writing.perhaps_there else None
        if since is None or not await tracker.remarked(key, remark.mark, since=since):
            with speaking(await self._readers.locale_of(self._desk, remark.by)):
                body = remark_body(writing)
            if not await self._act(remarks.hold, self._desk, writing):
                return
            await tracker.remark(key, body=body, marker=remark.mark)
        if writing.ends:
            await tracker.settle(key, remark.word)
        await self._act(remarks.written, self._desk, writing)
        log.info("issue_written_to", tracker=writing.ticket.tracker, action=remark.action_id)

    async def _create(self, tracker: Tracker, errand: Errand, draft: Draft) -> None:
        since, key = errand.perhaps_since, None
        if since:
            key = await tracker.find(draft.marker, since=since)
        if key is None:
            with speaking(await self._readers.locale_of(self._desk, errand.ticket.asked_by)):
                title, body = issue_title(draft), issue_body(draft)
            if not await self._act(ticketing.hold, self._desk, errand):
                return
            key = await tracker.create(title=title, body=body, marker=draft.marker)
        await self._act(ticketing.made, self._desk, errand, key=key)
        log.info("issue_created", tracker=errand.ticket.tracker, action=errand.ticket.action_id)


@contextmanager
def _unforeseen_is_silence(action: str) -> Iterator[None]:
    """Raises: TrackerTrouble; Unavailable."""
    try:
        yield
    except (TrackerTrouble, Unavailable):
        raise
    except Exception as error:
        log.exception("errand_failed", action=action)
        raise TrackerTrouble(Obstacle.SILENT) from error
