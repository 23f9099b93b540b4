"""Choosing the language in which one is spoken to, by a menu in a message or on Home."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, language, views
from bot.drawing import Drawing
from bot.gate import Gate
from bot.places import Place
from bot.readers import Readers
from bot.routes import Routes
from conversation import speech
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.LANGUAGE)(on_language)


async def on_language(
    ack: AsyncAck,
    body: Json,
    action: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    readers: Readers,
) -> None:
    wanted, place = views.read_language(action), Place.of(body)
    log.info("language_chosen", language=wanted.language)
    if body.get("view"):
        await act(speech.choose, desk, user_id, wanted=wanted)
        await ack()
        language.begin(await readers.anew(desk, user_id))
        draw.home(user_id)
        return
    said = await act(speech.choose_on, desk, user_id, wanted=wanted, channel=place.channel, ts=place.ts)
    await ack()
    language.begin(await readers.anew(desk, user_id))
    draw.replace(place, views.message(said))
