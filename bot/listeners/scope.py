"""Setting up in forms: the scope, the people, their roles, the launch."""

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import (
    AssessmentValue,
    BeginningValue,
    DraftClashValue,
    DraftValue,
    PostingValue,
    RoleValue,
)
from bot.drawing import Drawing
from bot.gate import Gate
from bot.listeners.asked import Asked, Asking
from bot.places import Place
from bot.profiles import Profiles
from bot.routes import Routes
from bot.sources import Sources
from bot.told import told
from conversation import drafting, launching, leaving, ledger, mentions, opening, starting
from conversation.desk import Desk
from conversation.drafting import Draft
from conversation.hours import own_zone
from conversation.launching import Roster
from conversation.scope import Scope
from storage.records import Person

log = structlog.get_logger()

Json = dict[str, Any]

#: So many people are looked up while a form waits for its ack, for so many seconds.
FEW, AT_ONCE = 3, 1.0


def register(app: Routes) -> None:
    app.action(actions.SCOPE)(on_set_up)
    app.action(actions.COPY)(on_copy)
    app.action(actions.CHANGE_DRAFT)(on_change)
    app.view(actions.SCOPE_MODAL)(on_scope_given)
    app.view(actions.MATTERS_MODAL)(on_matters_given)
    app.view(actions.COUNTING_MODAL)(on_counting_given)
    app.view(actions.ROLES_MODAL)(on_roles_given)
    app.view(actions.CLASH_MODAL)(on_clash_settled)
    app.view(actions.CHECK_MODAL)(on_launch)
    for step in actions.DRAFT_MODALS:
        app.view_closed(step)(on_left)
    app.action(actions.PREVIEW)(on_preview)
    app.action(actions.OTHER_CHANNEL)(on_other_channel)
    app.view(actions.CHANNEL_MODAL)(on_channel_given)
    app.action(actions.TRY_OUT)(on_try_out)
    app.action(actions.END_TRIAL)(on_end_trial)


async def on_set_up(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, asking: Asking
) -> None:
    """*Continue the draft* names it: once it is launched, no other form opens in its place."""
    if action.get("value"):
        await act(drafting.drafted, desk, user_id, assessment=AssessmentValue.of(action).a)
    await open_scope(asking(user_id, None, "", body, ack))


