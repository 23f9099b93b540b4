"""A button that somebody presses again while the first press is still under way, because nothing has happened
yet: the two are one press. It is under way until all is drawn that came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from slack_bolt.response import BoltResponse

from bot.routes import Json, Request

#: Who, which button, on which message.
Key = tuple[str, str, str, str]


@dataclass(eq=False)
class _Press:
    answer: "asyncio.Future[BoltResponse]"
    drawing: set["asyncio.Task[None]"] = field(default_factory=set)


_press: ContextVar[_Press | None] = ContextVar("press", default=None)


class Presses:
    def __init__(self) -> None:
        self._under_way: dict[Key, _Press] = {}

    async def once(self, key: Key, answer: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        """What came of the first press, if that is under way; else of this one."""
        if first := self._under_way.get(key):
            return await asyncio.shield(first.answer)
        press = self._under_way[key] = _Press(asyncio.get_running_loop().create_future())
        before = _press.set(press)
        try:
            answered = await answer()
        except BaseException:
            press.answer.cancel()
            del self._under_way[key]
            raise
        finally:
            _press.reset(before)
        press.answer.set_result(answered)
        self._over(key, press)
        return answered

    def _over(self, key: Key, press: _Press) -> None:
        if press.drawing:
            one = next(iter(press.drawing))
            one.add_done_callback(lambda _: self._over(key, press))
        else:
            del self._under_way[key]


def drawn_by(task: "asyncio.Task[None]") -> None:
    """What is drawn in the course of a press belongs to it."""
    if press := _press.get():
        press.drawing.add(task)
        task.add_done_callback(press.drawing.discard)


def key_of(asked: Request, body: Json) -> Key:
    place = body.get("container") or {}
    value = asked.part.get("value") or ""
    return str(body["user"]["id"]), asked.name, str(value), str(place.get("message_ts"))
