"""Choosing the language in which one is spoken to, by a menu in a message or on Home."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import actions, language, views
from bot.drawing import Drawing, Place
from bot.gate import Gate
from bot.readers import Readers
from conversation import speech
from conversation.contents import Language
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: AsyncApp) -> None:
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
    wanted = views.read_language(action)
    await act(speech.choose, desk, user_id, wanted=wanted)
    log.info("language_chosen", language=wanted.language)
    await ack()
    language.begin(await readers.anew(desk, user_id))
    if body.get("view"):
        draw.home(user_id)
    else:
        draw.replace(Place.of(body), views.message(Language(wanted.language, None)))
