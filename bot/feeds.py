"""The address from which a calendar reads somebody's due dates: `/calendar/TEAM/SECRET.ics`.

It has no other key than its secret part, so that is never logged, and nothing but an answer to the right one
tells that there is anything. A calendar that looks often is told that nothing has changed.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.gate import Gate
from bot.language import speaking
from bot.limits import Rate
from bot.readers import Readers
from conversation import feeds
from conversation.desk import Desk

#: 256 bits.
_PATH = re.compile(r"/calendar/(?P<team>[TE][A-Z0-9]{1,30})/(?P<secret>[0-9a-f]{64})\.ics")
BELOW = "/calendar/"
#: Seconds for which nobody has to ask again, and not even a shared cache may keep it.
_KEPT = "private, max-age=300"
#: In a minute: of one address, which calendars ask for a few times a day; and, by one client, of such as are
#: none.
MOST_READS, MOST_MISSES = 12, 30
#: For so many seconds an address that was good is not taken for one of those.
KNOWN = 86_400.0


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


class Calendars(Protocol):
    """Where a calendar reads."""

    async def answer(self, path: str, headers: Mapping[bytes, bytes]) -> Answer | None: ...


class Limited:
    """Calendars to which nobody comes too often: to one address, by whoever reads it; and with addresses that
    are none, by whoever tries them. Who reads a good one waits for nobody who tries, also behind the same
    proxy."""

    def __init__(self, calendars: Calendars, now: Callable[[], float]) -> None:
        self._calendars = calendars
        self._reads, self._misses = Rate(MOST_READS, per=60, now=now), Rate(MOST_MISSES, per=60, now=now)
        self._good = Rate(1, per=KNOWN, now=now)

    async def answer(self, path: str, headers: Mapping[bytes, bytes], who: str) -> Answer | None:
        """`who` asks, by their address in the network."""
        address = hash(path)  # it holds a secret, which is kept nowhere
        wait = self._reads.wait(address) or (0 if self._good.wait(address) else self._misses.wait(who))
        if wait:
            return Answer(429, b"", ((b"retry-after", str(wait).encode()),))
        self._reads.count(address)
        answer = await self._calendars.answer(path, headers)
        if answer is None:
            self._misses.count(who)
        else:
            self._good.count(address)
        return answer


class Feeds:
    def __init__(self, desk: Desk, act: Gate, readers: Readers) -> None:
        self._desk, self._act, self._readers = desk, act, readers

    async def answer(self, path: str, headers: Mapping[bytes, bytes]) -> Answer | None:
        """None if there is nothing at this path."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        desk = self._desk.at(found["team"])
        dates = await self._act(feeds.read, desk, found["secret"])
        if dates is None:
            return None
        from bot.exports.calendar import subscription  # takes a fifth of a second to load

        with speaking(await self._readers.locale_of(desk, dates.user_id)):
            content = await asyncio.to_thread(subscription, dates, team=desk.team)
        tag = b'"' + hashlib.sha256(content).hexdigest()[:32].encode() + b'"'
        told = ((b"etag", tag), (b"cache-control", _KEPT.encode()), (b"x-robots-tag", b"noindex"))
        known = [each.strip().removeprefix(b"W/") for each in headers.get(b"if-none-match", b"").split(b",")]
        if tag in known or b"*" in known:
            return Answer(304, b"", told)
        kind = (b"content-type", b"text/calendar; charset=utf-8")
        return Answer(200, content, (*told, kind, (b"content-disposition", b"inline; filename=tidemark.ics")))
