"""What people type, as Slack keeps it: escaped text with tags, and the rich text that it is drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workspace import emoji
from workspace.state import Json, Kind
from workspace.team import Team

_CODE = re.compile(r"(```.+?```|`[^`\n]+`)", re.DOTALL)
_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_MENTION = re.compile(r"(?<![\w@])@([\w.-]*\w)|(?<![\w#])#([\w-]+)")
_LINK = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\"']")
_QUOTE = re.compile(r"((?:^&gt;[^\n]*(?:\n|\Z))+)", re.MULTILINE)
_STYLES = {"bold": r"\*", "italic": "_", "strike": "~"}
_INLINE = re.compile(
    "|".join(
        [
            r"<(?P<tag>[^<>]+)>",
            r"`(?P<code>[^`\n]+)`",
            f"(?P<emoji>{emoji.NAME.pattern})",
            *(
                rf"(?<![\w{mark}]){mark}(?=\S)(?P<{style}>[^\n]+?)(?<=\S){mark}(?![\w{mark}])"
                for style, mark in _STYLES.items()
            ),
        ]
    )
)


def as_sent(team: Team, typed: str) -> str:
    """The text of the message: escaped, with mentions and links in angle brackets. Code stays as it is."""
    return "".join(
        escaped if number % 2 else tagged(team, escaped, named=False)
        for number, escaped in enumerate(_CODE.split(_escaped(typed)))
    )


def tagged(team: Team, text: str, *, named: bool) -> str:
    """Mentions and links in angle brackets; `named`, as a slash command gets them, with their names."""

    def mention(found: re.Match[str]) -> str:
        handle, channel = found.groups()
        if handle:
            return _person_tag(team, handle, named=named) or found.group()
        return _channel_tag(team, channel, named=named) or found.group()

    return _MENTION.sub(mention, _LINK.sub(lambda link: f"<{link.group()}>", text))


def rich_text(team: Team, text: str) -> list[Json]:
    """The one block of a message with this text: its sections, quotes and code."""
    return [{"type": "rich_text", "block_id": team.new_id("", 5), "elements": list(_parts(text))}]


def _parts(text: str) -> Iterator[Json]:
    for number, piece in enumerate(_FENCE.split(text)):
        if number % 2:
            yield {"type": "rich_text_preformatted", "elements": [_words(piece, {})], "border": 0}
        else:
            yield from _prose(piece.strip("\n"))


def _prose(text: str) -> Iterator[Json]:
    for number, piece in enumerate(_QUOTE.split(text)):
        if not piece.strip("\n"):
            continue
        if number % 2:
            said = "\n".join(re.sub(r"^&gt;\s?", "", line) for line in piece.strip("\n").split("\n"))
            yield {"type": "rich_text_quote", "elements": _run(said)}
        else:
            yield {"type": "rich_text_section", "elements": _run(piece.strip("\n"))}


def _run(text: str) -> list[Json]:
    """One after the other: plain words, and what has a style, or is a tag or an emoji."""
    run: list[Json] = []
    for leaf in _leaves(text, {}):
        if run and leaf["type"] == "text" == run[-1]["type"] and leaf.get("style") == run[-1].get("style"):
            run[-1] = leaf | {"text": run[-1]["text"] + leaf["text"]}
        else:
            run.append(leaf)
    return run


def _leaves(text: str, style: Json) -> Iterator[Json]:
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            yield _words(text[at : found.start()], style)
        yield from _marked(found, style)
        at = found.end()
    if at < len(text):
        yield _words(text[at:], style)


def _marked(found: re.Match[str], style: Json) -> Iterator[Json]:
    kind, inside = str(found.lastgroup), found[found.lastgroup or 0]
    if kind in _STYLES:
        yield from _leaves(inside, style | {kind: True})
    elif kind == "code":
        yield _words(inside, style | {"code": True})
    elif kind == "tag":
        yield _styled(_tag(inside.partition("|")[0]), style)
    else:
        yield _styled(_emoji(inside), style)


def _emoji(typed: str) -> Json:
    """`:name:` or `:name::skin-tone-2:`, if we know one of this name."""
    name, _, tone = typed.strip(":").partition("::skin-tone-")
    character = emoji.sign(name)
    if character is None:
        return {"type": "text", "text": typed}
    leaf: Json = {"type": "emoji", "name": name, "unicode": "-".join(f"{ord(each):x}" for each in character)}
    return leaf | {"skin_tone": int(tone)} if tone else leaf


def _tag(inside: str) -> Json:
    if inside.startswith("@"):
        return {"type": "user", "user_id": inside[1:]}
    if inside.startswith("#"):
        return {"type": "channel", "channel_id": inside[1:]}
    if inside.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": inside.removeprefix("!subteam^")}
    if inside.startswith("!"):
        return {"type": "broadcast", "range": inside[1:]}
    return {"type": "link", "url": _unescaped(inside)}


def _words(text: str, style: Json) -> Json:
    return _styled({"type": "text", "text": _unescaped(text)}, style)


def _styled(leaf: Json, style: Json) -> Json:
    return leaf | {"style": style} if style else leaf


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


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
