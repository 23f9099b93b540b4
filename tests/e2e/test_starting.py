"""A bot that is connected before all of it is loaded, and one for which that takes too long."""

import asyncio
from threading import Event
from time import monotonic

import pytest

from bot import starting
from bot.settings import Settings
from storage.store import Store
from tests.e2e.workspace import town

#: Seconds in which who waits for nothing has long been connected, or answered.
A_WHILE = 0.1


async def test_who_presses_something_before_all_is_loaded_is_answered_when_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, all_is_there = starting._load, Event()
    monkeypatch.setattr(starting, "_load", lambda: all_is_there.wait() and load())
    async with town(store) as place:
        life = place.bot()
        beginning = asyncio.create_task(life.__aenter__())
        await place.slack.connected()

        asked = asyncio.create_task(place.slack.person("lee").command("/tidemark help"))
        await asyncio.wait({asked}, timeout=A_WHILE)
        answered_at_once = asked.done()
        all_is_there.set()
        reply = await asked

        await beginning
        await life.__aexit__(None, None, None)
    assert not answered_at_once
    assert "/tidemark start" in reply.shown


async def test_where_the_first_half_took_long_nobody_waits_for_the_second(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, connections = starting._load, []
    async with town(store) as place:

        def slowly() -> object:
            Event().wait(A_WHILE)
            connections.append(place.server.sockets.open_connections)
            return load()

        monkeypatch.setattr(starting, "_load", slowly)
        settings = Settings(
            SLACK_BOT_TOKEN=place.server.bot_token,
            SLACK_APP_TOKEN=place.server.app_token,
            SLACK_API_URL=place.server.api_url,
        )
        life = starting.running(settings, store, now=place.time.now, began=monotonic() - starting.QUICK)
        async with life:
            await place.slack.connected()

        assert connections == [0]


async def test_whether_slack_has_us_is_asked_by_the_start_and_then_once_a_day(store: Store) -> None:
    async with town(store) as place, place.bot() as stage:
        await stage.bot.poster.post_due()
        first = len(await stage.slack.requests(method="auth.test"))
        await stage.later(days=1)
        await stage.later(hours=1)

        assert (first, len(await stage.slack.requests(method="auth.test"))) == (1, 2)
