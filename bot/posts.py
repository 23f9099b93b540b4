"""Posting what is owed, each thing once.

A posting is claimed before it is sent and settled after; what lies between is the only moment that a
crash can hide. So the ledger's key travels in the message's metadata, and a claim whose holder died is
looked up in the channel before it is sent again. The client's own retry of lost replies is off: it would
send twice.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.gate import Gate
from bot.pace import Pace
from bot.render import Message
from conversation import ledger, people, reports, results
from conversation.contents import Contents
from conversation.desk import Desk
from storage.records import Posting

log = structlog.get_logger()

EVENT_TYPE = "tidemark_posting"
#: Slack's clock and ours may differ by this much.
CLOCKS_APART = timedelta(minutes=5)
#: So many go out side by side; Slack takes about a seventh of a second for each.
SIDE_BY_SIDE = 8
#: Slack surely did not take the message, but may a little later.
_LATER = {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"}
#: Nobody knows whether Slack took it.
_UNSURE = {"internal_error", "fatal_error", "request_timeout"}


class Poster:
    def __init__(self, desk: Desk, client: AsyncWebClient, act: Gate, pace: Pace) -> None:
        self._desk, self._client, self._act, self._pace = desk, client, act, pace

    async def post_due(self) -> None:
        """Everything that is due now. One failing post does not stop the others."""
        try:
            for closed in await self._act(results.close_what_is_due, self._desk):
                log.info("assessment_closed", assessment=closed.assessment.id, by="the clock")
                await self.post_all(closed.owed)
        except Exception:
            log.exception("closing_failed")
        await asyncio.gather(*(self._empty_the_ledger() for _ in range(SIDE_BY_SIDE)))

    async def post_all(self, owed: tuple[Posting, ...]) -> None:
        for posting in owed:
            await self.post(posting)

    async def post(self, posting: Posting, contents: Contents | None = None) -> None:
        """Send one claimed posting and settle it. What Slack says against it is in the ledger and the log;
        where nobody knows whether it arrived, the claim runs out and it is looked up."""
        try:
            contents = contents or await self._act(reports.contents, self._desk, posting)
            if contents is not None:
                await self._send(posting, views.message(contents))
        except SlackApiError as error:
            await self._refused(posting, error)
        except (ClientError, TimeoutError, ConnectionError) as error:
            log.warning("post_unsure", posting=posting.key, error=type(error).__name__)

    async def settle(self, posting: Posting, *, channel: str, ts: str) -> None:
        """It reached its reader by another way (in place of an older message)."""
        await self._act(ledger.sent, self._desk, posting, channel=channel, ts=ts)

    async def channel_of(self, recipient: str) -> str:
        """The direct message with a person; a channel is itself."""
        if not recipient.startswith(("U", "W")):
            return recipient
        known = await self._act(people.known, self._desk, [recipient])
        if dm := known[recipient].dm:
            return dm
        opened = await self._client.conversations_open(users=[recipient])
        channel = str(opened["channel"]["id"])
        await self._act(people.remember_dm, self._desk, recipient, channel=channel)
        return channel

    async def _empty_the_ledger(self) -> None:
        while True:
            posting = None
            try:
                posting = await self._act(ledger.claim_next, self._desk)
                if posting is None:
                    return
                await self.post(posting)
            except Exception:
                log.exception("post_failed", posting=posting and posting.key)
                if posting is None:
                    return

    async def _send(self, posting: Posting, message: Message) -> None:
        channel = await self.channel_of(posting.recipient)
        ts = None
        if posting.attempts > 1:
            ts = await self._look_up(posting, channel)
        if ts is None:
            while not self._pace.spend(channel):
                await asyncio.sleep(self._pace.wait(channel))
            ts = await self._call(posting, channel, message)
        await self._act(ledger.sent, self._desk, posting, channel=channel, ts=ts)
        log.info("posted", posting=posting.key, kind=posting.kind, attempt=posting.attempts)

    async def _call(self, posting: Posting, channel: str, message: Message) -> str:
        """A workspace that does not know a newer kind of block yet gets the plain form."""
        try:
            return await self._post_message(posting, channel, message)
        except SlackApiError as error:
            if error.response.get("error") != "invalid_blocks":
                raise
            log.warning("blocks_refused", posting=posting.key, errors=error.response.get("errors"))
            return await self._post_message(posting, channel, views.fallback(message))

    async def _post_message(self, posting: Posting, channel: str, message: Message) -> str:
        said = await self._client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata=metadata(posting),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(said["ts"])

    async def _look_up(self, posting: Posting, channel: str) -> str | None:
        """Whether an earlier attempt reached Slack after all."""
        oldest = (posting.attempted_at or self._desk.now()) - CLOCKS_APART
        cursor = None
        while True:
            page = await self._client.conversations_history(
                channel=channel,
                oldest=str(oldest.timestamp()),
                include_all_metadata=True,
                limit=200,
                cursor=cursor,
            )
            for message in page["messages"]:
                if _key_of(message) == posting.key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None

    async def _refused(self, posting: Posting, error: SlackApiError) -> None:
        reason = str(error.response.get("error", "unknown"))
        log.warning("post_refused", posting=posting.key, error=reason, attempt=posting.attempts)
        if reason in _UNSURE:
            return
        if reason in _LATER:
            wait = int(error.response.headers.get("Retry-After", 30))
            later = self._desk.now() + timedelta(seconds=wait)
            await self._act(ledger.not_yet, self._desk, posting, due_at=later, note=reason)
        elif posting.attempts > 1 and reason in {"missing_scope", "not_in_channel"}:
            await self._act(ledger.nobody_knows, self._desk, posting, note=reason)
        else:
            await self._act(ledger.failed, self._desk, posting, note=reason)


def metadata(posting: Posting) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": posting.key}}


def _key_of(message: Mapping[str, Any]) -> str | None:
    said = message.get("metadata") or {}
    payload = said.get("event_payload") or {}
    return payload.get("key") if said.get("event_type") == EVENT_TYPE else None
