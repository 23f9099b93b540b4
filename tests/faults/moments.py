"""A process that dies at a moment of our choice: before or after the n-th statement, commit, ack or call to
Slack since it was asked for something, or since a beat or a command began. It dies as by SIGKILL, because it
is one."""

import os
import signal
from asyncio import Event
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from aiohttp import ClientSession
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from sqlalchemy import event

from bot.posts import Poster
from bot.socket import Socket
from storage import prepared
from storage.store import Store

#: So much of a statement tells it from others.
ENOUGH = 90
#: From when it counts: when it was last asked something, the begin of each beat, or when a command began.
ASKED, BEAT, COMMAND = "asked", "beat", "command"


@dataclass
class Moments:
    """Where it died is written to the end of the `file`. It counts while the file `armed` is there, from what
    that says. A beat that it survived takes that file away. Whoever dies makes it that of the `doomed` first:
    so whoever disarms knows whether that was in time."""

    number: int
    file: str
    armed: str

    @property
    def doomed(self) -> Path:
        return Path(f"{self.armed}.doomed")

    def watch(self, store: Store) -> None:
        """In a process that has nothing else to do."""
        engine, handle, post_due = store._engine, Socket.handle, Poster.post_due
        self._lock, self._left = Lock(), self.number if self._is_armed(COMMAND) else 0
        event.listen(engine, "before_cursor_execute", lambda *of: self.comes(f"before {of[2][:ENOUGH]}"))
        event.listen(engine, "after_cursor_execute", lambda *of: self.comes(f"after {of[2][:ENOUGH]}"))
        run = prepared.execute

        def executed(connection: Any, *asked: Any) -> Any:
            what = " ".join(sql for sql, _ in asked)[:ENOUGH]
            self.comes(f"before {what}")
            done = run(connection, *asked)
            self.comes(f"after {what}")
            return done

        prepared.execute = executed
        commit: Any = engine.dialect.do_commit
        engine.dialect.do_commit = self._around("COMMIT", commit)  # type: ignore[method-assign]
        for owner, name in ((SocketModeClient, "send_message"), (ClientSession, "_request")):
            setattr(owner, name, self._around_async(getattr(owner, name)))

        async def asked(socket: Socket, *of: Any) -> None:
            if self._is_armed(ASKED):
                self._left = self.number
            await handle(socket, *of)

        async def beats(poster: Poster, until: Event | None = None) -> None:
            if counts := self._is_armed(BEAT):
                self._left = self.number
            await post_due(poster, until)
            if counts:
                Path(self.armed).unlink(missing_ok=True)  # noqa: ASYNC240 (quick)

        Socket.handle = asked  # type: ignore[method-assign]
        Poster.post_due = beats  # type: ignore[method-assign]

    def _is_armed(self, *at: str) -> bool:
        armed = Path(self.armed)
        return armed.exists() and armed.read_text() in at

    def comes(self, what: str) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0 and self._is_doomed():
                with Path(self.file).open("a") as places:
                    places.write(f"{' '.join(what.split())}\n")
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_doomed(self) -> bool:
        try:
            Path(self.armed).rename(self.doomed)
        except FileNotFoundError:
            return False
        return True

    def _around(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def done(*of: Any) -> Any:
            self.comes(f"before {name}")
            given = do(*of)
            self.comes(f"after {name}")
            return given

        return done

    def _around_async(self, do: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def done(owner: Any, *of: Any, **more: Any) -> Any:
            called = str(of[-1]).rpartition("/")[2] if isinstance(owner, ClientSession) else "ack"
            self.comes(f"before {called}")
            given = await do(owner, *of, **more)
            self.comes(f"after {called}")
            return given

        return done
