"""Words: templates fill slots, and what people wrote can neither ping nor pose as ours.

A template is a Jinja2 file whose blocks are the slots of a message. A slot is rendered for one of three
places: Slack's mrkdwn, the top-level `text` of a message (what notifications and screen readers use, where
dates have to be written out), and plain text, where nothing is escaped because nothing is interpreted.

Templates stand by language, and a slot is written in the one that is spoken now (`bot.language`); one that
has no words for it yet leaves it to English.
"""

import json
import re
import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    pass_eval_context,
)
from jinja2.nodes import EvalContext

from bot import language
from bot.bytecode import Compiled
from bot.language import ENGLISH, decimal, fallbacks, plural, spoken
from bot.pictures import Picture
from conversation.legible import legible

#: Slack would ask the server of every link that somebody wrote, and show what it says.
NO_PREVIEWS: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
#: Slack shortens a longer `text`, and refuses it when a message is changed.
LONGEST_TEXT = 4000
_MARKS = re.compile(r"[*`]|(?<!\w)[_~]+|[_~]+(?!\w)")
#: Hebrew, Arabic and their relatives.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATE, _END_OF_ISOLATE = _ISOLATES = ("\u2068", "\u2069")
_AT_ISOLATES = re.compile("([\u2068\u2069])")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
#: What would be drawn otherwise than it was written; in a word, an address or between blanks a mark is none.
_DRAWN_MARK = re.compile(
    r"(?P<address>https?://[^\s<>`]*[^\s<>`*_~])|`|(?<!\w)[*_~]+(?=\S)|(?<=\S)[*_~]+(?!\w)"
)
#: Slack has no way to escape these, so what looks like them takes their place.
_LOOKALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_PLAIN = re.compile(r"[^&<>*_~`\n\x00-\x1f\x7f-\U0010ffff]*")


@dataclass(frozen=True)
class Message:
    """`text` can stand in for the blocks: it says what they say, and how to answer by typing. `picture` is
    what a chart among them shows, for where it has to be a picture."""

    text: str
    blocks: list[dict[str, Any]]
    picture: Picture | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Of its blocks."""
        return frozenset(block["type"] for block in self.blocks)

    def as_json(self, **besides: Any) -> str:
        """What Slack is asked with: this message, and what is said `besides`."""
        return json.dumps({**besides, "text": self.text, "blocks": self.blocks})


class Stencil:
    """A message that is the same for many people but for one value, which its buttons carry: it is written
    out as JSON once, and filled in for each of them."""

    #: What it is drawn with in place of the value: a character that nothing we show can have.
    HOLE = "\ufdd0"

    def __init__(self, message: Message) -> None:
        self._text, self._kinds = message.text, message.kinds
        self._parts = json.dumps(message.blocks).split(json.dumps(self.HOLE)[1:-1])

    def filled(self, value: str) -> "Filled":
        """`value` stands in a JSON text, which is a text in this one."""
        within = json.dumps(json.dumps(value)[1:-1])[1:-1]
        return Filled(self._text, within.join(self._parts), self._kinds)


class Filled(Message):
    """Its blocks are read back from the JSON for whoever wants to look at them."""

    _written: str
    _kinds: frozenset[str]

    def __init__(self, text: str, written: str, kinds: frozenset[str]) -> None:
        vars(self).update(text=text, picture=None, _written=written, _kinds=kinds)

    @cached_property
    def blocks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._written)
        return found

    @property
    def kinds(self) -> frozenset[str]:
        return self._kinds

    def as_json(self, **besides: Any) -> str:
        said = json.dumps({**besides, "text": self.text})
        return f'{said[:-1]}, "blocks": {self._written}}}'


class Mrkdwn(str):
    """Markup of our own: not escaped. `said` is the same where markup is not drawn."""

    said: str

    def __new__(cls, markup: str, said: str | None = None) -> "Mrkdwn":
        self = super().__new__(cls, markup)
        self.said = markup if said is None else said
        return self


@dataclass(frozen=True)
class Words:
    """A template with its values; `kept` if what is written is worth keeping, because many people read it."""

    template: str
    values: dict[str, Any]
    kept: bool = False

    def slot(self, name: str) -> str:
        """For a mrkdwn text object."""
        return self._render("mrkdwn", name)

    def text(self, name: str = "text") -> str:
        """For the `text` of a message; code marks would only be read aloud."""
        return cut(self._render("text", name).replace("`", ""), LONGEST_TEXT)

    def plain(self, name: str) -> str:
        """For a plain_text object."""
        return self._render("plain", name)

    def _render(self, place: str, name: str) -> str:
        """Raises: KeyError for a slot that the template does not have in any language."""
        if self.kept:
            return _kept(place, spoken(), self.template, name, tuple(self.values.items()))
        return _slot(place, self.template, name, self.values)


def words(template: str, **values: Any) -> Words:
    return Words(template, values)


def kept_words(template: str, **values: Hashable) -> Words:
    """For what many people read, and nothing that anybody wrote: no markup of ours, no person's own words."""
    return Words(template, values, kept=True)


