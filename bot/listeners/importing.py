"""A file that a facilitator hands in: checked, then stored if they say so. `/tidemark import` says how."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import PostingValue
from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.language import language_of, spoken
from bot.listeners.asked import Asked
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from bot.sources import Sources
from conversation import handed_in, importing_actions
from conversation.answersheet import template
from conversation.contents import Tabled
from conversation.desk import Desk
from conversation.errors import FileChanged, FileNotHad
from conversation.sheetfile import MOST_BYTES, write
from storage.records import Posting, SlackFile

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.IMPORT)(on_import)
    app.action(actions.DO_NOT_IMPORT)(on_cancel)
    app.action(actions.TEMPLATE_ANSWERS)(on_template)
    app.action(actions.TEMPLATE_ACTIONS)(on_template)


async def heard(asked: Asked, event: Json) -> bool:
    """Whether a message hands in a table. It is looked at after the ack, because it has to be fetched."""
    files = views.slack_files(event.get("files") or ())
    if not files:
        return False
    name = await asked.act(
        handed_in.subject_of,
        asked.desk,
        asked.user_id,
        text=event.get("text") or "",
        files=files,
        language=language_of(spoken()),
    )
    if name is None:
        return False
    await asked.ack()
    key = f"handed_in/{event['channel']}/{event['ts']}"
    asked.draw.reply(asked.user_id, _check(asked, files[0], name, key))
    return True


async def _check(asked: Asked, file: SlackFile, name: str, key: str) -> tuple[Posting, ...]:
    """Raises: FileNotHad, NotACreator."""
    content = await asked.files.fetch(file.id, most=MOST_BYTES)
    if content is None:
        raise FileNotHad(name=file.name, most=MOST_BYTES // 1_000_000)
    owed = await asked.act(
        handed_in.check,
        asked.desk,
        await asked.profiles.person(asked.user_id),
        await asked.sources.with_member(asked.user_id, among=asked.desk.creators),
        file=file,
        content=content,
        name=name,
        key=key,
    )
    log.info("file_checked", bytes=len(content))
    return owed


async def on_import(
    ack: AsyncAck,
    body: Json,
    action: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    files: Files,
    profiles: Profiles,
    sources: Sources,
) -> None:
    wanted = PostingValue.of(action).k
    file = await act(handed_in.file_of, desk, user_id, posting=wanted)
    await ack()

    async def store() -> tuple[Posting, ...]:
        content = await files.fetch(file, most=MOST_BYTES)
        if content is None:
            raise FileChanged()
        done = await act(
            handed_in.take,
            desk,
            await profiles.person(user_id),
            await sources.with_member(user_id, among=desk.creators),
            posting=wanted,
            content=content,
        )
        log.info("file_imported", posting=wanted, stored=isinstance(done, Tabled))
        draw.replace(Place.of(body), views.imported(done))
        draw.homes([user_id])
        return ()

    draw.reply(user_id, store())


async def on_cancel(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    await act(handed_in.file_of, desk, user_id, posting=PostingValue.of(action).k)
    await ack()
    draw.replace(Place.of(body), views.not_imported())


async def on_template(
    ack: AsyncAck, action: Json, user_id: str, desk: Desk, draw: Drawing, files: Files
) -> None:
    """A table to fill in."""
    await ack()
    if action["action_id"] == actions.TEMPLATE_ANSWERS:
        name, content = "answers.csv", template(desk.pack)
    else:
        name, content = "actions.csv", write(importing_actions.COLUMNS.known, (), about={})
    draw.bring(user_id, files.give(user_id, name=name, content=content, said=views.template_comes()))
