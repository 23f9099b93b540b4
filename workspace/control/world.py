"""The doors to what no person commands: the clock, the wire, the sockets."""

from __future__ import annotations

import asyncio
from datetime import datetime

from pydantic import ValidationError

from workspace.control.doors import Doors
from workspace.forecast import Forecast
from workspace.refusals import Cannot
from workspace.seed import HttpSeed
from workspace.state import Json


class World(Doors):
    async def do_team(self, asked: Json) -> Json:
        team = self._team
        people = [
            {"id": each.id, "name": each.name, "real_name": each.real_name} for each in team.people.values()
        ]
        return {
            "id": team.id,
            "name": team.name,
            "app": {
                "id": team.app.id,
                "name": team.app.name,
                "bot": team.app.bot.id,
                "bot_id": team.app.bot_id,
            },
            "bot_token": team.app.bot_token,
            "app_token": team.app.app_token,
            "user_tokens": {held.person.name: token for token, held in team.app.user_tokens.items()},
            "people": people,
            "channels": [
                {"id": each.id, "name": each.name, "kind": each.kind} for each in team.channels.values()
            ],
            "connections": self._delivery.sockets.open_connections,
        }

    async def do_clock(self, asked: Json) -> Json:
        if "move" in asked:
            self._team.clock.move(float(asked["move"]))
        if "set" in asked:
            self._team.clock.set(datetime.fromisoformat(asked["set"]).timestamp())
        self._team.pulse.nudge()
        return {"now": self._team.clock.now()}

    async def do_requests(self, asked: Json) -> Json:
        wanted = asked.get("method")
        found = [each for each in self._log.exchanges if wanted in (None, each.method)]
        return {"requests": [vars(each) for each in found]}

    async def do_envelopes(self, asked: Json) -> Json:
        wanted = asked.get("type")
        found = [each for each in self._delivery.letters.log if wanted in (None, each.kind)]
        return {"envelopes": [{**vars(each), "ack": vars(each.ack) if each.ack else None} for each in found]}

    async def do_connected(self, asked: Json) -> Json:
        """Wait until the app is there."""
        enough = asked.get("connections", 1)
        there = await self._team.pulse.until(
            lambda: True if self._delivery.sockets.open_connections >= enough else None,
            asked.get("within", 10.0),
        )
        if not there:
            raise Cannot("The app has not connected.")
        return {"connections": self._delivery.sockets.open_connections}

    async def do_settled(self, asked: Json) -> Json:
        try:
            async with asyncio.timeout(asked.get("within", 10.0)):
                await self._quiet.lasts(asked.get("quiet", 0.05))
        except TimeoutError:
            raise Cannot(f"The app is still busy: {self._quiet.under_way} under way.") from None
        return {}

    async def do_drop_sockets(self, asked: Json) -> Json:
        await self._delivery.sockets.drop()
        return {}

    async def do_refresh_sockets(self, asked: Json) -> Json:
        await self._delivery.sockets.refresh(asked.get("reason", "refresh_requested"))
        return {}

    async def do_warn_sockets(self, asked: Json) -> Json:
        await self._delivery.sockets.warn()
        return {}

    async def do_delivers(self, asked: Json) -> Json:
        """To these URLs from now on, once the first of them has answered; without any, over sockets."""
        http = HttpSeed.model_validate(asked["http"]) if asked.get("http") else None
        if http:
            await self._delivery.requests.shake_hands(http.events_url or http.url)
        self._team.app.http = http
        if http:
            await self._delivery.sockets.refresh("link_disabled")
        return {}

    async def do_weather(self, asked: Json) -> Json:
        """The weather from now on."""
        try:
            self._team.weather.turn(Forecast.model_validate(asked["forecast"]))
        except ValidationError as error:
            raise Cannot(str(error)) from None
        return {}

    async def do_redeliver(self, asked: Json) -> Json:
        return {"event_ids": self._delivery.redeliver(asked.get("last", 1))}

    async def do_spoil(self, asked: Json) -> Json:
        """The next calls of a method go wrong: `lost`, `unavailable`, or an error that Slack says."""
        channel = self._team.channel(asked["channel"]).id if asked.get("channel") else ""
        self._team.weather.spoil(asked["method"], asked["how"], asked.get("times", 1), channel)
        return {}
