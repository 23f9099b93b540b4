"""People type: messages, edits, and slash commands."""

from __future__ import annotations

from dataclasses import dataclass

from workspace import messages, objects, rooms
from workspace.acts import surfaces
from workspace.blocks import check_message
from workspace.hooks import hook, trigger
from workspace.refusals import Cannot
from workspace.settling import settle
from workspace.state import Channel, Json, Message, Person
from workspace.team import Team
from workspace.typed import as_sent, rich_text, tagged

LOCKED = "This thread has been locked."


@dataclass(frozen=True)
class CommandShown:
    """What a person got back at once: a message, or the sentence that Slack shows when the app failed."""

    message: Message | None = None
    error: str | None = None


def say(
    team: Team,
    person: Person,
    place: Channel,
    text: str,
    *,
    thread_ts: str | None = None,
    broadcast: bool = False,
) -> Message:
    surfaces.may_write(team, person, place)
    if not text.strip():
        raise Cannot("An empty message cannot be sent.")
    if thread_ts and thread_ts not in place.messages:
        raise Cannot(f"There is no message {thread_ts} here to answer in a thread.")
    if thread_ts and place.messages[thread_ts].locked:
        raise Cannot(LOCKED)
    words = as_sent(team, text)
    return messages.post(
        team,
        place,
        author=person,
        text=words,
        blocks=rich_text(team, words),
        thread_ts=thread_ts,
        broadcast=broadcast,
    )


def reword(team: Team, person: Person, message: Message, text: str) -> None:
    if message.author != person.id:
        raise Cannot("People can edit only their own messages.")
    if messages.is_settled(team, message):
        raise Cannot(f"Messages can be edited for {team.rules.edit_minutes} minutes here.")
    words = as_sent(team, text)
    messages.change(team, message, text=words, blocks=rich_text(team, words), by=person)


def take_back(team: Team, person: Person, message: Message) -> None:
    if message.author != person.id:
        raise Cannot("People can delete only their own messages.")
    messages.delete(team, message)


def lock(team: Team, person: Person, message: Message, *, locked: bool = True) -> None:
    """An admin ends what is said in a thread, or lets it go on."""
    if not person.is_admin:
        raise Cannot(f"@{person.name} is no admin.")
    if message.is_reply:
        raise Cannot("A thread is locked at its first message.")
    messages.lock(team, message, locked=locked)


def react(team: Team, person: Person, message: Message, name: str) -> None:
    root = team.channels[message.channel].messages.get(message.thread_ts or message.ts)
    if root and root.locked:
        raise Cannot(LOCKED)
    if person.id in message.reactions.get(name, ()):
        raise Cannot(f":{name}: is there already.")
    messages.react(team, message, person, name)


async def command(team: Team, person: Person, place: Channel, line: str) -> CommandShown:
    surfaces.may_read(person, place)
    name, _, words = line.strip().partition(" ")
    known = team.app.commands.get(name) if team.app.installed else None
    if known is None:
        raise Cannot(f"{name} is not a valid command. There is: {', '.join(team.app.commands) or 'none'}.")
    assert team.line
    above = team.organisation
    payload: Json = {
        "token": "workspace",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": place.id,
        "channel_name": objects.place_name(place),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": tagged(team, words.strip(), named=True) if known.should_escape else words.strip(),
        "api_app_id": team.app.id,
        "is_enterprise_install": "true" if team.whole else "false",
        **({"enterprise_id": above.id, "enterprise_name": above.name} if above else {}),
        "response_url": hook(team, person, place, path="commands"),
        "trigger_id": trigger(team, person),
    }
    ack = await team.line.ask("slash_commands", payload, accepts_response=True)
    if not ack.acked:
        return CommandShown(error=f'{name} failed with the error "{ack.error}"')
    return _answered(team, person, place, name, ack.payload or {})


def join(team: Team, place: Channel, *, inviter: Person | None = None, person: Person) -> None:
    """Somebody comes into a channel; the app too, when a person invites it."""
    if place.archived:
        raise Cannot(f"#{place.name} is archived.")
    if inviter:
        surfaces.may_read(inviter, place)
    rooms.enter(team, place, person, inviter=inviter)


def _answered(team: Team, person: Person, place: Channel, name: str, answer: Json) -> CommandShown:
    text, blocks = str(answer.get("text") or ""), answer.get("blocks")
    if not text and not blocks:
        return CommandShown()
    if blocks and (problems := check_message(blocks, without=team.weather.without)):
        return CommandShown(error=f'{name} failed with the error "invalid_blocks": {problems[0]}')
    drawn = settle(team, blocks) if blocks else None
    if answer.get("response_type") == "in_channel":
        return CommandShown(messages.post(team, place, author=team.app.bot, text=text, blocks=drawn))
    return CommandShown(messages.whisper(team, place, person, text=text, blocks=drawn))
