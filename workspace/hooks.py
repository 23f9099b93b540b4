"""The two short-lived rights that a gesture gives the app: to open one modal, and to answer through a URL."""

from __future__ import annotations

from workspace import messages
from workspace.blocks import check_message
from workspace.refusals import ApiError
from workspace.settling import settle
from workspace.state import Channel, Hook, Json, Message, Person, Trigger
from workspace.team import Team

TRIGGER_SECONDS = 3.0
HOOK_SECONDS = 30 * 60
HOOK_USES = 5


def trigger(team: Team, person: Person, *, view: str | None = None) -> str:
    made = Trigger(
        f"{len(team.triggers) + 1}.{team.id[1:]}.{team.new_id('', 16).lower()}",
        person.id,
        team.clock.now(),
        view,
    )
    team.triggers[made.id] = made
    return made.id


def spend(team: Team, trigger_id: str) -> Trigger:
    """Use a trigger, once and in time."""
    known = team.triggers.get(trigger_id)
    if known is None:
        raise ApiError("invalid_trigger_id")
    if known.used:
        raise ApiError("exchanged_trigger_id")
    if team.clock.now() - known.at > TRIGGER_SECONDS:
        raise ApiError("expired_trigger_id")
    known.used = True
    return known


def hook(
    team: Team,
    person: Person,
    place: Channel,
    *,
    path: str,
    message: Message | None = None,
    thread_ts: str | None = None,
) -> str:
    made = Hook(team.new_id("", 24), person.id, place.id, team.clock.now(), message, thread_ts)
    team.hooks[made.id] = made
    return f"{team.url}/hooks/{path}/{team.id}/{made.id}"


def answer(team: Team, hook_id: str, body: Json) -> None:
    """The app writes through a response URL: it changes the message that the URL belongs to, or adds one."""
    known = _usable(team, hook_id)
    if _yes(body.get("delete_original")):
        messages.delete(team, _original(team, known))
        return
    text, blocks = str(body.get("text") or ""), _blocks(team, body)
    if not text and not blocks:
        raise ApiError("no_text")
    if _yes(body.get("replace_original")) and known.message:
        _replace(team, _original(team, known), text, blocks, body.get("metadata"))
    else:
        _add(team, known, text, blocks, body)


def _usable(team: Team, hook_id: str) -> Hook:
    known = team.hooks.get(hook_id)
    if known is None:
        raise ApiError("invalid_url")
    if team.clock.now() - known.at > HOOK_SECONDS:
        raise ApiError("expired_url")
    if known.uses >= HOOK_USES:
        raise ApiError("used_url")
    known.uses += 1
    return known


def _original(team: Team, known: Hook) -> Message:
    message = known.message
    if message is None or message.ts not in team.channels[known.channel].messages:
        raise ApiError("message_not_found")
    return message


def _blocks(team: Team, body: Json) -> list[Json] | None:
    blocks = body.get("blocks")
    if blocks is None:
        return None
    problems = check_message(blocks, without=team.weather.without)
    if problems:
        raise ApiError("invalid_blocks", errors=[str(problem) for problem in problems])
    return settle(team, blocks)


def _replace(
    team: Team, message: Message, text: str, blocks: list[Json] | None, metadata: Json | None
) -> None:
    """What the answer does not name is gone: it replaces the whole message."""
    messages.change(team, message, text=text, blocks=blocks or [], metadata=metadata, by=team.app.bot)


def _add(team: Team, known: Hook, text: str, blocks: list[Json] | None, body: Json) -> None:
    place, thread_ts = team.channels[known.channel], body.get("thread_ts") or known.thread_ts
    if body.get("response_type") == "in_channel":
        messages.post(
            team,
            place,
            author=team.app.bot,
            text=text,
            blocks=blocks,
            thread_ts=thread_ts,
            metadata=body.get("metadata"),
        )
    else:
        person = team.people[known.person]
        messages.whisper(team, place, person, text=text, blocks=blocks, thread_ts=thread_ts)


def _yes(value: object) -> bool:
    return value is True or value == "true"
