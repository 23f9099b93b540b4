"""Over HTTP: an ASGI application, and the server under it.

What is not signed by Slack within the last five minutes is refused before anything in it is read, as is what
is too large or goes elsewhere. Beside Slack's requests it answers probes and a monitor.
"""

import asyncio
import errno
import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
import uvicorn
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from yarl import URL

from bot.acks import acking
from bot.dispatch import Dispatch
from bot.entrance import CannotListen, CannotListenYet, Endpoint, Receive, Scope, Send
from bot.feeds import BELOW, Answer, Limited
from bot.metrics import CONTENT_TYPE, Metrics, kind_of
from bot.settings import ListeningSettings
from bot.stopping import Stop

log = structlog.get_logger()

EVENTS = "/slack/events"
#: Bytes. A large form, every letter of it percent-encoded, is a tenth of this.
LARGEST_BODY = 4 * 1024 * 1024
#: Bytes of a request's first lines. Slack's are under two thousand, and balancers add to them.
LARGEST_HEAD = 64 * 1024
#: Slack has given up by then.
SECONDS_FOR_A_BODY = 3.0
#: Seconds after which a signature is good no longer, so that nobody can send again what they overheard.
STALE = 300
#: Seconds that a probe waits for the database.
PATIENCE = 2.0
#: Longer than the minute for which balancers keep an idle connection: it is theirs to close.
KEEP_ALIVE = 75


#: What may be otherwise in a moment, where nobody has changed a setting: a process that is stopping, and an
#: address that comes after us when a machine starts.
_NOT_YET = {
    errno.EADDRINUSE: "Stop who listens there (`ss -ltnp` names them), or mend TIDEMARK_PORT.",
    errno.EADDRNOTAVAIL: "This machine has no such address now: wait for it, or mend TIDEMARK_HOST.",
}

_PROOFS = (b"x-slack-request-timestamp", b"x-slack-signature")


