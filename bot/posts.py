"""Posting what is owed, each thing once.

A posting is claimed before it is sent and settled after; what lies between is the only moment that a
crash can hide. So the ledger's key travels in the message's metadata, and a claim whose holder died is
looked up in the channel before it is sent again. The client's own retry of lost replies is off: it would
send twice. Who had to wait (for Slack's pace, or for another message to the same reader) makes sure of the
claim before sending, and of having something to say still. What would have to wait for long is given back to
the ledger, and waits there; whoever empties that waits as long as it takes, and holds the claim meanwhile.

What nobody foresaw is most likely there the next time, too: such a posting is tried a few times, each time
later, and given up. Slack or the database being away is foreseen, and tried for as long as that takes.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import scopes, tracing, views
from bot.errands import Errands
from bot.gate import Gate
from bot.homes import Homes
from bot.ladder import ClaimLost, Ladder
from bot.language import speaking
from bot.pace import CHANGES, Pace
from bot.patience import NO_HELP, NO_WORDS, WHILE_OTHERS_WAIT, in_a_word, reason, seconds_to_wait
from bot.presence import Presence
from bot.profiles import Profiles
from bot.quiethours import IN_THEIR_HOURS, NotLearnt
from bot.readers import Readers
from bot.render import NO_PREVIEWS, Message
from bot.settling import Settling
from bot.slack import NOT_NOW, SLACK_TIMEOUT, UNSURE, SlackClient
from bot.told import told
from conversation import departed, first, installation, leavers, ledger, people, reports, results, retention
from conversation.assessments import concerned
from conversation.closing import Instead
from conversation.contents import Contents
from conversation.desk import LEASE, Desk
from conversation.ledger import Arrived
from conversation.results import Closed
from conversation.sitting import Sitting
from storage.errors import Unavailable
from storage.records import Posting

log = structlog.get_logger()

EVENT_TYPE = "tidemark_posting"
#: What became of postings; failed is for good, later is that Slack let us wait, or that it is tried again.
OUTCOMES = ("sent", "failed", "later", "unsure")
#: Nothing is sent under a claim that could run out before Slack has answered.
ENOUGH_LEASE = timedelta(seconds=SLACK_TIMEOUT + 5)
#: Seconds for which nothing has to be done to keep a claim.
CLAIMS_LAST = 10.0
#: Slack's clock and ours may differ by this much.
CLOCKS_APART = timedelta(minutes=5)
#: So many go out side by side; Slack takes about a seventh of a second for each.
SIDE_BY_SIDE = 8
#: When Slack wants us to wait and does not say for how long.
SECONDS_TO_WAIT = 30
#: Of what is in no ledger: most of an hour.
MOST_TRIES = 100
#: Tells somebody of what they then find on their Home, too.
_ON_HOME = {"invite", "launched", "finished", "preview", "agreed"}
#: What says how actions stand, and their issues.
ABOUT_ACTIONS = "remind"
#: Our token is not good (any more), or not for this.
_NO_ENTRY = {"token_revoked", "token_expired", "invalid_auth", "not_authed", "missing_scope"}
#: Somebody has removed us.
_REMOVED = {"token_revoked", "account_inactive"}
#: For so long nothing is tried then; whoever installs the app again finds that all goes on.
SHUT = timedelta(minutes=5)
#: What Slack says of a message to somebody who may have left.
_PERHAPS_GONE = {"user_not_found", "cannot_dm_user", "user_disabled", "channel_not_found", "is_inactive"}
#: Nobody knows whether Slack took it.
_UNSURE = UNSURE | {NO_WORDS}
#: Slack lets nobody change that message any more, or it is gone.
_TOO_OLD = {"edit_window_closed", "cant_update_message"}
_FIXED = _TOO_OLD | {"message_not_found", "is_inactive"}


class Poster:
    def __init__(
        self,
        desk: Desk,
        client: SlackClient,
        act: Gate,
        pace: Pace,
        readers: Readers,
        homes: Homes,
        presence: Presence,
        profiles: Profiles,
        errands: Errands,
    ) -> None:
        self._desk, self._client, self._act, self._pace = desk, client, act, pace
        self._readers, self._homes = readers, homes
        self._presence, self._profiles, self._errands = presence, profiles, errands
        self.ladder = Ladder(client)
        self._settling = Settling(desk, act)
        #: Around what brings a posting to Slack.
        self.sending = self._settling.sending
        self._turns: defaultdict[str, _Turns] = defaultdict(_Turns)
        self._shut_until, self._removed = desk.now() - SHUT, False
        self._swept: datetime | None = None  # in which hour it was looked last for what has to go
        self._asked_on: date | None = None  # when Slack was asked last whether it still has us
        self._dms: dict[str, str] = {}  # they never change
        self.outcomes: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self._looked_at = desk.now()
        self._closed: deque[_Undrawn] = deque()

    async def post_due(self, until: asyncio.Event | None = None) -> None:
        """Everything that is due now, or as much as there is time for. One failing post does not stop the
        others."""
        try:
            self._removed = await self._is_shut_out()
        except Unavailable as error:
            log.error("database_unavailable", said=str(error))
            return
        await self._close_what_is_due()
        await self._sweep()
        if not self._removed:
            await self._empty_the_ledger(until)
            try:
                await self._draw_closed()
            except Exception:
                log.exception("closing_not_drawn")
        self._looked_at = self._desk.now()

    async def _close_what_is_due(self) -> None:
        """One that cannot be closed is tried again with every beat, and keeps no other open."""
        try:
            due = await self._act(results.due_to_close, self._desk)
        except Exception:
            log.exception("closing_failed")
            return
        for assessment in due:
            try:
                closed = await self._act(results.close_by_clock, self._desk, assessment=assessment)
                if closed:
                    log.info("assessment_closed", assessment=assessment, by="the clock")
                    await self.post_all(closed.owed)
                    self.draw_later(closed)
                    await self._homes.refresh(concerned(closed.assessment))
            except Exception:
                log.exception("closing_failed", assessment=assessment)

    def reopen(self) -> None:
        """Our token is another one: it is tried at once."""
        self._shut_until, self._removed = self._desk.now(), False
        self._presence.quiet.ask_again()

    def has_us(self) -> None:
        """Slack took our token a moment ago: today it need not be asked whether it has us."""
        self._asked_on = self._desk.now().date()

    def lag(self) -> float:
        """Seconds since it was last looked for what is due."""
        return (self._desk.now() - self._looked_at).total_seconds()

    async def _sweep(self) -> None:
        """Once an hour: what has been kept for long enough goes."""
        hour = retention.hour_of(self._desk.now())
        if hour == self._swept:
            return
        try:
            for erased in await self._act(retention.sweep, self._desk):
                log.info("assessment_erased", assessment=erased.assessment.id)
            for team in await self._act(departed.erase, self._desk.store, self._desk.now()):
                log.info("workspace_erased", team=team)
            self._swept = hour
        except Exception:
            log.exception("sweeping_failed")

    async def post_all(self, owed: tuple[Posting, ...], contents: Contents | None = None) -> None:
        """Side by side, in order for each reader; `contents` are those of the first. What is more than a
        few is left to whoever has time, because a claim does not last as long as that. Where we were removed
        from the workspace, all of it waits."""
        now, rest = owed[:SIDE_BY_SIDE], owed[SIDE_BY_SIDE:]
        if self._removed:
            await self.release(owed)
            return
        if len(owed) == 1:
            await self.post(owed[0], contents)
            return
        if rest:
            await self.release(rest)
        firsts = [contents, *(None for _ in now)]
        sending = (self.post(posting, first) for posting, first in zip(now, firsts, strict=False))
        ended = await asyncio.gather(*sending, return_exceptions=True)
        if rest:
            await self._empty_the_ledger()
        failed = [error for error in ended if isinstance(error, BaseException)]
        for error in failed[1:]:
            log.error("post_failed", exc_info=error)
        if failed:
            raise failed[0]

    def draw_later(self, closed: Closed) -> None:
        """What must not be owed, because that would tell who sat where; after all that is, and once. What was
        on its way is in Slack by the time at which its claim would have run out, or never."""
        now = self._desk.now()
        for each in closed.forgotten:
            self._closed.append(_Undrawn(each, now if each.old.ts else now + LEASE))

    async def _draw_closed(self) -> None:
        """As many as there is budget for. What Slack did not take, or perhaps not, is drawn later: nobody
        else knows of it, and twice is once."""
        while self._closed and self._closed[0].due_at <= self._desk.now() and self._pace.spend(CHANGES):
            undrawn = self._closed.popleft()
            wait = await self._draw_instead(undrawn.instead)
            if wait and undrawn.tries < MOST_TRIES:
                later = self._desk.now() + timedelta(seconds=wait)
                self._closed.append(_Undrawn(undrawn.instead, later, undrawn.tries + 1))
                return

    async def _draw_instead(self, instead: Instead) -> float:
        """In how many seconds it may be tried again; 0 if there is no need, or it would be no use."""
        old = instead.old
        try:
            place = (old.channel or "", old.ts) if old.ts else await self._where(old)
            if place is None:
                return 0
            channel, ts = place
            with speaking(await self._readers.locale_of(self._desk, old.recipient)):
                message = views.message(instead.contents)
            await self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
        except SlackApiError as error:
            why = reason(error)
            log.warning("closing_not_drawn", error=why)
            wait = seconds_to_wait(error, otherwise=SECONDS_TO_WAIT)
            if why in NOT_NOW:
                self._pace.hold_off(CHANGES, wait)
            return wait if why in NOT_NOW | _UNSURE else 0
        except (ClientError, TimeoutError, ConnectionError, Unavailable) as error:
            log.warning("closing_not_drawn", error=type(error).__name__)
            return SECONDS_TO_WAIT
        return 0

    async def post(
        self, posting: Posting, contents: Contents | None = None, *, patient: bool = False
    ) -> None:
        """Send one claimed posting and settle it. What Slack says against it is in the ledger and the log;
        where nobody knows whether it arrived, the claim runs out and it is looked up. `patient`: it waits
        for Slack's budget, however long that is. Raises: Unavailable."""
        has_left = False
        async with self._turn_of(posting.recipient) as waited:
            try:
                with tracing.span("posting", kind=posting.kind):
                    await self._send(posting, None if waited else contents, patient=patient)
                if contents is None and posting.kind == "card":
                    await self._leave_record(posting)
            except SlackApiError as error:
                has_left = await self._refused(posting, error)
            except _NoRoom as no:
                await self._put_off(posting, no.seconds, note="no room")
            except NotLearnt as no:
                await self._put_off(posting, no.seconds, note="perhaps quiet hours")
            except ClaimLost:
                log.info("post_left_to_another", posting=posting.key)
            except (ClientError, TimeoutError, ConnectionError) as error:
                self.outcomes["unsure"] += 1
                log.warning("post_unsure", posting=posting.key, error=type(error).__name__)
            except Unavailable:
                raise
            except _NotDrawn as error:
                await self._stumbled(posting, error.why, perhaps_there=posting.attempts > 1)
            except Exception as error:
                await self._stumbled(posting, error, perhaps_there=True)
        if has_left:  # only now: what follows may be owed to the same person, who would wait for this turn
            await self._look_after(posting.recipient)

    async def settle(self, posting: Posting, *, channel: str, ts: str) -> None:
        """It reached its reader."""
        self.outcomes["sent"] += 1
        if not await self._settling.settled(Arrived(posting, channel, ts)):
            log.error("posted_without_claim", posting=posting.key, attempt=posting.attempts)

    async def release(self, postings: Sequence[Posting]) -> None:
        """They were not begun: whoever comes first may send them."""
        await self._act(ledger.release, self._desk, postings)

    async def take_up(self, card: Posting) -> tuple[Posting, Sitting] | None:
        """Claim a card again that was released, with how whoever it is for stands now. None if somebody else
        has it, or it is not to be sent."""
        if self._removed or self._is_shut():
            return None
        return await self._act(reports.take_up, self._desk, card)

    async def keep(self, posting: Posting) -> bool:
        """The claim, from now on anew. False if it ran out and somebody else has it."""
        return await self._act(ledger.hold, self._desk, posting)

    async def _is_shut_out(self) -> bool:
        """Whether the workspace has removed us. Now and then Slack is asked whether it has us back.

        Raises: Unavailable; whether anybody removed us is not known then.
        """
        try:
            if not await self._act(installation.is_lost, self._desk):
                return await self._is_removed_unheard()
            if self._is_shut():
                return True
            said = await self._client.auth_test()
            await self._act(installation.back, self._desk)
            self.has_us()
        except Unavailable:
            raise
        except Exception as error:
            log.info("still_shut_out", error=in_a_word(error))
            self._shut_until = self._desk.now() + SHUT
            return True
        log.info("installed_again", team=self._desk.team)
        if lacking := scopes.missing(said.headers.get("x-oauth-scopes")):
            await self._act(first.tell_of_missing_scopes, self._desk, lacking)
        return False

    async def _is_removed_unheard(self) -> bool:
        """Slack may have said so while nobody heard, and where nothing is owed, no refusal tells of it: so it
        is asked once a day. Raises: Unavailable."""
        today = self._desk.now().date()
        if today == self._asked_on:
            return False
        self._asked_on = today
        try:
            await self._client.auth_test()
        except SlackApiError as error:
            if reason(error) in _REMOVED:
                log.error("removed_unheard", team=self._desk.team, error=reason(error))
                return await self._act(installation.lost, self._desk, why=reason(error))
        except NO_HELP as error:
            log.info("not_asked_today", error=type(error).__name__)
        return False

    def _is_shut(self) -> bool:
        """Slack does not take our token for now. What is further ahead is of a clock that was set back."""
        now = self._desk.now()
        return now < self._shut_until <= now + SHUT

    async def _empty_the_ledger(self, until: asyncio.Event | None = None) -> None:
        """Several side by side, once one has found something."""
        first = await self._next(until)
        if first:
            others = (self._post_what_is_next(None, until) for _ in range(SIDE_BY_SIDE - 1))
            await asyncio.gather(self._post_what_is_next(first, until), *others)

    async def _post_what_is_next(self, posting: Posting | None, until: asyncio.Event | None) -> None:
        while posting := posting or await self._next(until):
            try:
                await self.post(posting, patient=True)
            except Exception:
                log.exception("post_failed", posting=posting.key)
            posting = None

    async def _next(self, until: asyncio.Event | None) -> Posting | None:
        """None when nothing is due, or may be sent."""
        if (until and until.is_set()) or self._is_shut():
            return None
        try:
            return await self._act(ledger.claim_next, self._desk)
        except Exception:
            log.exception("post_failed", posting=None)
            return None

    @asynccontextmanager
    async def _turn_of(self, recipient: str) -> AsyncIterator[bool]:
        """One message after another for each reader, in the order of asking; whether one had to wait."""
        turns = self._turns[recipient]
        waited = turns.number > 0
        turns.number += 1
        try:
            async with turns.lock:
                yield waited
        finally:
            turns.number -= 1
            if not turns.number:
                del self._turns[recipient]

    async def _send(self, posting: Posting, contents: Contents | None, *, patient: bool) -> None:
        if posting.kind in ledger.EDITS and await self._edit(posting):
            return
        dm, place = await self._dm(posting.recipient), posting.contents.get("place")
        if posting.kind in ledger.DRAWN_AGAIN and not place:
            place = await self._act(ledger.place_of_old, self._desk, posting)
            if place is None:
                return
        if posting.attempts > 1 and not place and not await self._surely_not_there(posting, dm):
            return
        if posting.kind in IN_THEIR_HOURS:  # before it takes what Slack's pace has room for
            await self._presence.quiet.until(posting.recipient)
        if place:
            self._spend_a_change(posting)
        elif not self._pace.spend(posting.recipient, posting.key):
            contents = None
            await self._wait_for_the_budget(posting, patient)
        message = await self._drawn(posting, contents)
        if message is None:
            return
        if not await self._is_ours(posting):
            log.info("post_left_to_another", posting=posting.key)
            return
        if place:
            await self._redraw(posting, place["channel"], place["ts"], message)
            return
        channel, ts = await self._call(posting, dm or posting.recipient, message)
        await self.settle(posting, channel=channel, ts=ts)
        log.info("posted", posting=posting.key, kind=posting.kind, attempt=posting.attempts)
        if posting.kind in _ON_HOME:
            await self._homes.refresh([posting.recipient])
        if dm is None:
            await self._act(people.remember_dm, self._desk, posting.recipient, channel=channel)

    async def _drawn(self, posting: Posting, contents: Contents | None) -> Message | None:
        """None if there is nothing to say any more. Raises: _NotDrawn."""
        try:
            if posting.kind in IN_THEIR_HOURS:
                await self._presence.look(posting.recipient)
            if posting.kind == ABOUT_ACTIONS:
                await self._errands.look(posting.recipient)
            contents = contents or await self._act(reports.contents, self._desk, posting)
            if contents is None:
                return None
            with speaking(await self._locale_for(posting, contents)):
                return views.message(contents)
        except (*NO_HELP, Unavailable, NotLearnt):
            raise
        except Exception as error:
            raise _NotDrawn(error) from error

    def _spend_a_change(self, posting: Posting) -> None:
        """Raises: _NoRoom, because others need not wait behind it."""
        if not self._pace.spend(CHANGES, posting.key):
            raise _NoRoom(self._pace.put_off(CHANGES, posting.key))

    async def _wait_for_the_budget(self, posting: Posting, patient: bool) -> None:
        """Raises: _NoRoom, if that takes longer than a claim is sure to last; ClaimLost."""
        wait = self._pace.wait(posting.recipient)
        if wait > CLAIMS_LAST and not patient:
            raise _NoRoom(wait)
        self._pace.reserve(posting.recipient)
        while wait > 0:
            await asyncio.sleep(min(wait, CLAIMS_LAST))
            wait = max(wait - CLAIMS_LAST, self._pace.held().get(posting.recipient, 0.0))
            if wait > 0 and not await self.keep(posting):
                raise ClaimLost

    async def _edit(self, posting: Posting) -> bool:
        """The message that it tells of stays where it is and says what is true now. False if that is not
        there any more, so that it has to be said anew."""
        place = await self._act(ledger.place_of_live, self._desk, posting)
        if place is None and await self._act(ledger.wait_for_live, self._desk, posting):
            self.outcomes["later"] += 1
            return True
        if place:
            self._spend_a_change(posting)
        message = await self._drawn(posting, None) if place else None
        if place is None or message is None:
            await self._act(ledger.not_wanted, self._desk, posting)
            return True
        channel, ts = place
        try:
            await self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
        except SlackApiError as error:
            if reason(error) not in _FIXED:
                raise
            log.info("live_message_gone", posting=posting.key, error=reason(error))
            if posting.kind not in ledger.ONLY_THERE:
                return False
            await self._act(ledger.not_wanted, self._desk, posting)
            return True
        await self.settle(posting, channel=channel, ts=ts)
        return True

    async def _locale_for(self, posting: Posting, contents: Contents) -> str:
        """That of whoever reads it."""
        if _is_person(posting.recipient):
            return await self._readers.locale_of(self._desk, posting.recipient)
        assessment = getattr(contents, "assessment", None)
        facilitator = assessment.facilitator if assessment else None
        return await self._readers.locale_in(self._desk, posting.recipient, facilitator=facilitator)

    async def _leave_record(self, posting: Posting) -> None:
        """Nobody's click draws this card, so nobody has turned the one before it into its record."""
        old = await self._act(reports.overtaken, self._desk, posting)
        if old is None:
            return
        with speaking(await self._readers.locale_of(self._desk, posting.recipient)):
            old = told(old)
            record = views.record(old.sitting, old.item)
        try:
            await self._client.chat_update(
                channel=old.channel, ts=old.ts, text=record.text, blocks=record.blocks
            )
        except (SlackApiError, ClientError, TimeoutError, ConnectionError) as error:
            log.warning("record_not_drawn", posting=posting.key, error=type(error).__name__)

    async def _dm(self, recipient: str) -> str | None:
        """Where this person reads us, if we know it already; a channel is itself. Slack takes a person's id
        for the channel too, which saves a call for each person whom we write to for the first time."""
        if not _is_person(recipient):
            return recipient
        if recipient not in self._dms:
            known = (await self._act(people.known, self._desk, [recipient]))[recipient]
            if known.dm:
                self._dms[recipient] = known.dm
        return self._dms.get(recipient)

    async def _is_ours(self, posting: Posting) -> bool:
        """And for long enough to send it. False if the claim ran out meanwhile and somebody else has it."""
        enough_until = self._desk.now() + ENOUGH_LEASE
        if posting.lease_until and posting.lease_until > enough_until:
            return True
        return await self._act(ledger.hold, self._desk, posting)

    async def _call(self, posting: Posting, channel: str, message: Message) -> tuple[str, str]:
        """A workspace that does not know a newer kind of block yet gets a plainer form; each attempt makes
        sure of the claim."""

        async def send(form: Message) -> tuple[str, str]:
            return await self._post_message(posting, channel, form)

        return await self.ladder.climb(message, send, hold=partial(self.keep, posting))

    async def _redraw(self, posting: Posting, channel: str, ts: str, message: Message) -> None:
        """What stands there is changed; twice is once, so that nothing has to be looked up. Where a result
        cannot be changed, its thread says what holds now; what stands in a thread is taken away."""

        async def send(form: Message) -> None:
            await self._client.chat_update(channel=channel, ts=ts, text=form.text, blocks=form.blocks)

        try:
            await self.ladder.climb(message, send, hold=partial(self.keep, posting))
        except SlackApiError as error:
            if reason(error) not in _FIXED:
                raise
            log.warning("redrawing_refused", posting=posting.key, error=reason(error))
            owed = await self._act(ledger.cannot_redraw, self._desk, posting, note=reason(error))
            if posting.kind == "redrawn" and reason(error) in _TOO_OLD:
                await self._client.chat_delete(channel=channel, ts=ts)
            for each in owed:
                await self._send(each, None, patient=True)
            return
        await self.settle(posting, channel=channel, ts=ts)
        log.info("redrawn", posting=posting.key, kind=posting.kind, attempt=posting.attempts)

    async def _post_message(self, posting: Posting, channel: str, message: Message) -> tuple[str, str]:
        besides = {"channel": channel, "metadata": metadata(posting), **NO_PREVIEWS}
        if thread := posting.contents.get("thread"):
            besides["thread_ts"] = thread
        # As chat_postMessage does, which looks through all blocks first for models of its own.
        with self.sending():
            said = await self._client.send("chat.postMessage", message.as_json(**besides))
        return str(said["channel"]), str(said["ts"])

    async def _surely_not_there(self, posting: Posting, dm: str | None) -> bool:
        """Whether it may be sent, because no earlier attempt reached Slack. If one did, it is settled; if
        Slack cannot tell, it is asked later or not at all, and never sent in the dark."""
        try:
            channel = dm or await self._open(posting.recipient)
            ts = await self._look_up(posting, channel)
        except SlackApiError as error:
            await self._cannot_look_up(posting, error)
            return False
        if ts is None:
            return True
        await self.settle(posting, channel=channel, ts=ts)
        log.info("found", posting=posting.key, kind=posting.kind, attempt=posting.attempts)
        return False

    async def _open(self, user_id: str) -> str:
        return str((await self._client.conversations_open(users=[user_id]))["channel"]["id"])

    async def _look_up(self, posting: Posting, channel: str) -> str | None:
        """The newest messages are looked through in any case: our clock may be wrong, and Slack's is not."""
        oldest = ((posting.attempted_at or self._desk.now()) - CLOCKS_APART).timestamp()
        if place := await self._act(ledger.may_stand_since, self._desk, posting):
            oldest = min(oldest, float(place))
        cursor, thread = None, posting.contents.get("thread")
        while True:
            page = await self._page(
                posting,
                channel=channel,
                include_all_metadata=True,
                limit=200,
                cursor=cursor,
            )
            for message in page["messages"]:
                if _key_of(message) == posting.key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor or (not thread and float(page["messages"][-1]["ts"]) < oldest):
                return None

    async def _where(self, posting: Posting) -> tuple[str, str] | None:
        """None if it is not in Slack."""
        channel = await self._dm(posting.recipient) or await self._open(posting.recipient)
        ts = await self._look_up(posting, channel)
        return (channel, ts) if ts else None

    async def _page(self, posting: Posting, **wanted: Any) -> AsyncSlackResponse:
        """What was written in the thread to which it belongs, or in the whole channel."""
        if thread := posting.contents.get("thread"):
            return await self._client.conversations_replies(ts=thread, **wanted)
        return await self._client.conversations_history(**wanted)

    async def _cannot_look_up(self, posting: Posting, error: SlackApiError) -> None:
        why = reason(error)
        log.warning("look_up_refused", posting=posting.key, error=why, attempt=posting.attempts)
        if why in NOT_NOW | _UNSURE:
            later = self._desk.now() + timedelta(seconds=seconds_to_wait(error, otherwise=SECONDS_TO_WAIT))
            await self._act(ledger.look_up_later, self._desk, posting, at=later)
        else:
            await self._act(ledger.nobody_knows, self._desk, posting, note=why)

    async def _refused(self, posting: Posting, error: SlackApiError) -> bool:
        """Whether its reader may have left Slack."""
        why = reason(error)
        log.warning("post_refused", posting=posting.key, error=why, attempt=posting.attempts)
        if why in _UNSURE:
            self.outcomes["unsure"] += 1
            return False
        if await self._is_about_us(why):
            self.outcomes["later"] += 1
            log.error("slack_refuses_us", error=why)
            self._shut_until = self._desk.now() + SHUT
            await self._act(ledger.not_yet, self._desk, posting, due_at=self._shut_until, note=why)
            if why in _REMOVED:
                await self._act(installation.lost, self._desk, why=why)
        elif why in NOT_NOW:
            self.outcomes["later"] += 1
            wait = seconds_to_wait(error, otherwise=SECONDS_TO_WAIT)
            self._pace.hold_off(CHANGES if _is_change(posting) else posting.recipient, wait)
            later = self._desk.now() + timedelta(seconds=wait)
            await self._act(ledger.not_yet, self._desk, posting, due_at=later, note=why)
        else:
            self.outcomes["failed"] += 1
            await self._act(ledger.failed, self._desk, posting, note=why)
            return why in _PERHAPS_GONE and _is_person(posting.recipient)
        return False

    async def _put_off(self, posting: Posting, seconds: float, *, note: str) -> None:
        """Slack was not asked to take it."""
        self.outcomes["later"] += 1
        later = self._desk.now() + timedelta(seconds=seconds)
        await self._act(ledger.not_yet, self._desk, posting, due_at=later, note=note)

    async def _stumbled(self, posting: Posting, error: Exception, *, perhaps_there: bool) -> None:
        log.error("post_failed", posting=posting.key, attempt=posting.attempts, exc_info=error)
        if not await self._act(ledger.stumbled, self._desk, posting, perhaps_there=perhaps_there):
            return
        if ledger.may_try_again(posting):
            self.outcomes["later"] += 1
            return
        self.outcomes["failed"] += 1
        give_up = ledger.nobody_knows if perhaps_there else ledger.failed
        await self._act(give_up, self._desk, posting, note=ledger.UNFORESEEN)

    async def _look_after(self, user_id: str) -> None:
        """Slack took no message for them: perhaps they have left, and nobody told us. Of whom it says nothing
        either, we know no more than before: an organisation may have taken us out of their workspace."""
        if person := await self._profiles.within(WHILE_OTHERS_WAIT, user_id):
            gone = await self._act(leavers.changed, self._desk, person)
            await self.post_all(gone.owed)

    async def _is_about_us(self, why: str) -> bool:
        """Our token, and not whom we write to: then nothing can be sent at all, and all of it waits."""
        if why == "account_inactive":
            try:
                await self._client.auth_test()
            except SlackApiError:
                return True
            return False
        return why in _NO_ENTRY


class _Undrawn(NamedTuple):
    instead: Instead
    due_at: datetime
    tries: int = 0


class _NoRoom(Exception):
    """Slack takes it in so many seconds at the earliest."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


class _NotDrawn(Exception):
    """Something that nobody foresaw was in the way before Slack was asked to take it."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


class _Turns:
    """Of those who write to one reader: the `number` of them, the one whose turn it is included."""

    def __init__(self) -> None:
        self.lock, self.number = asyncio.Lock(), 0


def _is_change(posting: Posting) -> bool:
    """Of what stands there, and not a message of its own."""
    return posting.kind in {*ledger.EDITS, *ledger.DRAWN_AGAIN} or "place" in posting.contents


def _is_person(recipient: str) -> bool:
    """And not a channel."""
    return recipient.startswith(("U", "W"))


def metadata(posting: Posting) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": posting.key}}


def _key_of(message: Mapping[str, Any]) -> str | None:
    said = message.get("metadata") or {}
    payload = said.get("event_payload") or {}
    return payload.get("key") if said.get("event_type") == EVENT_TYPE else None
