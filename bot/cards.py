"""What is drawn of an answer: its card becomes a one-line record, and the next card comes.

The next card is a new message while Slack's budget lasts; when it is short, it takes the place of the old
card instead: nobody waits to answer.

Where more is answered than can be drawn at once, cards wait in line, in the order of the answers, and give
way to acks that are late; where that takes a while, the old card says meanwhile that the answer is kept. A
line may grow as long as there are people, so whoever waits longer than a claim is sure to last is left to
the ledger, with all others like them in one transaction, and no more is kept of them here than where their
card stands: it is claimed again when its turn comes. Whoever looks through the ledger before may post it; and
after a crash it is owed and was never tried.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import language, views
from bot.acks import are_late, give_way
from bot.pace import Pace
from bot.places import Place, Places
from bot.posts import CLAIMS_LAST, Poster, metadata
from bot.presses import drawn_by
from bot.render import Message
from bot.told import told
from conversation.contents import Card
from conversation.pack import Item
from conversation.sitting import Sitting, Spoken
from storage.errors import Unavailable
from storage.records import Posting

log = structlog.get_logger()

#: So many cards of the line are on their way to Slack at a time.
SIDE_BY_SIDE = 128
#: So many people are told at a time that it takes a while.
SAYS_SIDE_BY_SIDE = 32
#: Seconds between two looks for who has waited for long.
LOOKS = 1.0
#: Seconds in line after which whoever comes next is told that it takes a while.
LONG = 3.0

Start = Callable[[Coroutine[Any, Any, None], Context], None]


@dataclass(eq=False)
class _Word:
    """That it takes a while, said in place of the card; not any more when its turn comes before that is
    `begun`."""

    place: Place
    sitting: Sitting
    question: Item
    locale: str
    begun: "asyncio.Future[None] | None" = None
    is_off: bool = False


@dataclass(frozen=True, eq=False)
class _Waiting:
    """`since` when, by the loop's time; None where nothing of it is claimed."""

    spoken: Spoken
    place: Place | None
    locale: str
    since: float | None
    word: _Word | None
    drawn: "asyncio.Future[None]"


@dataclass(frozen=True, eq=False)
class _Left:
    """The ledger has it; this is where it may be put, instead of the card of that question."""

    card: Posting
    place: Place
    question: str
    locale: str
    word: _Word | None
    drawn: "asyncio.Future[None]"