@lru_cache(maxsize=5000)
def _kept(place: str, locale: str, template: str, name: str, values: tuple[tuple[str, Hashable], ...]) -> str:
    return _slot(place, template, name, dict(values))


def _slot(place: str, name_of_template: str, name: str, values: dict[str, Any]) -> str:
    for each in fallbacks(spoken()):
        template = _template(place, each, name_of_template)
        if template and name in template.blocks:
            return _written(template, name, values, each)
    raise KeyError(f"{name_of_template}.j2 has no block {name}")


def label(name: str, /, **values: Hashable) -> str:
    """The short words of buttons, fields and menus."""
    return _label(spoken(), name, **values)


@lru_cache(maxsize=2000)
def _label(locale: str, name: str, /, **values: Hashable) -> str:
    return words("labels", **values).plain(name)


def escape(text: str) -> str:
    return text.translate(_ESCAPES)


def unmarked(text: str) -> str:
    """What people wrote is drawn as they wrote it: a mark of bold, italics or code ends nothing of ours and
    begins nothing of its own."""
    return _DRAWN_MARK.sub(lambda mark: mark["address"] or mark[0].translate(_LOOKALIKES), text)


def as_written(text: str) -> str:
    """Slack's markup for words of others, in one line, so that nobody writes lines that pose as ours."""
    if _PLAIN.fullmatch(text):
        return text
    return isolated(escape(unmarked(in_one_line(text))))


def in_one_line(text: str) -> str:
    """What can be read of it, its lines one after the other."""
    return " ".join(legible(text).splitlines())


def isolated(text: str) -> str:
    """What is written from right to left does not turn around the sentence in which it stands."""
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text


def shown(text: str) -> str:
    """What can be read of words that hold isolates of ours perhaps, each of them with its end."""
    if text.isascii():
        return legible(text)
    read = "".join(part if part in _ISOLATES else legible(part) for part in _AT_ISOLATES.split(text))
    return _closed(read)


def _closed(text: str) -> str:
    """An isolate whose end was cut off would go on in what follows; an end alone is none of ours."""
    opened = text.count(_ISOLATE) - text.count(_END_OF_ISOLATE)
    return text + _END_OF_ISOLATE * opened if opened >= 0 else isolated(without_isolates(text))


def without_isolates(text: str) -> str:
    """As it was before: for words that somebody may have copied from us."""
    return text.replace(_ISOLATE, "").replace(_END_OF_ISOLATE, "")


def when(moment: datetime) -> Mrkdwn:
    """A moment, drawn by Slack in the reader's own zone."""
    drawn = f"<!date^{int(moment.timestamp())}^{label('moment')}|{date_words(moment)}>"
    return Mrkdwn(drawn, date_words(moment))


