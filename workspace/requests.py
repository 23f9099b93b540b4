"""HTTP delivery: signed requests to the URLs of an app that uses no sockets.

Signatures carry the real time, whatever the workspace's clock says: the app compares it with its own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    TooManyRedirects,
)

from workspace.letters import FAILED, LATE, NOBODY, Envelope
from workspace.refusals import Cannot
from workspace.seed import HttpSeed
from workspace.state import Ack, Json
from workspace.team import Team
from workspace.wire import to_json

MOST_REDIRECTS = 2
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
#: What went wrong, for the person who waits and for the header of the next attempt.
_FAULTS: list[tuple[type[Exception], str, str]] = [
    (TimeoutError, LATE, "http_timeout"),
    (TooManyRedirects, FAILED, "too_many_redirects"),
    (ClientSSLError, NOBODY, "ssl_error"),
    (ClientConnectionError, NOBODY, "connection_failed"),
    (ClientError, FAILED, "unknown_error"),
]


class Requests:
    def __init__(self, team: Team, *, ack_seconds: float = 3.0) -> None:
        self._team = team
        self._ack_seconds = ack_seconds
        self._session: ClientSession | None = None

    async def carry(self, letter: Envelope, *, accepts_response: bool) -> Ack:
        http = self._team.app.http
        assert http
        url, content_type, body = _addressed(http, letter)
        again = {"X-Slack-Retry-Num": str(letter.attempt), "X-Slack-Retry-Reason": letter.reason}
        try:
            response = await self._post(url, body, content_type, again if letter.attempt else {})
        except tuple(fault for fault, _, _ in _FAULTS) as error:
            said, reason = next(words for fault, *words in _FAULTS if isinstance(error, fault))
            return Ack(error=said, reason=reason)
        final = response.headers.get("X-Slack-No-Retry") == "1"
        if response.status >= 300:
            return Ack(error=FAILED, reason="http_error", final=final)
        return Ack(payload=await _said(response) if accepts_response else None)

    async def wait_for_the_app(self, *, before: float) -> None:
        """Slack does not know whether it is there; neither do we."""

    async def shake_hands(self, url: str) -> None:
        """Whoever listens at a URL must answer with the challenge, before it is used."""
        challenge = self._team.new_id("", 32).lower()
        asked = {"token": "workspace", "challenge": challenge, "type": "url_verification"}
        try:
            response = await self._post(url, to_json(asked), JSON, {})
            answer = await _said(response)
        except (ClientError, TimeoutError) as error:
            raise Cannot(f"{url} does not answer: {error or 'no answer in time'}.") from None
        if response.status >= 300 or challenge not in (answer or {}).values():
            raise Cannot(f"{url} did not answer with the challenge, but with {response.status}: {answer}.")

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _post(self, url: str, body: str, content_type: str, headers: dict[str, str]) -> ClientResponse:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=self._ack_seconds))
        signed = headers | {"Content-Type": content_type, **_signature(self._team.app.signing_secret, body)}
        response = await self._session.post(
            url, data=body.encode(), headers=signed, max_redirects=MOST_REDIRECTS + 1
        )
        await response.read()
        return response


def _addressed(http: HttpSeed, letter: Envelope) -> tuple[str, str, str]:
    if letter.kind == "events_api":
        return http.events_url or http.url, JSON, to_json(letter.payload)
    if letter.kind == "slash_commands":
        return http.commands_url or http.url, FORM, urlencode(letter.payload)
    interactivity = http.interactivity_url or http.url
    url = http.options_url or interactivity if letter.payload["type"] == "block_suggestion" else interactivity
    return url, FORM, urlencode({"payload": to_json(letter.payload)})


def _signature(secret: str, body: str) -> dict[str, str]:
    now = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest}"}


async def _said(response: ClientResponse) -> Json | None:
    """The body, as the payload of a socket would carry it: JSON as it is, words as a text."""
    words = (await response.text()).strip()
    if not words:
        return None
    try:
        given: Any = json.loads(words)
    except ValueError:
        given = words
    return given if isinstance(given, dict) else {"text": words}