class Cards:
    """`start` runs what it is given as a task that a graceful stop waits for."""

    def __init__(
        self, client: AsyncWebClient, poster: Poster, pace: Pace, places: Places, start: Start
    ) -> None:
        self._client, self._poster, self._pace, self._places = client, poster, pace, places
        self._start = start
        self._line: deque[_Waiting | _Left] = deque()
        self._moves, self._looked_at = False, 0.0
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)
        self._words: deque[_Word] = deque()
        self._says, self._breath = False, asyncio.Semaphore(SAYS_SIDE_BY_SIDE)

    async def draw(self, spoken: Spoken, place: Place | None) -> None:
        """At once, or in its turn: then it is not waited for."""
        if not (self._moves or self._line or are_late()):
            await self._draw(spoken, place)
            return
        loop = asyncio.get_running_loop()
        drawn = loop.create_future()
        drawn_by(drawn)
        since = loop.time() if spoken.owed else None
        word = _word(spoken, place) if self._takes_long() else None
        self._line.append(_Waiting(spoken, place, language.spoken(), since, word, drawn))
        if not self._moves:
            self._moves = True
            self._start(self._move(), Context())
        if word:
            self._words.append(word)
            if not self._says:
                self._says = True
                self._start(self._say(), Context())

    def _takes_long(self) -> bool:
        """Whoever comes now waits about as long as the first in line has."""
        first = next(iter(self._line), None)
        if not isinstance(first, _Waiting):
            return first is not None
        return first.since is not None and asyncio.get_running_loop().time() - first.since > LONG

    async def _say(self) -> None:
        try:
            while self._words:
                await give_way()
                await self._breath.acquire()
                word = self._words.popleft()
                if word.is_off:
                    self._breath.release()
                    continue
                word.begun = asyncio.get_running_loop().create_future()
                self._start(self._said(word, word.begun), Context())
        finally:
            self._says = False

    async def _said(self, word: _Word, said: "asyncio.Future[None]") -> None:
        language.begin(word.locale)
        try:
            await self._places.replace(word.place, views.meanwhile(word.sitting, word.question))
        finally:
            self._breath.release()
            if not said.done():  # whoever waited for it was cancelled
                said.set_result(None)

    # The line.

    async def _move(self) -> None:
        try:
            while self._line:
                await self._leave_to_the_ledger()
                await give_way()
                await self._room.acquire()
                self._start(self._in_turn(self._line.popleft()), Context())
        finally:
            self._moves = False

    async def _leave_to_the_ledger(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._looked_at < LOOKS:
            return
        self._looked_at = now
        old = {
            number: one
            for number, one in enumerate(self._line)
            if isinstance(one, _Waiting) and one.since is not None and now - one.since > CLAIMS_LAST
        }
        if not old:
            return
        try:
            await self._poster.release([posting for one in old.values() for posting in one.spoken.owed])
        except Unavailable as error:
            log.error("database_unavailable", said=str(error))
            return
        for number, one in old.items():  # what came meanwhile stands behind them
            self._line[number] = _left(one)

    async def _in_turn(self, one: _Waiting | _Left) -> None:
        language.begin(one.locale)
        try:
            if one.word and one.word.begun:
                await one.word.begun
            elif one.word:
                one.word.is_off = True
            if isinstance(one, _Left):
                await self._draw_left(one)
            elif await self._is_kept(one):
                await self._draw(one.spoken, one.place)
        finally:
            self._room.release()
            one.drawn.set_result(None)

    async def _is_kept(self, one: _Waiting) -> bool:
        """False if a claim ran out because the ledger could not be asked, and somebody else has it."""
        if one.since is None or asyncio.get_running_loop().time() - one.since <= CLAIMS_LAST:
            return True
        return all([await self._poster.keep(posting) for posting in one.spoken.owed])

    async def _draw_left(self, left: _Left) -> None:
        if (found := await self._poster.take_up(left.card)) is None:
            return
        card, sitting = found[0], told(found[1])
        if card.attempts > 1 or not await self._turn_into(left.place, sitting, left.question, card):
            await self._poster.post(card)

    # How it is drawn.

    async def _draw(self, spoken: Spoken, place: Place | None) -> None:
        cards = [posting for posting in spoken.owed if posting.kind == "card"]
        if place and spoken.card and cards and not self._pace.book(cards[0].recipient, cards[0].key):
            others = tuple(posting for posting in spoken.owed if posting.kind != "card")
            turning = self._turn_or_post(place, spoken.sitting, spoken.card.id, cards[0])
            await _both(turning, self._poster.post_all(others))
            return
        first = bool(cards) and spoken.owed[0] == cards[0]
        posting = self._poster.post_all(spoken.owed, Card(spoken.sitting) if first else None)
        try:
            await _both(self._leave_record(spoken, place), posting)
        finally:
            if cards:
                self._pace.unbook(cards[0].key)

    async def _turn_or_post(self, place: Place, sitting: Sitting, question: str, card: Posting) -> None:
        if not await self._turn_into(place, sitting, question, card):
            await self._poster.post(card, Card(sitting))

    async def _turn_into(self, place: Place, sitting: Sitting, question: str, card: Posting) -> bool:
        """The old card turns into the next one, its record on top. False if it surely did not; where nobody
        knows, the card's claim runs out and it is looked up."""
        try:
            following = views.message(Card(sitting))
            message = Message(following.text, [*_record_of(sitting, question), *following.blocks])
        except Exception:  # whoever posts it knows what to do if it cannot be drawn at all
            log.exception("card_not_turned", posting=card.key)
            return False
        with self._poster.sending():
            if not await self._places.replace(place, message, metadata(card)):
                return False
        await self._poster.settle(card, channel=place.channel, ts=place.ts)
        return True

    async def _leave_record(self, spoken: Spoken, place: Place | None) -> None:
        if place and not spoken.may_become_record(place.channel, place.ts):
            return
        if spoken.card:
            record = views.record(spoken.sitting, spoken.card)
        elif spoken.sent:
            record = views.message(Card(spoken.sitting))
        else:
            return
        old, question = spoken.last_card, spoken.card.id if spoken.card else None
        if place and place.response_url:
            await self._places.replace(place, record)
        elif old and old.contents.get("question") == question and old.channel and old.ts:
            await self._client.chat_update(
                channel=old.channel, ts=old.ts, text=record.text, blocks=record.blocks
            )


async def _both(one: Coroutine[Any, Any, None], other: Coroutine[Any, Any, None]) -> None:
    """Side by side, and neither for nothing because the other failed."""
    beside = asyncio.create_task(other)
    try:
        await one
    except asyncio.CancelledError:
        beside.cancel()
        raise
    finally:
        await beside


def _record_of(sitting: Sitting, question: str) -> list[dict[str, Any]]:
    """What stands above the next card; nothing where that question is asked again."""
    interview = sitting.interview
    asked_again = interview.asking is not None and interview.asking.id == question
    if asked_again or (interview.has(question) and question not in interview.replies):
        return []
    return [*views.record(sitting, sitting.pack.item(question)).blocks, {"type": "divider"}]


def _word(spoken: Spoken, place: Place | None) -> _Word | None:
    """That it is kept, for the place of the card that they answered just now; they would press it again."""
    if not (place and place.response_url and spoken.card) or spoken.before:
        return None
    answered = spoken.card.id in spoken.sitting.interview.replies
    return _Word(place, spoken.sitting, spoken.card, language.spoken()) if answered else None


def _left(one: _Waiting) -> _Waiting | _Left:
    """What is kept of it when all that is owed is with the ledger. Where a card has no place to be put,
    whoever posts it leaves the record, too."""
    spoken, place = one.spoken, one.place
    card = next((posting for posting in spoken.owed if posting.kind == "card"), None)
    if card and spoken.card and place and place.response_url:
        return _Left(card, place, spoken.card.id, one.locale, one.word, one.drawn)
    quiet = replace(spoken, card=None) if card else spoken
    return replace(one, spoken=replace(quiet, owed=()), since=None)
