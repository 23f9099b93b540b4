"""As much of Slack as a crowd needs: it takes whatever the bot posts, remembers by which key and where, and
hands the next card to whoever waits for it. The local workspace checks every message and would be what is
measured; whether messages are right is tested there.
"""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

from aiohttp import web

TEAM, BOT = "T0CROWD", "U0BOT"
#: How a refusal of ours begins, by which somebody knows that they have to press again.
_REFUSALS = ("did not keep that", "cannot say yet whether I kept")

Json = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """Where a question stands, and what its buttons carry. Without a value nothing is asked any more."""

    ts: str
    value: str | None


@dataclass
class Reader:
    """Somebody's direct message. `waits`: in place of the card stands that the next one comes, and there is
    nothing to press."""

    user: str
    card: Card
    refused: int = 0
    waits: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def channel(self) -> str:
        return f"D{self.user[1:]}"

    def reads(self, blocks: list[Json], ts: str) -> None:
        card = next(_cards(blocks, ts), None)
        self.waits = card is None and ts == self.card.ts
        if card:
            self.card = card
            self.changed.set()

    def is_refused(self) -> None:
        self.refused += 1
        self.changed.set()


class CrowdSlack:
    def __init__(self, readers: list[Reader]) -> None:
        self.readers = {reader.user: reader for reader in readers}
        self._by_channel = {reader.channel: reader for reader in readers}
        self._ts = (f"{int(time.time())}.{number:06}" for number in count(1))
        self._stands: defaultdict[str, list[Json]] = defaultdict(list)
        self.posted: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._turned: set[tuple[str, str]] = set()
        self.url = ""

    @classmethod
    @asynccontextmanager
    async def serving(cls, readers: list[Reader]) -> AsyncIterator[Self]:
        slack = cls(readers)
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/api/{method}", slack._api)  # what is read is asked for by GET
        app.router.add_post("/respond/{user}/{ts}", slack._respond)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield slack
        finally:
            await runner.cleanup()

    def reader_in(self, channel: str) -> Reader | None:
        return self.readers.get(channel) or self._by_channel.get(channel)

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        posted = await request.json() if "json" in request.content_type else await request.post()
        said = {**request.query, **posted}
        self.calls[method] += 1
        return web.json_response({"ok": True, **self._answer(method, said)})

    def _answer(self, method: str, said: Json) -> Json:
        channel = str(said.get("channel") or "")
        reader = self.reader_in(channel)
        where = reader.channel if reader else channel
        match method:
            case "auth.test":
                return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0BOT", "team": "Crowd", "url": self.url}
            case "chat.postMessage":
                ts = next(self._ts)
                self._stands[where].append({"ts": ts, "metadata": _decoded(said.get("metadata"))})
                self.posted[_key(said) or f"without a key, {ts}"] += 1
                if reader:
                    reader.reads(_decoded(said.get("blocks")) or [], ts)
                return {"channel": where, "ts": ts, "message": {}}
            case "conversations.open":
                user = str(said.get("users") or "")
                return {"channel": {"id": f"D{user[1:]}"}}
            case "conversations.history":
                return {"messages": self._stands[where][::-1], "has_more": False}
            case "views.publish":
                return {"view": {"id": "V0", "hash": "h"}}
            case "users.info":
                user = str(said.get("user"))
                profile = {"real_name": user, "display_name": user}
                whole = {"id": user, "name": user, "tz": "Europe/London", "locale": "en-GB"}
                return {"user": {**whole, "real_name": user, "profile": profile}}
        return {"channel": where, "ts": str(said.get("ts") or "")}

    async def _respond(self, request: web.Request) -> web.Response:
        said, ts = await request.json(), request.match_info["ts"]
        self.calls["response_url"] += 1
        reader = self.readers[request.match_info["user"]]
        if said.get("replace_original"):
            if (key := _key(said)) and (key, ts) not in self._turned:  # the same again changes nothing
                self._turned.add((key, ts))
                self.posted[key] += 1
                self._stands[reader.channel].append({"ts": ts, "metadata": said["metadata"]})
            reader.reads(said.get("blocks") or [], ts)
        elif any(words in said.get("text", "") for words in _REFUSALS):
            reader.is_refused()
        return web.Response(text="ok")


def _cards(blocks: list[Json], ts: str) -> Iterator[Card]:
    """The question that is asked there, or the end of them."""
    for block in blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == "answer:1":
                yield Card(ts, element["value"])
            if element.get("action_id") == "interview_send":
                yield Card(ts, None)


def _key(said: Json) -> str | None:
    metadata = _decoded(said.get("metadata")) or {}
    key: str | None = (metadata.get("event_payload") or {}).get("key")
    return key


def _decoded(given: Any) -> Any:
    return json.loads(given) if isinstance(given, str) else given
