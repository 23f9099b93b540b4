"""From Slack's request to the listener that it is for, and from there the answer.

What people press and send in (cards, menus, forms) is for nobody but us and goes there straight. Everything
else comes through Bolt, which tells our own messages from those of people, and what it does not know ends
there. What a form carries is taken for ours by its seal, and here alone.
"""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.request import internals as whose
from slack_bolt.response import BoltResponse

from bot import tracing
from bot.acks import take_on
from bot.incoming import make_legible
from bot.misread import apology, misread
from bot.presses import Presses, what_of, where_of
from bot.routes import Json, Request, Route, Routes, read
from bot.seals import Seal, SealBroken, Seals

log = structlog.get_logger()

#: What a listener can ask for beside the parts of the request, for this request.
Provide = Callable[[AsyncBoltContext, Json], Awaitable[None]]
Explain = Callable[[Exception, Json, AsyncBoltContext], Awaitable[BoltResponse | None]]
STRAIGHT = {"action", "view", "view_closed"}
#: What of a gesture is gone by, and how Bolt finds it there.
_WHO_AND_WHERE = {
    "user_id": whose.extract_user_id,
    "team_id": whose.extract_team_id,
    "enterprise_id": whose.extract_enterprise_id,
    "channel_id": whose.extract_channel_id,
}
#: What each of them may be.
_NAMED = (str, type(None))


class Dispatch:
    def __init__(
        self, app: AsyncApp, routes: Routes, seals: Seals, provide: Provide, explain: Explain
    ) -> None:
        self._app, self._routes, self._seals = app, routes, seals
        self._provide, self._explain = provide, explain
        self._presses = Presses()
        app.middleware(self._from_bolt)

        async def told(error: Exception, body: Json, context: AsyncBoltContext) -> BoltResponse:
            return await self._told(error, body, context)

        app.error(told)  # Bolt reads the arguments of a function, not of a method

    async def __call__(self, body: Json, *, retry: int = 0) -> BoltResponse:
        """The answer to a request that surely came from Slack, without an exception; `retry` is 1 when it
        comes for the second time."""
        try:
            if isinstance(body, dict):
                make_legible(body)
        except RecursionError:
            return apology(body, "nested too deeply")
        if answer := misread(body):
            return answer
        try:
            asked = read(body)
            route = self._routes.find(asked) if asked else None
            place = where_of(body) if route and route.once else None
        except (AttributeError, LookupError, TypeError, ValueError):
            return apology(body, "who, and where")
        answered = partial(self._answered, asked, route, body, retry)
        if asked and place:
            return await self._presses.once(place, what_of(asked), answered)
        return await answered()

    async def _answered(
        self, asked: Request | None, route: Route | None, body: Json, retry: int
    ) -> BoltResponse:
        straight = asked if asked and asked.kind in STRAIGHT else None
        try:
            request = None if straight else AsyncBoltRequest(body=body, mode="socket_mode")
            context = context_of(body) if request is None else request.context
        except (AttributeError, LookupError, TypeError, ValueError):
            return apology(body, "who, and where")
        if odd := [name for name in _WHO_AND_WHERE if not isinstance(context.get(name), _NAMED)]:
            return apology(body, odd[0])
        context["retry"] = retry
        if straight:
            return await self._straight(straight, route, body, context)
        assert request
        answer = await self._app.async_dispatch(request)
        return apology(body, "type") if answer.status == 404 else answer

    async def _straight(
        self, asked: Request, route: Route | None, body: Json, context: AsyncBoltContext
    ) -> BoltResponse:
        try:
            answer = await self._listened(asked, route, body, context)
        except Exception as error:
            answer = await self._told(error, body, context)
        return _sealed(answer, context) if answer else apology(body, "type")

    async def _told(self, error: Exception, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Slack is answered in any case."""
        try:
            return await self._explain(error, body, context) or BoltResponse(status=500)
        except Exception:
            log.exception("failed")
            return BoltResponse(status=500)

    async def _from_bolt(
        self, body: Json, context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        asked = read(body)
        answer = await self._listened(asked, self._routes.find(asked), body, context) if asked else None
        if answer is None:
            await next()
        return answer

    async def _listened(
        self, asked: Request, route: Route | None, body: Json, context: AsyncBoltContext
    ) -> BoltResponse | None:
        await self._provide(context, body)
        take_on()
        if route is None:
            return None
        if body.get("view") and not await self._is_ours(asked, body, context):
            return BoltResponse(status=200)
        given: dict[str, Any] = {
            **context,
            "context": context,
            "user_id": context.user_id,
            "body": body,
            "ack": context.ack,
            asked.kind.removesuffix("_closed"): asked.part,
        }
        with tracing.span(asked.kind):
            await route.take(given)
        if context.ack.response is None and asked.kind == "event":
            await context.ack()
        return context.ack.response

    async def _is_ours(self, asked: Request, body: Json, context: AsyncBoltContext) -> bool:
        """The view that it comes from. False where there is nobody to tell that it is not.

        Raises: SealBroken; Unavailable, if nobody can say.
        """
        view = body["view"]
        try:
            try:
                context["seal"].take_off(view)
            except SealBroken:
                await self._seals.look()
                context["seal"] = newer = self._seals.seal.of(context["seal"].team, context["seal"].user)
                context["draw"].begins(body, newer)
                newer.take_off(view)
        except SealBroken:
            log.warning("seal_broken", kind=asked.kind, form=str(view.get("callback_id"))[:100])
            if asked.kind != "view_closed":
                raise
            return False
        return True


def context_of(gesture: Json) -> AsyncBoltContext:
    """As Bolt makes it, without what no listener of a gesture asks for. Raises as Bolt does."""
    found = AsyncBoltContext(is_enterprise_install=whose.extract_is_enterprise_install(gesture))
    found.update({name: value for name, find in _WHO_AND_WHERE.items() if (value := find(gesture))})
    if "response_url" in gesture:
        found["response_url"] = gesture["response_url"]
    return found


def _sealed(answer: BoltResponse, context: AsyncBoltContext) -> BoltResponse:
    """With the form that it shows, if it shows one, for who is answered."""
    seal: Seal | None = context.get("seal")
    if seal and answer.body and "response_action" in answer.body:
        said = json.loads(answer.body)
        if "view" in said:
            answer.body = json.dumps({**said, "view": seal.put(said["view"])})
    return answer