class _Refusal(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def parsed(raw: str) -> dict[str, Any]:
    """Events come as JSON, commands as a form, and the rest as JSON in a form. yarl decodes a large one 30
    times as fast as urllib, which is Bolt's way."""
    if raw.startswith("{"):
        return dict(json.loads(raw))
    form = URL.build(query_string=raw, encoded=True).query
    return dict(json.loads(form["payload"])) if "payload" in form else dict(form)


class Front:
    """The ASGI application. `is_ready` looks whether the database is reachable and up to date; `read_out` is
    what a monitor gets; `endpoints` are further ones, by method and path; `calendars` is where people's
    calendars read, if they do."""

    def __init__(
        self,
        dispatch: Dispatch,
        secrets: Iterable[str],
        metrics: Metrics,
        *,
        is_ready: Callable[[], Awaitable[bool]],
        read_out: Callable[[], Awaitable[bytes]],
        stop: Stop,
        endpoints: Mapping[tuple[str, str], Endpoint],
        calendars: Limited | None = None,
    ) -> None:
        self._calendars = calendars
        self._dispatch, self._metrics, self._stop = dispatch, metrics, stop
        self._verifiers = [SignatureVerifier(secret) for secret in secrets]
        self._clock = Clock()
        self._is_ready, self._read_out = is_ready, read_out
        self._endpoints: dict[tuple[str, str], Endpoint] = {
            **endpoints,
            ("POST", EVENTS): self._from_slack,
            ("GET", "/healthz"): self._health,
            ("GET", "/readyz"): self._readiness,
            ("GET", "/metrics"): self._monitor,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise TypeError(f"not served: {scope['type']}")
        endpoint = self._endpoints.get((scope["method"], scope["path"]), self._elsewhere)
        await endpoint(scope, receive, send)

    async def _from_slack(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        try:
            raw = await self._signed_body(scope, headers, receive)
        except _Refusal as no:
            self._metrics.refused(no.why)
            log.warning("request_refused", why=no.why)
            await _say(send, no.status, {"error": no.why})
            return
        with acking():
            began = time.perf_counter()
            try:
                body = parsed(raw.decode())
            except (ValueError, TypeError, RecursionError):
                body = {}  # it is signed, and still no request: acked as what cannot be understood is
            told = headers.get(b"x-slack-retry-num", "")
            answer = await self._dispatch(body, retry=int(told) if told.isdecimal() else 0)
            self._metrics.acked(kind_of(body), answer.status, time.perf_counter() - began)
            await _answered(send, answer)

    async def _signed_body(self, scope: Scope, headers: Mapping[bytes, str], receive: Receive) -> bytes:
        """Raises: _Refusal."""
        if any([name for name, _ in scope["headers"]].count(proof) > 1 for proof in _PROOFS):
            raise _Refusal(401, "unsigned")  # which of two is meant is seen otherwise by others on the way
        timestamp = headers.get(b"x-slack-request-timestamp", "")
        signature = headers.get(b"x-slack-signature", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and signature.isascii()):
            raise _Refusal(401, "unsigned")
        if abs(self._clock.now() - int(timestamp)) > STALE:
            raise _Refusal(401, "stale")
        announced = headers.get(b"content-length", "0")
        if announced.isdigit() and int(announced) > LARGEST_BODY:
            raise _Refusal(413, "too_large")
        body = await _body(receive)
        try:
            is_from_slack = any(each.is_valid(body, timestamp, signature) for each in self._verifiers)
        except UnicodeDecodeError:
            is_from_slack = False
        if not is_from_slack:
            raise _Refusal(401, "bad_signature")
        return body

    async def _health(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _say(send, 200, {"status": "alive"})

    async def _readiness(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._stop.asked.is_set():
            await _say(send, 503, {"status": "stopping"})
        elif await self._has_a_database():
            await _say(send, 200, {"status": "ready"})
        else:
            await _say(
                send, 503, {"status": "the database is not reachable, not up to date, or takes nothing in"}
            )

    async def _has_a_database(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._is_ready()
        except Exception as error:
            log.warning("not_ready", error=type(error).__name__)
            return False

    async def _monitor(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _send(send, 200, await self._read_out(), CONTENT_TYPE)

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        reads = scope["method"] in {"GET", "HEAD"} and scope["path"].startswith(BELOW)
        answer = (
            await self._calendars.answer(scope["path"], dict(scope["headers"]), (scope["client"] or [""])[0])
            if (reads and self._calendars)
            else None
        )
        if answer:
            if answer.status == 429:
                self._metrics.refused("too_often")
            await _answer(send, answer, with_body=scope["method"] == "GET")
            return
        self._metrics.refused("no_such_path")
        await _say(send, 404, {"error": "no_such_path"})


class Pages:
    """The ASGI application where Slack sends nothing: pages for people, and the probe of life."""

    def __init__(self, endpoints: Mapping[tuple[str, str], Endpoint]) -> None:
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["method"], scope["path"]
        if endpoint := self._endpoints.get(asked):
            await endpoint(scope, receive, send)
        elif asked == ("GET", "/healthz"):
            await _say(send, 200, {"status": "alive"})
        else:
            await _say(send, 404, {"error": "no_such_path"})


class Service:
    """The server: listens, and has an end that waits for what it took on."""

    def __init__(self, front: Endpoint, settings: ListeningSettings, stop: Stop) -> None:
        self._host, self._port, self._drain = settings.host, settings.port, settings.drain_seconds
        self._stop = stop
        self._server = _Server(
            uvicorn.Config(
                front,
                http=_Listening,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Raises: CannotListen."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            listening = socket.create_server((self._host, self._port), family=family, backlog=2048)
        except OSError as error:
            refusal = CannotListenYet if error.errno in _NOT_YET else CannotListen
            fix = _NOT_YET.get(error.errno or 0, "Mend TIDEMARK_HOST or TIDEMARK_PORT.")
            said = f"Cannot listen at {self._host}, port {self._port} ({error.strerror or error}). {fix}"
            raise refusal(said) from None
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        self._port = listening.getsockname()[1]
        log.info("listening", host=self._host, port=self._port)

    async def is_alive(self) -> bool:
        return self._serving is not None and not self._serving.done()

    async def stop(self) -> None:
        """Let others notice first that we are not ready, then take nothing more and answer what was taken."""
        if not self._stop.at_once:
            await asyncio.sleep(self._drain)
        self._server.should_exit = True
        if self._serving:
            await self._serving


class _Listening(HttpToolsProtocol):
    """httptools takes a request with any number of headers, of any size."""

    _in_head, _head = True, 0

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("Its head is too large.")

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head = True, 0
        super().on_message_complete()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """They are the process's, which has more to end than this."""
        yield


async def _body(receive: Receive) -> bytes:
    """Raises: _Refusal."""
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS_FOR_A_BODY):
            while True:
                piece = await receive()
                if piece["type"] != "http.request":
                    raise _Refusal(400, "broken_off")
                body += piece.get("body", b"")
                if len(body) > LARGEST_BODY:
                    raise _Refusal(413, "too_large")
                if not piece.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise _Refusal(408, "too_slow") from None


async def _say(send: Send, status: int, words: dict[str, str]) -> None:
    await _send(send, status, json.dumps(words).encode(), "application/json")


async def _answered(send: Send, answer: BoltResponse) -> None:
    said = [
        (name.encode(), value.encode())
        for name, values in answer.headers.items()
        for value in values
        if name != "content-length"
    ]
    body = answer.body.encode()
    await _put(send, answer.status, [*said, _length(body)], body)


async def _send(send: Send, status: int, body: bytes, content_type: str) -> None:
    headers = [(b"content-type", content_type.encode()), _length(body)]
    if status >= 400:
        headers.append((b"connection", b"close"))  # what else it sends is not read
    await _put(send, status, headers, body)


async def _answer(send: Send, answer: Answer, *, with_body: bool) -> None:
    length = [] if answer.status == 304 else [_length(answer.body)]
    await _put(send, answer.status, [*answer.headers, *length], answer.body if with_body else b"")


async def _put(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()
