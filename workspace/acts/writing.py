"""People type: messages, edits, and slash commands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workspace import messages, objects, rooms
from workspace.acts import surfaces
from workspace.blocks import check_message
from workspace.hooks import hook, trigger
from workspace.refusals import Cannot
from workspace.settling import settle
from workspace.state import Channel, Json, Kind, Message, Person
from workspace.team import Team

_MENTION = re.compile(r"(?<![\w@])@([\w.-]*\w)|(?<![\w#])#([\w-]+)")
LOCKED = "This thread has been locked."
_LINK = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\"']")


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
        blocks=_rich_text(team, words),
        thread_ts=thread_ts,
        broadcast=broadcast,
    )


def reword(team: Team, person: Person, message: Message, text: str) -> None:
    if message.author != person.id:
        raise Cannot("People can edit only their own messages.")
    if messages.is_settled(team, message):
        raise Cannot(f"Messages can be edited for {team.rules.edit_minutes} minutes here.")
    words = as_sent(team, text)
    messages.change(team, message, text=words, blocks=_rich_text(team, words), by=person)


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
    payload: Json = {
        "token": "workspace",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": place.id,
        "channel_name": objects.place_name(place),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": _escaped(team, words.strip(), named=True) if known.should_escape else words.strip(),
        "api_app_id": team.app.id,
        "is_enterprise_install": "false",
        "response_url": hook(team, person, place, path="commands"),
        "trigger_id": trigger(team, person),
    }
    ack = await team.line.ask("slash_commands", payload, accepts_response=True)
    if not ack.acked:
        return CommandShown(error=f'{name} failed with the error "{ack.error}"')
    return _answered(team, person, place, name, ack.payload or {})


def as_sent(team: Team, text: str) -> str:
    """Typed words as Slack stores them: escaped, with mentions and links in angle brackets."""
    return _escaped(team, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), named=False)


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


def _escaped(team: Team, text: str, *, named: bool) -> str:
    def mention(found: re.Match[str]) -> str:
        handle, channel = found.groups()
        if handle:
            return _person_tag(team, handle, named=named) or found.group()
        return _channel_tag(team, channel, named=named) or found.group()

    return _MENTION.sub(mention, _LINK.sub(lambda link: f"<{link.group()}>", text))


def _person_tag(team: Team, handle: str, *, named: bool) -> str | None:
    if handle in ("here", "channel", "everyone"):
        return f"<!{handle}>"
    person = next((person for person in team.people.values() if person.name == handle), None)
    if person:
        return f"<@{person.id}|{person.name}>" if named else f"<@{person.id}>"
    group = next((group for group in team.groups.values() if group.handle == handle), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else None


def _channel_tag(team: Team, name: str, *, named: bool) -> str | None:
    for place in team.channels.values():
        if place.name == name and place.kind in (Kind.CHANNEL, Kind.GROUP):
            return f"<#{place.id}|{name if named else ''}>"
    return None


def _rich_text(team: Team, text: str) -> list[Json]:
    pieces = [_piece(piece) for piece in re.split(r"(<[^<>]+>)", text) if piece]
    section = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": team.new_id("", 5), "elements": [section]}]


def _piece(piece: str) -> Json:
    inside = piece[1:-1].partition("|")[0]
    if piece.startswith("<@"):
        return {"type": "user", "user_id": inside[1:]}
    if piece.startswith("<#"):
        return {"type": "channel", "channel_id": inside[1:]}
    if piece.startswith("<!subteam^"):
        return {"type": "usergroup", "usergroup_id": inside.removeprefix("!subteam^")}
    if piece.startswith("<!"):
        return {"type": "broadcast", "range": inside[1:]}
    if piece.startswith("<"):
        return {"type": "link", "url": inside}
    return {"type": "text", "text": piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")}
