"""Slack's words as HTML for one reader: mrkdwn and rich text. Everything is escaped but our own tags."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

from workspace import emoji
from workspace.page import markdown
from workspace.reading import Reader
from workspace.state import Json, Person
from workspace.team import Team

_FENCE = re.compile(r"```\n?(.+?)\n?```\n?", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_TAG = re.compile(r"<([^<>]+)>")
_QUOTE = re.compile(r"(?:^&gt;[^\n]*(?:\n|$))+", re.MULTILINE)
_KEPT = re.compile("\0(\\d+)\0")
_MARKS = [
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^\n]+?)(?<=\S){mark}(?![\w{mark}])"), rf"<{tag}>\1</{tag}>")
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
]
_STYLES = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u", "highlight": "mark"}
_PARTS = {
    "rich_text_section": "<p>{}</p>",
    "rich_text_quote": "<blockquote>{}</blockquote>",
    "rich_text_preformatted": "<pre tabindex=0>{}</pre>",
}


class Kept:
    """What is drawn already, out of the reach of the marks around it."""

    def __init__(self) -> None:
        self._drawn: list[Markup] = []

    def keep(self, drawn: Markup) -> str:
        self._drawn.append(drawn)
        return f"\0{len(self._drawn) - 1}\0"

    def back_in(self, html: str) -> Markup:
        return Markup(_KEPT.sub(lambda at: str(self._drawn[int(at.group(1))]), html))


class Words:
    def __init__(self, team: Team, person: Person) -> None:
        self._team = team
        self._person = person
        self._reader = Reader(team, person)

    def text(self, text: Any) -> Markup:
        """A text object, or a string without marks."""
        if isinstance(text, dict) and text.get("type") == "mrkdwn":
            return self.mrkdwn(text["text"])
        return self.plain(text)

    def plain(self, text: Any) -> Markup:
        words = _unescaped(text["text"] if isinstance(text, dict) else str(text or ""))
        return _lines(_with_emoji(str(escape(words.strip()))))

    def mrkdwn(self, text: str) -> Markup:
        kept = Kept()
        text = _FENCE.sub(lambda it: kept.keep(_code("pre tabindex=0", it[1])), text.replace("\0", ""))
        text = _CODE.sub(lambda it: kept.keep(_code("code", it[1])), text)
        text = _TAG.sub(lambda it: kept.keep(self._tag(it[1])), text)
        html = str(escape(_unescaped(text)))
        for pattern, marked in _MARKS:
            html = pattern.sub(marked, html)
        html = _QUOTE.sub(lambda it: kept.keep(_quote(_with_emoji(it[0]))), html)
        return kept.back_in(kept.back_in(_lines(_with_emoji(html))))

    def markdown(self, text: str) -> Markup:
        return markdown.drawn(text)

    def rich(self, block: Json) -> Markup:
        return Markup("").join(self._part(part) for part in block["elements"])

    def held(self, value: Any) -> str:
        """The words of a rich text value, for the field that holds it."""
        return "\n".join(
            "".join(str(leaf.get("text") or leaf.get("url") or "") for leaf in part.get("elements", ()))
            for part in value["elements"]
        )

    def _part(self, part: Json) -> Markup:
        kind = part["type"]
        if kind == "rich_text_list":
            tag = "ol" if part.get("style") == "ordered" else "ul"
            start = Markup(' start="{}"').format(part["offset"] + 1) if part.get("offset") else ""
            items = Markup("").join(
                Markup("<li>{}</li>").format(self._run(item)) for item in part["elements"]
            )
            indent = int(part.get("indent") or 0)
            return Markup('<{0} class="in-{1}"{2}>{3}</{0}>').format(tag, indent, start, items)
        return Markup(_PARTS.get(kind, "<p>{}</p>")).format(self._run(part))

    def _run(self, part: Json) -> Markup:
        return Markup("").join(self._leaf(leaf) for leaf in part.get("elements", ()))

    def _leaf(self, leaf: Json) -> Markup:
        drawn = self._plain_leaf(leaf)
        style = leaf.get("style") or {}
        if style.get("code"):
            drawn = Markup("<code>{}</code>").format(drawn)
        for name, tag in _STYLES.items():
            if style.get(name):
                drawn = Markup("<{0}>{1}</{0}>").format(tag, drawn)
        return drawn

    def _plain_leaf(self, leaf: Json) -> Markup:
        kind = leaf["type"]
        if kind == "link":
            return _link(leaf["url"], leaf.get("text") or leaf["url"])
        if kind == "emoji":
            return emoji.drawn(leaf["name"])
        if kind == "date":
            return self._date(str(leaf["timestamp"]), leaf["format"])
        tags = {
            "user": f"@{leaf.get('user_id')}",
            "channel": f"#{leaf.get('channel_id')}",
            "usergroup": f"!subteam^{leaf.get('usergroup_id')}",
            "broadcast": f"!{leaf.get('range')}",
        }
        if kind in tags:
            return self._tag(tags[kind])
        return _lines(str(escape(leaf.get("text") or leaf.get("value") or "")))

    def _tag(self, tag: str) -> Markup:
        inside, bar, label = tag.partition("|")
        if inside.startswith("!date^"):
            return self._date_tag(inside, label)
        if inside.startswith("#"):
            return self._channel(inside)
        if inside.startswith(("@", "!")):
            mine = self._person.id in inside
            return Markup('<span class="mention{}">{}</span>').format(
                " mine" if mine else "", self._reader.mrkdwn(f"<{inside}>")
            )
        return _link(_unescaped(inside), _unescaped(label if bar else inside.removeprefix("mailto:")))

    def _channel(self, inside: str) -> Markup:
        place = self._team.channels.get(inside[1:])
        if place is None or not place.open_to(self._person):
            return Markup('<span class="mention">private channel</span>')
        link = Markup('<a class="mention" href="/?as={}&amp;at={}">#{}</a>')
        return link.format(self._person.name, place.id, place.name)

    def _date_tag(self, inside: str, fallback: str) -> Markup:
        _, moment, form, *link = [*inside.split("^"), ""]
        if not moment.isdigit():
            return escape(_unescaped(fallback))
        drawn = self._date(moment, form)
        return _link(link[0], drawn) if link[0] else drawn

    def _date(self, moment: str, form: str) -> Markup:
        exact = datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        shown = self._reader.mrkdwn(f"<!date^{moment}^{form}>")
        return Markup('<time datetime="{}">{}</time>').format(exact, shown)


def _link(url: str, words: str | Markup) -> Markup:
    """A link to the web. Whatever else calls itself a URL is shown and leads nowhere."""
    if not re.match(r"(https?://|mailto:)", url):
        return escape(words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, words)


def _code(tag: str, text: str) -> Markup:
    return Markup(f"<{tag}>{{}}</{tag.partition(' ')[0]}>").format(_unescaped(text))


def _quote(html: str) -> Markup:
    inner = re.sub(r"^&gt;\s?", "", html.strip("\n"), flags=re.MULTILINE)
    return Markup(f"<blockquote>{_lines(inner)}</blockquote>")


def _with_emoji(html: str) -> str:
    return emoji.NAME.sub(lambda it: str(emoji.drawn(it[1])) if emoji.sign(it[1]) else it[0], html)


def _lines(html: str) -> Markup:
    return Markup(html.replace("\n", "<br>"))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