def date_words(moment: date) -> str:
    """10 Dec 2026, and for a moment also 17:00 UTC."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC)
        return f"{language.day_words(moment.date())}, {moment:%H:%M} UTC"
    return language.day_words(moment)


def person(user_id: str) -> Mrkdwn:
    return Mrkdwn(f"<@{escape(user_id)}>")


def channel(channel_id: str) -> Mrkdwn:
    return Mrkdwn(f"<#{escape(channel_id)}>")


def group(group_id: str) -> Mrkdwn:
    return Mrkdwn(f"<!subteam^{escape(group_id)}>")


def things(number: float, one: str, other: str | None = None, **forms: str) -> str:
    """1 question, 2 questions. `forms` are further ones, for languages that have them."""
    return f"{language.counted(number)} {plural(number, one, other or f'{one}s', **forms)}"


def listed(items: Iterable[str], style: str = "and") -> str:
    """One, two and three; by the style `or`, one, two or three."""
    return language.listing([*items], style)


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
    kept = _closed(_whole_entity(text[:end]).rstrip())
    return f"{kept}…" if len(kept) < limit else cut(text, limit - 2)


def pieces(text: str, limit: int) -> list[str]:
    """All of it, in pieces of at most so many characters, never apart inside of what a reader sees as one."""
    found: list[str] = []
    while len(text) > limit:
        end = limit
        while end > 1 and _glued(text, end):
            end -= 1
        found.append(text[:end])
        text = text[end:]
    return [*found, text]


def one_line(text: str, limit: int = 0) -> str:
    """Line breaks become blanks; with a limit, it is cut."""
    flat = " ".join(text.split())
    return cut(flat, limit) if limit else flat


def first_up(text: str) -> str:
    """For the beginning of a sentence; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def in_a_sentence(text: str) -> str:
    """Data engineers become data engineers there; ML engineers stay."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


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


def _written(template: Template, name: str, values: dict[str, Any], tongue: str) -> str:
    """In the grammar of the template's language, which is another one where words are missing."""
    if language.language_of(spoken()) == tongue:
        return _tidy("".join(template.blocks[name](template.new_context(values))))
    with language.speaking(tongue):
        return _tidy("".join(template.blocks[name](template.new_context(values))))


@cache
def _template(place: str, tongue: str, name: str) -> Template | None:
    """None if this language has none of that name yet."""
    try:
        return _environment(place, tongue).get_template(f"{name}.j2")
    except TemplateNotFound:
        if tongue == ENGLISH:
            raise
        return None


def compile_templates() -> None:
    """All of them, for whoever builds an image: where the file system is read-only, nobody can later."""
    for tongue in language.languages():
        environment = _environment("plain", tongue)
        for name in environment.list_templates():
            environment.get_template(name)


@cache
def _compiled() -> Compiled:
    return Compiled(Path(__file__))


@cache
def _environment(place: str, tongue: str) -> Environment:
    @pass_eval_context
    def drawn(_: EvalContext, value: Any) -> str:
        return value if isinstance(value, Mrkdwn) else as_written(str(value))

    @pass_eval_context
    def spoken(_: EvalContext, value: Any) -> str:
        return value.said if isinstance(value, Mrkdwn) else as_written(str(value))

    @pass_eval_context
    def bare(_: EvalContext, value: Any) -> str:
        return value.said if isinstance(value, Mrkdwn) else isolated(in_one_line(str(value)))

    environment = Environment(
        loader=_loader(tongue),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        auto_reload=False,
        bytecode_cache=_compiled(),
        finalize={"mrkdwn": drawn, "text": spoken, "plain": bare}[place],
    )
    environment.filters |= {
        "when": when,
        "date_words": date_words,
        "person": person,
        "channel": channel,
        "group": group,
        "things": things,
        "plural": plural,
        "decimal": decimal,
        "figure": language.counted,
        "listed": listed,
        "line": one_line,
        "in_bold": in_bold,
        "in_a_sentence": in_a_sentence,
        "first_up": first_up,
    }
    return environment


@cache
def _loader(tongue: str) -> BaseLoader:
    return PackageLoader("bot", f"templates/{tongue}")
