"""Words: templates fill slots, and what people wrote can neither ping nor pose as ours.

A template is a Jinja2 file whose blocks are the slots of a message. A slot is rendered for one of three
places: Slack's mrkdwn, the top-level `text` of a message (what notifications and screen readers use, where
dates have to be written out), and plain text, where nothing is escaped because nothing is interpreted.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined

#: Slack shortens a longer `text`, and refuses it when a message is changed.
LONGEST_TEXT = 4000
_MARKS = re.compile(r"[*`]|(?<!\w)[_~]+|[_~]+(?!\w)")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class Message:
    """`text` can stand in for the blocks: it says what they say, and how to answer by typing."""

    text: str
    blocks: list[dict[str, Any]]


class Mrkdwn(str):
    """Markup of our own: not escaped. `said` is the same where markup is not drawn."""

    said: str

    def __new__(cls, markup: str, said: str | None = None) -> "Mrkdwn":
        self = super().__new__(cls, markup)
        self.said = markup if said is None else said
        return self


@dataclass(frozen=True)
class Words:
    """A template with its values."""

    template: str
    values: dict[str, Any]

    def slot(self, name: str) -> str:
        """For a mrkdwn text object."""
        return self._render(_environment("mrkdwn"), name)

    def text(self, name: str = "text") -> str:
        """For the `text` of a message; code marks would only be read aloud."""
        return cut(self._render(_environment("text"), name).replace("`", ""), LONGEST_TEXT)

    def plain(self, name: str) -> str:
        """For a plain_text object."""
        return self._render(_environment("plain"), name)

    def _render(self, environment: Environment, name: str) -> str:
        template = environment.get_template(f"{self.template}.j2")
        written = "".join(template.blocks[name](template.new_context(self.values)))
        return _tidy(written)


def words(template: str, **values: Any) -> Words:
    return Words(template, values)


@lru_cache(maxsize=1000)
def label(name: str, **values: Hashable) -> str:
    """The short words of buttons, fields and menus."""
    return words("labels", **values).plain(name)


def escape(text: str) -> str:
    return text.translate(_ESCAPES)


def when(moment: datetime) -> Mrkdwn:
    """A moment, drawn by Slack in the reader's own zone."""
    drawn = f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{date_words(moment)}>"
    return Mrkdwn(drawn, date_words(moment))


def date_words(moment: date) -> str:
    """10 Dec 2026, and for a moment also 17:00 UTC."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC)
        return f"{moment.day} {moment:%b %Y, %H:%M} UTC"
    return f"{moment.day} {moment:%b %Y}"


def person(user_id: str) -> Mrkdwn:
    return Mrkdwn(f"<@{escape(user_id)}>")


def channel(channel_id: str) -> Mrkdwn:
    return Mrkdwn(f"<#{escape(channel_id)}>")


def group(group_id: str) -> Mrkdwn:
    return Mrkdwn(f"<!subteam^{escape(group_id)}>")


def things(number: int, one: str, many: str | None = None) -> str:
    """1 question, 2 questions."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def listed(items: Iterable[str], word: str = "and") -> str:
    """One, two and three."""
    *some, last = [*items] or [""]
    return f"{', '.join(some)} {word} {last}" if some else last


def cut(text: str, limit: int) -> str:
    """Shorten to `limit` characters, between words if there is a gap near, and never inside of what a
    reader sees as one character."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end and _glued(text, end):
        end -= 1
    gap = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if gap > end // 2:
        end = gap
    return _whole_entity(text[:end]).rstrip() + "…"


def one_line(text: str, limit: int = 0) -> str:
    """Line breaks become blanks; with a limit, it is cut."""
    flat = " ".join(text.split())
    return cut(flat, limit) if limit else flat


def first_up(text: str) -> str:
    """For the beginning of a sentence; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def in_bold(text: str, limit: int = 0) -> str:
    """Without the marks of its own that would end what is drawn bold around it. Those within a word stay
    as they are: fraud_team."""
    flat = one_line(text, limit)
    return _MARKS.sub("", flat).strip() or flat


def _glued(text: str, at: int) -> bool:
    """Whether the character at this place belongs to the one before it."""
    this, before = text[at], text[at - 1]
    return (
        before == "\u200d"
        or this == "\u200d"
        or "\ufe00" <= this <= "\ufe0f"
        or "\U0001f3fb" <= this <= "\U0001f3ff"
        or "\U0001f1e6" <= this <= "\U0001f1ff"
        or unicodedata.category(this) in {"Mn", "Me", "Mc"}
    )


def _whole_entity(text: str) -> str:
    """Not half of &amp; and not half of <@U1>."""
    return re.sub(r"(&[a-z]{0,3}|<[!@#][^<>]*)$", "", text)


def _tidy(written: str) -> str:
    lines = "\n".join(line.strip() for line in written.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


@cache
def _environment(place: str) -> Environment:
    def drawn(value: Any) -> str:
        return value if isinstance(value, Mrkdwn) else escape(str(value))

    def spoken(value: Any) -> str:
        return value.said if isinstance(value, Mrkdwn) else escape(str(value))

    def bare(value: Any) -> str:
        return value.said if isinstance(value, Mrkdwn) else str(value)

    environment = Environment(
        loader=_loader(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        auto_reload=False,
        finalize={"mrkdwn": drawn, "text": spoken, "plain": bare}[place],
    )
    environment.filters |= {
        "when": when,
        "date_words": date_words,
        "person": person,
        "channel": channel,
        "group": group,
        "things": things,
        "listed": listed,
        "line": one_line,
        "in_bold": in_bold,
        "first_up": first_up,
    }
    return environment


@cache
def _loader() -> BaseLoader:
    return PackageLoader("bot", "templates/en")
