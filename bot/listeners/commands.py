"""`/tidemark …` in any channel. Adding a word is adding a function here, and its words in each language in
`conversation/vocabularies`."""

from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import exports, language, views
from bot.drawing import Drawing
from bot.gate import Gate
from bot.language import language_of, spoken
from bot.listeners.asked import Asked, Asking
from bot.listeners.downloads import give
from bot.listeners.first import welcome
from bot.listeners.next_round import begin_by_words
from bot.listeners.scope import open_scope, start_by_words
from bot.places import Place
from bot.profiles import Profiles
from bot.render import Message, without_isolates
from bot.routes import Routes
from conversation import (
    away,
    bearings,
    digests,
    evidence,
    facilitating,
    history,
    mydata,
    paths,
    people,
    plans,
    ranking,
    reports,
    rounds,
    self_check,
    speech,
    typed,
    vocabulary,
)
from conversation.contents import Language
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]

COMMAND = "/tidemark"


def register(app: Routes) -> None:
    app.command(COMMAND)(on_command)


async def on_command(
    ack: AsyncAck,
    command: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
    asking: Asking,
) -> None:
    draw.later(welcome(user_id, desk, act, draw, profiles))
    tongue = language_of(spoken())
    word, _, rest = without_isolates(command.get("text") or "").strip().partition(" ")
    asked = asking(user_id, command.get("channel_id"), rest.strip(), command, ack)
    words = vocabulary.slash(tongue)
    if known := words.get(vocabulary.folded(word)):
        log.info("asked", word=known)
        await WORDS[known](asked)
        return
    typed = vocabulary.folded(word)
    begun = [each for each in words if typed and each.startswith(typed)]
    nearest = begun or get_close_matches(typed, words, n=1)
    meant = vocabulary.printed(tongue, words[nearest[0]]) if nearest else None
    found = await act(bearings.bearings, desk, user_id)
    await _answer(asked, views.help_message(found, unknown=word or None, nearest=meant))


async def _start(asked: Asked) -> None:
    """Words after it say what is assessed and whom to ask, and everything else is as usual."""
    if asked.rest:
        await start_by_words(asked)
    else:
        await open_scope(asked)


async def _status(asked: Asked) -> None:
    found = await asked.act(reports.status, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel)
    await _answer(asked, views.status(found))


async def _result(asked: Asked) -> None:
    found = await asked.act(
        reports.verdict, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel
    )
    await _whisper(asked, views.verdict(found))


async def _compare(asked: Asked) -> None:
    found = await asked.act(rounds.compare, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel)
    await _whisper(asked, views.comparison(found))


async def _plan(asked: Asked) -> None:
    found = await asked.act(plans.board, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel)
    await _whisper(asked, views.board(found))


async def _rank(asked: Asked) -> None:
    """The list; with words also how many are worked on first, and how much fits into a phase."""
    found = await asked.act(
        ranking.asked,
        asked.desk,
        asked.user_id,
        words=asked.rest,
        channel=asked.channel,
        language=language_of(spoken()),
    )
    await asked.ack()
    asked.draw.open_view(asked.body["trigger_id"], views.ranking_view(found))


async def _digest(asked: Asked) -> None:
    found = await asked.act(
        digests.settings, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel
    )
    await asked.ack()
    asked.draw.open_view(asked.body["trigger_id"], views.digest_modal(found))


async def _path(asked: Asked) -> None:
    found = await asked.act(
        paths.asked,
        asked.desk,
        asked.user_id,
        words=asked.rest,
        channel=asked.channel,
        language=language_of(spoken()),
    )
    await _answer(asked, views.least_work(found))


async def _what_if(asked: Asked) -> None:
    found = await asked.act(
        paths.suppose_named, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel
    )
    await asked.ack()
    asked.draw.open_view(asked.body["trigger_id"], views.what_if_modal(found))


async def _evidence(asked: Asked) -> None:
    found = await asked.act(
        evidence.review_named, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel
    )
    await asked.ack()
    asked.draw.open_view(asked.body["trigger_id"], views.evidence_review(found))


