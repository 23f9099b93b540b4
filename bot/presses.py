"""A button that somebody presses again while the first press is still under way, because nothing has happened
yet: the two are one press. It is under way until all is drawn that came of it, or until they press something
else there: whoever answers B after A, and then A again, means A."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from slack_bolt.response import BoltResponse

from bot.routes import Json, Request

#: Who, and on which message or form.
Where = tuple[str, str]
#: Which button, and what it carries.
What = tuple[str, str]


@dataclass(eq=False)
class _Press:
    what: What
    answer: "asyncio.Future[BoltResponse]"
    drawing: set["asyncio.Future[None]"] = field(default_factory=set)


_press: ContextVar[_Press | None] = ContextVar("press", default=None)


class Presses:
    def __init__(self) -> None:
        self._last: dict[Where, _Press] = {}

    async def once(
        self, where: Where, what: What, answer: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """What came of the press before this, if it was the same and is under way; else of this one."""
        before_this = self._last.get(where)
        if before_this and before_this.what == what:
            return await asyncio.shield(before_this.answer)
        press = self._last[where] = _Press(what, asyncio.get_running_loop().create_future())
        before = _press.set(press)
        try:
            answered = await answer()
        except BaseException:
            press.answer.cancel()
            self._forget(where, press)
            raise
        finally:
            _press.reset(before)
        press.answer.set_result(answered)
        self._over(where, press)
        return answered

    def _over(self, where: Where, press: _Press) -> None:
        if press.drawing:
            one = next(iter(press.drawing))
            one.add_done_callback(lambda _: self._over(where, press))
        else:
            self._forget(where, press)

    def _forget(self, where: Where, press: _Press) -> None:
        if self._last.get(where) is press:
            del self._last[where]


def drawn_by(task: "asyncio.Future[None]") -> None:
    """What is drawn in the course of a press belongs to it."""
    if press := _press.get():
        press.drawing.add(task)
        task.add_done_callback(press.drawing.discard)


def where_of(body: Json) -> Where:
    place = body.get("container") or {}
    return str(body["user"]["id"]), str(place.get("message_ts") or place.get("view_id"))


def what_of(asked: Request) -> What:
    return asked.name, str(asked.part.get("value") or "")