async def on_copy(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, asking: Asking
) -> None:
    draft = await act(drafting.copy, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("copied", assessment=draft.assessment.id)
    await open_scope(asking(user_id, None, "", body, ack))


async def on_change(ack: AsyncAck, body: Json, action: Json, user_id: str, asking: Asking) -> None:
    """From the launch check back to the first form, in its place."""
    asked = asking(user_id, None, "", body, ack)
    assessment = AssessmentValue.of(action).a
    draft, facilitator, groups = await asyncio.gather(
        asked.act(drafting.drafted, asked.desk, user_id, assessment=assessment),
        asked.profiles.person(user_id),
        asked.sources.groups(near=asked.workspace),
    )
    await ack()
    closing = drafting.closing_to_show(asked.desk.now(), facilitator.tz, draft)
    view = views.scope_modal(told(draft.pack), closing=closing, draft=draft, channel=None, groups=groups)
    asked.draw.update_view(body["view"]["id"], view)


async def open_scope(asked: Asked, subject: str = "") -> None:
    """The first form: with the draft that waits, or with a name for what is assessed."""
    desk, sources = asked.desk, asked.sources
    facilitator, theirs, groups, room = await asyncio.gather(
        asked.profiles.person(asked.user_id),
        sources.with_member(asked.user_id, among=desk.creators),
        sources.groups(near=asked.workspace),
        sources.room(asked.room),
    )
    draft = await asked.act(drafting.begin, desk, facilitator, theirs)
    await asked.ack()
    view = views.scope_modal(
        told(desk.pack),
        closing=drafting.closing_to_show(desk.now(), own_zone(desk, facilitator), draft),
        draft=draft,
        channel=room.id if room and room.open_to_us else None,
        subject=subject or views.proposed_subject(room, facilitator),
        groups=groups,
    )
    asked.draw.open_view(asked.body["trigger_id"], view)


async def start_by_words(asked: Asked) -> None:
    """With all that is usual, straight to the launch check; whom to ask is in the words or in the channel."""
    desk, user_id, sources = asked.desk, asked.user_id, asked.sources
    wanted = mentions.wanted(asked.rest, desk.pack)
    if not wanted.names_somebody and asked.room is None:
        await open_scope(asked, wanted.subject)
        return
    facilitator, theirs, room = await asyncio.gather(
        asked.profiles.person(user_id),
        sources.with_member(user_id, among=desk.creators),
        sources.room(wanted.channel or asked.room),
    )
    await asked.act(drafting.begin, desk, facilitator, theirs)
    await sources.must_be_open(wanted.channel)
    subject = wanted.subject or views.proposed_subject(room, facilitator)
    await asked.act(drafting.must_not_be_open, desk, user_id, subject=subject)
    draft = await asked.act(
        starting.draft,
        desk,
        facilitator,
        subject=subject,
        wanted=wanted,
        channel=room.id if room and room.open_to_us else None,
    )
    log.info("scope_drafted", assessment=draft.assessment.id, people=len(draft.scope.people))
    await asked.ack()
    work = find_people(draft, user_id, desk, asked.act, asked.profiles, sources)
    asked.draw.open_and_fill(asked.body["trigger_id"], views.reading_titles(draft), work)


async def on_scope_given(
    ack: AsyncAck,
    view: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
    sources: Sources,
) -> None:
    """The draft is kept after each step."""
    form, shown = views.read_scope(view), BeginningValue.read(view["private_metadata"])
    await sources.must_be_open(form.channel)
    facilitator, chosen = await asyncio.gather(profiles.person(user_id), _the_few(form.scope, profiles))
    drafting.must_be_people(chosen)
    draft = await act(
        drafting.draft,
        desk,
        facilitator,
        subject=form.subject,
        scope=form.scope,
        channel=form.channel,
        closes_on=form.closes_on,
        assessment=shown.a,
        seen=shown.r,
    )
    log.info("scope_drafted", assessment=draft.assessment.id, people=len(draft.scope.people))
    await ack(response_action="update", view=views.matters_modal(told(draft)))
    draw.homes([user_id])


async def on_matters_given(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    shown = _draft(view)
    pack = (await act(drafting.drafted, desk, user_id, assessment=shown.a)).pack
    decided = views.read_matters(view, pack)
    draft = await act(
        drafting.refine, desk, user_id, assessment=shown.a, step="matters", seen=shown.r, **decided
    )
    log.info("scope_refined", assessment=shown.a)
    await ack(response_action="update", view=views.counting_modal(told(draft)))


async def on_counting_given(
    ack: AsyncAck,
    view: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
    sources: Sources,
) -> None:
    """Then people and their job titles are looked up, which may take longer than an ack."""
    shown, decided = _draft(view), views.read_counting(view)
    draft = await act(
        drafting.refine, desk, user_id, assessment=shown.a, step="counting", seen=shown.r, **decided
    )
    log.info("scope_refined", assessment=shown.a)
    await ack(response_action="update", view=views.reading_titles(draft))
    draw.fill_view(view["id"], _roles(draft, user_id, desk, act, profiles, sources))


async def on_roles_given(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate) -> None:
    shown, roles = _draft(view), views.read_roles(view)
    await act(drafting.assign, desk, user_id, assessment=shown.a, roles=roles, seen=shown.r)
    found = await act(launching.after_page, desk, user_id, assessment=shown.a, page=shown.p)
    log.info("roles_given", assessment=shown.a, page=shown.p)
    await ack(response_action="update", view=views.onward(told(found), page=shown.p + 1))


async def on_clash_settled(
    ack: AsyncAck,
    view: Json,
    user_id: str,
    desk: Desk,
    act: Gate,
    draw: Drawing,
    profiles: Profiles,
    sources: Sources,
) -> None:
    """Then on with the step after the one in which it clashed."""
    shown, mine = DraftClashValue.read(view["private_metadata"]), views.keeps_mine(view)
    draft = await act(
        drafting.settle,
        desk,
        user_id,
        assessment=shown.a,
        aside=shown.w,
        step=shown.s,
        seen=shown.r,
        mine=mine,
    )
    log.info("clash_settled", assessment=shown.a, step=shown.s, mine=mine)
    following = views.after_clash(told(draft), shown.s)
    await ack(response_action="update", view=following or views.reading_titles(draft))
    if following is None:
        draw.fill_view(view["id"], find_people(draft, user_id, desk, act, profiles, sources))


async def on_launch(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    shown = _draft(view)
    await launch(shown.a, shown.r, user_id, desk, act, draw, ack)


async def launch(
    assessment: str, seen: int, user_id: str, desk: Desk, act: Gate, draw: Drawing, ack: AsyncAck
) -> None:
    """Who was seen in the launch check, in these roles, and nobody else."""
    ready = await act(launching.ready, desk, user_id, assessment=assessment, seen=seen)
    launched = await act(
        opening.launch,
        desk,
        user_id,
        assessment=assessment,
        roles=ready.roster.roles,
        people=ready.roster.people,
    )
    log.info("launched", assessment=launched.assessment.id, people=launched.people)
    await ack()
    draw.posts(launched.owed)
    draw.homes([user_id])


async def on_left(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    """Somebody closed a form about a draft."""
    owed = await act(leaving.left, desk, user_id, assessment=_draft(view).a, form=view["id"])
    await ack()
    draw.posts(owed)


async def on_preview(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = RoleValue.of(action)
    sitting = await act(launching.preview, desk, user_id, assessment=wanted.a, role=wanted.p)
    await ack()
    draw.page(body, views.preview(told(sitting)))


async def on_try_out(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    done = await act(launching.try_out, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("tried_out", assessment=done.assessment.id)
    await ack()
    draw.page(body, views.tried_out(done))
    draw.posts(done.owed)


async def on_end_trial(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    ended = await act(launching.end_trial, desk, user_id, assessment=AssessmentValue.of(action).a)
    log.info("trial_ended", assessment=ended.id)
    await ack()
    draw.replace(Place.of(body), views.trial_ended(ended.subject))


async def on_other_channel(ack: AsyncAck, body: Json, action: Json, draw: Drawing) -> None:
    value = PostingValue.of(action)
    await ack()
    draw.open_view(body["trigger_id"], views.channel_modal(value))


async def on_channel_given(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, sources: Sources
) -> None:
    channel, key = views.read_channel(view), PostingValue.read(view["private_metadata"]).k
    await sources.must_be_open(channel)
    owed = await act(ledger.post_elsewhere, desk, user_id, key=key, channel=channel)
    log.info("channel_changed")
    await ack()
    draw.posts(owed)


async def find_people(
    draft: Draft, user_id: str, desk: Desk, act: Gate, profiles: Profiles, sources: Sources
) -> Json:
    """Who is in the draft's groups and channels now; then the roles, or the check if all are clear."""
    await gather(draft, user_id, desk, act, profiles, sources)
    return views.onward(told(await act(launching.onward, desk, user_id, assessment=draft.assessment.id)))


async def gather(
    draft: Draft, user_id: str, desk: Desk, act: Gate, profiles: Profiles, sources: Sources
) -> Roster:
    inside = await sources.gather(draft.scope.sources, draft.scope.people)
    launching.must_not_be_too_many(len(inside.found))
    people = await profiles.of(inside.found)
    return await act(
        launching.gathered,
        desk,
        user_id,
        assessment=draft.assessment.id,
        found=inside.found,
        people=people,
        empty=inside.empty,
    )


async def _roles(
    draft: Draft, user_id: str, desk: Desk, act: Gate, profiles: Profiles, sources: Sources
) -> Json:
    return views.roles_modal(told(await gather(draft, user_id, desk, act, profiles, sources)))


async def _the_few(scope: Scope, profiles: Profiles) -> list[Person | None]:
    """Who is asked, where nobody but these few is: they could be apps alone. None for whom Slack does not
    describe at once; the roles are given when all are known."""
    few = scope.people if not scope.sources and len(scope.people) <= FEW else ()
    return await asyncio.gather(*(profiles.within(AT_ONCE, person) for person in few))


def _draft(view: Json) -> DraftValue:
    return DraftValue.read(view["private_metadata"])