async def _hand_over(asked: Asked) -> None:
    """One's own, or for an administrator what nobody facilitates any more."""
    admin = await asked.profiles.is_admin(asked.user_id)
    found = await asked.act(
        facilitating.to_hand_over, asked.desk, asked.user_id, name=asked.rest, admin=admin
    )
    await asked.ack()
    mine = found.facilitator == asked.user_id
    form = views.hand_over_modal(found, admin=not mine, gone=not mine)
    asked.draw.open_view(asked.body["trigger_id"], form)


async def _history(asked: Asked) -> None:
    found = await asked.act(
        history.history, asked.desk, asked.user_id, name=asked.rest, channel=asked.channel
    )
    await _answer(asked, views.history(found))


async def _my_data(asked: Asked) -> None:
    found = await asked.act(mydata.look, asked.desk, asked.user_id)
    await _answer(asked, views.my_data(found))


async def _export(asked: Asked) -> None:
    report, format = await asked.act(
        exports.asked, asked.desk, asked.user_id, words=asked.rest, channel=asked.channel
    )
    file, subject = exports.file_name(report, format), report.verdict.assessment.subject
    await _answer(asked, views.export_comes(subject, file))
    asked.draw.bring(asked.user_id, give(asked.files, asked.user_id, report, format))


async def _import(asked: Asked) -> None:
    await _answer(asked, views.how_to_import())


async def _language(asked: Asked) -> None:
    """Without a name, the choice."""
    wanted = typed.language_named(asked.rest)
    if wanted.unknown is None:
        await asked.act(speech.choose, asked.desk, asked.user_id, wanted=wanted)
        language.begin(await asked.readers.anew(asked.desk, asked.user_id))
    person = (await asked.act(people.known, asked.desk, [asked.user_id]))[asked.user_id]
    await _answer(asked, views.message(Language(person.language, wanted.unknown)))


async def _self_check(asked: Asked) -> None:
    spoken = await asked.act(self_check.take, asked.desk, asked.user_id)
    await _answer(asked, views.self_check_asked())
    asked.draw.spoken(spoken)


async def _privacy(asked: Asked) -> None:
    await _answer(asked, views.about())


async def _reminders(asked: Asked) -> None:
    await _answer(asked, views.reminder_settings(await asked.act(away.settings, asked.desk, asked.user_id)))


async def _away(asked: Asked) -> None:
    found = await asked.act(away.leave, asked.desk, asked.user_id, words=asked.rest)
    await _answer(asked, views.reminder_settings(found))


async def _back(asked: Asked) -> None:
    await _answer(asked, views.reminder_settings(await asked.act(away.come_back, asked.desk, asked.user_id)))


async def _help(asked: Asked) -> None:
    """What they can do now; all of it for whoever says so."""
    text = without_isolates(asked.body.get("text") or "")
    if typed.meaning(text, None, language_of(spoken())) == typed.Command("help all"):
        await _answer(asked, views.every_command())
        return
    await _answer(asked, views.help_message(await asked.act(bearings.bearings, asked.desk, asked.user_id)))


async def _answer(asked: Asked, message: Message) -> None:
    await asked.ack(text=message.text, blocks=message.blocks)


async def _whisper(asked: Asked, message: Message) -> None:
    """Not with the ack, which could not be said again in older blocks."""
    await asked.ack()
    asked.draw.whisper(Place.of(asked.body), message)


WORDS: dict[str, Callable[[Asked], Awaitable[None]]] = {
    "start": _start,
    "status": _status,
    "result": _result,
    "plan": _plan,
    "rank": _rank,
    "digest": _digest,
    "path": _path,
    "what-if": _what_if,
    "compare": _compare,
    "again": begin_by_words,
    "evidence": _evidence,
    "hand-over": _hand_over,
    "history": _history,
    "my-data": _my_data,
    "export": _export,
    "import": _import,
    "language": _language,
    "self-check": _self_check,
    "privacy": _privacy,
    "reminders": _reminders,
    "away": _away,
    "back": _back,
    "help": _help,
}
