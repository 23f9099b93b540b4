"""Drawing: what happens in Slack after the ack. It goes on as tracked tasks that a graceful stop waits for.

What comes of an answer is drawn by `bot.cards`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from contextvars import Context, ContextVar, copy_context
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import requests, views
from bot.acks import acked
from bot.cards import Cards
from bot.homes import Homes
from bot.ladder import BlocksRefused
from bot.pace import Pace
from bot.patience import NO_HELP, NoHelpFromSlack, reason
from bot.pictures import Picture
from bot.places import Place, Places
from bot.posts import Poster
from bot.presses import drawn_by
from bot.render import NO_PREVIEWS, Message
from bot.seals import Seal
from bot.views import parts
from conversation.assessments import concerned
from conversation.errors import NotKept, NotSureIfKept, Refused
from conversation.results import Closed
from conversation.sitting import Spoken
from storage.errors import Unavailable, Uncertain
from storage.records import Posting

log = structlog.get_logger()

#: Slack opens a form only within three seconds of what somebody did, and once.
_TOO_LATE = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
#: Seconds. An ack that shows a form goes another way than what fills it, and would empty one that was filled
#: first.
ON_ITS_WAY = 0.2
#: So many are told something beside at a time: thousands who cannot be answered would stand in the way of
#: cards.
WHISPERS = 32
_gesture: ContextVar[dict[str, Any] | None] = ContextVar("gesture", default=None)
#: Of who did it: what they are given to fill in is for them.
_seal: ContextVar[Seal] = ContextVar("seal")
#: Slack does not take the view; the trigger is still good.
_REFUSED_VIEW = {"invalid_arguments", "missing_scope", "invalid_blocks"}


class Drawing:
    def __init__(
        self, client: AsyncWebClient, poster: Poster, pace: Pace, session: ClientSession, homes: Homes
    ) -> None:
        self._client, self._poster, self._homes = client, poster, homes
        self._places = Places(session)
        self._cards = Cards(client, poster, pace, self._places, self._start)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._whispering = asyncio.Semaphore(WHISPERS)

    @staticmethod
    def begins(gesture: dict[str, Any], seal: Seal) -> None:
        """What follows is because of this: what Slack told us of what somebody did; with their seal."""
        _gesture.set(gesture)
        _seal.set(seal)

    # What a listener starts and does not wait for.

    def spoken(self, spoken: Spoken, place: Place | None = None) -> None:
        """The old card becomes a record, and what is owed is posted."""
        self._start(self._cards.draw(spoken, place))
        if _changes_home(spoken):
            self.homes([spoken.sitting.seat.user_id, spoken.sitting.assessment.facilitator])

    def posts(self, owed: tuple[Posting, ...]) -> None:
        self._start(self._poster.post_all(owed))

    def closed(self, done: Closed) -> None:
        """The result for who facilitates it, and what those who were asked see of it."""
        self.posts(done.owed)
        self._poster.draw_later(done)
        self.homes(concerned(done.assessment))

    def replace(self, place: Place, message: Message) -> None:
        """In place of the message that was clicked."""
        self._start(self._replace(place, message))

    def replace_richly(self, place: Place, message: Message) -> None:
        """The same for what a Slack may know only in a plainer form; nothing where no message was clicked."""
        if place.response_url:
            self._start(self._replace_richly(place, message))

    def redraw(self, channel: str, ts: str, message: Message) -> None:
        """In place of a message of ours, after a form that was opened from it; not where it was opened
        elsewhere."""
        if channel:
            self._start(self._update(channel, ts, message))

    def whisper(self, place: Place, message: Message) -> None:
        """For the person who clicked, and nobody else."""
        self._start(self._whisper(place, message))

    def show(self, place: Place, user_id: str, message: Message) -> None:
        """Where they asked for it; on the Home page, which has no such place, in the direct message."""
        self._start(self._whisper(place, message) if place.response_url else self._tell(user_id, message))

    def tell(self, user_id: str, message: Message) -> None:
        """In the direct message, once, without the ledger."""
        self._start(self._tell(user_id, message))

    def whisper_in(self, channel: str, user_id: str, message: Message, thread: str | None = None) -> None:
        """In a channel (in a thread of it), for one person."""
        self._start(self._whisper_in(channel, user_id, message, thread))

    def open_view(
        self, trigger_id: str, view: dict[str, Any], otherwise: dict[str, Any] | None = None
    ) -> None:
        """`otherwise` is shown where Slack refuses the view, as one with a field for files that we may not
        read."""
        self._start(self._show(self._client.views_open, view, otherwise, trigger_id=trigger_id))

    def push_view(
        self, trigger_id: str, view: dict[str, Any], otherwise: dict[str, Any] | None = None
    ) -> None:
        """On top of the view from which it was asked for."""
        self._start(self._show(self._client.views_push, view, otherwise, trigger_id=trigger_id))

    def update_view(
        self, view_id: str, view: dict[str, Any], otherwise: dict[str, Any] | None = None
    ) -> None:
        self._start(self._show(self._client.views_update, view, otherwise, view_id=view_id))

    def illustrate(self, view_id: str, view: dict[str, Any], pictures: Sequence[Picture]) -> None:
        """That view, and as soon as they are there its pictures: who reads it does not wait for them."""
        self._start(self._illustrate(view_id, view, pictures))

    def reply(self, user_id: str, work: Coroutine[Any, Any, tuple[Posting, ...]]) -> None:
        """Post what comes of something that takes longer than an ack; if nothing can, that is said in the
        direct message."""
        self._start(self._reply(user_id, work))

    def page(
        self, body: dict[str, Any], view: dict[str, Any], otherwise: dict[str, Any] | None = None
    ) -> None:
        """On top of the form from which it was asked for, or by itself."""
        show = self.push_view if _in_a_form(body) else self.open_view
        show(body["trigger_id"], view, otherwise)

    def turn(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        """In place of the form from which it was asked for, or by itself."""
        if _in_a_form(body):
            self.update_view(body["view"]["id"], view)
        else:
            self.open_view(body["trigger_id"], view)

    def fill_view(self, view_id: str, work: Coroutine[Any, Any, dict[str, Any]]) -> None:
        """Draw in that view what takes longer than an ack; if nothing comes of it, that is said there."""
        self._start(self._fill(view_id, work, after=ON_ITS_WAY))

    def open_and_fill(
        self, trigger_id: str, meanwhile: dict[str, Any], work: Coroutine[Any, Any, dict[str, Any]]
    ) -> None:
        """The same in a new view."""
        self._start(self._open_and_fill(trigger_id, meanwhile, work))

    def home(self, user_id: str) -> None:
        """To whoever opens it."""
        self._start(self._homes.show(user_id))

    def homes(self, user_ids: Collection[str]) -> None:
        """Something has happened that changes what these people find there."""
        self._start(self._homes.refresh(user_ids))

    def take_back(self, posted: Iterable[Posting], *, besides: Place) -> None:
        """Messages of ours whose words are not to stand in Slack any longer."""
        self._start(self._take_back(posted, besides))

    def bring(self, user_id: str, work: Coroutine[Any, Any, None]) -> None:
        """A file, or whatever else they wait for in the direct message; if nothing can come, that is said
        there."""
        self._start(self._bring(user_id, work))

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """What takes longer than an ack, and nobody waits for."""
        self._start(work)

    async def finished(self) -> None:
        """Wait until everything that was started is drawn."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def give_up(self) -> int:
        """Draw no further; what is owed is in the ledger. How many things are left undrawn."""
        for task in self._tasks:
            task.cancel()
        return len(self._tasks)

    # How it is drawn.

    async def _replace(self, place: Place, message: Message) -> None:
        await self._places.replace(place, message)

    async def _replace_richly(self, place: Place, message: Message) -> None:
        async def send(form: Message) -> None:
            if not await self._places.replace(place, form):
                raise BlocksRefused

        await self._poster.ladder.climb(message, send)

    async def _whisper(self, place: Place, message: Message) -> None:
        """A Slack that does not know a newer kind of block yet gets a plainer form."""

        async def send(form: Message) -> None:
            if not await self._places.whisper(place, form):
                raise BlocksRefused

        async with self._whispering:
            await self._poster.ladder.climb(message, send)

    async def _update(self, channel: str, ts: str, message: Message) -> None:
        await self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)

    async def _tell(self, user_id: str, message: Message) -> None:
        async def send(form: Message) -> None:
            await self._client.chat_postMessage(
                channel=user_id, text=form.text, blocks=form.blocks, **NO_PREVIEWS
            )

        await self._poster.ladder.climb(message, send)

    async def _whisper_in(self, channel: str, user_id: str, message: Message, thread: str | None) -> None:
        await self._client.chat_postEphemeral(
            channel=channel, user=user_id, text=message.text, blocks=message.blocks, thread_ts=thread
        )

    async def _show(
        self,
        call: Callable[..., Awaitable[AsyncSlackResponse]],
        view: dict[str, Any],
        otherwise: dict[str, Any] | None,
        **where: str,
    ) -> None:
        try:
            await call(view=_sealed(view), **where)
        except SlackApiError as error:
            if reason(error) in _TOO_LATE:
                await self._offer_again()
            elif otherwise is None or reason(error) not in _REFUSED_VIEW:
                raise
            else:
                await call(view=_sealed(otherwise), **where)

    async def _open_and_fill(
        self, trigger_id: str, meanwhile: dict[str, Any], work: Coroutine[Any, Any, dict[str, Any]]
    ) -> None:
        opened: AsyncSlackResponse | None = None
        try:
            opened = await self._client.views_open(trigger_id=trigger_id, view=_sealed(meanwhile))
        except SlackApiError as error:
            if reason(error) not in _TOO_LATE:
                raise
            await self._offer_again()
        finally:
            if opened is None:
                work.close()
        if opened:
            await self._fill(opened["view"]["id"], work)

    async def _bring(self, user_id: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            await self._tell(user_id, _no(error))

    async def _reply(self, user_id: str, work: Coroutine[Any, Any, tuple[Posting, ...]]) -> None:
        try:
            owed = await work
        except Exception as error:
            await self._tell(user_id, _no(error))
        else:
            await self._poster.post_all(owed)

    async def _fill(
        self, view_id: str, work: Coroutine[Any, Any, dict[str, Any]], *, after: float = 0.0
    ) -> None:
        """Not before `after` so many seconds."""
        loop = asyncio.get_running_loop()
        earliest = loop.time() + after
        try:
            view = await work
        except Exception as error:
            view = views.refused_modal(_no(error))
        await asyncio.sleep(max(earliest - loop.time(), 0))
        await self._client.views_update(view_id=view_id, view=_sealed(view))

    async def _offer_again(self) -> None:
        """Whoever waits for a form hears that it does not come, and can ask for it once more."""
        gesture = _gesture.get()
        log.warning("form_too_late")
        if gesture is None:
            return
        place, message = Place.of(gesture), views.open_again(gesture)
        user = gesture.get("user_id") or (gesture.get("user") or {}).get("id")
        if place.response_url:
            await self._whisper(place, message)
        elif user:
            await self._tell(user, message)

    async def _illustrate(self, view_id: str, view: dict[str, Any], pictures: Sequence[Picture]) -> None:
        """Not if the view has become another one meanwhile, nor where pictures may not be uploaded."""
        drawn = await self._client.views_update(view_id=view_id, view=_sealed(view))
        files = [(await self._poster.ladder.uploaded(picture), picture) for picture in pictures]
        images = [parts.image(file, picture.alt) for file, picture in files if file]
        if images:
            await self._client.views_update(
                view_id=view_id, hash=drawn["view"]["hash"], view=_sealed(views.illustrated(view, images))
            )

    async def _take_back(self, posted: Iterable[Posting], besides: Place) -> None:
        """One may have taken the place of another."""
        places = {(posting.channel or "", posting.ts or "") for posting in posted}
        for channel, ts in sorted(places - {(besides.channel, besides.ts)}):
            try:
                await self._client.chat_delete(channel=channel, ts=ts)
            except SlackApiError as error:
                log.warning("not_taken_back", error=reason(error))

    def _start(self, work: Coroutine[Any, Any, Any], context: Context | None = None) -> None:
        """In the course of what is done now, or in a context of its own."""
        task = asyncio.create_task(self._after_the_ack(work), context=context or copy_context())
        self._tasks.add(task)
        if context is None:
            drawn_by(task)
        task.add_done_callback(self._done)

    @staticmethod
    async def _after_the_ack(work: Coroutine[Any, Any, Any]) -> None:
        try:
            await acked()
        except asyncio.CancelledError:
            work.close()
            raise
        await work

    def _done(self, task: asyncio.Task[Any]) -> None:
        """What is only drawn may fail: what matters is stored, and what is owed is in the ledger."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SlackApiError):
            log.warning("drawing_refused", error=reason(error), said=str(error)[:300])
        elif isinstance(error, (ClientError, TimeoutError, ConnectionError, BlocksRefused)):
            log.warning("drawing_lost", error=type(error).__name__)
        elif error is not None:
            log.error("drawing_failed", exc_info=error)


def _no(error: Exception) -> Message:
    """Why nothing came of something that took longer than its ack; `bot.explain` says so in an ack."""
    if isinstance(error, Refused):
        log.info("refused", reason=error.key)
        return views.refusal(error)
    if isinstance(error, NO_HELP):
        log.warning("slack_did_not_help", error=str(error)[:300])
        return views.refusal(NoHelpFromSlack())
    if isinstance(error, Unavailable):
        log.error("database_unavailable", said=str(error))
        return views.refusal(NotSureIfKept(gesture="other") if isinstance(error, Uncertain) else NotKept())
    log.error("failed", exc_info=error)
    return views.unknown_error(requests.number())


def _sealed(view: dict[str, Any]) -> dict[str, Any]:
    return _seal.get().put(view)


def _in_a_form(body: dict[str, Any]) -> bool:
    """Home is a view too, but none that another one can be laid on."""
    return (body.get("view") or {}).get("type") == "modal"


def _changes_home(spoken: Spoken) -> bool:
    """Begun, through, or sent. That one more question is answered is seen when Home is opened."""
    interview = spoken.sitting.interview
    return interview.asking is None or not interview.replies
