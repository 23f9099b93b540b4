"""Setting up by conversation, in the direct message."""

import asyncio
import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import DraftValue
from bot.drawing import Drawing
from bot.gate import Gate
from bot.language import language_of, spoken
from bot.listeners.asked import Asked
from bot.listeners.scope import launch
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from bot.sources import Sources
from conversation import drafting, launching, mentions, setting_up
from conversation.desk import Desk
from conversation.setting_up import Talked
from storage.records import Posting

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(re.compile(f"^{re.escape(actions.SET_UP)}"))(on_step)
    app.action(actions.LAUNCH)(on_launch)


async def heard(asked: Asked, event: Json) -> bool:
    """Whether this line belongs to setting something up; then it is answered."""
    words = setting_up.starts(asked.rest)
    if words is not None:
        talked: Talked | None = await _begin(asked, words, f"setup/{event['channel']}/{event['ts']}")
    else:
        talked = await asked.act(
            setting_up.hear,
            asked.desk,
            asked.user_id,
            text=asked.rest,
            channel=event["channel"],
            ts=event["ts"],
            thread=event.get("thread_ts"),
            language=language_of(spoken()),
        )
    if talked is None:
        return False
    log.info("set_up_by_conversation", owed=[posting.key for posting in talked.owed])
    await asked.ack()
    _go_on(talked, asked.user_id, asked.desk, asked.act, asked.draw, asked.profiles, asked.sources)
    return True


async def on_step(
    ack: AsyncAck,
    body: Json,
    action: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
    sources: Sources,
) -> None:
    value, chosen = views.read_step(action, body)
    talked = await act(
        setting_up.press,
        desk,
        user_id,
        assessment=value.a,
        step=value.s,
        value=chosen,
        key=f"{value.a}/{action['action_ts']}",
    )
    log.info("set_up_by_conversation", owed=[posting.key for posting in talked.owed])
    await ack()
    _go_on(talked, user_id, desk, act, draw, profiles, sources)


async def on_launch(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    shown = DraftValue.of(action)
    await launch(shown.a, shown.r, user_id, desk, act, draw, ack)
    draw.replace(Place.of(body), views.launching_now())


async def _begin(asked: Asked, words: str, key: str) -> Talked:
    wanted = mentions.wanted(words, asked.desk.pack)
    facilitator, theirs, room = await asyncio.gather(
        asked.profiles.person(asked.user_id),
        asked.sources.with_member(asked.user_id, among=asked.desk.creators),
        asked.sources.room(wanted.channel),
    )
    await asked.act(drafting.begin, asked.desk, facilitator, theirs)
    await asked.sources.must_be_open(wanted.channel)
    return await asked.act(
        setting_up.begin,
        asked.desk,
        facilitator,
        wanted=wanted,
        subject=views.proposed_subject(room, facilitator),
        channel=wanted.channel,
        key=key,
    )


def _go_on(
    talked: Talked, user_id: str, desk: Desk, act: Gate, draw: Drawing, profiles: Profiles, sources: Sources
) -> None:
    draw.posts(talked.owed)
    if talked.look_up:
        draw.reply(user_id, _look_up(talked, user_id, desk, act, profiles, sources))


async def _look_up(
    talked: Talked, user_id: str, desk: Desk, act: Gate, profiles: Profiles, sources: Sources
) -> tuple[Posting, ...]:
    """Who is in the groups and channels, and what their job titles suggest."""
    draft = talked.look_up
    assert draft
    inside = await sources.gather(draft.scope.sources, draft.scope.people)
    launching.must_not_be_too_many(len(inside.found))
    return await act(
        setting_up.found,
        desk,
        user_id,
        assessment=draft.assessment.id,
        inside=inside.found,
        people=await profiles.of(inside.found),
        empty=inside.empty,
        key=talked.key,
    )
